"""Of JSON in a string, the value in which some of its characters lie."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reticent.formats.within import DEPTH, Values

MARK = "«here»"
_TEXTS = st.text(st.sampled_from('a"\\\n{}[]:,é😀\x01 '), max_size=6)
_SCALARS = _TEXTS | st.integers() | st.none() | st.booleans()
_AROUND = st.recursive(
    st.just(MARK),
    lambda inner: st.one_of(
        st.tuples(_SCALARS, inner, _SCALARS).map(list),
        st.tuples(_TEXTS, inner, _TEXTS).map(lambda found: {found[0] + "1": found[1], found[2] + "2": 0}),
        inner.map(lambda found: {"in": json.dumps([found], ensure_ascii=False)}),
        inner.map(lambda found: [json.dumps({"a": found})]),
    ),
    max_leaves=4,
)


def _marked(node: Any, depth: int) -> Any:
    """The tree with null in place of what says MARK, in JSON in its strings, too."""
    if isinstance(node, dict):
        return {key: _marked(each, depth) for key, each in node.items()}
    if isinstance(node, list):
        return [_marked(each, depth) for each in node]
    if not isinstance(node, str):
        return node
    if depth and node[:1] in ("{", "["):
        try:
            return json.dumps(_marked(json.loads(node), depth - 1))
        except ValueError:
            return node
    return None if node == MARK else node


def _plain(node: Any) -> Any:
    """JSON in strings as what it says, so that how it is written does not count."""
    if isinstance(node, str) and node[:1] in ("{", "["):
        try:
            return _plain(json.loads(node))
        except ValueError:
            return node
    if isinstance(node, dict):
        return {key: _plain(each) for key, each in node.items()}
    return [_plain(each) for each in node] if isinstance(node, list) else node


@given(_AROUND.filter(lambda found: found != MARK))
def test_what_is_written_over_a_value_changes_nothing_else(tree: Any) -> None:
    text = json.dumps(tree, ensure_ascii=False)
    at = text.find(MARK)
    if at < 0:  # where it is escaped
        return
    value = Values(text).around(at, at + len(MARK))
    assert value is not None
    changed = text[: value.start] + value.written(None) + text[value.end :]
    if value.layers < DEPTH:
        assert value.text == MARK
        assert _plain(json.loads(changed)) == _plain(_marked(tree, DEPTH))
    json.loads(changed)


def test_characters_in_several_values_are_of_what_holds_them_all() -> None:
    text = '{"a": ["one", "two", {"three": 3}], "b": 4}'
    values = Values(text)

    def at(first: str, last: str) -> str | None:
        found = values.around(text.index(first), text.index(last) + len(last))
        return None if found is None else found.text

    assert at("one", "one") == "one"
    assert at("one", "two") == '["one", "two", {"three": 3}]'
    assert at("three", "three") == '{"three": 3}', "a key is no value"
    assert at("4", "4") == "4"
    assert at("one", "4") is None and at("b", "b") is None, "the whole"


def test_what_is_no_object_or_list_of_json_has_no_values() -> None:
    for text in ('"one"', '{"a": "one"', "{'a': 'one'}", "one", "", "[" * 5000):
        assert Values(text).around(0, 1) is None


def test_a_text_is_written_with_as_many_escapes_as_it_is_deep() -> None:
    text = json.dumps([json.dumps({"a": json.dumps(["say", "no"])})])
    at = text.index("say")
    value = Values(text).around(at, at + 3)
    assert value is not None and value.layers == 2 and value.text == "say"
    changed = text[: value.start] + value.written('a "table" of\\rows') + text[value.end :]
    assert json.loads(json.loads(json.loads(changed)[0])["a"]) == ['a "table" of\\rows', "no"]
