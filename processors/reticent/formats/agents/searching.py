"""Agents that keep what they tried as nodes or episodes: the trees of Moatless, and the state of AutoGPT's agents.

https://github.com/aorwall/moatless-tools
https://github.com/Significant-Gravitas/AutoGPT
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import arguments_of, items, mapping, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed

_NODE = frozenset({"action_steps", "user_message", "visits", "action", "completions"})
"""Of these a node of Moatless has one."""
_CLASS, _ENDING = "action_args_class", "Args"
_APART = ("thoughts", _CLASS)
_SEEN = ("message", "summary")
_DEPTH = 100
"""Nodes in one another."""
_HISTORY, _EPISODES = "history", "episodes"


class Moatless(Provider):
    name = "moatless"
    members = frozenset({"nodes", "root", "node_id"})
    holding = frozenset({"nodes", "root"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        nodes = items(document, "nodes") or [document.get("root"), document]
        return any("node_id" in node and not _NODE.isdisjoint(node) for node in map(mapping, nodes[:2]))

    def feed(self, run: Run, path: str, document: Any) -> None:
        for index, node in enumerate(items(document, "nodes")):
            self._tell(run, f"{path}['nodes'][{index}]", node, _DEPTH)
        root = mapping(document).get("root")
        if isinstance(root, dict):
            self._tell(run, path + segment("root"), root, _DEPTH)
        elif "node_id" in mapping(document):
            self._tell(run, path, document, _DEPTH)

    def _tell(self, run: Run, path: str, node: Any, depth: int) -> None:
        if not isinstance(node, dict):
            return
        run.answered(timed(_of_node(node, path), node.get("timestamp")))
        for index, child in enumerate(items(node, "children") if depth else ()):
            self._tell(run, f"{path}['children'][{index}]", child, depth - 1)


def _of_node(node: Mapping[str, Any], path: str) -> Iterator[Step]:
    asked = "user_message" if text(node, "user_message") else "message"
    if text(node, asked):
        yield Step(0, StepKind.PROMPT, node[asked], path=path + segment(asked))
    thought = text(mapping(node.get("thoughts")), "text")
    if thought:
        yield Step(0, StepKind.THINKING, thought, path=path + "['thoughts']['text']")
    if text(node, "assistant_message"):
        yield Step(0, StepKind.OUTPUT, node["assistant_message"], path=path + "['assistant_message']")
    for index, step in enumerate(items(node, "action_steps")):
        yield from _of_action(mapping(step), f"{path}['action_steps'][{index}]")
    if "action_steps" not in node and isinstance(node.get("action"), dict):
        yield from _of_action(node, path)
    if text(node, "error"):
        yield Step(0, StepKind.ERROR, node["error"], path=path + "['error']")


def _of_action(step: Mapping[str, Any], path: str) -> Iterator[Step]:
    """A step, or a node of older ones, which calls what it saw `output`."""
    action, began, ended, name = mapping(step.get("action")), text(step, "start_time"), text(step, "end_time"), ""
    if action:
        thought = text(action, "thoughts")
        if thought:
            yield Step(0, StepKind.THINKING, thought, path=path + "['action']['thoughts']", started_at=began)
        name = text(action, _CLASS).rpartition(".")[2].removesuffix(_ENDING) or text(action, "action_name")
        given = {key: value for key, value in action.items() if key not in _APART}
        yield Step(0, StepKind.TOOL_CALL, given, name, path=path + "['action']", started_at=began)
    place = "observation" if step.get("observation") is not None else "output"
    seen = step.get(place)
    if seen:
        told = next((each for each in _SEEN if text(mapping(seen), each)), "")
        said, where = (seen[told], segment(told)) if told else (seen, "")
        yield Step(0, StepKind.TOOL_RESULT, said, name, path=path + segment(place) + where, started_at=ended)


class AutoGpt(Provider):
    name = "autogpt"
    members = frozenset({_HISTORY, _EPISODES})
    holding = members

    def claims(self, document: Any) -> bool:
        episodes, _ = _episodes(document, "")
        return bool(episodes) and all("action" in mapping(each) and "result" in mapping(each) for each in episodes)

    def feed(self, run: Run, path: str, document: Any) -> None:
        run.session_id = run.session_id or text(mapping(document), "agent_id")
        asked = text(mapping(document), "task")
        run.answered([Step(0, StepKind.PROMPT, asked, path=path + segment("task"))] if asked else [])
        episodes, place = _episodes(document, path)
        for index, episode in enumerate(episodes):
            run.answered(_of_episode(mapping(episode), f"{place}[{index}]"))


def _episodes(document: Any, path: str) -> tuple[Sequence[Any], str]:
    inner = mapping(mapping(document).get(_HISTORY))
    held, place = (inner, path + segment(_HISTORY)) if inner else (mapping(document), path)
    return items(held, _EPISODES), place + segment(_EPISODES)


def _of_episode(episode: Mapping[str, Any], path: str) -> Iterator[Step]:
    action, place = mapping(episode.get("action")), path + "['action']"
    for name in ("thoughts", "reasoning"):
        if action.get(name):
            yield Step(0, StepKind.THINKING, action[name], path=place + segment(name))
    called = mapping(action.get("use_tool")) or action
    given = arguments_of(called.get("arguments", called.get("args")))
    where = place + (segment("use_tool") if called is not action else "")
    yield Step(0, StepKind.TOOL_CALL, given, text(called, "name"), path=where)
    result = mapping(episode.get("result"))
    for name in ("outputs", "reason", "feedback"):
        if result.get(name):
            failed = {"error": True} if text(result, "status") == "error" else {}
            yield Step(0, StepKind.TOOL_RESULT, result[name], text(called, "name"), path=f"{path}['result']['{name}']",
                       attributes=failed)  # fmt: skip
            return
