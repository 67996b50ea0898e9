"""The command line from the outside: run in this process where that is honest, and one embedded stack for all."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from reticent.cli import workspace
from reticent.cli.main import main
from reticent.embedded.service import choose

from ..logs import kept
from .policies import HELD
from .shell import session


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Of --json: an object a line, and nothing else."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def sentence(self) -> str:
        """The one line that an error is, for people."""
        assert self.out == ""
        assert "Traceback" not in self.err
        (line,) = self.err.splitlines()
        assert line.startswith("reticent: ")
        return line.removeprefix("reticent: ")


class _Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


@dataclass(frozen=True)
class Reticent:
    """Calls the command in this process: `reticent("scan", "file", stdin=b"...")`. With `columns`, on a terminal that
    wide. `environ` holds on for all calls."""

    environ: Mapping[str, str]

    def __call__(self, *arguments: str, stdin: bytes = b"", columns: int | None = None, **environ: str) -> Done:
        kind = io.TextIOWrapper if columns is None else _Terminal
        out, err = (kind(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
        size = {} if columns is None else {"COLUMNS": str(columns), "TERM": "xterm"}
        with pytest.MonkeyPatch.context() as patch, kept():
            for name in [name for name in os.environ if name.startswith("RETICENT_")]:
                patch.delenv(name)
            for name, value in {**size, **self.environ, **environ}.items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["reticent", *arguments])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            with pytest.raises(SystemExit) as ended:
                main()
        texts = (stream.buffer.getvalue().decode() for stream in (out, err))  # type: ignore[attr-defined]  # a BytesIO
        return Done(int(ended.value.code or 0), *texts)


@pytest.fixture
def reticent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reticent:
    """In an empty directory, without any configuration."""
    monkeypatch.chdir(tmp_path)
    return Reticent({})


@dataclass(frozen=True)
class Running:
    """`reticent up` with its workspace. `command` runs against it."""

    folder: Path
    command: Reticent

    @property
    def config(self) -> Path:
        return self.folder / "reticent.yaml"

    def token(self, who: str) -> str:
        return str(self.folder / f"{who}.jwt")


@pytest.fixture(scope="session")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One `reticent up` for all, in a directory with a workspace of few rules. It ends well on SIGTERM and leaves no
    process."""
    home = tmp_path_factory.mktemp("up")
    people = [
        workspace.Person("producer", "svc-demo", "acme", "demo-agent"),
        workspace.Person("approver", "ana@acme.example", "acme", "reticent-cli", ("security",)),
    ]
    bootstrap, engine, bind = (choose(None, "a test") for _ in range(3))
    folder = home / ".reticent"
    workspace.make(folder, people, bootstrap=bootstrap, dsn=f"http://default@{engine}/reticent", bind=bind, policy=HELD)
    with session(home, "up", "--partitions", "2") as running:
        running.until("ready: ")
        yield Running(folder, Reticent({"RETICENT_CONFIG": str(folder / "reticent.yaml")}))
        running.process.send_signal(signal.SIGTERM)
        assert running.wait() == 0, running.text
        assert running.processes == []
