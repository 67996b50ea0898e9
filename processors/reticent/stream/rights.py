"""The rights a worker needs of Kafka's authorizer, and which of them are missing: told before the first record is
read, not when the first trace is held.

Brokers tell a client what it may do with topics and groups. With transactional ids they do not, but who may not use
one may not find its coordinator either.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import (
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
    GroupAuthorizationFailedError,
    IncompatibleBrokerVersion,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
)
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Boolean, Bytes, Int16, Int32, Schema, String

from ..model import Topic
from ..settings import Settings
from .connection import RightsError, admin, explained
from .offsets import transactional_id
from .topics import TopicNames

_EVIDENCE = (Topic.VERDICTS, Topic.AUDIT, Topic.REJECTED)
READ: Mapping[str, Sequence[Topic]] = {
    "gateway": (Topic.RAW,),
    "approvals": (Topic.APPROVALS, Topic.DECISIONS, Topic.APPROVAL_STATE),
    "archive": (Topic.SANITIZED, Topic.AUDIT),
    "forward": (Topic.SANITIZED,),
}
"""What each role reads. Besides, it needs Read on its group, and Write on a transactional id for each partition; the
names of both begin with `kafka.group`."""
WRITE: Mapping[str, Sequence[Topic]] = {
    "gateway": (Topic.SANITIZED, Topic.APPROVALS, *_EVIDENCE),
    "approvals": (Topic.SANITIZED, Topic.APPROVAL_STATE, *_EVIDENCE),
}
"""What each role writes, together with its offsets."""
_BITS = {"Read": 1 << 3, "Write": 1 << 4}
_NOT_TOLD = -(1 << 31)
SHOWN = 3
NEW_SECONDS, PAUSE_SECONDS = 10.0, 0.2
"""How long the topics of a new cluster may take to be made."""


@dataclass(frozen=True, slots=True)
class Right:
    """`verb` on a topic, a group or a transactional id."""

    verb: str
    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.verb} on the {self.kind} {self.name}"


def needed(settings: Settings, roles: Sequence[str]) -> Iterator[Right]:
    """Each once; of a role's transactional ids those of its first partitions."""
    names = TopicNames(settings)
    found: dict[Right, None] = {}
    for role in roles:
        for verb, topics in (("Read", READ[role]), ("Write", WRITE.get(role, ()))):
            found |= {Right(verb, "topic", name): None for topic in topics for name in names.all(topic)}
        sources = [TopicPartition(name, 0) for topic in READ[role] for name in names.all(topic)]
        lanes = [sources[:-1]] if role == "approvals" else [[source] for source in sources]  # the desk reads its state
        for each in [f"{role}-{sink.name}" for sink in settings.sinks] if role == "forward" else [role]:
            group = f"{settings.kafka.group}-{each}"
            found[Right("Read", "group", group)] = None
            found |= {Right("Write", "transactional id", transactional_id(group, lane)): None for lane in lanes}
    yield from found


async def missing(settings: Settings, roles: Sequence[str]) -> list[Right]:
    """Those that the brokers do not give; none where they tell of no rights. Raises ServiceError."""
    wanted = list(needed(settings, roles))
    async with admin(settings.kafka) as client, explained(settings.kafka):
        try:
            topics = await _of_topics(client, [right.name for right in wanted if right.kind == "topic"])
            given = {right: await _given(client, right, topics) for right in wanted}
        except (NotImplementedError, IncompatibleBrokerVersion):
            return []
    return [right for right, operations in given.items() if _refused(operations, right.verb)]


async def demand(settings: Settings, roles: Sequence[str]) -> None:
    """Raises RightsError with what is missing, if only the first of it."""
    lacking = await missing(settings, roles)
    if lacking:
        more = f" and {len(lacking) - SHOWN} more" if len(lacking) > SHOWN else ""
        raise RightsError(settings.kafka, ", ".join(map(str, lacking[:SHOWN])) + more)


def _refused(operations: int, verb: str) -> bool:
    return operations != _NOT_TOLD and not operations & _BITS[verb]


async def _given(client: AIOKafkaAdminClient, right: Right, topics: Mapping[str, int]) -> int:
    if right.kind == "topic":
        return topics.get(right.name, _NOT_TOLD)
    if right.kind == "group":
        return await _of_group(client, right.name)
    return _NOT_TOLD if await _coordinator(client, right.name, 1) is not None else 0


