"""Makers of source code in traces, for the examples of the code pack."""

from __future__ import annotations

import random
from collections.abc import Callable

LINES = 60


def _block(chance: random.Random) -> str:
    body = "\n".join(f"total_{n} = add(total, {chance.randint(1, 9)})" for n in range(LINES))
    return f"```python\n{body}\n```"


def _diff(chance: random.Random) -> str:
    body = "\n".join(f"{chance.choice(' +-')}total = {n}" for n in range(LINES))
    return f"diff --git a/app.py b/app.py\n--- a/app.py\n+++ b/app.py\n@@ -1,{LINES} +1,{LINES} @@\n{body}"


GENERATORS: dict[str, Callable[[random.Random], str]] = {"code-block": _block, "diff": _diff}
