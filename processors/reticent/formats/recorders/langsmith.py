"""LangSmith's runs: one, a list, a batch of those that began (`post`) and ended (`patch`); feedback about them; and the
multipart bodies in which its clients send both, in multipart.py.

https://api.smith.langchain.com/redoc
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...errors import DecodeError
from ...limits import Limits
from ...model import Trace
from .. import jsontext
from ..blobs import find_blobs
from ..document import LABEL, Document, Leaves
from ..document import Part as Side
from ..providers.blocks import first, identity, items, mapping, text
from ..tracing import recorded
from ..tracing.conventions import trace_of
from ..tracing.grouped import GroupedDocument, Item, never
from ..tracing.recorded import Names, Part, Record
from ..tracing.remarks import Remarks
from ..tracing.spans import Span
from ..tree import Dialect
from .multipart import Multipart, name_of

JSON, FORM = "application/json", "multipart/form-data"
_BATCHES = ("post", "patch")
_LISTS = (*_BATCHES, "runs")
_FIELDS = ("run_type", "dotted_order")
_SIDES = ("inputs", "outputs")
"""Beside an id, in a batch, these say that it is a run."""
_NAMES = Names("inputs", "outputs", ("start_time",), ("end_time",), "parent_run_id", "extra", ("error",))
_FEEDBACK = ("score", "value", "comment", "correction", "feedback_source")
"""Beside the id of a run and a key one of these says that it is feedback."""
_NAMED = tuple(f'name="{kind}.'.encode() for kind in ("post", "patch", "feedback"))
_TIES = ("id", "trace_id", "parent_run_id", "run_id")
_PARTS = ("inputs", "outputs", "events", "extra", "error", "serialized", "attachments")


class LangSmith:
    name = "langsmith"
    members = frozenset({*_FIELDS, *_LISTS, "run_id"})
    media_types: Sequence[str] = (FORM,)

    def recognises(self, payload: bytes, tree: Any) -> bool:
        if tree is None:
            return payload.startswith(b"--") and any(name in payload[:4096] for name in _NAMED)
        return any(True for _ in _runs(tree))

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        if tree is None and payload.startswith(b"--"):
            return _Parts(Multipart.parse(payload, limits), payload, limits)
        found = jsontext.parse(payload, limits) if tree is None else tree
        if not any(True for _ in _runs(found)):
            raise DecodeError("wrong-format", "langsmith wants runs: one, a list, {post, patch}, or a multipart body")
        return _Runs(found, _DIALECT, _groups, _read, source=payload, limits=limits)


class _Runs(GroupedDocument):
    def look_over(self, leaves: Leaves) -> None:
        """The `key` of feedback is none to anything: it says what was rated."""
        nodes = (node for group in self._groups for item in group for node in (item.node, item.node.get("body")))
        rated = {id(node) for node in nodes if isinstance(node, dict) and _is_feedback(node)}
        for leaf, (container, key) in enumerate(leaves.slots) if rated else ():
            if key == "key" and id(container) in rated:
                leaves.texts[leaf] = f"name{LABEL}{leaves.texts[leaf][abs(leaves.heads[leaf]) :]}"
                leaves.heads[leaf] = -len(f"name{LABEL}")


def _runs(tree: Any) -> Iterator[Item]:
    """A run is one whatever stands beside it, so that it is one, too, in what is written of some traces; only what ends
    a run may say nothing but the id of one that does."""
    if isinstance(tree, dict) and (_is_run(tree) or _is_feedback(tree)):
        yield from _nested(tree, "$")
        return
    lists = [(tree, "$", "")] if isinstance(tree, list) else [(items(tree, n), f"$['{n}']", n) for n in _LISTS]
    nodes = [
        (node, f"{path}[{index}]", _is_run(node, name) or _is_feedback(node))
        for listed, path, name in lists
        for index, node in enumerate(listed)
        if isinstance(node, dict)
    ]
    begun = {identity(node, "id") for node, _, told in nodes if told and not _is_feedback(node)} - {""}
    for node, path, told in nodes:
        if told or identity(node, "id") in begun:
            yield from _nested(node, path)


def _nested(node: dict[str, Any], path: str) -> Iterator[Item]:
    """A run and, in exports, those below it."""
    stack = [(node, path)]
    while stack:
        run, place = stack.pop()
        yield Item(run, place)
        below = items(run, "child_runs")
        stack += [
            (c, f"{place}['child_runs'][{n}]") for n, c in reversed(list(enumerate(below))) if isinstance(c, dict)
        ]


def _is_run(node: Mapping[str, Any], name: str = "") -> bool:
    """`name`: of the list it stands in. Agno's table of runs has types of them, too, and the run itself under a name of
    its own."""
    if "run_data" in node:
        return False
    return any(field in node for field in _FIELDS) or (
        name in _BATCHES and "id" in node and any(field in node for field in _SIDES)
    )


def _is_feedback(node: Mapping[str, Any]) -> bool:
    return "run_id" in node and "key" in node and any(field in node for field in _FEEDBACK)


def _trace(run: Mapping[str, Any], known: Mapping[str, str]) -> str:
    """A run without a parent is the first of a trace, and has its id; feedback goes with its run. `known`: of runs."""
    if _is_feedback(run):
        about = identity(run, "run_id")
        return identity(run, "trace_id") or known.get(about) or about
    found = identity(run, "trace_id")
    return found or ("" if identity(run, "parent_run_id") else identity(run, "id"))


def _groups(tree: Any) -> list[list[Item]]:
    found: dict[str, list[Item]] = {}
    runs = list(_runs(tree))
    named = [(identity(item.node, "id"), identity(item.node, "trace_id")) for item in runs]
    known = {run: trace for run, trace in named if trace}
    inside = ""
    for item in runs:
        trace = known.get(identity(item.node, "id")) or _trace(item.node, known)
        if item.path.endswith("]") and "['child_runs']" in item.path:
            trace = inside  # it goes with the run that it stands in
        inside = trace
        if trace:
            found.setdefault(trace, []).append(item)
    return list(found.values())


def _read(group: Sequence[Item]) -> Trace:
    records, remarks = dict[str, Record](), Remarks()
    for item in group:
        _tell(records, remarks, item.node, item.path)
    return _told(records, remarks)


def _tell(records: dict[str, Record], remarks: Remarks, run: Mapping[str, Any], path: str, identity: str = "") -> None:
    if _is_feedback(run):
        remarks.add(run, path, text(run, "key") or "feedback")
        return
    record = records.setdefault(identity or text(run, "id") or path, Record())
    record.add(Part(run, path))
    record.type = text(run, "run_type") or record.type


def _told(records: Mapping[str, Record], remarks: Remarks) -> Trace:
    spans = [_span(record) for record in records.values()]
    trace = next((found for each in records.values() if (found := each.text("trace_id"))), "")
    first = next(iter(records.values()), None)
    return trace_of(
        trace or (first.text("id") if first else remarks.trace),
        [*spans, *remarks.spans],
        first=lambda span: remarks.read(span) or recorded.read_typed(span),
    )


_MODELS = ("model", "model_name")


def _span(record: Record) -> Span:
    extra, outputs = mapping(record.value("extra")), mapping(record.value("outputs"))
    metadata, invocation = mapping(extra.get("metadata")), mapping(extra.get("invocation_params"))
    model = text(metadata, "ls_model_name") or first(invocation, _MODELS) or first(outputs, _MODELS)
    usage = metadata.get("usage_metadata") or outputs.get("usage_metadata") or outputs.get("usage")
    known = recorded.about(model, usage)
    sessions = ("session_id", "thread_id", "conversation_id")
    session = next((text(metadata, name) for name in sessions if text(metadata, name)), "")
    return record.span(_NAMES, {**known, "session.id": session} if session else known)


# multipart bodies: a run is several parts, of which one is the run and the others are its large fields


class _Parts(_Runs):
    def __init__(self, body: Multipart, source: bytes, limits: Limits) -> None:
        self._body = body
        dialect = Dialect(
            LangSmith.name, _form(body.boundary), never, encode=body.encode, blobs=lambda _: body.blobs,
            ties=(*_TIES, "headers"),
        )  # fmt: skip
        super().__init__(body.tree, dialect, _part_groups, _read_parts, source=source, limits=limits)

    def replace(self, leaf: int, part: Side, text: str | None) -> None:
        """What we call the sides of a part stands in no body: it stays."""
        container, _ = self.leaves().slots[leaf]
        if part is Side.KEY and any(container is each for each in self._body.tree):
            return
        if container is self._body.tree[-1]:
            text = self._body.free(text or "")
            self.content_type = _form(text)
        super().replace(leaf, part, text)


def _form(boundary: str) -> str:
    return f"{FORM}; boundary={boundary}"


def _part_groups(tree: Any) -> list[list[Item]]:
    parts = [Item(part, f"$[{n}]", above=_named(part)) for n, part in enumerate(tree) if isinstance(part, dict)]
    bodies = {item.above: item.node.get("body") for item in parts if item.above[1] in ("", "feedback")}
    runs = {run: body for (run, field), body in bodies.items() if not field and isinstance(body, dict)}
    known = {run: _trace(body, {}) for run, body in runs.items()}
    found: dict[str, list[Item]] = {}
    for item in parts:
        run, field = item.above
        about = bodies[item.above] if field == "feedback" else None
        trace = _trace(about, known) if isinstance(about, dict) else known.get(run) or run
        if trace:
            found.setdefault(trace, []).append(item)
    return list(found.values())


def _named(part: Mapping[str, Any]) -> tuple[str, str]:
    """(run, field) of `post.<run>.inputs` and `attachment.<run>.<name>`; the field of a run itself is empty. Of
    `feedback.<id>` its own id."""
    kind, _, rest = name_of(text(part, "headers")).partition(".")
    run, _, field = rest.partition(".")
    return (run, field if kind in ("post", "patch") else kind) if kind and run else ("", "")


def _read_parts(group: Sequence[Item]) -> Trace:
    records, remarks = dict[str, Record](), Remarks()
    for item in group:
        run, field = item.above
        body = item.node.get("body")
        if field == "feedback" and isinstance(body, dict):
            remarks.add(body, item.path + "['body']", text(body, "key") or field)
        elif not field and isinstance(body, dict):
            _tell(records, remarks, body, item.path + "['body']", run)
        elif field in _PARTS:
            records.setdefault(run, Record()).add(Part({field: body}, item.path, item.path + "['body']"))
    return _told(records, remarks)


_DIALECT = Dialect("langsmith", JSON, never, check=jsontext.refuse_repeats, blobs=find_blobs, ties=_TIES)
