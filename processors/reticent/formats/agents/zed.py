"""Zed and Amazon Q's command line (Kiro): threads whose parts are named by what they hold. And Trae's runs.

https://zed.dev/docs/ai/agent-panel
https://docs.aws.amazon.com/amazonq/latest/qdeveloper-ug/command-line.html
https://github.com/bytedance/trae-agent/blob/main/docs/TRAJECTORY_RECORDING.md
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...model import Step, StepKind
from ..messages import call_step, message_steps, role_of
from ..providers.blocks import ASKED, all_are, items, mapping, result_of, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from ..tree import escaped_name
from .timed import timed

_TURNS: Mapping[str, StepKind] = {"User": StepKind.PROMPT, "Agent": StepKind.OUTPUT}


class Zed(Provider):
    name = "zed"
    members = frozenset({frozenset({"messages", "version"})})
    holding = frozenset({"messages"})

    def claims(self, document: Any) -> bool:
        held = items(document, "messages")[:ASKED]
        turns = [each for each in held if not isinstance(each, str)]  # "Resume" stands between them
        return all_are(turns, _is_turn) and "version" in document

    def feed(self, run: Run, path: str, document: Any) -> None:
        run.note(mapping(mapping(document).get("model")), model="model")
        for index, each in enumerate(items(document, "messages")):
            place = f"{path}['messages'][{index}]"
            if "segments" in mapping(each):
                run.answered(_segments(mapping(each), place))
            for name, kind in _TURNS.items():
                run.answered(_turn(mapping(mapping(each).get(name)), place + segment(name), kind))


def _is_turn(node: Any) -> bool:
    if not isinstance(node, dict):
        return False
    return (len(node) == 1 and not _TURNS.keys().isdisjoint(node)) or isinstance(node.get("segments"), list)


def _turn(node: Mapping[str, Any], path: str, kind: StepKind) -> Iterator[Step]:
    results = mapping(node.get("tool_results"))
    for index, part in enumerate(items(node, "content")):
        inner, place = mapping(part), f"{path}['content'][{index}]"
        if text(inner, "Text"):
            yield Step(0, kind, inner["Text"], path=place + "['Text']")
        elif isinstance(inner.get("Mention"), dict) and text(inner["Mention"], "content"):
            yield Step(0, StepKind.RETRIEVAL, inner["Mention"]["content"], path=place + "['Mention']['content']")
        elif isinstance(inner.get("Thinking"), dict):
            yield Step(0, StepKind.THINKING, text(inner["Thinking"], "text"), path=place + "['Thinking']['text']")
        elif isinstance(inner.get("RedactedThinking"), str):
            yield Step(0, StepKind.THINKING, inner["RedactedThinking"], path=place + "['RedactedThinking']")
        elif isinstance(inner.get("ToolUse"), dict):
            yield call_step(inner["ToolUse"], place + "['ToolUse']")
    for name, result in results.items():
        if isinstance(result, dict):
            yield _result(result, f"{path}['tool_results']{escaped_name(name)}")


def _result(node: Mapping[str, Any], path: str) -> Step:
    content = node.get("content")
    said = mapping(content).get("Text", content)
    if isinstance(said, dict):
        said = said.get("text", "")  # a layer further in, or an image
    failed = {"error": True} if node.get("is_error") is True else {}
    return Step(0, StepKind.TOOL_RESULT, result_of(said), text(node, "tool_name"), text(node, "tool_use_id"), path=path,
                attributes=failed)  # fmt: skip


def _segments(node: Mapping[str, Any], path: str) -> Iterator[Step]:
    """As it was kept before."""
    kind = role_of(node)
    for index, each in enumerate(items(node, "segments")):
        told = StepKind.THINKING if text(mapping(each), "type") == "thinking" else kind
        if text(mapping(each), "text"):
            yield Step(0, told, each["text"], path=f"{path}['segments'][{index}]['text']")
    for index, each in enumerate(items(node, "tool_uses")):
        yield call_step(mapping(each), f"{path}['tool_uses'][{index}]")
    for index, each in enumerate(items(node, "tool_results")):
        yield _result(mapping(each), f"{path}['tool_results'][{index}]")


class AmazonQ(Provider):
    name = "amazon-q"
    members = frozenset({"history"})
    holding = members

    def claims(self, document: Any) -> bool:
        return isinstance(document, dict) and all_are(items(document, "history"), _is_exchange)

    def feed(self, run: Run, path: str, document: Any) -> None:
        run.session_id = run.session_id or text(mapping(document), "conversation_id")
        for index, each in enumerate(items(document, "history")):
            user, place = mapping(mapping(each).get("user")), f"{path}['history'][{index}]"
            run.answered(timed(_asked(user, place + "['user']['content']"), user.get("timestamp")))
            for name, answer in mapping(mapping(each).get("assistant")).items():
                run.answered(_answered(mapping(answer), f"{place}['assistant']{escaped_name(name)}"))


def _is_exchange(node: Any) -> bool:
    user, answer = (mapping(mapping(node).get(name)) for name in ("user", "assistant"))
    return isinstance(user.get("content"), dict) and not {"ToolUse", "Response"}.isdisjoint(answer)


def _asked(user: Mapping[str, Any], path: str) -> Iterator[Step]:
    for name, content in mapping(user.get("content")).items():
        inner, place = mapping(content), path + escaped_name(name)
        if text(inner, "prompt"):
            yield Step(0, StepKind.PROMPT, inner["prompt"], path=place + "['prompt']")
        for index, each in enumerate(items(inner, "tool_use_results")):
            said = _blocks(items(each, "content"))
            failed = {"error": True} if text(mapping(each), "status") == "Error" else {}
            yield Step(0, StepKind.TOOL_RESULT, said, call_id=text(mapping(each), "tool_use_id"), attributes=failed,
                       path=f"{place}['tool_use_results'][{index}]")  # fmt: skip


def _blocks(blocks: Sequence[Any]) -> Any:
    said = [mapping(each).get("Text", mapping(each).get("Json")) for each in blocks]
    return said[0] if len(said) == 1 else said


def _answered(node: Mapping[str, Any], path: str) -> Iterator[Step]:
    if text(node, "content"):
        yield Step(0, StepKind.OUTPUT, node["content"], path=path + "['content']")
    for index, each in enumerate(items(node, "tool_uses")):
        yield call_step(mapping(each), f"{path}['tool_uses'][{index}]")


class Trae(Provider):
    name = "trae"
    members = frozenset({"agent_steps"})
    holding = members

    def claims(self, document: Any) -> bool:
        return isinstance(document, dict) and all_are(items(document, "agent_steps"), _is_step)

    def feed(self, run: Run, path: str, document: Any) -> None:
        """Models' calls on their own (`llm_interactions`) say what the steps do."""
        node = mapping(document)
        run.note(node, model="model")
        for index, step in enumerate(items(node, "agent_steps")):
            run.request()
            _step(run, mapping(step), f"{path}['agent_steps'][{index}]")
        if text(node, "final_result"):
            run.once([Step(0, StepKind.OUTPUT, node["final_result"], path=path + "['final_result']")])


