"""OpenAI Chat Completions messages: a list of messages, a request with `messages`, or a response with `choices`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..errors import DecodeError
from ..limits import Limits
from ..model import Trace
from . import jsontext
from .blocks import ROLES, items, text
from .document import Document
from .messages import Transcript, message_steps
from .tree import Dialect, TreeDocument

MEDIA_TYPE = "application/json"


class OpenAiChat:
    name = "openai-chat"
    media_types: Sequence[str] = ()

    def recognises(self, payload: bytes, tree: Any) -> bool:
        messages = list(_messages(tree))
        return bool(messages) and all(message.get("role") in ROLES for _, message in messages[:20])

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        found = jsontext.parse(payload, limits) if tree is None else tree
        if not any(True for _ in _messages(found)):
            raise DecodeError("wrong-format", "openai-chat wants a list of messages, `messages` or `choices`")
        return TreeDocument(found, _DIALECT, source=payload, limits=limits)


def _messages(tree: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every message with its normalised path, in order."""
    if isinstance(tree, list):
        yield from ((f"$[{index}]", message) for index, message in enumerate(tree) if _is_message(message))
    elif isinstance(tree, dict):
        for index, message in enumerate(items(tree, "messages")):
            if _is_message(message):
                yield f"$['messages'][{index}]", message
        for index, choice in enumerate(items(tree, "choices")):
            for name in ("message", "delta"):
                if isinstance(choice, dict) and _is_message(choice.get(name)):
                    yield f"$['choices'][{index}]['{name}']", choice[name]


def _is_message(node: Any) -> bool:
    return isinstance(node, dict) and isinstance(node.get("role"), str)


def read_traces(tree: Any) -> Sequence[Trace]:
    top = tree if isinstance(tree, dict) else {}
    metadata = top["metadata"] if isinstance(top.get("metadata"), dict) else {}
    transcript = Transcript()
    for path, message in _messages(tree):
        transcript.extend(message_steps(message, path))
    attributes = {"model": top["model"]} if isinstance(top.get("model"), str) else {}
    return [
        Trace(
            trace_id=text(metadata, "trace_id"),
            session_id=text(metadata, "session_id"),
            attributes=attributes,
            steps=transcript.steps,
        )
    ]


_DIALECT = Dialect("openai-chat", MEDIA_TYPE, read_traces, check=jsontext.refuse_repeats)
