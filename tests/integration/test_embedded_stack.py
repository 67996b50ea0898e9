"""The embedded stack starts whole or not at all, and leaves no process behind, however its owner goes."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from aiokafka.admin import NewTopic

from reticent.embedded.stack import Stack
from reticent.errors import ServiceError
from reticent.settings import Kafka
from reticent.stream.connection import admin, partition_counts

_OWNER = """
import sys, time
from pathlib import Path
from reticent.embedded.stack import Stack
with Stack(Path(sys.argv[1])) as stack:
    try:
        print(stack.bootstrap, stack.dsn, flush=True)
        time.sleep(60)
    except KeyboardInterrupt:
        pass
print("stopped", flush=True)
"""


def owner(folder: Path) -> tuple[subprocess.Popen[str], list[psutil.Process]]:
    """A process that owns a stack, as a terminal starts one, and everything below it."""
    process = subprocess.Popen(
        [sys.executable, "-c", _OWNER, str(folder)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert "127.0.0.1" in process.stdout.readline()
    return process, psutil.Process(process.pid).children(recursive=True)


async def test_both_parts_answer_and_are_gone_afterwards(tmp_path: Path) -> None:
    others = set(psutil.Process().children(recursive=True))
    began = time.monotonic()
    with Stack(tmp_path) as stack:
        assert time.monotonic() - began < 60
        assert stack.bootstrap is not None
        assert stack.dsn is not None
        async with admin(Kafka(bootstrap=stack.bootstrap)) as client:
            await client.create_topics([NewTopic("one", 3, 1)])
        counts = await partition_counts(Kafka(bootstrap=stack.bootstrap), ["one"])
        assert counts["one"] == 3
        family = set(psutil.Process().children(recursive=True)) - others
    assert family and not [process for process in family if process.is_running()]
    with Stack(tmp_path, ["kafka"]) as again:
        assert again.dsn is None
        assert (await partition_counts(Kafka(bootstrap=again.bootstrap or ""), ["one"]))["one"] == 3


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_outlives_an_owner_that_is_killed(tmp_path: Path, number: signal.Signals) -> None:
    process, family = owner(tmp_path)
    assert len(family) == 3  # the engine, the broker and its guard
    process.send_signal(number)
    process.communicate(timeout=20)
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not alive


def test_nothing_outlives_a_guard_that_is_killed(tmp_path: Path) -> None:
    process, family = owner(tmp_path)
    guard = next(child for child in family if "reticent.embedded.guard" in child.cmdline())
    (broker,) = guard.children()
    guard.kill()
    if sys.platform == "linux":
        _, alive = psutil.wait_procs([broker], timeout=10)
        assert not alive
    process.kill()
    process.communicate(timeout=20)


def test_a_terminals_ctrl_c_reaches_the_owner_alone_who_stops_the_rest_quietly(tmp_path: Path) -> None:
    process, family = owner(tmp_path)
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=20)
    assert (output, errors, process.returncode) == ("stopped\n", "", 0)
    _, alive = psutil.wait_procs(family, timeout=1)
    assert not alive
    assert "Traceback" not in (tmp_path / "clickhouse.log").read_text() + (tmp_path / "kafka.log").read_text()


@pytest.mark.parametrize("part", ["kafka", "clickhouse"])
def test_an_address_that_is_taken_is_one_sentence_and_leaves_nothing(tmp_path: Path, part: str) -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(ServiceError, match="choose another port"), Stack(tmp_path, **{part: taken}):  # type: ignore[arg-type]  # one of two
            pass
    assert {child.pid for child in psutil.Process().children(recursive=True)} == before


def test_what_is_no_address_or_no_part_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match="host:port"), Stack(tmp_path, kafka="a:1,b:2,"):
        pass
    with pytest.raises(ServiceError, match="choose of kafka, clickhouse"):
        Stack(tmp_path, ["redis"])
