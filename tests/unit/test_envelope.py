"""Headers are read strictly: what is given twice or does not parse is never guessed at."""

from __future__ import annotations

import pytest

from reticent.envelope import Envelope, open_envelope
from reticent.errors import DecodeError
from reticent.limits import Limits

from .records import Record


def test_the_request_id_defaults_to_where_the_record_lies() -> None:
    assert open_envelope(Record(partition=3, offset=41), Limits()) == Envelope(request_id="traces.raw-3-41")


def test_a_request_id_that_is_the_default_of_another_record_is_not_taken() -> None:
    def taken(own: bytes) -> str:
        return open_envelope(Record(offset=41, headers=[("reticent-request-id", own)]), Limits()).request_id

    assert taken(b"traces.raw-0-7") == taken(b"traces.raw-3-041") == taken(b"traces.raw-0-41") == "traces.raw-0-41"
    for own in ("order-2026-11", "traces.raw-0", "traces.raw-0-7-1", "x-traces.raw-0-7"):
        assert taken(own.encode()) == own


def test_header_names_are_matched_without_case() -> None:
    envelope = open_envelope(Record(headers=[("Content-Type", b"application/json"), ("X", b"y")]), Limits())
    assert envelope.content_type == "application/json"


def test_a_traceparent_that_does_not_parse_is_left_out() -> None:
    good = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    assert open_envelope(Record(headers=[("traceparent", good)]), Limits()).traceparent == good.decode()
    for bad in (
        b"my name is Ada", good.replace(b"00-", b"ff-", 1), b"00-" + b"0" * 32 + good[35:],
        good[:36] + b"0" * 16 + b"-01",
    ):  # fmt: skip
        assert open_envelope(Record(headers=[("traceparent", bad)]), Limits()).traceparent == ""


@pytest.mark.parametrize(
    "name", ["content-type", "content-encoding", "reticent-format", "reticent-request-id", "traceparent"]
)
def test_a_header_that_is_read_is_given_once(name: str) -> None:
    for second in (name, name.title()):
        with pytest.raises(DecodeError, match="more than once"):
            open_envelope(Record(headers=[(name, b"gzip"), (second, b"gzip")]), Limits())


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ([("content-type", b"a/b"), ("Content-Type", b"c/d")], "malformed"),
        ([("reticent-request-id", b"\xff")], "malformed"),
        ([("reticent-request-id", b"a\nb")], "malformed"),
        ([("reticent-request-id", b"x" * 257)], "malformed"),
        ([("x-anything", b"x" * 1_000_000)], "header-too-large"),
    ],
)
def test_bad_headers_are_refused_without_their_values(headers: list[tuple[str, bytes]], code: str) -> None:
    with pytest.raises(DecodeError) as caught:
        open_envelope(Record(headers=headers), Limits())
    assert caught.value.code == code
    assert "xxx" not in str(caught.value)


@pytest.mark.parametrize("value", [b"", b"\x00" * 4, b"\x01" * 16, b"\x01" * 18, b"\x02" * 17, None])
def test_a_header_that_is_no_schemas_id_is_refused(value: bytes | None) -> None:
    with pytest.raises(DecodeError, match="malformed"):
        open_envelope(Record(headers=[("__value_schema_id", value)]), Limits())


@pytest.mark.parametrize("value", [b"\x00\x00\x00\x00\x07", b"\x01" * 17])
def test_a_schemas_id_in_a_header_is_kept_as_it_would_stand_in_the_payload(value: bytes) -> None:
    assert open_envelope(Record(headers=[("__value_schema_id", value)]), Limits()).schema == value
