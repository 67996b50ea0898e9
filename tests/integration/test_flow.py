"""The main job on real engines: publish, authenticate, mask, hold, approve, archive, replay; nothing leaks."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from reticent.cli import workspace
from reticent.embedded.stack import Stack as Embedded
from reticent.model import Topic
from reticent.settings import Settings, load
from reticent.sinks import query
from reticent.sinks.migrate import migrate
from reticent.stream import topics
from reticent.stream.connection import read
from reticent.stream.topics import TopicNames

from .kafka import Stack, free_port

SECONDS = 60.0


@dataclass
class Gateway:
    """A worker that runs, and the command line against it."""

    folder: Path
    config: Path
    settings: Settings

    def cli(self, *arguments: str, who: str = "producer", check: bool = True) -> subprocess.CompletedProcess[str]:
        environ = {**os.environ, "RETICENT_TOKEN": (self.folder / f"{who}.jwt").read_text()}
        command = [sys.executable, "-m", "reticent.cli.main", *arguments, "--config", str(self.config)]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120, check=False)
        assert not check or done.returncode in (0, 1), done.stderr
        return done

    def rows(self, *arguments: str, who: str = "producer") -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.cli(*arguments, "--json", who=who).stdout.splitlines()]

    def sql(self, statement: str) -> list[dict[str, Any]]:
        return query.query(self.settings.clickhouse, statement)

    def until(self, statement: str, wanted: int) -> None:
        """Until the archive has caught up."""
        deadline = time.monotonic() + SECONDS
        while (found := next(iter(self.sql(statement)[0].values()))) != wanted:
            assert time.monotonic() < deadline, f"{found} and not {wanted}: {statement}"
            time.sleep(0.3)

    def everything(self) -> list[bytes]:
        """All that left the gateway: records, rows, log lines."""
        names = TopicNames(self.settings)

        async def records() -> list[bytes]:
            found = []
            for topic in Topic:
                if topic is not Topic.RAW:
                    async for record in read(self.settings.kafka, names.all(topic)):
                        parts = [record.key or b"", record.value or b"", *(value for _, value in record.headers)]
                        found.append(b"\0".join(parts))
            return found

        rows = [
            msgspec.json.encode(row)
            for name in ("traces", "steps", "findings", "approvals", "audit")
            for row in self.sql(f"SELECT * FROM {name}")
        ]
        return [*asyncio.run(records()), *rows, (self.folder / "worker.log").read_bytes()]


PEOPLE = [
    workspace.Person("producer", "svc-support", "acme", "support-agent"),
    workspace.Person("second", "svc-deploy", "globex", "deploy-agent"),
    workspace.Person("approver", "noor@acme.example", "acme", "reticent-cli", ("security",)),
    workspace.Person("outsider", "max@acme.example", "acme", "reticent-cli", ("sales",)),
]


@pytest.fixture(scope="module")
def gateway(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("gateway")
    names, corpus = _customers()
    (folder / "customers.txt").write_text("\n".join(names))
    policy = workspace.POLICY + "dictionaries: [{id: customers, file: customers.txt, category: pii, severity: high}]\n"
    with Embedded(folder, ["clickhouse"]) as embedded:
        assert embedded.dsn is not None
        bind = f"127.0.0.1:{free_port()}"
        place = workspace.make(folder, PEOPLE, bootstrap=stack.bootstrap, dsn=embedded.dsn, bind=bind, policy=policy)
        tree = yaml.safe_load(place.config.read_text())
        prefix = uuid.uuid4().hex[:8]
        tree["kafka"] |= {"group": prefix, "session_timeout": 6.0}
        tree["topics"] = {topic.value: f"{prefix}.{topic.value}" for topic in Topic}
        place.config.write_text(yaml.safe_dump(tree))
        settings = load(place.config, {})
        asyncio.run(topics.init(settings, 2))
        migrate(settings)
        with (folder / "worker.log").open("wb") as log:
            command = [sys.executable, "-m", "reticent.cli.main", "worker", "--config", str(place.config)]
            worker = subprocess.Popen(command, stdout=log, stderr=log)
            try:
                yield Gateway(folder, place.config, settings)
                worker.terminate()
                assert worker.wait(40) == 0
            finally:
                worker.kill()
                worker.wait()
    del corpus


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


def test_the_main_job(gateway: Gateway, tmp_path: Path) -> None:
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
    (released,) = gateway.rows("produce", str(tmp_path / "plain.json"), "--wait")
    assert released["verdict"] == "released" and released["findings"] == {"pii": 1}
    (waiting,) = gateway.rows("produce", str(tmp_path / "held.json"), "--wait")
    assert waiting["verdict"] == "held"
    identifier = waiting["approval_id"]
    assert [row["approval_id"] for row in gateway.rows("approvals", "list")] == [identifier]

    own = gateway.cli("approvals", "approve", identifier, who="producer", check=False)
    assert own.returncode == 2 and "does not count" in own.stderr
    outsider = gateway.cli("approvals", "approve", identifier, who="outsider", check=False)
    assert outsider.returncode == 2
    stranger = gateway.cli("approvals", "approve", identifier, who="second", check=False)
    assert stranger.returncode == 2
    gateway.cli("approvals", "approve", identifier, "--reason", "looked at it", who="approver")
    assert gateway.cli("approvals", "wait", identifier).returncode == 0

    gateway.until("SELECT count() FROM traces WHERE verdict = 'released' AND trace_id IN ('held-1', 'plain-1')", 2)
    gateway.until("SELECT count() FROM steps WHERE trace_id = 'held-1'", 1)
    (trace,) = gateway.sql("SELECT * FROM traces WHERE trace_id = 'held-1'")
    assert trace["approval_id"] == identifier
    (step,) = gateway.rows("replay", "s-held")
    assert step["content"].count("[REDACTED:") == 3
    assert gateway.rows("audit", "query", "SELECT count() AS n FROM approvals WHERE event = 'approved'")[0]["n"] == 1
    assert not [
        value for value in secrets if any(value.partition(" = ")[2].encode() in left for left in gateway.everything())
    ]


def test_recorded_runs_leave_nothing_of_the_customers(gateway: Gateway, tmp_path: Path) -> None:
    identifiers, corpus = _customers()
    if corpus is None:
        runs = tmp_path / "runs.json"
        text = ", ".join(identifiers)
        runs.write_text(json.dumps([{"traj": [{"role": "user", "content": f"run {n}: {text}"}]} for n in range(20)]))
    else:
        runs = corpus / "airline-dev.json"
    count = len(json.loads(runs.read_text()))
    verdicts = gateway.rows("produce", str(runs), "--select", "$[*].traj", "--session", "recorded", "--wait")
    assert len(verdicts) == count
    assert {verdict["verdict"] for verdict in verdicts} <= {"released", "held"}
    released = sum(verdict["verdict"] == "released" for verdict in verdicts)
    gateway.until("SELECT count() FROM traces WHERE session_id = 'recorded'", count)
    gateway.until("SELECT uniqExact(source) FROM steps WHERE session_id = 'recorded'", released)
    left = b"\n".join(gateway.everything()).lower()
    assert [value for value in identifiers if value.lower().encode() in left] == []
