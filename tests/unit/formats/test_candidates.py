"""Formats are asked about what may be theirs alone, and what is theirs is found all the same."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reticent.formats.candidates import Candidates
from reticent.formats.registry import _DOCUMENTS, open_document
from reticent.formats.wrapped import Wrapped
from reticent.limits import Limits

from ...contract import agents, benches, provided, recorded, stacks
from ...contract.agents import BRAINTRUST
from ...contract.recorded import CHAT, LITELLM, TOOL, WEAVE, printed, spans

JSONS = {
    name: payload
    for name, payload in (
        recorded.FIXTURES | provided.FIXTURES | agents.FIXTURES | stacks.FIXTURES | benches.FIXTURES
    ).items()
    if payload[:1] in (b"{", b"[")
}

ALL = (*_DOCUMENTS, Wrapped(()))
ASKED = Candidates(ALL)
STAND_INS = ("said", "", 7, None, [], {}, {"messages": [{"role": "user", "content": "hello"}]})


def format_of(tree: Any) -> str:
    return open_document(json.dumps(tree).encode(), content_type=None, forced=None, limits=Limits()).format


@pytest.mark.parametrize("name", JSONS)
def test_the_first_of_all_that_says_so_is_a_candidate(name: str) -> None:
    tree = json.loads(JSONS[name])
    first = next(each.name for each in _DOCUMENTS if each.recognises(b"", tree))
    assert format_of(tree) == first == name.partition(" ")[0]
    if isinstance(tree, dict):
        assert first in [each.name for each in Candidates(_DOCUMENTS).of(tree)]


@pytest.mark.parametrize("name", JSONS)
def test_whoever_says_so_is_a_candidate_whatever_stands_under_the_names(name: str) -> None:
    tree = json.loads(JSONS[name])
    whole = [each for each in [tree] if isinstance(tree, dict)] or [each for each in tree if isinstance(each, dict)]
    for document in whole[:3]:
        others = ({**document, at: other} for at in document for other in (*STAND_INS, [document[at]]))
        for changed in (document, *others, *({at: document[at]} for at in document)):
            asked = {id(each) for each in ASKED.of(changed)}
            told = [each.name for each in ALL if id(each) not in asked and each.recognises(b"", changed)]
            assert not told, changed


@pytest.mark.parametrize(
    ("name", "items"),
    [("weave", WEAVE), ("litellm", [LITELLM]), ("braintrust", BRAINTRUST["events"]),
     ("otel-spans", printed(CHAT, TOOL)), ("otlp-traces", spans(CHAT, TOOL))],
)  # fmt: skip
def test_a_list_is_told_by_any_of_its_items(name: str, items: list[Any]) -> None:
    assert format_of([{"note": "of nobody"}] * 30 + items) == name


def test_of_names_that_are_made_up_nothing_is_remembered_without_end() -> None:
    class Named:
        def __init__(self, *members: str) -> None:
            self.members = members

    formats = [Named(f"n{number}") for number in range(20)]
    asked = Candidates(formats)
    for number in range(10_000):
        names = {f"n{bit}": 1 for bit in range(20) if number >> bit & 1}
        assert asked.of(names) == [each for each in formats if each.members[0] in names]
    assert len(asked._known) < 5_000
