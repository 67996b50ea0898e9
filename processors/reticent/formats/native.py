"""reticent's own trace as JSON: the schema is schemas/trace.schema.json. Fields it does not know are kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from ..errors import DecodeError
from ..limits import Limits
from ..model import Step, StepKind, Trace
from ..placeholders import is_value
from . import jsontext
from .document import Document
from .tree import Dialect, LazySteps, TreeDocument

MEDIA_TYPE = "application/vnd.reticent.trace+json"

_KINDS = {kind.value: kind for kind in StepKind}


class _Step(msgspec.Struct):
    """What a step's fields must be; `content` may be anything, and `kind` null where it was masked so."""

    kind: Literal[tuple(_KINDS)] | None  # type: ignore[valid-type]  # the kinds, written once
    seq: int | None = None
    name: str | None = None
    call_id: str | None = None
    parent: int | None = None
    attributes: dict[str, Any] | None = None
    started_at: str | None = None
    ended_at: str | None = None


class _Trace(msgspec.Struct):
    steps: list[_Step]
    trace_id: str | None = None
    session_id: str | None = None
    started_at: str | None = None
    ended_at: str | None = None
    attributes: dict[str, Any] | None = None


_WANTED: Mapping[str, str] = {
    "": "an object", "steps": "a list", "attributes": "an object", "seq": "an integer", "parent": "an integer",
    "kind": f"one of {', '.join(_KINDS)}",
}  # fmt: skip
"""In words, by the field's name; what is not here wants a string."""
_PLACE = re.compile(r" - at `(.*)`$")
_MISSING = re.compile(r"required field `(\w+)`")


class Native:
    name = "native"
    members = frozenset({"steps"})
    media_types: Sequence[str] = (MEDIA_TYPE,)

    def recognises(self, payload: bytes, tree: Any) -> bool:
        return (
            isinstance(tree, dict)
            and isinstance(tree.get("steps"), list)
            and "trace_id" in tree
            and all(isinstance(step, dict) and "kind" in step for step in tree["steps"][:3])
        )

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        found = jsontext.parse(payload, limits) if tree is None else tree
        check(found)
        return TreeDocument(found, _DIALECT, source=payload, limits=limits)


def check(tree: Any) -> None:
    """Raises DecodeError wrong-format, naming the place and never the value."""
    try:
        msgspec.convert(tree, _Trace)
    except msgspec.ValidationError as error:
        message = str(error)
    else:
        return
    found, missing = _PLACE.search(message), _MISSING.search(message)
    place = (found.group(1) if found else "$") + (f".{missing.group(1)}" if missing else "")
    if _masked(tree, place):
        return
    name = re.sub(r"\[[^\]]*\]", "", place.rpartition(".")[2]).strip("$")
    wanted = "an object" if place.endswith("]") else _WANTED.get(name, "a string")
    raise DecodeError("wrong-format", f"a native trace wants {wanted} at {place}; see schemas/trace.schema.json")


def _masked(tree: Any, place: str) -> bool:
    """Whether a placeholder stands there: what masking wrote in place of a number or a kind is no mistake."""
    for name, index in _SEGMENT.findall(place):
        try:
            tree = tree[name] if name else tree[int(index)]
        except (LookupError, TypeError):
            return False
    return isinstance(tree, str) and is_value(tree)


_SEGMENT = re.compile(r"\.(\w+)|\[(\d+)\]")


def read_traces(tree: Any) -> Sequence[Trace]:
    found = tree.get("steps")
    # masking may have renamed or dropped what was checked on the way in
    steps = [(i, step) for i, step in enumerate(found) if isinstance(step, dict)] if isinstance(found, list) else []
    return [
        Trace(
            trace_id=_text(tree, "trace_id"),
            session_id=_text(tree, "session_id"),
            started_at=_text(tree, "started_at"),
            ended_at=_text(tree, "ended_at"),
            attributes=tree.get("attributes") or {},
            steps=LazySteps(len(steps), lambda: [_step(index, step) for index, step in steps]),
        )
    ]


def _step(index: int, step: Mapping[str, Any]) -> Step:
    seq, parent = step.get("seq"), step.get("parent")
    return Step(
        seq=seq if isinstance(seq, int) else index,
        kind=_KINDS.get(_text(step, "kind"), StepKind.OTHER),
        content=step.get("content", ""),
        name=_text(step, "name"),
        call_id=_text(step, "call_id"),
        parent=parent if isinstance(parent, int) else None,
        attributes=step.get("attributes") or {},
        started_at=_text(step, "started_at"),
        ended_at=_text(step, "ended_at"),
        path=f"$['steps'][{index}]",
    )


def _text(node: Mapping[str, Any], name: str) -> str:
    value = node.get(name)
    return value if isinstance(value, str) else ""


TIES = ("trace_id",)
_DIALECT = Dialect("native", MEDIA_TYPE, read_traces, check=jsontext.refuse_repeats, ties=TIES)
