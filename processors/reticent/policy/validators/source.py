"""Paths in homes, and makers of source code in traces for the examples of the code pack."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from ...patterns.linear import finding
from ..rule import Match, Validator

LINES = 60
_URL_MOST = 200
_IN_A_URL = finding(
    r"(?:[A-Za-z][A-Za-z0-9+.-]{0,16}://[^\s/\"'<>]+|(?:^|[^\w.@-])(?:[a-z0-9-]+\.)+[a-z]{2,12}(?::[0-9]{1,5})?)(?:/[^\s\"'<>]*)?$"
)
"""A host, and maybe the beginning of a path, right before."""


def _outside_url(secret: str, match: Match) -> bool:
    """A path of a file, and not of a page: `https://site.example/home/news`."""
    before = match.text[max(0, match.start - _URL_MOST) : match.start]
    root = max(before.rfind("/home/"), before.rfind("/Users/"))
    return root < 0 or not _IN_A_URL(before[:root])


def _block(chance: random.Random) -> str:
    body = "\n".join(f"total_{n} = add(total, {chance.randint(1, 9)})" for n in range(LINES))
    return f"```python\n{body}\n```"


def _diff(chance: random.Random) -> str:
    body = "\n".join(f"{chance.choice(' +-')}total = {n}" for n in range(LINES))
    return f"diff --git a/app.py b/app.py\n--- a/app.py\n+++ b/app.py\n@@ -1,{LINES} +1,{LINES} @@\n{body}"


GENERATORS: dict[str, Callable[[random.Random], str]] = {"code-block": _block, "diff": _diff}
VALIDATORS: Mapping[str, Validator] = {"outside-url": _outside_url}
