"""Commands in a process of their own, on a terminal or on pipes, where signals and exit statuses count."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

MARK = "COMMAND_OF_TEST"
"""An environment variable that marks every process below a command, wherever it is put."""
RETICENT = (sys.executable, "-m", "reticent.cli.main")
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Session:
    """A command that runs. With `columns` on a terminal of its own, which `ctrl_c` is typed on; else on pipes.

    Its temporary files go to `folder`/tmp; `processes` are all that run below it or were left by it."""

    def __init__(self, folder: Path, *arguments: str, columns: int | None = None, **environ: str) -> None:
        self.columns = columns or 80
        self.temporary = folder / f"tmp-{uuid.uuid4().hex[:6]}"
        self.temporary.mkdir(parents=True)
        self._mark = uuid.uuid4().hex
        given = {name: value for name, value in os.environ.items() if not name.startswith("RETICENT_")}
        env = {**given, MARK: self._mark, "TMPDIR": str(self.temporary), "TERM": "xterm", **environ}
        self._master, child = pty.openpty() if columns else os.pipe()
        ends: dict[str, int] = {"stdout": child, "stderr": child}
        if columns:
            fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
            ends["stdin"] = child
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [*RETICENT, *arguments],
            cwd=folder,
            env=env,
            start_new_session=True,
            preexec_fn=(lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)) if columns else None,  # noqa: PLW1509 - Ctrl-C
            **ends,  # type: ignore[arg-type]  # stdin, stdout and stderr
        )
        os.close(child)
        self._read, self._deaf = bytearray(), threading.Event()
        self._reader = threading.Thread(target=self._drain, daemon=True)
        self._reader.start()

    def _drain(self) -> None:
        with contextlib.suppress(OSError):  # a terminal ends with EIO
            while not self._deaf.is_set():
                if select.select([self._master], [], [], 0.1)[0]:
                    piece = os.read(self._master, 65536)
                    self._read += piece
                    if not piece:
                        return

    @property
    def text(self) -> str:
        """What it has written so far, without colours and cursor movements."""
        return _ESCAPES.sub("", self._read.decode("utf-8", "replace")).replace("\r\n", "\n")

    def until(self, text: str, seconds: float = 90.0) -> None:
        """Waits until it has written that."""
        while text not in self.text:
            assert time.monotonic() < self.began + seconds, self.text
            assert self.process.poll() is None or text in self.text, self.text
            time.sleep(0.02)

    def ctrl_c(self) -> None:
        os.write(self._master, b"\x03")

    def hang_up(self) -> None:
        """Nobody reads what it writes any more."""
        self._deaf.set()
        self._reader.join(10)
        os.close(self._master)
        self._master = os.open(os.devnull, os.O_RDONLY)

    def wait(self, seconds: float = 60.0) -> int:
        code = self.process.wait(seconds)
        self._reader.join(10)
        return code

    @property
    def processes(self) -> list[str]:
        return family(self._mark)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._master)


@contextlib.contextmanager
def session(folder: Path, *arguments: str, columns: int | None = None, **environ: str) -> Iterator[Session]:
    started = Session(folder, *arguments, columns=columns, **environ)
    try:
        yield started
    finally:
        started.close()


def family(mark: str) -> list[str]:
    """The processes that bear the mark, as their commands."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(process.cmdline()))
    return found


def lines_of_block(text: str, heading: str) -> Sequence[str]:
    """The indented lines below a heading."""
    after = text[text.index(heading) :].splitlines()[1:]
    return [line.strip() for line in after if line.startswith("  ")]
