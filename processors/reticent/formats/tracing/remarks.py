"""What is said about a run from outside: scores, feedback, lines of a client's log. Each is an event of its trace."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import first, text
from .recorded import moment
from .spans import Attributes, Reading, Span

_SAID = ("value", "stringValue", "score", "comment", "correction", "log")
_ABOUT = ("id", "source", "dataType", "observationId", "sessionId", "run_id", "session_id")
_TRACES = ("traceId", "trace_id", "run_id")
_TIMES = ("timestamp", "createdAt", "created_at")


class Remarks:
    """As spans that stand for themselves, so that they come in order of time; those that say none come last.

    `trace`: the id of the trace that they are about, as far as they say it."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self._steps: dict[int, Step] = {}
        self.trace = ""

    def add(self, node: Mapping[str, Any], path: str, name: str, at: str = "") -> None:
        """`at`: when it was said, where the node does not tell."""
        at = first(node, _TIMES) or at
        none = Attributes({}, lambda name, within: path)
        span = Span("", "", name, none, path, moment(at) or math.inf, math.inf, at)
        said = {each: node[each] for each in _SAID if node.get(each) is not None}
        content = said.get("log", "") if not said.keys() - {"log"} else said
        attributes = {each: node[each] for each in _ABOUT if node.get(each) is not None}
        self.trace = self.trace or next((text(node, name) for name in _TRACES if text(node, name)), "")
        self.spans.append(span)
        self._steps[id(span)] = Step(0, StepKind.EVENT, content, name=name, attributes=attributes, path=path)

    def read(self, span: Span) -> Reading | None:
        """A convention (spans.py) that reads these, and no other."""
        step = self._steps.get(id(span))
        return Reading(steps=[step]) if step is not None else None
