"""`reticent init`: topics are made once, with the settings delivery counts on, and never changed behind one's back."""

import pytest
from aiokafka.admin import NewTopic

from reticent.errors import ConfigError, ServiceError
from reticent.model import Topic
from reticent.settings import Identity, Kafka, Settings, Topics
from reticent.stream import topics
from reticent.stream.connection import admin, partition_counts
from reticent.stream.reading import read

from .kafka import Stack, free_port
from .trivial import visible


async def test_running_init_twice_changes_nothing(stack: Stack) -> None:
    settings = stack.settings()
    first = await topics.init(settings, partitions=3)
    second = await topics.init(settings, partitions=5)
    assert sorted(first.created) == sorted(second.existing)
    assert (first.existing, first.differences, second.created, second.differences) == ([], [], [], [])
    counts = await partition_counts(settings.kafka, first.created)
    assert {counts[name] for name in first.created} == {3}


def test_the_broker_says_when_a_record_came_on_every_topic() -> None:
    assert {topic: made["message.timestamp.type"] for topic, made in topics.CONFIGURATION.items()} == dict.fromkeys(
        Topic, "LogAppendTime"
    )


async def test_a_topic_that_differs_is_reported_and_left_alone(stack: Stack) -> None:
    settings = stack.settings()
    async with admin(settings.kafka) as client:
        await client.create_topics([NewTopic(settings.topics.raw, 1, 1, topic_configs={"retention.ms": "5000"})])
    await visible(settings, settings.topics.raw)
    for report in (await topics.init(settings, 2), await topics.check(settings)):
        found = {d.setting: (d.found, d.wanted) for d in report.differences if d.topic == settings.topics.raw}
        assert found["retention.ms"] == ("5000", "3600000")
        assert found["message.timestamp.type"] == ("CreateTime", "LogAppendTime")


async def test_check_makes_nothing(stack: Stack) -> None:
    settings = stack.settings()
    report = await topics.check(settings)
    assert {d.setting for d in report.differences} == {"exists"}
    assert settings.topics.raw not in await partition_counts(settings.kafka, [settings.topics.raw])


def test_a_name_with_tenant_stands_for_one_topic_a_tenant() -> None:
    names = topics.TopicNames(
        Settings(
            topics=Topics(raw="{tenant}.raw", audit="{tenant}.audit"), identity=Identity(tenants=("acme", "globex"))
        )
    )
    assert names.all(Topic.RAW) == ("acme.raw", "globex.raw")
    assert names.all(Topic.AUDIT) == ("acme.audit", "globex.audit", "unknown.audit")
    assert names.name(Topic.AUDIT, "acme") == "acme.audit"
    assert names.name(Topic.AUDIT, "../evil") == "unknown.audit"
    assert names.name(Topic.SANITIZED, "acme") == "traces.sanitized"


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        (Settings(topics=Topics(raw="{tenant}.raw")), "identity.tenants"),
        (Settings(topics=Topics(approval_state="{tenant}"), identity=Identity(tenants=("a",))), "leave out"),
        (Settings(topics=Topics(raw="a raw topic")), "letters"),
    ],
)
def test_names_that_cannot_be_are_refused_with_advice(wrong: Settings, advice: str) -> None:
    with pytest.raises(ConfigError, match=advice):
        topics.TopicNames(wrong)


async def test_a_broker_that_is_not_there_is_one_sentence() -> None:
    kafka = Kafka(bootstrap=f"127.0.0.1:{free_port()}")
    with pytest.raises(ServiceError, match="nobody listens at"):
        await topics.init(Settings(kafka=kafka))
    with pytest.raises(ServiceError, match="nobody listens at"):
        _ = [record async for record in read(kafka, ["x"])]


async def test_a_topic_that_is_not_there_is_one_sentence(stack: Stack) -> None:
    with pytest.raises(ServiceError, match="reticent init"):
        _ = [record async for record in read(stack.settings().kafka, ["no-such-topic"])]
