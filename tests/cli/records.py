"""Documents to publish, with values made at run time."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any


def plain(folder: Path, session: str) -> str:
    """A trace that is released, with one value to mask."""
    steps = [
        {"seq": 0, "kind": "prompt", "content": "Write to ana@example.org, please."},
        {"seq": 1, "kind": "output", "name": "answer", "content": "Sent.\nAnything else?"},
    ]
    return _written(folder, session, steps)


def held(folder: Path, session: str) -> str:
    """A trace with three passwords, which the policy of `reticent up` holds."""
    secrets = [f"password = {uuid.uuid4().hex[:9]}Qz{number}" for number in range(3)]
    return _written(folder, session, [{"seq": 0, "kind": "tool_result", "content": "\n".join(secrets)}])


def _written(folder: Path, session: str, steps: list[dict[str, Any]]) -> str:
    path = folder / f"{session}.json"
    path.write_text(json.dumps({"trace_id": f"{session}-1", "session_id": session, "steps": steps}))
    return str(path)
