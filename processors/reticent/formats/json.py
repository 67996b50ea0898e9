"""JSON that no format claims: scanned leaf by leaf, one step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..limits import Limits
from ..model import Step, StepKind, Trace
from . import jsontext
from .document import Document
from .tree import Dialect, TreeDocument

MEDIA_TYPE = "application/json"
TIES = ("trace_id", "traceId")
"""What may say which trace it is."""


class Json:
    name = "json"
    media_types: Sequence[str] = (MEDIA_TYPE,)

    def recognises(self, payload: bytes, tree: Any) -> bool:
        return tree is not None

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        found = jsontext.parse(payload, limits) if tree is None else tree
        return TreeDocument(found, _DIALECT, source=payload, limits=limits)


def read_traces(tree: Any) -> Sequence[Trace]:
    """The whole document as one step; ids are taken where they stand under their usual names."""
    named = tree if isinstance(tree, dict) else {}

    def text(*names: str) -> str:
        return next((named[name] for name in names if isinstance(named.get(name), str)), "")

    return [
        Trace(
            trace_id=text(*TIES),
            session_id=text("session_id", "sessionId"),
            steps=[Step(0, StepKind.OTHER, tree, path="$")],
        )
    ]


_DIALECT = Dialect("json", MEDIA_TYPE, read_traces, check=jsontext.refuse_repeats, ties=TIES)
