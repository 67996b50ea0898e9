"""OpenAI Chat Completions: messages, requests, responses, and the chunks of streamed ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import message_steps
from ..sides import sided
from .blocks import ASKED, ROLES, arguments_of, block_steps, items, mapping, result_of, segment, text
from .provider import Provider, listed
from .streams import Run

_PARTS = frozenset({"text", "image_url", "input_audio", "file", "refusal", "video_url", "audio_url"})
_FOREIGN = ("system", "systemInstruction", "anthropic_version", "modelId", "inferenceConfig", "contents", "output")
"""Beside `messages` these say that a request is another provider's."""
_SAID = ("content", "tool_calls", "function_call", "refusal", "reasoning_content", "reasoning", "audio")
_DELTAS = (("reasoning_content", StepKind.THINKING), ("reasoning", StepKind.THINKING), ("content", StepKind.OUTPUT),
           ("refusal", StepKind.OUTPUT))  # fmt: skip
_OBJECTS = ("chat.completion", "chat.completion.chunk", "text_completion")


_EXECUTED, _CONTEXT = "executed_tools", "context"
_FOUND = ("search_results", "references", "web_search")
"""What servers did by themselves: Groq's tools; what Perplexity, Volcengine and Zhipu found; what Azure
found in one's own data."""
_FILTERED = "prompt_filter_results"
"""What Azure says first, of what was asked."""


