"""Which step a leaf belongs to; and of a string that holds several, which one a character does."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reticent.formats.tree import escaped_name
from reticent.model import Step, StepKind, Topic, Trace
from reticent.steps import StepIndex

from ..contract.recorded import PROMPT, resource, spans
from .judging import Judge

_POLICY = """version: 1
packs: [pii]
apply:
  - {rules: [email], where: {step: tool_result}, action: hash}
  - {rules: ['*'], action: redact}
"""
_WHOLE = "$['input']"


def _index(*within: tuple[str, StepKind]) -> StepIndex:
    return StepIndex([Trace(steps=[Step(at, kind, path=_WHOLE + path) for at, (path, kind) in enumerate(within)])])


def test_a_character_of_json_in_a_string_is_its_steps() -> None:
    text = '[ {"role": "user", "parts": [ {"text": "one"}, "two" ]}, {"a\\"b": "three"} ] '
    index = _index(
        ("$[0]['parts'][0]", StepKind.PROMPT), ("$[0]['parts'][1]", StepKind.OUTPUT), ("$[1]['a\"b']", StepKind.ERROR)
    )
    found = {word: index.kind(_WHOLE, text, text.index(word)) for word in ("one", "two", "three", "user")}
    assert found == {"one": "prompt", "two": "output", "three": "error", "user": ""}
    assert index.kind(_WHOLE) == "prompt", "without a character the first"


def test_what_no_step_claims_is_of_the_step_around_the_string() -> None:
    steps = [Step(0, StepKind.EVENT, path="$['span']"), Step(1, StepKind.PROMPT, path="$['span']['input']$[0]")]
    index = StepIndex([Trace(steps=steps)])
    assert index.kind("$['span']['input']", '["a", "b"]', 2) == "prompt"
    assert index.kind("$['span']['input']", '["a", "b"]', 7) == "event"
    assert index.kind("$['span']['name']") == "event"


def test_a_name_that_looks_like_two_paths_is_one() -> None:
    path = "$" + escaped_name("a']$[0]")
    assert StepIndex([Trace(steps=[Step(0, StepKind.PROMPT, path=path)])]).kind(path) == "prompt"


_NAMES = st.sampled_from(["a", "b]", "it's", 'q"', "\\", "é", "$[0]", "\n"])
_TREES = st.recursive(
    st.text(max_size=6) | st.integers() | st.none() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=15,
)


def _paths(node: Any, path: str = "$") -> list[str]:
    below = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    found = [path] if not isinstance(node, dict | list) else []
    for key, child in below:
        found += _paths(child, path + (f"[{key}]" if isinstance(key, int) else escaped_name(key)))
    return found


@given(_TREES, st.integers(0, 20), st.sampled_from([None, 2]))
def test_each_scalar_of_any_json_is_found_where_it_stands(tree: Any, chosen: int, indent: int | None) -> None:
    paths = _paths(tree)
    if not paths or paths == ["$"]:
        return
    wanted = paths[chosen % len(paths)]
    index = _index((wanted, StepKind.PROMPT))
    marked = json.dumps(_with(tree, wanted, "MARK"), indent=indent)
    at = marked.index('"MARK"')
    assert index.kind(_WHOLE, marked, at) == index.kind(_WHOLE, marked, at + 5) == "prompt"
    kinds = [index.kind(_WHOLE, marked, n) for n in range(len(marked))]
    assert kinds.count("prompt") == len('"MARK"')


def _with(node: Any, wanted: str, mark: str, path: str = "$") -> Any:
    """The tree with a mark in place of one scalar."""
    if isinstance(node, dict):
        return {key: _with(child, wanted, mark, path + escaped_name(key)) for key, child in node.items()}
    if isinstance(node, list):
        return [_with(child, wanted, mark, f"{path}[{at}]") for at, child in enumerate(node)]
    return mark if path == wanted else node


@given(st.text(alphabet='[]{},:"\\a1 ', max_size=40), st.integers(0, 40))
def test_whatever_stands_in_the_string_a_kind_is_told(text: str, at: int) -> None:
    assert _index(("$[0]", StepKind.PROMPT), ("$['a']", StepKind.OUTPUT)).kind(_WHOLE, text, at) in (
        "", "prompt", "output"
    )  # fmt: skip


def test_json_that_nests_deep_takes_no_more_time_than_flat() -> None:
    index = _index(("$[1][0]", StepKind.PROMPT))
    text = "[" + "[" * 20_000 + "]" * 20_000 + ', ["here", [1]], 2]'
    begun = time.process_time()
    assert index.kind(_WHOLE, text, text.index("here")) == "prompt"
    assert index.kind(_WHOLE, text, 20_000) == index.kind(_WHOLE, text, len(text) - 2) == ""
    assert time.process_time() - begun < 1.0


@pytest.mark.parametrize("structured", [False, True])
def test_a_policy_for_a_kind_of_step_meets_messages_in_a_string_one_by_one(structured: bool) -> None:
    asked, told = "ana.silva@mail.example.org", "bo.berg@mail.example.org"
    messages = [
        {**PROMPT, "parts": [{"type": "text", "content": f"ask {asked} now"}]},
        {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "result": f"ask {told} now"}]},
        {"role": "assistant", "parts": [{"type": "text", "content": f"ask {told} now"}]},
    ]
    chat = {
        "gen_ai.operation.name": "chat", "gen_ai.input.messages": messages if structured else json.dumps(messages),
    }  # fmt: skip
    judge = Judge(_POLICY)
    payload = json.dumps({"resourceSpans": [resource(*spans(chat))]}).encode()
    (found,) = judge(judge.record(payload))
    masked = found[Topic.SANITIZED].value.content.decode()
    assert asked not in masked and told not in masked
    said = re.findall(r"ask \[[^]]*\]", masked)
    assert [re.sub(r":[0-9a-z]+\]", "]", each) for each in said] == [
        "ask [REDACTED:email]", "ask [HASH:email]", "ask [REDACTED:email]",
    ]  # fmt: skip
