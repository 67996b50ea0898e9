"""Content blocks, parts and items of any provider's messages, as canonical steps: tables, and the one reader of them.

A block says what it is by its `type` (OpenAI, Anthropic, OpenTelemetry, LangChain, Vercel) or by the one name that it
holds (Gemini, Bedrock). Media gives no step; opaque thinking gives one, whose content is the opaque value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ...model import Step, StepKind
from ..jsontext import Number, number_text, read_text

ROLES: Mapping[str, StepKind] = {
    "system": StepKind.SYSTEM, "developer": StepKind.SYSTEM,
    "user": StepKind.PROMPT, "human": StepKind.PROMPT,
    "assistant": StepKind.OUTPUT, "ai": StepKind.OUTPUT, "model": StepKind.OUTPUT,
    "tool": StepKind.TOOL_RESULT, "function": StepKind.TOOL_RESULT,
    "environment": StepKind.TOOL_RESULT, "ipython": StepKind.TOOL_RESULT,
}  # fmt: skip

_NESTING_MOST = 100
"""Arguments in a string that nest deeper stay text."""
_NAMES = ("name", "toolName", "tool_name", "toolType")
_CALLS = ("call_id", "tool_call_id", "toolCallId", "callId", "toolUseId", "tool_use_id", "ref", "id")
"""Where a call, or the result of one, names the call: the first there is."""
_ARGUMENTS = ("arguments", "input", "args", "parameters", "action", "actions", "code", "operation")
_RESULTS = ("output", "content", "response", "result", "outputs", "results", "error")


_TOOLS = (StepKind.TOOL_CALL, StepKind.TOOL_RESULT, StepKind.RETRIEVAL)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a block becomes a step. kind: None is that of the message's role. content: the names one of which holds it,
    in order of preference. name: of the tool, where the block does not say it itself. tool: whether it is a step of a
    tool's, with a name and the id of the call. called: whether it is the call."""

    kind: StepKind | None
    content: Sequence[str]
    name: str = ""
    tool: bool = field(init=False)
    called: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tool", self.kind in _TOOLS)
        object.__setattr__(self, "called", self.kind is StepKind.TOOL_CALL)


_NOTHING: Sequence[Any] = (None, "", [])
_EMPTY = frozenset({"type", "id", "status", "cache_control", "text", "content"})
_TEXT = Shape(None, ("text", "content"))
_THINKING = Shape(StepKind.THINKING, ("thinking", "text", "content", "reasoning", "reasoningText", "summary",
                                      "encrypted_content", "redactedContent", "data", "signature"))  # fmt: skip
_CALL = Shape(StepKind.TOOL_CALL, _ARGUMENTS)
_RESULT = Shape(StepKind.TOOL_RESULT, _RESULTS)


def _call(name: str, *content: str) -> Shape:
    return Shape(StepKind.TOOL_CALL, content or _ARGUMENTS, name)


