"""Every place in a text where the shipped rules see a telling name: the candidates, before any judgement."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reticent.detect.candidates.matcher import Matcher
from reticent.detect.candidates.text import Buffer
from reticent.detect.confirm import Confirmer
from reticent.policy.rule import Match, Rule
from reticent.policy.validators import VALIDATORS
from reticent.policy.validators.credential import refused
from reticent.policy.validators.credential_features import KINDS, Candidate, candidate

from .values import Make, secret

PREFIX = "credential-"
_BARE_ENDS = frozenset(" \t\n\"'`<>,;&)}]|\\")
_PLAIN = "Zx8kQ2mL9v"


@dataclass(frozen=True, slots=True)
class Place:
    """A candidate of a rule whose validator judges `kind`."""

    kind: str
    rule: str
    match: Match

    @property
    def number(self) -> int:
        return KINDS.index(self.kind)

    @property
    def value(self) -> str:
        return self.match.text[self.match.start : self.match.end]

    def judged(self) -> bool:
        """Whether the shipped validator takes it for a credential."""
        return VALIDATORS[PREFIX + self.kind](self.value, self.match)

    def candidate(self) -> Candidate:
        return candidate(self.match)

    def with_value(self, value: str) -> Place:
        """The same place with another value; code that followed a value without quotes goes with it."""
        match = self.match
        behind = match.text[match.end :]
        if not self.candidate().quote:
            behind = "\n" + behind.partition("\n")[2]
        text = match.text[: match.start] + value + behind
        return replace(self, match=replace(match, text=text, end=match.start + len(value)))

    def filled(self, rng: random.Random, families: Mapping[str, Sequence[tuple[str, Make]]]) -> Place | None:
        """With a secret in it; None where the name says that none belongs there, or none of a few fits."""
        quote = self.candidate().quote
        plain = self.with_value(_PLAIN)
        if self.kind not in KINDS or refused(plain.candidate(), self.number):
            return None
        sort = "password" if self.kind == "password" else "key" if self.kind in ("key", "other") else None
        for _ in range(4):
            _, value = secret(rng, sort or rng.choice(("password", "key")), families)
            if not (quote in value if quote else _BARE_ENDS & set(value)):
                return self.with_value(value)
        return None


class Extractor:
    """Of the rules whose values are judged by `credential-*`."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = [rule for rule in rules if rule.validators and rule.validators[0].startswith(PREFIX)]
        unjudged = {name: lambda _, __: True for rule in self.rules for name in rule.validators}
        self._confirmers = [Confirmer(rule, unjudged) for rule in self.rules]
        self._matcher = Matcher(self.rules)

    def places(self, text: str, head: int = 0) -> Iterator[Place]:
        buffer = Buffer([text], [head])
        for number, place, first, stop in self._matcher.windows(buffer):
            rule, found = self.rules[number], buffer.text(place)
            kind = rule.validators[0].removeprefix(PREFIX)
            for start, end in self._confirmers[number].find(found, first, stop):
                yield Place(kind, rule.id, found.match(start, end))
