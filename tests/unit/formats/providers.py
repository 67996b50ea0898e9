"""One run of an agent in the formats of model providers: two requests, their responses, and the first one streamed.

The run: a system prompt, a question, a thought with its signature, some words, a tool call and its result, the answer.
"""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reticent.model import StepKind

SIGNATURE = base64.b64encode(b"signed by the provider, " * 3).decode()
ARGUMENTS = {"city": "Oslo"}
SAID: list[tuple[StepKind, Any, str]] = [
    (StepKind.SYSTEM, "be brief", ""), (StepKind.PROMPT, "weather?", ""), (StepKind.THINKING, "look it up", ""),
    (StepKind.OUTPUT, "one moment", ""), (StepKind.TOOL_CALL, ARGUMENTS, "weather"),
    (StepKind.TOOL_RESULT, "rain", "weather"), (StepKind.OUTPUT, "it rains", ""),
]  # fmt: skip


def pieces(text: str, size: int = 3) -> list[str]:
    return ["".join(chunk) for chunk in itertools.batched(text, size)] if hasattr(itertools, "batched") else [
        text[at : at + size] for at in range(0, len(text), size)
    ]  # fmt: skip


@dataclass(frozen=True)
class Recorded:
    """Documents of one provider. `stream` makes the events of the first response from what it says: thinking, words,
    and arguments as JSON; `named`: events have names in SSE."""

    requests: Sequence[Any]
    responses: Sequence[Any]
    stream: Any
    named: bool = False

    def events(self, words: str = "one moment", thought: str = "look it up", arguments: str = "", size: int = 3) -> Any:
        return self.stream(
            pieces(thought, size), pieces(words, size), pieces(arguments or json.dumps(ARGUMENTS), size)
        )  # fmt: skip


def as_sse(events: Iterable[Mapping[str, Any]], *, named: bool = False, done: bool = False) -> bytes:
    lines = [
        (f"event: {event['type']}\n" if named else "") + f"data: {json.dumps(event, separators=(',', ':'))}\n\n"
        for event in events
    ]
    return "".join([*lines, "data: [DONE]\n\n" if done else ""]).encode()


# OpenAI Chat Completions

_CALL = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": json.dumps(ARGUMENTS)}}
_CHAT = [
    {"role": "system", "content": "be brief"},
    {"role": "user", "content": [{"type": "text", "text": "weather?"}]},
    {"role": "assistant", "content": "one moment", "reasoning_content": "look it up", "tool_calls": [_CALL]},
    {"role": "tool", "tool_call_id": "c1", "content": "rain"},
    {"role": "assistant", "content": "it rains"},
]


def _completion(number: int, message: Any, reason: str) -> Any:
    return {
        "id": f"chatcmpl-{number}", "object": "chat.completion", "created": 1764000000 + number, "model": "gpt-5",
        "choices": [{"index": 0, "message": message, "finish_reason": reason, "logprobs": None}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
    }  # fmt: skip


def _chat_stream(thought: list[str], words: list[str], arguments: list[str]) -> list[Any]:
    deltas: list[Any] = [{"role": "assistant", "content": ""}]
    deltas += [{"reasoning_content": piece} for piece in thought]
    deltas += [{"content": piece} for piece in words]
    deltas.append({"tool_calls": [{"index": 0, **_CALL, "function": {"name": "weather", "arguments": ""}}]})
    deltas += [{"tool_calls": [{"index": 0, "function": {"arguments": piece}}]} for piece in arguments]
    chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1764000001, "model": "gpt-5"}
    chunks = [{**chunk, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    return [
        *chunks,
        {**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]},
        {**chunk, "choices": [], "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}},
    ]


# OpenAI Responses

_REASONING = {
    "type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "look it up"}],
    "encrypted_content": SIGNATURE,
}  # fmt: skip
_MOMENT = {
    "type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
    "content": [{"type": "output_text", "text": "one moment", "annotations": []}],
}  # fmt: skip
_FUNCTION = {
    "type": "function_call", "id": "fc_1", "call_id": "c1", "name": "weather", "status": "completed",
    "arguments": json.dumps(ARGUMENTS),
}  # fmt: skip


def _response(number: int, output: Sequence[Any], status: str = "completed") -> Any:
    return {
        "id": f"resp_{number}", "object": "response", "created_at": 1764000000 + number, "status": status,
        "model": "gpt-5", "instructions": "be brief", "output": list(output), "parallel_tool_calls": True,
        "tool_choice": "auto", "tools": [],
        "usage": {"input_tokens": 11, "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
                  "output_tokens": 7, "output_tokens_details": {"reasoning_tokens": 3}, "total_tokens": 18},
    }  # fmt: skip


def _responses_stream(thought: list[str], words: list[str], arguments: list[str]) -> list[Any]:
    said = ["".join(each) for each in (thought, words, arguments)]
    items = [
        {**_REASONING, "summary": [{"type": "summary_text", "text": said[0]}]},
        {**_MOMENT, "content": [{"type": "output_text", "text": said[1], "annotations": []}]},
        {**_FUNCTION, "arguments": said[2]},
    ]
    bare = [{**items[0], "summary": []}, {**items[1], "content": []}, {**items[2], "arguments": ""}]
    kinds = ("reasoning_summary_text", "output_text", "function_call_arguments")
    places = ({"summary_index": 0}, {"content_index": 0, "logprobs": []}, {})
    events: list[Any] = [{"type": "response.created", "response": _response(1, [], "in_progress")}]
    for index, (kind, place, parts) in enumerate(zip(kinds, places, (thought, words, arguments), strict=True)):
        about = {"item_id": items[index]["id"], "output_index": index, **place}
        events.append({"type": "response.output_item.added", "output_index": index, "item": bare[index]})
        events += [{"type": f"response.{kind}.delta", **about, "delta": piece} for piece in parts]
        end = {"arguments": said[index], "name": "weather"} if kind.endswith("arguments") else {"text": said[index]}
        events.append({"type": f"response.{kind}.done", **about, **end})
        events.append({"type": "response.output_item.done", "output_index": index, "item": items[index]})
    events.append({"type": "response.completed", "response": _response(1, items)})
    return [{**event, "sequence_number": number} for number, event in enumerate(events)]


# Anthropic Messages

_THOUGHT = {"type": "thinking", "thinking": "look it up", "signature": SIGNATURE}
_USE = {"type": "tool_use", "id": "c1", "name": "weather", "input": ARGUMENTS}
_CLAUDE = [
    {"role": "user", "content": "weather?"},
    {"role": "assistant", "content": [_THOUGHT, {"type": "text", "text": "one moment"}, _USE]},
    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "content": [
        {"type": "text", "text": "rain"}]}]},
]  # fmt: skip