def _is_step(node: Any) -> bool:
    return isinstance(node, dict) and "step_number" in node and "llm_messages" in node


def _step(run: Run, node: Mapping[str, Any], path: str) -> None:
    when, calls = node.get("timestamp"), items(node, "tool_calls")
    for index, message in enumerate(items(node, "llm_messages")):
        if isinstance(message, dict):
            run.sent(timed(message_steps(message, f"{path}['llm_messages'][{index}]"), when))
    response, place = mapping(node.get("llm_response")), path + "['llm_response']"
    run.answered(timed(message_steps({"role": "assistant", "content": response.get("content")}, place), when))
    asked = [call_step(mapping(each), f"{path}['tool_calls'][{index}]") for index, each in enumerate(calls)]
    run.answered(timed(asked, when))
    for index, each in enumerate(items(node, "tool_results")):
        result = mapping(each)
        failed = {} if result.get("success") in (True, None) else {"error": True}
        gave = "error" if failed and not result.get("result") else "result"
        run.answered(timed([Step(0, StepKind.TOOL_RESULT, result_of(result.get(gave)), text(result, "name"),
                                 text(result, "call_id"), path=f"{path}['tool_results'][{index}]",
                                 attributes=failed)], when))  # fmt: skip
    for name, kind in (("reflection", StepKind.THINKING), ("error", StepKind.ERROR)):
        if text(node, name):
            run.answered(timed([Step(0, kind, node[name], path=path + segment(name))], when))
