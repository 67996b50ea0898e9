"""The documents say what is so: every command as printed, every setting with its default."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from reticent.settings import Settings

from .test_help import parses

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
_COMMAND = re.compile(r"(?:^|\| )(reticent [a-z].*?)(?:\s{2,}#.*)?$", re.MULTILINE)
_INLINE = re.compile(r"`(reticent [a-z][^`]*)`")
_PASSED_BY_ENVIRONMENT = {"kafka.sasl.password", "clickhouse.password"}
_ELSEWHERE = "identity.issuers"


def blocks(language: str) -> Iterator[str]:
    for file in DOCUMENTS:
        yield from re.findall(rf"```{language}\n(.*?)```", file.read_text(), re.DOTALL)


def printed() -> list[str]:
    return sorted({line for block in blocks("(?:console|bash|sh)") for line in _COMMAND.findall(block)})


def mentioned() -> list[str]:
    """In sentences, where a command may stand without what it is about."""
    return sorted(set().union(*(_INLINE.findall(" ".join(file.read_text().split())) for file in DOCUMENTS)))


@pytest.mark.parametrize("line", printed())
def test_a_command_is_taken_as_printed(line: str) -> None:
    parses(line)


@pytest.mark.parametrize("line", mentioned())
def test_a_command_that_is_mentioned_exists(line: str) -> None:
    try:
        parses(line)
    except Exception as error:
        # typer may bring a click of its own
        if type(error).__name__ != "MissingParameter":
            raise


def test_commands_are_found() -> None:
    assert len(printed()) >= 7 and len(mentioned()) >= 7


def test_makefile_targets_that_are_named_exist() -> None:
    there = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        name for file in DOCUMENTS for name in re.findall(r"(?:^|`)make ([a-z-]+)", file.read_text(), re.MULTILINE)
    }
    assert {"demo", "test"} <= named <= there


def settings(kind: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting by its dotted path, with its default."""
    for field in msgspec.structs.fields(kind):
        path = f"{above}{field.name}"
        inner = [each for each in (field.type, *get_args(field.type)) if isinstance(each, type)]
        section = next((each for each in inner if issubclass(each, msgspec.Struct)), None)
        if field.default is not msgspec.NODEFAULT:
            default = field.default
        else:
            default = field.default_factory() if field.default_factory is not msgspec.NODEFAULT else None
        if section is None:
            yield path, default
        elif default is None or isinstance(default, msgspec.Struct):
            yield from settings(section, f"{path}.")
        else:
            yield path, None
            if path != _ELSEWHERE:
                yield from settings(section, f"{path}[].")


def test_every_setting_is_documented_with_its_default() -> None:
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", (ROOT / "docs" / "configuration.md").read_text(), re.MULTILINE)
    documented = dict(rows)
    assert len(documented) == len(rows)
    known = {path: default for path, default in settings(Settings) if path not in _PASSED_BY_ENVIRONMENT}
    assert documented.keys() == known.keys()
    for path, default in known.items():
        shown = "-" if default is None else f"{default:g}" if isinstance(default, float) else str(default)
        assert documented[path] == shown, path


@pytest.mark.slow
def test_python_in_the_readme_runs() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)  # noqa: S102 - ours
    assert names["scanner"].scan("mail ana@example.org")[0].rule == "email"
