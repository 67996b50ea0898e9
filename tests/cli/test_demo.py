"""The demo: worth watching at any width, and gone afterwards, however it is ended."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reticent import Scanner

from .conftest import Reticent
from .shell import Session, lines_of_block, session

KEPT = "Look around in another terminal:"
PLACEHOLDER = re.compile(r"\[REDACTED:[a-z0-9-]+:[a-z2-7]{8}\]")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """On a terminal of 80 columns, with --keep. The packs were compiled before: it is timed."""
    Scanner.load()
    with session(tmp_path_factory.mktemp("demo"), "demo", "--keep", columns=80) as demo:
        demo.until(KEPT)
        demo.until("curl")
        yield demo


@pytest.fixture(scope="module", params=[80, 140])
def piped(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Into a pipe, where a terminal of that width is."""
    with session(tmp_path_factory.mktemp("demo"), "demo", COLUMNS=str(request.param)) as demo:
        demo.columns = request.param
        assert demo.wait(90) == 0, demo.text
        yield demo


def shown(text: str) -> str:
    """What stays on the screen: from the first scene on, without what --keep says."""
    return text[text.index("1. Three agents") :].partition("\nThe stack keeps")[0]


def is_laid_out_for(columns: int, text: str) -> None:
    """Nothing is wider than the terminal, nothing is cut, and before and after stand side by side."""
    assert max(len(line.rstrip()) for line in shown(text).splitlines()) <= columns
    assert "…" not in text
    block = [line for line in text.splitlines() if " │ " in line]
    left, right = ("\n".join(part) for part in zip(*(line.split(" │ ", 1) for line in block), strict=True))
    assert "published by support-agent" in left and "released on traces.sanitized" in right
    assert '"role": "system"' in left and '"role": "system"' in right
    assert "@example.com" in left and not PLACEHOLDER.search(left)
    assert "@example.com" not in right
    assert len(set(PLACEHOLDER.findall(re.sub(r"\s+", "", right)))) >= 3


def tells_the_story(text: str) -> None:
    told = " ".join(shown(text).split())
    for scene in range(1, 7):
        assert f"{scene}. " in told
    for heading in ("trace tenant producer verdict masked", "time event actor", "tenant producer traces steps"):
        assert heading in told
    assert "Refused: nobody decides on what they or their own service submitted" in told
    assert re.search(r"approves: [\d,]+ masked bytes leave, once\.", told)
    assert re.search(r"trace\.held .* approval\.refused .* approval\.approved .* trace\.released", told)
    assert "planted in what was published: 9 of 9." in told
    assert re.search(r"Found again in [\d,]+ records, rows and log lines that left the gateway: 0\.", told)
    assert re.search(r"all 7 \d+ \d+ 1 7", told)


def test_it_is_laid_out_for_the_terminal(kept: Session) -> None:
    is_laid_out_for(80, kept.text)


def test_it_tells_the_whole_story(kept: Session) -> None:
    tells_the_story(kept.text)


@pytest.mark.slow
def test_into_a_pipe_it_is_the_same_and_leaves_nothing(piped: Session) -> None:
    is_laid_out_for(piped.columns, piped.text)
    tells_the_story(piped.text)
    assert "Traceback" not in piped.text
    assert piped.processes == []
    assert list(piped.temporary.iterdir()) == []


def test_it_takes_less_than_a_minute(kept: Session) -> None:
    seconds = re.search(r"That took (\d+) s", kept.text)
    assert seconds is not None
    # where others work as well, it takes as long as they let it
    assert int(seconds.group(1)) < 60 or os.getloadavg()[0] > 2 * (os.cpu_count() or 1)


def test_what_keep_prints_works_as_printed(kept: Session, reticent: Reticent, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = lines_of_block(kept.text, KEPT)
    monkeypatch.chdir(next(line for line in lines if line.startswith("cd ")).removeprefix("cd "))
    commands = [line for line in lines if line.startswith("reticent ")]
    assert len(commands) >= 6
    for line in commands:
        done = reticent(*shlex.split(line)[1:])
        assert done.code == 0, (line, done.err)
        assert done.out.strip(), line


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here")
def test_what_keep_prints_works_in_a_shell(kept: Session) -> None:
    lines = [line for line in lines_of_block(kept.text, KEPT) if line.startswith(("export ", "cd ", "curl "))]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    script = "\n".join([*lines, "reticent --version"])
    command = ["bash", "-ec", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PATH": path})
    assert done.returncode == 0, done.stderr
    assert "verdict:" in done.stdout and "reticent " in done.stdout


def test_ctrl_c_ends_what_was_kept(kept: Session) -> None:
    kept.ctrl_c()
    assert kept.wait() == 0
    assert "Traceback" not in kept.text
    assert kept.processes == []
    assert list(kept.temporary.iterdir()) == []
