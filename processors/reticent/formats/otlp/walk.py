"""The leaves of OTLP's tree: an attribute is one leaf, its key beside its value, however deep the value is wrapped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ...model import BlobKind
from ...placeholders import OPAQUE
from ..document import KEY, LABEL, Blob, Table
from ..walk import FLOWING, ROWS_LEAST, Visit, Walk, number
from .names import ARRAY, BYTES, ID_FORMS, IDS, KINDS, LIST, TIMES

_TIME = re.compile(r"[0-9]{1,20}")
_OWN_FORM: Mapping[str, re.Pattern[str]] = {
    **{name: ID_FORMS[size] for name, size in IDS.items()},
    **dict.fromkeys(TIMES, _TIME),
}
"""Fields that identify spans and tell times, and what stands in them."""
_INDEX = re.compile(r"\.[0-9]+(?=\.|$)")


class OtlpWalk(Walk):
    """What is no attribute of the specification's form is walked as any JSON is."""

    def _object(self, node: dict[str, Any], depth: int, trail: str) -> list[Visit]:
        if len(node) == 2:
            key, value = node.get("key"), node.get("value")
            if type(key) is str and type(value) is dict and len(value) == 1 and next(iter(value)) in KINDS:
                self.strings += 3
                self.parents[id(value)] = (node, "value")
                return self._value(value, key, KEY, depth, trail)
        elif len(node) == 1 and (kind := next(iter(node))) in BYTES:
            return self._value(node, kind, KEY, depth, trail)
        known, first = len(self.leaves.tables), len(self.leaves.texts)
        below = super()._object(node, depth, trail)
        # OTLP's own lists are no records of somebody's data
        del self.leaves.tables[known:]
        self.set_apart(node, first, _OWN_FORM)
        return below

    def _list(self, node: list[Any], label: str, depth: int, trail: str) -> list[Visit]:
        if not label or not all(type(each) is dict and len(each) == 1 and next(iter(each)) in KINDS for each in node):
            return super()._list(node, label, depth, trail)
        below: list[Visit] = []
        for index, each in enumerate(node):
            self.parents[id(each)] = (node, index)
            below += self._value(each, label, LABEL, depth + 1, trail)
        return below

    def _value(self, value: dict[str, Any], key: str, mark: str, depth: int, trail: str) -> list[Visit]:
        """The leaf of an AnyValue; `key` is the attribute's, and a label where the value is one of many."""
        ((kind, inner),) = value.items()
        self.strings += 1
        leaves, written, below = self.leaves, "", []
        if type(inner) is str:
            self.strings += 1
            if kind in BYTES:
                if inner and not inner.startswith(OPAQUE):
                    leaves.blobs.append(Blob(len(leaves.texts), BlobKind.BINARY, inner))
            else:
                written = inner
                if mark == KEY and key.rpartition(".")[2] in FLOWING:
                    flow = trail + _INDEX.sub(".*", key)
                    self._flows.setdefault(flow, []).append(len(leaves.texts))
        elif type(inner) is dict or type(inner) is list:
            self.parents[id(inner)] = (value, kind)
            if kind in ARRAY and (table := _table(inner, len(leaves.texts))) is not None:
                leaves.tables.append(table)
            below.append(self._inside(inner, key, depth + 1, f"{trail}{key}/"))
        elif type(inner) is not bool and inner is not None:
            written = number(inner)
        self._held.add(len(leaves.texts), value)
        leaves.texts.append(f"{key}{mark}{written}")
        leaves.heads.append(len(key) + 1 if mark == KEY else -len(key) - 1)
        return below

    def _inside(self, inner: Any, key: str, depth: int, trail: str) -> Visit:
        values = inner.get("values") if type(inner) is dict and len(inner) == 1 else None
        if type(values) is not list:
            return inner, key, depth, trail
        self.strings += 1
        self.parents[id(values)] = (inner, "values")
        return values, key, depth + 1, trail


def _table(array: Any, leaf: int) -> Table | None:
    """An array of records, where there are enough of them."""
    values = array.get("values") if type(array) is dict else None
    if type(values) is not list or len(values) < ROWS_LEAST or type(values[0]) is not dict:
        return None
    record = next((values[0][kind] for kind in LIST if kind in values[0]), None)
    pairs = record.get("values") if type(record) is dict else None
    if type(pairs) is not list:
        return None
    columns = tuple(pair["key"] for pair in pairs if type(pair) is dict and type(pair.get("key")) is str)
    return Table(leaf, len(values), columns)
