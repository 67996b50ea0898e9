"""Records of several traces: of the run of the contract suite, one with nothing in it, one that many findings hold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..contract.recorded import (
    CHAT,
    LANGFUSE,
    LANGSMITH_OUTPUTS,
    LANGSMITH_RUNS,
    TOOL,
    TRACE,
    WEAVE,
    langsmith_parts,
    multipart,
    printed,
    resource,
    spans,
    traces_proto,
)
from .canary import CANARY

_QUIET: Mapping[str, Any] = {"gen_ai.operation.name": "chat", "gen_ai.prompt": "good morning"}
_IDS = (TRACE, "1" * 32, "2" * 32, "3" * 32)


def batches() -> Iterator[tuple[str, bytes]]:
    """Format and payload."""
    sets: Sequence[Sequence[Mapping[str, Any]]] = ((CHAT, TOOL), (_QUIET,), (CHAT, {**TOOL, **_loud()}), (_QUIET, TOOL))
    by_trace = [spans(*each, trace=trace) for each, trace in zip(sets, _IDS, strict=True)]
    mixed = [span for pair in zip(by_trace[0], by_trace[2], strict=True) for span in pair]
    yield "otlp-traces", _json({"resourceSpans": [resource(*each) for each in by_trace]})
    yield "otlp-traces", _json({"resourceSpans": [resource(*mixed, *by_trace[1]), resource(*by_trace[3])]})
    data = traces_proto(*sets[0])
    for each, trace in zip(sets[1:], _IDS[1:], strict=True):
        data.MergeFrom(traces_proto(*each, trace=trace))
    yield "otlp-traces", data.SerializeToString()
    yield (
        "otel-spans",
        _json([span for each, trace in zip(sets, _IDS, strict=True) for span in printed(*each, trace=trace)]),
    )
    for name, listed in (
        ("langfuse", lambda items: {"batch": items}),
        ("langsmith", lambda items: {"post": items, "patch": []}),
        ("weave", lambda items: {"calls": items}),
    ):
        items = {"langfuse": LANGFUSE["batch"], "langsmith": LANGSMITH_RUNS, "weave": WEAVE}[name]
        yield name, _json(listed([*items, *_other(items, "b"), *_other(items, "c", _loud())]))
    lines = [item for suffix in "ab" for item in (_other(LANGFUSE["batch"], suffix), _other(LANGSMITH_RUNS, suffix))]
    yield "jsonl", b"".join(_json(item) + b"\n" for item in (*lines, {"a": CANARY}))
    second = [(name.replace("r", "s"), media, body.replace(b'"r', b'"s')) for name, media, body in langsmith_parts()]
    third = ("post.u1.inputs", "application/json", _json([_loud(), LANGSMITH_OUTPUTS]))
    yield "langsmith", multipart(*langsmith_parts(), *second, third, lengths=False)


def _loud() -> dict[str, str]:
    return {f"k{number}": f"{CANARY} hello" for number in range(4)}


def _other(items: Sequence[Any], suffix: str, more: Mapping[str, str] | None = None) -> list[Any]:
    """The same with other ids."""
    text = json.dumps(items)
    for name in ("t1", "r1", "r2", "o1", "o2", "c1", "c2"):
        text = text.replace(f'"{name}"', f'"{name}{suffix}"')
    return [{**item, "extra": {"metadata": more}} if more else item for item in json.loads(text)]


def _json(tree: Any) -> bytes:
    return json.dumps(tree).encode()
