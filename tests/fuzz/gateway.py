"""Laws of the gateway: each trace has one verdict, our own code does not fail, and no canary leaves."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from reticent import yamlfile
from reticent.approvals.wire import ApprovalRequest, unpack
from reticent.envelope import open_envelope
from reticent.errors import AuthenticationError, DecodeError
from reticent.formats.encoding import deflate
from reticent.identity import Authenticator
from reticent.identity.issuer import LocalIssuer
from reticent.limits import Limits
from reticent.model import Evidence, Identity, Masked, Outgoing, RawRecord, Topic, Verdict
from reticent.pipeline import Pipeline
from reticent.policy.compile import compile_policy
from reticent.settings import Identity as IdentitySettings
from reticent.settings import Issuer
from reticent.sinks.rows import rows
from reticent.verdict import REASONS

from ..contract import registered
from ..contract.test_formats import FIXTURES
from ..unit.records import Record
from .canary import CANARY, ENCODED, RULE, leaks
from .documents import LIMITS, NAMES, chosen, fixtures, planted, streams

NOW = 1_790_000_000.0
_ACTIONS = ("redact", "partial", "hash", "drop", "summarise")
_POLICY = f"""version: 1
rules:
  - {{id: canary, category: secrets, pattern: '{RULE}', keywords: [canary, '90210']}}
  - {{id: pair, category: pii, pattern: 'hello|done', keywords: [hello, done]}}
  - {{id: rows, category: pii, shape: {{kind: table, least: 2}}}}
  - {{id: names, category: pii, at: {{key: name}}}}
apply: [{{rules: ['*'], action: ACTION}}]
opaque: {{default: BLOB}}
thresholds:
  - {{id: many, when: {{findings: 6}}, action: hold}}
  - {{id: more, when: {{findings: 9}}, action: block}}
approvals: {{groups: [], minimum: 1, expires: 1h}}
"""
_TYPES = (
    b"application/json", b"application/x-protobuf", b"text/plain", b"text/event-stream", b"application/x-ndjson",
    b"multipart/form-data; boundary=b0undary", b"application/avro", b"application/vnd.reticent.trace+json",
    b"", b"\xff", b"image/png",
)  # fmt: skip
_OURS = frozenset({"internal", "engine-error"})
"""Codes that say that our own code failed."""


_NEIGHBOUR = Record(b'{"messages": [{"role": "user", "content": "good morning"}]}', offset=1)


class Anybody:
    """An identity without a token."""

    def authenticate(self, record: RawRecord, now: float) -> Identity:
        return Identity("https://issuer.test", "svc-1", "acme", "agent")


class _Overheard(logging.Handler):
    """What was logged since it was asked last."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def taken(self) -> str:
        said, self.lines = "\n".join(self.lines), []
        return said


def overhear() -> _Overheard:
    handler = _Overheard()
    logging.getLogger("reticent").addHandler(handler)
    return handler


