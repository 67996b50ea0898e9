"""One suite over every format: nothing changes but what is replaced, paths lead to leaves, broken bytes are refused."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from typing import Any

import jsonpath_rfc9535
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent.errors import DecodeError, LimitError
from reticent.formats.avro.native import to_avro
from reticent.formats.document import Document, Part
from reticent.formats.registry import format_names
from reticent.limits import Limits
from reticent.model import Step, StepKind, Trace

from . import (
    agents,
    benches,
    chats,
    clients,
    ecosystems,
    exports,
    flows,
    framed,
    gateways,
    provided,
    recorded,
    registered,
    services,
    shaped,
    spoken,
    stacks,
    stores,
    tabled,
)

LIMITS = Limits()
open_document = registered.FORMATS.open
_TRACE = Trace(
    "t1", "s1", "2026-11-24T08:00:00.000Z", "2026-11-24T08:00:01.000Z", {"model": "m", "n": 1.5},
    [Step(0, StepKind.PROMPT, "hello"), Step(1, StepKind.TOOL_CALL, {"q": [1, "two"]}, name="f", call_id="c1"),
     Step(2, StepKind.TOOL_RESULT, "done", call_id="c1", parent=1)],
)  # fmt: skip
_NATIVE = b"""{"trace_id":"t1","session_id":"s1",
 "started_at":"2026-11-24T08:00:00.000Z","ended_at":"2026-11-24T08:00:01.000Z",
 "attributes":{"model":"m","n":1.50},"x-extra":[1E400,null,true],"steps":[{"seq":0,"kind":"prompt","content":"hello"},
 {"seq":1,"kind":"tool_call","name":"f","call_id":"c1","content":{"q":[1,"two"]}},
 {"seq":2,"kind":"tool_result","call_id":"c1","parent":1,"content":"done"}]}"""
FIXTURES: dict[str, bytes] = {
    "native": _NATIVE,
    "native-avro": to_avro(_TRACE),
    "openai-chat": b"""{"model":"m","messages":[{"role":"user","content":"hello"},{"role":"assistant","content":null,
      "tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\\"q\\": [1, \\"two\\"]}"}}]},
      {"role":"tool","tool_call_id":"c1","content":"done"}]}""",
    "json": b'{"a": {"b": [1.0, 12345678901234567890, 1e5, "x", {"name": "pw", "value": "v"}]}, "c": null}',
    "jsonl": b'{"a": 1}\n{"b": ["x"]}\n',
    "text": "hello \u00e9 world".encode(),
    "agno-events": b"""[{"event":"RunStarted","run_id":"r1","agent_id":"a","model":"m"},
      {"event":"ToolCallCompleted","run_id":"r1","agent_id":"a","tool":{"tool_call_id":"c1","tool_name":"f",
      "tool_args":{"q":[1,"two"]},"result":"done"}},{"event":"RunContent","run_id":"r1","agent_id":"a","content":"hello"}
      ]""",
    "codex-events": b"""[{"type":"thread.started","thread_id":"s1"},{"type":"item.completed","item":{"id":"i1",
      "type":"mcp_tool_call","server":"s","tool":"f","arguments":{"q":[1,"two"]},"result":"done","status":"completed"}},
      {"type":"item.completed","item":{"id":"i2","type":"agent_message","text":"hello"}}]""",
    **recorded.FIXTURES,
    **provided.FIXTURES,
    **agents.FIXTURES,
    **stacks.FIXTURES,
    **gateways.FIXTURES,
    **clients.FIXTURES,
    **exports.FIXTURES,
    **ecosystems.FIXTURES,
    **benches.FIXTURES,
    **services.FIXTURES,
    **framed.FIXTURES,
    **flows.FIXTURES,
    **chats.FIXTURES,
    **stores.FIXTURES,
    **spoken.FIXTURES,
    **shaped.FIXTURES,
    **tabled.FIXTURES,
    **registered.fixtures(_NATIVE, to_avro(_TRACE)),
}
"""By format; a second word tells its encodings apart."""
_FIXED = (
    "kind", "seq", "parent", "traceId", "spanId", "parentSpanId", "startTimeUnixNano", "endTimeUnixNano",
    "timeUnixNano", "severityNumber", "headers", "trace_id", "span_id", "parent_span_id", "start_time_unix_nano",
    "end_time_unix_nano", "time_unix_nano", "severity_number", "avro.schema",
)  # fmt: skip
"""Fields that take no text."""
_FIXED_OF = {
    "zipkin": ("id", "parentId"),
    "zipkin protobuf": ("id", "parentId", "timestamp", "duration", "kind", "port", "ipv4"),
    "jaeger protobuf": ("seconds", "nanos", "vType"),
}
"""Those of one format."""


def _open(case: str, payload: bytes | None = None) -> Document:
    return open_document(
        FIXTURES[case] if payload is None else payload, content_type=None, forced=case.partition(" ")[0], limits=LIMITS
    )


def test_every_format_has_its_fixture() -> None:
    assert {case.partition(" ")[0] for case in FIXTURES} == set(format_names())


@pytest.mark.parametrize("name", FIXTURES)
def test_untouched_it_is_the_very_bytes(name: str) -> None:
    document = _open(name)
    document.leaves()
    assert document.encode() == FIXTURES[name]
    assert document.format == name.partition(" ")[0]


@pytest.fixture(scope="module")
def _nothing_older() -> Iterator[None]:
    """The collector looks at nothing that stood before, of which there is much in a run of tests."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("_nothing_older")
