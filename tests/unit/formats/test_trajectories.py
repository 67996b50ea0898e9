"""Recorded runs of agents: each run of a list is a trace with its own verdict, and real ones are read whole."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from reticent.formats.registry import open_document
from reticent.limits import Limits

CORPORA = Path(os.environ.get("RETICENT_CORPORA") or Path(__file__).parents[4] / "shared" / "corpora")
LIMITS = Limits()


def _run(number: int, *contents: str) -> dict[str, Any]:
    roles = ("user", "assistant")
    return {"task_id": f"task-{number}", "reward": 0.5, "traj": [
        {"role": roles[at % 2], "content": content} for at, content in enumerate(contents)]}  # fmt: skip


def test_each_run_is_a_trace_and_can_be_left_out() -> None:
    runs = [_run(1, "a", "b"), _run(2, "a", "c")]
    document = open_document(json.dumps(runs).encode(), content_type=None, forced=None, limits=LIMITS)
    assert document.format == "trajectories"
    assert [(trace.trace_id, [step.content for step in trace.steps]) for trace in document.traces()] == [
        ("task-1", ["a", "b"]), ("task-2", ["a", "c"]),
    ]  # fmt: skip
    owners = dict(zip(document.leaves().texts, document.owners(), strict=True))
    assert [owners[f"content\x01{said}"] for said in "bc"] == [0, 1]
    assert json.loads(document.encode([1])) == runs[1:]


def test_results_of_tau2_are_a_trace_a_simulation() -> None:
    runs = [
        {"id": f"s{number}", "task_id": "1", "messages": _run(number, "a", said)["traj"]}
        for number, said in enumerate("bc")
    ]
    results = {"info": {"num_trials": 2}, "tasks": [{"id": "1"}], "simulations": runs}
    document = open_document(json.dumps(results).encode(), content_type=None, forced=None, limits=LIMITS)
    assert document.format == "trajectories"
    assert [(trace.trace_id, [(step.content, step.path) for step in trace.steps]) for trace in document.traces()] == [
        (
            f"s{number}",
            [(said, f"$['simulations'][{number}]['messages'][{at}]") for at, said in enumerate(("a", other))],
        )
        for number, other in enumerate("bc")
    ]
    assert json.loads(document.encode([1])) == {**results, "simulations": runs[1:]}


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the shared corpora are not here")
def test_real_runs_are_read_whole() -> None:
    payload = (CORPORA / "agent-trajectories" / "airline-dev.json").read_bytes()
    document = open_document(payload, content_type=None, forced=None, limits=LIMITS)
    runs = json.loads(payload)
    assert document.format == "trajectories"
    traces = document.traces()
    assert len(traces) == len(runs)
    for trace, run in zip(traces, runs, strict=True):
        assert sum(len(message.get("tool_calls") or ()) for message in run["traj"]) == sum(
            step.kind == "tool_call" for step in trace.steps
        )
        assert [step.content for step in trace.steps if step.kind in ("prompt", "system")] == [
            message["content"] for message in run["traj"] if message["role"] in ("user", "system")
        ]
        assert all(step.parent is not None for step in trace.steps if step.kind == "tool_result")
