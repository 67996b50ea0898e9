"""Partitions are added while the gateway runs, as operators of Kafka do it: one topic after the other."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import NewPartitions

from reticent.model import Topic
from reticent.settings import Settings
from reticent.stream import connection
from reticent.stream.connection import admin, client_arguments

from .gateway import Gateway, gateway, held, until
from .kafka import Stack
from .trivial import eventually, running
from .trivial import until as soon


async def give(settings: Settings, partitions: int, *names: str) -> None:
    async with admin(settings.kafka) as client:
        for name in names:
            await client.create_partitions({name: NewPartitions(partitions)})


async def to_partition(settings: Settings, topic: str, partition: int, value: str) -> None:
    client = AIOKafkaProducer(**client_arguments(settings.kafka))
    await client.start()
    try:
        await client.send_and_wait(topic, value.encode(), key=value.encode(), partition=partition)
    finally:
        await client.stop()


@pytest.fixture
def soon_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "METADATA_SECONDS", 0.5)


@pytest.mark.usefixtures("soon_told")
async def test_new_partitions_of_raw_are_read_and_those_of_sanitized_are_written(real_stack: Stack) -> None:
    settings = await asyncio.to_thread(real_stack.made, 1)
    async with running(settings, "gateway") as worker:
        await to_partition(settings, settings.topics.raw, 0, "before")
        await eventually(settings, settings.topics.sanitized, 1)
        await give(settings, 3, settings.topics.raw, settings.topics.sanitized)
        await soon(lambda: len(worker.agents[0].role.owned) == 3)
        for partition in range(3):
            await to_partition(settings, settings.topics.raw, partition, f"after {partition}")
        found = await eventually(settings, settings.topics.sanitized, 4)
    assert sorted(found) == ["after 0", "after 1", "after 2", "before"]


@pytest.mark.usefixtures("soon_told")
async def test_desks_wait_until_all_their_topics_have_the_new_partitions(
    real_stack: Stack, caplog: pytest.LogCaptureFixture
) -> None:
    settings = await asyncio.to_thread(real_stack.made, 1)
    names = settings.topics
    async with running(settings, "approvals") as worker:
        await give(settings, 2, names.approvals)
        await soon(lambda: not worker.ready)
        await soon(lambda: "need equally many partitions" in caplog.text)
        assert f"{names.approvals}: 2, {names.decisions}: 1, {names.approval_state}: 1" in caplog.text
        await to_partition(settings, names.approvals, 1, "request")
        await give(settings, 2, names.decisions, names.approval_state)
        await soon(lambda: worker.ready and len(worker.agents[0].role.owned) == 4)
        await eventually(settings, names.approval_state, 1)
        await to_partition(settings, names.decisions, 1, "request")
        assert await eventually(settings, names.sanitized, 1) == ["request"]
    assert len([message for message in caplog.messages if "equally many" in message]) == 1


@pytest.fixture(scope="module")
def waiting(real_stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway with a few held traces, whose topics were given more partitions since."""
    with gateway(real_stack, tmp_path_factory.mktemp("gateway"), partitions=1) as made:
        made.start(roles="gateway,approvals")
        made.ready()
        made.publish(*(held(f"held-{number}") for number in range(2)))
        made.requests(2)
        made.kill()
        names = [made.names.name(topic) for topic in (Topic.APPROVALS, Topic.DECISIONS, Topic.APPROVAL_STATE)]
        asyncio.run(give(made.settings, 5, *names))
        until(lambda: _count(made, names[0]) == 5, 20, "there are no new partitions")
        made.start(roles="gateway,approvals")
        made.ready()
        yield made


def _count(made: Gateway, name: str) -> int:
    return asyncio.run(connection.partition_counts(made.settings.kafka, [name]))[name]


def test_what_was_held_before_is_decided_where_it_lies(waiting: Gateway) -> None:
    for request in waiting.requests(2):
        waiting.cli("approvals", "approve", request.approval_id, who="approver")
    until(lambda: len(waiting.records(Topic.SANITIZED)) == 2, 30, "not all were released")
    assert {record.partition for record in waiting.records(Topic.APPROVAL_STATE)} == {0}
    refused = [json.loads(record.value or b"") for record in waiting.records(Topic.AUDIT)]
    assert [event["event"] for event in refused if event["event"] == "approval.refused"] == []
