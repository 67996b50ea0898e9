"""What is looked for on behalf of rules, worked out once for the same rules: for the packs that takes seconds."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import msgspec

from ...patterns.expression import needle, token
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
_STALE = 2
"""Times as many plans as are wanted: those of rules that are no more are not kept for ever."""
_decode = msgspec.msgpack.Decoder(dict[bytes, Plan]).decode


def plans(rules: Sequence[Rule], store: Store | None = None) -> list[Plan]:
    """In the order of the rules. They are kept for each pack, and only those of rules that are new are worked out."""
    if store is None:
        return [_plan(rule) for rule in rules]
    packs: dict[str, list[Rule]] = {}
    for rule in rules:
        packs.setdefault(rule.pack, []).append(rule)
    made = {pack: iter(_of_pack(pack, each, store)) for pack, each in packs.items()}
    return [next(made[rule.pack]) for rule in rules]


def _of_pack(pack: str, rules: Sequence[Rule], store: Store) -> list[Plan]:
    name = hashlib.sha256(_code() + pack.encode()).hexdigest()
    keys = [_key(rule) for rule in rules]
    wanted = dict(zip(keys, rules, strict=True))

    def kept() -> Mapping[bytes, Plan] | None:
        known = _kept(name, store)
        return known if known.keys() >= wanted.keys() else None

    def made() -> Mapping[bytes, Plan]:
        known = _kept(name, store)
        new = {key: known.get(key) or _plan(rule) for key, rule in wanted.items()}
        content = msgspec.msgpack.encode({**known, **new} if len(known) <= _STALE * len(new) else new)
        store.put(name, hashlib.sha256(content).digest() + content)
        return new

    found = made_once(name, store, kept, made)
    return [found[key] for key in keys]


def _key(rule: Rule) -> bytes:
    return hashlib.sha256(msgspec.msgpack.encode((rule.pattern, rule.trigger, rule.context))).digest()


def _kept(name: str, store: Store) -> Mapping[bytes, Plan]:
    kept = store.get(name) or b""
    digest, content = kept[:_DIGEST], kept[_DIGEST:]
    return _decode(content) if content and hashlib.sha256(content).digest() == digest else {}


def _plan(rule: Rule) -> Plan:
    return Plan(*triggers(rule), needle(rule.pattern), token(rule.pattern))


@cache
def _code() -> bytes:
    sources = (files(f"reticent.{room}") / name for room, names in _CODE.items() for name in names)
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).digest()
