"""Texts in windows: nothing is lost, nothing is cut, every place is right."""

from __future__ import annotations

import io
import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent.detect import Span
from reticent.errors import DecodeError
from reticent.formats.document import Part
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import Severity
from reticent.scanning.places import Lines, locate
from reticent.scanning.streams import Stream
from reticent.scanning.text import Encoding, Joined, decoded, encoding_of, is_binary, windows

_TEXTS = st.lists(st.sampled_from(["ab", "\n", "x" * 7, "ü", "MARK", "MARKMARK"]), max_size=80).map("".join)


def _spans(text: str) -> list[Span]:
    found, at = [], text.find("MARK")
    while at >= 0:
        found.append(Span(0, Part.VALUE, at, at + 4, "mark", "c", Severity.LOW))
        at = text.find("MARK", at + 4)
    return found


def _place(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


@given(text=_TEXTS, cuts=st.lists(st.integers(0, 60), max_size=4), size=st.integers(5, 40))
def test_each_character_belongs_to_one_window_and_is_seen_with_its_neighbours(
    text: str, cuts: list[int], size: int
) -> None:
    edges = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    pieces = [text[a:b] for a, b in itertools.pairwise(edges)]
    made = list(windows(iter(pieces), size, overlap=4))
    assert "".join(each.text[each.begin : each.end] for each in made) == text
    for each in made:
        assert text[each.offset : each.offset + len(each.text)] == each.text
        assert each.begin >= min(4, each.offset + each.begin)
        assert len(each.text) - each.end >= min(4, len(text) - each.offset - each.end)
        assert each.place(each.begin) == _place(text, each.offset + each.begin)


@given(text=_TEXTS, size=st.integers(5, 40), halved=st.booleans())
def test_what_windows_see_in_parts_is_found_once_and_whole(text: str, size: int, halved: bool) -> None:
    joined, found = Joined(), []
    made = list(windows(iter([text]), size, overlap=6))
    for number, window in enumerate(made):
        parts = [window]
        if halved and window.end - window.begin > 2:
            middle = (window.begin + window.end) // 2
            parts = [window._part(window.begin, middle), window._part(middle, window.end)]
        for part_number, part in enumerate(parts):
            last = number == len(made) - 1 and part_number == len(parts) - 1
            found += joined.add(part, _spans(part.text), lambda wider: _spans(wider.text), last=last)[1]
    whole = [(span.start, span.end) for span in _spans(text)]
    if not halved:
        assert [(each.span.start, each.span.end) for each in found] == whole
    assert {at for each in found for at in range(each.span.start, each.span.end)} == {
        at for start, end in whole for at in range(start, end)
    }
    for each in found:
        assert (each.line, each.column) == _place(text, each.span.start)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\x00\x00"])
def test_an_encoding_is_told_by_its_mark_and_nothing_of_the_bytes_is_lost(mark: bytes) -> None:
    text = "grüße 😀\n"
    encoding = encoding_of(mark) if mark else Encoding("utf-8")
    data = mark + text.encode(encoding.name)
    assert encoding_of(data) == encoding and not is_binary(data)
    assert "".join(decoded(Stream(io.BytesIO(data)), encoding)) == text


@given(data=st.binary(max_size=200).filter(lambda data: not is_binary(data)))
def test_any_text_file_is_decoded_and_encoded_to_the_same_bytes(data: bytes) -> None:
    encoding = encoding_of(data[:20])
    try:
        text = "".join(decoded(Stream(io.BytesIO(data)), encoding))
    except DecodeError:
        assert encoding.mark
        return
    assert encoding.mark + text.encode(encoding.name, encoding.errors) == data


_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=6)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=8,
)


@settings(max_examples=60)
@given(value=_VALUES, ascii_only=st.booleans(), indent=st.sampled_from([None, 1]))
def test_every_character_of_every_leaf_is_where_json_has_it(
    value: object, ascii_only: bool, indent: int | None
) -> None:

    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    document = open_document(text.encode("utf-8", "replace"), content_type=None, forced="json", limits=Limits())
    text = text.encode("utf-8", "replace").decode()
    leaves = document.leaves()
    paths = [document.path(leaf) for leaf in range(len(leaves.texts))]
    tokens = locate(text, set(paths))
    for leaf, path in enumerate(paths):
        head, leaf_text = leaves.heads[leaf], leaves.texts[leaf]
        sides = (Part.KEY, leaf_text[: max(0, head - 1)]), (Part.VALUE, leaf_text[abs(head) :])
        for part, shown in sides:
            token = tokens.get((path, part))
            if token is None:
                assert part is Part.KEY or not shown
                continue
            if shown and not token.text.startswith('"') and token.text != shown:
                # a number that is read as the digits it stands for is there as a whole
                assert text[token.offset(0) : token.offset(len(shown))] == token.text
                continue
            for at in range(len(shown)):
                written = text[token.offset(at) : token.offset(at + 1)]
                assert (json.loads(f'"{written}"') if token.text.startswith('"') else written) == shown[at]


def test_lines_and_columns_begin_at_one_and_go_on_where_the_text_begins() -> None:
    assert [Lines("ab\n\nc").place(at) for at in range(5)] == [(1, 1), (1, 2), (1, 3), (2, 1), (3, 1)]
    assert Lines("ab\nc", line=7, column=10).place(1) == (7, 12)
