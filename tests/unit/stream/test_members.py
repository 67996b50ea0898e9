"""Only members of this machine whose process is gone are told to leave."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from typing import Any

import pytest

from reticent.settings import Kafka
from reticent.stream import members

GROUP = "reticent-gateway"


class Described:
    """A broker's answer about the group."""

    def __init__(self, *clients: str) -> None:
        self._members = [{"member_id": f"{client}-1", "client_id": client} for client in clients]

    def to_object(self) -> dict[str, Any]:
        return {"groups": [{"members": self._members}]}


def dead(*clients: str) -> list[str]:
    return list(members._dead(GROUP, [Described(*clients)]))


@pytest.fixture
def other() -> Any:
    """A process that waits."""
    made = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield made
    made.kill()
    made.communicate()


def client_of(process: int) -> str:
    return f"{GROUP}.{members._machine()}.{process}.{members._began(process) or 0}"


def test_who_runs_stays_and_who_is_gone_leaves(other: subprocess.Popen[bytes]) -> None:
    mine, its = members.client_id(GROUP), client_of(other.pid)
    assert dead(mine, its) == []
    other.send_signal(signal.SIGSTOP)
    assert dead(mine, its) == []  # it may wake up again
    other.kill()
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
    assert dead(mine, its) == ([f"{its}-1"] if sys.platform == "linux" else [])  # nobody has buried it yet
    other.communicate()
    assert dead(mine, its) == [f"{its}-1"]


def test_another_process_of_the_same_number_is_not_the_one_that_died() -> None:
    if sys.platform == "linux":
        earlier = f"{GROUP}.{members._machine()}.{os.getpid()}.1"
        assert dead(earlier) == [f"{earlier}-1"]


@pytest.mark.parametrize(
    "client", [GROUP, f"{GROUP}.00000000.1.1", f"another.{members._machine()}.1.1", f"{GROUP}.{members._machine()}.x.1",
               f"{GROUP}.more.{members._machine()}.1.1", "", "rdkafka"]
)  # fmt: skip
def test_strangers_are_left_alone(client: str) -> None:
    assert dead(client) == []


async def test_a_broker_that_does_not_answer_does_not_hold_the_start_up() -> None:
    assert await members.leave_for_dead(Kafka(bootstrap="127.0.0.1:1"), GROUP) == 0


async def test_one_after_the_other_joins_a_group_and_other_groups_wait_for_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kafka, group = Kafka(), f"{GROUP}-{os.getpid()}"
    first = await members.turn_to_join(kafka, group)
    other = await members.turn_to_join(kafka, f"{group}-other")
    if sys.platform != "linux":
        assert first is other is None
        return
    assert first is not None and other is not None
    waiting = asyncio.ensure_future(members.turn_to_join(kafka, group))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    first.close()
    second = await asyncio.wait_for(waiting, 5)
    assert second is not None
    monkeypatch.setattr(members, "TURN_SECONDS", 0.2)
    assert await members.turn_to_join(kafka, group) is None  # it does not wait for ever
    second.close()
    other.close()
