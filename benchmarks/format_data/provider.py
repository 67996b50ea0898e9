"""Talks as model providers, and the protocols beside them, write them; and as nobody's format in particular."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import msgspec

from .talk import Talk, Turn

_AT = "2026-11-24T08:00:%02d.000Z"
_PIECE = re.compile(r"\s?\w+|\W")
"""What a model streams at a time: a word or a sign."""
_STREAMED = 56
"""Pieces of an answer, each an event of 150 bytes."""


def dumps(value: Any) -> bytes:
    """As clients write JSON: with nothing but what JSON needs."""
    return msgspec.json.encode(value)


def openai_chat(talk: Talk) -> bytes:
    return dumps({"model": "m", "temperature": 0.5, "messages": messages(talk.turns)})


def messages(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """Chat Completions' messages, which other tools write, too."""
    return [_message(turn) for turn in turns]


def _message(turn: Turn) -> dict[str, Any]:
    if turn.role == "call":
        function = {"name": turn.tool, "arguments": json.dumps(turn.arguments)}
        calls = [{"id": turn.call, "type": "function", "function": function}]
        return {"role": "assistant", "content": None, "tool_calls": calls}
    if turn.role == "result":
        return {"role": "tool", "tool_call_id": turn.call, "content": turn.text}
    return {"role": turn.role, "content": turn.text}


def openai_chat_streamed(talk: Talk) -> bytes:
    """The beginning of one answer, which says the question again, a word at a time."""
    head = {"id": f"chatcmpl-{talk.session}", "object": "chat.completion.chunk", "created": 1764000000, "model": "m"}
    chunks = [
        {**head, "choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]}
        for piece in _PIECE.findall(f"{talk.turns[1].text} {talk.turns[3].text}")[:_STREAMED]
    ]
    return b"".join(b"data: %s\n\n" % dumps(chunk) for chunk in chunks) + b"data: [DONE]\n\n"


def openai_responses(talk: Talk) -> bytes:
    return dumps({"model": "m", "input": [_item(turn) for turn in talk.turns]})


def _item(turn: Turn) -> dict[str, Any]:
    if turn.role == "call":
        arguments = json.dumps(turn.arguments)
        return {"type": "function_call", "call_id": turn.call, "name": turn.tool, "arguments": arguments}
    if turn.role == "result":
        return {"type": "function_call_output", "call_id": turn.call, "output": turn.text}
    kind = "output_text" if turn.role == "assistant" else "input_text"
    return {"type": "message", "role": turn.role, "content": [{"type": kind, "text": turn.text}]}


def anthropic(talk: Talk) -> bytes:
    first, *rest = talk.turns
    spoken = [{"role": _side(turn), "content": [_block(turn)]} for turn in rest]
    return dumps({"model": "m", "max_tokens": 1024, "system": first.text, "messages": spoken})


def _side(turn: Turn) -> str:
    return "assistant" if turn.role in ("assistant", "call") else "user"


def _block(turn: Turn) -> dict[str, Any]:
    if turn.role == "call":
        return {"type": "tool_use", "id": turn.call, "name": turn.tool, "input": turn.arguments}
    if turn.role == "result":
        return {"type": "tool_result", "tool_use_id": turn.call, "content": turn.text}
    return {"type": "text", "text": turn.text}


def anthropic_streamed(talk: Talk) -> bytes:
    """As `openai_chat_streamed`."""
    events = [
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
        for piece in _PIECE.findall(f"{talk.turns[1].text} {talk.turns[3].text}")[:_STREAMED]
    ]
    return b"".join(b"event: content_block_delta\ndata: %s\n\n" % dumps(event) for event in events)


def gemini(talk: Talk) -> bytes:
    def part(turn: Turn) -> dict[str, Any]:
        if turn.role == "call":
            return {"functionCall": {"name": turn.tool, "args": turn.arguments}}
        if turn.role == "result":
            return {"functionResponse": {"name": turn.tool, "response": {"output": turn.text}}}
        return {"text": turn.text}

    first, *rest = talk.turns
    contents = [{"role": "model" if _side(turn) == "assistant" else "user", "parts": [part(turn)]} for turn in rest]
    return dumps({"systemInstruction": {"parts": [{"text": first.text}]}, "contents": contents})


def bedrock(talk: Talk) -> bytes:
    def block(turn: Turn) -> dict[str, Any]:
        if turn.role == "call":
            return {"toolUse": {"toolUseId": turn.call, "name": turn.tool, "input": turn.arguments}}
        if turn.role == "result":
            return {"toolResult": {"toolUseId": turn.call, "content": [{"text": turn.text}]}}
        return {"text": turn.text}

    first, *rest = talk.turns
    spoken = [{"role": _side(turn), "content": [block(turn)]} for turn in rest]
    return dumps({"modelId": "m", "system": [{"text": first.text}], "messages": spoken})


def mcp(talk: Talk) -> bytes:
    """Calls and results of tools; what is said else stands in prompts."""
    return dumps([{"jsonrpc": "2.0", **_rpc(number, turn)} for number, turn in enumerate(talk.turns)])


def _rpc(number: int, turn: Turn) -> dict[str, Any]:
    if turn.role == "call":
        return {"id": turn.call, "method": "tools/call", "params": {"name": turn.tool, "arguments": turn.arguments}}
    content = {"type": "text", "text": turn.text}
    if turn.role == "result":
        return {"id": turn.call, "result": {"content": [content], "isError": False}}
    return {"id": number, "result": {"messages": [{"role": _side(turn), "content": content}]}}


def plain_json(talk: Talk) -> bytes:
    """A document of somebody's own."""
    notes = [
        {"who": turn.role, "said": turn.text, "at": 17.25 + number, "open": True, "more": turn.arguments}
        for number, turn in enumerate(talk.turns)
    ]
    return dumps({"ticket": talk.trace, "area": "warehouse", "notes": notes})


def json_lines(talk: Talk) -> bytes:
    """A log."""
    lines = [
        {
            "time": _AT % (number % 60),
            "level": "info",
            "logger": turn.role,
            "message": turn.text,
            "data": turn.arguments,
        }
        for number, turn in enumerate(talk.turns)
    ]
    return b"".join(dumps(line) + b"\n" for line in lines)


def text(talk: Talk) -> bytes:
    return "\n\n".join(turn.text for turn in talk.turns if turn.text).encode()
