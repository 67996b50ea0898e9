"""What is looked for on behalf of rules, worked out once for the same rules: for the packs that takes seconds."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import msgspec

from ...patterns.expression import expression
from ...policy.rule import Rule
from .database import Store, made_once
from .trigger import Reach, Trigger, triggers

_CODE = {
    "patterns": ("expression.py", "needs.py", "outline.py", "tree.py", "words.py"),
    "policy": ("rule.py",),
    "detect.candidates": ("trigger.py", "plans.py"),
}
"""What works plans out: a plan that another version of it has kept is not taken."""


class Plan(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One rule's. `needle`: what the outline of all that it matches holds, if anything is known. `token`: it matches
    what holds a long token."""

    reach: Reach
    triggers: Sequence[Trigger]
    needle: bytes
    token: bool


_DIGEST = 32
"""Bytes in front of what is kept, so that nothing broken is believed."""
_decode = msgspec.msgpack.Decoder(list[Plan]).decode


def plans(rules: Sequence[Rule], store: Store | None = None) -> list[Plan]:
    """In the order of the rules."""
    if store is None:
        return [_plan(rule) for rule in rules]
    given = msgspec.msgpack.encode([(rule.pattern, rule.trigger, rule.context) for rule in rules])
    name = hashlib.sha256(_code() + given).hexdigest()
    return made_once(name, store, lambda: _kept(name, store), lambda: _made(rules, name, store))


def _kept(name: str, store: Store) -> list[Plan] | None:
    kept = store.get(name) or b""
    digest, content = kept[:_DIGEST], kept[_DIGEST:]
    return _decode(content) if content and hashlib.sha256(content).digest() == digest else None


def _made(rules: Sequence[Rule], name: str, store: Store) -> list[Plan]:
    made = [_plan(rule) for rule in rules]
    content = msgspec.msgpack.encode(made)
    store.put(name, hashlib.sha256(content).digest() + content)
    return made


def _plan(rule: Rule) -> Plan:
    whole = expression(rule.pattern)
    return Plan(*triggers(rule), whole.needle, whole.token)


@cache
def _code() -> bytes:
    sources = (files(f"reticent.{room}") / name for room, names in _CODE.items() for name in names)
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).digest()
