"""Confirmation: where exactly a rule matches near a candidate, and whether what it found is what it looks for.

A rule's checks have names and are asked in order, the cheap ones first; the first that says no ends it. `judge` tells
what each said, which is how a person can see why a value was found or let go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import re2

from ..errors import ConfigError
from ..patterns import linear
from ..patterns.linear import NOWHERE, Places, searching
from ..patterns.words import BEYOND, any_word
from ..policy.rule import Match, Rule, Validator
from ..policy.validators.likeness import entropy
from .candidates.text import Text
from .readings.views import About

_SECRET = "secret"  # noqa: S105 - the name of a group


AGAIN_MOST, AGAIN_BYTES = 16, 512
"""Refused candidates of a window, and their bytes, inside of which the rule is looked for again."""


WIDE = 4096
"""Bytes of a window in which there may be so many candidates that it is worth to ask first for any word of the context
that they need: a text of nothing but numbers has a candidate of a hundred rules in each."""


class Candidate:
    """What a rule's pattern takes, in bytes of `text`, before anything is checked. `refused` is what came of that."""

    __slots__ = ("_match", "end", "refused", "start", "text")

    def __init__(self, text: Text, start: int, end: int) -> None:
        self.text, self.start, self.end = text, start, end
        self.refused = False
        self._match: Match | None = None

    @property
    def match(self) -> Match:
        """What a validator is shown of it."""
        if self._match is None:
            self._match = self.text.match(self.start, self.end)
        return self._match

    @property
    def secret(self) -> str:
        match = self.match
        return match.text[match.start : match.end]

    def move(self, start: int, end: int) -> None:
        """To these places in the text of `match`."""
        match = self.match
        self.start += _bytes(match.text, match.start, start)
        self.end += _bytes(match.text, match.end, end)


def _bytes(text: str, start: int, end: int) -> int:
    """From one place to the other, which may stand before it."""
    return len(text[start:end].encode()) if start <= end else -len(text[end:start].encode())


Check = Callable[[Candidate], bool]

_CLOSING: Mapping[bytes, Sequence[bytes]] = {
    pair[0].encode(): [closing.encode() for closing in pair[1:]]
    for pair in (
        "\u201c\u201d",
        "\u201d\u201d",
        "\u201e\u201c\u201d",
        "\u2018\u2019",
        "\u2019\u2019",
        "\u201a\u2018\u2019",
        "\u00ab\u00bb",
        "\u00bb\u00ab",
        "\u2039\u203a",
        "\u203a\u2039",
        "\u300c\u300d",
        "\u300e\u300f",
    )
}
"""Quotes of typesetting and what ends what they begin: office programs and telephones put them for those of ASCII,
which are what patterns know."""
_OPENS = frozenset(opening[0] for opening in _CLOSING)


def _unquoted(data: bytes, start: int, end: int) -> tuple[int, int]:
    """What stands between the quotes of typesetting that a secret begins with and goes on to."""
    for opening, closings in _CLOSING.items():
        if data.startswith(opening, start):
            begin = start + len(opening)
            ends = [at for closing in closings if (at := data.find(closing, begin, end + len(closing))) > begin]
            return (begin, min(ends)) if ends else (start, end)
    return start, end


class Confirmer:
    """One rule: its RE2 pattern and its checks. Raises ConfigError for what RE2 or the validators do not know."""

    def __init__(self, rule: Rule, validators: Mapping[str, Validator]) -> None:
        self.rule = rule
        self.about: About = (rule.id, rule.category, rule.severity, rule.pack)
        pattern: Any = compiled(rule.pattern, rule.id)
        self._group: int = pattern.groupindex.get(_SECRET, 0)
        self._search = searching(pattern)
        context = rule.context
        self._needed = _Near(context.support, context.window, rule.id) if context and context.required else None
        self._checks = _checks(rule, validators, self._needed)
        self._keywords = tuple(word.encode() for word in rule.keywords)
        self._around = rule.around

    def find(self, text: Text, at: int, stop: int) -> Iterable[tuple[int, int]]:
        """(start, end) in bytes of every confirmed match that begins and ends between two places of a text that is not
        `unnamed`."""
        if stop - at > WIDE and self._needed is not None and not self._needed.anything(text, at, stop):
            return ()
        first = self._search(text.data, at, stop)
        # most have none, and nothing is made for these
        return () if first[0] == NOWHERE else self._confirmed(text, first, at, stop)

    def _confirmed(self, text: Text, first: Places, at: int, stop: int) -> Iterator[tuple[int, int]]:
        checks = self._checks
        for candidate in self._matches(text, first, at, stop):
            for _, check in checks:
                if not check(candidate):
                    candidate.refused = True
                    break
            else:
                yield candidate.start, candidate.end

    def unnamed(self, text: Text) -> bool:
        """Whether the text lacks a keyword, without which nothing is a match."""
        return bool(self._keywords) and not text.names(self._keywords)

    def looked_at(self, text: Text, at: int, stop: int) -> tuple[int, int] | None:
        """All of the text, in characters, that `find` looks at between two places, but for the label; None where it
        looks at all of it for a keyword."""
        first, last = text.reach(at, stop, self._around)
        if self._keywords and not any(word in text.data[first:last].lower() for word in self._keywords):
            return None
        return text.characters(first), text.characters(last)

    def judge(self, text: Text) -> Iterator[tuple[Candidate, Sequence[tuple[str, bool]]]]:
        """Every match of the pattern in a text, with what each check said: those before the first that says no."""
        first = self._search(text.data, 0, len(text.data))
        for candidate in self._matches(text, first, 0, len(text.data)):
            said = [("keyword", text.names(self._keywords))] if self._keywords else []
            for name, check in self._checks:
                if said and not said[-1][1]:
                    break
                said.append((name, check(candidate)))
            candidate.refused = not all(yes for _, yes in said)
            yield candidate, said

    def _matches(self, text: Text, spans: Places, at: int, stop: int) -> Iterator[Candidate]:
        """`spans`: the first of them, if there is any."""
        search, group, data = self._search, self._group, text.data
        again = AGAIN_MOST
        while spans[0] != NOWHERE:
            start, end = spans[group]
            # a match may end in what the next one begins with: go on behind the secret, not behind the match
            begin, at = at, max(end, spans[0][0] + 1, at + 1)
            if end > start:
                if data[start] in _OPENS and self.rule.pack:
                    start, end = _unquoted(data, start, end)
                candidate = Candidate(text, start, end)
                yield candidate
                at = max(at, candidate.end)
                if candidate.refused and group and again and end - start <= AGAIN_BYTES:
                    # what is no secret may hold the name of one
                    again, at = again - 1, max(start, spans[0][0] + 1, begin + 1)
            if at > stop:
                return
            spans = search(data, at, stop)


