"""A record of several traces on real engines: each is judged, the released leave together, the held one follows."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reticent.embedded.stack import Stack as Embedded
from reticent.model import Topic
from reticent.sinks.migrate import migrate

from .gateway import Gateway, badge, gateway
from .kafka import Stack

pytestmark = pytest.mark.once


@pytest.fixture
def running(stack: Stack, tmp_path: Path) -> Iterator[Gateway]:
    with Embedded(tmp_path, ["clickhouse"]) as embedded:
        assert embedded.dsn is not None
        with gateway(stack, tmp_path / "gateway", dsn=embedded.dsn) as made:
            migrate(made.settings)
            made.start()
            made.ready()
            yield made
            assert made.stop() == 0


def span(trace: str, said: str) -> dict[str, Any]:
    def messages(role: str, text: str) -> dict[str, str]:
        return {"stringValue": json.dumps([{"role": role, "parts": [{"type": "text", "content": text}]}])}

    given = {
        "gen_ai.operation.name": {"stringValue": "chat"},
        "gen_ai.input.messages": messages("user", said),
        "gen_ai.output.messages": messages("assistant", f"you said {len(said)} letters"),
    }
    return {
        "traceId": trace, "spanId": uuid.uuid4().hex[:16], "name": "chat", "kind": 3,
        "startTimeUnixNano": "1795600000000000000", "endTimeUnixNano": "1795600001000000000",
        "attributes": [{"key": key, "value": value} for key, value in given.items()],
    }  # fmt: skip


def test_each_trace_of_a_batch_of_spans_goes_its_own_way(running: Gateway, tmp_path: Path) -> None:
    first, risky, third = (uuid.uuid4().hex for _ in range(3))
    secrets = [badge() for _ in range(3)]
    spans = [
        span(first, "hello"),
        span(risky, f"{secrets[0]} and {secrets[1]}"),
        span(third, f"it wears {secrets[2]}"),
        span(first, "hello again"),
    ]
    batch = {"resourceSpans": [{"resource": {"attributes": []}, "scopeSpans": [{"scope": {}, "spans": spans}]}]}
    (tmp_path / "batch.json").write_text(json.dumps(batch))

    verdicts = {each["trace_id"]: each for each in running.rows("produce", str(tmp_path / "batch.json"), "--wait")}
    assert {name: each["verdict"] for name, each in verdicts.items()} == {
        first: "released",
        risky: "held",
        third: "released",
    }
    (released,) = running.records(Topic.SANITIZED)
    left = json.loads(released.value or b"")["resourceSpans"][0]["scopeSpans"][0]["spans"]
    assert [each["traceId"] for each in left] == [first, third, first]
    told = json.loads(dict(released.headers)["reticent-traces"])
    assert [each["trace_id"] for each in told] == [first, third]

    running.cli("approvals", "approve", verdicts[risky]["approval_id"], who="approver")
    running.until("SELECT count() FROM traces WHERE verdict = 'released'", 3)
    running.until("SELECT uniqExact(trace_id) FROM steps", 3)
    said = running.sql(f"SELECT kind, content FROM steps WHERE trace_id = '{first}' ORDER BY seq")
    assert [(row["kind"], row["content"]) for row in said] == [
        ("prompt", "hello"),
        ("output", "you said 5 letters"),
        ("prompt", "hello again"),
        ("output", "you said 11 letters"),
    ]
    (held,) = running.rows("replay", risky)[:1]
    assert held["content"].count("[REDACTED:badge:") == 2
    everything = b"\n".join(running.everything())
    assert not [secret for secret in secrets if secret.encode() in everything]
