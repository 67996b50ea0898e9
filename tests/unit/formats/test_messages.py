"""Messages of any provider give the same steps, and a transcript shows each once."""

from __future__ import annotations

from typing import Any

import pytest

from reticent.formats.messages import message_steps
from reticent.formats.providers.blocks import arguments_of, content_of
from reticent.formats.transcript import Transcript
from reticent.model import Step, StepKind

RUN: list[tuple[StepKind, Any, str, str, int | None]] = [
    (StepKind.SYSTEM, "be brief", "", "", None),
    (StepKind.PROMPT, "weather?", "", "", None),
    (StepKind.THINKING, "look it up", "", "", None),
    (StepKind.OUTPUT, "one moment", "", "", None),
    (StepKind.TOOL_CALL, {"city": "Oslo"}, "weather", "c1", None),
    (StepKind.TOOL_RESULT, "rain", "weather", "c1", 4),
    (StepKind.OUTPUT, "it rains", "", "", None),
]
SAME: dict[str, list[dict[str, Any]]] = {
    "openai": [
        {"role": "developer", "content": "be brief"},
        {"role": "user", "content": [{"type": "text", "text": "weather?"}]},
        {"role": "assistant", "content": "one moment", "reasoning_content": "look it up", "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Oslo"}'}}]},
        {"role": "tool", "tool_call_id": "c1", "content": "rain"},
        {"role": "assistant", "content": "it rains"},
    ],
    "anthropic": [
        {"role": "system", "content": "be brief"},
        {"role": "user", "content": "weather?"},
        {"role": "assistant", "content": [
            {"type": "thinking", "thinking": "look it up", "signature": "c2ln"}, {"type": "text", "text": "one moment"},
            {"type": "tool_use", "id": "c1", "name": "weather", "input": {"city": "Oslo"}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "content": [
            {"type": "text", "text": "rain"}]}]},
        {"role": "assistant", "content": [{"type": "text", "text": "it rains"}]},
    ],
    "gemini": [
        {"role": "system", "parts": [{"text": "be brief"}]},
        {"role": "user", "parts": [{"text": "weather?"}]},
        {"role": "model", "parts": [{"text": "look it up", "thought": True}, {"text": "one moment"},
            {"functionCall": {"id": "c1", "name": "weather", "args": {"city": "Oslo"}}, "thoughtSignature": "c2ln"}]},
        {"role": "user", "parts": [{"functionResponse": {"name": "weather", "response": {"result": "rain"}}}]},
        {"role": "model", "parts": [{"text": "it rains"}]},
    ],
    "bedrock": [
        {"role": "system", "content": [{"text": "be brief"}, {"cachePoint": {"type": "default"}}]},
        {"role": "user", "content": [{"text": "weather?"}]},
        {"role": "assistant", "content": [
            {"reasoningContent": {"reasoningText": {"text": "look it up", "signature": "c2ln"}}},
            {"text": "one moment"},
            {"toolUse": {"toolUseId": "c1", "name": "weather", "input": {"city": "Oslo"}}}]},
        {"role": "user", "content": [{"toolResult": {"toolUseId": "c1", "content": [{"text": "rain"}]}}]},
        {"role": "assistant", "content": [{"text": "it rains"}]},
    ],
    "opentelemetry": [
        {"role": "system", "parts": [{"type": "text", "content": "be brief"}]},
        {"role": "user", "parts": [{"type": "text", "content": "weather?"}]},
        {"role": "assistant", "parts": [
            {"type": "reasoning", "content": "look it up"}, {"type": "text", "content": "one moment"},
            {"type": "tool_call", "id": "c1", "name": "weather", "arguments": {"city": "Oslo"}}]},
        {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "response": "rain"}]},
        {"role": "assistant", "parts": [{"type": "text", "content": "it rains"}]},
    ],
    "langchain": [
        {"type": "system", "content": "be brief"},
        {"type": "human", "content": "weather?"},
        {"type": "ai", "content": [
            {"type": "reasoning", "reasoning": "look it up"}, {"type": "text", "text": "one moment"},
            {"type": "tool_use", "id": "c1", "name": "weather", "input": {"city": "Oslo"}}],
            "tool_calls": [{"name": "weather", "args": {"city": "Oslo"}, "id": "c1", "type": "tool_call"}]},
        {"type": "tool", "content": "rain", "tool_call_id": "c1"},
        {"type": "ai", "content": "it rains"},
    ],
    "vercel": [
        {"role": "system", "content": "be brief"},
        {"role": "user", "content": [{"type": "text", "text": "weather?"}]},
        {"role": "assistant", "content": [
            {"type": "reasoning", "text": "look it up"}, {"type": "text", "text": "one moment"},
            {"type": "tool-call", "toolCallId": "c1", "toolName": "weather", "input": {"city": "Oslo"}}]},
        {"role": "tool", "content": [{"type": "tool-result", "toolCallId": "c1", "toolName": "weather",
            "output": {"type": "text", "value": "rain"}}]},
        {"role": "assistant", "content": [{"type": "text", "text": "it rains"}]},
    ],
}  # fmt: skip