@pytest.mark.parametrize("name", FIXTURES)
def test_it_is_freed_when_it_is_let_go_and_not_by_the_collector(name: str) -> None:
    _open(name).leaves()  # what is made once stays
    gc.collect()
    gc.disable()
    try:
        document = _open(name)
        for leaf, text in enumerate(document.leaves().texts):
            if text.endswith(("hello", "done")):
                document.replace(leaf, Part.VALUE, "MASKED")
        document.encode()
        list(document.traces())
        del document
        assert gc.collect() == 0
    finally:
        gc.enable()


@pytest.mark.parametrize("name", [name for name in FIXTURES if name not in ("text", "jsonl")])
def test_content_tells_the_format(name: str) -> None:
    found = open_document(FIXTURES[name], content_type=None, forced=None, limits=LIMITS)
    assert found.format == name.partition(" ")[0]


@pytest.mark.parametrize("name", FIXTURES)
def test_every_value_can_be_replaced_and_nothing_else_changes(name: str) -> None:
    original = _open(name)
    for leaf in range(len(original.leaves().texts)):
        document = _open(name)
        texts = list(document.leaves().texts)
        key, _, value = _parts(texts[leaf])
        if not value or "content_type" in key or key in (*_FIXED, *_FIXED_OF.get(name, ())):
            continue
        document.replace(leaf, Part.VALUE, "MASKED")
        again = _open(name, document.encode())
        for other, text in enumerate(texts):  # an id is masked wherever it stands
            there, sign, same = _parts(text)
            if other == leaf or (same == value and document.ties(leaf) and document.ties(other)):
                texts[other] = there + sign + "MASKED"
        assert _unlabelled(again.leaves().texts) == _unlabelled(texts)


@pytest.mark.parametrize("name", FIXTURES)
def test_a_leaf_stands_where_it_stood_whatever_is_masked(name: str) -> None:
    document, count = _open(name), len(_open(name).leaves().texts)
    told = [document.leaves().slot(leaf) for leaf in range(count)]
    for leaf in range(0, count, 3):
        document.replace(leaf, Part.VALUE, None if leaf % 2 else "MASKED")
        document.replace(leaf, Part.KEY, f"key-{leaf}")
    still = [document.leaves().slot(leaf) for leaf in range(count)]
    document.traces()
    for slots in (still, [document.leaves().slot(leaf) for leaf in range(count)], document.leaves().slots):
        assert [(id(container), key) for container, key in slots] == [(id(container), key) for container, key in told]