TYPES: Mapping[str, Sequence[Shape]] = {
    **dict.fromkeys(("text", "input_text", "output_text"), (_TEXT,)),
    "refusal": (Shape(None, ("refusal",)),),
    **dict.fromkeys(("thinking", "reasoning", "redacted_thinking", "summary_text", "reasoning_text"), (_THINKING,)),
    "compaction": (Shape(StepKind.MEMORY, ("content", "summary", "encrypted_content")),),
    **dict.fromkeys(("tool_use", "server_tool_use", "mcp_tool_use", "tool_call", "tool-call", "function_call",
                     "custom_tool_call", "mcp_approval_request", "hosted_tool_call", "toolCall"), (_CALL,)),
    "program": (_call("program"),),
    **dict.fromkeys(("tool_result", "tool-result", "tool_call_response", "tool_response", "mcp_tool_result",
                     "web_search_tool_result", "web_fetch_tool_result", "code_execution_tool_result",
                     "bash_code_execution_tool_result", "text_editor_code_execution_tool_result",
                     "tool_search_tool_result", "advisor_tool_result", "program_output", "function_call_output",
                     "custom_tool_call_output", "computer_call_output", "local_shell_call_output", "shell_call_output",
                     "apply_patch_call_output", "function_call_result", "computer_call_result"), (_RESULT,)),
    "mcp_call": (_CALL, Shape(StepKind.TOOL_RESULT, ("output", "error"))),
    "web_search_call": (_call("web_search", "action", "query"),),
    "file_search_call": (_call("file_search", "queries"), Shape(StepKind.RETRIEVAL, ("results",), "file_search")),
    "code_interpreter_call": (_call("code_interpreter"), Shape(StepKind.TOOL_RESULT, ("outputs",))),
    "image_generation_call": (_call("image_generation", "revised_prompt", "status"),),
    "computer_call": (_call("computer"),),
    "local_shell_call": (_call("local_shell"),),
    "shell_call": (_call("shell"),),
    "apply_patch_call": (_call("apply_patch"),),
    "tool_search_call": (_call("tool_search"),),
    "tool_search_output": (Shape(StepKind.TOOL_RESULT, ("tools", *_RESULTS), "tool_search"),),
    **{kind: (Shape(StepKind.EVENT, ("tools",), kind),) for kind in ("mcp_list_tools", "mcp_tool_listing",
                                                                     "additional_tools")},
    "item_reference": (),
    "search_result": (Shape(StepKind.RETRIEVAL, ("content",)),),
    "retrieval": (Shape(StepKind.RETRIEVAL, ("content", "documents", "text")),),
    "document": (Shape(None, ("source", "text", "content")),),
}  # fmt: skip
"""By a block's `type`; one that is not here is read for its text."""

MEMBERS: Mapping[str, Shape] = {
    "functionCall": _CALL, "function_call": _CALL, "toolUse": _CALL, "toolRequest": _CALL, "toolCall": _CALL,
    "toolResponse": _RESULT, "functionResponse": _RESULT, "function_response": _RESULT, "toolResult": _RESULT,
    "reasoningContent": _THINKING,
    "executableCode": _call("code_execution", "code"), "executable_code": _call("code_execution", "code"),
    "codeExecutionResult": Shape(StepKind.TOOL_RESULT, ("output", "outcome"), "code_execution"),
    "code_execution_result": Shape(StepKind.TOOL_RESULT, ("output", "outcome"), "code_execution"),
    "searchResult": Shape(StepKind.RETRIEVAL, ("content",)),
    "guardContent": Shape(None, ("text",)), "citationsContent": Shape(None, ("content",)),
    "document": Shape(None, ("source",)),
}  # fmt: skip
"""By the one name that a block without `type` holds; what stands under it is read like a typed block."""


def block_steps(block: Any, path: str, kind: StepKind) -> list[Step]:
    """The steps of one block; `kind` is that of its message's role."""
    if isinstance(block, str):
        return [Step(0, kind, block, path=path)] if block else []
    if not isinstance(block, dict):
        return []
    named = block.get("type")
    if isinstance(named, str):
        shapes = TYPES.get(named)
        if shapes is None:
            return [] if _is_media(block) else _step(block, path, kind, _TEXT) or _unknown(block, path, named)
        if len(shapes) == 1:
            steps = _step(block, path, kind, shapes[0])
            return [_packed(steps[0])] if steps and shapes[0] is _TEXT else steps
        return [step for shape in shapes for step in _step(block, path, kind, shape, part=True)]
    if not MEMBERS.keys().isdisjoint(block):
        for member, shape in MEMBERS.items():
            if isinstance(block.get(member), dict):
                return _step(block[member], path + segment(member), kind, shape)
    if isinstance(block.get("text"), str):
        # Gemini marks a thought beside its text
        return _step(block, path, StepKind.THINKING if block.get("thought") is True else kind, _TEXT)
    return _step(block, path, kind, _THINKING) if isinstance(block.get("reasoning"), str) else []


def _packed(step: Step) -> Step:
    """OpenLLMetry writes Bedrock's thinking as a text of JSON."""
    if isinstance(step.content, str) and step.content.startswith(_THOUGHT):
        inner = mapping(arguments_of(step.content))
        steps = block_steps(inner, step.path, step.kind) if len(inner) == 1 else []
        if steps and steps[0].kind is StepKind.THINKING:
            steps[0].path = step.path
            return steps[0]
    return step


