"""Documents to publish, for the policy HELD."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

from .policies import PII, SECRET

_numbers = itertools.count(1000)


def session_name() -> str:
    """One that nobody else has."""
    return f"support-{next(_numbers)}"


def plain(folder: Path, session: str) -> str:
    """A trace that is released, with one value to mask."""
    steps = [
        {"seq": 0, "kind": "prompt", "content": f"Where is {PII.format(4711)}, please?"},
        {"seq": 1, "kind": "output", "name": "answer", "content": "Sent.\nAnything else?"},
    ]
    return _written(folder, session, steps)


def held(folder: Path, session: str) -> str:
    """A trace with three secrets, which is held."""
    secrets = "\n".join(SECRET.format(number) for number in range(3))
    return _written(folder, session, [{"seq": 0, "kind": "tool_result", "content": secrets}])


def _written(folder: Path, session: str, steps: list[dict[str, Any]]) -> str:
    path = folder / f"{session}.json"
    path.write_text(json.dumps({"trace_id": f"{session}-1", "session_id": session, "steps": steps}))
    return str(path)
