"""Texts that come in pieces are read as one, whatever a stream calls them; values of a table are not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reticent.formats.document import Part
from reticent.formats.pieces import streaming
from reticent.formats.registry import open_document
from reticent.formats.walk import Walk
from reticent.limits import Limits

SAID = ["The", " key", " is", " abcd", "efgh", "ijkl", " and", " that", " is", " all"]
CHUNKS: dict[str, Callable[[str], Any]] = {
    "a field of any name": lambda said: {"t": said},
    "an answer of Dify": lambda said: {"event": "message", "message_id": "m", "answer": said},
    "deep in it": lambda said: {"type": "chunk", "payload": {"parts": [{"msg": said}]}},
    "a list": lambda said: [said],
    "a text": lambda said: said,
    "a patch": lambda said: {"o": "append", "p": "/message", "v": said},
}


def _flows(tree: Any) -> list[list[str]]:
    leaves = Walk([tree], Limits()).leaves
    return [[leaves.texts[leaf][abs(leaves.heads[leaf]) :] for leaf in flow] for flow in leaves.flows]


@pytest.mark.parametrize("form", CHUNKS)
def test_the_pieces_of_a_text_are_one_flow(form: str) -> None:
    items = [CHUNKS[form](said) for said in SAID]
    assert SAID in _flows(items)
    assert SAID in _flows({"events": items})


@pytest.mark.parametrize("form", CHUNKS)
def test_they_are_in_a_stream_and_in_lines_too(form: str) -> None:
    written = [json.dumps(CHUNKS[form](said)).encode() for said in SAID]
    lines, stream = b"\n".join(written), b"".join(b"data: %b\n\n" % line for line in written)
    for payload, form_of in ((lines, "jsonl"), (stream, "sse")):
        document = open_document(payload, content_type=None, forced=form_of, limits=Limits())
        leaves = document.leaves()
        flows = [[leaves.texts[leaf][abs(leaves.heads[leaf]) :] for leaf in flow] for flow in leaves.flows]
        assert SAID in flows


@pytest.mark.parametrize(
    "items",
    [
        [{"id": number, "city": city} for number, city in enumerate(["Paris", "Rome", "Lima", "Oslo"] * 3)],
        [{"t": f" a text that is far too long to be a piece of a stream, number {number} "} for number in range(8)],
        [" a", " b", " c"],
        ["Paris", "Rome", "Lima", "Oslo"],
        [{"t": "same "}] * 8,
    ],
)
def test_values_are_no_pieces(items: list[Any]) -> None:
    assert streaming(items, "") == [] == _flows(items)


@given(st.lists(st.recursive(st.sampled_from([" a", "b ", 1, None]), lambda inner: st.lists(inner, max_size=2)
                             | st.dictionaries(st.sampled_from("abc"), inner, max_size=2), max_leaves=5),
                min_size=4, max_size=8))  # fmt: skip
def test_whatever_a_list_holds_every_flow_is_of_its_texts(items: list[Any]) -> None:
    for flow in _flows(items):
        assert len(flow) > 1


def test_a_text_of_json_in_a_stream_stays_one_when_it_is_masked() -> None:
    payload = b'data: "hello"\n\ndata: "jane.roe@example.com \\u00e9"\r\n\r\ndata: plain\n\n'
    document = open_document(payload, content_type=None, forced=None, limits=Limits())
    leaves = document.leaves()
    (leaf,) = [leaf for leaf, text in enumerate(leaves.texts) if "jane" in text]
    assert leaves.texts[leaf].endswith("jane.roe@example.com é")
    assert document.encode() == payload
    document.replace(leaf, Part.VALUE, 'so "so"\n')
    assert document.encode() == b'data: "hello"\n\ndata: "so \\"so\\"\\n"\r\n\r\ndata: plain\n\n'
