"""Files masked as they are read: nothing found is left, nothing else is changed, and memory is bounded."""

from __future__ import annotations

import gzip
import io
import json
import re
import tracemalloc
from collections.abc import Iterator

import fastavro
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent.errors import ConfigError, LimitError, RecordError
from reticent.limits import Limits
from reticent.scanner import Scanner
from reticent.scanning.mask import mask
from reticent.scanning.streams import Stream

from .conftest import order

_PLACEHOLDER = re.compile(rb"\[HASH:order:[a-z2-7]{52}\]")


def _mask(scanner: Scanner, data: bytes, format: str = "auto") -> bytes:
    return b"".join(mask(scanner, Stream(io.BytesIO(data)), format))


class _Lines:
    """A stream of lines that is never whole anywhere."""

    def __init__(self, count: int, make: object) -> None:
        self._lines: Iterator[bytes] = (make(number) for number in range(count))  # type: ignore[operator]

    def read(self, size: int, /) -> bytes:
        return next(self._lines, b"")


def test_text_of_any_size_comes_out_equal_but_for_what_was_found(scanner: Scanner) -> None:
    lines = [f"{n} {'ü' * (n % 89)}{order(n) if n % 40 == 0 else ''}\r\n".encode() for n in range(12_000)]
    masked = _mask(scanner, b"".join(lines))
    shown = [line for n, line in enumerate(lines) if n % 40]
    assert [line for line in masked.splitlines(keepends=True) if b"[HASH" not in line] == shown
    assert len(_PLACEHOLDER.findall(masked)) == 300
    assert order(0).encode() not in masked


@settings(max_examples=30, deadline=None)
@given(data=st.lists(st.sampled_from([b"ab ", b"\n", b"\xff", b"\xc3\xbc", b"\r\n", b"\xe2\x82"])).map(b"".join))
def test_bytes_that_hold_no_finding_come_out_as_they_are(scanner: Scanner, data: bytes) -> None:
    assert _mask(scanner, data, "text") == data


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_the_encoding_stays(scanner: Scanner, encoding: str) -> None:
    data = f"größe {order()} größe".encode(encoding)
    masked = _mask(scanner, data).decode(encoding)
    assert re.fullmatch(r"größe \[HASH:order:\w{52}\] größe", masked)


def test_a_value_longer_than_several_windows_is_masked_to_its_end(scanner: Scanner) -> None:
    body = "\n".join("Qk3." * 20 for _ in range(5000)).replace(".", "/")
    data = f"before\n--BEGIN KEY--\n{body}\n--END KEY--\nafter {order()}\n".encode()
    masked = _mask(scanner, data)
    assert b"Qk3" not in masked and masked.startswith(b"before\n[REDACTED:key-block:")
    assert order().encode() not in masked and b"\nafter [HASH" in masked


def test_json_lines_are_masked_line_by_line_and_keep_their_ends(scanner: Scanner) -> None:
    lines = [
        json.dumps({"a": order()}).encode() + b"\r\n",
        b"\n",
        b'{"b":  1}\n',
        f"no JSON {order()}\n".encode(),
        b"[2]",
    ]
    masked = _mask(scanner, b"".join(lines), "jsonl").splitlines(keepends=True)
    assert re.fullmatch(rb'\{"a":"\[HASH:order:\w{52}\]"\}\r\n', masked[0])
    assert masked[1:3] == lines[1:3] and masked[4] == lines[4]
    assert re.fullmatch(rb"no JSON \[HASH:order:\w{52}\]\n", masked[3])


def test_a_document_stays_what_it_is(scanner: Scanner) -> None:
    masked = json.loads(_mask(scanner, json.dumps({"deep": [order(), 1.50]}, indent=3).encode()))
    assert masked["deep"][0].startswith("[HASH:order:") and masked["deep"][1] == 1.5
    assert _mask(scanner, b'{ "a" :  1 }') == b'{ "a" :  1 }'
    assert b"[HASH" in _mask(scanner, f'{{"cut": "{order()}'.encode())  # no JSON: text


@pytest.mark.parametrize("indent", [1, 2, 4])
def test_json_stays_laid_out_as_it_was(scanner: Scanner, indent: int) -> None:
    tree = {"a": f"buy {order()}", "n": [1.5, {"e": []}], "o": {}}
    written = b"\xef\xbb\xbf" + json.dumps(tree, indent=indent).encode() + b"\n"
    masked = _mask(scanner, written)
    was, now = written.split(b"\n"), masked.split(b"\n")
    assert _PLACEHOLDER.search(masked) and [place for place, line in enumerate(was) if line != now[place]] == [1]
    assert len(was) == len(now)


def test_an_avro_container_file_stays_one_of_its_schema(scanner: Scanner) -> None:
    schema = {"type": "record", "name": "R", "fields": [{"name": "said", "type": "string"}]}
    made = io.BytesIO()
    fastavro.writer(made, schema, [{"said": order()}, {"said": "fine"}], codec="deflate")
    first, second = fastavro.reader(io.BytesIO(_mask(scanner, made.getvalue())))
    assert first["said"].startswith("[HASH:order:") and second["said"] == "fine"


def test_what_was_masked_once_stays_as_it_is(scanner: Scanner) -> None:
    once = _mask(scanner, "\n".join(order(n) for n in range(500)).encode())
    assert _mask(scanner, once) == once


@pytest.mark.parametrize(
    ("data", "format", "error", "words"),
    [
        (gzip.compress(b"x", mtime=0), "auto", ConfigError, "unpack it"),
        (b"\x7fELF\x00", "auto", ConfigError, "binary"),
        (b"Obj\x01", "auto", RecordError, "cut or its lengths"),
        (b'{"a": 1, "a": 2}', "auto", RecordError, "twice"),
        (b"plain", "json", RecordError, "not JSON"),
        (b'{"pad": "' + b"x " * 300_000 + b'"}', "auto", LimitError, "--format"),
        (b'{"pad": "' + b"x " * 300_000 + b'"}\n{}', "jsonl", LimitError, "line 1"),
    ],
)
def test_what_cannot_be_masked_is_refused_and_nothing_of_it_is_given(
    scanner: Scanner, data: bytes, format: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        _mask(scanner, data, format)


def test_a_dense_text_is_masked_in_smaller_pieces(scanner: Scanner) -> None:
    few = Scanner(scanner.policy, limits=Limits(findings=300))
    masked = _mask(few, "\n".join(order(n) for n in range(3000)).encode())
    assert len(_PLACEHOLDER.findall(masked)) == 3000 and masked.count(b"\n") == 2999


@pytest.mark.parametrize("format", ["text", "jsonl"])
def test_memory_does_not_grow_with_the_input(scanner: Scanner, format: str) -> None:
    def line(number: int) -> bytes:
        return json.dumps({"n": number, "a": order(number % 7), "pad": "lorem ipsum " * 200}).encode() + b"\n"

    def peak(count: int) -> int:
        tracemalloc.start()
        try:
            for _ in mask(scanner, Stream(_Lines(count, line)), format):
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(50)
    assert peak(1200) < 1.6 * peak(300)