class OpenAiChat(Provider):
    name = "openai-chat"
    members = frozenset({"messages", "choices", "role", "object"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if "choices" in document and (document.get("object") in _OBJECTS or _FILTERED in document):
            return True
        if _is_message(document):
            return True
        if held := listed(document):
            return all(self.claims(each) for each, _ in held[:ASKED])
        found = items(document, "messages")
        if found and not any(name in document for name in _FOREIGN):
            return all(map(_is_message, found[:ASKED]))
        choices = items(document, "choices")
        return bool(choices) and all(_is_choice(choice) for choice in choices[:ASKED])

    def tell(self, run: Run, path: str, tree: Any) -> None:
        super().tell(run, path, sided(tree) if isinstance(tree, list) else tree)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        run.note(document, model="model", usage="usage", response_id="id")
        for each, place in listed(document):
            self.feed(run, path + place, each)
        if "role" in document:
            run.sent(message_steps(document, path))
            return
        if "messages" in document and items(document, "messages"):
            run.request()
            run.identify(document.get("metadata"))
            run.messages(document, "messages", path)
        choices = items(document, "choices")
        if choices:
            run.response(text(document, "id") or self.name)
        for name in _FOUND:
            if name in document and isinstance(document[name], list):
                _retrieved(run, document, name, path)
        for at, choice in enumerate(choices):
            if isinstance(choice, dict):
                self._choice(run, f"{path}['choices'][{at}]", choice)

    def _choice(self, run: Run, path: str, choice: dict[str, Any]) -> None:
        index = choice.get("index") if isinstance(choice.get("index"), int | str) else 0
        message, delta = choice.get("message"), choice.get("delta")
        for said, place in ((message, path + "['message']"), (delta, path + "['delta']")):
            if isinstance(said, dict) and isinstance(said.get(_CONTEXT), dict):
                _retrieved(run, said[_CONTEXT], "citations", place + segment(_CONTEXT))
        if isinstance(message, dict):
            steps = message_steps(message, path + "['message']", "assistant")
            run.answered(step for step in steps if step.kind is StepKind.THINKING)
            _executed(run, message, path + "['message']", index)
            run.answered(step for step in steps if step.kind is not StepKind.THINKING)
        elif isinstance(delta, dict):
            _executed(run, delta, path + "['delta']", index)
            self._delta(run, path + "['delta']", index, delta)
        else:
            run.delta((index, "text"), StepKind.OUTPUT, choice, "text", path)

    def _delta(self, run: Run, path: str, index: Any, delta: dict[str, Any]) -> None:
        thought = False
        for name, kind in _DELTAS:
            if name not in delta:
                continue
            if kind is StepKind.THINKING and thought:
                run.part((index, kind), path + segment(name))  # some servers say it under both names
            elif isinstance(delta.get(name), str):
                run.delta((index, kind if kind is StepKind.THINKING else name), kind, delta, name, path)
                thought = thought or (kind is StepKind.THINKING and bool(delta[name]))
        for at, part in enumerate(items(delta, "content") if "content" in delta else ()):
            self._part(run, f"{path}['content'][{at}]", index, part)
        if "audio" in delta:
            run.delta((index, "audio"), StepKind.OUTPUT, delta["audio"], "transcript", path + "['audio']")
        for at, call in enumerate(items(delta, "tool_calls") if "tool_calls" in delta else ()):
            if isinstance(call, dict):
                number = call.get("index") if isinstance(call.get("index"), int | str) else at
                self._call(run, f"{path}['tool_calls'][{at}]", (index, "call", number), call)
        if isinstance(delta.get("function_call"), dict):
            self._call(run, path, (index, "call"), {"function": delta["function_call"]}, "function_call")

    def _part(self, run: Run, path: str, index: Any, part: Any) -> None:
        """Mistral's deltas have parts while a model thinks."""
        if text(mapping(part), "type") == "text":
            run.delta((index, "content"), StepKind.OUTPUT, part, "text", path)
        elif isinstance(thought := mapping(part).get("thinking"), str):
            run.delta((index, StepKind.THINKING), StepKind.THINKING, part, "thinking", path)
        elif isinstance(thought, list):
            for at, each in enumerate(thought):
                place = f"{path}['thinking'][{at}]"
                run.delta((index, StepKind.THINKING), StepKind.THINKING, each, "text", place)
        else:
            run.answered(block_steps(part, path, StepKind.OUTPUT))

    def _call(self, run: Run, path: str, key: Any, call: dict[str, Any], under: str = "function") -> None:
        custom = isinstance(call.get("custom"), dict)
        function = call.get("custom" if custom else "function")
        inner = function if isinstance(function, dict) else {}
        place = path + segment("custom" if custom else under)
        run.open(key, StepKind.TOOL_CALL, place, name=text(inner, "name"), call_id=text(call, "id"))
        run.delta(key, StepKind.TOOL_CALL, inner, "input" if custom else "arguments", place)


def _executed(run: Run, node: Mapping[str, Any], path: str, choice: Any) -> None:
    """A call is told once, when it begins; what it gave, when it is there."""
    for at, each in enumerate(items(node, _EXECUTED) if _EXECUTED in node else ()):
        tool, place = mapping(each), f"{path}['{_EXECUTED}'][{at}]"
        number = tool["index"] if isinstance(tool.get("index"), int) else at
        name = text(tool, "name") or text(tool, "type")
        for kind, said in ((StepKind.TOOL_CALL, "arguments"), (StepKind.TOOL_RESULT, "output")):
            key = (_EXECUTED, choice, number, kind)
            if tool.get(said) and key not in run.memory:
                run.memory[key] = True
                content = arguments_of(tool[said]) if said == "arguments" else result_of(tool[said])
                run.answered([Step(0, kind, content, name, path=place + segment(said))])


def _retrieved(run: Run, node: Mapping[str, Any], name: str, path: str) -> None:
    """Every chunk of a stream may say it again."""
    if node.get(name):
        run.once([Step(0, StepKind.RETRIEVAL, node[name], path=path + segment(name))])


def _is_message(node: Any) -> bool:
    if not isinstance(node, dict) or text(node, "role") not in ROLES or "type" in node or "parts" in node:
        return False
    content = node.get("content")
    if isinstance(content, list):
        # parts of other types, or without any, are another provider's
        return all(
            isinstance(part, str) or (isinstance(part, dict) and text(part, "type") in _PARTS) for part in content
        )
    return any(name in node for name in _SAID)


def _is_choice(node: Any) -> bool:
    return isinstance(node, dict) and (
        isinstance(node.get("message"), dict) or isinstance(node.get("delta"), dict) or "finish_reason" in node
    )
