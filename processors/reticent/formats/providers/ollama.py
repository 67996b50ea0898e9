"""Ollama: requests and answers of /api/chat and /api/generate, whole and streamed. Requests that say nothing of their
own are read as `openai-chat`, whose messages they have.

https://github.com/ollama/ollama/blob/main/docs/api.md
"""

from __future__ import annotations

from typing import Any

from ...model import StepKind
from ..messages import call_step
from .blocks import ASKED, items, mapping, text
from .provider import Provider
from .streams import Run

_OWN = frozenset({"options", "keep_alive", "think"})
"""One of these beside messages says that they are for it."""
_REQUEST = frozenset({
    "model", "prompt", "suffix", "images", "format", "system", "template", "stream", "raw", "context", "logprobs",
    "top_logprobs", *_OWN,
})  # fmt: skip
"""All that a request of /api/generate may say; one that says more is another's."""
_COUNTS = {"input_tokens": "prompt_eval_count", "output_tokens": "eval_count"}
_ENDED = "ended"


class Ollama(Provider):
    name = "ollama"
    members = frozenset({"done", "prompt", *_OWN})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict) or "model" not in document:
            return False
        if "done" in document:
            return "created_at" in document and (
                isinstance(document.get("message"), dict) or isinstance(document.get("response"), str)
            )
        if items(document, "messages"):
            return not _OWN.isdisjoint(document) and all(map(_is_message, items(document, "messages")[:ASKED]))
        return isinstance(document.get("prompt"), str) and _REQUEST.issuperset(document)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        run.note(document, model="model")
        if "done" not in document:
            run.request()
            run.blocks(document, "system", path, StepKind.SYSTEM)
            run.blocks(document, "prompt", path, StepKind.PROMPT)
            run.messages(document, "messages", path)
            return
        if run.memory.get(self.name, _ENDED) == _ENDED:  # chunks have no id; the last one says that it is
            run.response()
        run.memory[self.name] = _ENDED if document.get("done") is True else "going on"
        message, place = document.get("message"), path + "['message']"
        if isinstance(message, dict):
            _said(run, message, place)
        else:
            run.delta((self.name, "thinking"), StepKind.THINKING, document, "thinking", path)
            run.delta((self.name, "response"), StepKind.OUTPUT, document, "response", path)
        for side, name in _COUNTS.items():
            if type(document.get(name)) is int:
                run.attributes.setdefault("usage", {})[side] = document[name]


def _is_message(node: Any) -> bool:
    return isinstance(node, dict) and "role" in node and isinstance(node.get("content", ""), str)


def _said(run: Run, message: dict[str, Any], path: str) -> None:
    run.delta((Ollama.name, "thinking"), StepKind.THINKING, message, "thinking", path)
    run.delta((Ollama.name, "content"), StepKind.OUTPUT, message, "content", path)
    for index, call in enumerate(items(message, "tool_calls")):
        if isinstance(call, dict):
            step = call_step(call, f"{path}['tool_calls'][{index}]")
            step.call_id = step.call_id or text(mapping(call.get("function")), "id")
            run.answered([step])
