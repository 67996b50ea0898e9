"""Headers are read strictly: what is given twice or does not parse is never guessed at."""

from __future__ import annotations

import pytest

from reticent.envelope import Envelope, open_envelope
from reticent.errors import DecodeError
from reticent.limits import Limits

from .records import Record


def test_the_request_id_defaults_to_where_the_record_lies() -> None:
    assert open_envelope(Record(partition=3, offset=41), Limits()) == Envelope(request_id="traces.raw-3-41")


def test_header_names_are_matched_without_case() -> None:
    envelope = open_envelope(Record(headers=[("Content-Type", b"application/json"), ("X", b"y")]), Limits())
    assert envelope.content_type == "application/json"


def test_a_traceparent_that_does_not_parse_is_left_out() -> None:
    good = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    assert open_envelope(Record(headers=[("traceparent", good)]), Limits()).traceparent == good.decode()
    assert open_envelope(Record(headers=[("traceparent", b"my name is Ada")]), Limits()).traceparent == ""


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
