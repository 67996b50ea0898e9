"""What gateways in front of model providers log: records of what a model was asked and what it answered, each under the
gateway's own names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...model import Trace
from ..providers.blocks import at, identity
from ..tracing import recorded
from ..tracing.conventions import trace_of
from ..tracing.grouped import GroupedFormat, Item, alike, listed
from ..tracing.recorded import Names, Part, Record
from ..tracing.spans import Span
from ..tree import escaped_name

Way = Sequence[str]
"""The names that lead to a value."""
_NAMES = Names("sent", "answered", ("began",), ("ended",), "", "", ("error",), ())


@dataclass(frozen=True, slots=True)
class Words:
    """Ways to what a record says; of each the first that there is counts. `trace`: its id, which
    records of one trace have in common where it stands at their root. `usage`: in what object tokens are counted."""

    sent: Sequence[Way]
    answered: Sequence[Way]
    trace: Sequence[Way] = ()
    session: Sequence[Way] = ()
    began: Sequence[Way] = ()
    ended: Sequence[Way] = ()
    model: Sequence[Way] = ()
    usage: Sequence[Way] = ()
    error: Sequence[Way] = ()


def way(*paths: str) -> Sequence[Way]:
    """Of names with points between them."""
    return [path.split(".") for path in paths]


def exchanges(
    name: str, members: frozenset[str], tells: Callable[[Mapping[str, Any]], bool], words: Words, lists: Sequence[str]
) -> GroupedFormat:
    """The format of records that are known by `tells`, by their names alone: one, a list, or under one of `lists`.
    `members`: of the names one of which a record has."""

    # what stands deeper is told, and ties nothing (ties.py)
    own = tuple(names[0] for names in words.trace if len(names) == 1)

    records = listed(tells, *lists)

    def read(group: Sequence[Item]) -> Trace:
        spans = [_span(item, words) for item in group]
        told = trace_of(_text(group[0].node, words.trace), spans, first=recorded.read_typed)
        sessions = (_text(item.node, words.session) for item in group)
        told.session_id = told.session_id or next(filter(None, sessions), "")
        return told

    wants = f"records of a gateway's log: one, a list, or {' or '.join(f'`{each}`' for each in lists)}"
    groups = alike(records, lambda item: identity(item.node, *own) or item.path)
    return GroupedFormat(
        name, members | {*lists}, wants, records, groups, read, ties=own, holding=frozenset(lists) - members
    )


def _span(item: Item, words: Words) -> Span:
    """A call of a model."""
    node, parts = item.node, [Part({}, item.path)]
    for field in ("sent", "answered", "began", "ended", "error"):
        names = _way(node, getattr(words, field))
        if names is not None:
            parts.append(Part({field: at(node, names)}, item.path, item.path + "".join(map(escaped_name, names))))
    record = Record(*parts)
    record.type = "model"
    usage = _way(node, words.usage)
    return record.span(_NAMES, recorded.about(_text(node, words.model), at(node, usage or ())))


def _way(node: Mapping[str, Any], ways: Sequence[Way]) -> Way | None:
    return next((names for names in ways if at(node, names) is not None), None)


def _text(node: Mapping[str, Any], ways: Sequence[Way]) -> str:
    return next((found for names in ways if isinstance(found := at(node, names), str) and found), "")
