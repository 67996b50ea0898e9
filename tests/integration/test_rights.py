"""Kafka's authorizer: the least rights that docs/kafka.md lists are enough for everything, and one that is missing is
named before the first record is read."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import yaml

from reticent.model import Topic
from reticent.settings import Settings, load
from reticent.stream import rights
from reticent.stream.connection import RightsError

from .gateway import Gateway, held, trace, until
from .gateway import gateway as made_gateway
from .kafka import Stack
from .secured import GROUP, TOPIC, TRANSACTIONAL, Secured

DOCUMENT = Path(__file__).parents[2] / "docs" / "kafka.md"
KINDS = {"topic": TOPIC, "group": GROUP, "transactional id": TRANSACTIONAL}
Rights = list[tuple[int, str, str]]
ROLES = tuple(rights.READ)


def documented(made: Gateway, who: str) -> Rights:
    """The rights that the documents' table gives to `who`, on the topics and names of this installation."""
    rows = re.findall(
        r"^\| ([\w ,]+) \| (\w[\w ]*) \| `([\w.*-]+)` \| ([\w, ]+) \|$", DOCUMENT.read_text(), re.MULTILINE
    )
    topics = {f"traces.{name}": name.replace("-", "_") for name in ("raw", "sanitized", "approvals", "decisions",
              "verdicts", "audit", "rejected")} | {"traces.approvals-state": "approval_state"}  # fmt: skip
    found = []
    for whom, kind, name, verbs in rows:
        if who not in whom.split(", "):
            continue
        own = getattr(made.settings.topics, topics[name]) if name in topics else None
        if name == "traces.*":
            own = made.settings.topics.raw.partition(".")[0] + ".*"
        if name == "reticent-*":
            own = made.settings.kafka.group + "-*"
        assert own is not None, name
        found += [(KINDS[kind], own, verb) for verb in verbs.split(", ")]
    assert found, who
    return found


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    made = Secured(tmp_path_factory.mktemp("secured"), users=("worker", "producer", "approver", "operator"))
    try:
        made.broker.start()
        yield made
    finally:
        made.broker.stop()


