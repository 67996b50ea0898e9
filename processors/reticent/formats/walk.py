"""A tree of objects, lists and scalars flattened into leaves: the walk of the hot path."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from itertools import islice
from re import Pattern
from typing import Any

from ..errors import LimitError
from ..limits import Limits
from .document import KEY, LABEL, Leaves, Slot, Table
from .jsontext import Number, number_text
from .logprobs import TOKENS
from .pieces import PIECES_LEAST, streaming

_TOLD = {
    "value": ("name", "key", "label", "system"),
    "Value": ("Name", "Key"),
    "ParameterValue": ("ParameterKey",),
    "OutputValue": ("OutputKey",),
    "Identification": ("SchemeName",),
    "id_value": ("id_type", "type"),
    "id_number": ("id_type", "type"),
    "document_number": ("document_type", "type"),
    "stringValue": (),
    "S": (),
}
"""What says what a value is, by what the value is called: [{"name": "password", "value": "..."}]. Where nothing is
beside it, the name of the object does: {"password": {"S": "..."}}."""
_VALUES = frozenset(_TOLD)
_LABEL_MOST = 80
FLOWING = frozenset({
    "content", "text", "delta", "arguments", "thinking", "reasoning", "reasoning_content", "partial_json", "output",
    "input", "data", "value", "chunk", "token", "completion", "message", "utterance", "body", "msg", "texto", "texte",
    "testo", "mensaje", "mensagem", "nachricht", "inhalt", "contenido", "conteudo", "contenu", "contenuto",
})  # fmt: skip
"""Names under which the items of a list carry one text on: chunks of a stream, steps that follow one another."""

_NAMES = (("family", "given", None), ("last", "first", frozenset({"name", "names", "full_name", "fullname", "person"})))
"""Parts of a person's name in an object of their own: FHIR's wherever it stands, and those of what is called so."""

_OF_PEOPLE = frozenset({
    "dob", "date_of_birth", "dateOfBirth", "birth_date", "birthDate", "birthdate", "birthday", "mrn", "patient_id",
    "patientId", "ssn", "social_security_number", "national_id", "passport", "passport_number", "passportNumber",
    "drivers_license", "driver_license", "marital_status", "maritalStatus", "blood_type", "bloodType", "hire_date",
    "hireDate", "employee_id", "employeeId", "salary", "next_of_kin", "emergency_contact", "nationality", "job_title",
    "jobTitle", "occupation",
})  # fmt: skip
"""Names of fields that only people have: a `name` beside one of them is a person's."""
_PEOPLE = frozenset({
    "patient", "patients", "employee", "employees", "emergency_contact", "emergencyContact", "next_of_kin", "spouse",
    "guardian", "passenger", "passengers", "guest", "guests", "traveler", "travelers", "attendee", "attendees",
    "insured", "cardholder", "policyholder", "student", "students", "physician", "doctor", "nurse", "applicant",
    "borrower", "tenant",
})  # fmt: skip
"""Names of objects, or of lists of them, that are people."""
_OF_A_PERSON = "full name"

ROWS_LEAST = 5
_DIGITS_LEAST, _DIGITS_MOST = 8, 40
"""Digits, but one, of numbers that may be an identifier."""


def _named(given: object) -> bool:
    """A first name or several, as nothing else beside a `family` is: models and fonts have those, too."""
    first = given[0] if isinstance(given, list) and given else given
    return isinstance(first, str) and first[:1].isalpha() and not first[:1].islower()


Visit = tuple[Any, str, int, str]
"""A container to come: itself, its label, its depth, and its trail: the names that lead to it, indices left out."""


