"""Every place in a package's files where the shipped rules see a telling name: the candidates, before any judgement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reticent.detect.confirm import Confirmer
from reticent.detect.matcher import Matcher
from reticent.detect.text import Buffer
from reticent.policy.rule import Match, Rule
from reticent.policy.validators.credential_features import KINDS

PREFIX = "credential-"


@dataclass(frozen=True, slots=True)
class Place:
    """A candidate of a rule whose validator judges `kind`."""

    kind: str
    rule: str
    match: Match


class Extractor:
    """Of the rules whose values are judged by `credential-*`."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = [rule for rule in rules if rule.validators and rule.validators[0].startswith(PREFIX)]
        bare = {name: lambda _, __: True for rule in self.rules for name in rule.validators}
        self._confirmers = [Confirmer(rule, bare) for rule in self.rules]
        self._matcher = Matcher(self.rules)

    def places(self, text: str, head: int = 0) -> Iterator[Place]:
        buffer = Buffer([text], [head])
        for window in self._matcher.windows(buffer):
            rule, found = self.rules[window.rule], buffer.text(window.text)
            kind = rule.validators[0].removeprefix(PREFIX)
            for start, end in self._confirmers[window.rule].find(found, window.start, window.stop):
                yield Place(kind, rule.id, found.match(start, end))


__all__ = ["KINDS", "PREFIX", "Extractor", "Place"]