def _claude(number: int, content: Sequence[Any], reason: str | None) -> Any:
    return {
        "id": f"msg_{number}", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5",
        "content": list(content), "stop_reason": reason, "stop_sequence": None,
        "usage": {"input_tokens": 11, "output_tokens": 7},
    }  # fmt: skip


def _claude_stream(thought: list[str], words: list[str], arguments: list[str]) -> list[Any]:
    blocks: list[tuple[Any, list[Any]]] = [
        ({"type": "thinking", "thinking": "", "signature": ""},
         [*({"type": "thinking_delta", "thinking": piece} for piece in thought),
          {"type": "signature_delta", "signature": SIGNATURE}]),
        ({"type": "text", "text": ""}, [{"type": "text_delta", "text": piece} for piece in words]),
        ({**_USE, "input": {}}, [{"type": "input_json_delta", "partial_json": piece} for piece in arguments]),
    ]  # fmt: skip
    events: list[Any] = [{"type": "message_start", "message": _claude(1, [], None)}, {"type": "ping"}]
    for index, (block, deltas) in enumerate(blocks):
        events.append({"type": "content_block_start", "index": index, "content_block": block})
        events += [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
        events.append({"type": "content_block_stop", "index": index})
    end = {"type": "message_delta", "delta": {"stop_reason": "tool_use", "stop_sequence": None},
           "usage": {"output_tokens": 7}}  # fmt: skip
    return [*events, end, {"type": "message_stop"}]


# Gemini generateContent

_PARTS = [
    {"text": "look it up", "thought": True},
    {"text": "one moment"},
    {"functionCall": {"id": "c1", "name": "weather", "args": ARGUMENTS}, "thoughtSignature": SIGNATURE},
]
_CONTENTS = [
    {"role": "user", "parts": [{"text": "weather?"}]},
    {"role": "model", "parts": _PARTS},
    {"role": "user", "parts": [{"functionResponse": {"id": "c1", "name": "weather", "response": {"result": "rain"}}}]},
]
_BRIEF = {"parts": [{"text": "be brief"}]}


def _candidates(number: int, parts: Sequence[Any]) -> Any:
    return {
        "candidates": [{"index": 0, "content": {"role": "model", "parts": list(parts)}, "finishReason": "STOP"}],
        "usageMetadata": {"promptTokenCount": 11, "candidatesTokenCount": 7, "totalTokenCount": 18},
        "modelVersion": "gemini-3-pro", "responseId": f"r{number}",
    }  # fmt: skip


def _gemini_stream(thought: list[str], words: list[str], arguments: list[str]) -> list[Any]:
    call = {**_PARTS[2], "functionCall": {"id": "c1", "name": "weather", "args": json.loads("".join(arguments))}}
    said = [{"text": piece, "thought": True} for piece in thought] + [{"text": piece} for piece in words]
    return [_candidates(1, [part]) for part in [*said, call]]


# Bedrock Converse

_CONTENT = [
    {"reasoningContent": {"reasoningText": {"text": "look it up", "signature": SIGNATURE}}},
    {"text": "one moment"},
    {"toolUse": {"toolUseId": "c1", "name": "weather", "input": ARGUMENTS}},
]
_CONVERSE = [
    {"role": "user", "content": [{"text": "weather?"}]},
    {"role": "assistant", "content": _CONTENT},
    {
        "role": "user",
        "content": [{"toolResult": {"toolUseId": "c1", "content": [{"text": "rain"}], "status": "success"}}],
    },
]
_COUNTS = {"inputTokens": 11, "outputTokens": 7, "totalTokens": 18}


def _converse(content: Sequence[Any], reason: str) -> Any:
    return {
        "output": {"message": {"role": "assistant", "content": list(content)}}, "stopReason": reason,
        "usage": _COUNTS, "metrics": {"latencyMs": 425},
    }  # fmt: skip


def _converse_stream(thought: list[str], words: list[str], arguments: list[str]) -> list[Any]:
    use = {"toolUse": {"toolUseId": "c1", "name": "weather"}}
    deltas: list[tuple[int, Any]] = [
        *((0, {"reasoningContent": {"text": piece}}) for piece in thought),
        (0, {"reasoningContent": {"signature": SIGNATURE}}),
        *((1, {"text": piece}) for piece in words),
        *((2, {"toolUse": {"input": piece}}) for piece in arguments),
    ]
    events: list[Any] = [{"messageStart": {"role": "assistant"}}]
    for index, delta in deltas:
        if index == 2 and delta is deltas[-len(arguments)][1]:
            events.append({"contentBlockStart": {"contentBlockIndex": 2, "start": use}})
        events.append({"contentBlockDelta": {"contentBlockIndex": index, "delta": delta}})
    return [
        *events, {"contentBlockStop": {"contentBlockIndex": 2}}, {"messageStop": {"stopReason": "tool_use"}},
        {"metadata": {"usage": _COUNTS, "metrics": {"latencyMs": 425}}},
    ]  # fmt: skip


RUNS: dict[str, Recorded] = {
    "openai-chat": Recorded(
        [{"model": "gpt-5", "messages": _CHAT[:2]}, {"model": "gpt-5", "messages": _CHAT[:4]}],
        [_completion(1, _CHAT[2], "tool_calls"), _completion(2, _CHAT[4], "stop")],
        _chat_stream,
    ),
    "openai-responses": Recorded(
        [
            {"model": "gpt-5", "instructions": "be brief", "input": "weather?"},
            {"model": "gpt-5", "instructions": "be brief", "input": [
                {"role": "user", "content": "weather?"}, _REASONING, _MOMENT, _FUNCTION,
                {"type": "function_call_output", "call_id": "c1", "output": "rain"}]},
        ],
        [
            _response(1, [_REASONING, _MOMENT, _FUNCTION]),
            _response(2, [{**_MOMENT, "id": "msg_2", "content": [
                {"type": "output_text", "text": "it rains", "annotations": []}]}]),
        ],
        _responses_stream,
        named=True,
    ),
    "anthropic-messages": Recorded(
        [
            {"model": "claude-sonnet-4-5", "max_tokens": 1000, "system": "be brief", "messages": _CLAUDE[:1]},
            {"model": "claude-sonnet-4-5", "max_tokens": 1000, "system": [{"type": "text", "text": "be brief"}],
             "messages": _CLAUDE},
        ],
        [
            _claude(1, _CLAUDE[1]["content"], "tool_use"),
            _claude(2, [{"type": "text", "text": "it rains"}], "end_turn"),
        ],
        _claude_stream,
        named=True,
    ),
    "gemini": Recorded(
        [
            {"systemInstruction": _BRIEF, "contents": _CONTENTS[:1]},
            {"systemInstruction": _BRIEF, "contents": _CONTENTS},
        ],
        [_candidates(1, _PARTS), _candidates(2, [{"text": "it rains"}])],
        _gemini_stream,
    ),
    "bedrock-converse": Recorded(
        [
            {"modelId": "claude", "system": [{"text": "be brief"}], "messages": _CONVERSE[:1]},
            {"modelId": "claude", "system": [{"text": "be brief"}], "messages": _CONVERSE},
        ],
        [_converse(_CONTENT, "tool_use"), _converse([{"text": "it rains"}], "end_turn")],
        _converse_stream,
    ),
}  # fmt: skip
