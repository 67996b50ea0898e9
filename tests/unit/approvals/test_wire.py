"""The wire forms: what people write is read strictly, and what they read is bounded."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from reticent.approvals import wire
from reticent.errors import DecodeError
from reticent.model import Step, StepKind, Trace

from .conftest import CONTENT, SEALER, request

ID = wire.approval_id("traces.raw-0-1", "sha256:" + "a" * 64)
GOOD: dict[str, Any] = {"approval_id": ID, "decision": "approve", "content_digest": "sha256:" + "a" * 64}


def refused(value: bytes | None, key: bytes | None = ID.encode()) -> DecodeError:
    with pytest.raises(DecodeError) as caught:
        wire.parse_decision(key, value)
    return caught.value


def test_an_approval_id_is_the_same_for_the_same_record_and_content() -> None:
    again = wire.approval_id("traces.raw-0-1", "sha256:" + "a" * 64)
    assert again == ID
    assert wire.is_approval_id(ID)
    assert wire.approval_id("traces.raw-0-2", "sha256:" + "a" * 64) != ID


def test_a_decision_by_hand_is_read() -> None:
    text = f'{{"decision": "reject", "approval_id": "{ID}",\n "reason": "no", "content_digest": "sha256:{"a" * 64}"}}'
    assert wire.parse_decision(ID.encode(), text.encode()).decision == "reject"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "empty"),
        (b"", "empty"),
        (b"approve", "not-json"),
        (b"\xff\xfe", "not-json"),
        (b"[" * 10_000, "malformed-decision"),
        (b" " * (wire.DECISION_BYTES + 1), "too-large"),
        (b"[]", "malformed-decision"),
    ],
)
def test_what_is_no_decision_is_refused(value: bytes | None, code: str) -> None:
    assert refused(value).code == code


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"decision": "yes"}, "decision"),
        ({"decision": None}, "decision"),
        ({"content_digest": "sha256:abc"}, "content_digest"),
        ({"approval_id": "ap-1"}, "approval_id"),
        ({"reason": "x" * 2001}, "reason"),
        ({"comment": "Zq8Tn2Lw5Xr9"}, "does not have"),
        ({"Zq8Tn2Lw5Xr9": 1}, "does not have"),
    ],
)
def test_a_wrong_decision_is_explained_without_repeating_it(change: dict[str, Any], named: str) -> None:
    error = refused(msgspec.json.encode(GOOD | change))
    assert error.code == "malformed-decision"
    assert named in error.message
    assert "Zq8Tn2Lw5Xr9" not in str(error)


@pytest.mark.parametrize("name", ["decision", "d\\u0065cision"])
def test_a_decision_that_says_two_things_says_nothing(name: str) -> None:
    text = msgspec.json.encode(GOOD)
    assert refused(b'{"%s": "reject", ' % name.encode() + text[1:]).code == "duplicate-keys"
    assert wire.parse_decision(ID.encode(), msgspec.json.encode(GOOD | {"reason": '"decision": "x"'}))


def test_a_decision_must_lie_where_its_request_lies() -> None:
    assert refused(msgspec.json.encode(GOOD), b"ap-other").code == "wrong-key"
    assert refused(msgspec.json.encode(GOOD), None).code == "wrong-key"


@given(st.binary(max_size=4096))
def test_content_comes_back_as_it_was(content: bytes) -> None:
    assert wire.unpack(wire.pack(content)) == content


@pytest.mark.parametrize("text", ["", "%%%", "AAAA", "\u20ac", base64.b64encode(b"no zstd").decode()])
def test_content_that_is_not_ours_is_refused(text: str) -> None:
    with pytest.raises(DecodeError):
        wire.unpack(text)


def test_content_that_would_inflate_beyond_bounds_is_refused() -> None:
    with pytest.raises(DecodeError, match="exceeds 1000 bytes"):
        wire.unpack(wire.pack(b"0" * 1001), limit=1000)
    sizeless = zstandard.ZstdCompressor(write_content_size=False).compress(b"0" * 1001)
    with pytest.raises(DecodeError, match="does not say its size"):
        wire.unpack(base64.b64encode(sizeless).decode(), limit=2000)


@pytest.mark.parametrize("value", [None, b"", b"{}", b"[1", b"\xff", b"[" * 100_000])
def test_what_is_no_request_is_refused(value: bytes | None) -> None:
    with pytest.raises(DecodeError):
        wire.parse_request(value)


def test_the_seal_is_over_everything_that_decides_or_informs() -> None:
    asked = request()
    assert SEALER.open(
        CONTENT,
        content_type=asked.content_type,
        format=asked.format,
        context=wire.seal_context(wire.parse_request(msgspec.json.encode(asked))),
        seal=asked.seal,
    )
    before = wire.seal_context(asked)
    for field in set(asked.__struct_fields__) - {"seal", "content"}:
        value = getattr(asked, field)
        other = {str: f"{value}x", int: 7, bool: True, list: [], dict: {"other": 1}}[type(value)]
        assert wire.seal_context(msgspec.structs.replace(asked, **{field: other})) != before, field


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(json_values)
def test_any_trace_can_be_shown(content: Any) -> None:
    trace = Trace("t", "s", steps=[Step(1, StepKind.OUTPUT, content)], attributes={"a": content})
    shown, _ = wire.canonical(trace)
    encoded = msgspec.json.encode(shown)
    assert msgspec.json.encode(msgspec.json.decode(encoded)) == encoded


def test_surrogates_deep_and_huge_things_are_shown_as_they_can_be() -> None:
    deep: Any = "x"
    for _ in range(150):
        deep = [deep]
    shown, cut = wire.canonical(Trace(steps=[Step(1, StepKind.OUTPUT, ["\ud800", 10**5000, deep])]))
    assert cut
    assert msgspec.json.encode(shown)


def test_a_long_trace_is_cut_and_says_so() -> None:
    steps = [Step(number, StepKind.OUTPUT, "x" * 10_000) for number in range(200)]
    shown, cut = wire.canonical(Trace(steps=steps))
    assert cut
    assert 0 < len(shown["steps"]) < 200
    assert len(msgspec.json.encode(shown)) <= wire.TRACE_BYTES
    assert wire.canonical(Trace(steps=steps[:3]))[1] is False
