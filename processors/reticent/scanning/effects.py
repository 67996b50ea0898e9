"""What two policies do differently: on files, and on what the archive remembers of the past.

The archive holds masked content, and findings with rule, path and token. From that follows exactly: which findings a
policy without their rule would not have made, which action their applications choose, and which verdict the thresholds
give. What the values were is gone: what a new or changed rule would have found in them cannot be told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ..errors import LimitError, RecordError
from ..model import Action, Finding, StepKind
from ..policy import CompiledPolicy
from ..scanner import Scanner
from ..verdict import Facts, decide
from .hits import Marks
from .pieces import DocumentPiece, Piece, Reader, Skipped, TextPiece, Trouble
from .run import opened
from .streams import Stream

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that becomes otherwise. `before` and `after`: a rule with its action, a verdict, or nothing."""

    where: str
    kind: Literal["finding", "verdict", "trouble"]
    before: str
    after: str


def on_files(files: Sequence[str], old: Scanner, new: Scanner, format: str = "auto") -> Iterator[Effect]:
    """What one finds and the other does not, what is done otherwise, and whose verdict changes, document by document.
    Both scanners need the same key, so that masked keys are called alike. Raises OSError."""
    for name in files:
        with opened(name) as one, opened(name) as other:
            pairs = zip(
                Reader(old.limits, format).pieces(Stream(one, Path(name)), name),
                Reader(new.limits, format).pieces(Stream(other, Path(name)), name),
                strict=True,
            )
            for piece, same in pairs:
                if isinstance(piece, Trouble):
                    yield Effect(piece.file, "trouble", piece.message, piece.message)
                elif not isinstance(piece, Skipped) and not isinstance(same, Skipped | Trouble):
                    yield from _compared(piece, same, old, new)


def _compared(piece: Piece, same: Piece, old: Scanner, new: Scanner) -> Iterator[Effect]:
    try:
        before, was = _judged(piece, old)
        after, becomes = _judged(same, new)
    except RecordError as error:
        yield Effect(piece.file, "trouble", error.message, error.message)
        return
    for where in sorted(before.keys() | after.keys()):
        if before.get(where) != after.get(where):
            yield Effect(where[0], "finding", before.get(where, ""), after.get(where, ""))
    if was != becomes:
        yield Effect(piece.file, "verdict", was, becomes)


_Spot = tuple[str, int, int]
"""A place for people, start, end."""


def _judged(piece: Piece, scanner: Scanner) -> tuple[dict[_Spot, str], str]:
    """Findings by place, as rule and action; and the verdict, where the piece is a whole document."""
    document = piece.document
    facts = Facts(
        bytes=len(document.encode()), steps=sum(len(trace.steps) for trace in document.traces()),
        leaves=len(document.leaves().texts), format=document.format, tenant=scanner.tenant, producer="", session="",
    )  # fmt: skip
    (spans,) = scanner.detect([document])
    if isinstance(spans, LimitError):
        raise spans
    findings = scanner.findings(document, spans)
    whole = isinstance(piece, DocumentPiece) or (isinstance(piece, TextPiece) and piece.whole)
    verdict = decide(scanner.policy, facts, findings).verdict.value if whole else ""
    if isinstance(piece, TextPiece):
        action = {(each.rule, each.start + piece.window.offset): each.action for each in findings}
        return {
            (f"{hit.file}:{hit.line}:{hit.column}", hit.start, hit.end):
                f"{hit.rule} ({action.get((hit.rule, hit.start), 'redact')})"
            for hit in piece.hits(scanner, spans, Marks(None))
        }, verdict  # fmt: skip
    line = f":{piece.line}" if isinstance(piece, DocumentPiece) and piece.line > 1 else ""
    return {
        (f"{piece.file}{line} {each.path}{' (key)' if each.part == 'key' else ''}", each.start, each.end):
            f"{each.rule} ({each.action})"
        for each in findings
    }, verdict  # fmt: skip


@dataclass(slots=True)
class History:
    """Counts by rule and tenant. `untold`: what could not be told, and why, with how often."""

    traces: int = 0
    findings: int = 0
    gone: Counter[tuple[str, str]] = field(default_factory=Counter)
    actions: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    verdicts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    changed: list[tuple[str, str, str, str]] = field(default_factory=list)
    untold: Counter[str] = field(default_factory=Counter)

    @property
    def differs(self) -> bool:
        return bool(self.gone or self.actions or self.verdicts)