async def _coordinator(client: AIOKafkaAdminClient, name: str, kind: int) -> int | None:
    """None where it may not be asked for. A new cluster has none for some seconds."""
    end = time.monotonic() + NEW_SECONDS
    while True:
        try:
            node: int = await client.find_coordinator(name, kind)
        except (GroupAuthorizationFailedError, TransactionalIdAuthorizationFailed):
            return None
        except (CoordinatorNotAvailableError, CoordinatorLoadInProgressError):
            if time.monotonic() > end:
                raise
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return node


async def _of_topics(client: AIOKafkaAdminClient, names: Sequence[str]) -> dict[str, int]:
    answer = await client._send_request(_Asked(_Topics, lambda: _Topics(sorted(set(names)), False, False, True)))
    hidden = TopicAuthorizationFailedError.errno
    return {
        topic["topic"]: 0 if topic["error_code"] == hidden else topic["operations"]
        for topic in answer.to_object()["topics"]
    }


async def _of_group(client: AIOKafkaAdminClient, name: str) -> int:
    coordinator = await _coordinator(client, name, 0)
    if coordinator is None:
        return 0
    answer = await client._send_request(_Asked(_Groups, lambda: _Groups([name], True)), coordinator)
    (group,) = answer.to_object()["groups"]
    if group["error_code"] == GroupAuthorizationFailedError.errno:
        return 0
    return _NOT_TOLD if group["error_code"] else int(group["operations"])


# What follows is Kafka's protocol: Metadata v8 and DescribeGroups v3, the first that tell of rights, which the client
# library lacks or reads wrongly.

_TEXT = String("utf-8")


class _TopicsAnswer(Response):  # type: ignore[misc]  # aiokafka has no types
    API_KEY, API_VERSION = 3, 8
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("brokers", Array(("node_id", Int32), ("host", _TEXT), ("port", Int32), ("rack", _TEXT))),
        ("cluster_id", _TEXT),
        ("controller_id", Int32),
        (
            "topics",
            Array(
                ("error_code", Int16),
                ("topic", _TEXT),
                ("is_internal", Boolean),
                (
                    "partitions",
                    Array(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", Array(Int32)),
                        ("isr", Array(Int32)),
                        ("offline_replicas", Array(Int32)),
                    ),
                ),
                ("operations", Int32),
            ),
        ),
        ("cluster_operations", Int32),
    )


class _Topics(RequestStruct):  # type: ignore[misc]
    API_KEY, API_VERSION, RESPONSE_TYPE = 3, 8, _TopicsAnswer
    SCHEMA = Schema(
        ("topics", Array(_TEXT)),
        ("allow_auto_topic_creation", Boolean),
        ("include_cluster_operations", Boolean),
        ("include_topic_operations", Boolean),
    )


class _GroupsAnswer(Response):  # type: ignore[misc]  # aiokafka has no types
    API_KEY, API_VERSION = 15, 3
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "groups",
            Array(
                ("error_code", Int16),
                ("group", _TEXT),
                ("state", _TEXT),
                ("protocol_type", _TEXT),
                ("protocol", _TEXT),
                (
                    "members",
                    Array(
                        ("member_id", _TEXT),
                        ("client_id", _TEXT),
                        ("client_host", _TEXT),
                        ("member_metadata", Bytes),
                        ("member_assignment", Bytes),
                    ),
                ),
                ("operations", Int32),
            ),
        ),
    )


class _Groups(RequestStruct):  # type: ignore[misc]
    API_KEY, API_VERSION, RESPONSE_TYPE = 15, 3, _GroupsAnswer
    SCHEMA = Schema(("groups", Array(_TEXT)), ("include_operations", Boolean))


class _Asked(Request[RequestStruct]):  # type: ignore[misc]
    """One version of one request: what the broker does not speak raises NotImplementedError."""

    API_KEY = -1

    def __init__(self, kind: type[RequestStruct], build: Callable[[], RequestStruct]) -> None:
        self.API_KEY, self._build = kind.API_KEY, build
        self._CLASSES = (kind,)

    def build(self, request_struct_class: Any) -> RequestStruct:
        return self._build()
