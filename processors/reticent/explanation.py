"""Why something was found or let go, and what the policy makes of it, without showing any of it."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Literal

from .detect import Detector, Span
from .detect.candidates.text import parts
from .detect.detector import Judgement
from .detect.readings.layers import readings
from .detect.readings.quoted import as_read
from .errors import ConfigError, LimitError
from .formats.document import Document, Leaves, Part
from .formats.tree import escaped_name
from .limits import Limits
from .model import Finding, Severity
from .policy import CompiledPolicy
from .policy.packs import load_packs, pack_names
from .policy.rule import Rule
from .steps import StepIndex
from .verdict import Facts, decide
from .yamlfile import did_you_mean

READING_CHARACTERS = Limits().inflated_bytes
"""Of decoded text that is explained for one leaf."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place of one leaf, as one rule sees it.

    `start` and `end` count characters of the value, or of the key where `part` is key. `classes`: which classes of
    characters stand there. `seen`: how the rule sees it: in the text itself, in what it decodes to, in leaves joined,
    or without a pattern. `checks` were asked in this order, none after the first that said no. `outcome`: found; let
    go, which `why` explains; or covered: a finding of another rule, `by`, names the place. `application`: the number
    in the policy's `apply` (0 is the first) that chose `action`; None where none fits.
    """

    rule: str
    title: str
    category: str
    severity: str
    path: str
    part: Literal["value", "key"]
    start: int
    end: int
    length: int
    classes: tuple[str, ...]
    seen: Literal["text", "decoded", "joined", "dictionary", "shape", "place"]
    checks: tuple[tuple[str, bool], ...]
    outcome: Literal["found", "let go", "covered"]
    why: str = ""
    by: str = ""
    application: int | None = None
    action: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """`places` in the order of the document. `answers`: why a rule that was asked about has none. `reached`:
    (threshold, why) of each that is reached. `verdict`: what would become of it: released, held or blocked."""

    places: tuple[Place, ...]
    answers: tuple[str, ...] = ()
    reached: tuple[tuple[str, str], ...] = ()
    verdict: str = ""
    size: Mapping[str, int] = field(default_factory=dict)
    format: str = ""
    hidden: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Segments of paths that must not be shown, because something in them was looked at and let go."""

    def decided(
        self,
        policy: CompiledPolicy,
        findings: Sequence[Finding],
        *,
        bytes: int,
        tenant: str,
        shown: Mapping[str, str],
    ) -> Explanation:
        """With what the thresholds say of a document of so many bytes. `findings`: all, whatever was asked about.
        `shown`: what a path is called once keys in which something was found are masked."""
        facts = Facts(bytes, self.size["steps"], self.size["leaves"], self.format, tenant, "", "")
        places = tuple(replace(each, path=self._hiding(shown[each.path])) for each in self.places)
        size = {**self.size, "bytes": bytes}
        decision = decide(policy, facts, findings)
        reached = tuple((reason.rule, reason.message) for reason in decision.reasons)
        return replace(self, places=places, hidden={}, reached=reached, verdict=decision.verdict.value, size=size)

    def _hiding(self, path: str) -> str:
        for segment, instead in self.hidden.items():
            path = path.replace(segment, instead)
        return path


def explain(
    document: Document,
    spans: Sequence[Span],
    detector: Detector,
    policy: CompiledPolicy,
    *,
    tenant: str,
    rule: str | None = None,
) -> Explanation:
    """Of a document as it came in, and of what the detector found in it. Raises ConfigError: there is no such rule."""
    known = {each.id: each for each in policy.rules}
    if rule is not None and rule not in known and rule not in {each.id for each in policy.dictionaries}:
        raise _unknown(rule, known)
    traces = document.traces()
    place = _Placing(document, spans, policy, tenant, StepIndex(traces))
    places = sorted(
        (each for each in place.all(detector) if rule in (None, each.rule)),
        key=lambda each: (place.order[each.path], each.part, each.start, each.end, each.outcome, each.rule),
    )
    answers = tuple(_absence(rule, known, document.leaves(), policy)) if rule is not None and not places else ()
    size = {"steps": sum(len(each.steps) for each in traces), "leaves": len(document.leaves().texts)}
    keys = {leaf: text[: head - 1] for leaf, (text, head) in enumerate(place.texts) if head > 0}
    asked = {place.order[each.path] for each in places if each.part == "key" and each.outcome == "let go"}
    hidden = {escaped_name(keys[leaf]): f"['<{len(keys[leaf])} characters>']" for leaf in sorted(asked)}
    return Explanation(tuple(places), answers, size=size, format=document.format, hidden=hidden)


