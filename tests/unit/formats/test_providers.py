"""The formats of model providers: the same run, whole or streamed, is the same steps, and opaque values are no text."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent.errors import DecodeError, LimitError
from reticent.formats.document import Document, Part
from reticent.formats.providers.streams import Stream
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import BlobKind, Step, StepKind
from reticent.steps import StepIndex

from .providers import ARGUMENTS, RUNS, SAID, SIGNATURE, as_sse

LIMITS = Limits()
FIRST = SAID[2:5]
"""What the first response says."""


def _open(tree: Any, forced: str | None = None) -> Document:
    payload = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    document = open_document(payload, content_type=None, forced=forced, limits=LIMITS)
    document.leaves()
    return document


def _steps(tree: Any, forced: str | None = None) -> list[Step]:
    (trace,) = _open(tree, forced).traces()
    return list(trace.steps)


def _said(steps: list[Step]) -> list[tuple[StepKind, Any, str]]:
    return [(step.kind, step.content, step.name) for step in steps]


@pytest.mark.parametrize("name", RUNS)
def test_requests_and_responses_of_a_run_are_its_steps_once(name: str) -> None:
    run = RUNS[name]
    documents = [each for pair in zip(run.requests, run.responses, strict=True) for each in pair]
    steps = _steps(documents)
    assert _said(steps) == SAID
    assert steps[5].parent == 4
    assert [step.call_id for step in steps[4:6]] == ["c1", "c1"]


@pytest.mark.parametrize("name", RUNS)
def test_each_document_alone_says_its_format_and_its_steps(name: str) -> None:
    run = RUNS[name]
    assert [_open(each).format for each in [*run.requests, *run.responses, run.events()]] == [name] * 5
    assert _said(_steps(run.requests[1])) == SAID[:6]
    assert _said(_steps(run.responses[0]))[-3:] == FIRST


@pytest.mark.parametrize("name", RUNS)
def test_a_streamed_response_has_the_steps_of_the_whole_one(name: str) -> None:
    run = RUNS[name]
    assert _said(_steps(run.events())) == _said(_steps(run.responses[0]))
    assert _said(_steps([run.requests[0], *run.events(), run.requests[1], run.responses[1]])) == SAID


@pytest.mark.parametrize("name", RUNS)
def test_a_stream_that_is_cut_has_what_came(name: str) -> None:
    events = RUNS[name].events()
    for end in range(1, len(events)):
        if not isinstance(_open(events[:end]).traces(), list):
            pytest.fail("no traces")
    half = _steps(events[: len(events) // 2])
    thought, *words = [step.content for step in half if step.kind in (StepKind.THINKING, StepKind.OUTPUT)]
    assert "look it up".startswith(thought)
    assert all("one moment".startswith(said) for said in words)


@pytest.mark.parametrize("name", RUNS)
def test_every_delta_is_of_its_steps_kind(name: str) -> None:
    document = _open(RUNS[name].events(words="some words, one by one", thought="a thought"))
    index = StepIndex(document.traces())
    leaves = document.leaves()
    kinds = {index.kind(document.path(leaf)) for leaf, text in enumerate(leaves.texts) if text.endswith(("som", "e w"))}
    assert kinds == {"output"}
    assert {index.kind(document.path(leaf)) for leaf, text in enumerate(leaves.texts) if text.endswith("a t")} == {
        "thinking"
    }


@pytest.mark.parametrize("name", ["openai-responses", "anthropic-messages", "gemini", "bedrock-converse"])
def test_signatures_and_encrypted_reasoning_are_no_text(name: str) -> None:
    run = RUNS[name]
    for tree in (run.responses[0], run.events()):
        leaves = _open(tree).leaves()
        assert not any(SIGNATURE in text for text in leaves.texts)
        assert leaves.blobs
        assert {(blob.kind, blob.data) for blob in leaves.blobs} <= {
            (kind, SIGNATURE) for kind in (BlobKind.SIGNATURE, BlobKind.REASONING)
        }


@pytest.mark.parametrize("name", RUNS)
def test_the_model_and_the_usage_are_the_traces_own(name: str) -> None:
    run = RUNS[name]
    (trace,) = _open([run.requests[0], run.responses[0]]).traces()
    assert isinstance(trace.attributes["model"], str)
    assert 11 in trace.attributes["usage"].values()


def test_a_streamed_answers_tokens_are_those_of_its_first_and_its_last_event() -> None:
    message = {"id": "m", "type": "message", "role": "assistant", "content": [], "usage": {"input_tokens": 90}}
    usage = {"input_tokens": None, "output_tokens": 30}
    stream = [{"type": "message_start", "message": message}, {"type": "message_delta", "delta": {}, "usage": usage}]
    (trace,) = _open(stream).traces()
    assert trace.attributes["usage"] == {"input_tokens": 90, "output_tokens": 30}


def test_geminis_own_package_writes_names_in_snake_case() -> None:
    answer = {"candidates": [{"content": {"parts": [{"text": "hi"}]}}], "model_version": "g", "response_id": "r"}
    (trace,) = _open({**answer, "usage_metadata": {"total_token_count": 3}}).traces()
    assert trace.attributes == {"model": "g", "response_id": "r", "usage": {"total_token_count": 3}}


@pytest.mark.parametrize(
    ("error", "said"), [({"message": "no"}, ["no"]), ("no", ["no"]), (7, []), ([None], []), (True, [])]
)
def test_an_error_is_what_it_says_whatever_it_is(error: Any, said: list[str]) -> None:
    response = {"object": "response", "id": "r", "output": [], "error": error, "conversation": error}
    for tree in (response, [{"type": "error", "error": error}, *RUNS["anthropic-messages"].events()[:1]]):
        assert [step.content for step in _steps(tree) if step.kind is StepKind.ERROR] == said


def test_thinking_that_is_opaque_is_a_step() -> None:
    stream = RUNS["anthropic-messages"].events(thought="")
    assert _said(_steps(stream))[0] == (StepKind.THINKING, SIGNATURE, "")
    redacted = {
        "type": "content_block_start",
        "index": 9,
        "content_block": {"type": "redacted_thinking", "data": "AAAA"},
    }
    assert _said(_steps([stream[0], redacted])) == [(StepKind.THINKING, "AAAA", "")]
    sealed = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": SIGNATURE}
    assert _said(_steps([sealed], "openai-responses")) == [(StepKind.THINKING, SIGNATURE, "")]
    dark = {"messages": [{"role": "assistant", "content": [{"reasoningContent": {"redactedContent": "AAAA"}}]}]}
    assert _said(_steps(dark)) == [(StepKind.THINKING, "AAAA", "")]


MEDIA: dict[str, tuple[Any, set[BlobKind]]] = {
    "openai-chat": ({"messages": [{"role": "user", "content": [
        {"type": "text", "text": "see"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
        {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
        {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
        {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,AAAA"}}]}]},
        {BlobKind.IMAGE, BlobKind.AUDIO, BlobKind.FILE}),
    "openai-responses": ({"model": "m", "input": [{"role": "user", "content": [
        {"type": "input_text", "text": "see"},
        {"type": "input_image", "image_url": "data:image/png;base64,AAAA"},
        {"type": "input_file", "filename": "a.pdf", "file_data": "AAAA"}]},
        {"type": "image_generation_call", "id": "ig_1", "status": "completed", "result": "AAAA"},
        {"type": "computer_call_output", "call_id": "cc_1", "output": {
            "type": "computer_screenshot", "image_url": "data:image/png;base64,AAAA"}}]},
        {BlobKind.IMAGE, BlobKind.FILE}),
    "anthropic-messages": ({"model": "m", "messages": [{"role": "user", "content": [
        {"type": "text", "text": "see"},
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}},
        {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "AAAA"}},
        {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "AAAA"}}]}]},
        {BlobKind.IMAGE, BlobKind.FILE}),
    "gemini": ({"contents": [{"role": "user", "parts": [
        {"text": "see"}, {"inlineData": {"mimeType": "image/png", "data": "AAAA"}},
        {"inlineData": {"mimeType": "video/mp4", "data": "AAAA"}},
        {"fileData": {"mimeType": "image/png", "fileUri": "gs://b/a.png"}}]}]}, {BlobKind.IMAGE, BlobKind.VIDEO}),
    "bedrock-converse": ({"messages": [{"role": "user", "content": [
        {"text": "see"}, {"image": {"format": "png", "source": {"bytes": "AAAA"}}},
        {"document": {"format": "pdf", "name": "a", "source": {"bytes": "AAAA"}}}]}]}, {BlobKind.IMAGE, BlobKind.FILE}),
    "mcp": ({"jsonrpc": "2.0", "id": 1, "result": {"content": [
        {"type": "text", "text": "see"}, {"type": "image", "data": "AAAA", "mimeType": "image/png"},
        {"type": "audio", "data": "AAAA", "mimeType": "audio/wav"},
        {"type": "resource", "resource": {"uri": "file:///a.pdf", "mimeType": "application/pdf", "blob": "AAAA"}}]}},
        {BlobKind.IMAGE, BlobKind.AUDIO, BlobKind.FILE}),
}  # fmt: skip


@pytest.mark.parametrize("name", MEDIA)
def test_media_is_no_text_and_gives_no_step(name: str) -> None:
    tree, kinds = MEDIA[name]
    document = _open(tree)
    assert document.format == name
    assert {blob.kind for blob in document.leaves().blobs} == kinds
    assert all(blob.data.endswith("AAAA") for blob in document.leaves().blobs)
    assert _said(_steps(tree))[0][1] == "see"


def test_media_that_is_streamed_is_no_text_either() -> None:
    chunk = {"object": "chat.completion.chunk", "choices": [
        {"index": 0, "delta": {"audio": {"id": "a", "data": "AAAA", "transcript": "hi"}}}]}  # fmt: skip
    events = [
        {"type": "response.output_audio.delta", "sequence_number": 1, "delta": "AAAA"},
        {"type": "response.image_generation_call.partial_image", "sequence_number": 2, "partial_image_b64": "AAAA"},
    ]
    assert _said(_steps([chunk])) == [(StepKind.OUTPUT, "hi", "")]
    for tree, kinds in (([chunk], {BlobKind.AUDIO}), (events, {BlobKind.AUDIO, BlobKind.IMAGE})):
        assert {blob.kind for blob in _open(tree).leaves().blobs} == kinds


def test_words_where_a_blob_may_stand_are_scanned() -> None:
    words = {"type": "thinking", "thinking": "x", "signature": "not base64 at all"}
    arguments = {"signature": "AAAA", "data": "AAAA", "bytes": "AAAA", "blob": "AAAA", "result": "AAAA"}
    use = {"type": "tool_use", "id": "c", "name": "f", "input": arguments}
    document = _open({"messages": [{"role": "assistant", "content": [words, use]}]}, "anthropic-messages")
    assert not document.leaves().blobs


RESPONSES_ITEMS: list[tuple[dict[str, Any], list[tuple[StepKind, Any, str]]]] = [
    ({"type": "web_search_call", "id": "ws", "action": {"type": "search", "query": "q"}},
     [(StepKind.TOOL_CALL, {"type": "search", "query": "q"}, "web_search")]),
    ({"type": "file_search_call", "id": "fs", "queries": ["q"], "results": [{"text": "found", "filename": "a"}]},
     [(StepKind.TOOL_CALL, ["q"], "file_search"), (StepKind.RETRIEVAL, "found", "file_search")]),
    ({"type": "code_interpreter_call", "id": "ci", "code": "1+1", "outputs": [{"type": "logs", "logs": "2"}]},
     [(StepKind.TOOL_CALL, "1+1", "code_interpreter"), (StepKind.TOOL_RESULT, "2", "code_interpreter")]),
    ({"type": "mcp_call", "id": "mc", "name": "roll", "arguments": "{\"n\": 1}", "output": "4", "server_label": "d"},
     [(StepKind.TOOL_CALL, {"n": 1}, "roll"), (StepKind.TOOL_RESULT, "4", "roll")]),
    ({"type": "computer_call", "id": "cc", "call_id": "c", "action": {"type": "click", "x": 1}},
     [(StepKind.TOOL_CALL, {"type": "click", "x": 1}, "computer")]),
    ({"type": "custom_tool_call", "id": "ct", "call_id": "c", "name": "sql", "input": "select 1"},
     [(StepKind.TOOL_CALL, "select 1", "sql")]),
    ({"type": "image_generation_call", "id": "ig", "result": "AAAA", "revised_prompt": "a cat"},
     [(StepKind.TOOL_CALL, "a cat", "image_generation")]),
    ({"type": "local_shell_call", "id": "ls", "call_id": "c", "action": {"type": "exec", "command": ["ls"]}},
     [(StepKind.TOOL_CALL, {"type": "exec", "command": ["ls"]}, "local_shell")]),
    ({"type": "program", "id": "p", "call_id": "c", "code": "await f()", "fingerprint": "x"},
     [(StepKind.TOOL_CALL, "await f()", "program")]),
    ({"type": "tool_search_call", "id": "s", "call_id": "c", "arguments": {"query": "f"}, "execution": "server"},
     [(StepKind.TOOL_CALL, {"query": "f"}, "tool_search")]),
    ({"type": "additional_tools", "id": "a", "role": "developer", "tools": [{"type": "function", "name": "f"}]},
     [(StepKind.EVENT, {"type": "function", "name": "f"}, "")]),
]  # fmt: skip


@pytest.mark.parametrize(("item", "said"), RESPONSES_ITEMS, ids=lambda each: each["type"] if type(each) is dict else "")
def test_items_of_tools_that_the_provider_runs_are_calls_and_results(item: Any, said: Any) -> None:
    steps = _steps([item])
    assert _said(steps) == said
    assert all(step.parent == 0 for step in steps[1:])


def test_what_a_shell_is_told_and_says_comes_in_pieces_and_whole() -> None:
    def event(kind: str, index: int, **more: Any) -> dict[str, Any]:
        return {"type": f"response.{kind}", "output_index": index, "sequence_number": 1, **more}

    said = {"stdout": "all well", "stderr": "", "outcome": {"type": "exit", "exit_code": 0}}
    called = {"type": "shell_call", "id": "s", "call_id": "c", "action": {"commands": ["ls -l"]}}
    gave = {"type": "shell_call_output", "id": "o", "call_id": "c", "output": [said]}
    pieces = [
        event("output_item.added", 0, item={**called, "action": {"commands": []}}),
        event("shell_call_command.added", 0, command_index=0, command=""),
        *(event("shell_call_command.delta", 0, command_index=0, delta=piece) for piece in ("ls", " -l")),
        event("shell_call_command.done", 0, command_index=0, command="ls -l"),
        event("output_item.added", 1, item={**gave, "output": []}),
        *(event("shell_call_output_content.delta", 1, delta={"stdout": piece}) for piece in ("all ", "well")),
    ]
    assert [step.content for step in _steps(pieces)] == ["ls -l", "all well"]
    whole = [
        event("output_item.done", 0, item=called), event("shell_call_output_content.done", 1, output=[said]),
        event("output_item.done", 1, item=gave), {"type": "error", "sequence_number": 9, "message": "no", "code": "x"},
    ]  # fmt: skip
    steps = _steps([*pieces, *whole])
    assert [(step.kind, step.content) for step in steps] == [
        (StepKind.TOOL_CALL, {"commands": ["ls -l"]}), (StepKind.TOOL_RESULT, [said]), (StepKind.ERROR, "no"),
    ]  # fmt: skip


def test_arguments_of_a_gemini_call_that_come_in_pieces_are_one_call() -> None:
    def chunk(call: Any) -> dict[str, Any]:
        return {"candidates": [{"content": {"role": "model", "parts": [{"functionCall": call}]}}]}

    pieces = [{"jsonPath": "$.city", "stringValue": piece, "willContinue": True} for piece in ("Lis", "bon")]
    chunks = [
        chunk({"name": "f", "willContinue": True}),
        *(chunk({"partialArgs": [p], "willContinue": True}) for p in pieces),
        chunk({"partialArgs": [{"jsonPath": "$.days", "numberValue": 2}], "willContinue": True}), chunk({}),
        chunk({"name": "g", "args": {}}),
    ]  # fmt: skip
    assert _said(_steps(chunks)) == [
        (StepKind.TOOL_CALL, {"city": "Lisbon", "days": 2}, "f"), (StepKind.TOOL_CALL, {}, "g"),
    ]  # fmt: skip
    document = open_document(json.dumps(chunks).encode(), content_type=None, forced=None, limits=Limits())
    leaves = document.leaves()
    (flow,) = [flow for flow in leaves.flows if type(flow) is Stream]
    assert [leaves.texts[leaf] for leaf in flow] == ["stringValue\x01Lis", "stringValue\x01bon"]
    odd = [{"numberValue": "x"}, {"jsonPath": 1, "boolValue": {}}, "x", {"jsonPath": "$.city", "numberValue": 1}]
    strange = {
        "candidates": [{"content": {"parts": ["x", {"functionCall": "x"}, {"functionCall": {"partialArgs": odd}}]}}]
    }
    document = open_document(
        json.dumps([*chunks[:2], strange]).encode(), content_type=None, forced="gemini", limits=Limits()
    )
    assert document.leaves() and document.traces()


def test_parts_of_a_delta_and_filters_of_a_prompt_are_a_chats_own() -> None:
    first = {"choices": [], "id": "", "object": "", "prompt_filter_results": [{"prompt_index": 0}]}
    thoughts = [[{"type": "thinking", "thinking": [{"type": "text", "text": piece}]}] for piece in ("let me ", "see")]
    texts = ["it", [{"type": "text", "text": " is"}], [{"type": "thinking", "thinking": "!"}]]
    chunks = [
        {"object": "chat.completion.chunk", "id": "x", "choices": [{"index": 0, "delta": {"content": content}}]}
        for content in [*thoughts, *texts]
    ]
    assert _said(_steps([first, *chunks])) == [
        (StepKind.THINKING, "let me see!", ""), (StepKind.OUTPUT, "it is", ""),
    ]  # fmt: skip


def test_choices_and_calls_that_come_interleaved_are_told_apart() -> None:
    chunk = {"object": "chat.completion.chunk", "id": "x"}
    chunks = [
        {**chunk, "choices": [{"index": at % 2, "delta": {"content": piece}}]} for at, piece in enumerate("abcdef")
    ]
    assert [step.content for step in _steps(chunks)] == ["ace", "bdf"]
    calls = [
        {**chunk, "choices": [{"index": 0, "delta": {"tool_calls": [
            {"index": at % 2, "function": {"arguments": piece}}]}}]} for at, piece in enumerate("1234")
    ]  # fmt: skip
    assert [step.content for step in _steps(calls)] == ["13", "24"]


def test_mcp_results_are_tied_to_their_requests() -> None:
    messages = [
        {"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": {"uri": "file:///a"}},
        {"jsonrpc": "2.0", "id": 1, "result": {"contents": [{"uri": "file:///a", "text": "t"}]}},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "f", "arguments": {}}},
        {"jsonrpc": "2.0", "id": 2, "error": {"code": -32602, "message": "unknown tool"}},
        {"jsonrpc": "2.0", "id": 3, "method": "sampling/createMessage", "params": {
            "systemPrompt": "be brief", "messages": [{"role": "user", "content": {"type": "text", "text": "hi"}}]}},
        {"jsonrpc": "2.0", "id": 3, "result": {
            "role": "assistant", "content": {"type": "text", "text": "ho"}, "model": "m"}},
        {"jsonrpc": "2.0", "method": "notifications/progress", "params": {"progress": 1}},
    ]  # fmt: skip
    steps = _steps(messages)
    assert [step.kind.value for step in steps] == [
        "tool_call", "retrieval", "tool_call", "error", "system", "prompt", "output", "event",
    ]  # fmt: skip
    assert [step.parent for step in steps[:4]] == [None, 0, None, 2]
    assert [step.content for step in steps[:4]] == [{"uri": "file:///a"}, "t", {}, "unknown tool"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4) | st.just("AAAA"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "text", "role"]), inner, max_size=2)
    ),
    max_leaves=4,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted([*RUNS, "mcp"])), st.data())
def test_any_part_may_be_anything(name: str, data: st.DataObject) -> None:
    run = RUNS.get(name)
    trees: list[Any] = [MEDIA[name][0]] if run is None else [run.requests[1], *run.responses, run.events(size=9)]
    tree = copy.deepcopy(data.draw(st.sampled_from(trees)))
    for _ in range(data.draw(st.integers(1, 3))):
        slots = [(node, key) for node in _nodes(tree) for key in (node if isinstance(node, dict) else range(len(node)))]
        if not slots:
            break
        node, key = data.draw(st.sampled_from(slots))
        if isinstance(node, dict) and data.draw(st.booleans()):
            node[data.draw(st.sampled_from(["type", "content", "role", "x", "index"]))] = node.pop(key)
        else:
            node[key] = data.draw(_JSON)
    payload = json.dumps(tree).encode()
    for forced, body in ((name, payload), (None, payload), ("sse", b"data: " + payload + b"\n\n")):
        try:
            document = open_document(body, content_type=None, forced=forced, limits=LIMITS)
            document.leaves()
            if any(step.seq != at for at, step in enumerate(document.traces()[0].steps)):
                pytest.fail("steps are numbered")
        except (DecodeError, LimitError):
            pass


def _nodes(tree: Any) -> list[Any]:
    found, stack = [], [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, dict | list):
            found.append(node)
            stack += node.values() if isinstance(node, dict) else node
    return found


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted([*RUNS, "mcp"])), st.sampled_from(["json", "jsonl", "sse"]), st.data())
def test_whatever_is_masked_it_is_still_read_and_written(name: str, wire: str, data: st.DataObject) -> None:
    run = RUNS.get(name)
    documents = [MEDIA[name][0]] if run is None else [*run.requests, *run.responses, *run.events(size=5)]
    if wire == "json":
        payload = json.dumps(documents).encode()
    else:
        prefix, end = (b"data: ", b"\n\n") if wire == "sse" else (b"", b"\n")
        payload = b"".join(prefix + json.dumps(each).encode() + end for each in documents)
    forced = name if wire == "json" else wire
    document = open_document(payload, content_type=None, forced=forced, limits=LIMITS)
    slots = document.leaves().slots
    for leaf in data.draw(st.sets(st.integers(0, len(slots) - 1), max_size=12)):
        # without one of its own names at the top a document is no longer of its format
        below = isinstance(slots[leaf][0], dict) and document.path(leaf).count("[") > 2
        part = data.draw(st.sampled_from(Part)) if below else Part.VALUE
        text = data.draw(st.sampled_from(["[REDACTED:x:aaaaaaaa]", "{}", "", None]))
        if part is Part.KEY or not isinstance(slots[leaf][0][slots[leaf][1]], dict | list):
            document.replace(leaf, part, text or "k" if part is Part.KEY else text)
    steps = document.traces()[0].steps
    assert [step.seq for step in steps] == list(range(len(steps)))
    again = open_document(document.encode(), content_type=None, forced=forced, limits=LIMITS)
    again.leaves()
    assert len(again.traces()) == 1
    assert again.encode() == document.encode()


@pytest.mark.parametrize("name", RUNS)
def test_server_sent_events_have_the_steps_of_the_list(name: str) -> None:
    run = RUNS[name]
    body = as_sse(run.events(), named=run.named, done=name == "openai-chat")
    document = _open(body)
    assert document.format == "sse"
    assert document.encode() == body
    assert _said(_steps(body)) == _said(_steps(run.events()))
    assert _said(_steps(body))[-1][1] == ARGUMENTS
