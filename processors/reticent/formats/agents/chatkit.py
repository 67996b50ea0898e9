"""ChatKit: threads and their items, what a server of it streams and is asked, and what OpenAI's interface lists.

https://openai.github.io/chatkit-python/
https://platform.openai.com/docs/api-reference/chatkit
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import ASKED, all_are, arguments_of, items, mapping, result_of, segment, text
from ..providers.provider import Provider, listed
from ..providers.streams import Run
from .timed import timed

_SPEAKS: Mapping[str, StepKind] = {
    "user_message": StepKind.PROMPT, "assistant_message": StepKind.OUTPUT,
    "hidden_context_item": StepKind.MEMORY, "sdk_hidden_context": StepKind.MEMORY,
}  # fmt: skip
_CALL, _TASKS = "client_tool_call", ("task", "workflow", "task_group")
_ITEMS = frozenset({*_SPEAKS, _CALL, *_TASKS, "widget", "generated_image", "structured_input", "end_of_turn"})
_PREFIX = "chatkit."
"""Before an item's type, as OpenAI's interface names it."""
_WITH_ITEM = ("thread.item.added", "thread.item.done", "thread.item.replaced")
_EVENTS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(_WITH_ITEM, frozenset({"item"})), "thread.item.updated": frozenset({"item_id", "update"}),
    "thread.item.removed": frozenset({"item_id"}), "stream_options": frozenset({"stream_options"}),
    "progress_update": frozenset({"text"}), "client_effect": frozenset({"name", "data"}),
    "notice": frozenset({"level", "message"}), "error": frozenset({"message", "allow_retry"}),
    "threads.create": frozenset({"params"}), "threads.add_user_message": frozenset({"params"}),
    "threads.add_client_tool_output": frozenset({"params"}), "threads.custom_action": frozenset({"params"}),
}  # fmt: skip
"""And what each has besides its type."""
_THREADS = ("thread.created", "thread.updated")


class ChatKit(Provider):
    name = "chatkit"
    members = frozenset({"items", "thread", "thread_id", "object", *(frozenset({"type"}) | names for names in
                                                                     _EVENTS.values())})  # fmt: skip
    holding = frozenset({"items", "thread"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        kind = text(document, "type")
        if kind in _EVENTS:
            inner = document.get("item")
            return _EVENTS[kind] <= document.keys() and (inner is None or _is_item(inner))
        if kind in _THREADS:
            return _is_thread(document.get("thread"))
        if _is_item(document) or _is_thread(document):
            return True
        return bool(held := listed(document)) and all(_is_item(each) for each, _ in held[:ASKED])

    def feed(self, run: Run, path: str, document: Any) -> None:
        node = mapping(document)
        kind = text(node, "type")
        run.session_id = run.session_id or text(node, "thread_id")
        for each, place in listed(node):
            self.feed(run, path + place, each)
        if kind in _THREADS:
            _thread(run, mapping(node.get("thread")), path + "['thread']")
        elif kind in _WITH_ITEM:
            _item(run, mapping(node.get("item")), path + "['item']", kind.endswith("added"))
        elif kind == "thread.item.updated":
            _updated(run, text(node, "item_id"), mapping(node.get("update")), path + "['update']")
        elif kind in ("error", "notice") and text(node, "message"):
            told = StepKind.ERROR if kind == "error" else StepKind.EVENT
            run.answered([Step(0, told, node["message"], "" if kind == "error" else kind, path=path + "['message']")])
        elif kind == "client_effect":
            run.answered([Step(0, StepKind.EVENT, node.get("data"), text(node, "name"), path=path + "['data']")])
        elif kind.startswith("threads."):
            _asked(run, kind, mapping(node.get("params")), path + "['params']")
        elif _is_thread(node):
            _thread(run, node, path)
        else:
            _item(run, node, path)


def _kind(node: Mapping[str, Any]) -> str:
    return text(node, "type").removeprefix(_PREFIX)


def _is_item(node: Any) -> bool:
    return isinstance(node, dict) and _kind(node) in _ITEMS and "thread_id" in node and "id" in node


def _is_thread(node: Any) -> bool:
    held = mapping(mapping(node).get("items"))
    if "id" not in mapping(node) or not isinstance(held.get("data"), list):
        return False
    return all_are(held["data"], _is_item) if held["data"] else "has_more" in held and "status" in node


def _thread(run: Run, node: Mapping[str, Any], path: str) -> None:
    run.session_id = run.session_id or text(node, "id")
    for index, item in enumerate(items(node.get("items"), "data")):
        _item(run, mapping(item), f"{path}['items']['data'][{index}]")


def _item(run: Run, node: Mapping[str, Any], path: str, begins: bool = False) -> None:
    """One that begins is told again when it is done; of a text the pieces have told it."""
    run.session_id = run.session_id or text(node, "thread_id")
    run.note(mapping(node.get("inference_options")), model="model")
    kind, own = _kind(node), text(node, "id")
    if begins and kind not in _SPEAKS:
        return
    known = (ChatKit.name, own) in run.memory
    run.memory[ChatKit.name, own] = True
    for step in timed(_steps(node, path), node.get("created_at")):
        if known and run.again(step):
            continue
        if kind == "assistant_message":
            run.ended((own, _part_of(step.path)), step)
        else:
            run.answered([step])


def _part_of(path: str) -> str:
    """The number of the part of a message at this path: `$['item']['content'][0]['text']`."""
    return path.rpartition("['content'][")[2].partition("]")[0]


def _steps(node: Mapping[str, Any], path: str) -> Iterator[Step]:
    kind, call_id = _kind(node), text(node, "call_id")
    if kind in _SPEAKS:
        yield from _said(node, path, _SPEAKS[kind])
    elif kind == _CALL:
        name = text(node, "name")
        given = arguments_of(node.get("arguments"))
        yield Step(0, StepKind.TOOL_CALL, given, name, call_id, path=path + "['arguments']")
        if node.get("output") is not None:
            gave = result_of(node["output"])
            yield Step(0, StepKind.TOOL_RESULT, gave, name, call_id, path=path + "['output']")
    elif kind == "workflow":
        place = path + "['workflow']['tasks']"
        for index, task in enumerate(items(node.get("workflow"), "tasks")):
            yield from _task(mapping(task), f"{place}[{index}]")
    elif kind == "task":
        yield from _task(mapping(node.get("task")) or node, path + ("['task']" if "task" in node else ""))
    elif kind == "task_group":
        for index, task in enumerate(items(node, "tasks")):
            yield from _task(mapping(task), f"{path}['tasks'][{index}]")
    elif kind == "structured_input":
        yield Step(0, StepKind.EVENT, node.get("inputs"), kind, path=path + "['inputs']")
    elif kind == "widget" and node.get("widget"):
        yield Step(0, StepKind.OUTPUT, node["widget"], path=path + "['widget']")


def _said(node: Mapping[str, Any], path: str, kind: StepKind) -> Iterator[Step]:
    content = node.get("content")
    if isinstance(content, str) and content:
        yield Step(0, kind, content, path=path + "['content']")
    for index, part in enumerate(content if isinstance(content, list) else ()):
        if text(mapping(part), "text"):
            yield Step(0, kind, part["text"], path=f"{path}['content'][{index}]['text']")
    if text(node, "quoted_text"):
        yield Step(0, kind, node["quoted_text"], path=path + "['quoted_text']")


def _task(task: Mapping[str, Any], path: str) -> Iterator[Step]:
    """Of a thought what was thought; of anything else what it was."""
    if text(task, "type") in ("thought", "chatkit.thought") and text(task, "content"):
        yield Step(0, StepKind.THINKING, task["content"], path=path + "['content']")
    elif text(task, "content") or text(task, "title") or task.get("queries"):
        name = text(task, "type")
        told = {key: value for key, value in task.items() if key not in ("type", "status_indicator") and value}
        yield Step(0, StepKind.EVENT, told, name, path=path)


def _updated(run: Run, own: str, update: Mapping[str, Any], path: str) -> None:
    kind = text(update, "type")
    number = update.get("content_index")
    part = str(number) if isinstance(number, int) else "0"
    if kind.endswith("text_delta"):
        run.delta((own, part), StepKind.OUTPUT, update, "delta", path)
    elif kind == "widget.streaming_text.value_delta":
        run.delta((own, text(update, "component_id")), StepKind.OUTPUT, update, "delta", path)
    elif kind == "assistant_message.content_part.done" and text(mapping(update.get("content")), "text"):
        step = Step(0, StepKind.OUTPUT, update["content"]["text"], path=path + "['content']['text']")
        run.ended((own, part), step)
        run.memory[ChatKit.name, own] = True
    elif kind.startswith("workflow.task."):
        run.memory[ChatKit.name, own] = True
        run.once(_task(mapping(update.get("task")), path + "['task']"))


def _asked(run: Run, kind: str, params: Mapping[str, Any], path: str) -> None:
    run.session_id = run.session_id or text(params, "thread_id")
    given = mapping(params.get("input"))
    run.note(mapping(given.get("inference_options")), model="model")
    run.answered(_said(given, path + "['input']", StepKind.PROMPT))
    if kind == "threads.add_client_tool_output":
        run.answered([Step(0, StepKind.TOOL_RESULT, result_of(params.get("result")), path=path + "['result']")])
    elif params.get("action"):
        run.answered([Step(0, StepKind.EVENT, params["action"], kind, path=path + segment("action"))])
