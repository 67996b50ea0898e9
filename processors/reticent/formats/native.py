"""reticent's own trace as JSON: the schema is schemas/trace.schema.json. Fields it does not know are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import DecodeError
from ..limits import Limits
from ..model import Step, StepKind, Trace
from . import jsontext
from .document import Document
from .tree import TreeDocument

MEDIA_TYPE = "application/vnd.reticent.trace+json"

_KINDS = {kind.value: kind for kind in StepKind}
_TRACE_FIELDS: Mapping[str, tuple[type, ...]] = {
    "trace_id": (str,),
    "session_id": (str,),
    "started_at": (str,),
    "ended_at": (str,),
    "attributes": (dict,),
    "steps": (list,),
}
_STEP_FIELDS: Mapping[str, tuple[type, ...]] = {
    "seq": (int,),
    "kind": (str,),
    "name": (str,),
    "call_id": (str,),
    "parent": (int,),
    "attributes": (dict,),
    "started_at": (str,),
    "ended_at": (str,),
}
_NAMES = {str: "a string", dict: "an object", list: "a list", int: "an integer"}


class Native:
    name = "native"
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
        return TreeDocument(
            found, source=payload, format=self.name, content_type=MEDIA_TYPE, limits=limits, read=read_traces
        )


def check(tree: Any) -> None:
    """Raises DecodeError wrong-format, naming the place and never the value."""
    if not isinstance(tree, dict):
        raise _wrong("$", "an object")
    _check_fields(tree, _TRACE_FIELDS, "$")
    if not isinstance(tree.get("steps"), list):
        raise _wrong("$.steps", "a list")
    for index, step in enumerate(tree["steps"]):
        place = f"$.steps[{index}]"
        if not isinstance(step, dict):
            raise _wrong(place, "an object")
        _check_fields(step, _STEP_FIELDS, place)
        if step.get("kind") not in _KINDS:
            raise _wrong(f"{place}.kind", f"one of {', '.join(_KINDS)}")


def _check_fields(node: Mapping[str, Any], fields: Mapping[str, tuple[type, ...]], place: str) -> None:
    for name, types in fields.items():
        value = node.get(name)
        if value is not None and (not isinstance(value, types) or isinstance(value, bool)):
            raise _wrong(f"{place}.{name}", _NAMES[types[0]])


def _wrong(place: str, wanted: str) -> DecodeError:
    return DecodeError("wrong-format", f"a native trace wants {wanted} at {place}; see schemas/trace.schema.json")


def read_traces(tree: Any) -> Sequence[Trace]:
    return [
        Trace(
            trace_id=_text(tree, "trace_id"),
            session_id=_text(tree, "session_id"),
            started_at=_text(tree, "started_at"),
            ended_at=_text(tree, "ended_at"),
            attributes=tree.get("attributes") or {},
            steps=[_step(index, step) for index, step in enumerate(tree.get("steps") or ())],
        )
    ]


def _step(index: int, step: Mapping[str, Any]) -> Step:
    seq, parent = step.get("seq"), step.get("parent")
    return Step(
        seq=seq if isinstance(seq, int) else index,
        # masking may have renamed or replaced what was checked on the way in
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