class Walk:
    """Every string, key and number below `root`, in document order within each container.

    `parents`: where each container stands, by its identity. `strings`: how many keys and values a JSON text of it
    has between quotes. Raises LimitError: too-deep, too-many-leaves."""

    def __init__(self, root: list[Any], limits: Limits) -> None:
        self._held = _Held()
        self.leaves = Leaves(self._held)
        self.parents: dict[int, Slot] = {}
        self.strings = 0
        self._flows: dict[str, list[int]] = {}
        self._streaming: dict[str, frozenset[str]] = {}
        self._people: dict[str, bool] = {}
        self._run(root, limits)
        self.leaves.flows = [flow for flow in self._flows.values() if len(flow) > 1]

    def _run(self, root: list[Any], limits: Limits) -> None:
        texts = self.leaves.texts
        stack: list[Visit] = [(root, "", 0, "")]
        while stack:
            node, label, depth, trail = stack.pop()
            if depth > limits.depth:
                raise LimitError("too-deep", f"the document nests deeper than the {limits.depth} levels allowed")
            if len(texts) + len(node) > limits.leaves:
                raise LimitError("too-many-leaves", f"the document holds more than the {limits.leaves} leaves allowed")
            below = (
                self._object(node, depth + 1, trail)
                if type(node) is dict
                else self._list(node, label, depth + 1, trail + "*/")
            )
            if below:
                below.reverse()
                stack += below

    def _object(self, node: dict[str, Any], depth: int, trail: str) -> list[Visit]:
        leaves = self.leaves
        add, first = leaves.texts.append, len(leaves.texts)
        below: list[Visit] = []
        self._held.add(first, node)
        flowing = self._streaming.get(trail, FLOWING) if self._streaming else FLOWING
        strings = len(node)
        valued = "" if _VALUES.isdisjoint(node) else next(key for key in _TOLD if key in node)
        for key, child in node.items():
            kind = type(child)
            if kind is str:
                strings += 1
                if key in flowing and trail:
                    self._flows.setdefault(_flow(trail, key), []).append(len(leaves.texts))
                add(f"{key}{KEY}{child}")
            elif kind is int:
                add(f"{key}{KEY}{child if child >= 0 else number(child)}")
            elif kind is dict or kind is list:
                if kind is list and len(child) >= ROWS_LEAST and type(child[0]) is dict is type(child[-1]):
                    leaves.tables.append(Table(len(leaves.texts), len(child), tuple(child[0])))
                add(key + KEY)
                self.parents[id(child)] = (node, key)
                below.append((child, key, depth, f"{trail}{key}/"))
            elif kind is bool or child is None:
                add(key + KEY)
            else:
                add(f"{key}{KEY}{number(child)}")
        leaves.heads += [len(key) + 1 for key in node]
        if valued and type(node[valued]) is str and (beside := _beside(node, valued) or _above(node, trail)):
            self._label(node, first, valued, beside)
        if "name" in node and type(node["name"]) is str and self._is_person(node, trail):
            self._label(node, first, "name", _OF_A_PERSON)
        if "last" in node or "family" in node:
            self._of_name(node, first, trail, below)
        self.strings += strings
        return below

    def _label(self, node: dict[str, Any], first: int, key: str, label: str) -> None:
        """Says one of an object's texts behind a label instead of its key."""
        at = first + list(node).index(key)
        self.leaves.texts[at], self.leaves.heads[at] = f"{label}{LABEL}{node[key]}", -len(label) - 1

    def _is_person(self, node: dict[str, Any], trail: str) -> bool:
        known = self._people.get(trail)
        if known is None:
            known = self._people[trail] = _last(trail) in _PEOPLE
        return known or not _OF_PEOPLE.isdisjoint(node)

    def _of_name(self, node: dict[str, Any], first: int, trail: str, below: list[Visit]) -> None:
        """`family` is said as `family name`, and so on, where other parts beside it say that it is one."""
        leaves, above = self.leaves, _last(trail).lower()
        for pair in _NAMES:
            if (
                type(node.get(pair[0])) is not str
                or not _named(node.get(pair[1]))
                or above not in (pair[2] or (above,))
            ):
                continue
            for place, (key, child) in enumerate(node.items()):
                if key in pair[:2] and type(child) is str:
                    leaves.texts[first + place] = f"{key} name{KEY}{child}"
                    leaves.heads[first + place] += len(" name")
            below[:] = [(child, f"{key} name" if key in pair[:2] else key, *rest) for child, key, *rest in below]

    def _list(self, node: list[Any], label: str, depth: int, trail: str) -> list[Visit]:
        leaves = self.leaves
        add, mark = leaves.texts.append, leaves.heads.append
        below: list[Visit] = []
        first, slots = len(leaves.texts), []
        prefix = label + LABEL if label else ""
        head = -len(prefix)
        for place, name in streaming(node, trail) if len(node) >= PIECES_LEAST else ():
            self._streaming[place] = self._streaming.get(place, FLOWING) | {name}
        told = trail.endswith(TOKENS) or (bool(self._streaming) and "" in self._streaming.get(trail, ()))
        flow = self._flows.setdefault(trail, []) if told else None
        for index, child in enumerate(node):
            kind = type(child)
            if kind is dict or kind is list:
                self.parents[id(child)] = (node, index)
                below.append((child, label, depth, trail))
            elif kind is not bool and child is not None:
                if kind is str:
                    self.strings += 1
                    if flow is not None:
                        flow.append(len(leaves.texts))
                add(prefix + (child if kind is str else number(child)))
                mark(head)
                slots.append((node, index))
        if slots:
            self._held.add(first, slots)
        return below

    def set_apart(self, node: dict[str, Any], first: int, forms: Mapping[str, Pattern[str]]) -> None:
        """Notes an object's fields that hold ids and times in exactly their form; `first`: the leaf of its first."""
        if not forms.keys().isdisjoint(node):
            for place, (key, value) in enumerate(node.items()):
                if key in forms and type(value) is str and forms[key].fullmatch(value) is not None:
                    self.leaves.ids.append(first + place)