@pytest.fixture(scope="module")
def gateway(secured: Secured, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """Each user has a configuration of its own, beside the one that may do everything."""
    stack = Stack("apache", secured.broker.bootstrap)
    with made_gateway(stack, tmp_path_factory.mktemp("gateway"), make_topics=False) as made:
        yield made


def acting(made: Gateway, secured: Secured, user: str) -> Gateway:
    """The same gateway, for those who connect as `user`."""
    tree = yaml.safe_load(made.config.read_text())
    tree["kafka"] |= {"bootstrap": secured.broker.at("SASL"), "sasl": {"username": user, "password_file": str(secured.folder / f"{user}.password")}}  # fmt: skip  # noqa: E501
    config = made.folder / f"{user}.yaml"
    config.write_text(yaml.safe_dump(tree))
    return Gateway(made.folder, config, load(config, {}))


@pytest.fixture(scope="module")
def topics(gateway: Gateway, secured: Secured) -> None:
    """Made by who may make them."""
    asyncio.run(secured.allow("operator", documented(gateway, "operator")))
    made = acting(gateway, secured, "operator").cli("init", "--partitions", "1", check=False)
    assert "Kafka" not in made.stderr  # there is no ClickHouse here


def demand(settings: Settings, roles: Sequence[str] = ROLES) -> None:
    asyncio.run(rights.demand(settings, roles))


@pytest.mark.usefixtures("topics")
def test_the_documented_rights_are_enough_for_the_main_job(gateway: Gateway, secured: Secured) -> None:
    people = {name: acting(gateway, secured, name) for name in secured.users}
    for name in people:
        asyncio.run(secured.allow(name, documented(gateway, name)))
    worker = people["worker"]
    try:
        worker.start()
        worker.ready()
        for name, payload in (("plain", trace("plain")), ("held", held("held"))):
            (worker.folder / f"{name}.json").write_bytes(payload)
            people["producer"].cli("produce", str(worker.folder / f"{name}.json"), "--wait")
        (request,) = gateway.requests(1)
        people["approver"].cli("approvals", "approve", request.approval_id, who="approver")
        people["approver"].cli("approvals", "wait", request.approval_id)
        until(lambda: len(gateway.records(Topic.SANITIZED)) == 2, 20, "not all were released")
        assert worker.stop() == 0
    finally:
        worker.kill()
    assert "does not allow" not in worker.log


@pytest.mark.parametrize(
    ("kind", "name", "verb", "says"),
    [
        (TOPIC, "sanitized", "Write", "Write on the topic {sanitized}"),
        (TOPIC, "sanitized", "Read", "Read on the topic {sanitized}"),
        (TOPIC, "approval_state", "Write", "Write on the topic {approval_state}"),
        (TOPIC, "verdicts", "Write", "Write on the topic {verdicts}"),
        (GROUP, "", "Read", "Read on the group {group}-gateway, Read on the group {group}-approvals"),
        (TRANSACTIONAL, "", "Write", "Write on the transactional id {group}-gateway-{raw}-0"),
    ],
)
@pytest.mark.usefixtures("topics")
def test_one_that_is_missing_is_named(
    gateway: Gateway, secured: Secured, kind: int, name: str, verb: str, says: str
) -> None:
    given = documented(gateway, "worker")
    topic = getattr(gateway.settings.topics, name) if name else f"{gateway.settings.kafka.group}-*"
    asyncio.run(secured.forbid("worker"))
    asyncio.run(secured.allow("worker", [right for right in given if right != (kind, topic, verb)]))
    settings = acting(gateway, secured, "worker").settings
    try:
        with pytest.raises(RightsError) as raised:
            demand(settings)
        names = {field: getattr(settings.topics, field) for field in settings.topics.__struct_fields__}
        assert f"does not allow user worker this: it lacks {says.format(group=settings.kafka.group, **names)}" in str(
            raised.value
        )
    finally:
        asyncio.run(secured.allow("worker", given))
    demand(settings)


def test_who_may_do_nothing_is_told_what_comes_first(gateway: Gateway, secured: Secured) -> None:
    asyncio.run(secured.forbid("producer"))
    producer = acting(gateway, secured, "producer")
    (gateway.folder / "any.json").write_bytes(trace("any"))
    try:
        done = producer.cli("produce", str(gateway.folder / "any.json"), check=False)
    finally:
        asyncio.run(secured.allow("producer", documented(gateway, "producer")))
    assert done.status == 2
    assert f"it lacks Describe on the topic {gateway.settings.topics.raw} (docs/kafka.md" in done.stderr
    assert len(done.stderr.splitlines()) == 1


async def test_a_broker_without_an_authorizer_refuses_nothing(stack: Stack) -> None:
    settings = await asyncio.to_thread(stack.made, 1)
    assert await rights.missing(settings, ROLES) == []


@pytest.mark.slow
@pytest.mark.usefixtures("topics")
def test_a_worker_that_loses_a_right_says_so_and_goes_on_once_it_has_it_again(
    gateway: Gateway, secured: Secured
) -> None:
    given = documented(gateway, "worker")
    asyncio.run(secured.allow("worker", given))
    worker = acting(gateway, secured, "worker")
    try:
        worker.start()
        worker.ready()
        before = len(worker.log)
        asyncio.run(secured.forbid("worker"))
        asyncio.run(secured.allow("worker", [right for right in given if right[0] != GROUP]))
        until(lambda: "it lacks Read on the group" in worker.log[before:], 30, "it does not say what it lacks")
        until(lambda: not worker.is_ready(), 30, "/readyz says that all is well")
        asyncio.run(secured.allow("worker", given))
        worker.ready()
        assert worker.stop() == 0
    finally:
        asyncio.run(secured.allow("worker", given))
        worker.kill()
