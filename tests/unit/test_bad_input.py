"""Bad input: a clear verdict, the neighbours go on, and nothing raw leaves."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable

import msgspec
import pytest

from reticent.formats.avro.native import to_avro
from reticent.limits import Limits
from reticent.model import Step, StepKind, Topic, Trace

from .judging import NOW, Judge, everything, verdict_of
from .records import Record

MARK = "Zebra7Quagga9"
"""Stands in every bad payload: none of it may leave."""


def _avro() -> bytes:
    return to_avro(Trace("t", "s", steps=[Step(0, StepKind.PROMPT, MARK)]))


def _unsigned(judge: Judge) -> str:
    _head, body, _ = judge.token().split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    return f"{none}.{body}."


CASES: dict[str, tuple[str, str, Callable[[Judge], Record]]] = {
    "not JSON": ("rejected", "not-json", lambda j: j.record(f"<{MARK}>".encode())),
    "truncated": ("rejected", "truncated", lambda j: j.record(f'{{"a": "{MARK}'.encode())),
    "invalid UTF-8": ("rejected", "not-utf8", lambda j: j.record(f'{{"{MARK}": "'.encode() + b'\xff"}')),
    "a lone surrogate": ("rejected", "not-json", lambda j: j.record(f'{{"{MARK}": "\\ud800"}}'.encode())),
    "NaN": ("rejected", "not-finite", lambda j: j.record(f'{{"{MARK}": NaN}}'.encode())),
    "Infinity": ("rejected", "not-finite", lambda j: j.record(f'{{"{MARK}": -Infinity}}'.encode())),
    "duplicate keys": ("rejected", "duplicate-keys", lambda j: j.record(f'{{"{MARK}": 1, "{MARK}": 2}}'.encode())),
    "10,000 levels deep": ("blocked", "too-deep", lambda j: j.record(b"[" * 10_000 + b"]" * 10_000)),
    "an integer of thousands of digits": ("blocked", "too-large", lambda j: j.record(b'{"n": ' + b"7" * 5000 + b"}")),
    "an empty value": ("rejected", "empty", lambda j: j.record(b"")),
    "a tombstone": ("rejected", "empty", lambda j: j.record(None)),
    "an unknown content type": (
        "rejected", "unknown-content-type", lambda j: j.record(MARK.encode(), ("content-type", b"image/png")),
    ),
    "a wrong content type": (
        "rejected", "wrong-format",
        lambda j: j.record(msgspec.json.encode([MARK]), ("content-type", b"application/vnd.reticent.trace+json")),
    ),
    "an unknown format": ("rejected", "unknown-format", lambda j: j.record(b"{}", ("reticent-format", b"nope"))),
    "Avro with an unknown schema": (
        "rejected", "unknown-schema", lambda j: j.record(b"\xc3\x01" + b"\x00" * 8 + MARK.encode()),
    ),
    "Avro cut in the middle": ("rejected", "truncated", lambda j: j.record(_avro()[:-4])),
    "Avro that claims gigabytes": (
        "rejected", "truncated", lambda j: j.record(_avro()[:10] + b"\xfe\xff\xff\xff\xff\xff\x01"),
    ),
    "broken gzip": ("rejected", "broken-encoding", lambda j: j.record(MARK.encode(), ("content-encoding", b"gzip"))),
    "a gzip bomb": (
        "blocked", "too-large", lambda j: j.record(gzip.compress(b" " * (40 << 20), 9), ("content-encoding", b"gzip")),
    ),
    "an unknown encoding": ("rejected", "unknown-encoding", lambda j: j.record(b"{}", ("content-encoding", b"br"))),
    "no token": ("rejected", "no-token", lambda j: j.record(f'"{MARK}"'.encode(), token=None)),
    "two tokens": (
        "rejected", "two-tokens", lambda j: j.record(b"{}", ("authorization", f"Bearer {j.token()}".encode())),
    ),
    "an expired token": (
        "rejected", "expired", lambda j: j.record(b"{}", token=j.token(exp=int(NOW) - 100, iat=int(NOW) - 200)),
    ),
    "another audience": ("rejected", "wrong-audience", lambda j: j.record(b"{}", token=j.token(aud="somebody-else"))),
    "alg: none": ("rejected", "unsupported-algorithm", lambda j: j.record(b"{}", token=_unsigned(j))),
    "a header of 1 MB": ("rejected", "header-too-large", lambda j: j.record(b"{}", ("x-big", MARK.encode() * 80_000))),
    "an unknown tenant": ("rejected", "unknown-tenant", lambda j: j.record(b"{}", token=j.token(tenant="initech"))),
}  # fmt: skip


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(tenants=("acme", "globex"))


@pytest.mark.parametrize("case", CASES)
def test_bad_input_gets_its_verdict_and_its_neighbours_go_on(judge: Judge, case: str) -> None:
    kind, code, make = CASES[case]
    good = judge.record(b'{"messages": [{"role": "user", "content": "hello"}]}')
    before, bad, after = judge(good, make(judge), good)
    assert verdict_of(before).verdict == verdict_of(after).verdict == "released"
    verdict = verdict_of(bad)
    assert (verdict.verdict, verdict.reasons[0].code) == (kind, code)
    assert len(verdict.reasons[0].message) > 20
    assert set(bad) == {Topic.VERDICTS, Topic.AUDIT, Topic.REJECTED}
    assert MARK.encode() not in everything(list(bad.values()))


def test_a_record_beyond_the_gateways_own_limit_is_blocked() -> None:
    judge = Judge(limits=Limits(record_bytes=1000))
    verdict = judge.verdict(judge.record(b'"' + b"x" * 1000 + b'"'))
    assert (verdict.verdict, verdict.reasons[0].code) == ("blocked", "too-large")


def test_a_record_at_the_topics_size_limit_is_judged(judge: Judge) -> None:
    text = "word " * (16 * 1024 * 1024 // 5 - 30)
    verdict = judge.verdict(
        judge.record(msgspec.json.encode({"trace_id": "t", "steps": [{"kind": "prompt", "content": text}]}))
    )
    assert verdict.verdict == "released"


def test_five_million_leaves_are_blocked(judge: Judge) -> None:
    verdict = judge.verdict(judge.record(b"[" + b"1," * 4_999_999 + b"1]"))
    assert (verdict.verdict, verdict.reasons[0].code) == ("blocked", "too-many-leaves")
