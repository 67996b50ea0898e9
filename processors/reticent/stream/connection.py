"""How to reach the broker: one set of arguments for every client, and the plain clients of the command line."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.client import AIOKafkaClient
from aiokafka.cluster import ClusterMetadata
from aiokafka.errors import BrokerResponseError, KafkaError, RequestTimedOutError, TopicAuthorizationFailedError
from aiokafka.protocol.metadata import MetadataRequest

from ..errors import ConfigError, ServiceError
from ..settings import Kafka, Sasl, Tls
from .diagnosis import Verb, forbidden, unreachable

BATCH_BYTES = 512 * 1024
"""A batch of several records stays below Kafka's default message.max.bytes (1 MiB); a larger record goes alone."""
REQUEST_BYTES = 64 * 1024 * 1024
"""The largest record a plain producer sends; topics set their own, lower limits."""
METADATA_SECONDS = 30.0
"""How often clients ask for what changed: partitions that were added are read, and written to, after so long."""
PATIENCE = 0.1
"""Seconds between two questions for brokers and leaders of partitions."""
START_SECONDS = 10.0
"""How long a command waits for its connection."""


class RightsError(ServiceError):
    """The brokers do not allow something. `right`: such as "Read on the group reticent-gateway"."""

    def __init__(self, kafka: Kafka, right: str) -> None:
        who = f"user {kafka.sasl.username}" if kafka.sasl is not None else "this client"
        super().__init__(
            f"Kafka at {kafka.bootstrap} does not allow {who} this: it lacks {right} (docs/kafka.md lists the rights)"
        )


def paced(client: AIOKafkaClient) -> None:
    """Lets a client ask for metadata once in PATIENCE seconds. Where a partition has no leader, or nobody listens, its
    senders and fetchers ask again and again without a pause, which takes a core while a broker is away."""
    update, latest = client._metadata_update, -PATIENCE

    async def updated(cluster: ClusterMetadata, topics: Iterable[str] | None) -> bool:
        nonlocal latest
        await asyncio.sleep(max(0.0, latest + PATIENCE - time.monotonic()))
        try:
            return bool(await update(cluster, topics))
        finally:
            latest = time.monotonic()

    client._metadata_update = updated


def patient(producer: AIOKafkaProducer) -> AIOKafkaProducer:
    """The producer, which is not started yet, with pauses where it has none of its own."""
    paced(producer.client)
    return producer


def client_arguments(kafka: Kafka) -> dict[str, Any]:
    """Keyword arguments of every aiokafka client: bootstrap servers, TLS and SASL.

    Raises ConfigError when a file of certificates or the password's file cannot be read.
    """
    arguments: dict[str, Any] = {
        "bootstrap_servers": [server.strip() for server in kafka.bootstrap.split(",")],
        "metadata_max_age_ms": int(METADATA_SECONDS * 1000),
    }
    if kafka.tls is not None:
        arguments["ssl_context"] = _tls_context(kafka.tls)
    if kafka.sasl is not None:
        arguments |= {
            "sasl_mechanism": kafka.sasl.mechanism,
            "sasl_plain_username": kafka.sasl.username,
            "sasl_plain_password": _password(kafka.sasl),
        }
    arguments["security_protocol"] = _PROTOCOLS[kafka.tls is not None, kafka.sasl is not None]
    return arguments


_PROTOCOLS = {
    (False, False): "PLAINTEXT",
    (True, False): "SSL",
    (False, True): "SASL_PLAINTEXT",
    (True, True): "SASL_SSL",
}


def _tls_context(tls: Tls) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=tls.ca_file)
        if tls.cert_file is not None:
            # a key with a passphrase is refused; without the empty one, a terminal would be asked for it
            context.load_cert_chain(tls.cert_file, tls.key_file, password="")
    except OSError as error:
        raise ConfigError(
            f"the TLS files cannot be used ({error.strerror or type(error).__name__})",
            where="kafka.tls",
            advice="name readable PEM files in ca_file, cert_file and key_file",
        ) from error
    return context