_THOUGHT = '{"reasoningContent":'


def _unknown(block: Mapping[str, Any], path: str, kind: str) -> list[Step]:
    """Of a kind that is not known here, where it says more than that it is one."""
    if _EMPTY.issuperset(block):
        return []
    return [Step(0, StepKind.OTHER, block, kind, first(block, _CALLS), path=path)]


def _step(block: Mapping[str, Any], path: str, kind: StepKind, shape: Shape, *, part: bool = False) -> list[Step]:
    """One, or none where the block says nothing. `part`: it is one of several of the block, and has its own place."""
    place, content, called = "", None, shape.called
    for name in shape.content:
        found = block.get(name)
        if not found and found in _NOTHING:
            continue
        if shape is _THINKING and isinstance(found, str):
            found = blocks_in(found)  # OpenLLMetry writes summaries so
        content = found if called or isinstance(found, str) else content_of(found)
        if content is not None:
            place = name
            break
    if called:
        if content is None and not first(block, (*_NAMES, *_CALLS)) and not shape.name:
            return []
        content = arguments_of(content)
    elif content is None:
        if shape is not _RESULT:
            return []
        content = ""
    elif part:
        path += segment(place)
    step = Step(0, shape.kind or kind, content, path=path)
    if shape.tool:
        step.name, step.call_id = first(block, _NAMES) or shape.name, first(block, _CALLS)
    if not called and _failed(block):
        step.attributes = _ERROR
    return [step]


def answers(block: Any) -> bool:
    """Whether it is the result of a tool, and says itself of which call."""
    return isinstance(block, dict) and (
        text(block, "type") in _ANSWERING_TYPES or not _ANSWERING_MEMBERS.isdisjoint(block)
    )


_ANSWERING_TYPES = frozenset(name for name, shapes in TYPES.items() if _RESULT in shapes)
_ANSWERING_MEMBERS = frozenset(name for name, shape in MEMBERS.items() if shape is _RESULT)
_ERROR: Mapping[str, Any] = {"error": True}


def _failed(block: Mapping[str, Any]) -> bool:
    return block.get("is_error") is True or block.get("isError") is True or block.get("status") == "error"


_WRAPPERS = ("text", "json", "output", "result", "reasoningText", "redactedContent", "value", "logs")
_BESIDE = ("signature", "type", "status", "qualifiers", "annotations")
"""Objects that hold one of these alone, or beside a signature, say no more than what it holds."""


def content_of(value: Any) -> Any:
    """What a content field says: text as text, blocks of text as one text with a line each, an object that only wraps
    it as what it wraps; anything else as it is. None where there is only media."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(isinstance(block, dict) for block in value):
        texts = [_plain_text(block) for block in value]
        if all(each is not None for each in texts):
            said = [each for each in texts if each]
            return "\n".join(said) if said else None
        return content_of(value[0]) if len(value) == 1 and ("type" in value[0] or len(value[0]) == 1) else value
    if isinstance(value, dict):
        if text(value, "type") in ("text", "content") or value.get("mediaType") == "text/plain":
            inner = value.get("value", value.get("text", value.get("data", value.get("content"))))
            return content_of(inner) if inner is not None else value
        if _is_media(value):
            return value["data"] if value.get("media_type") == "text/plain" and "data" in value else None
        wrapped = [name for name in value if name not in _BESIDE]
        if len(wrapped) == 1 and wrapped[0] in _WRAPPERS:
            return content_of(value[wrapped[0]])
    return value


_MEDIA = frozenset({
    "image", "image_url", "input_image", "audio", "input_audio", "output_audio", "video", "video_url", "file",
    "input_file", "base64", "blob", "uri", "url", "computer_screenshot", "container_upload", "media", "image-data",
})  # fmt: skip
_MEDIA_MEMBERS = frozenset({
    "inlineData", "inline_data", "fileData", "file_data", "image", "video", "audio", "bytes", "blob", "cachePoint",
})  # fmt: skip


def _is_media(block: Mapping[str, Any]) -> bool:
    return text(block, "type") in _MEDIA or ("type" not in block and not _MEDIA_MEMBERS.isdisjoint(block))


def _plain_text(block: Mapping[str, Any]) -> str | None:
    """A text block's text, nothing for media, None for what is neither."""
    if text(block, "type") == "resource" and isinstance(block.get("resource"), dict):
        return text(block["resource"], "text")
    if _is_media(block):
        return ""
    if isinstance(block.get("payload"), dict):  # a chunk of Mastra's
        return text(block["payload"], "text")
    if text(block, "type") in ("", "text", "input_text", "output_text", "summary_text", "reasoning_text"):
        found = block.get("text", block.get("content"))
        return found if isinstance(found, str) else None
    return None


