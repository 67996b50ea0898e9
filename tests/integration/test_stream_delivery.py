"""What goes in comes out once, in one transaction with its offset."""

import asyncio
import dataclasses

import msgspec
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import NewTopic

from reticent.errors import UnmaskedError
from reticent.model import Evidence, Outgoing, Topic
from reticent.settings import Settings
from reticent.stream import topics
from reticent.stream.connection import admin, client_arguments, producer
from reticent.stream.delivery import Delivery, FencedError, OutputTooLargeError, Writer
from reticent.stream.metrics import Metrics
from reticent.stream.offsets import CommittedOffsets
from reticent.stream.reading import read
from reticent.stream.topics import TopicNames

from .kafka import Stack
from .trivial import Copy, committed, eventually, running, send, sources, until, visible


def delivery(settings: Settings, partition: int = 0) -> Delivery:
    group = f"{settings.kafka.group}-gateway"
    offsets = CommittedOffsets(settings.kafka, group)
    writer = Writer(settings.kafka, TopicNames(settings), offsets, Metrics(), group, "gateway")
    return Delivery(writer, [TopicPartition(settings.topics.raw, partition)])


def copies(*texts: str) -> list[list[Outgoing]]:
    return [[Outgoing(Topic.SANITIZED, b"k", Evidence(Copy(text)))] for text in texts]


async def fill(settings: Settings, records: int, prefix: str = "") -> None:
    """Raw records on partition 0."""
    async with producer(settings.kafka) as client:
        for number in range(records):
            await client.send(settings.topics.raw, f"{prefix}{number}".encode(), partition=0)


@pytest.fixture
def settings(stack: Stack) -> Settings:
    return stack.made()


async def test_every_record_goes_out_exactly_once_and_in_the_order_of_its_key(settings: Settings) -> None:
    values = [f"{number}" for number in range(1000)]
    async with running(settings, "gateway") as worker:
        await send(settings, values, key="one")
        found = await eventually(settings, settings.topics.sanitized, len(values))
        assert found == values
        await until(lambda: worker.metrics.snapshot()["reticent_verdicts"][("gateway", "released")] == [1000.0])
        report = await worker.report()
    assert report.ready
    assert set(report.metrics["reticent_lag"]) == {("gateway", settings.topics.raw, str(p)) for p in range(4)}
    assert all(lag == [0] for lag in report.metrics["reticent_lag"].values())


async def test_a_restart_goes_on_behind_the_last_commit(settings: Settings) -> None:
    for turn in range(2):
        async with running(settings, "gateway"):
            await send(settings, [f"{turn}-{number}" for number in range(50)])
            await eventually(settings, settings.topics.sanitized, 50 * (turn + 1))
    found = await sources(settings, settings.topics.sanitized)
    assert sorted(found) == sorted(f"{turn}-{number}" for turn in range(2) for number in range(50))
    assert await committed(settings, "gateway", settings.topics.raw) == 100


async def test_two_workers_share_the_partitions_and_one_takes_over_when_the_other_leaves(real_stack: Stack) -> None:
    settings = await asyncio.to_thread(real_stack.made)
    async with running(settings, "gateway") as stays:
        async with running(settings, "gateway") as leaves:
            await until(lambda: len(stays.agents[0].role.owned) == len(leaves.agents[0].role.owned) == 2)
            await send(settings, [f"{number}" for number in range(200)])
        await until(lambda: len(stays.agents[0].role.owned) == 4)
        await send(settings, [f"{number}" for number in range(200, 400)])
        found = await eventually(settings, settings.topics.sanitized, 400)
    assert sorted(map(int, found)) == list(range(400))


async def test_a_new_owner_fences_the_old_one_whose_outputs_never_show(settings: Settings) -> None:
    source = TopicPartition(settings.topics.raw, 0)
    await fill(settings, 10)
    old, new = delivery(settings), delivery(settings)
    await old.open()
    await old.deliver({source: 5}, copies("old, committed"))
    await new.open()
    assert new.mark(source) == 5
    with pytest.raises(FencedError):
        await old.deliver({source: 6}, copies("old, fenced"))
    await new.deliver({source: 7}, copies("new"))
    await asyncio.gather(old.close(), new.close())
    assert await sources(settings, settings.topics.sanitized) == ["old, committed", "new"]


async def test_an_output_beyond_the_limit_is_named_and_nothing_of_its_chunk_leaves(settings: Settings) -> None:
    source = TopicPartition(settings.topics.raw, 0)
    sender = delivery(settings)
    await sender.open()
    large = [[Outgoing(Topic.DECISIONS, b"k", Evidence(Copy("large", padding="x" * 2_000_000)))]]
    with pytest.raises(OutputTooLargeError) as caught:
        await sender.deliver({source: 3}, [*copies("a"), *large, *copies("b")])
    assert caught.value.index == 1
    assert sender.mark(source) == 0
    await sender.deliver({source: 3}, copies("a", "b"))
    await sender.close()
    assert await sources(settings, settings.topics.sanitized) == ["a", "b"]


