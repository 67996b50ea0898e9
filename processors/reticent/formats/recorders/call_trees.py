"""Recorders that keep calls within calls: Galileo (`spans` of a trace), Humanloop (`children` of a log), promptflow
(`api_calls` of a run, with their `children`). One reader, and a row for each.

https://docs.galileo.ai/sdk-api/logging/logging-basics
https://humanloop.com/docs/v5/api/logs
https://microsoft.github.io/promptflow/concepts/concept-flows.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ...model import Trace
from ..providers.blocks import identity, items, mapping, text
from ..tracing import recorded
from ..tracing.conventions import trace_of
from ..tracing.grouped import GroupedFormat, Item, alone, each, listed
from ..tracing.recorded import Names, Part, Record
from ..tracing.spans import Span
from ..tree import escaped_name

_DEEPEST, _MOST = 64, 10_000
"""Calls in one another, and of one trace."""
Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tree:
    """`tells`: whether an object is a call. `inner`: lists of the calls in it. `type`: of one, as `recorded.TYPES` has
    them. `sent`, `answered`: the first of these that says anything. `about`: the model and its tokens."""

    tells: Callable[[Node], bool]
    inner: Sequence[str]
    type: Callable[[Node], str]
    sent: Sequence[str]
    answered: Sequence[str]
    name: Sequence[str]
    began: Sequence[str]
    ended: Sequence[str]
    error: Callable[[Node], str]
    about: Callable[[Node], Mapping[str, Any]]

    def calls(self, node: Node, path: str) -> Iterator[tuple[Node, str, str]]:
        """(a call, its path, that of the one around it), outer ones first."""
        stack: list[tuple[Any, str, str, int]] = [(node, path, "", 0)]
        left = _MOST
        while stack and left:
            here, place, above, depth = stack.pop()
            if not isinstance(here, dict):
                continue
            left -= 1
            yield here, place, above
            if depth < _DEEPEST:
                below = [
                    (inner, f"{place}['{name}'][{index}]", place, depth + 1)
                    for name in self.inner
                    for index, inner in enumerate(items(here, name))
                ]
                stack += below[::-1]

    def span(self, node: Node, path: str, above: str) -> Span:
        sent, answered = (
            next((name for name in names if node.get(name)), names[0]) for names in (self.sent, self.answered)
        )
        failed = self.error(node)
        own = {"id": path, "parent": above, **({"failed": failed} if failed else {})}
        record = Record(Part(node, path), Part(own, path))
        record.type = self.type(node)
        names = Names(sent, answered, self.began, self.ended, "parent", "metadata", ("failed",), self.name)
        span = record.span(names, self.about(node))
        span.told = path + "['error']" if failed and "error" in node else path if failed else ""
        return span


def _nothing(_: Node) -> str:
    return ""


def _galileo_type(node: Node) -> str:
    return text(node, "type") if text(node, "type") in ("llm", "tool", "retriever") else ""


def _galileo_about(node: Node) -> Mapping[str, Any]:
    metrics = mapping(node.get("metrics"))
    usage = {side: metrics.get(f"num_{side}_tokens") for side in ("input", "output")}
    called = text(node, "tool_call_id")
    about = recorded.about(text(node, "model"), usage) if _galileo_type(node) == "llm" else {}
    return {**about, **({"tool.call.id": called} if called else {})}


_GALILEO = Tree(
    lambda node: node.keys() >= {"input", "spans"} or (
        text(node, "type") in ("llm", "tool", "retriever") and node.keys() >= {"input", "output", "metrics"}),
    ("traces", "spans"), _galileo_type, ("input",), ("output",), ("name",), ("created_at",), ("ended_at",), _nothing,
    _galileo_about,
)  # fmt: skip


_LOGGED = ("prompt", "tool", "flow", "agent", "evaluator")


def _humanloop_type(node: Node) -> str:
    kind = next((name for name in _LOGGED if isinstance(node.get(name), dict)), "")
    return {"prompt": "llm", "tool": "tool"}.get(kind, "")


def _humanloop_about(node: Node) -> Mapping[str, Any]:
    usage = {"input": node.get("prompt_tokens"), "output": node.get("output_tokens")}
    prompt = mapping(node.get("prompt"))
    called = mapping(mapping(node.get("tool")).get("function"))
    named = text(called, "name") or text(mapping(node.get("tool")), "path").rpartition("/")[2]
    about = recorded.about(text(prompt, "model"), usage) if prompt else {}
    return {**about, **({"tool.name": named} if named else {})}


_HUMANLOOP = Tree(
    lambda node: any(
        isinstance(node.get(name), dict) and ("path" in node[name] or "version_id" in node[name]) for name in _LOGGED
    ) and any(name in node for name in ("output", "output_message", "messages", "inputs")),
    ("children",), _humanloop_type, ("messages", "inputs"), ("output_message", "output"), ("name",), ("start_time",),
    ("end_time",), lambda node: text(node, "error"), _humanloop_about,
)  # fmt: skip


def _promptflow_type(node: Node) -> str:
    """Nodes of a flow are tools to it, whatever they do."""
    kind = text(node, "type").lower()
    if kind == "llm":
        return "llm"
    return "tool" if kind == "tool" and not any(_calls_model(inner) for inner in items(node, "children")) else ""


def _calls_model(node: Any, depth: int = 8) -> bool:
    inner = mapping(node)
    return text(inner, "type").lower() == "llm" or (
        depth > 0 and any(_calls_model(each, depth - 1) for each in items(inner, "children"))
    )


def _promptflow_about(node: Node) -> Mapping[str, Any]:
    if text(node, "type").lower() != "llm":
        return {}
    output = mapping(node.get("output"))
    model = text(output, "model") or text(mapping(node.get("inputs")), "model")
    return recorded.about(model, output.get("usage"))


_PROMPTFLOW = Tree(
    lambda node: "api_calls" in node and "inputs" in node,
    ("api_calls", "children"), _promptflow_type, ("inputs",), ("output", "result"), ("name", "node_name", "node"),
    ("start_time",), ("end_time",), lambda node: text(mapping(node.get("error")), "message"), _promptflow_about,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Recorder:
    """`lists`: names of lists of records. `ids`, `sessions`: what may name the trace, and the session. `within`: the
    name of the object of a record that holds the call."""

    tree: Tree
    lists: Sequence[str]
    ids: Sequence[str]
    sessions: Sequence[str] = ()
    within: str = ""

    def tells(self, node: Node) -> bool:
        return self.tree.tells(mapping(node.get(self.within)) if self.within else node)

    def find(self, tree: Any) -> Iterator[Item]:
        for item in listed(self.tells, *self.lists)(tree):
            yield Item(item.node, item.path, item.place, tree if isinstance(tree, dict) else None)

    def read(self, item: Item) -> Trace:
        node, path = mapping(item.node.get(self.within)) if self.within else item.node, item.path
        path += escaped_name(self.within) if self.within else ""
        spans = [self.tree.span(*call) for call in self.tree.calls(node, path)]
        for before, span in pairwise(spans):  # what does not say when it began did so behind what stands before it
            span.at = span.at or before.at
            span.until = span.until or span.at
        told = trace_of(identity(node, *self.ids), spans, first=recorded.read_typed)
        named = (identity(mapping(each), *self.sessions) for each in (node, item.above))
        told.session_id = told.session_id or next(filter(None, named), "")
        return told


def _format(name: str, wants: str, recorder: _Recorder, *members: Any) -> GroupedFormat:
    return GroupedFormat(
        name, frozenset((*members, *recorder.lists)), wants, recorder.find, each(recorder.find), alone(recorder.read),
        ties=() if recorder.within else tuple(recorder.ids), holding=frozenset(recorder.lists),
    )  # fmt: skip


GALILEO = _format(
    "galileo", "traces with their `spans`: one, a list, or `traces`",
    _Recorder(_GALILEO, ("traces", "spans", "records"), ("id", "trace_id"), ("session_id",)),
    frozenset({"type", "input"}),
)  # fmt: skip
HUMANLOOP = _format(
    "humanloop", "logs of prompts, tools, flows or agents: one, a list, or `records`",
    _Recorder(_HUMANLOOP, ("records", "logs", "data"), ("trace_id", "id"), ("session_id", "session")), *_LOGGED,
)  # fmt: skip
PROMPTFLOW = _format(
    "promptflow", "records of a run, with `run_info` and its `api_calls`: one, or a list",
    _Recorder(_PROMPTFLOW, (), ("root_run_id", "run_id"), within="run_info"), "run_info",
)  # fmt: skip
CALL_TREES = (GALILEO, HUMANLOOP, PROMPTFLOW)
