"""The detector: a batch of documents' leaves in, each document's spans out."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from ..errors import ConfigError, LimitError
from ..formats.document import KEY, LABEL, Leaves, Part
from ..limits import Limits
from ..model import Severity
from ..policy.rule import Dictionary, Rule, Validator
from ..policy.validators import VALIDATORS
from . import views
from .confirm import Confirmer
from .literals import Literals
from .matcher import Matcher
from .spans import Span, resolve

log = logging.getLogger(__name__)

PLACEHOLDER = re.compile(
    r"\[(?:REDACTED|PARTIAL|HASH|SUMMARY):[a-z0-9-]{1,64}:[a-z2-7]{8,64}(?::[^\]\x00-\x1f]{1,80})?\]"
)
_BLANK = "\x03"
"""Stands where a placeholder stood: no rule's pattern takes it, so nothing is found across it."""


class Detector:
    """Compiled once; one thread at a time.

    `scan` raises nothing that comes from a text: a document that reaches a limit comes back as its LimitError.
    Raises ConfigError when it is made from rules that the engines do not take.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        dictionaries: Sequence[Dictionary] = (),
        *,
        limits: Limits,
        validators: Mapping[str, Validator] = VALIDATORS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rules, self._limits, self._clock = tuple(rules), limits, clock
        self._confirmers = [Confirmer(rule, validators) for rule in rules]
        self._matcher = Matcher(rules)
        self._literals = Literals(dictionaries)
        self._known = {rule.id for rule in rules} | {each.id for each in dictionaries}

    def scan(self, batch: Sequence[Leaves]) -> list[list[Span] | LimitError]:
        """Per document: spans sorted by leaf, part and start, none overlapping; or the limit it reached."""
        try:
            return self._scan(batch)
        except Exception as error:
            if len(batch) > 1:
                return [self.scan([leaves])[0] for leaves in batch]
            log.error("detection failed with %s; the record is blocked", type(error).__name__)  # noqa: TRY400 - its text may hold the record's
            return [LimitError("engine-error", "detection failed, and nothing leaves unscanned")]

    def scan_text(self, text: str) -> list[Span]:
        """Spans of one text. Raises LimitError."""
        (found,) = self.scan([Leaves([text], [(None, None)])])
        if isinstance(found, LimitError):
            raise found
        return found

    def _scan(self, batch: Sequence[Leaves]) -> list[list[Span] | LimitError]:
        texts = [text for leaves in batch for text in leaves.texts]
        joined = "\x00".join(texts)
        if PLACEHOLDER.search(joined) is not None:
            texts = [self._blanked(text) for text in texts]
        owners = [number for number, leaves in enumerate(batch) for _ in leaves.texts]
        first = _starts(batch)
        chains = _other_readings(texts) if views.may_read_otherwise(joined) else []
        everything = [*texts, *(chain[-1].text for _, chain in chains)]
        found: list[list[Span]] = [[] for _ in batch]
        failed: dict[int, LimitError] = {}
        spent = [0.0] * len(batch)

        def keep(position: int, part: Part | None, start: int, end: int, about: tuple[str, str, Severity, str]) -> None:
            leaf, places = self._placed(position, part, start, end, texts, chains)
            owner = owners[leaf]
            for side, begin, stop in places:
                found[owner].append(Span(leaf - first[owner], side, begin, stop, *about))

        for rule, position in sorted(self._matcher.candidates(everything)):
            leaf = position if position < len(texts) else chains[position - len(texts)][0]
            owner = owners[leaf]
            if owner in failed:
                continue
            began = self._clock()
            confirmer = self._confirmers[rule]
            about = (confirmer.rule.id, confirmer.rule.category, confirmer.rule.severity, confirmer.rule.pack)
            for part, start, end in confirmer.find(everything[position]):
                keep(position, part, start, end, about)
                if len(found[owner]) > self._limits.findings:
                    failed[owner] = LimitError(
                        "too-many-findings", f"the record holds more than {self._limits.findings} findings"
                    )
                    break
            spent[owner] += self._clock() - began
            if spent[owner] > self._limits.scan_seconds:
                failed[owner] = LimitError(
                    "scan-timeout", f"detection took longer than the {self._limits.scan_seconds:g} s allowed"
                )
        for dictionary, position, start, end in self._literals.find(everything):
            about = (dictionary.id, dictionary.category, dictionary.severity, "")
            keep(position, None, start, end, about)
        return [failed.get(number) or self._bounded(spans) for number, spans in enumerate(found)]

    def _bounded(self, spans: list[Span]) -> list[Span] | LimitError:
        if not spans:
            return spans
        done = resolve(spans)
        if len(done) > self._limits.findings:
            return LimitError("too-many-findings", f"the record holds more than {self._limits.findings} findings")
        return done

    def _placed(
        self,
        position: int,
        part: Part | None,
        start: int,
        end: int,
        texts: Sequence[str],
        chains: Sequence[tuple[int, list[views.View]]],
    ) -> tuple[int, list[tuple[Part, int, int]]]:
        """A range of a text or of one of its other readings as ranges of the leaf's parts."""
        chain: list[views.View] = []
        leaf = position
        if position >= len(texts):
            leaf, chain = chains[position - len(texts)]
        text = chain[-1].text if chain else texts[leaf]
        if part is not None:
            border = _border(text)
            offset = border + 1 if part is Part.VALUE else 0
            if not chain:
                return leaf, [(part, start, end)]
            start, end = start + offset, end + offset
        start, end = views.origin(chain, start, end)
        return leaf, _parts(texts[leaf], start, end)

    def _blanked(self, text: str) -> str:
        def blank(found: re.Match[str]) -> str:
            known = found.group().split(":", 2)[1] in self._known
            return _BLANK * len(found.group()) if known else found.group()

        return PLACEHOLDER.sub(blank, text)

    def failing_examples(self) -> Iterator[tuple[str, str, int]]:
        """(rule, "match" or "no_match", number) of each of the rules' own examples that the engines fail."""
        for position, rule in enumerate(self._rules):
            for number, example in enumerate(rule.match):
                if not self._finds(position, example):
                    yield rule.id, "match", number
            for number, example in enumerate(rule.no_match):
                if self._finds(position, example):
                    yield rule.id, "no_match", number

    def self_test(self) -> None:
        """Runs every rule's own examples through the compiled databases.

        Raises ConfigError naming the rule that misses what it must match or matches what it must not."""
        for rule, kind, number in self.failing_examples():
            what = "does not find" if kind == "match" else "finds, and must not,"
            raise ConfigError(
                f"rule {rule} {what} its own example {kind}[{number}]", advice="run `reticent policy test` for all"
            )

    def _finds(self, position: int, example: str) -> bool:
        if (position, 0) not in self._matcher.candidates([example]):
            return False
        return any(True for _ in self._confirmers[position].find(example))


def _other_readings(texts: Sequence[str]) -> list[tuple[int, list[views.View]]]:
    return [
        (position, chain)
        for position, text in enumerate(texts)
        if views.may_read_otherwise(text)
        for chain in views.views(text)
    ]


def _starts(batch: Sequence[Leaves]) -> list[int]:
    starts, at = [], 0
    for leaves in batch:
        starts.append(at)
        at += len(leaves.texts)
    return starts


def _border(text: str) -> int:
    place = text.find(KEY)
    return place if place >= 0 else text.find(LABEL)


def _parts(text: str, start: int, end: int) -> list[tuple[Part, int, int]]:
    place = _border(text)
    parts = []
    if start < place and text[place] == KEY:
        parts.append((Part.KEY, start, min(end, place)))
    if end > place + 1:
        parts.append((Part.VALUE, max(start, place + 1) - place - 1, end - place - 1))
    return parts