def _steps(messages: list[dict[str, Any]]) -> list[Step]:
    return [step for at, message in enumerate(messages) for step in message_steps(message, f"$[{at}]")]


@pytest.mark.parametrize("provider", SAME)
def test_the_same_run_has_the_same_steps(provider: str) -> None:
    transcript = Transcript()
    transcript.extend(_steps(SAME[provider]))
    assert [(s.kind, s.content, s.name, s.call_id, s.parent) for s in transcript.steps] == RUN
    assert [step.seq for step in transcript.steps] == list(range(len(RUN)))
    assert len({step.path for step in transcript.steps}) == len(RUN)


@pytest.mark.parametrize("provider", SAME)
def test_history_that_is_sent_again_shows_once(provider: str) -> None:
    steps = SAME[provider]
    transcript = Transcript()
    transcript.call(_steps(steps[:2]), _steps(steps[2:3]))
    transcript.call(_steps(steps[:2]), _steps(steps[2:3]))  # the same call, recorded twice
    transcript.call(_steps(steps[:4]), _steps(steps[4:]))
    assert [step.content for step in transcript.steps] == [content for _, content, *_ in RUN]
    assert transcript.steps[5].parent == 4


def _turns(*texts: str) -> list[Step]:
    return _steps([{"role": ("user", "assistant")[at % 2], "content": text} for at, text in enumerate(texts)])


def test_what_is_said_twice_shows_twice() -> None:
    transcript = Transcript()
    transcript.call(_turns("yes"), _steps([{"role": "assistant", "content": "ok"}]))
    transcript.call(_turns("yes", "ok", "yes"), _steps([{"role": "assistant", "content": "ok"}]))
    assert [step.content for step in transcript.steps] == ["yes", "ok", "yes", "ok"]


def test_two_agents_that_answer_alike_both_show() -> None:
    transcript = Transcript()
    for question in ("first?", "second?"):
        transcript.call(_turns(question), _steps([{"role": "assistant", "content": "done"}]))
    assert [step.content for step in transcript.steps] == ["first?", "done", "second?", "done"]


def test_a_history_that_was_cut_short_shows_what_is_new() -> None:
    transcript = Transcript()
    transcript.call(_turns("a", "b", "c"), _steps([{"role": "assistant", "content": "d"}]))
    transcript.call(_turns("c", "d", "a"), _steps([{"role": "assistant", "content": "e"}]))
    assert [step.content for step in transcript.steps] == ["a", "b", "c", "d", "a", "e"]


def test_a_tools_own_record_stands_for_the_result_that_is_sent_later() -> None:
    transcript = Transcript()
    messages = SAME["openai"]
    transcript.call(_steps(messages[:2]), _steps(messages[2:3]))
    assert transcript.has_call("c1")
    assert not transcript.has_result("c1")
    transcript.add(Step(0, StepKind.TOOL_RESULT, {"weather": "rain"}, call_id="c1"))
    transcript.call(_steps(messages[:4]), _steps(messages[4:]))
    assert [step.kind for step in transcript.steps] == [kind for kind, *_ in RUN]


def test_results_without_an_id_answer_calls_of_their_name_in_order() -> None:
    transcript = Transcript()
    calls = [{"functionCall": {"name": name}} for name in ("f", "g", "f")]
    results = [{"functionResponse": {"name": name, "response": {"n": at}}} for at, name in enumerate("fgf")]
    transcript.extend(_steps([{"role": "model", "parts": calls}, {"role": "user", "parts": results}]))
    assert [step.parent for step in transcript.steps] == [None, None, None, 0, 1, 2]


def test_media_gives_no_step_and_opaque_thinking_gives_one() -> None:
    blocks = [
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}},
        {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
        {"inlineData": {"mimeType": "image/png", "data": "AAAA"}},
        {"image": {"format": "png", "source": {"bytes": "AAAA"}}},
        {"type": "redacted_thinking", "data": "AAAA"},
        {"reasoningContent": {"redactedContent": "BBBB"}},
        {"type": "thinking", "thinking": "", "signature": "CCCC"},
    ]
    steps = _steps([{"role": "user", "content": blocks}])
    assert [(step.kind, step.content) for step in steps] == [(StepKind.THINKING, text * 4) for text in "ABC"]


def test_arguments_are_read_where_they_are_json() -> None:
    assert arguments_of('{"a": [1, "b"]}') == {"a": [1, "b"]}
    assert arguments_of("") == arguments_of(None) == {}
    for kept in ("plain", '{"cut": ', "[" * 5000, "[" * 400 + "]" * 400):
        assert arguments_of(kept) == kept


def test_content_is_what_it_says_without_its_wrapping() -> None:
    assert content_of([{"type": "text", "text": "a"}, {"text": "b"}]) == "a\nb"
    assert content_of([{"json": {"n": 1}}]) == {"n": 1}
    assert content_of({"rows": [1, 2]}) == {"rows": [1, 2]}
    assert content_of([{"type": "image", "source": {}}]) is None