_Range = tuple[int, Part, int, int]
"""Leaf, part, start, end."""


class _Placing:
    def __init__(
        self, document: Document, spans: Sequence[Span], policy: CompiledPolicy, tenant: str, steps: StepIndex
    ) -> None:
        self._document, self._leaves, self._policy = document, document.leaves(), policy
        self._tenant, self._steps = tenant, steps
        self.texts = list(zip(self._leaves.scanned(), self._leaves.heads, strict=True))
        self._by_leaf: dict[int, list[Span]] = {}
        for span in spans:
            self._by_leaf.setdefault(span.leaf, []).append(span)
        self._paths = {leaf: document.path(leaf) for leaf in range(len(self._leaves.texts))}
        self.order = {path: leaf for leaf, path in self._paths.items()}
        self._dictionaries = {each.id for each in policy.dictionaries}
        self._rules = {each.id: each for each in policy.rules}

    def all(self, detector: Detector) -> Iterator[Place]:
        for leaf in range(len(self._leaves.texts)):
            judged = self._judged(leaf, detector)
            yield from judged
            covered = {(each.rule, each.part, each.start) for each in judged if each.outcome == "found"}
            for span in self._by_leaf.get(leaf, ()):
                inside = any(
                    each.outcome == "found" and each.rule == span.rule and span.start <= each.start < max(span.end, 1)
                    for each in judged
                )
                if (span.rule, _side(span.part), span.start) not in covered and not inside:
                    yield self._unjudged(leaf, span)

    def _judged(self, leaf: int, detector: Detector) -> list[Place]:
        text, head = self.texts[leaf]
        best: dict[tuple[str, _Range], Place] = {}

        def note(seen: Literal["text", "decoded"], judgement: Judgement, start: int, end: int) -> None:
            for part, first, last in parts(head, start, end):
                made = self._place((leaf, part, first, last), seen, judgement)
                key = (made.rule, (leaf, part, first, last))
                if key not in best or (best[key].outcome == "let go" and made.outcome != "let go"):
                    best[key] = made

        first = as_read(leaf, text, head)
        try:
            for reading in chain((first,), readings(first, READING_CHARACTERS)):
                for judgement in detector.explain(reading.text, reading.head):
                    for _, start, end in reading.places(judgement.start, judgement.end):
                        note("decoded" if reading.chain else "text", judgement, start, end)
        except LimitError:
            pass  # what the detector itself gave up on
        return list(best.values())

    def _place(self, where: _Range, seen: Literal["text", "decoded"], judgement: Judgement) -> Place:
        rule, (leaf, part, start, end) = judgement.rule, where
        made = self._about(where, rule.id, rule.title, rule.category, rule.severity)
        made = replace(made, seen=seen, checks=judgement.checks)
        refused = next((name for name, yes in judgement.checks if not yes), None)
        if refused is not None:
            return replace(made, outcome="let go", why=_refusal(refused, rule))
        over = [s for s in self._by_leaf.get(leaf, ()) if s.part is part and s.start < end and start < s.end]
        if any(span.rule == rule.id for span in over):
            return self._applied(made, leaf)
        if over:
            by = over[0].rule
            return replace(made, outcome="covered", by=by, why=f"a finding of {by}, more severe or longer, names it")
        return replace(made, outcome="let go", why="it lies in a placeholder of ours, which is left as it is")

    def _unjudged(self, leaf: int, span: Span) -> Place:
        seen: Literal["joined", "dictionary", "shape", "place"] = "joined"
        rule = self._rules.get(span.rule)
        if span.rule in self._dictionaries:
            seen = "dictionary"
        elif rule is not None and not rule.pattern:
            seen = "shape" if rule.shape is not None else "place"
        title = rule.title if rule is not None else "a known literal"
        where = (leaf, span.part, span.start, span.end)
        made = self._about(where, span.rule, title, span.category, span.severity)
        return self._applied(replace(made, seen=seen), leaf)

    def _applied(self, made: Place, leaf: int) -> Place:
        path = self._paths[leaf]
        text = self._leaves.now(leaf) if made.part == "value" else ""
        about = {
            "format": self._document.format, "tenant": self._tenant, "path": path,
            "step": self._steps.kind(path, text, made.start),
        }  # fmt: skip
        application = self._policy.application(made.rule, made.category, **about)
        action = self._policy.action(made.rule, made.category, **about)
        return replace(made, application=application, action=action.value)

    def _about(self, where: _Range, rule: str, title: str, category: str, severity: Severity) -> Place:
        leaf, part, start, end = where
        text, border = self._leaves.texts[leaf], abs(self._leaves.heads[leaf])
        side = text[: max(0, border - 1)] if part is Part.KEY else text[border:]
        value = side[start:end]
        return Place(
            rule, title, category, severity.label, self._paths[leaf], _side(part), start, end, len(value),
            character_classes(value), "text", (), "found",
        )  # fmt: skip


