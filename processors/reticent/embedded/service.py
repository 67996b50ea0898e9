"""A process of the stack: started, waited for, stopped in bounded time."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ..errors import ServiceError

START_SECONDS = 40.0
STOP_SECONDS = 15.0


class Service:
    """`address` is host:port. The process ends with its owner, also when the owner is killed."""

    def __init__(
        self, name: str, command: Sequence[str], address: str, log: Path, *, environ: dict[str, str] | None = None
    ) -> None:
        self.name, self.address, self._log = name, address, log
        with log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 - a command of ours
                [sys.executable, "-m", "reticent.embedded.guard", "--", *command],
                stdin=subprocess.PIPE, stdout=output, stderr=output, start_new_session=True, env=environ,
            )  # fmt: skip

    def wait(self, answers: Callable[[], bool], seconds: float = START_SECONDS) -> None:
        """Until it answers. Raises ServiceError when it ends before, or takes too long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise ServiceError(f"{self.name} ended while it started; see {self._log}")
            if answers():
                return
            time.sleep(0.05)
        raise ServiceError(f"{self.name} does not answer on {self.address} after {seconds:.0f} s; see {self._log}")

    def stop(self, seconds: float = STOP_SECONDS) -> int:
        """Asks it to end, and kills it when it does not. The exit status."""
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def port_open(address: str) -> bool:
    host, _, port = address.rpartition(":")
    with contextlib.suppress(OSError), socket.create_connection((host, int(port)), 0.5):
        return True
    return False


def choose(bind: str | None, what: str) -> str:
    """The given address if it is free, else a free one on loopback. Raises ServiceError when it is taken."""
    host, _, port = (bind or "127.0.0.1:0").rpartition(":")
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, int(port)))
        except OSError as error:
            raise ServiceError(f"{what} cannot listen on {bind}: {error.strerror}; choose another port") from None
        return f"{host}:{listener.getsockname()[1]}"
