"""Which step of a trace a leaf belongs to, by the paths of both."""

from __future__ import annotations

from collections.abc import Sequence

from .model import Trace

_CONTENT = frozenset({
    "content", "text", "thinking", "reasoning", "arguments", "input", "args", "output", "response", "result", "code",
    "data", "transcript", "refusal", "reasoning_content", "summary",
})  # fmt: skip
"""Fields of a step's own that are its content, in one format or another."""


class StepIndex:
    """Looks up the innermost step around a leaf.

    Paths are RFC 9535 normalised paths (`$['steps'][3]['content']`); a leaf lies in a step when the step's path
    is the leaf's or a proper prefix that ends at a segment.
    """

    def __init__(self, traces: Sequence[Trace]) -> None:
        self._kinds = {
            path: step.kind.value
            for trace in traces
            for step in trace.steps
            for path in (step.path, *step.further)
            if path
        }

    def holds(self, path: str) -> bool:
        """Whether the path is that of a field of a step's own, such as its kind, and not of its content."""
        parent, _, name = path.rpartition("[")
        return parent in self._kinds and path not in self._kinds and name[1:-2] not in _CONTENT

    def kind(self, path: str) -> str:
        """The step's kind, or an empty string when the leaf belongs to no step."""
        while path:
            found = self._kinds.get(path)
            if found is not None:
                return found
            path = path[: path.rfind("[")] if "[" in path else ""
        return ""
