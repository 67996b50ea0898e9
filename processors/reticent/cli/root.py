"""The commands, put together, and what misuse of them says."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.main import get_command

from .. import __version__
from ..stream import logs
from . import MISUSE
from .output import remark

_NOISY = ("aiokafka", "urllib3", "clickhouse_connect")
"""Libraries that log what the command says in one sentence."""
MODULES: Mapping[str, str] = {
    "demo": "demo", "up": "up", "scan": "scan", "mask": "scan", "policy": "policy", "init": "init", "worker": "worker",
    "doctor": "doctor", "produce": "produce", "approvals": "approvals", "sessions": "sessions", "replay": "sessions",
    "audit": "audit",
}  # fmt: skip
"""Where each command is: importing them all takes most of the time of a short one."""
_ALL = tuple(dict.fromkeys(MODULES.values()))
_PANELS: Mapping[str, str] = {
    **dict.fromkeys(("demo", "up"), "Try it"),
    **dict.fromkeys(("scan", "mask", "policy"), "Without Kafka"),
    **dict.fromkeys(("init", "worker", "doctor"), "Operate a gateway"),
    **dict.fromkeys(("produce", "approvals"), "Publish and decide"),
    **dict.fromkeys(("sessions", "replay", "audit"), "Look at what happened"),
}


def modules_for(arguments: Sequence[str]) -> Iterable[str]:
    """The modules of the command that is called: all of them, where it is none of ours or help is asked for."""
    first = arguments[0] if arguments else ""
    if first == "--version":
        return ()
    return (MODULES[first],) if first in MODULES else _ALL


def application(modules: Iterable[str] = _ALL) -> typer.Typer:
    """With the commands of these modules."""
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
    app.callback()(root)
    for module in modules:
        import_module(f".{module}", __package__).register(app)
    for each in app.registered_commands:
        each.rich_help_panel = _PANELS[each.name or each.callback.__name__]  # type: ignore[union-attr]
    for group in app.registered_groups:
        group.rich_help_panel = _PANELS[str(group.name)]
    return app


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"reticent {__version__}")
        raise typer.Exit


def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """The gateway that keeps AI reasoning traces from leaking."""


def run() -> int:
    """Runs the command that the process's arguments name and returns its exit status. Raises what it raises."""
    logs.configure(level=logging.WARNING)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    arguments = sys.argv[1:]
    command = get_command(application(modules_for(arguments)))
    try:
        # not app(): that has an exit status of its own for a closed pipe and for Ctrl-C
        with command.make_context("reticent", arguments) as context:
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