async def test_records_larger_than_a_batch_go_alone(settings: Settings) -> None:
    async with running(settings, "gateway"):
        await send(settings, ["1", "big 9000000", "2"], key="one")
        found = await eventually(settings, settings.topics.sanitized, 3)
    assert found == ["1", "big 9000000", "2"]


async def test_a_record_whose_output_is_too_large_gets_another_verdict_and_the_partition_goes_on(stack: Stack) -> None:
    settings = stack.settings()
    async with admin(settings.kafka) as client:  # smaller than `init` would make it
        limit = {"max.message.bytes": "1000000"}
        await client.create_topics([NewTopic(settings.topics.sanitized, 1, 1, topic_configs=limit)])
    await visible(settings, settings.topics.sanitized)
    await topics.init(settings, 1)
    async with running(settings, "gateway"):
        await send(settings, ["before", "big 2000000", "after"], key="one")
        await eventually(settings, settings.topics.verdicts, 3)
    records = [r async for r in read(settings.kafka, [settings.topics.verdicts])]
    verdicts = [msgspec.json.decode(record.value or b"", type=Copy).verdict for record in records]
    assert verdicts == ["released", "blocked", "released"]
    assert await sources(settings, settings.topics.sanitized) == ["before", "after"]


async def test_only_masked_content_and_evidence_leave(settings: Settings) -> None:
    source = TopicPartition(settings.topics.raw, 0)
    sender = delivery(settings)
    await sender.open()
    raw = dataclasses.replace(copies("x")[0][0], value=b"raw")  # type: ignore[type-var]  # it is a dataclass
    tombstone = Outgoing(Topic.SANITIZED, b"k", None)
    token = Outgoing(Topic.SANITIZED, b"k", Evidence(Copy("x")), [("Authorization", b"made up")])
    for bad in (raw, tombstone, token):
        with pytest.raises(UnmaskedError) as caught:
            await sender.deliver({source: 1}, [[bad]])
        assert "raw" not in str(caught.value).replace("RAW", "")
    await sender.close()
    assert await sources(settings, settings.topics.sanitized) == []


async def test_keys_go_where_every_kafka_client_puts_them(settings: Settings) -> None:
    sender = delivery(settings)
    await sender.open()
    keys = [f"session-{number}".encode() for number in range(40)]
    outputs = [[Outgoing(Topic.SANITIZED, key, Evidence(Copy("x")))] for key in keys]
    await sender.deliver({TopicPartition(settings.topics.raw, 0): 40}, outputs)
    await sender.close()
    async with producer(settings.kafka) as client:
        sent = [await client.send_and_wait(settings.topics.audit, b"x", key=key) for key in keys]
    ours = {record.key: record.partition async for record in read(settings.kafka, [settings.topics.sanitized])}
    assert ours == {key: answer.partition for key, answer in zip(keys, sent, strict=True)}


async def test_records_below_the_committed_offset_are_skipped(settings: Settings) -> None:
    source = TopicPartition(settings.topics.raw, 0)
    await fill(settings, 100)
    earlier = delivery(settings)
    await earlier.open()
    await earlier.deliver({source: 60}, copies("of 60 records"))
    await earlier.close()
    chunk = [record async for record in read(settings.kafka, [settings.topics.raw])]
    owner = delivery(settings)
    await owner.open()
    assert [record.offset for record in owner.fresh(source, chunk)] == list(range(60, 100))
    await owner.deliver({source: 80})
    assert [record.offset for record in owner.fresh(source, chunk)] == list(range(80, 100))
    await owner.close()
    async with admin(settings.kafka) as kafka:
        found = await kafka.list_consumer_group_offsets(f"{settings.kafka.group}-gateway", partitions=[source])
    assert found[source].offset == 80


async def test_a_log_that_is_shorter_than_what_was_committed_is_gone_on_with_at_its_end(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """As after a broker lost records, or a topic was made anew: nothing that comes then may be passed over."""
    source = TopicPartition(settings.topics.raw, 0)
    await fill(settings, 10)
    ahead = AIOKafkaConsumer(
        **client_arguments(settings.kafka), group_id=f"{settings.kafka.group}-gateway", enable_auto_commit=False
    )
    await ahead.start()
    ahead.assign([source])
    await ahead.commit({source: 100})
    await ahead.stop()
    async with running(settings, "gateway"):
        await fill(settings, 5, "after ")
        found = await eventually(settings, settings.topics.sanitized, 5)
    assert found == [f"after {number}" for number in range(5)]
    assert "ends at 10, but was committed up to 100" in caplog.text
    assert await committed(settings, "gateway", settings.topics.raw) == 15
