"""A record is blamed for a crash when it was there every time, and its neighbours are cleared."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from reticent.assembly import Gateway
from reticent.cli import workspace
from reticent.model import Evidence, Topic, Verdict
from reticent.stream.suspects import CRASHES, Memory, Suspects, new_board

from ..records import Record


def records(first: int, count: int, partition: int = 0) -> list[Record]:
    return [Record(b"x", partition=partition, offset=first + number) for number in range(count)]


def crash(memory: Memory, judged: Sequence[Record]) -> Suspects:
    """A process that dies while it judges these; what the next one is told."""
    board = new_board(multiprocessing.get_context("spawn"))
    with pytest.raises(SystemExit), Suspects(memory.ranges, board).judging(judged):
        raise SystemExit
    died = memory.died(board)
    assert died is not None
    assert (died.first, died.last) == (judged[0].offset, judged[-1].offset)
    return Suspects(memory.ranges)


def test_without_crashes_everything_is_judged_together() -> None:
    assert Suspects().together(records(0, 100), 70) == 70
    assert not Suspects().hopeless(records(0, 1)[0])


def test_after_a_crash_what_was_in_hand_is_judged_one_by_one_and_nothing_else() -> None:
    told = crash(Memory(), records(10, 5))
    chunk = records(8, 10)
    assert told.together(chunk, 10) == 2
    assert [told.together(chunk[start:], 10) for start in range(2, 7)] == [1] * 5
    assert told.together(chunk[7:], 3) == 3
    assert told.together(records(8, 10, partition=1), 10) == 10


def test_only_who_was_there_every_time_is_hopeless() -> None:
    memory, (guilty,) = Memory(), records(12, 1)
    told = crash(memory, records(10, 5))
    for _ in range(CRASHES - 1):
        assert not told.hopeless(guilty)
        told = crash(memory, [guilty])
    assert told.hopeless(guilty)
    assert not any(told.hopeless(each) for each in (*records(10, 2), *records(13, 5), *records(12, 1, partition=1)))


def test_a_process_that_ends_between_two_records_blames_nobody() -> None:
    memory = Memory()
    board = new_board(multiprocessing.get_context("spawn"))
    with Suspects(board=board).judging(records(0, 3)):
        pass
    assert memory.died(board) is None
    assert memory.ranges == []


def _judge(board: Any) -> None:
    with Suspects(board=board).judging(records(7, 2)):
        os.kill(os.getpid(), signal.SIGKILL)


def test_what_a_killed_process_said_is_there_for_its_supervisor() -> None:
    context, memory = multiprocessing.get_context("spawn"), Memory()
    board = new_board(context)
    process = context.Process(target=_judge, args=(board,))
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL
    died = memory.died(board)
    assert died is not None and (died.topic, died.first, died.last) == ("traces.raw", 7, 8)
    assert memory.died(board) is None  # once


def test_the_gateway_blocks_it_as_internal_with_evidence(tmp_path: Path) -> None:
    people = [workspace.Person("producer", "svc-1", "acme", "agent")]
    place = workspace.make(
        tmp_path,
        people,
        bootstrap="127.0.0.1:1",
        dsn="http://default@127.0.0.1:1/d",
        bind="127.0.0.1:0",
        policy="version: 1\npacks: [phi]\n",
    )
    token = place.tokens["producer"].read_bytes()
    record = Record(b"\xff never looked at", [("authorization", b"Bearer " + token)], timestamp=int(time.time() * 1000))
    outputs = {output.topic: output.value for output in Gateway(place.settings).block(record, time.time())}
    assert outputs.keys() == {Topic.VERDICTS, Topic.AUDIT, Topic.REJECTED}
    answer = outputs[Topic.VERDICTS]
    assert isinstance(answer, Evidence)
    verdict = msgspec.json.decode(answer.content, type=Verdict)
    assert (verdict.verdict, verdict.tenant, verdict.reasons[0].code) == ("blocked", "acme", "internal")
