"""Desks: requests and decisions of one approval meet, and their state lives in Kafka alone."""

import pytest
from aiokafka.admin import NewTopic

from reticent.errors import ConfigError
from reticent.settings import Settings
from reticent.stream import topics
from reticent.stream.connection import admin
from reticent.stream.reading import read
from reticent.stream.roles import Roles

from .kafka import Stack
from .trivial import TrivialFactories, committed, eventually, running, send, sources, until, visible

pytestmark = pytest.mark.once


@pytest.fixture
def settings(stack: Stack) -> Settings:
    return stack.made()


async def test_a_decision_releases_the_request_of_its_key_once(settings: Settings) -> None:
    async with running(settings, "approvals"):
        for number in range(10):
            await send(settings, [f"request {number}"], topic=settings.topics.approvals, key=f"id-{number}")
        await eventually(settings, settings.topics.approval_state, 10)
        for number in range(5):
            await send(settings, ["approve", "approve"], topic=settings.topics.decisions, key=f"id-{number}")
        found = await eventually(settings, settings.topics.sanitized, 5)
        refused = await eventually(settings, settings.topics.audit, 5)
    assert sorted(found) == [f"request {number}" for number in range(5)]
    assert refused == ["refused"] * 5


async def test_a_new_owner_rebuilds_the_desks_from_approval_state(settings: Settings) -> None:
    async with running(settings, "approvals"):
        await send(settings, ["kept"], topic=settings.topics.approvals, key="id")
        await send(settings, ["decided"], topic=settings.topics.approvals, key="other")
        await eventually(settings, settings.topics.approval_state, 2)
        await send(settings, ["approve"], topic=settings.topics.decisions, key="other")
        await eventually(settings, settings.topics.sanitized, 1)
    async with running(settings, "approvals"):
        await send(settings, ["approve"], topic=settings.topics.decisions, key="id")
        await send(settings, ["approve"], topic=settings.topics.decisions, key="other")
        assert sorted(await eventually(settings, settings.topics.sanitized, 2)) == ["decided", "kept"]
        assert await eventually(settings, settings.topics.audit, 1) == ["refused"]
    assert await committed(settings, "approvals", settings.topics.decisions) == 3


async def test_desks_look_by_themselves_for_what_expired(settings: Settings) -> None:
    async with running(settings, "approvals"):
        await send(settings, ["waits"], topic=settings.topics.approvals, key="id")
        await eventually(settings, settings.topics.approval_state, 1)
        await send(settings, ["later"], topic=settings.topics.decisions, key="id")
        assert await eventually(settings, settings.topics.sanitized, 1, 5) == ["expired"]
    state = [record async for record in read(settings.kafka, [settings.topics.approval_state])]
    assert state[-1].value is None


async def test_request_and_decision_meet_in_one_of_two_workers(settings: Settings) -> None:
    async with running(settings, "approvals") as one, running(settings, "approvals") as two:
        roles = [worker.agents[0].role for worker in (one, two)]
        await until(lambda: [len(role.owned) for role in roles] == [4, 4])
        for owned in (role.owned for role in roles):
            assert {s.partition for s in owned if s.topic == settings.topics.approvals} == {
                s.partition for s in owned if s.topic == settings.topics.decisions
            }
        for number in range(12):
            await send(settings, ["request"], topic=settings.topics.approvals, key=f"id-{number}")
        await eventually(settings, settings.topics.approval_state, 12)
        for number in range(12):
            await send(settings, ["approve"], topic=settings.topics.decisions, key=f"id-{number}")
        assert len(await eventually(settings, settings.topics.sanitized, 12)) == 12
    assert await sources(settings, settings.topics.audit) == []


async def test_topics_that_are_not_co_partitioned_are_refused_with_advice(stack: Stack) -> None:
    settings = stack.settings()
    async with admin(settings.kafka) as client:
        for name, partitions in ((settings.topics.decisions, 2), (settings.topics.approvals, 3)):
            await client.create_topics([NewTopic(name, partitions, 1)])
    await visible(settings, settings.topics.decisions, settings.topics.approvals)
    report = await topics.init(settings, 4)
    assert {(d.topic, d.found, d.wanted) for d in report.differences if d.setting == "partitions"} >= {
        (settings.topics.decisions, "2", "3")
    }
    worker = Roles(settings, ["approvals"], TrivialFactories())
    with pytest.raises(ConfigError, match="equally many partitions"):
        await worker.start()
