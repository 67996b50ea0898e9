"""A masked record as its traces: what each of them has of it, which is what is judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .formats.document import ALL, Document, Leaves
from .masking import MaskResult
from .model import Finding, Masked, Trace


@dataclass(frozen=True, slots=True)
class Share:
    """One trace of a record that holds `of` of them. What belongs to all, such as a resource's attributes, is every
    trace's. `bytes`: of the record where the trace is alone in it, else of its leaves as UTF-8. `blobs`: how many had
    what done with them. `masked` is of the whole record."""

    number: int
    of: int
    trace: Trace
    bytes: int
    leaves: int
    findings: Sequence[Finding]
    blobs: Mapping[str, int]
    masked: Masked


def shares_of(document: Document, leaves: Leaves, masked: MaskResult, size: int) -> list[Share]:
    """`size`: bytes of the record. A document without a trace is one share of an empty one."""
    traces = document.traces() or (Trace(),)
    owners = document.owners()
    if len(traces) == 1 or not owners:
        trace = traces[0] if len(traces) == 1 else _together(traces)
        blobs = Counter(f"{kind} {action}" for _, kind, action in masked.blobs)
        return [Share(0, 1, trace, size, len(leaves.texts), masked.findings, blobs, masked.masked)]
    # texts of ours stand behind the document's leaves, and concern every trace
    owners = [*owners, *([ALL] * (len(leaves.texts) - len(owners)))]
    counts, sizes = Counter(owners), Counter[int]()
    for owner, text in zip(owners, leaves.texts, strict=True):
        sizes[owner] += len(text.encode("utf-8", "surrogatepass"))
    found: list[list[Finding]] = [[] for _ in traces]
    blobs_of = [Counter[str]() for _ in traces]

    def concerned(leaf: int) -> Sequence[int]:
        return range(len(traces)) if owners[leaf] == ALL else (owners[leaf],)

    for finding, leaf in zip(masked.findings, masked.places, strict=True):
        for number in concerned(leaf):
            found[number].append(finding)
    for leaf, kind, action in masked.blobs:
        for number in concerned(leaf):
            blobs_of[number][f"{kind} {action}"] += 1
    return [
        Share(
            number, len(traces), trace, sizes[number] + sizes[ALL], counts[number] + counts[ALL],
            found[number], blobs_of[number], masked.masked,
        )
        for number, trace in enumerate(traces)
    ]  # fmt: skip


def _together(traces: Sequence[Trace]) -> Trace:
    """Of a document that cannot be split: judged, and left, as one."""
    steps = [step for trace in traces for step in trace.steps]
    return Trace(traces[0].trace_id, traces[0].session_id, traces[0].started_at, traces[0].ended_at, steps=steps)
