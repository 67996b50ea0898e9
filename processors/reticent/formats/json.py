"""JSON that no format claims: scanned leaf by leaf; the steps of what it holds that one knows, else one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..limits import Limits
from ..model import Step, StepKind, Trace
from . import held, jsontext
from .blobs import find_blobs
from .document import Document
from .providers.opened import written
from .providers.provider import RunDocument
from .providers.rows import AWS_EVENTS
from .providers.streams import Run
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
        within = AWS_EVENTS.within(payload, found, limits)
        if not within.opened:
            return TreeDocument(found, _DIALECT, source=payload, limits=limits)
        texts = [payload, *within.texts]
        dialect = replace(
            _DIALECT,
            encode=lambda tree: written(tree, within.opened),
            check=lambda _, strings: jsontext.refuse_repeats_in(texts, strings - within.apart),
            blobs=find_blobs,
        )
        return _OfStreams(found, dialect, _follow, source=payload, limits=limits)


class _OfStreams(RunDocument):
    """Streams stand in it, whose texts go on from one event to the next."""

    def traces(self) -> Sequence[Trace]:
        self.mend()
        return TreeDocument.traces(self)


def _follow(tree: Any) -> Run:
    run = Run()
    held.tell(run, tree, "$")
    return run


def read_traces(tree: Any) -> Sequence[Trace]:
    """The conversation in it, else the whole document as one step; ids are taken where they stand under their usual
    names."""
    named = tree if isinstance(tree, dict) else {}

    def text(*names: str) -> str:
        return next((named[name] for name in names if isinstance(named.get(name), str)), "")

    trace_id, session_id = text(*TIES), text("session_id", "sessionId")
    run = Run()
    (told,) = run.traces() if held.tell(run, tree, "$") else (Trace(),)
    return [
        Trace(
            trace_id or told.trace_id,
            session_id or told.session_id,
            attributes=told.attributes,
            steps=told.steps or [Step(0, StepKind.OTHER, tree, path="$")],
        )
    ]


_DIALECT = Dialect("json", MEDIA_TYPE, read_traces, check=jsontext.refuse_repeats, ties=TIES)