CHANGED_MOST = 100
"""Traces whose verdict changes that are named; all are counted."""
_LEAVES = "a threshold looks at leaves, whose number the archive does not hold"
_LISTED = "not every finding of the trace is listed in the archive"
_STEP = "an application looks at the step, which a finding's row does not name"


def on_history(traces: Sequence[Row], findings: Sequence[Row], old: CompiledPolicy, new: CompiledPolicy) -> History:
    """Of rows of the tables `traces` and `findings` (docs/clickhouse.md): the findings of these traces."""
    result = History(len(traces), len(findings))
    sides = _Side(old), _Side(new)
    by_trace: dict[tuple[str, str], list[Row]] = defaultdict(list)
    formats = {(row["tenant"], row["source"]): row["format"] for row in traces}
    for row in findings:
        by_trace[row["tenant"], row["source"]].append(row)
        _action(row, formats.get((row["tenant"], row["source"]), ""), sides, result)
    for row in traces:
        _verdict(row, by_trace[row["tenant"], row["source"]], sides, result)
    return result


class _Side:
    """One policy. `known`: category and severity by rule."""

    def __init__(self, policy: CompiledPolicy) -> None:
        self.policy = policy
        self.known = {rule.id: (rule.category, rule.severity.label) for rule in policy.rules}
        self.known |= {each.id: (each.category, each.severity.label) for each in policy.dictionaries}

    def actions(self, row: Row, format: str) -> set[Action]:
        """What the policy may do about a finding, whatever step it stands in."""
        steps = ("", *(kind.value for kind in StepKind)) if self.policy.needs_steps else ("",)
        rule, category = row["rule"], self.known[row["rule"]][0]
        about = {"format": format, "tenant": row["tenant"], "path": row["path"]}
        return {self.policy.action(rule, category, step=step, **about) for step in steps}

    def findings(self, rows: Sequence[Row]) -> list[Finding]:
        """Those that a policy with these rules would have made, with its categories and severities."""
        return [
            Finding(
                rule=row["rule"], category=self.known[row["rule"]][0], severity=self.known[row["rule"]][1],
                path=row["path"], start=row["start"], end=row["end"], token=row["token"],
            )
            for row in rows if row["rule"] in self.known
        ]  # fmt: skip


def _action(row: Row, format: str, sides: tuple[_Side, _Side], result: History) -> None:
    rule, tenant = row["rule"], row["tenant"]
    old, new = sides
    if rule not in new.known and rule in old.known:
        result.gone[tenant, rule] += 1
    if rule not in new.known or rule not in old.known:
        return
    before, after = old.actions(row, format), new.actions(row, format)
    if len(before) == len(after) == 1:
        if before != after:
            result.actions[tenant, rule, before.pop().value, after.pop().value] += 1
    elif before != after or old.policy.applications != new.policy.applications:
        result.untold[_STEP] += 1


def _verdict(trace: Row, findings: Sequence[Row], sides: tuple[_Side, _Side], result: History) -> None:
    if trace["verdict"] == "rejected" or not _JUDGED.issuperset(trace["reasons"]):
        return  # a limit or an error decided: no policy would have let it pass
    if len(findings) < trace["found"]:
        result.untold[_LISTED] += 1
        return
    if any(each.when.leaves is not None for side in sides for each in side.policy.thresholds):
        result.untold[_LEAVES] += 1
        return
    facts = Facts(
        bytes=trace["bytes"], steps=trace["steps"], leaves=0, format=trace["format"], tenant=trace["tenant"],
        producer=trace["producer"], session=trace["session_id"],
    )  # fmt: skip
    before, after = (decide(side.policy, facts, side.findings(findings)).verdict.value for side in sides)
    if before != after:
        result.verdicts[trace["tenant"], before, after] += 1
        if len(result.changed) < CHANGED_MOST:
            result.changed.append((trace["tenant"], trace["trace_id"], before, after))


_JUDGED = frozenset({"threshold", "shadow", "approved", "approval-rejected", "approval-withdrawn", "approval-expired"})
"""Reasons of a trace that was judged by thresholds, and of what became of it later."""
