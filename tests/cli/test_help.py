"""Help: every command has one, with an example that the command itself takes."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

import reticent as package
from reticent.cli.root import application

from .conftest import Reticent

COMMANDS = {
    "demo", "up", "worker", "init", "produce", "scan", "mask", "replay", "doctor", "approvals list", "approvals show",
    "approvals approve", "approvals reject", "approvals wait", "sessions list", "sessions show", "audit query",
    "policy check", "policy test",
}  # fmt: skip


def commands(group: Any = None, above: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command with the words that call it."""
    for name, command in (group or get_command(application())).commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*above, name))
        else:
            yield " ".join((*above, name)), command


KNOWN = dict(commands())


def parses(line: str) -> None:
    """Raises what the command raises on options and arguments that it does not take; runs nothing."""
    words = shlex.split(line, comments=True)
    words = words[: next((index for index, word in enumerate(words) if word in ("|", ">", "&&")), None)]
    name = " ".join(words[1:3]) if " ".join(words[1:3]) in KNOWN else " ".join(words[1:2])
    assert name in KNOWN, line
    KNOWN[name].make_context(name, words[1 + len(name.split()) :])


def test_every_command_of_the_design_is_there() -> None:
    assert set(KNOWN) >= COMMANDS


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_help_says_what_it_does_and_gives_an_example_that_it_takes(name: str, reticent: Reticent) -> None:
    shown = reticent(*name.split(), "--help")
    assert (shown.code, shown.err) == (0, "")
    assert "Usage: reticent" in shown.out
    text = " ".join(str(KNOWN[name].help).split())
    examples = re.findall(r"Example: (.*)", text)
    assert examples, text
    for example in examples:
        parses(example[example.index("reticent") :])


def test_without_arguments_it_lists_its_commands(reticent: Reticent) -> None:
    shown = reticent()
    assert shown.code == 2
    assert {name.split()[0] for name in COMMANDS} <= set(re.findall(r"[a-z]+", shown.out + shown.err))
    assert "reticent demo" in shown.out + shown.err


def test_it_tells_its_version(reticent: Reticent) -> None:
    assert reticent("--version").out == f"reticent {package.__version__}\n"


@pytest.mark.parametrize(
    ("words", "without"),
    [
        (["--version"], {"hyperscan", "aiokafka", "faust"}),
        (["scan", "--help"], {"aiokafka", "faust", "chdb", "clickhouse_connect", "jwt"}),
        (["policy", "check", "--help"], {"aiokafka", "faust", "chdb"}),
    ],
)
def test_a_command_loads_only_what_it_needs(words: list[str], without: set[str]) -> None:
    code = "import sys; from reticent.cli.root import run; run(); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    assert set(done.stderr.split()) & without == set()
