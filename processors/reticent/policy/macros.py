"""Names for the pieces that many patterns share: `%{assign}` in a pack's pattern becomes RE2 and Hyperscan syntax."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from ..errors import ConfigError

_ESCAPE: Final = r"\\[nrtf]|%[0-9A-Fa-f]{2}|\\u00[0-9A-Fa-f]{2}|\\x[0-9A-Fa-f]{2}|\x1b?\[[0-9;]{1,8}m"
"""Escapes whose last character is a word character, so that no word boundary stands behind them."""

_CLOSE: Final = r"""(?:["'`\]\)}\\]|\s|&quot;|%22|%5D|\[\]|\*){0,6}"""
"""What may stand between a key's name and its separator."""

_SEPARATOR: Final = r"(?:[=:,(>|\x01\x02]|%3[AaDd]|&#61;){1,4}"

_OPEN: Final = r"""(?:["'`\\(\[@]|\s|&quot;|%2[027]){0,6}"""

ASSIGN: Final = _CLOSE + _SEPARATOR + _OPEN


def _named(words: str) -> str:
    return rf"(?i:{words})[\w.\-]{{0,32}}{ASSIGN}"


def _label(words: str) -> str:
    before, behind = r"""(?:["'`*_\])\\]|\s|&quot;){0,6}""", r"""(?:["'`*_(\[\\|]|\s|&quot;){0,6}"""
    joint = rf"{before}(?:(?:is|was|are|[:=#|,>\x01\x02]|=>|-){{1,3}}{behind}|\s)"
    return rf"\b(?i:{words}){joint}"


_CREDENTIAL: Final = (
    rf"(?:{_named('key|token|secret|auth|credential|passw')}|{_label('key|token|bearer|secret')}"
    r"""|(?i:key|token|secret)\w{0,16}:?\s(?i:string|str)\s{0,3}=\s{0,3}["'`])"""
)
"""From the usual names of a credential to its value: assigned, told (`token is`), or with its type between."""

_JOINT: Final = r"""(?:[\s"'`+,#*>|;-]|\\+[nrt"'\s]|\\u000[ad]|%0[ADad]|&#1[03];|\d{1,4}[0-9.:,TZ|-]{0,30}[\s→])"""
"""A piece of what may stand between two lines of an armoured block: line ends of any kind, quotes and signs of code
and comments, and numbers and times that a tool wrote in front."""

_MACROS: Final[dict[str, str]] = {
    "left": rf"(?:\b|{_ESCAPE})",
    "end": r"(?:[^0-9A-Za-z_\-]|$)",
    "assign": ASSIGN,
    "credential": _CREDENTIAL,
    "joint": _JOINT,
    "uuid": r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}",
    "ws": r"(?:\s|\\[nrt]){0,8}",
}

_WITH_ARGUMENT: Final[dict[str, Callable[[str], str]]] = {"named": _named, "label": _label}

_USE: Final = re.compile(r"%\{([a-z-]+)(?::([^{}]+))?\}")


def expand(pattern: str) -> str:
    """`pattern` with every `%{name}` and `%{name:argument}` written out. Raises ConfigError on an unknown name."""
    return _USE.sub(_expansion, pattern)


def _expansion(use: re.Match[str]) -> str:
    name, argument = use.groups()
    if argument is None and name in _MACROS:
        return _MACROS[name]
    if argument is not None and name in _WITH_ARGUMENT:
        return _WITH_ARGUMENT[name](argument)
    known = [f"%{{{macro}}}" for macro in _MACROS] + [f"%{{{macro}:...}}" for macro in _WITH_ARGUMENT]
    raise ConfigError(f"unknown macro {use.group()}", advice=f"known are {', '.join(known)}")