class _Held:
    """Where leaves stand, told by what holds them. An object has a leaf for each of its keys, as long as it has these
    keys; which items of a list are leaves is known only before one of them is masked."""

    def __init__(self) -> None:
        self._begins: list[int] = []
        self._holders: list[dict[str, Any] | list[Slot]] = []

    def add(self, first: int, holder: dict[str, Any] | list[Slot]) -> None:
        """`first`: the leaf of its first key, or of its first slot."""
        self._begins.append(first)
        self._holders.append(holder)

    def slots(self) -> list[Slot]:
        return [slot for holder in self._holders for slot in _slots_in(holder)]

    def slot(self, leaf: int) -> Slot:
        at = bisect_right(self._begins, leaf) - 1
        holder, place = self._holders[at], leaf - self._begins[at]
        return (holder, next(islice(holder, place, None))) if isinstance(holder, dict) else holder[place]


def _slots_in(holder: dict[str, Any] | list[Slot]) -> Iterator[Slot]:
    return ((holder, key) for key in holder) if isinstance(holder, dict) else iter(holder)


def number(value: Any) -> str:
    """Its text. One with a fraction, an exponent or a sign is written as the digits that it stands for where these
    could be an identifier: a card number is one as 4111111111111111.0, too."""
    text = number_text(value) if type(value) is Number else str(value)
    if len(text) <= _DIGITS_LEAST or text.isdigit():
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:  # an exponent of twenty digits
        return text
    whole = number.adjusted() < _DIGITS_MOST and number == number.to_integral_value()
    return f"{abs(number):.0f}" if whole and number.adjusted() >= _DIGITS_LEAST else text


_BLOCKS = "/content/*/"


def _flow(trail: str, key: str) -> str:
    """The flow of a text; the content of a message may be one or blocks of it, and the next message's the other."""
    return trail[:-3] if key == "text" and trail.endswith(_BLOCKS) else trail + key


def _last(trail: str) -> str:
    """The name that leads to what a trail does, or to the list that it is in."""
    return trail.rstrip("*/").rpartition("/")[2]


def _above(node: dict[str, Any], trail: str) -> str:
    """The name of an object that has one of its own, and holds nothing else."""
    return "" if len(node) > 1 or trail.endswith("*/") else _last(trail)


def _beside(node: dict[str, Any], valued: str) -> str:
    """What a `name` says about the `value` beside it."""
    for key in _TOLD[valued]:
        found = node.get(key)
        if type(found) is str and 0 < len(found) <= _LABEL_MOST:
            return found
    return ""
