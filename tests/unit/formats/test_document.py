"""Leaves know where they stand, or say that they do not."""

from __future__ import annotations

import pytest

from reticent.formats.walk import Walk
from reticent.limits import Limits


def test_a_document_that_changed_under_its_leaves_is_not_written() -> None:
    tree = {"a": {"b": "c"}}
    leaves = Walk([tree], Limits()).leaves
    leaves.add("an id of ours", (None, "request_id"))
    tree["a"]["d"] = "e"
    with pytest.raises(RuntimeError, match="changed"):
        leaves.settle()