def _password(sasl: Sasl) -> str:
    if sasl.password is not None:
        return sasl.password
    if sasl.password_file is None:
        raise ConfigError(
            "there is no password",
            where="kafka.sasl",
            advice="give password_file, or RETICENT_KAFKA__SASL__PASSWORD in the environment",
        )
    try:
        return Path(sasl.password_file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigError(
            f"{sasl.password_file} cannot be read ({error.strerror})", where="kafka.sasl.password_file"
        ) from error


@contextlib.asynccontextmanager
async def explained(kafka: Kafka, verb: Verb = "Read") -> AsyncIterator[None]:
    """Turns an error of the Kafka client into a ServiceError of one sentence, which names the step that failed or the
    right that is missing: RightsError. `verb`: what is being done to topics."""
    try:
        yield
    except (KafkaError, OSError, TimeoutError) as error:
        raise await why(kafka, error, verb) from error


async def why(kafka: Kafka, error: BaseException, verb: Verb = "Read") -> ServiceError:
    """The same, to be raised or logged."""
    right = forbidden(error, verb)
    if right is not None:
        return RightsError(kafka, right)
    answered = isinstance(error, BrokerResponseError) and not isinstance(error, RequestTimedOutError)
    step = None if answered else await unreachable(kafka, client_arguments(kafka))
    if step is not None:
        return ServiceError(f"Kafka cannot be reached: {step}")
    return ServiceError(f"Kafka at {kafka.bootstrap} does not answer as it should ({type(error).__name__})")


async def started(client: Any, kafka: Kafka) -> None:
    """Starts a client, within a time that somebody waits for. Raises ServiceError."""
    async with explained(kafka), asyncio.timeout(START_SECONDS):
        await client.start()


@contextlib.asynccontextmanager
async def admin(kafka: Kafka) -> AsyncIterator[AIOKafkaAdminClient]:
    """An admin client. Raises ServiceError when the broker cannot be reached."""
    client = AIOKafkaAdminClient(**client_arguments(kafka), client_id="reticent-admin")
    try:
        await started(client, kafka)
        yield client
    finally:
        await client.close()


@contextlib.asynccontextmanager
async def producer(kafka: Kafka) -> AsyncIterator[AIOKafkaProducer]:
    """An idempotent producer for what people and producers write (raw records, decisions), never for outputs
    of the gateway: those leave through `delivery` alone. Raises ServiceError."""
    client = patient(
        AIOKafkaProducer(
            **client_arguments(kafka),
            client_id="reticent-producer",
            enable_idempotence=True,
            max_request_size=REQUEST_BYTES,
            linger_ms=5,
        )
    )
    try:
        await started(client, kafka)
        yield client
    finally:
        await client.stop()


async def describe(client: AIOKafkaAdminClient, kafka: Kafka, names: Iterable[str]) -> dict[str, Any]:
    """Those of the topics that exist, by name, as the broker describes them; none is made by asking.

    Raises ServiceError, also where one may not be seen."""
    request = MetadataRequest(sorted(names), allow_auto_topic_creation=False)
    async with explained(kafka):
        answer = await client._send_request(request)  # describe_topics would make them, where the broker makes topics
    found = {topic["topic"]: topic for topic in answer.to_object()["topics"]}
    hidden = [name for name, topic in found.items() if topic["error_code"] == TopicAuthorizationFailedError.errno]
    if hidden:
        raise RightsError(kafka, f"Describe on the topic {hidden[0]}")
    return {name: topic for name, topic in found.items() if not topic["error_code"]}


async def partition_counts(kafka: Kafka, names: Iterable[str]) -> dict[str, int]:
    """Those of the topics that exist with their numbers of partitions. Raises ServiceError."""
    async with admin(kafka) as client:
        found = await describe(client, kafka, names)
    return {name: len(topic["partitions"]) for name, topic in found.items()}
