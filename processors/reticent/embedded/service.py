"""A process of the stack: started, waited for, stopped in bounded time."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ..errors import ServiceError

log = logging.getLogger(__name__)

START_SECONDS = 40.0
STOP_SECONDS = 15.0
PASSWORD_VARIABLE = "RETICENT_ENGINE_PASSWORD"  # noqa: S105 - the name of the variable that the engine reads
_GUARD = (sys.executable, "-m", "reticent.embedded.guard")


class Service:
    """`address` is host:port. The process ends with its owner, also when the owner is killed: it watches its stdin,
    whose other end nobody else holds. `guarded`: the command does not do so itself and is run below `guard`."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        address: str,
        log: Path,
        *,
        guarded: bool = True,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.name, self.address, self._log = name, address, log
        with log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 - a command of ours
                [*(_GUARD if guarded else ()), *command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,  # a terminal's Ctrl-C is for the owner alone
                env={**os.environ, **(environ or {})},
            )

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

    def ask_to_stop(self) -> None:
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()

    def stop(self, seconds: float = STOP_SECONDS) -> int:
        """Asks it to end, and kills it when it does not. The exit status."""
        self.ask_to_stop()
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            log.warning("%s does not end in %.0f s; killing it", self.name, seconds)
            self.process.kill()
            return self.process.wait()


def port_open(address: str) -> bool:
    host, _, port = address.rpartition(":")
    with contextlib.suppress(OSError), socket.create_connection((host.strip("[]"), int(port)), 0.5):
        return True
    return False


def choose(bind: str | None, what: str) -> str:
    """The given address if it is free, else a free one on loopback. Raises ServiceError when it is taken."""
    host, _, port = (bind or "127.0.0.1:0").rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise ServiceError(f"{what} cannot listen on {bind}: write host:port, such as 127.0.0.1:9092")
    plain = host.strip("[]")
    with socket.socket(socket.AF_INET6 if ":" in plain else socket.AF_INET) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((plain, int(port)))
        except OSError as error:
            raise ServiceError(f"{what} cannot listen on {bind}: {error.strerror}; choose another port") from None
        return f"{host}:{listener.getsockname()[1]}"


def warn_unless_local(address: str, what: str) -> None:
    host = address.rpartition(":")[0].strip("[]")
    with contextlib.suppress(ValueError):
        if not ipaddress.ip_address(host).is_loopback:
            log.warning("%s listens on %s, beyond this machine, and asks nobody who they are", what, host)
