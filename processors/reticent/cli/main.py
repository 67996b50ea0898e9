"""The entry of the `reticent` command: how an error becomes one sentence and an exit status.

It imports next to nothing itself, so that Ctrl-C is answered from the first moment on; the commands are in `root`.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from types import FrameType

from . import MISUSE


def main() -> None:
    """Runs the command. Exit status: 0 fine, 1 findings or a failed check, 2 misuse or error, 128 and the number of
    the signal that interrupted it."""
    # while modules load an exception may come out as another one, or in a place that only prints it
    signal.signal(signal.SIGINT, _end_at_once)
    try:
        status = _run()
    except KeyboardInterrupt as error:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # those who press Ctrl-C again must not change the exit status
        status = 128 + getattr(error, "number", signal.SIGINT)
        with contextlib.suppress(OSError):
            os.write(2, b"interrupted\n")
    sys.exit(status)


def _end_at_once(number: int, _: FrameType | None) -> None:
    """Nothing was begun that would have to be ended."""
    with contextlib.suppress(OSError):
        os.write(2, b"interrupted\n")
    os._exit(128 + number)


def _run() -> int:
    from ..errors import ReticentError  # noqa: PLC0415 - these take a second
    from .output import muted, remark  # noqa: PLC0415
    from .root import run  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.default_int_handler)
    # a restricted environment must not turn masked text into an error
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = run()
        sys.stdout.flush()  # now, while there is somebody to say that nobody listens
    except ReticentError as error:
        remark(f"reticent: {error}")
        return MISUSE
    except BrokenPipeError:
        if not muted():
            raise
        return 0
    except OSError as error:
        remark(f"reticent: {error.strerror or type(error).__name__}{f' ({error.filename})' if error.filename else ''}")
        return MISUSE
    except Exception as error:
        remark(f"reticent: {_bug(error)}")
        return MISUSE
    return status


def _bug(error: Exception) -> str:
    """Its type and place, never its text, which may hold what the input holds."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace is not None else "?"
    return f"an unexpected {type(error).__name__} at {place}; this is a bug, please report it with that place"


if __name__ == "__main__":
    main()