class Gateway:
    """Four bytes choose the format, what the policy does, the content type, and what else the record says."""

    head = 4

    def __init__(self) -> None:
        self._pipelines = [
            Pipeline(
                compile_policy(yamlfile.parse(_POLICY.replace("ACTION", action).replace("BLOB", blob), "p"), Path()),
                Anybody(), master=b"m" * 32, limits=LIMITS, formats=registered.FORMATS,
            )
            for action, blob in zip(_ACTIONS, ("replace", "replace", "drop", "drop", "replace"), strict=True)
        ]  # fmt: skip
        self._heard = overhear()

    def seeds(self) -> Iterator[bytes]:
        for number, (case, payload) in enumerate(fixtures()):
            forced = NAMES.index(case.partition(" ")[0])
            for at, marked in enumerate(planted(case, payload)):
                yield bytes([forced if at % 2 else 255, (number + at) % len(_ACTIONS), 255, at]) + marked
        for text in ENCODED:
            yield bytes([255, 0, 255, 0]) + json.dumps({"messages": [{"role": "user", "content": text}]}).encode()
        for number, payload in enumerate(streams()):
            yield bytes([255, number % len(_ACTIONS), 255, 0]) + payload
        plain = f'{{"messages": [{{"role": "user", "content": "{CANARY}"}}]}}'.encode()
        for at in range(len(_TYPES)):
            yield bytes([255, 0, at, 0]) + plain
        yield bytes([255, 0, 255, 0]) + FIXTURES["langsmith multipart"].replace(b"b0undary", CANARY.encode())
        for flag, encoding in ((4, "gzip"), (8, "zstd")):
            yield bytes([255, 0, 255, flag]) + deflate(plain, encoding)

    def __call__(self, data: bytes) -> None:
        head = data[:4].ljust(4, b"\xff")
        record = self._record(head, data[4:])
        number = head[1] % len(_ACTIONS)
        outputs, others = self._pipelines[number].process([record, _NEIGHBOUR], NOW)
        check_outputs(outputs, self._heard.taken(), whole=_ACTIONS[number] in ("drop", "summarise"))
        if [verdict_in(each).verdict for each in others if each.topic is Topic.VERDICTS] != ["released"]:
            raise AssertionError("a neighbour does not go on")

    @staticmethod
    def _record(head: bytes, payload: bytes) -> Record:
        forced, flags = chosen(head[:1]), head[3]
        headers = [("authorization", f"Bearer {CANARY}".encode()), ("x-own", CANARY.encode())]
        if forced is not None:
            headers.append(("reticent-format", forced.encode()))
        if head[2] < 128:
            headers.append(("content-type", _TYPES[head[2] % len(_TYPES)]))
        if flags & 1:
            headers.append(("reticent-request-id", f"order {CANARY}".encode()))
        if flags & 4:
            headers.append(("content-encoding", b"gzip"))
        elif flags & 8:
            headers.append(("content-encoding", b"zstd"))
        return Record(payload, headers, key=f"session {CANARY}".encode() if flags & 2 else None)


def check_outputs(outputs: Sequence[Outgoing], logged: str, *, whole: bool = False) -> None:
    """Raises AssertionError for a law that does not hold. `whole`: masked values are gone with all that stands beside
    what was found in them, which may be what told two traces apart."""
    verdicts = [verdict_in(each) for each in outputs if each.topic is Topic.VERDICTS]
    if {each.traces for each in verdicts} != {len(verdicts)}:
        raise AssertionError("a trace has not exactly one verdict")
    for verdict in verdicts:
        for reason in verdict.reasons:
            if reason.code in _OURS:
                raise AssertionError(f"our own code failed: {logged}")
            if reason.code not in REASONS:
                raise AssertionError(f"nobody knows the code {reason.code}")
    if leaks(logged.encode()):
        raise AssertionError("the canary was logged")
    for each in outputs:
        for where, content in _leaving(each):
            if leaks(content):
                raise AssertionError(f"the canary left by {each.topic} in its {where}")
    _check_released(outputs, verdicts, whole)


def verdict_in(each: Outgoing) -> Verdict:
    return msgspec.json.decode(content_of(each), type=Verdict)


def content_of(each: Outgoing) -> bytes:
    return each.value.content if isinstance(each.value, Masked | Evidence) else b""


def _leaving(each: Outgoing) -> Iterator[tuple[str, bytes]]:
    yield "key", each.key
    for name, value in each.headers:
        yield f"header {name}", value
    yield "value", content_of(each)
    if each.topic is Topic.APPROVALS:
        yield "packed content", unpack(_request(each).content)


def _request(each: Outgoing) -> ApprovalRequest:
    return msgspec.json.decode(content_of(each), type=ApprovalRequest)


def _check_released(outputs: Sequence[Outgoing], verdicts: Sequence[Verdict], whole: bool) -> None:
    """What is released can be read again by those it is for, as so many traces."""
    released = sum(verdict.verdict == "released" for verdict in verdicts)
    going = [each for each in outputs if each.topic is Topic.SANITIZED]
    if len(going) != min(1, released):
        raise AssertionError("what is released does not leave once")
    for each in outputs:
        if each.topic in (Topic.SANITIZED, Topic.AUDIT):
            _archived(each, whole)
        elif each.topic is Topic.APPROVALS and not whole:
            _check_held(_request(each), len(verdicts))


