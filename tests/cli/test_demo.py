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

from .conftest import Reticent
from .shell import Session, lines_of_block, session

KEPT = "Look around in another terminal:"
PLACEHOLDER = re.compile(r"\[REDACTED:[a-z0-9-]+:[a-z2-7]{8}\]")


@pytest.fixture(scope="module")
def demos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Session, Session]]:
    """Two that run side by side: one on a terminal of 80 columns, with --keep, and one into a pipe."""
    folder = tmp_path_factory.mktemp("demo")
    with session(folder, "demo", "--keep", columns=80) as kept, session(folder, "demo", COLUMNS="100") as piped:
        kept.until(KEPT)
        kept.until("curl")
        yield kept, piped


@pytest.fixture
def kept(demos: tuple[Session, Session]) -> Session:
    return demos[0]


@pytest.fixture
def piped(demos: tuple[Session, Session]) -> Session:
    demos[1].wait(90)
    return demos[1]


def shown(text: str) -> str:
    """What stays on the screen: from the first scene on, without what --keep says."""
    return text[text.index("1. Three agents") :].partition("\nThe stack keeps")[0]


def test_it_fits_the_terminal_and_cuts_nothing(kept: Session, piped: Session) -> None:
    assert max(len(line.rstrip()) for line in shown(kept.text).splitlines()) <= 80
    assert max(len(line.rstrip()) for line in shown(piped.text).splitlines()) <= 100
    assert "…" not in kept.text + piped.text


def test_before_and_after_stand_side_by_side(kept: Session, piped: Session) -> None:
    for text in (kept.text, piped.text):
        block = [line for line in text.splitlines() if " │ " in line]
        left, right = ("\n".join(part) for part in zip(*(line.split(" │ ", 1) for line in block), strict=True))
        assert "published by support-agent" in left
        assert "released on traces.sanitized" in right
        assert "example.com" in left and not PLACEHOLDER.search(left)
        assert "example.com" not in right
        assert len(set(PLACEHOLDER.findall(re.sub(r"\s+", "", right)))) >= 3
        assert '"role": "system"' in left and '"role": "system"' in right


def test_it_tells_the_whole_story(kept: Session, piped: Session) -> None:
    for text in (kept.text, piped.text):
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


def test_it_ends_by_itself_and_leaves_nothing(piped: Session) -> None:
    assert piped.wait() == 0
    assert "Traceback" not in piped.text
    assert piped.processes == []
    assert list(piped.temporary.iterdir()) == []


def test_it_takes_less_than_a_minute(piped: Session) -> None:
    seconds = re.search(r"That took (\d+) s", piped.text)
    assert seconds is not None
    assert int(seconds.group(1)) < 60 or os.getloadavg()[0] > 2 * (os.cpu_count() or 1)


def test_what_keep_prints_works_as_printed(kept: Session, reticent: Reticent, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = lines_of_block(kept.text, KEPT)
    folder = next(line for line in lines if line.startswith("cd ")).removeprefix("cd ")
    monkeypatch.chdir(folder)
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


def test_ctrl_c_ends_what_was_kept(kept: Session, piped: Session) -> None:
    kept.ctrl_c()
    assert kept.wait() == 0
    assert "Traceback" not in kept.text
    assert kept.processes == []
    assert list(kept.temporary.iterdir()) == []
