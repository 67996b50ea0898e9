"""The detector: a batch of documents' leaves in, each document's spans out."""

from __future__ import annotations

import logging
import re
import time
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain

from msgspec.structs import replace

from ..errors import ConfigError, LimitError
from ..formats.document import Document, Leaves
from ..limits import Limits
from ..model import BlobKind
from ..placeholders import BLANK, EXACT
from ..policy.phrases import PRINTS
from ..policy.rule import Dictionary, Rule, Validator
from ..policy.validators import VALIDATORS
from .candidates.database import Store
from .candidates.literals import Literals
from .candidates.matcher import NEAR, Matcher, Window
from .candidates.signs import Readings, Signs
from .candidates.text import WHOLE, Buffer, Near, Text, parts
from .confirm import Confirmers
from .memory import LONG, NOTHING, SHORT, Memory, Own
from .readings.arguments import SIGN as OPTION
from .readings.arguments import arguments
from .readings.asking.questions import SIGN as ASKS
from .readings.asking.questions import questions
from .readings.called import SIGN as TELLS
from .readings.called import told
from .readings.columns import HEADS, named_lists
from .readings.flows import ARMOUR, NUMBER, armoured, flows, numbered, seams, worth_undoing
from .readings.layers import chunked, conversed
from .readings.layers import readings as readings_of
from .readings.printed import printed
from .readings.quoted import quoted
from .readings.talks import SIGN as CONVERSES
from .readings.views import About, Alone, Place, Range, Reading
from .readings.worded import SIGN as WORDED
from .readings.worded import worded
from .spans import Span, copied, resolve
from .structure import Structure

log = logging.getLogger(__name__)

_NO_BLANK = "\x04"
"""What a producer's own is read as: a character that shows nothing, and hides nothing."""


_WATCHED = 64
"""Windows between two looks at the clock."""
_SLACK = 2
"""Times more raw matches than findings: several rules may find the same value."""


@dataclass(slots=True)
class _Case:
    """One document: what was found in leaves alone, by leaf, and what else, as (leaf, start, end, about, whole) with
    `whole` as in `Span`; places in characters of the whole leaf's text. `count`: of all that. `parted`: leaves in which
    something stands in several places. Or the limit it reached. `decoded`: characters of its other readings."""

    begin: int
    own: dict[int, list[Place]] = field(default_factory=lambda: defaultdict(list))
    shapes: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))
    others: list[tuple[int, int, int, About, str]] = field(default_factory=list)
    count: int = 0
    parted: set[int] = field(default_factory=set)
    failed: LimitError | None = None
    decoded: int = 0


_READINGS: Mapping[str, Readings] = {
    ARMOUR: armoured,
    NUMBER: numbered,
    TELLS: told,
    PRINTS: printed,
    OPTION: arguments,
    WORDED: worded,
    ASKS: questions,
}
"""By a sign that leaves have, what these tell of others."""


class _TooLateError(Exception):
    """A batch took longer than one document may: which one it was is found out by each alone."""