def _check_held(request: ApprovalRequest, of: int) -> None:
    """Of a record of several traces the one that is held is asked for alone."""
    document = registered.FORMATS.open(
        unpack(request.content), content_type=request.content_type, forced=request.format, limits=LIMITS
    )
    if of > 1 and len(document.traces()) != 1:
        raise AssertionError(f"a held trace of {request.format} is not asked for alone")


def _archived(each: Outgoing, whole: bool) -> None:
    """What leaves can be read by those it is for, as so many traces."""
    try:
        found = rows(Record(content_of(each), each.headers, each.key), registered.FORMATS)
    except DecodeError as error:
        if whole and error.code == "malformed":
            return
        raise AssertionError(f"what left by {each.topic} cannot be archived: {error}") from error
    if leaks(repr(found).encode()):
        raise AssertionError(f"the canary is read from what left by {each.topic}")


class Headers:
    """Lines `name: value` are a record's headers; one of two objects of JSON is a token's head and claims."""

    head = 0

    def __init__(self) -> None:
        self._issuer = LocalIssuer("https://issuer.test", "reticent")
        with tempfile.TemporaryDirectory() as folder:
            keys = self._issuer.write_jwks(Path(folder, "keys.json"))
            issuers = (Issuer(issuer="https://issuer.test", audience="reticent", jwks=str(keys)),)
            self._identity = Authenticator(IdentitySettings(issuers=issuers), lag_seconds=3600.0)
            asyncio.run(self._identity.prepare([Record(headers=self._signed({}, self._claims()))]))

    @staticmethod
    def _claims() -> dict[str, Any]:
        at = int(NOW)
        who = {"iss": "https://issuer.test", "aud": "reticent", "sub": "svc-1", "tenant": "acme", "azp": "agent"}
        return {**who, "iat": at - 10, "exp": at + 300, "groups": ["a"], "nbf": at - 10}

    def seeds(self) -> Iterator[bytes]:
        yield json.dumps([{}, self._claims()]).encode()
        yield json.dumps([{"typ": "at+jwt", "kid": "k", "crit": ["b64"]}, self._claims()]).encode()
        token = self._signed({}, self._claims())[0][1]
        yield b"authorization: " + token
        yield (
            b"Content-Type: application/json\ncontent-encoding: gzip\nreticent-format: json\n"
            b"reticent-request-id: r1\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        )

    def _signed(self, head: Mapping[str, Any], claims: Mapping[str, Any]) -> list[tuple[str, bytes]]:
        return [("authorization", b"Bearer " + self._issuer.sign(claims, head).encode())]

    def _headers(self, data: bytes) -> list[tuple[str, bytes]]:
        if data.startswith(b"["):
            try:
                head, claims = json.loads(data)
                return self._signed(head, claims)
            except Exception:
                return self._forged(data)
        lines = [line.partition(b": ") for line in data.split(b"\n")]
        return [(name.decode("utf-8", "replace"), value) for name, _, value in lines]

    @staticmethod
    def _forged(data: bytes) -> list[tuple[str, bytes]]:
        """Parts that PyJWT does not write."""
        parts = b".".join(
            base64.urlsafe_b64encode(part).rstrip(b"=") for part in (*data[1:-1].split(b", ", 1), b"signed")
        )
        return [("authorization", b"Bearer " + parts)]

    def __call__(self, data: bytes) -> None:
        record = Record(headers=self._headers(data))
        for stage in (
            lambda: open_envelope(record, Limits()),
            lambda: self._identity.authenticate(record, NOW),
        ):
            try:
                stage()
            except (AuthenticationError, DecodeError) as refused:
                if leaks(str(refused).encode()) or refused.code not in REASONS:
                    raise AssertionError(f"a refusal that says too much or too little: {refused.code}") from refused
        asyncio.run(self._identity.prepare([record]))