def _unlabelled(texts: list[str]) -> list[str]:
    """A label belongs to a neighbour, and follows it; so does the type of a tag's value."""
    return [text.rpartition("\x02")[2] for text in texts if not text.startswith("vType\x01")]


def _parts(text: str) -> tuple[str, str, str]:
    for mark in ("\x01", "\x02"):
        if mark in text:
            head, _, tail = text.partition(mark)
            return head, mark, tail
    return "", "", text


_NO_TREE = ("jsonl", "sentry", "wrapped packed", "wrapped kinesis", "bedrock-agent answer")
"""What the paths lead into is not in the JSON as it is written."""
_OBJECTS = [name for name in FIXTURES if FIXTURES[name][:1] == b"{" and name not in _NO_TREE]


@pytest.mark.parametrize("name", _OBJECTS)
def test_a_path_leads_to_its_leaf(name: str) -> None:
    document = _open(name)
    tree = json.loads(FIXTURES[name])
    for leaf, text in enumerate(document.leaves().texts):
        (node,) = jsonpath_rfc9535.find(document.path(leaf), tree)
        if isinstance(node.value, str):
            assert text.endswith(node.value)


_OTHERS = ("json", "jsonl", "text", "ai-sdk-data", "openai-agents-events", "bedrock-chunks", "open-webui", "cline",
           *framed.OTHERWISE,           "bedrock-agent answer", "browser-use", "codex-events",
           "agno-events", *benches.OTHERWISE, *services.OTHERWISE, *stores.OTHERWISE, *spoken.OTHERWISE,
           *flows.OTHERWISE, *chats.OTHERWISE, *shaped.OTHERWISE, *tabled.OTHERWISE)  # fmt: skip
"""Of no format that tells a run, that has its answers alone, or whose tools have no ids or no place of their own."""


@pytest.mark.parametrize("name", [name for name in FIXTURES if name not in _OTHERS])
def test_the_same_run_has_the_same_steps_in_every_format(name: str) -> None:
    (trace,) = _open(name).traces()
    assert [step.kind for step in trace.steps] == [StepKind.PROMPT, StepKind.TOOL_CALL, StepKind.TOOL_RESULT]
    assert [step.seq for step in trace.steps] == [0, 1, 2]
    assert trace.steps[2].parent == 1
    assert trace.steps[1].name == "f"
    assert [step.call_id for step in trace.steps] == ["", "c1", "c1"]
    assert all(step.path for step in trace.steps)


@pytest.mark.parametrize("name", FIXTURES)
def test_cut_anywhere_it_is_refused_or_read_and_never_fails(name: str) -> None:
    for end in range(len(FIXTURES[name])):
        _try(FIXTURES[name][:end], name)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(FIXTURES)), st.binary(max_size=60), st.integers(0, 400), st.booleans())
def test_any_bytes_are_refused_or_read_and_never_fail(name: str, noise: bytes, at: int, prefix: bool) -> None:
    fixture = FIXTURES[name]
    _try(fixture[:at] + noise + fixture[at + len(noise) :] if prefix else noise, name)


def _try(payload: bytes, name: str) -> Any:
    for forced in (name.partition(" ")[0], None):
        try:
            document = open_document(payload, content_type=None, forced=forced, limits=LIMITS)
            document.leaves()
            document.traces()
            document.encode()
        except (DecodeError, LimitError) as error:
            if not error.code or len(error.message) <= 10:
                pytest.fail("a refusal says what is wrong")


def test_limits_hold_on_the_way_in() -> None:
    with pytest.raises(LimitError, match="too-deep"):
        open_document(b"[" * 300 + b"]" * 300, content_type=None, forced=None, limits=LIMITS).leaves()
    with pytest.raises(LimitError, match="too-deep"):
        open_document(b"[" * 10_000 + b"]" * 10_000, content_type=None, forced=None, limits=LIMITS)
    with pytest.raises(LimitError, match="too-many-leaves"):
        open_document(b"[1,2,3]", content_type=None, forced=None, limits=Limits(leaves=2)).leaves()
