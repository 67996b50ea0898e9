"""Held traces outlive every process: whatever is killed, and whenever, each is released once or blocked once."""

from __future__ import annotations

import collections
import random
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
import pytest

from reticent.approvals.wire import ApprovalRequest
from reticent.embedded.kafka import start_kafka, wait_kafka
from reticent.model import AuditEvent, Topic, from_rfc3339

from .gateway import Gateway, gateway, held, quick, trace, until
from .kafka import Stack

pytestmark = pytest.mark.once

ROLES = "gateway,approvals"


@pytest.fixture(scope="module")
def running(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """One for all: each test has traces of its own."""
    with gateway(stack, tmp_path_factory.mktemp("gateway")) as made:
        made.start(roles=ROLES)
        yield made
        assert made.stop() == 0


def decided(made: Gateway) -> dict[str, list[str]]:
    """The final verdicts of each trace."""
    found = collections.defaultdict(list)
    for verdict in made.verdicts():
        if verdict.verdict != "held":
            found[verdict.trace_id].append(verdict.verdict)
    return found


def released(made: Gateway) -> collections.Counter[str]:
    """How often each trace stands on the sanitized topic."""
    headers = (dict(record.headers) for record in made.records(Topic.SANITIZED))
    return collections.Counter(each["reticent-trace-id"].decode() for each in headers)


def events(made: Gateway, name: str) -> collections.Counter[str]:
    found = made.statements(Topic.AUDIT, AuditEvent)
    return collections.Counter(event.trace_id for event in found if event.event == name)


def check_released_once(made: Gateway, names: list[str]) -> None:
    until(lambda: set(decided(made)) >= set(names), 60, "there is a trace without a final verdict")
    once, final = dict.fromkeys(names, 1), decided(made)
    assert {name: final[name] for name in names} == {name: ["released"] for name in names}
    for counted in (released(made), *(events(made, kind) for kind in ("approval.approved", "trace.released"))):
        assert {name: counted[name] for name in names} == once
    assert max(released(made).values()) == 1
    verdicts = collections.Counter((verdict.trace_id, verdict.verdict) for verdict in made.verdicts())
    assert set(verdicts.values()) == {1}


def test_what_is_held_outlives_the_end_of_every_process(running: Gateway) -> None:
    names = [f"all-{number}" for number in range(6)]
    running.ready()
    requests = asked(running, names)
    running.kill()
    assert not running.is_ready()
    running.start(processes=2, roles=ROLES)
    running.ready()
    running.decide(*requests)
    check_released_once(running, names)


def asked(made: Gateway, names: Sequence[str]) -> list[ApprovalRequest]:
    """Publishes traces that are held; their requests."""
    before = len(made.records(Topic.APPROVALS))
    made.publish(*(held(name) for name in names))
    return [each for each in made.requests(before + len(names)) if each.trace_id in names]


def rounds(made: Gateway, count: int, seed: int) -> None:
    """Held traces are approved, and everything is killed at some moment around the decision."""
    dice = random.Random(seed)  # noqa: S311 - a run that can be repeated, not a secret
    names: list[str] = []
    for number in range(count):
        fresh = [f"seed{seed}-{number}-{each}" for each in range(4)]
        names += fresh
        requests = asked(made, fresh)
        made.ready()
        killer = threading.Timer(dice.random() * 0.4, made.kill)
        killer.start()
        made.decide(*requests)
        killer.join()
        made.start(processes=1 + number % 2, roles=ROLES)
    check_released_once(made, names)
    print(f"seed {seed}: everything killed {count} times around {len(names)} decisions, each released once")  # noqa: T201 - the run's figures, seen with -s


def test_killed_around_the_decision_a_trace_is_released_exactly_once(running: Gateway) -> None:
    rounds(running, 2, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(2, 5))
def test_killed_around_the_decision_again_and_again(running: Gateway, seed: int) -> None:
    rounds(running, 15, seed)


def test_an_approval_that_expires_blocks_also_when_nobody_runs_then(stack: Stack, tmp_path: Path) -> None:
    with gateway(stack, tmp_path, policy=quick("2s")) as made:
        made.start(roles=ROLES)
        made.ready()
        made.publish(held("while it runs"))
        made.requests(1)
        until(lambda: decided(made) == {"while it runs": ["blocked"]}, 20, "it has not expired")
        made.publish(held("while nobody runs"))
        requests = made.requests(2)
        made.kill()
        assert decided(made).keys() == {"while it runs"}
        wait_for_the_end_of(requests)
        made.decide(*requests)  # too late for both
        made.start(roles=ROLES)
        until(lambda: events(made, "approval.refused").total() == 2, 60, "the late decisions are not refused")
        until(lambda: len(decided(made)) == 2, 20, "what expired while nobody ran is not blocked")
        assert decided(made) == {"while it runs": ["blocked"], "while nobody runs": ["blocked"]}
        reasons = {verdict.reasons[0].code for verdict in made.verdicts() if verdict.verdict == "blocked"}
        assert reasons == {"approval-expired"}
        assert made.records(Topic.SANITIZED) == []


def wait_for_the_end_of(requests: list[ApprovalRequest]) -> None:
    time.sleep(max(0.0, *(from_rfc3339(each.expires_at) - time.time() for each in requests)) + 0.1)


@pytest.mark.slow
def test_the_embedded_broker_keeps_what_is_held_when_it_is_killed_itself(tmp_path: Path) -> None:
    """It writes its data about twice a second; what it was given before that outlives even SIGKILL."""
    broker = start_kafka(tmp_path)
    try:
        wait_kafka(broker)
        with gateway(Stack("embedded", broker.address), tmp_path / "gateway") as made:
            made.start(roles=ROLES)
            made.publish(held("t0"), trace("t1"))
            requests = made.requests(1)
            until(lambda: len(made.verdicts()) == 2, 60, "there are not two verdicts")
            made.kill()
            written, moment = tmp_path / "kafka" / "kafka.json", time.time()
            until(lambda: written.stat().st_mtime > moment or settled(written), 10, "the broker does not write")
            for process in psutil.Process(broker.process.pid).children(recursive=True):
                process.kill()
            broker.stop()
            broker = start_kafka(tmp_path, broker.address)
            wait_kafka(broker)
            made.start(roles=ROLES)
            made.decide(*requests)
            until(lambda: "t0" in decided(made), 60, "it is not released")
            assert released(made) == {"t0": 1, "t1": 1}
            assert decided(made) == {"t0": ["released"], "t1": ["released"]}
    finally:
        broker.stop()


def settled(file: Path) -> bool:
    """Nothing was left to write."""
    return time.time() - file.stat().st_mtime > 3
