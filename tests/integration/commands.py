"""`reticent` commands, each a process of its own, forked from one that has imported everything already: a second of
imports a command is not what is tested here."""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reticent.cli.root import MODULES

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([f"reticent.cli.{module}" for module in MODULES])


@dataclass(frozen=True)
class Done:
    status: int
    stdout: str
    stderr: str


def command(arguments: Sequence[str], environ: Mapping[str, str], seconds: float = 110.0) -> Done:
    """Runs `reticent ARGUMENTS` to its end."""
    with tempfile.TemporaryDirectory(prefix="reticent-command-") as folder:
        files = [Path(folder, name) for name in ("stdout", "stderr")]
        process = _forks.Process(target=_run, args=(list(arguments), dict(environ), [str(file) for file in files]))
        process.start()
        process.join(seconds)
        if process.is_alive():
            process.kill()
            process.join()
            raise TimeoutError(f"reticent {arguments[0]} did not end in {seconds:.0f} s: {files[1].read_text()}")
        assert process.exitcode is not None
        return Done(process.exitcode, *(file.read_text() for file in files))


def _run(arguments: list[str], environ: dict[str, str], files: list[str]) -> None:
    from reticent.cli.main import main  # noqa: PLC0415 - in the process that forks

    for number, file in enumerate(files, 1):
        handle = os.open(file, os.O_WRONLY | os.O_CREAT)
        os.dup2(handle, number)
    sys.stdout, sys.stderr = (open(number, "w", closefd=False) for number in (1, 2))  # noqa: SIM115 - the process ends with them
    os.environ.clear()
    os.environ.update(environ)
    sys.argv = ["reticent", *arguments]
    try:
        main()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
