"""OpenAI Responses: requests, responses, their items, and the events of streamed ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import message_steps
from .blocks import ASKED, ROLES, TYPES, all_are, block_steps, failure_of, items, mapping, segment, text
from .provider import Provider, listed
from .streams import Run

_ITEMS = frozenset({
    "reasoning", "function_call", "function_call_output", "custom_tool_call", "custom_tool_call_output",
    "web_search_call", "file_search_call", "computer_call", "computer_call_output", "code_interpreter_call",
    "image_generation_call", "mcp_call", "mcp_list_tools", "mcp_approval_request", "mcp_approval_response",
    "local_shell_call", "local_shell_call_output", "shell_call", "shell_call_output", "apply_patch_call",
    "apply_patch_call_output", "tool_search_call", "tool_search_output", "program", "program_output",
    "additional_tools", "compaction", "compaction_trigger", "configuration_update", "item_reference",
    "function_call_result", "computer_call_result", "hosted_tool_call",
})  # fmt: skip
_PARTS = frozenset({"input_text", "input_image", "input_file", "input_audio", "output_text", "refusal"})
_OWN = frozenset({
    "instructions", "reasoning", "previous_response_id", "conversation", "max_output_tokens", "text", "store", "tools",
    "include", "truncation", "background", "stream", "parallel_tool_calls", "max_tool_calls",
})  # fmt: skip
"""Beside `model` and a text as `input` one of these says that it is a request."""
_ADDED = frozenset({"items", "metadata"})
"""All that a conversation is made with, or gets more of."""
_EVENTS_OWN = frozenset({"sequence_number", "item_id", "output_index"})
_DELTAS: Mapping[str, StepKind] = {
    "output_text": StepKind.OUTPUT, "refusal": StepKind.OUTPUT, "audio.transcript": StepKind.OUTPUT,
    "output_audio_transcript": StepKind.OUTPUT,
    "reasoning_text": StepKind.THINKING, "reasoning_summary_text": StepKind.THINKING,
    "reasoning_summary": StepKind.THINKING,
    "function_call_arguments": StepKind.TOOL_CALL, "mcp_call_arguments": StepKind.TOOL_CALL,
    "custom_tool_call_input": StepKind.TOOL_CALL, "code_interpreter_call_code": StepKind.TOOL_CALL,
    "shell_call_command": StepKind.TOOL_CALL,
}  # fmt: skip
"""What the events `response.<this>.delta` and `.done` carry on."""
_DONE = ("text", "refusal", "arguments", "input", "code", "transcript", "command")
_SHELL, _WRITTEN = "shell_call_output_content", ("stdout", "stderr")
_MESSAGE = ("output_text", "refusal")


class OpenAiResponses(Provider):
    name = "openai-responses"
    members = frozenset({"input", "output", "type", "content", "object", "items"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        kind = document.get("type")
        if kind == "error":
            return "sequence_number" in document and "message" in document
        if isinstance(kind, str) and kind.startswith("response."):
            return not _EVENTS_OWN.isdisjoint(document) or isinstance(document.get("response"), dict)
        if document.get("object") == "response":
            return isinstance(document.get("output"), list)
        if _is_item(document):
            return True
        if held := listed(document):
            return all(self.claims(each) for each, _ in held[:ASKED])
        given = document.get("input")
        if isinstance(given, str | list):
            return _is_request(document, given)
        return _ADDED.issuperset(document) and all_are(items(document, "items"), _is_item)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        kind = text(document, "type")
        for each, place in listed(document):
            self.feed(run, path + place, each)
        if kind == "error":
            run.answered([Step(0, StepKind.ERROR, document.get("message") or "", path=path + "['message']")])
        elif kind.startswith("response."):
            self._event(run, path, kind.removeprefix("response."), document)
        elif kind in _ITEMS:
            run.sent(item_steps(document, path, "user"))
        elif isinstance(document.get("output"), list) and "input" not in document:
            self._response(run, path, document)
        elif "input" in document:
            run.request()
            self._about(run, path, document)
            if isinstance(document["input"], str):
                run.blocks(document, "input", path, StepKind.PROMPT)
            for index, item in enumerate(items(document, "input")):
                run.sent(item_steps(item, f"{path}['input'][{index}]", "user"))
        elif items(document, "items"):
            for index, item in enumerate(items(document, "items")):
                run.sent(item_steps(item, f"{path}['items'][{index}]", "user"))
        else:
            run.sent(item_steps(document, path, "user"))

    def _about(self, run: Run, path: str, document: dict[str, Any]) -> None:
        run.note(document, model="model", usage="usage")
        run.identify(document.get("metadata"))
        conversation = document.get("conversation")
        run.session_id = run.session_id or (
            conversation if isinstance(conversation, str) else text(mapping(conversation), "id")
        )
        if not run.asked:
            instructions = document.get("instructions")
            if isinstance(instructions, str):
                run.blocks(document, "instructions", path, StepKind.SYSTEM)
            for index, item in enumerate(items(document, "instructions")):
                run.sent(item_steps(item, f"{path}['instructions'][{index}]", "system"))

    def _response(self, run: Run, path: str, response: dict[str, Any]) -> None:
        run.response(text(response, "id") or None)
        run.note(response, response_id="id")
        self._about(run, path, response)
        for index, item in enumerate(items(response, "output")):
            self._settle(run, f"{path}['output'][{index}]", index, item)
        run.answered(block_steps(failure_of(response), path + "['error']", StepKind.ERROR))

    def _settle(self, run: Run, path: str, index: Any, item: Any) -> None:
        for step in item_steps(item, path, "assistant"):
            run.settle((index, step.path[len(path) :]), step)

    def _event(self, run: Run, path: str, kind: str, event: dict[str, Any]) -> None:
        response, item = event.get("response"), event.get("item")
        index = event.get("output_index") if isinstance(event.get("output_index"), int | str) else 0
        what, _, end = kind.rpartition(".")
        if isinstance(response, dict):
            self._response(run, path + "['response']", response)
        elif kind == "output_item.done":
            self._settle(run, path + "['item']", index, item)
        elif kind == "output_item.added":
            for step in item_steps(item, path + "['item']", "assistant"):
                key = (index, step.path[len(path) + len("['item']") :])
                run.open(key, step.kind, step.path, name=step.name, call_id=step.call_id)
        elif what in _DELTAS:
            key = (index, self._where(what, event))
            if end == "delta":
                run.delta(key, _DELTAS[what], event, "delta", path)
            for name in _DONE if end == "done" else ():
                if isinstance(event.get(name), str):
                    run.part(key, path + segment(name))
        elif what == _SHELL:
            for name in _WRITTEN if end == "delta" else ():
                run.delta((index, ""), StepKind.TOOL_RESULT, event.get("delta"), name, path + "['delta']")
            if end == "done":
                run.part((index, ""), path + "['output']")
        elif what in ("content_part", "reasoning_summary_part"):
            run.part((index, self._where("output_text" if what == "content_part" else "", event)), path + "['part']")

    def _where(self, what: str, event: Mapping[str, Any]) -> str:
        """Where the text stands within its item, as the steps of whole items say it."""
        return f"['content'][{event.get('content_index', 0)}]" if what in _MESSAGE else ""


def item_steps(item: Any, path: str, role: str) -> list[Step]:
    """Of one item; `role`: of what names none."""
    if not isinstance(item, dict):
        return []
    kind = text(item, "type")
    if kind == "message" or (isinstance(item.get("role"), str) and kind not in _ITEMS):
        return message_steps(item, path, role)
    return block_steps(item, path, ROLES[role])


def _is_item(node: Any) -> bool:
    if not isinstance(node, dict):
        return False
    kind = text(node, "type")
    if kind in ("message", ""):
        parts = items(node, "content")
        # one of Chat's own has parts of other types
        return "role" in node and bool(parts) and all(isinstance(p, dict) and text(p, "type") in _PARTS for p in parts)
    return kind in _ITEMS and (kind in TYPES or "id" in node) and "span_id" not in node


def _is_request(document: Mapping[str, Any], given: str | list[Any]) -> bool:
    if isinstance(given, str):
        return "model" in document and "messages" not in document and not _OWN.isdisjoint(document)
    return _are_items(given) and ("model" in document or "prompt" in document)


def _are_items(nodes: list[Any]) -> bool:
    return bool(nodes) and all(_is_item(node) or _is_easy(node) for node in nodes[:ASKED])


def _is_easy(node: Any) -> bool:
    """A message that may be Chat's, too."""
    return isinstance(node, dict) and text(node, "role") in ROLES and isinstance(node.get("content"), str)