class Detector:
    """Compiled once; one thread at a time.

    `scan` raises nothing that comes from a text: a document that reaches a limit comes back as its LimitError.
    Raises ConfigError when it is made from rules that the engines do not take. `store` keeps what was compiled, and
    `memory` what was found in texts.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        dictionaries: Sequence[Dictionary] = (),
        *,
        limits: Limits,
        validators: Mapping[str, Validator] = VALIDATORS,
        clock: Callable[[], float] = time.monotonic,
        store: Store | None = None,
        memory: Memory | None = None,
    ) -> None:
        self._rules, self._limits, self._clock = tuple(rules), limits, clock
        patterns = [rule for rule in rules if rule.pattern]
        self._confirmers = Confirmers(patterns, validators)
        self._matcher = Matcher(patterns, store)
        self._signs = Signs([*_READINGS, CONVERSES], store)
        self._literals = Literals(dictionaries, store)
        self._structure = Structure(rules)
        self._large = min(SHORT, self._structure.least)
        self._memory = memory
        self._known = {rule.id for rule in rules} | {each.id for each in dictionaries} | set(BlobKind)

    def scan(self, batch: Sequence[Leaves]) -> list[list[Span] | LimitError]:
        """Per document: spans sorted by leaf, part and start, none overlapping; or the limit it reached."""
        parts = [batch] if self._memory is None or len(batch) == 1 else self._memory.parts(batch)
        return [found for part in parts for found in self._guarded(part)]

    def _guarded(self, batch: Sequence[Leaves]) -> list[list[Span] | LimitError]:
        try:
            return self._scan(batch)
        except Exception as error:
            if len(batch) > 1:
                return [self._guarded([leaves])[0] for leaves in batch]
            if isinstance(error, _TooLateError):
                most = self._limits.scan_seconds
                return [LimitError("scan-timeout", f"detection took longer than the {most:g} s allowed")]
            log.error("detection failed with %s; the record is blocked", type(error).__name__)  # noqa: TRY400 - its text may hold the record's
            return [LimitError("engine-error", "detection failed, and nothing leaves unscanned")]

    def examine(self, batch: Sequence[tuple[Document, Leaves]]) -> list[list[Span] | LimitError]:
        """As `scan`, of documents with their leaves: finds what only the document tells, too: whole values by where
        they stand, and lists of records that are whole results."""
        found = self.scan([leaves for _, leaves in batch])
        for number, (document, leaves) in enumerate(batch):
            spans = found[number]
            if not isinstance(spans, LimitError) and self._structure.concerns(leaves):
                found[number] = self._bounded([*spans, *self._structure.places(document, leaves)])
        return found

    def scan_text(self, text: str) -> list[Span]:
        """Spans of one text. Raises LimitError."""
        leaves = Leaves()
        leaves.add(text)
        (found,) = self.scan([leaves])
        if isinstance(found, LimitError):
            raise found
        return found

    def _scan(self, batch: Sequence[Leaves]) -> list[list[Span] | LimitError]:
        begins = list(accumulate((len(leaves.texts) for leaves in batch), initial=0))
        cases = [_Case(begin) for begin in begins[:-1]]
        deadline = self._clock() + self._limits.scan_seconds
        heads = list(chain.from_iterable([leaves.heads for leaves in batch]))
        texts = list(chain.from_iterable([leaves.scanned() for leaves in batch]))
        pieces = {begin + number for begin, leaves in zip(begins, batch, strict=False) for number in leaves.pieces}
        large = [number for number, size in enumerate(map(len, texts)) if size >= self._large]
        new, known = self._remembered(texts, heads, [number for number in large if number not in pieces])
        unknown = _without(texts, known)
        buffer = self._buffer(unknown, heads)
        inside = quoted(unknown, heads, pieces) if "\\" in buffer.joined else {}
        if inside:
            plain = [inside[n].text if n in inside else text for n, text in enumerate(unknown)]
            buffer = self._buffer(plain, heads)

        def case_of(leaf: int) -> _Case:
            return cases[bisect_right(begins, leaf) - 1]

        for number, own in known.items():
            self._recall(case_of(number), number, own)
        wide = self._search(self._matcher.windows(buffer), buffer, case_of, inside, len(texts), deadline)
        *signed, conversing = self._signs.texts(buffer)
        others = list(self._decoded(buffer, case_of, inside, unknown))
        for leaf in conversing:
            written = Reading(unknown[leaf], heads[leaf], Alone(leaf))
            for reading in (written, inside[leaf]) if leaf in inside else (written,):
                others += self._layers(case_of(leaf), reading, conversed)
        alone = len(others)
        others += self._joined(texts, heads, cases, batch)
        others += self._of_documents(buffer, unknown, signed, cases, batch)
        if others:
            self._read_again(others, alone, wide, deadline)
        for span in self._structure.shapes(unknown, heads, large, buffer.hinted):
            case_of(span.leaf).shapes[span.leaf].append(span)
        settled = [self._settled(case, heads, leaves) for case, leaves in zip(cases, batch, strict=True)]
        if new and self._memory is not None:
            telling = set(chain.from_iterable(signed))
            fit = [number for number in new if number not in telling and not texts[number].startswith(HEADS)]
            self._memory.add(_alone(fit, cases, case_of), texts, heads)
        return settled

    def _settled(self, case: _Case, heads: Sequence[int], leaves: Leaves) -> list[Span] | LimitError:
        if case.failed is not None:
            return case.failed
        if not case.own and not case.others and not case.shapes:
            return []
        spans = self._bounded(copied([*_spans(case, heads)], leaves, _SLACK * self._limits.findings))
        case.failed = spans if isinstance(spans, LimitError) else None
        return spans

    def _remembered(
        self, texts: Sequence[str], heads: Sequence[int], large: Sequence[int]
    ) -> tuple[list[int], Mapping[int, Own]]:
        """The numbers of texts that may be remembered, and what is known of those that are."""
        if self._memory is None:
            return [], {}
        worth = [number for number in large if SHORT <= len(texts[number]) <= LONG]
        known = self._memory.known(texts, heads, worth)
        return [number for number in worth if number not in known] if known else worth, known

    def _recall(self, case: _Case, leaf: int, own: Own) -> None:
        if own.places:
            case.own[leaf] += own.places
            self._count(case, len(own.places))
        if own.shapes:
            case.shapes[leaf] += [replace(span, leaf=leaf) for span in own.shapes]

    def _buffer(self, texts: Sequence[str], heads: Sequence[int], near: Near = WHOLE) -> Buffer:
        """The texts with our own placeholders blanked, so that nothing is found in them or across them."""
        buffer = Buffer(texts, heads, near=near)
        if BLANK in buffer.joined:
            buffer = buffer.changed(buffer.joined.replace(BLANK, _NO_BLANK))
        if "[" not in buffer.joined or EXACT.search(buffer.joined) is None:
            return buffer

        def blank(found: re.Match[str]) -> str:
            known = found.group().split(":", 2)[1] in self._known
            return BLANK * len(found.group()) if known else found.group()

        return buffer.changed(EXACT.sub(blank, buffer.joined))

    def _read_again(
        self, others: Sequence[tuple[_Case, Reading]], alone: int, wide: Mapping[int, Collection[int]], deadline: float
    ) -> None:
        """Notes what is found in further readings, the first `alone` of which are of leaves alone. Of one that differs
        from a leaf in places only what is near these is scanned; `wide`: the rules that may match anywhere in a
        leaf's."""
        readings = [reading for _, reading in others]
        near: dict[int, Sequence[Range]] = {}
        also: dict[int, Collection[int]] = {}
        for number, reading in enumerate(readings):
            if isinstance(reading.base, Alone) and (ranges := reading.near(NEAR)) is not None:
                near[number], also[number] = ranges, self._matcher.endless.union(wide.get(reading.base.leaf, ()))
        buffer = self._buffer([each.text for each in readings], [each.head for each in readings], near)
        windows = self._windows(buffer, also)
        self._search(windows, buffer, lambda number: others[number][0], dict(enumerate(readings)), alone, deadline)

    def _windows(self, buffer: Buffer, also: Mapping[int, Collection[int]]) -> Iterator[Window]:
        """Where rules may match. `also`: rules that may match anywhere in these texts."""
        for window in self._matcher.windows(buffer):
            if window[0] not in also.get(window[1], ()):
                yield window
        for number, rules in also.items():
            yield from ((rule, number, 0, len(buffer.text(number).data)) for rule in rules)

    def _search(
        self,
        windows: Iterable[Window],
        buffer: Buffer,
        case_of: Callable[[int], _Case],
        readings: Mapping[int, Reading],
        alone: int,
        deadline: float,
    ) -> Mapping[int, Collection[int]]:
        """Notes what is found in the buffer's texts: the leaves themselves, or these readings of some, the first
        `alone` of which are of leaves alone. Gives the rules that, in each text, a change may show something to that is
        far from it."""
        far, wide = self._matcher.far, defaultdict[int, set[int]](set)
        asked = -1
        for count, (rule, number, first, stop) in enumerate(windows):
            case = case_of(number)
            if case.failed is not None:
                continue
            if rule != asked:
                asked, confirmer = rule, self._confirmers[rule]
            text, reading = buffer.text(number), readings.get(number)
            if confirmer.unnamed(text):
                wide[number].add(rule)
                continue
            if rule in far:
                wide[number].add(rule)
            if reading is not None and reading.fresh:
                seen = confirmer.looked_at(text, first, stop)
                if seen is not None and reading.known(*seen):
                    continue
            for start, end in confirmer.find(text, first, stop):
                place = (number, start, end) if text.ascii else (number, text.characters(start), text.characters(end))
                if not self._note(case, place, confirmer.about, readings, alone, confirmer.rule):
                    break
            if not count % _WATCHED and self._clock() > deadline:
                raise _TooLateError
        for dictionary, number, start, end in self._literals.find(buffer):
            about = (dictionary.id, dictionary.category, dictionary.severity, "")
            self._note(case_of(number), (number, start, end), about, readings, alone)
        return wide

    def _note(
        self,
        case: _Case,
        place: tuple[int, int, int],
        about: About,
        readings: Mapping[int, Reading],
        alone: int,
        rule: Rule | None = None,
    ) -> bool:
        """False when the document has reached its limit. `rule`: None for a dictionary's."""
        number, start, end = place
        reading = readings.get(number)
        if reading is None:
            case.own[number].append((start, end, about))
            return self._count(case, 1)
        places = reading.places(start, end)
        if not reading.base.counts((start, end), places, case.own, about, rule):
            return True
        if len(places) == 1 and number < alone:
            ((leaf, first, last),) = places
            case.own[leaf].append((first, last, about))
        else:
            whole = reading.text[start:end] if len(places) > 1 else ""
            case.others += [(*each, about, whole) for each in places]
            if number < alone:
                case.parted.update([leaf for leaf, *_ in places])
        return self._count(case, len(places))

    def _count(self, case: _Case, more: int) -> bool:
        case.count += more
        if case.count > _SLACK * self._limits.findings:
            case.failed = self._too_many()
        return case.failed is None

    def _bounded(self, spans: list[Span]) -> list[Span] | LimitError:
        done = resolve(spans) if spans else spans
        return done if len(done) <= self._limits.findings else self._too_many()

    def _too_many(self) -> LimitError:
        return LimitError("too-many-findings", f"the record holds more than {self._limits.findings} findings")

    def _decoded(
        self,
        buffer: Buffer,
        case_of: Callable[[int], _Case],
        inside: Mapping[int, Reading],
        texts: Sequence[str],
    ) -> Iterator[tuple[_Case, Reading]]:
        """Further readings of the leaves that may have any, each with its document. `texts`: as they are written."""
        for leaf in buffer.hinted:
            known = inside.get(leaf)
            chain = () if known is None else known.chain
            if known is not None:
                yield from self._layers(case_of(leaf), Reading(texts[leaf], buffer.heads[leaf], Alone(leaf)), chunked)
            yield from self._layers(
                case_of(leaf), Reading(buffer.text(leaf).letters, buffer.heads[leaf], Alone(leaf), chain)
            )

    def _joined(
        self, texts: Sequence[str], heads: Sequence[int], cases: Sequence[_Case], batch: Sequence[Leaves]
    ) -> Iterator[tuple[_Case, Reading]]:
        """Leaves that carry one text on, or answer one another, read as one."""
        for case, leaves in zip(cases, batch, strict=True):
            yield from ((case, reading) for reading in seams(leaves, case.begin))
            groups = [type(flow)([case.begin + leaf for leaf in flow]) for flow in leaves.flows]
            for flow in flows(texts, heads, groups):
                reading = flow.reading()
                yield case, reading
                if worth_undoing(flow):
                    yield from self._layers(case, reading)

    def _of_documents(
        self,
        buffer: Buffer,
        texts: Sequence[str],
        signed: Sequence[Sequence[int]],
        cases: Sequence[_Case],
        batch: Sequence[Leaves],
    ) -> Iterator[tuple[_Case, Reading]]:
        """Readings of leaves that only the rest of their document tells: items of lists whose columns another names,
        and what those with a sign of `_READINGS` tell of others. `signed`: these, for each sign."""
        if any(texts[leaf].startswith(HEADS) for leaf in buffer.hinted):
            for case, leaves in zip(cases, batch, strict=True):
                yield from ((case, reading) for reading in named_lists(leaves, case.begin))
        for readings, numbers in zip(_READINGS.values(), signed, strict=True):
            if not numbers:
                continue
            for case, leaves in zip(cases, batch, strict=True):
                first, last = (bisect_left(numbers, case.begin + edge) for edge in (0, len(leaves.texts)))
                own = [number - case.begin for number in numbers[first:last]]
                if own:
                    yield from ((case, reading) for reading in readings(leaves, case.begin, own))

    def _layers(
        self, case: _Case, first: Reading, readings: Callable[[Reading, int], Iterable[Reading]] = readings_of
    ) -> Iterator[tuple[_Case, Reading]]:
        if case.failed is not None:
            return
        try:
            for reading in readings(first, self._limits.inflated_bytes - case.decoded):
                case.decoded += len(reading.text)
                yield case, reading
        except LimitError as error:
            case.failed = error

    def failing_examples(self) -> Iterator[tuple[str, str, int]]:
        """(rule, "match" or "no_match", number) of each of the rules' own examples that the engines fail."""
        examples = [
            (position, kind, number, text)
            for position, rule in enumerate(self._rules)
            for kind, texts in (("match", rule.match), ("no_match", rule.no_match))
            for number, text in enumerate(texts)
        ]
        patterns = [position for position, rule in enumerate(self._rules) if rule.pattern]
        buffer = Buffer([text for *_, text in examples], [0] * len(examples))
        found: set[int] = set()
        for rule, place, start, stop in self._matcher.windows(buffer):
            confirmer, example = self._confirmers[rule], buffer.text(place)
            if patterns[rule] != examples[place][0] or confirmer.unnamed(example):
                continue
            if any(True for _ in confirmer.find(example, start, stop)):
                found.add(place)
        for place, (position, _, _, text) in enumerate(examples):
            if not self._rules[position].pattern and self._structure.finds(self._rules[position], text):
                found.add(place)
        for place, (position, kind, number, _) in enumerate(examples):
            if (place in found) is not (kind == "match"):
                yield self._rules[position].id, kind, number

    def self_test(self) -> None:
        """Runs every rule's own examples through the compiled databases.

        Raises ConfigError naming the rule that misses what it must match or matches what it must not."""
        for rule, kind, number in self.failing_examples():
            what = "does not find" if kind == "match" else "finds, and must not,"
            raise ConfigError(
                f"rule {rule} {what} its own example {kind}[{number}]", advice="run `reticent policy test` for all"
            )
        # the examples have filled the caches of all of RE2's automata, which ordinary texts hardly do: 140 MB
        self._confirmers = self._confirmers.anew()

    def explain(self, text: str, head: int = 0) -> Iterator[Judgement]:
        """Every place of a text that a rule's pattern takes, and what each of the rule's checks said about it."""
        whole = Text.of(text, head)
        for confirmer in self._confirmers:
            for candidate, said in confirmer.judge(whole):
                yield Judgement(
                    confirmer.rule, whole.characters(candidate.start), whole.characters(candidate.end), tuple(said)
                )


