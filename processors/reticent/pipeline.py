"""The way of a trace: envelope, authenticate, open, decode, scan, mask, decide; each arrow one function.

A batch of raw records goes in, and each record's outgoing records come out. There is no I/O and no clock here.
Whatever goes wrong with a record stays with that record: a `RecordError` is a verdict with its reason, and anything
unexpected is blocked as `internal`, by its own and not by its neighbours.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Protocol

from . import outcome, verdict
from .choosing import chooser
from .detect import Detector, Memory, Store
from .envelope import Envelope, open_envelope, source_of
from .errors import DecodeError, LimitError, RecordError
from .formats.document import Document, Leaves
from .formats.encoding import inflate
from .formats.registry import Formats, open_document
from .limits import Limits
from .masking import MaskItem, MaskResult, Sealer, Tokens, mask_batch, mask_text, seal_document
from .model import Action, Identity, Outgoing, RawRecord, Trace, VerdictKind
from .policy import CompiledPolicy
from .shares import Share, shares_of
from .verdict import Decision, Facts

log = logging.getLogger(__name__)

UNKNOWN_TENANT = ""
"""Stands for the tenant of a record that could not be authenticated; its tokens match nobody's."""


class Authenticates(Protocol):
    """What the pipeline asks of identity."""

    def authenticate(self, record: RawRecord, now: float) -> Identity:
        """Raises AuthenticationError."""
        ...


@dataclass(slots=True)
class Case:
    """One record on its way. The fields fill from left to right; `failed` ends the way."""

    record: RawRecord
    envelope: Envelope
    identity: Identity | None = None
    document: Document | None = None
    leaves: Leaves = field(default_factory=Leaves)
    extra: dict[str, int] = field(default_factory=dict)
    """Texts of ours that the producer chose (request id, record key), as leaves after the document's own."""
    masked: MaskResult | None = None
    failed: Decision | None = None


