"""The commands, put together, and what misuse of them says."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from typer.main import get_command

from .. import __version__
from ..stream import logs
from . import approvals, audit, demo, doctor, init, policy, produce, scan, sessions, up, worker
from .main import MISUSE
from .output import remark

_NOISY = ("aiokafka", "urllib3", "clickhouse_connect")
"""Libraries that log what the command says in one sentence."""
_PANELS: Mapping[str, str] = {
    **dict.fromkeys(("demo", "up"), "Try it"),
    **dict.fromkeys(("scan", "mask", "policy"), "Without Kafka"),
    **dict.fromkeys(("init", "worker", "doctor"), "Operate a gateway"),
    **dict.fromkeys(("produce", "approvals"), "Publish and decide"),
    **dict.fromkeys(("sessions", "replay", "audit"), "Look at what happened"),
}

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


for module in (demo, up, scan, policy, init, worker, doctor, produce, approvals, sessions, audit):
    module.register(app)
for command in app.registered_commands:
    command.rich_help_panel = _PANELS[command.name or command.callback.__name__]  # type: ignore[union-attr]
for group in app.registered_groups:
    group.rich_help_panel = _PANELS[str(group.name)]


def run() -> int:
    """Runs the command that the process's arguments name and returns its exit status. Raises what it raises."""
    logs.configure(level=logging.WARNING)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    command = get_command(app)
    try:
        # not app(): that has an exit status of its own for a closed pipe and for Ctrl-C
        with command.make_context("reticent", sys.argv[1:]) as context:
            status = command.invoke(context)
    except typer.Exit as end:
        return end.exit_code
    except SystemExit:
        return 0  # so rich says, whom typer's help is written by, that nobody reads on
    except Exception as error:
        # typer may bring a click of its own, whose errors are no kin of click's
        if hasattr(error, "format_message"):
            return _misused(error)
        raise
    return status if isinstance(status, int) else 0


def _misused(error: Any) -> int:
    """One sentence; or the help, where nothing was said at all."""
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return MISUSE
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "reticent"
    remark(f"reticent: {' '.join(error.format_message().split()).rstrip('.')} (see `{command} --help`)")
    return MISUSE
