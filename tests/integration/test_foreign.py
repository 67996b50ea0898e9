"""Records as other clients write them, and as other owners keep them: each has its verdict or is passed by."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import NewTopic
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

from reticent.model import Topic
from reticent.stream import topics
from reticent.stream.connection import admin, client_arguments
from reticent.stream.topics import CONFIGURATION

from .gateway import Gateway, gateway, trace, until
from .kafka import Stack
from .trivial import visible

Headers = Sequence[tuple[str, bytes | None]]


@pytest.fixture(scope="module", params=["as init makes it", "compacted, with times of producers"])
def running(
    real_stack: Stack, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Gateway]:
    """`reticent worker` on a raw topic that somebody made so."""
    other = {"cleanup.policy": "compact", "message.timestamp.type": "CreateTime"}
    asked = other if "compacted" in request.param else {}
    with gateway(real_stack, tmp_path_factory.mktemp("gateway"), make_topics=False) as made:
        asyncio.run(_make(made, dict(CONFIGURATION[Topic.RAW]) | asked))
        made.start(roles="gateway")
        made.ready()
        yield made
        assert made.stop() == 0


async def _make(made: Gateway, configuration: dict[str, str]) -> None:
    raw = made.settings.topics.raw
    async with admin(made.settings.kafka) as client:
        await client.create_topics([NewTopic(raw, 1, 1, topic_configs=configuration)])
    await visible(made.settings, raw)
    await topics.init(made.settings, 1)


def answered(made: Gateway, *names: str) -> dict[str, str]:
    """The verdict of each of these requests, once all have one."""

    def found() -> dict[str, str]:
        return {each.request_id: each.verdict for each in made.verdicts() if each.request_id in names}

    until(lambda: len(found()) == len(names), 30, f"not all of {names} are answered")
    return found()


async def send(made: Gateway, name: str, headers: Headers = (), **given: object) -> None:
    client = AIOKafkaProducer(**client_arguments(made.settings.kafka), max_request_size=1 << 24)
    await client.start()
    try:
        own = [("authorization", f"Bearer {made.token('producer')}".encode()), ("reticent-request-id", name.encode())]
        record = {"key": b"k", "value": trace(name), **given}
        await client.send_and_wait(made.settings.topics.raw, headers=[*own, *headers], **record)
    finally:
        await client.stop()


@pytest.mark.parametrize(
    "headers",
    [[("x", None)], [("", b"1")], [("x", b"1"), ("x", b"2")], [("x", b"\xff\xfe")], [("content-type", None)]],
    ids=["null", "nameless", "repeated", "no UTF-8", "null content type"],
)
def test_headers_of_any_kind_change_no_verdict(running: Gateway, headers: Headers) -> None:
    name = f"headers-{headers}"
    asyncio.run(send(running, name, headers))
    assert answered(running, name) == {name: "released"}


def test_keys_times_and_nothing_at_all(running: Gateway) -> None:
    compact = running.settings.topics.raw in _compacted(running)
    asyncio.run(send(running, "long-key", key=b"K" * 100_000))
    asyncio.run(send(running, "epoch", timestamp_ms=0))
    expected = {"long-key": "released", "epoch": "released"}
    if not compact:  # the broker itself refuses a record without a key there
        asyncio.run(send(running, "keyless", key=None))
        expected["keyless"] = "released"
    asyncio.run(send(running, "tombstone", value=None))
    asyncio.run(send(running, "empty", value=b""))
    assert answered(running, *expected, "tombstone", "empty") == expected | dict.fromkeys(
        ("tombstone", "empty"), "rejected"
    )


def _compacted(made: Gateway) -> set[str]:
    report = asyncio.run(topics.check(made.settings))
    return {difference.topic for difference in report.differences if difference.setting == "cleanup.policy"}


def test_what_a_producer_aborts_is_passed_by_and_what_it_commits_is_judged(running: Gateway) -> None:
    async def both() -> None:
        client = AIOKafkaProducer(
            **client_arguments(running.settings.kafka), transactional_id=f"x{running.settings.kafka.group}"
        )
        await client.start()
        try:
            for name in ("aborted", "kept"):
                await client.begin_transaction()
                own = [("authorization", f"Bearer {running.token('producer')}".encode()),
                       ("reticent-request-id", name.encode())]  # fmt: skip
                await client.send_and_wait(running.settings.topics.raw, trace(name), key=b"k", headers=own)
                await (client.abort_transaction() if name == "aborted" else client.commit_transaction())
        finally:
            await client.stop()

    asyncio.run(both())
    assert answered(running, "kept") == {"kept": "released"}
    assert "aborted" not in {verdict.request_id for verdict in running.verdicts()}


@pytest.mark.parametrize("codec", [0, 1, 2, 4], ids=["plain", "gzip", "snappy", "zstd"])
def test_a_header_name_of_any_bytes_does_not_end_the_worker(running: Gateway, codec: int) -> None:
    """librdkafka and the broker take such names; Python's client ends at them."""
    names = [f"{codec}-{number}" for number in range(3)]
    content = _batch(running, names, codec)
    request = ProduceRequest(
        transactional_id=None, required_acks=-1, timeout=5000, topics=[(running.settings.topics.raw, [(0, content)])]
    )

    async def publish() -> None:
        async with admin(running.settings.kafka) as client:
            (answer,) = (await client._send_request(request)).topics[0][1]
            assert answer[1] == 0

    asyncio.run(publish())
    asyncio.run(send(running, f"{codec}-after"))
    assert set(answered(running, *names, f"{codec}-after").values()) == {"released"}


class _Name(str):
    """Of no UTF-8."""

    def encode(self, *_: object) -> bytes:
        return b"\xff\xfe\xfd"


def _batch(made: Gateway, names: Sequence[str], codec: int) -> bytes:
    """The second record has the name."""
    builder = _DefaultRecordBatchBuilderPy(2, codec, 0, -1, -1, -1, 1 << 20)
    for number, name in enumerate(names):
        own = [("authorization", f"Bearer {made.token('producer')}".encode()), ("reticent-request-id", name.encode())]
        odd = [(_Name(), b"value")] if number == 1 else []
        now = int(time.time() * 1000)
        builder.append(number, timestamp=now, key=b"k", value=trace(name), headers=[*own, *odd])
    return bytes(builder.build())
