"""JSON in a string that was masked is JSON still."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent.formats.mended import mended

MARK = "[REDACTED:card-number:ccrj2flv]"


@pytest.mark.parametrize(("masked", "whole"), [
    ('{"a": %s}', '{"a": "%s"}'),
    ("[1, %s]", '[1, "%s"]'),
    ('{"a": 41%s7}', '{"a": "41%s7"}'),
    ('{"a": "so %s"}', '{"a": "so %s"}'),
    ('{"inner": "{\\"a\\": %s}"}', '{"inner": "{\\"a\\": \\"%s\\"}"}'),
])  # fmt: skip
def test_a_masked_number_becomes_a_string(masked: str, whole: str) -> None:
    was = masked.replace("%s", "4111")
    assert mended(masked.replace("%s", MARK), was) == whole.replace("%s", MARK)
    json.loads(mended(masked.replace("%s", MARK), was))


@pytest.mark.parametrize(
    "text", [MARK, f"[see] {MARK}", f"{{not JSON {MARK}", f"{{'a': {MARK}}}", f"card {MARK}", "[1]", ""]
)
def test_what_is_no_json_stays_as_it_is(text: str) -> None:
    assert mended(text, text.replace(MARK, "4111")) == text


def test_what_was_no_json_becomes_none() -> None:
    assert mended(f'{{"a": 41{MARK}}}', '{"a": 41ana}') == f'{{"a": 41{MARK}}}'


_TREES = st.recursive(
    st.integers() | st.text(max_size=6) | st.just("[REDACTED:r:aaaaaaaa]") | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_TREES, min_size=1, max_size=3), st.booleans())
def test_any_json_whose_numbers_are_masked_says_the_same_with_placeholders(tree: list[object], nested: bool) -> None:
    def masked(node: object) -> object:
        if isinstance(node, dict):
            return {key: masked(value) for key, value in node.items()}
        if isinstance(node, list):
            return [masked(value) for value in node]
        return MARK if isinstance(node, int) and not isinstance(node, bool) else node

    whole = json.dumps(masked(tree))
    bare = whole.replace(f'"{MARK}"', MARK)
    text, expected = (json.dumps([bare]), json.dumps([whole])) if nested else (bare, whole)
    assert json.loads(mended(text, expected)) == json.loads(expected)
