"""Gemini generateContent: requests, responses, and the chunks of streamed ones."""

from __future__ import annotations

from typing import Any

from ...model import Step, StepKind
from ..messages import message_steps
from .blocks import ASKED, block_steps, items, mapping, text
from .provider import Provider
from .streams import Run

_PARTS = frozenset({
    "text", "functionCall", "functionResponse", "inlineData", "fileData", "executableCode", "codeExecutionResult",
    "function_call", "function_response", "inline_data", "file_data", "executable_code", "code_execution_result",
    "thought", "thoughtSignature", "thought_signature",
})  # fmt: skip
_VALUES = ("stringValue", "numberValue", "boolValue", "nullValue")
_SYSTEM = ("systemInstruction", "system_instruction")
_ABOUT = ("usageMetadata", "promptFeedback", "modelVersion", "usage_metadata")


class Gemini(Provider):
    name = "gemini"
    members = frozenset({"contents", "candidates", "parts", "usageMetadata"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        found = items(document, "contents")
        if found:
            return all(map(_is_content, found[:ASKED]))
        candidates = items(document, "candidates")
        if candidates:
            return all(isinstance(each, dict) and ("content" in each or "finishReason" in each) for each in candidates)
        return _is_content(document) or ("usageMetadata" in document and "modelVersion" in document)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        run.note(document, model="model_version", usage="usage_metadata", response_id="response_id")
        run.note(document, model="modelVersion", usage="usageMetadata", response_id="responseId")
        run.note(document, model="model")
        if items(document, "contents"):
            run.request()
            for name in _SYSTEM:
                if isinstance(document.get(name), dict):
                    run.sent(message_steps({**document[name], "role": "system"}, f"{path}['{name}']"))
            run.messages(document, "contents", path, "user")
        elif isinstance(document.get("parts"), list):
            run.sent(message_steps(document, path, "user"))
        candidates = items(document, "candidates")
        if candidates or any(name in document for name in _ABOUT):
            run.response(text(document, "responseId") or text(document, "response_id") or self.name)
        for at, candidate in enumerate(candidates):
            if isinstance(candidate, dict):
                index = candidate.get("index") if isinstance(candidate.get("index"), int | str) else at
                self._parts(run, f"{path}['candidates'][{at}]['content']['parts']", index, candidate.get("content"))

    def _parts(self, run: Run, path: str, index: Any, content: Any) -> None:
        """The first part of a chunk carries the last one of the chunk before on, where both are thought or are not."""
        last, count = run.memory.get(index, (None, 0))
        for at, part in enumerate(items(content, "parts")):
            if not isinstance(part, dict) or not isinstance(part.get("text"), str):
                last, count = None, count + 1
                call = mapping(part).get("functionCall")
                if not self._called(run, f"{path}[{at}]['functionCall']", index, call):
                    run.answered(block_steps(part, f"{path}[{at}]", StepKind.OUTPUT))
                continue
            kind = StepKind.THINKING if part.get("thought") is True else StepKind.OUTPUT
            if at or kind is not last:
                count += 1
            run.delta((index, count), kind, part, "text", f"{path}[{at}]")
            last = kind
        run.memory[index] = (last, count)

    def _called(self, run: Run, path: str, index: Any, call: Any) -> bool:
        """A call whose arguments come in pieces: the first names it, each piece says of which argument it is, and an
        empty one is the end."""
        pieces, key = items(call, "partialArgs"), (index, "call")
        step = run.memory.get(key)
        if not isinstance(call, dict) or not (pieces or "willContinue" in call):
            return call == {} and run.memory.pop(key, None) is not None
        if step is None or "name" in call:
            step = run.memory[key] = Step(0, StepKind.TOOL_CALL, {}, text(call, "name"), text(call, "id"), path=path)
            run.answered([step])
        else:
            step.further = [*step.further, path]
        for piece in pieces:
            name = text(mapping(piece), "jsonPath").removeprefix("$.")
            held = next((each for each in _VALUES if each in mapping(piece)), "")
            said = piece[held] if held else None
            if isinstance(said, str):
                run.join((id(step), name), (piece, held))
                before = step.content.get(name)
                said = before + said if isinstance(before, str) else said
            step.content[name] = said
        return True


def _is_content(node: Any) -> bool:
    parts = items(node, "parts")
    return bool(parts) and all(
        isinstance(part, dict) and "type" not in part and "kind" not in part and not _PARTS.isdisjoint(part)
        for part in parts[:ASKED]
    )
