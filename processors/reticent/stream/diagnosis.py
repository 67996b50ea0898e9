"""Why Kafka does not do as it is asked: a connection that does not come about, or a right that is missing.

The client library says of either little more than that there was an error. So the brokers are tried once more, one
step after the other (address, TLS, who we are, the brokers' own addresses), and the first step that fails is named.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from aiokafka import errors
from aiokafka.conn import AIOKafkaConnection, collect_hosts, create_conn
from aiokafka.protocol.metadata import MetadataRequest

from ..settings import Kafka

Verb = Literal["Read", "Write", "Describe"]

SECONDS = 5.0
"""How long each step may take."""
_OTHER_NAME = frozenset({62, 64})
"""X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH."""
_OWN_CERTIFICATE = (
    "CERTIFICATE_REQUIRED",
    "BAD_CERTIFICATE",
    "UNKNOWN_CA",
    "CERTIFICATE_UNKNOWN",
    "CERTIFICATE_EXPIRED",
)

_RIGHTS: Mapping[type[errors.KafkaError], str] = {
    errors.TopicAuthorizationFailedError: "{verb} on the topic",
    errors.GroupAuthorizationFailedError: "Read on the group",
    errors.TransactionalIdAuthorizationFailed: "Write on the transactional id",
    errors.ClusterAuthorizationFailedError: "IdempotentWrite on the cluster, or Write on the topic",
}


def forbidden(error: BaseException, verb: Verb) -> str | None:
    """The right that is missing, such as "Read on the group reticent-gateway"; None when the error is about something
    else. `verb`: what was being done to the topic, where it is one."""
    for each in _chain(error):
        for kind, right in _RIGHTS.items():
            if isinstance(each, kind):
                return " ".join([right.format(verb=verb), *_named(each)])
    return None


def _named(error: BaseException) -> Iterator[str]:
    """What the library says it is about: a name, or a set of them."""
    for argument in error.args[:1]:
        yield argument if isinstance(argument, str) else ", ".join(sorted(map(str, argument)))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


async def unreachable(kafka: Kafka, arguments: Mapping[str, Any]) -> str | None:
    """What fails on the way to the brokers, as a sentence without its end; None when nothing does. `arguments`: those
    of every client, see `connection`."""
    found = None
    for host, port, _ in collect_hosts(arguments["bootstrap_servers"]):
        found = await _step(kafka, arguments, host, port)
        if found is None:
            return None
    return found


async def _step(kafka: Kafka, arguments: Mapping[str, Any], host: str, port: int) -> str | None:
    where = f"{host}:{port}"
    try:
        connection = await _connect(arguments, host, port)
    except Exception as error:  # a library's assertions among them: whatever it is, it is told
        return _explained(kafka, where, error)
    try:
        answer = await connection.send(MetadataRequest([], allow_auto_topic_creation=False))
    except Exception as error:
        if kafka.sasl is None and not isinstance(error, TimeoutError):
            return f"{where} hangs up on clients that do not say who they are: set kafka.sasl"
        return _explained(kafka, where, error)
    finally:
        connection.close()
    for _, other, its_port, *_ in answer.brokers:
        if (other, its_port) != (host, port):
            try:
                (await _connect(arguments, other, its_port)).close()
            except Exception as error:
                why = _explained(kafka, f"{other}:{its_port}", error)
                return f"{where} sends clients on to {other}:{its_port} (its advertised.listeners), but {why}"
    return None


async def _connect(arguments: Mapping[str, Any], host: str, port: int) -> AIOKafkaConnection:
    own = {name: value for name, value in arguments.items() if name not in ("bootstrap_servers", "metadata_max_age_ms")}
    return await create_conn(host, port, **own, client_id="reticent-probe", request_timeout_ms=int(SECONDS * 1000))


def _explained(kafka: Kafka, where: str, error: BaseException) -> str:
    for each in _chain(error):
        said = _tls(kafka, where, each) or _network(kafka, where, each) or _authentication(kafka, where, each)
        if said is not None:
            return said
    return f"{where} does not answer as it should ({type(error).__name__})"


def _tls(kafka: Kafka, where: str, error: BaseException) -> str | None:
    match error:
        case ssl.SSLCertVerificationError() if error.verify_code in _OTHER_NAME:
            return f"the certificate of {where} is for another host: name the host in kafka.bootstrap as it does"
        case ssl.SSLCertVerificationError():
            why = error.verify_message
            return f"the certificate of {where} is not trusted ({why}): set kafka.tls.ca_file to its CA"
        case ssl.SSLError() if any(word in (error.reason or "") for word in _OWN_CERTIFICATE):
            if kafka.tls is not None and kafka.tls.cert_file is not None:
                return f"{where} refuses the certificate of kafka.tls.cert_file"
            return f"{where} wants a certificate of its clients: set kafka.tls.cert_file and key_file"
        case ssl.SSLError():
            return f"{where} speaks no TLS that we do ({error.reason}): name its TLS listener, or leave kafka.tls out"
    return None


def _network(kafka: Kafka, where: str, error: BaseException) -> str | None:
    match error:
        case socket.gaierror():
            return f"there is no host {where.rpartition(':')[0]}: is kafka.bootstrap right?"
        case ConnectionRefusedError():
            return f"nobody listens at {where}: is it running, and is kafka.bootstrap right?"
        case TimeoutError():
            return f"{where} does not answer within {SECONDS:.0f} s: is kafka.bootstrap right, or a firewall between?"
        case asyncio.IncompleteReadError() | ConnectionResetError() | BrokenPipeError():
            if kafka.tls is None:
                return f"{where} hangs up at the first word: it may want TLS (kafka.tls)"
            return f"{where} hangs up: it may speak no TLS, or want a certificate of its clients (kafka.tls)"
        case OSError() if error.strerror:
            return f"{where} cannot be reached ({error.strerror})"
    return None


def _authentication(kafka: Kafka, where: str, error: BaseException) -> str | None:
    if kafka.sasl is None:
        return None
    match error:
        case errors.SaslAuthenticationFailed() | ValueError() | AssertionError():
            return f"{where} refuses user {kafka.sasl.username}: are kafka.sasl.username and its password right?"
        case errors.UnsupportedSaslMechanismError():
            return f"{where} does not take {kafka.sasl.mechanism}: set kafka.sasl.mechanism to one that it does"
        case errors.IllegalSaslStateError():
            return f"{where} wants no SASL: name its SASL listener, or leave kafka.sasl out"
    return None
