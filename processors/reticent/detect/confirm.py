"""Confirmation: where exactly a rule matches in a text, and whether what it found is what it looks for."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import re2

from ..errors import ConfigError
from ..formats.document import KEY, LABEL, Part
from ..policy.rule import Match, Rule, Validator

_SECRET = "secret"  # noqa: S105 - the name of a group
OPTIONS = re2.Options()
OPTIONS.max_mem = 64 << 20
OPTIONS.log_errors = False


class Confirmer:
    """One rule with its RE2 pattern, validators and context."""

    def __init__(self, rule: Rule, validators: Mapping[str, Validator]) -> None:
        self.rule = rule
        self._pattern: Any = _compiled(rule.pattern, rule.id)
        self._group: int = self._pattern.groupindex.get(_SECRET, 0)
        missing = [name for name in rule.validators if name not in validators]
        if missing:
            raise ConfigError(f"rule {rule.id} names the validator {missing[0]}, which does not exist")
        self._validators = [validators[name] for name in rule.validators]
        self._allow: list[Any] = [_compiled(pattern, rule.id) for pattern in rule.allow]

    def find(self, text: str) -> Iterator[tuple[Part, int, int]]:
        """(part, start, end) in characters of the part, of every confirmed match in a leaf's text."""
        rule = self.rule
        folded = ""
        if rule.keywords or rule.context:
            folded = text.casefold()
            if rule.keywords and not any(word in folded for word in rule.keywords):
                return
        border = _border(text)
        at = 0
        while (found := self._pattern.search(text, at)) is not None:
            start, end = found.span(self._group)
            # a match may end in what the next one begins with: go on behind the secret, not behind the match
            at = max(end, found.start() + 1, at + 1)
            if end <= start:
                continue
            for part, first, last in _parts(text, border, start, end):
                value, label = _sides(text, border, part)
                if self._holds(Match(value, label, first, last), folded, start, end):
                    yield part, first, last
            if at > len(text):
                return

    def _holds(self, match: Match, folded: str, start: int, end: int) -> bool:
        rule = self.rule
        secret = match.text[match.start : match.end]
        if rule.entropy and _entropy(secret) < rule.entropy:
            return False
        if rule.context is not None:
            around = folded[max(0, start - rule.context.window) : start] + " " + folded[end : end + rule.context.window]
            around += " " + match.label.casefold()
            if rule.context.required and not any(word in around for word in rule.context.support):
                return False
            if any(word in around for word in rule.context.against):
                return False
        if any(pattern.fullmatch(secret) is not None for pattern in self._allow):
            return False
        return all(check(secret, match) for check in self._validators)


def _compiled(pattern: str, rule: str) -> Any:
    try:
        return re2.compile(pattern, OPTIONS)
    except re2.error as error:
        raise ConfigError(f"RE2 does not take a pattern of rule {rule} ({error})") from None


def _border(text: str) -> tuple[int, str]:
    """Where the key or label ends, and which of the two it is."""
    for mark in (KEY, LABEL):
        place = text.find(mark)
        if place >= 0:
            return place, mark
    return -1, ""


def _parts(text: str, border: tuple[int, str], start: int, end: int) -> list[tuple[Part, int, int]]:
    """A range of a leaf's text as ranges of its parts; a label is no part."""
    place, mark = border
    parts = []
    if start < place and mark == KEY:
        parts.append((Part.KEY, start, min(end, place)))
    if end > place + 1:
        parts.append((Part.VALUE, max(start, place + 1) - place - 1, end - place - 1))
    return parts


def _sides(text: str, border: tuple[int, str], part: Part) -> tuple[str, str]:
    place, _ = border
    if place < 0:
        return text, ""
    key, value = text[:place], text[place + 1 :]
    return (value, key) if part is Part.VALUE else (key, "")


def _entropy(text: str) -> float:
    size = len(text)
    return -sum(n / size * math.log2(n / size) for n in Counter(text).values()) if size else 0.0