def _side(part: Part) -> Literal["value", "key"]:
    return "key" if part is Part.KEY else "value"


_CLASSES: Mapping[str, frozenset[str]] = {
    "digits": frozenset(string.digits),
    "lower": frozenset(string.ascii_lowercase),
    "upper": frozenset(string.ascii_uppercase),
    "punctuation": frozenset(string.punctuation),
    "spaces": frozenset(" \t"),
    "line ends": frozenset("\r\n"),
}


def character_classes(value: str) -> tuple[str, ...]:
    """Names of the classes of characters that a value is made of."""
    letters = set(value)
    found = [name for name, members in _CLASSES.items() if letters & members]
    return (*found, "others") if letters - frozenset().union(*_CLASSES.values()) else tuple(found)


def _refusal(check: str, rule: Rule) -> str:
    """What a check that said no means."""
    if check == "keyword":
        return f"none of its keywords ({', '.join(rule.keywords)}) stands in the text or its label"
    if check.startswith("entropy"):
        return f"it is less random than {rule.entropy:g} bits a character"
    if check == "context" and rule.context is not None:
        words = ", ".join(rule.context.support[:8]) + ("..." if len(rule.context.support) > 8 else "")
        return f"none of its context words ({words}) stands within {rule.context.window} characters"
    if check == "no-context-against" and rule.context is not None:
        return (
            f"a word against it ({', '.join(rule.context.against[:8])}) stands within {rule.context.window} characters"
        )
    if check.startswith("allow"):
        return f"{check} of the rule takes it whole"
    return f"the validator {check} says no"


def _absence(rule: str, known: Mapping[str, Rule], leaves: Leaves, policy: CompiledPolicy) -> Iterator[str]:
    """Why a rule of the policy takes nothing at all."""
    found = known.get(rule)
    if found is None:
        entries = next(len(each.entries) for each in policy.dictionaries if each.id == rule)
        yield f"none of the {entries} entries of the dictionary {rule} stands in the text, between word boundaries"
        return
    if found.shape is not None:
        yield f"no {found.shape.kind} of {found.shape.least} or more is in the text"
        return
    if found.at is not None:
        wanted = {"key": found.at.key, "path": found.at.path, "step": found.at.step}
        yield f"no value stands where {', '.join(f'{name} is {text}' for name, text in wanted.items() if text)}"
        return
    yield f"its pattern takes nothing in {len(leaves.texts)} texts: {found.pattern}"
    folded = [text.casefold() for text in leaves.texts]
    words = {"keywords": found.keywords, "context words": found.context.support if found.context else ()}
    for kind, listed in words.items():
        if listed:
            there = [word for word in listed if any(word in text for text in folded)]
            yield f"of its {kind}, {', '.join(there) or 'none'} {'stand' if len(there) > 1 else 'stands'} in the text"
    templates = getattr(found.match, "templates", None)
    if templates:
        yield f"it would take, for example: {templates[0]}"


def _unknown(rule: str, known: Mapping[str, Rule]) -> ConfigError:
    shipped = {each.id: each for each in load_packs(pack_names())}
    if rule not in shipped:
        return ConfigError(f"there is no rule {rule}", where="--rule", advice=did_you_mean(rule, known))
    pack, optional = shipped[rule].pack, shipped[rule].optional
    advice = f"name its pack: packs: [{pack}]"
    if any(each.pack == pack for each in known.values()):
        advice = f"write enable: [{rule}]" if optional else "take it out of `disable`"
    return ConfigError(f"the rule {rule} is not in this policy", where="--rule", advice=advice)
