"""How to reach the broker: one set of arguments for every client, and the plain clients of the command line."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Literal

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from ..errors import ConfigError, ServiceError
from ..model import RawRecord
from ..settings import Kafka, Sasl, Tls

BATCH_BYTES = 512 * 1024
"""A batch of several records stays below Kafka's default message.max.bytes (1 MiB); a larger record goes alone."""
REQUEST_BYTES = 64 * 1024 * 1024
"""The largest record a plain producer sends; topics set their own, lower limits."""

Start = Literal["beginning", "latest"]


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


async def read(
    kafka: Kafka,
    topics: Sequence[str],
    *,
    start: Start = "beginning",
    idle: float | None = None,
    partitions: Sequence[int] | None = None,
) -> AsyncGenerator[RawRecord, None]:
    """Committed records of `topics`, without a consumer group.

    `start` "beginning": everything there is, and the iteration ends where the topics ended when it began (or,
    with `idle`, goes on until nothing came for that many seconds). "latest": what comes from now on, until
    nothing came for `idle` seconds (None: for ever). `partitions` limits it to some of each topic's.
    Raises ServiceError.
    """
    sources = await _sources(kafka, topics, partitions)
    if not sources:
        return
    consumer = AIOKafkaConsumer(
        **client_arguments(kafka), client_id="reticent-reader", isolation_level="read_committed",
        enable_auto_commit=False, auto_offset_reset="earliest", fetch_max_wait_ms=200,
        max_partition_fetch_bytes=REQUEST_BYTES,
    )  # fmt: skip
    try:
        with explained(kafka):
            await consumer.start()
            consumer.assign(sources)
            move = consumer.seek_to_beginning if start == "beginning" else consumer.seek_to_end
            await move(*sources)
            # the last stable offsets: where a reader of committed records can get to now
            ends: dict[TopicPartition, int] = await consumer.end_offsets(sources)
        follow = start == "latest" or idle is not None
        heard = time.monotonic()
        while True:
            with explained(kafka):
                got = await consumer.getmany(timeout_ms=200)
            for records in got.values():
                for record in records:
                    yield record
            now = time.monotonic()
            heard = now if got else heard
            if follow and idle is not None and now - heard >= idle:
                return
            if not follow and not got and await _reached(consumer, ends):
                return
    finally:
        await consumer.stop()


async def partition_counts(kafka: Kafka) -> dict[str, int]:
    """Every topic of the broker with its number of partitions. Raises ServiceError."""
    async with admin(kafka) as client:
        with explained(kafka):
            found = await client.describe_topics()
    return {topic["topic"]: len(topic["partitions"]) for topic in found if not topic["error_code"]}


async def _sources(kafka: Kafka, topics: Sequence[str], partitions: Sequence[int] | None) -> list[TopicPartition]:
    counts = await partition_counts(kafka)
    found = []
    for topic in topics:
        if topic not in counts:
            raise ServiceError(f"the topic {topic} does not exist: run `reticent init`")
        found += [TopicPartition(topic, p) for p in range(counts[topic]) if partitions is None or p in partitions]
    return found


async def _reached(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> bool:
    positions = await asyncio.gather(*(consumer.position(source) for source in ends))
    return all(position >= end for position, end in zip(positions, ends.values(), strict=True))
