"""Leaves know where they stand, or say that they do not."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from reticent.formats.document import Part
from reticent.formats.registry import open_document
from reticent.formats.walk import Walk
from reticent.limits import Limits


def test_a_document_that_changed_under_its_leaves_is_not_written() -> None:
    tree = {"a": {"b": "c"}}
    leaves = Walk([tree], Limits()).leaves
    leaves.add("an id of ours", (None, "request_id"))
    tree["a"]["d"] = "e"
    with pytest.raises(RuntimeError, match="changed"):
        leaves.settle()


def test_what_stands_in_a_leaf_now_is_told_of_fields_and_items_that_are_texts() -> None:
    document = open_document(b'{"a": ["x", {"b": "y"}], "n": 1}', content_type=None, forced=None, limits=Limits())
    leaves = document.leaves()
    assert [(text, leaves.now(leaf)) for leaf, text in enumerate(leaves.texts)] == [
        ("a\x01", ""), ("n\x011", ""), ("a\x02x", "x"), ("b\x01y", "y"),
    ]  # fmt: skip
    document.replace(3, Part.VALUE, "z")
    assert leaves.now(3) == "z"


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        (
            {"name": [{"family": "Obi", "given": ["Ada", "May"]}]},
            ["family name\x01Obi", "given name\x02Ada", "given name\x02May"],
        ),
        ({"name": {"first": "Ada", "last": "Obi"}}, ["first name\x01Ada", "last name\x01Obi"]),
        ({"page": {"first": "Ada", "last": "Obi"}}, ["first\x01Ada", "last\x01Obi"]),
        ({"font": {"family": "Obi"}}, ["family\x01Obi"]),
        ({"font": {"family": "Obi", "given": True}}, ["family\x01Obi"]),
    ],
    ids=str,
)
def test_parts_of_a_name_are_called_so_and_keep_their_keys(tree: Any, said: list[str]) -> None:
    document = open_document(json.dumps(tree).encode(), content_type=None, forced="json", limits=Limits())
    leaves = document.leaves()
    told = [leaf for leaf, text in enumerate(leaves.texts) if len(text) > abs(leaves.heads[leaf])]
    assert [leaves.texts[leaf] for leaf in told] == said
    for leaf in told:
        assert leaves.texts[leaf][abs(leaves.heads[leaf]) :] in ("Ada", "May", "Obi")
        document.replace(leaf, Part.VALUE, "no")
    masked = re.sub("Ada|May|Obi", "no", json.dumps(tree))
    assert json.loads(document.encode()) == json.loads(masked)


@pytest.mark.parametrize(
    "record",
    [
        {"name": "Tarquin Ffoulkes", "mrn": "n/a"},
        {"patients": [{"id": 1, "name": "Tarquin Ffoulkes"}]},
        {"emergency_contact": {"name": "Tarquin Ffoulkes", "relationship": "spouse"}},
    ],
)
def test_a_name_beside_what_only_people_have_is_a_persons(record: dict[str, object]) -> None:
    said = open_document(json.dumps(record).encode(), content_type=None, forced=None, limits=Limits()).leaves()
    assert "full name\x02Tarquin Ffoulkes" in said.texts


@pytest.mark.parametrize("record", [{"name": "Blue Shirt", "price": 5}, {"tools": [{"name": "Find Order"}]}])
def test_a_name_of_a_thing_stays_a_name(record: dict[str, object]) -> None:
    said = open_document(json.dumps(record).encode(), content_type=None, forced=None, limits=Limits()).leaves()
    assert not [text for text in said.texts if text.startswith("full name")]
