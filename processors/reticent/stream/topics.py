"""The topics on the broker: their names per tenant, how `reticent init` makes them, and how they differ from that."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, TopicAuthorizationFailedError, for_code

from ..errors import ConfigError, ServiceError
from ..model import Topic
from ..settings import Kafka, Settings
from .connection import RightsError, admin, describe, explained

RAW_BYTES = 16 * 1024 * 1024
OUTPUT_BYTES = 48 * 1024 * 1024
"""Masking may lengthen a record, and an approval request carries it twice."""
VISIBLE_SECONDS = 10.0
HOUR, DAY = 3600 * 1000, 24 * 3600 * 1000
UNKNOWN_TENANT = "unknown"
"""Stands for {tenant} in evidence about records that could not be authenticated."""

CO_PARTITIONED = (Topic.APPROVALS, Topic.DECISIONS, Topic.APPROVAL_STATE)
"""A request, its decisions and its state meet in one worker because these have equally many partitions."""
_PER_TENANT = frozenset(Topic) - {Topic.APPROVAL_STATE}
_UNAUTHENTICATED = frozenset({Topic.VERDICTS, Topic.AUDIT, Topic.REJECTED})

# RAW_BYTES is what a producer may send; the broker counts the record's headers and framing as well.
# Nobody may choose a record's time: tokens, decisions and requests are judged by it, and retention goes by it.
CONFIGURATION: Mapping[Topic, Mapping[str, str]] = {
    topic: {"message.timestamp.type": "LogAppendTime"} | more
    for topic, more in {
        Topic.RAW: {
            "max.message.bytes": str(RAW_BYTES + 1024 * 1024), "retention.ms": str(HOUR), "cleanup.policy": "delete",
        },
        Topic.DECISIONS: {"retention.ms": str(7 * DAY), "cleanup.policy": "delete"},
        Topic.APPROVAL_STATE: {"cleanup.policy": "compact", "max.message.bytes": str(OUTPUT_BYTES)},
        **{
            topic: {"cleanup.policy": "delete", "retention.ms": str(days * DAY), "max.message.bytes": str(OUTPUT_BYTES)}
            for topic, days in (
                (Topic.SANITIZED, 7), (Topic.APPROVALS, 30), (Topic.VERDICTS, 7), (Topic.AUDIT, 30),
                (Topic.REJECTED, 30),
            )
        },
    }.items()
}  # fmt: skip

_LEGAL = re.compile(r"[A-Za-z0-9._-]{1,249}")


class TopicNames:
    """Names on the broker. A template with {tenant} needs `identity.tenants`, so that inputs can be listed.

    Raises ConfigError when it is made from templates that give no legal names.
    """

    def __init__(self, settings: Settings) -> None:
        self._templates: dict[Topic, str] = {t: getattr(settings.topics, t.value) for t in Topic}
        self._tenants = settings.identity.tenants or ()
        self._cache: dict[tuple[Topic, str], str] = {}
        for topic, template in self._templates.items():
            self._check(topic, template)

    def _check(self, topic: Topic, template: str) -> None:
        where = f"topics.{topic.value}"
        if "{tenant}" in template:
            if topic not in _PER_TENANT:
                raise ConfigError("it cannot be kept per tenant", where=where, advice="leave out {tenant}")
            if not self._tenants:
                raise ConfigError(
                    "{tenant} stands in the name, but the tenants are not known",
                    where=where,
                    advice="list them in identity.tenants",
                )
        for name in self.all(topic):
            if not _LEGAL.fullmatch(name):
                raise ConfigError(
                    "it gives a name that Kafka does not allow",
                    where=where,
                    advice="use letters, digits, '.', '_', '-' and {tenant} only, at most 249 characters",
                )

    def name(self, topic: Topic, tenant: str = "") -> str:
        """The topic that `tenant`'s records go to. A tenant that is not listed goes to the unknown's."""
        try:
            return self._cache[topic, tenant]
        except KeyError:
            known = tenant if tenant in self._tenants else UNKNOWN_TENANT
            name = self._templates[topic].replace("{tenant}", known)
            if len(self._cache) < 10_000:
                self._cache[topic, tenant] = name
            return name

    def all(self, topic: Topic) -> tuple[str, ...]:
        """Every name `topic` has: one, or one a tenant."""
        template = self._templates[topic]
        tenants: Iterable[str] = self._tenants if "{tenant}" in template else ("",)
        if "{tenant}" in template and topic in _UNAUTHENTICATED:
            tenants = (*tenants, UNKNOWN_TENANT)
        return tuple(dict.fromkeys(template.replace("{tenant}", tenant) for tenant in tenants))


@dataclass(frozen=True)
class TopicDifference:
    """Where an existing topic is not as `init` would have made it. It is reported, never changed."""

    topic: str
    setting: str
    found: str
    wanted: str


@dataclass
class InitReport:
    created: list[str] = field(default_factory=list)
    existing: list[str] = field(default_factory=list)
    differences: list[TopicDifference] = field(default_factory=list)


async def init(settings: Settings, partitions: int = 8, replication: int = 1) -> InitReport:
    """Makes the topics that are missing and reports on those that are there. Running it twice changes nothing.

    Raises ServiceError when the broker cannot be reached or refuses.
    """
    report = InitReport()
    wanted = {name: topic for topic in Topic for name in TopicNames(settings).all(topic)}
    async with admin(settings.kafka) as client, explained(settings.kafka):
        existing = await describe(client, settings.kafka, wanted)
        counts = {name: len(topic["partitions"]) for name, topic in existing.items()}
        for name, topic in wanted.items():
            if name in existing:
                report.existing.append(name)
                report.differences += await _differences(client, settings.kafka, name, topic)
                continue
            number = _partitions(topic, wanted, counts, partitions)
            if await _create(client, NewTopic(name, number, replication, topic_configs=dict(CONFIGURATION[topic]))):
                report.created.append(name)
                counts[name] = number
            else:
                report.existing.append(name)
        counts = await _visible(client, settings.kafka, wanted)
    report.differences += _uneven(wanted, counts)
    return report


async def _visible(client: AIOKafkaAdminClient, kafka: Kafka, wanted: Iterable[str]) -> dict[str, int]:
    """The partitions of the topics, once the broker tells everybody of all of them: after it has made a topic it may
    for a moment still say that there is none, and whoever starts then would find half of them."""
    end = time.monotonic() + VISIBLE_SECONDS
    while True:
        found = await describe(client, kafka, wanted)
        counts = {name: len(topic["partitions"]) for name, topic in found.items()}
        if len(counts) == len(set(wanted)) or time.monotonic() > end:
            return counts
        await asyncio.sleep(0.1)


async def check(settings: Settings) -> InitReport:
    """The report of `init` without making anything: what exists, and how it differs. Raises ServiceError."""
    report = InitReport()
    wanted = {name: topic for topic in Topic for name in TopicNames(settings).all(topic)}
    async with admin(settings.kafka) as client, explained(settings.kafka):
        existing = await describe(client, settings.kafka, wanted)
        for name, topic in wanted.items():
            if name in existing:
                report.existing.append(name)
                report.differences += await _differences(client, settings.kafka, name, topic)
            else:
                report.differences.append(TopicDifference(name, "exists", "no", "yes"))
    counts = {name: len(found["partitions"]) for name, found in existing.items()}
    report.differences += _uneven(wanted, counts)
    return report


def _partitions(topic: Topic, wanted: Mapping[str, Topic], counts: Mapping[str, int], default: int) -> int:
    """A co-partitioned topic that is missing gets as many partitions as its sisters have."""
    if topic in CO_PARTITIONED:
        for name, count in counts.items():
            if wanted[name] in CO_PARTITIONED:
                return count
    return default


async def _create(client: AIOKafkaAdminClient, topic: NewTopic) -> bool:
    response = await client.create_topics([topic])
    _, code, *reason = response.topic_errors[0]
    if code == TopicAlreadyExistsError.errno:  # somebody else ran init at the same moment
        return False
    if code:
        error = for_code(code)
        raise ServiceError(
            f"Kafka refuses to make the topic {topic.name} ({error.__name__}): "
            f"{reason[0] if reason and reason[0] else 'no reason given'}"
        )
    return True


async def _differences(client: AIOKafkaAdminClient, kafka: Kafka, name: str, topic: Topic) -> list[TopicDifference]:
    resource = ConfigResource(ConfigResourceType.TOPIC, name, dict.fromkeys(CONFIGURATION[topic], ""))
    (response,) = await client.describe_configs([resource])
    found: dict[str, str] = {}
    for code, _, _, _, entries in response.resources:
        if code == TopicAuthorizationFailedError.errno:
            raise RightsError(kafka, f"DescribeConfigs on the topic {name}")
        found |= {entry[0]: entry[1] or "" for entry in entries}
    return [
        TopicDifference(name, setting, found.get(setting, "not known"), value)
        for setting, value in CONFIGURATION[topic].items()
        if found.get(setting) != value
    ]


def _uneven(wanted: Mapping[str, Topic], counts: Mapping[str, int]) -> list[TopicDifference]:
    sisters = {name: count for name, count in counts.items() if wanted[name] in CO_PARTITIONED}
    most = max(sisters.values(), default=0)
    return [
        TopicDifference(name, "partitions", str(count), str(most)) for name, count in sisters.items() if count != most
    ]
