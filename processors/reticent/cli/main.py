"""The `reticent` command: its groups, and how an error becomes one sentence and an exit status."""

from __future__ import annotations

import logging
import os
import sys
from typing import Annotated

import typer

from .. import __version__
from ..errors import ReticentError
from ..stream import logs
from . import approvals, audit, demo, doctor, init, policy, produce, scan, sessions, up, worker
from .output import remark

MISUSE = 2
INTERRUPTED = 130
_NOISY = ("aiokafka", "urllib3", "clickhouse_connect")
"""Libraries that log what the command says in one sentence."""

app = typer.Typer(
    name="reticent",
    help="The gateway that keeps AI reasoning traces from leaking.",
    epilog="Start with: reticent demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"reticent {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """The gateway that keeps AI reasoning traces from leaking."""


for module in (demo, up, worker, init, produce, scan, approvals, sessions, audit, policy, doctor):
    module.register(app)


def main() -> None:
    """Runs the command. Exit status: 0 fine, 1 findings or a failed check, 2 misuse or error."""
    # a restricted environment must not turn masked text into an error
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    logs.configure(level=logging.WARNING)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    sys.exit(_run())


def _run() -> int:
    try:
        status = app(standalone_mode=False)
    except ReticentError as error:
        remark(f"reticent: {error}")
        return MISUSE
    except KeyboardInterrupt:
        remark("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # the reader of a pipe has enough; Python would complain once more at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        # typer may bring a click of its own, whose errors are no kin of click's
        show = getattr(error, "show", None)
        if callable(show) and hasattr(error, "exit_code"):
            show()
            return MISUSE
        return INTERRUPTED if type(error).__name__ == "Abort" else _unexpected(error)
    return status if isinstance(status, int) else 0


def _unexpected(error: Exception) -> int:
    """A bug: its type and place, never its text, which may hold what the input holds."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace is not None else "?"
    remark(
        f"reticent: an unexpected {type(error).__name__} at {place}; this is a bug, please report it with that place"
    )
    return MISUSE


if __name__ == "__main__":
    main()