def result_of(content: Any) -> Any:
    """As `content_of`, of what a tool gave: an empty text where that says nothing."""
    found = content_of(content)
    return "" if found is None else found


def arguments_of(value: Any) -> Any:
    """A call's arguments: JSON in a string as what it says where it says an object or a list. Some write it as a string
    of JSON once more."""
    if not isinstance(value, str) or not value.startswith(("{", "[", '"{', '"[')):
        return {} if value is None or value == "" else value
    try:
        tree = read_text(value)
    except (msgspec.DecodeError, RecursionError):
        return value
    if isinstance(tree, str):
        inner = arguments_of(tree)
        return inner if isinstance(inner, dict | list) else value
    # most texts have fewer brackets than that
    shallow = value.count("{") + value.count("[") <= _NESTING_MOST
    return tree if shallow or _nests_at_most(tree, _NESTING_MOST) else value


def blocks_in(content: Any) -> Any:
    """Blocks in a string, but not data that happens to be JSON."""
    found = arguments_of(content) if isinstance(content, str) and content.startswith('[{"') else content
    return (
        found
        if isinstance(found, list) and all(isinstance(each, dict) and _is_block(each) for each in found)
        else content
    )


def _is_block(node: Mapping[str, Any]) -> bool:
    return "type" in node or (len(node) == 1 and not _BARE.isdisjoint(node))


_BARE = frozenset({"text", "toolUse", "toolResult", "reasoningContent"})
"""What blocks of Bedrock hold alone, as Strands writes them into events."""


def _nests_at_most(tree: Any, most: int) -> bool:
    level = [tree]
    for _ in range(most):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
        if not level:
            return True
    return False


def first(node: Mapping[str, Any], names: Sequence[str]) -> str:
    """The first of the names that holds a text."""
    for name in names:
        found = node.get(name)
        if isinstance(found, str) and found:
            return found
    return ""


def segment(name: str) -> str:
    """Of a normalised path; for names of ours, in which nothing is to be escaped."""
    return f"['{name}']"


def text(node: Mapping[str, Any], name: str) -> str:
    value = node.get(name)
    return value if isinstance(value, str) else ""


def identity(node: Mapping[str, Any], *names: str) -> str:
    """The first of the names that holds an id: a text, or a number, which is a text once it is masked."""
    for name in names:
        found = node.get(name)
        if isinstance(found, Number):
            return number_text(found)
        if (isinstance(found, str) and found) or type(found) is int:
            return str(found)
    return ""


def failure_of(node: Mapping[str, Any]) -> str:
    """What the `error` of an answer says, empty where there is none."""
    found = node.get("error")
    return found if isinstance(found, str) else text(mapping(found), "message")


def mapping(node: Any) -> Mapping[str, Any]:
    """An object, empty where something else stands."""
    return node if isinstance(node, dict) else {}


ASKED = 20
"""Items of a list that are looked at to tell what it is of."""


def all_are(nodes: Any, tells: Callable[[Any], bool]) -> bool:
    """Whether it is a list of what `tells` knows, and of nothing else as far as is looked."""
    return isinstance(nodes, list) and bool(nodes) and all(map(tells, nodes[:ASKED]))


def at(node: Any, names: Sequence[str]) -> Any:
    """What names lead to; None where they lead nowhere."""
    for name in names:
        node = node.get(name) if isinstance(node, dict) else None
    return node


def items(node: Any, name: str) -> Sequence[Any]:
    """The list under a name; empty where there is none."""
    found = node.get(name) if isinstance(node, dict) else None
    return found if isinstance(found, list) else ()
