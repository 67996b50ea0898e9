"""The main job on real engines: publish, authenticate, mask, hold, approve, archive, replay; nothing leaks."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hyperscan
import pytest

from reticent.cli import workspace
from reticent.embedded.stack import Stack as Embedded
from reticent.sinks.migrate import migrate

from .gateway import Gateway, gateway
from .kafka import Stack

pytestmark = pytest.mark.timeout(240)  # the first start on a machine compiles all packs


@pytest.fixture(scope="module")
def running(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """With the shipped packs, and the customers' names as a dictionary."""
    folder = tmp_path_factory.mktemp("gateway")
    names, _ = _customers()
    (folder / "customers.txt").write_text("\n".join(names))
    policy = workspace.POLICY + "dictionaries: [{id: customers, file: customers.txt, category: pii, severity: high}]\n"
    with Embedded(folder, ["clickhouse"]) as embedded:
        assert embedded.dsn is not None
        with gateway(stack, folder, dsn=embedded.dsn, policy=policy) as made:
            migrate(made.settings)
            made.start()
            made.ready(100)
            yield made
            assert made.stop() == 0


def _corpora() -> Path:
    return Path(os.environ.get("RETICENT_CORPORA") or Path(__file__).resolve().parents[3] / "shared" / "corpora")


def _customers() -> tuple[list[str], Path | None]:
    """Known identifiers and where the recorded runs are; made ones where there are none."""
    folder = _corpora() / "agent-trajectories"
    if not (folder / "airline-customers.json").is_file():
        return _MADE, None
    entries: dict[str, None] = {}
    for customer in _people(json.loads((folder / "airline-customers.json").read_text())):
        for value in _identifiers(customer):
            entries[value] = None
    return list(entries), folder


_MADE = ["Mia Quagga", "mia.quagga@example.com", "12 Zebra Lane", "1984-05-12", "credit_card_4711471"]


def _people(tree: Any) -> list[dict[str, Any]]:
    return list(tree.values()) if isinstance(tree, dict) else tree


def _identifiers(customer: dict[str, Any]) -> list[str]:
    """Whole names, mail and street addresses, birth dates and payment ids, wherever the file keeps them."""
    found: list[str] = []
    name = customer.get("name")
    if isinstance(name, dict):
        found.append(" ".join(str(part) for part in name.values()))
    elif isinstance(name, str):
        found.append(name)
    found += [customer[key] for key in ("email", "dob", "birth_date") if isinstance(customer.get(key), str)]
    address = customer.get("address")
    if isinstance(address, dict):
        found += [value for key, value in address.items() if key.startswith("address") and value]
    elif isinstance(address, str):
        found.append(address)
    payments = customer.get("payment_methods") or customer.get("payment_ids") or ()
    found += list(payments)
    return [value for value in found if isinstance(value, str) and len(value) >= 3]


def test_the_main_job(running: Gateway, tmp_path: Path) -> None:
    secrets = [f"password = {uuid.uuid4().hex[:9]}Qz{n}" for n in range(3)]
    held = {
        "trace_id": "held-1",
        "session_id": "s-held",
        "steps": [{"kind": "tool_result", "content": "\n".join(secrets)}],
    }
    plain = {
        "trace_id": "plain-1",
        "session_id": "s-plain",
        "steps": [{"kind": "prompt", "content": "mail ana@example.org"}],
    }
    for name, document in (("held", held), ("plain", plain)):
        (tmp_path / f"{name}.json").write_text(json.dumps(document))
    (released,) = running.rows("produce", str(tmp_path / "plain.json"), "--wait")
    assert released["verdict"] == "released" and released["findings"] == {"pii": 1}
    (waiting,) = running.rows("produce", str(tmp_path / "held.json"), "--wait")
    assert waiting["verdict"] == "held"
    identifier = waiting["approval_id"]
    assert [row["approval_id"] for row in running.rows("approvals", "list")] == [identifier]

    own = running.cli("approvals", "approve", identifier, who="producer", check=False)
    assert own.status == 2 and "does not count" in own.stderr
    outsider = running.cli("approvals", "approve", identifier, who="outsider", check=False)
    assert outsider.status == 2
    stranger = running.cli("approvals", "approve", identifier, who="second", check=False)
    assert stranger.status == 2
    running.cli("approvals", "approve", identifier, "--reason", "looked at it", who="approver")
    assert running.cli("approvals", "wait", identifier).status == 0

    running.until("SELECT count() FROM traces WHERE verdict = 'released' AND trace_id IN ('held-1', 'plain-1')", 2)
    running.until("SELECT count() FROM steps WHERE trace_id = 'held-1'", 1)
    (trace,) = running.sql("SELECT * FROM traces WHERE trace_id = 'held-1'")
    assert trace["approval_id"] == identifier
    (step,) = running.rows("replay", "s-held")
    assert step["content"].count("[REDACTED:") == 3
    assert running.rows("audit", "query", "SELECT count() AS n FROM approvals WHERE event = 'approved'")[0]["n"] == 1
    left = b"\n".join(running.everything())
    assert not [value for value in secrets if value.partition(" = ")[2].encode() in left]


def test_recorded_runs_leave_nothing_of_the_customers(running: Gateway, tmp_path: Path) -> None:
    identifiers, corpus = _customers()
    if corpus is None:
        runs = tmp_path / "runs.json"
        text = ", ".join(identifiers)
        runs.write_text(json.dumps([{"traj": [{"role": "user", "content": f"run {n}: {text}"}]} for n in range(20)]))
    else:
        runs = corpus / "airline-dev.json"
    count = len(json.loads(runs.read_text()))
    verdicts = running.rows("produce", str(runs), "--select", "$[*].traj", "--session", "recorded", "--wait")
    assert len(verdicts) == count
    assert {verdict["verdict"] for verdict in verdicts} <= {"released", "held"}
    released = sum(verdict["verdict"] == "released" for verdict in verdicts)
    running.until("SELECT count() FROM traces WHERE session_id = 'recorded'", count)
    running.until("SELECT uniqExact(source) FROM steps WHERE session_id = 'recorded'", released)
    left = b"\n".join(running.everything()).lower()
    assert found(identifiers, left) == []


def found(values: list[str], text: bytes) -> list[str]:
    """Which of them are in the text; by Hyperscan's literal search, since one after the other takes long."""
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    patterns = [value.lower().encode() for value in values]
    database.compile(
        expressions=patterns, ids=list(range(len(values))), flags=hyperscan.HS_FLAG_SINGLEMATCH, literal=True
    )
    hits: set[int] = set()
    database.scan(text, match_event_handler=lambda number, *_: hits.add(number))
    return [values[number] for number in sorted(hits)]


def test_the_search_itself_finds() -> None:
    assert found(["Ana", "Ben", "b.c"], b"it was ben, b-c") == ["Ben"]
