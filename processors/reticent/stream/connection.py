"""How to reach the broker: one set of arguments for every client, and the plain clients of the command line."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from ..errors import ConfigError, ServiceError
from ..settings import Kafka, Sasl, Tls

BATCH_BYTES = 512 * 1024
"""A batch of several records stays below Kafka's default message.max.bytes (1 MiB); a larger record goes alone."""
REQUEST_BYTES = 64 * 1024 * 1024
"""The largest record a plain producer sends; topics set their own, lower limits."""


def client_arguments(kafka: Kafka) -> dict[str, Any]:
    """Keyword arguments of every aiokafka client: bootstrap servers, TLS and SASL.

    Raises ConfigError when a file of certificates or the password's file cannot be read.
    """
    arguments: dict[str, Any] = {"bootstrap_servers": [server.strip() for server in kafka.bootstrap.split(",")]}
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
            context.load_cert_chain(tls.cert_file, tls.key_file)
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


@contextlib.contextmanager
def explained(kafka: Kafka) -> Any:
    """Turns an error of the Kafka client into a ServiceError of one sentence."""
    try:
        yield
    except (KafkaError, OSError, TimeoutError) as error:
        reason = type(error).__name__
        raise ServiceError(
            f"Kafka at {kafka.bootstrap} does not answer as it should ({reason}): is it running, "
            "and are kafka.bootstrap, kafka.tls and kafka.sasl right?"
        ) from error


@contextlib.asynccontextmanager
async def admin(kafka: Kafka) -> AsyncIterator[AIOKafkaAdminClient]:
    """An admin client. Raises ServiceError when the broker cannot be reached."""
    client = AIOKafkaAdminClient(**client_arguments(kafka), client_id="reticent-admin")
    try:
        with explained(kafka):
            await client.start()
        yield client
    finally:
        await client.close()


@contextlib.asynccontextmanager
async def producer(kafka: Kafka) -> AsyncIterator[AIOKafkaProducer]:
    """An idempotent producer for what people and producers write (raw records, decisions), never for outputs
    of the gateway: those leave through `delivery` alone. Raises ServiceError."""
    client = AIOKafkaProducer(
        **client_arguments(kafka),
        client_id="reticent-producer",
        enable_idempotence=True,
        max_request_size=REQUEST_BYTES,
        linger_ms=5,
    )
    try:
        with explained(kafka):
            await client.start()
        yield client
    finally:
        await client.stop()


async def partition_counts(kafka: Kafka) -> dict[str, int]:
    """Every topic of the broker with its number of partitions. Raises ServiceError."""
    async with admin(kafka) as client:
        with explained(kafka):
            found = await client.describe_topics()
    return {topic["topic"]: len(topic["partitions"]) for topic in found if not topic["error_code"]}