def _without(texts: Sequence[str], known: Collection[int]) -> Sequence[str]:
    """The texts, empty where what is in them is known."""
    if not known:
        return texts
    unknown = list(texts)
    for number in known:
        unknown[number] = ""
    return unknown


def _alone(
    numbers: Sequence[int], cases: Sequence[_Case], case_of: Callable[[int], _Case]
) -> Iterator[tuple[int, Own]]:
    """What these leaves have alone. Not of documents that reached a limit, nor of leaves that show something in several
    places, which would have to be kept as it stands there."""
    if any(case.failed is not None for case in cases):
        numbers = [number for number in numbers if case_of(number).failed is None]
    busy = set[int]().union(*(leaves for case in cases for leaves in (case.own, case.shapes, case.parted)))
    for number in numbers:
        if number not in busy:
            yield number, NOTHING
        elif number not in (case := case_of(number)).parted:
            yield number, Own(tuple(case.own.get(number, ())), tuple(case.shapes.get(number, ())))


def _spans(case: _Case, heads: Sequence[int]) -> Iterator[Span]:
    found = chain(
        ((leaf, *place, "") for leaf, places in case.own.items() for place in places),
        case.others,
    )
    for leaf, start, end, about, whole in found:
        for part, first, last in parts(heads[leaf], start, end):
            yield Span(leaf - case.begin, part, first, last, *about, whole=whole)
    for leaf, shapes in case.shapes.items():
        yield from (replace(span, leaf=leaf - case.begin) for span in shapes)


@dataclass(frozen=True, slots=True)
class Judgement:
    """`start` and `end` in characters of the text. `checks`: names, and whether they said yes; after a no none is
    asked any more."""

    rule: Rule
    start: int
    end: int
    checks: tuple[tuple[str, bool], ...]

    @property
    def found(self) -> bool:
        return all(yes for _, yes in self.checks)
