"""What a graph streams is told once, in whatever modes it comes, and masked as far as each event has got."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reticent.formats.document import Document
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import Topic

from ..judging import Judge, verdict_of
from .laws import check_read_masked_and_written

RUN = [("prompt", "hello"), ("tool_call", {"q": "two"}), ("tool_result", "done"), ("output", "so it is")]
_PLAIN = {"additional_kwargs": {}, "response_metadata": {"model_name": "m"}}
_USAGE = {"input_tokens": 12, "output_tokens": 3, "total_tokens": 15}


def _ai(said: str, *calls: Any, **more: Any) -> dict[str, Any]:
    return {"content": said, **_PLAIN, "type": "ai", "id": "m2" if calls else "m4", "tool_calls": list(calls),
            "invalid_tool_calls": [], "usage_metadata": _USAGE, **more}  # fmt: skip


def call(said: str = "two") -> dict[str, Any]:
    return {"name": "f", "args": {"q": said}, "id": "c1", "type": "tool_call"}


HUMAN = {"content": "hello", **_PLAIN, "type": "human", "name": None, "id": "m1"}
RESULT = {
    "content": "done",
    **_PLAIN,
    "type": "tool",
    "name": "f",
    "id": "m3",
    "tool_call_id": "c1",
    "status": "success",
}
SAID = [HUMAN, _ai("", call()), RESULT, _ai("so it is")]
META = {"langgraph_step": 1, "langgraph_node": "agent", "thread_id": "s1", "ls_model_name": "m"}


def chunk(identity: str, said: str = "", args: str = "", first: bool = False) -> list[Any]:
    """As the core's packages write it: pieces of a call's arguments come twice."""
    piece = {"name": "f" if first else None, "args": args, "id": "c1" if first else None, "index": 0}
    whole = [call(args.partition(': "')[2])] if first else []
    again = [{"name": None, "args": args, "id": None}] if args and not first else []
    message = {"content": said, **_PLAIN, "type": "AIMessageChunk", "id": identity, "usage_metadata": None,
               "tool_calls": whole if args else [], "tool_call_chunks": [piece] if args else [],
               "invalid_tool_calls": again}  # fmt: skip
    return [message, META]


_NODES = ("start", "agent", "tools", "agent")
UPDATES = [{node: {"messages": [message]}} for node, message in zip(_NODES, SAID, strict=True)]
VALUES = [{"messages": SAID[: at + 1]} for at in range(4)]
TASKS = [
    {"id": "t1", "name": "agent", "input": {"messages": [HUMAN]}, "triggers": ["branch:to:agent"]},
    {"id": "t1", "name": "agent", "error": None, "result": {"messages": [SAID[1]]}, "interrupts": []},
    {"id": "t2", "name": "tools", "error": None, "result": [["messages", [RESULT]]], "interrupts": []},
    {"id": "t3", "name": "agent", "error": None, "result": {"messages": SAID[3]}, "interrupts": []},
]
DEBUG = [{"type": "task" if "input" in task else "task_result", "timestamp": "2026-11-24T08:00:00Z", "step": 1,
          "payload": task} for task in TASKS]  # fmt: skip
MESSAGES = [
    [HUMAN, META], chunk("m2", args='{"q": "t', first=True), chunk("m2", args='wo"}'), [RESULT, META],
    chunk("m4", "so it"), chunk("m4", " is"),
]  # fmt: skip
MODES = {"updates": UPDATES, "values": VALUES, "tasks": TASKS, "debug": DEBUG, "messages": MESSAGES}
_PARTIAL = [
    ("metadata", {"run_id": "r1", "attempt": 1}), ("messages/complete", [HUMAN]),
    ("messages/metadata", {"m2": {"metadata": META}}), ("messages/partial", [_ai("", call("t"))]),
    ("messages/partial", [_ai("", call())]), ("messages/complete", [RESULT]), ("messages/partial", [_ai("so")]),
    ("messages/partial", [_ai("so it is")]), ("end", None),
]  # fmt: skip


def lines(documents: list[Any]) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in documents)


def events(*named: tuple[str, Any]) -> bytes:
    return b"".join(f"event: {name}\ndata: {json.dumps(data)}\n\n".encode() for name, data in named)


def opened(payload: bytes) -> Document:
    return open_document(payload, content_type=None, forced=None, limits=Limits())


def _forms() -> dict[str, bytes]:
    every = [(mode, data) for mode, parts in MODES.items() for data in parts]
    forms = {f"{mode} alone": lines(parts) for mode, parts in MODES.items()}
    forms |= {f"{mode} of the server": events(*((mode, data) for data in parts)) for mode, parts in MODES.items()}
    return {
        **forms, "partial": events(*_PARTIAL),
        "in a list": json.dumps([{"type": mode, "ns": [], "data": data} for mode, data in every]).encode(),
        "tuples": lines([[mode, data] for mode, data in every]),
        "of graphs within": lines([[["a:1"], mode, data] for mode, data in every]),
        "of the client": lines([{"event": f"{mode}|a:1", "data": data, "id": None} for mode, data in every]),
    }  # fmt: skip


FORMS = _forms()


@pytest.mark.parametrize("form", FORMS)
def test_each_message_is_a_step_once_in_whatever_modes_it_comes(form: str) -> None:
    (trace,) = opened(FORMS[form]).traces()
    assert [(step.kind.value, step.content) for step in trace.steps] == RUN
    assert [(step.name, step.call_id) for step in trace.steps[1:3]] == [("f", "c1"), ("f", "c1")]
    assert trace.steps[2].parent == 1
    check_read_masked_and_written(lambda: opened(FORMS[form]))
    assert trace.attributes.get("model", "m") == "m"
    assert trace.attributes.get("usage", {}).get("input_tokens", 24) in (12, 24)


def test_what_no_message_says_is_an_event_or_an_error() -> None:
    said = events(
        ("updates", {"plan": {"todo": ["look"], "messages": []}}), ("updates", {"__interrupt__": [{"value": "sure?"}]}),
        ("custom", {"progress": 1}), ("error", {"error": "ValueError", "message": "no key"}),
        ("tasks", {**TASKS[1], "result": None, "error": "it broke"}),
    )  # fmt: skip
    (trace,) = opened(events(("updates", UPDATES[0])) + said).traces()
    assert [(step.kind.value, step.name) for step in trace.steps[1:]] == [
        ("other", ""), ("other", ""), ("event", "custom"), ("error", "ValueError"), ("error", "agent"),
    ]  # fmt: skip
    listed = [
        {"type": "updates", "ns": [], "data": {"plan": {"todo": ["look"]}}},
        {"type": "custom", "ns": [], "data": {}},
    ]
    (trace,) = opened(json.dumps(listed).encode()).traces()
    assert (trace.steps[0].kind.value, trace.steps[0].name, trace.steps[0].content) == (
        "event",
        "plan",
        {"todo": ["look"]},
    )


@pytest.mark.parametrize("other", [
    {"values": {"messages": SAID}, "next": [], "config": {}}, {"a": {"messages": [{"role": "user", "content": "x"}]}},
    {"agent": {"messages": [HUMAN]}, "name": "x"}, ["updates"], ["updates", {}, {}], [[], {}, {}], [HUMAN, HUMAN],
    {"event": "end"}, {"type": "task", "payload": {}}, {"id": "t", "name": "x", "input": {}}, {},
])  # fmt: skip
def test_what_only_looks_like_a_part_is_none(other: Any) -> None:
    assert opened(json.dumps(other).encode()).format != "langgraph-events"


@pytest.mark.parametrize("form", ["messages", "partial"])
def test_what_was_said_so_far_and_what_is_said_twice_is_masked_alike(form: str) -> None:
    """The beginning of an address is part of none yet."""
    secret, said = "ann.marlow@" + "corp-mail.com", []
    for size in range(7, 33, 4):
        upto = f"ask {secret}"[:size]
        piece = upto[max(0, size - 4) if size > 7 else 0 :]
        if form == "partial":
            said += [("messages/partial", [_ai("", call(upto))]), ("messages/partial", [_ai(upto)])]
        else:
            start = '{"q": "' if size == 7 else ""
            said += [("messages", chunk("m2", args=start + piece, first=size == 7)), ("messages", chunk("m4", piece))]
    judge = Judge("version: 1\npacks: [pii]\napprovals: {groups: [security]}\n")
    (out,) = judge(judge.record(events(*said)))
    assert verdict_of(out).verdict == "released"
    content = getattr(out[Topic.SANITIZED].value, "content", b"")
    assert content.count(b"[REDACTED:email:") >= 2
    for piece in (b"ann", b"marl", b"ow@c", b"corp"):
        assert piece not in content


def test_pairs_of_a_graph_within_a_graph_are_read_in_one_list_too() -> None:
    def chunk(content: str) -> dict[str, Any]:
        kwargs = {"content": content, "id": "run-1", "tool_calls": [], "tool_call_chunks": []}
        names = ["langchain_core", "messages", "AIMessageChunk"]
        return {"lc": 1, "type": "constructor", "id": names, "kwargs": kwargs}

    beside = {"langgraph_step": 1, "langgraph_node": "agent", "ls_model_name": "m"}
    pairs = [[["team:1", "agent:2"], [chunk(word), beside]] for word in ("he", "llo")]
    for tree in (pairs, [pair for _, pair in pairs], [["messages", pair] for _, pair in pairs]):
        document = open_document(json.dumps(tree).encode(), content_type=None, forced=None, limits=Limits())
        (trace,) = document.traces()
        assert document.format == "langgraph-events"
        assert [(step.kind.value, step.content) for step in trace.steps] == [("output", "hello")]
