"""A gateway as people run it: `reticent worker` in processes of its own, its topics and tables, producers and
approvers. It can be killed and started again."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import secrets
import signal
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import psutil
import yaml
from aiokafka import TopicPartition

from reticent.approvals.wire import ApprovalRequest
from reticent.cli import workspace
from reticent.client import Client, Receipt, Submission
from reticent.model import RawRecord, Topic, Verdict
from reticent.settings import Settings, load
from reticent.sinks import query
from reticent.stream import topics
from reticent.stream.connection import admin, producer
from reticent.stream.reading import read
from reticent.stream.topics import TopicNames

from .commands import Done, command
from .kafka import Stack, free_port

SECONDS = 60.0
PEOPLE = [
    workspace.Person("producer", "svc-support", "acme", "support-agent"),
    workspace.Person("second", "svc-deploy", "globex", "deploy-agent"),
    workspace.Person("approver", "noor@acme.example", "acme", "reticent-cli", ("security",)),
    workspace.Person("outsider", "max@acme.example", "acme", "reticent-cli", ("sales",)),
]
QUICK = """version: 1
packs: []
rules:
  - id: badge
    category: secrets
    severity: high
    pattern: 'BADGE-[A-Z]{8}'
    keywords: [badge-]
    examples: {match: [BADGE-AAAAAAAA, BADGE-QWERTYUI], no_match: [BADGE-1, BADGE-aaaa]}
thresholds: [{id: two-badges, when: {category: secrets, distinct: 2}, action: hold}]
approvals: {groups: [security], minimum: 1, expires: EXPIRES}
"""
"""A policy that compiles at once: what is tested is not detection."""

Statement = TypeVar("Statement")


def quick(expires: str = "1h") -> str:
    return QUICK.replace("EXPIRES", expires)


def badge() -> str:
    """A secret made up now."""
    return "BADGE-" + "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(8))


def trace(name: str, content: str = "all is well") -> bytes:
    step = {"kind": "output", "content": content}
    return msgspec.json.encode({"trace_id": name, "session_id": f"s-{name}", "steps": [step]})


def held(name: str) -> bytes:
    """A trace that the quick policy holds."""
    return trace(name, f"{badge()} and {badge()}")


class Gateway:
    """Its worker is started by `start`. What reads topics, here, sees committed records only."""

    def __init__(self, folder: Path, config: Path, settings: Settings) -> None:
        self.folder, self.config, self.settings = folder, config, settings
        self.names = TopicNames(settings)
        self.worker: subprocess.Popen[bytes] | None = None

    # its processes

    def start(self, processes: int = 1, roles: str | None = None) -> None:
        arguments = ["worker", "--config", str(self.config), "--processes", str(processes)]
        arguments += ["--roles", roles] if roles else []
        with (self.folder / "worker.log").open("ab") as log:
            given = [sys.executable, "-m", "reticent.cli.main", *arguments]
            self.worker = subprocess.Popen(given, stdout=log, stderr=log)

    def family(self) -> list[psutil.Process]:
        """The supervisor and all its processes."""
        assert self.worker is not None
        with contextlib.suppress(psutil.NoSuchProcess):
            supervisor = psutil.Process(self.worker.pid)
            return [supervisor, *supervisor.children(recursive=True)]
        return []

    def workers(self) -> list[int]:
        """The worker processes' ids."""
        marks = ("spawn_main", "--multiprocessing-fork")
        found = []
        for process in self.family()[1:]:
            with contextlib.suppress(psutil.NoSuchProcess):
                line = " ".join(process.cmdline())
                found += [process.pid] if any(mark in line for mark in marks) else []
        return found

    def ready(self, seconds: float = SECONDS) -> None:
        """Once every partition is owned and open."""
        until(self.is_ready, seconds, "the worker is not ready")

    def is_ready(self) -> bool:
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"http://{self.settings.http.bind}/readyz", timeout=2) as answer,
        ):
            return bool(answer.status == 200)
        return False

    def kill(self) -> None:
        """All of them at once, by SIGKILL."""
        if self.worker is None:
            return
        for process in self.family():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.worker.wait()
        self.worker = None

    def stop(self, seconds: float = 50.0) -> int:
        """By SIGTERM; the exit status."""
        assert self.worker is not None
        self.worker.send_signal(signal.SIGTERM)
        status = self.worker.wait(seconds)
        self.worker = None
        return status

    def kill_a_worker(self, dice: random.Random) -> bool:
        """One worker process, which its supervisor starts again. False: there was none."""
        running = self.workers()
        if running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(dice.choice(running), signal.SIGKILL)
                return True
        return False

    @property
    def log(self) -> str:
        return (self.folder / "worker.log").read_text()

    # people

    def token(self, who: str) -> str:
        return (self.folder / f"{who}.jwt").read_text()

    def cli(self, *arguments: str, who: str = "producer", check: bool = True) -> Done:
        environ = {**os.environ, "RETICENT_TOKEN": self.token(who)}
        done = command([*arguments, "--config", str(self.config)], environ)
        assert not check or done.status in (0, 1), done.stderr
        return done

    def rows(self, *arguments: str, who: str = "producer") -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.cli(*arguments, "--json", who=who).stdout.splitlines()]

    def publish(self, *payloads: bytes, who: str = "producer", **fields: Any) -> list[Receipt]:
        async def publish() -> list[Receipt]:
            async with Client(self.settings, token=self.token(who)) as client:
                return await client.publish([Submission(payload, **fields) for payload in payloads])

        return asyncio.run(publish())

    def decide(self, *requests: ApprovalRequest, who: str = "approver", decision: str = "approve") -> None:
        """Decisions as the command line writes them; it does not wait for what becomes of them."""

        async def send() -> None:
            async with producer(self.settings.kafka) as client:
                for each in requests:
                    said = {"approval_id": each.approval_id, "decision": decision,
                            "content_digest": each.content_digest}  # fmt: skip
                    headers = [("authorization", f"Bearer {self.token(who)}".encode())]
                    topic = self.names.name(Topic.DECISIONS, each.tenant)
                    key = each.approval_id.encode()
                    await client.send_and_wait(topic, msgspec.json.encode(said), key=key, headers=headers)

        asyncio.run(send())

    # what left it

    def records(self, topic: Topic) -> list[RawRecord]:
        async def found() -> list[RawRecord]:
            return [record async for record in read(self.settings.kafka, self.names.all(topic))]

        return asyncio.run(found())

    def statements(self, topic: Topic, kind: type[Statement]) -> list[Statement]:
        return [msgspec.json.decode(record.value or b"", type=kind) for record in self.records(topic)]

    def verdicts(self) -> list[Verdict]:
        return self.statements(Topic.VERDICTS, Verdict)

    def requests(self, count: int, seconds: float = SECONDS) -> list[ApprovalRequest]:
        """The requests for approval, once there are so many."""
        return self.eventually(lambda: self.statements(Topic.APPROVALS, ApprovalRequest), count, seconds)

    def eventually(self, found: Callable[[], Sequence[Statement]], count: int, seconds: float = SECONDS) -> Any:
        """What is found, once it is so many."""
        until(lambda: len(found()) >= count, seconds, f"there are not {count}")
        return found()

    def committed(self, role: str) -> dict[TopicPartition, int]:
        """The group's committed offsets."""

        async def offsets() -> Mapping[TopicPartition, Any]:
            async with admin(self.settings.kafka) as client:
                found: Mapping[TopicPartition, Any] = await client.list_consumer_group_offsets(self.group(role))
                return found

        return {source: at.offset for source, at in asyncio.run(offsets()).items() if at.offset >= 0}

    def group(self, role: str) -> str:
        return f"{self.settings.kafka.group}-{role}"

    def sql(self, statement: str) -> list[dict[str, Any]]:
        return query.query(self.settings.clickhouse, statement)

    def until(self, statement: str, wanted: int) -> None:
        """Until the archive has caught up."""
        until(
            lambda: next(iter(self.sql(statement)[0].values())) == wanted, SECONDS, f"it is never {wanted}: {statement}"
        )

    def everything(self) -> list[bytes]:
        """All that left the gateway: records, rows, log lines."""
        found = []
        for topic in set(Topic) - {Topic.RAW}:
            for record in self.records(topic):
                found.append(b"\0".join([record.key or b"", record.value or b"", *(v for _, v in record.headers)]))
        for name in ("traces", "steps", "findings", "approvals", "audit"):
            found += [msgspec.json.encode(row) for row in self.sql(f"SELECT * FROM {name}")]
        return [*found, self.log.encode()]


