"""Runs a command that must not outlive its owner: `python -m reticent.embedded.guard -- COMMAND...`.

The owner holds the other end of this process's stdin; however the owner goes, the pipe ends, and so does the command.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time

GRACE_SECONDS = 10.0


def main() -> int:
    command = sys.argv[sys.argv.index("--") + 1 :]
    # a group of its own: a terminal's Ctrl-C is for the owner, who ends us in his own time
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - the owner's command
    signal.signal(signal.SIGTERM, lambda *_: _end(child))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch, args=(child,), daemon=True).start()
    return child.wait()


def _watch(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 1024):
            pass
    _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
        threading.Thread(target=_kill_later, args=(child,), daemon=True).start()


def _kill_later(child: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + GRACE_SECONDS
    while child.poll() is None and time.monotonic() < end:
        time.sleep(0.05)
    with contextlib.suppress(OSError):
        os.killpg(child.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
