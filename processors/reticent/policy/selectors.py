"""Where an application applies: globs over names, and a subset of JSONPath over normalised paths."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable

from ..errors import ConfigError

_SEGMENT = re.compile(
    r"""\.\.(?P<deep>[\w-]+|\*) | \.(?P<name>[\w-]+|\*) | \[(?P<index>\d+|\*)\] | \['(?P<quoted>(?:[^'\\]|\\.)*)'\]""",
    re.VERBOSE,
)


def path_matcher(selector: str) -> Callable[[str], bool]:
    """Whether a normalised path (RFC 9535) is selected by, or lies below, what `selector` selects.

    Names, `*`, indices and `..name` are understood. Raises ConfigError on anything else.
    """
    if not selector.startswith("$"):
        raise ConfigError("a path begins with $", advice="write $.steps[*].content or $..email")
    pattern, at = r"\$", 1
    while at < len(selector):
        found = _SEGMENT.match(selector, at)
        if found is None:
            raise ConfigError(
                f"the path is not understood from character {at + 1} on",
                advice="names, *, [0], [*], ['a name'] and ..name may be used",
            )
        pattern += _expression(found)
        at = found.end()
    compiled = re.compile(pattern + r"(?:\[.*)?", re.DOTALL)
    return lambda path: compiled.fullmatch(path) is not None


_ANY = r"\[(?:\d+|'(?:[^'\\]|\\.)*')\]"


def _expression(found: re.Match[str]) -> str:
    deep, name, index, quoted = found.group("deep", "name", "index", "quoted")
    if deep is not None:
        return f"(?:{_ANY})*" + (_ANY if deep == "*" else rf"\['{re.escape(deep)}'\]")
    if name is not None:
        return _ANY if name == "*" else rf"\['{re.escape(name)}'\]"
    if index is not None:
        return _ANY if index == "*" else rf"\[{index}\]"
    return rf"\['{re.escape(quoted)}'\]"


def selects(pattern: str | None, name: str) -> bool:
    """A glob over a name; None selects everything."""
    return pattern is None or fnmatch.fnmatchcase(name, pattern)