def until(condition: Callable[[], bool], seconds: float, why: str) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, why
        time.sleep(0.1)


@contextlib.contextmanager
def gateway(
    stack: Stack,
    folder: Path,
    *,
    dsn: str = "http://default@127.0.0.1:1/reticent",
    policy: str = "",
    partitions: int = 2,
    limits: Mapping[str, Any] | None = None,
    clickhouse: Mapping[str, Any] | None = None,
    make_topics: bool = True,
) -> Iterator[Gateway]:
    """One with topics of its own; without a `dsn` nobody answers where its ClickHouse should be. Not started yet."""
    bind = f"127.0.0.1:{free_port()}"
    place = workspace.make(folder, PEOPLE, bootstrap=stack.bootstrap, dsn=dsn, bind=bind, policy=policy or quick())
    tree = yaml.safe_load(place.config.read_text())
    prefix = uuid.uuid4().hex[:8]
    tree["kafka"] |= {"group": prefix, "session_timeout": 6.0}
    tree["topics"] = {topic.value: f"{prefix}.{topic.value}" for topic in Topic}
    tree["limits"] = dict(limits or {})
    tree["clickhouse"] |= dict(clickhouse or {})
    place.config.write_text(yaml.safe_dump(tree))
    settings = load(place.config, {})
    if make_topics:
        asyncio.run(topics.init(settings, partitions))
    made = Gateway(folder, place.config, settings)
    try:
        yield made
    finally:
        made.kill()
