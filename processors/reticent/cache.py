"""A folder of the user's own for what takes long to make: compiled databases and plans, by their digest."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

KEPT_MOST = 64
"""Files in the folder of the user; those that were not used for longest go first."""


PATIENCE = 300.0
"""Seconds: several times what compiling the packs takes on a busy machine. Who has the turn may have been stopped."""
_LOOK = 0.05
"""Seconds between two looks whether it is one's turn."""


class Cache:
    """Files in a folder that belongs to this user and that nobody else may write to; else it neither reads nor writes.

    What is there may be lost at any time. It holds rules and the operator's dictionaries, compiled, so it is the
    user's alone."""

    def __init__(self, folder: Path, most: int = KEPT_MOST) -> None:
        self._folder, self._most = folder, most

    @classmethod
    def of_user(cls) -> Cache:
        """In `$XDG_CACHE_HOME/reticent`, by default `~/.cache/reticent`."""
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        return cls(Path(base, "reticent"))

    def get(self, name: str) -> bytes | None:
        if not self._is_own():
            return None
        file = self._folder / name
        try:
            content = file.read_bytes()
        except OSError:
            return None
        with contextlib.suppress(OSError):
            os.utime(file)
        return content

    def put(self, name: str, content: bytes) -> None:
        with contextlib.suppress(OSError):
            if not self._is_ready():
                return
            part = self._folder / f"{name}.{os.getpid()}"
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            part.replace(self._folder / name)
            self._tidy()

    @contextlib.contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """One process at a time, and in it one thread, has the turn of a name. Who has waited for `PATIENCE` goes on
        without it."""
        file = self._folder / f"{name}.turn"
        with contextlib.ExitStack() as held:
            with contextlib.suppress(OSError):
                if self._is_ready():
                    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
                    held.callback(os.close, handle)
                    if _locked(handle):
                        held.callback(file.unlink, missing_ok=True)
            yield

    def _is_ready(self) -> bool:
        """Makes the folder where there is none. Raises OSError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._is_own()

    def _is_own(self) -> bool:
        try:
            status = self._folder.lstat()
        except OSError:
            return False
        others = stat.S_IRWXG | stat.S_IRWXO
        return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & others

    def _tidy(self) -> None:
        files = sorted(self._folder.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in files[self._most :]:
            file.unlink(missing_ok=True)


def _locked(handle: int) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_LOOK)
        else:
            return True
    return False
