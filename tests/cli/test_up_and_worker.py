"""`reticent up` and `reticent worker`: they run until they are told to stop, and say what keeps them from starting."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from reticent.cli import workspace
from reticent.embedded.service import choose
from reticent.settings import load

from .conftest import Reticent, Running
from .policies import FEW_RULES
from .shell import session


@pytest.fixture
def taken() -> Iterator[str]:
    """An address that somebody else listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield f"127.0.0.1:{other.getsockname()[1]}"


@pytest.fixture
def free() -> dict[str, str]:
    return {
        "bootstrap": choose(None, "a test"),
        "dsn": f"http://default@{choose(None, 'a test')}/reticent",
        "bind": choose(None, "a test"),
    }


@pytest.mark.parametrize(("command", "part"), [("up", "bootstrap"), ("up", "dsn"), ("up", "bind"), ("worker", "bind")])
def test_a_port_that_is_taken_is_one_sentence(
    command: str, part: str, taken: str, free: dict[str, str], tmp_path: Path, reticent: Reticent
) -> None:
    free[part] = free[part].replace(free[part].rpartition("@")[2].partition("/")[0], taken)
    place = workspace.make(tmp_path / "home", [], policy=FEW_RULES, **free)
    done = reticent(command, "--config", str(place.config))
    assert done.code == 2
    assert f"cannot listen on {taken}: Address already in use; choose another port" in done.sentence


def test_without_a_configuration_it_avoids_ports_that_are_taken(
    taken: str, free: dict[str, str], tmp_path: Path, reticent: Reticent
) -> None:
    """It is stopped before it starts anything, by a part that does not exist."""
    others = {"RETICENT_CLICKHOUSE__DSN": free["dsn"], "RETICENT_HTTP__BIND": free["bind"]}
    done = reticent("up", "--embed", "redis", RETICENT_KAFKA__BOOTSTRAP=taken, **others)
    assert done.code == 2
    assert f"{taken} is taken: the embedded broker will listen on 127.0.0.1:" in done.err
    assert taken not in (tmp_path / ".reticent" / "reticent.yaml").read_text()


def test_a_worker_without_a_broker_or_without_topics_says_so(
    free: dict[str, str], tmp_path: Path, up: Running, reticent: Reticent
) -> None:
    place = workspace.make(tmp_path / "home", [], policy=FEW_RULES, **free)
    nobody = reticent("worker", "--config", str(place.config))
    assert nobody.code == 2
    assert f"Kafka cannot be reached: nobody listens at {free['bootstrap']}" in nobody.sentence
    bootstrap = load(up.config, {}).kafka.bootstrap
    other = {"RETICENT_KAFKA__BOOTSTRAP": bootstrap, "RETICENT_TOPICS__RAW": "other.raw"}
    none = reticent("worker", "--config", str(place.config), **other)
    assert none.code == 2
    assert none.sentence == "the topic other.raw does not exist: run `reticent init`"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_drains_and_ends_with_0_when_it_is_told_to(
    number: signal.Signals, free: dict[str, str], tmp_path: Path, up: Running
) -> None:
    """Beside the worker of `up`, on the same topics, which it shares with it."""
    free |= {"bootstrap": load(up.config, {}).kafka.bootstrap}
    place = workspace.make(tmp_path / "home", [], policy=FEW_RULES, **free)
    with session(tmp_path, "worker", "--roles", "forward", "--config", str(place.config)) as worker:
        worker.until("worker: 1 processes of forward")
        worker.process.send_signal(number)
        assert worker.wait() == 0
        assert "Traceback" not in worker.text
        assert worker.processes == []


@pytest.mark.parametrize(
    ("missing", "says"),
    [("token.key", "the masking key"), ("policy.yaml", "policy.yaml"), ("issuers", "no issuer is configured")],
)
@pytest.mark.parametrize("command", ["worker", "up"])
def test_what_a_gateway_cannot_do_without_is_told_before_it_starts(
    command: str, missing: str, says: str, free: dict[str, str], tmp_path: Path, reticent: Reticent
) -> None:
    place = workspace.make(tmp_path / "home", [], policy=FEW_RULES, **free)
    if missing == "issuers":
        text = place.config.read_text()
        place.config.write_text(text.partition("identity:")[0] + "policy:" + text.partition("policy:")[2])
    else:
        (place.folder / missing).unlink()
    done = reticent(command, "--config", str(place.config))
    assert done.code == 2
    assert says in done.sentence


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["", "starting the gateway", "pages at"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_an_up_that_is_stopped_while_it_starts(
    number: signal.Signals, moment: str, free: dict[str, str], tmp_path: Path
) -> None:
    workspace.make(tmp_path / ".reticent", [], policy=FEW_RULES, **free)
    with session(tmp_path, "up") as starting:
        if moment:
            starting.until(moment)
        else:
            time.sleep(2)
        os.killpg(starting.process.pid, number)
        assert starting.wait() in (0, 130, -number)
        assert "Traceback" not in starting.text
        end = time.monotonic() + 20
        while starting.processes:
            assert time.monotonic() < end, starting.processes
            time.sleep(0.1)