class Pipeline:
    """Judges raw records. One thread at a time; a policy is exchanged by making another pipeline.

    `master` is the installation's masking key: tokens, seals and tenants' keys derive from it.
    """

    def __init__(
        self,
        policy: CompiledPolicy,
        identity: Authenticates,
        *,
        master: bytes,
        limits: Limits,
        store: Store | None = None,
        formats: Formats | None = None,
    ) -> None:
        self._policy, self._identity, self._limits, self._formats = policy, identity, limits, formats
        self._detector = Detector(policy.rules, policy.dictionaries, limits=limits, store=store, memory=Memory())
        self._sealer = Sealer(master)
        self._tokens: Callable[[str], Tokens] = lru_cache(maxsize=4096)(lambda tenant: Tokens(master, tenant))

    @property
    def policy(self) -> CompiledPolicy:
        return self._policy

    def self_test(self) -> None:
        """Runs every rule's examples through the compiled detector. Raises ConfigError naming the rule."""
        self._detector.self_test()

    def process(self, records: Sequence[RawRecord], now: float) -> list[list[Outgoing]]:
        """The outputs of each record, in order. `now`: seconds since the epoch."""
        cases = [self._guarded(self._admit, record, now) for record in records]
        self._judge([case for case in cases if case.failed is None])
        return [self._finish(case, now) for case in cases]

    def block(self, record: RawRecord, now: float, code: str, message: str) -> list[Outgoing]:
        """The outputs of a record that is blocked for a reason outside it, such as an output too large to send."""
        case = self._guarded(self._identify, record, now)
        return self._finish(replace(case, failed=verdict.failure(LimitError(code, message))), now)

    # bytes -> document with leaves

    def _identify(self, record: RawRecord, now: float) -> Case:
        case = Case(record, Envelope(source_of(record)))
        try:
            case.envelope = open_envelope(record, self._limits)
            case.identity = self._identity.authenticate(record, now)
        except RecordError as error:
            case.failed = verdict.failure(error)
        return case

    def _admit(self, record: RawRecord, now: float) -> Case:
        case = self._identify(record, now)
        if case.failed is None:
            try:
                case.document = self._open(case)
                case.leaves = case.document.leaves()
                self._add_own_texts(case)
            except RecordError as error:
                case.failed = verdict.failure(error)
        return case

    def _open(self, case: Case) -> Document:
        payload, limits = case.record.value, self._limits
        if not payload:
            raise DecodeError("empty", "the record has no payload; send one document a record")
        if len(payload) > limits.record_bytes:
            raise LimitError(
                "too-large", f"the record has {len(payload)} bytes, more than the {limits.record_bytes} allowed"
            )
        envelope = case.envelope
        plain = inflate(payload, envelope.encoding, limits)
        return open_document(
            plain, content_type=envelope.content_type, forced=envelope.format, limits=limits, formats=self._formats,
            schema=envelope.schema,
        )  # fmt: skip

    def _add_own_texts(self, case: Case) -> None:
        """The request id and the record's key travel on in clear: what they hold is scanned like any leaf."""
        own = {"request_id": case.envelope.request_id if case.envelope.own_request_id else "", "key": _key(case.record)}
        for name, text in own.items():
            if text:
                case.extra[name] = len(case.leaves.texts)
                case.leaves.add(text, (None, name))

    # leaves -> findings -> masked document

    def _judge(self, cases: Sequence[Case]) -> None:
        """Scans and masks a batch at once; where that fails, one by one, to tell the guilty from its neighbours."""
        if not cases:
            return
        try:
            self._mask(cases)
        except Exception as error:
            if len(cases) > 1:
                for case in cases:
                    # what a failed batch left half masked is no document to go on with
                    fresh = self._guarded(self._reopen, case)
                    case.document, case.leaves, case.extra = fresh.document, fresh.leaves, fresh.extra
                    case.failed = fresh.failed
                    if case.failed is None:
                        self._judge([case])
            else:
                cases[0].failed = _internal(error)

    def _reopen(self, case: Case) -> Case:
        fresh = Case(case.record, case.envelope, case.identity)
        fresh.document = self._open(fresh)
        fresh.leaves = fresh.document.leaves()
        self._add_own_texts(fresh)
        return fresh

    def _mask(self, cases: Sequence[Case]) -> None:
        spans = self._detector.examine([(case.document, case.leaves) for case in cases if case.document is not None])
        items: list[tuple[Case, MaskItem]] = []
        for case, found in zip(cases, spans, strict=True):
            if isinstance(found, LimitError):
                case.failed = verdict.failure(found)
            elif case.document is not None and case.identity is not None:
                choose = chooser(self._policy, case.document, case.identity.tenant, found)
                tokens = self._tokens(case.identity.tenant)
                located, blob = self._policy.needs_paths, self._policy.blobs.__getitem__
                item = MaskItem(case.document, case.leaves, found, choose, tokens, located, blob)
                items.append((case, item))
        results = mask_batch([item for _, item in items], self._detector)
        for (case, _), result in zip(items, results, strict=True):
            if isinstance(result, LimitError):
                case.failed = verdict.failure(result)
            else:
                case.masked = result

    # masked document -> verdict -> outgoing records

    def _finish(self, case: Case, now: float) -> list[Outgoing]:
        try:
            return self._conclude(case, now)
        except Exception as error:
            case.failed = _internal(error)
            return self._conclude(case, now)

    def _conclude(self, case: Case, now: float) -> list[Outgoing]:
        masked = case.masked
        if case.failed is not None or masked is None or case.document is None or case.identity is None:
            return self._refused(case, case.failed or verdict.internal(), now)
        shares = shares_of(case.document, case.leaves, masked, len(case.record.value or b""))
        judged = [self._judged(case, case.identity, share, case.document.format, now) for share in shares]
        kinds = [each.decision.verdict for each in judged]
        free = [number for number, kind in enumerate(kinds) if kind is VerdictKind.RELEASED]
        out: list[Outgoing] = []
        if free:
            content = masked.masked if len(free) == len(judged) else seal_document(case.document, free)
            out += outcome.released([replace(judged[number], masked=content) for number in free])
        for number, (each, kind) in enumerate(zip(judged, kinds, strict=True)):
            if kind is VerdictKind.RELEASED:
                continue
            alone = replace(each, masked=seal_document(case.document, [number])) if len(judged) > 1 else each
            if kind is VerdictKind.HELD:
                out += outcome.held(alone, self._policy.approvals, self._sealer)
            else:
                out += outcome.blocked(alone)
        return out

    def _judged(self, case: Case, identity: Identity, share: Share, format: str, now: float) -> outcome.Judged:
        """`masked` is still that of the whole record."""
        source = source_of(case.record)
        about = outcome.about(
            source if share.of == 1 else f"{source}/{share.number}",
            case.envelope,
            identity,
            share.trace,
            request_id=self._own_text(case, "request_id") or source,
            key=self._own_text(case, "key"),
            policy=self._policy,
            now=now,
        )
        facts = Facts(
            bytes=share.bytes,
            steps=len(share.trace.steps),
            leaves=share.leaves,
            format=format,
            tenant=about.tenant,
            producer=about.producer,
            session=about.session_id,
        )
        decision = verdict.decide(self._policy, facts, share.findings)
        return outcome.Judged(about, decision, facts, share.findings, share.masked, share.trace, share.blobs, share.of)

    def _own_text(self, case: Case, name: str) -> str:
        position = case.extra.get(name)
        if position is None:
            return ""
        changed = case.masked.extra.get(position) if case.masked is not None else None
        return case.leaves.texts[position] if changed is None else changed

    def _refused(self, case: Case, decision: Decision, now: float) -> list[Outgoing]:
        about = outcome.about(
            source_of(case.record),
            case.envelope,
            case.identity,
            Trace(),
            request_id=self._safe_request_id(case),
            key="",
            policy=self._policy,
            now=now,
        )
        return outcome.refused(about, decision, case.record.value or b"", self._tokens(about.tenant))

    def _safe_request_id(self, case: Case) -> str:
        """The producer's own request id when it can be scanned, else the record's place."""
        source = source_of(case.record)
        if not case.envelope.own_request_id:
            return source
        tenant = case.identity.tenant if case.identity is not None else UNKNOWN_TENANT
        try:
            return mask_text(case.envelope.request_id, self._detector, lambda *_: Action.REDACT, self._tokens(tenant))
        except Exception:
            return source

    def _guarded(self, stage: Callable[..., Case], subject: RawRecord | Case, *arguments: float) -> Case:
        try:
            return stage(subject, *arguments)
        except Exception as error:
            record = subject.record if isinstance(subject, Case) else subject
            case = subject if isinstance(subject, Case) else Case(record, Envelope(source_of(record)))
            failed = verdict.failure(error) if isinstance(error, RecordError) else _internal(error)
            return replace(case, document=None, masked=None, failed=failed)


def _internal(error: Exception) -> Decision:
    """Says where the code failed; the exception's text may hold what the record holds, and is not looked at."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace is not None else "?"
    log.error("a record made the gateway's own code fail: %s at %s; it is blocked", type(error).__name__, place)
    return verdict.internal()


def _key(record: RawRecord) -> str:
    try:
        return (record.key or b"").decode()
    except UnicodeDecodeError:
        return ""
