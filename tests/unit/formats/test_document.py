"""Leaves know where they stand, or say that they do not."""

from __future__ import annotations

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