class _Near:
    """Words that stand near something: at most `window` characters before it or behind it, or in its text's label."""

    def __init__(self, words: Sequence[str], window: int, rule: str) -> None:
        self._search = searching(compiled(any_word(words), rule))
        self._reach = window + BEYOND

    def it(self, candidate: Candidate) -> bool:
        """Whether one is near what the pattern took."""
        text, start, end = candidate.text, candidate.start, candidate.end
        first, last = text.reach(start, end, self._reach)
        # each side with the first byte of what it is the side of, which is where a word's edge may be
        return self._among(text.data, (first, start + 1), (max(0, end - 1), last), text.heading)

    def anything(self, text: Text, at: int, stop: int) -> bool:
        """Whether one is near anything between two places."""
        return self._among(text.data, text.reach(at, stop, self._reach), text.heading)

    def _among(self, data: bytes, *sides: tuple[int, int]) -> bool:
        for first, last in sides:  # noqa: SIM110 - asked of every candidate, and a generator takes longer
            if first < last and self._search(data, first, last)[0] != NOWHERE:
                return True
        return False


class Confirmers:
    """One a rule, by its number. Those of packs, whose patterns are known to compile, are made when they are first
    asked for: hardly any text asks for more than a few of the thousand. Raises ConfigError for other rules that the
    engines do not take."""

    def __init__(self, rules: Sequence[Rule], validators: Mapping[str, Validator]) -> None:
        self._rules, self._validators = rules, validators
        self._made = [None if rule.pack else Confirmer(rule, validators) for rule in rules]

    def __getitem__(self, number: int) -> Confirmer:
        made = self._made[number]
        if made is None:
            made = self._made[number] = Confirmer(self._rules[number], self._validators)
        return made

    def __iter__(self) -> Iterator[Confirmer]:
        return (self[number] for number in range(len(self._rules)))

    def anew(self) -> Confirmers:
        """The same, with nothing made yet."""
        return Confirmers(self._rules, self._validators)


def compiled(pattern: str, rule: str) -> Any:
    try:
        return linear.compiled(pattern)
    except re2.error as error:
        raise ConfigError(f"RE2 does not take a pattern of rule {rule} ({error})") from None


def _checks(rule: Rule, validators: Mapping[str, Validator], needed: _Near | None) -> list[tuple[str, Check]]:
    checks: list[tuple[str, Check]] = []
    if rule.entropy:
        least = rule.entropy
        checks.append((f"entropy>={least:g}", lambda candidate: entropy(candidate.secret) >= least))
    if needed is not None:
        checks.append(("context", needed.it))
    if rule.context is not None and rule.context.against:
        against = _Near(rule.context.against, rule.context.window, rule.id).it
        checks.append(("no-context-against", lambda candidate: not against(candidate)))
    checks += [(f"allow[{number}]", _not_allowed(pattern, rule.id)) for number, pattern in enumerate(rule.allow)]
    for name in rule.validators:
        if name not in validators:
            raise ConfigError(f"rule {rule.id} names the validator {name}, which does not exist")
        checks.append((name, _valid(validators[name])))
    return checks


def _not_allowed(pattern: str, rule: str) -> Check:
    allowed = compiled(pattern, rule).fullmatch
    return lambda candidate: allowed(candidate.secret) is None


def _valid(validate: Validator) -> Check:
    def valid(candidate: Candidate) -> bool:
        try:
            said = validate(candidate.secret, candidate.match)
        except (ValueError, LookupError, ArithmeticError):
            return True  # what cannot be judged is taken for what it may be
        if isinstance(said, bool):
            return said
        candidate.move(*said)
        return True

    return valid
