"""`reticent demo`: the main job from end to end on the embedded stack, with runs made up at run time."""

from __future__ import annotations

import asyncio
import contextlib
import random
import shutil
import signal
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.columns import Columns
from rich.panel import Panel
from rich.rule import Rule
from rich.text import Text

from ..client import Client, Submission, Verdicts
from ..embedded.service import Service, choose
from ..embedded.stack import Stack
from ..errors import ReticentError, ServiceError
from ..model import RawRecord, Topic, Verdict
from ..sinks import query
from ..sinks.migrate import migrate
from ..stream import topics
from ..stream.connection import read
from ..stream.topics import TopicNames
from . import approvals, workspace
from .output import out, plain, remark, table
from .runs import Planted, Run, plant, runs
from .sessions import print_steps

PARTITIONS = 2
READY_SECONDS = 40.0
ARCHIVE_SECONDS = 30.0


def register(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Leave the stack running, and say how to look around.")] = False,
) -> int:
    """See the main job: publish, authenticate, mask, hold, approve, archive, replay, audit. Under a minute, on free
    loopback ports, in a temporary folder; nothing is left behind.

    Example: reticent demo --keep
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = Path(tempfile.mkdtemp(prefix="reticent-demo-"))
    try:
        with Stack(folder) as stack, contextlib.ExitStack() as cleanup:
            if stack.bootstrap is None or stack.dsn is None:
                raise ServiceError("the embedded stack is not complete")
            place = workspace.make(
                folder, PEOPLE, bootstrap=stack.bootstrap, dsn=stack.dsn, bind=choose(None, "health")
            )
            worker = _worker(place)
            cleanup.callback(worker.stop)
            _Demo(place).run()
            if keep:
                _stay(place)
        return 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


PEOPLE = [
    workspace.Person("support-agent", "svc-support", "acme", "support-agent"),
    workspace.Person("data-copilot", "svc-analytics", "acme", "data-copilot"),
    workspace.Person("deploy-agent", "svc-platform", "globex", "deploy-agent"),
    workspace.Person("approver", "noor@globex.example", "globex", "reticent-cli", ("security",)),
]


def _worker(place: workspace.Workspace) -> Service:
    """Topics and tables, and a gateway of its own process."""
    asyncio.run(topics.init(place.settings, PARTITIONS))
    migrate(place.settings)
    command = [sys.executable, "-m", "reticent.cli.main", "worker", "--config", str(place.config)]
    address = place.settings.http.bind
    worker = Service("the gateway", command, address, place.folder / "worker.log", guarded=True)

    def ready() -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://{address}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
        return False

    try:
        worker.wait(ready, READY_SECONDS)
    except BaseException:
        worker.stop()
        raise
    return worker


class _Demo:
    def __init__(self, place: workspace.Workspace) -> None:
        self.place, self.settings = place, place.settings
        self.planted: Planted = plant(random.SystemRandom())
        self.runs: list[Run] = runs(self.planted)
        self.verdicts: list[Verdict] = []
        self.began = time.monotonic()

    def run(self) -> None:
        _heading("1. Three producers of two tenants publish their traces, each with its own token")
        self.verdicts = asyncio.run(self._publish())
        table(
            ["trace", "producer", "tenant", "verdict", "found and masked"],
            [(run.title, run.producer, run.tenant, verdict.verdict, _found(verdict))
             for run, verdict in zip(self.runs, self.verdicts, strict=True)],
        )  # fmt: skip
        _heading("2. One trace, before and after")
        self._before_and_after()
        _heading("3. A trace with too many credentials is held, and approved by another person")
        self._approve()
        _heading("4. A session, replayed step by step from ClickHouse: masked")
        self._archived()
        print_steps(query.steps(self.settings.clickhouse, "report-2026-11")[:6])
        _heading("5. The audit, in SQL")
        sql = "SELECT event, tenant, count() AS events FROM audit GROUP BY event, tenant ORDER BY event, tenant"
        out.print(Text(f'reticent audit query "{sql}"', style="dim"))
        rows = query.query(self.settings.clickhouse, sql)
        table(list(rows[0]), [tuple(row.values()) for row in rows])
        _heading("6. What happened")
        self._summary()

    async def _publish(self) -> list[Verdict]:
        found: dict[str, Verdict] = {}
        submissions = [
            Submission(msgspec.json.encode(run.document), content_type=run.content_type, session=run.session)
            for run in self.runs
        ]
        async with Verdicts(self.settings) as verdicts:
            for run, submission in zip(self.runs, submissions, strict=True):
                token = self.place.tokens[run.producer].read_text(encoding="utf-8")
                async with Client(self.settings, token=token) as client:
                    await client.publish([submission])
            async for verdict in verdicts.of([each.request_id for each in submissions], seconds=READY_SECONDS):
                found[verdict.request_id] = verdict
        return [found[each.request_id] for each in submissions]

    def _before_and_after(self) -> None:
        index = next(i for i, verdict in enumerate(self.verdicts) if verdict.verdict == "released" and verdict.findings)
        run, verdict = self.runs[index], self.verdicts[index]
        after = asyncio.run(self._sanitized(verdict.trace_id))
        if after is None:
            raise ReticentError("a released trace is not on the sanitized topic")
        left = _pretty(run.document)
        right = _pretty(msgspec.json.decode(after))
        width = max(40, out.width // 2 - 1)
        out.print(
            Columns([
                Panel(left, title=f"published: {run.title}", width=width, border_style="red"),
                Panel(right, title="on traces.sanitized", width=width, border_style="green"),
            ])
        )  # fmt: skip

    async def _sanitized(self, trace_id: str) -> bytes | None:
        async for record in read(self.settings.kafka, TopicNames(self.settings).all(Topic.SANITIZED)):
            if dict(record.headers).get("reticent-trace-id") == trace_id.encode():
                return record.value
        return None

    def _approve(self) -> None:
        held = next((verdict for verdict in self.verdicts if verdict.verdict == "held"), None)
        if held is None or held.approval_id is None:
            raise ReticentError("no trace was held")
        for reason in held.reasons:
            out.print(Text(f"held: {reason.message}", style="yellow"))
        request = asyncio.run(approvals.one(self.settings, held.approval_id))
        for step in request.trace["steps"]:
            if step["kind"] == "tool_result":
                out.print(
                    Panel(
                        Text(str(step["content"])),
                        title=f"{request.approval_id}, as the approver sees it",
                        border_style="yellow",
                    )
                )
        token = self.place.tokens["approver"].read_text(encoding="utf-8")
        asyncio.run(
            approvals.send(self.settings, token, "approve", held.approval_id, "rotated, and masked well", False)
        )
        after = asyncio.run(self._sanitized(held.trace_id))
        if after is None:
            raise ReticentError("the approved trace was not released")
        out.print(Text(f"released: {len(after)} masked bytes on traces.sanitized, once", style="green"))

    def _archived(self) -> None:
        """The archive is behind the topics by a batch: waits for it."""
        deadline = time.monotonic() + ARCHIVE_SECONDS
        while time.monotonic() < deadline:
            rows = query.query(
                self.settings.clickhouse,
                "SELECT countIf(verdict = 'released') AS released, "
                "(SELECT uniqExact(trace_id) FROM steps) AS stored FROM traces",
            )
            if rows[0]["released"] == len(self.runs) == rows[0]["stored"]:
                return
            time.sleep(0.2)
        raise ServiceError("the archive did not catch up with the topics")

    def _summary(self) -> None:
        leaks, places = asyncio.run(self._look_for_planted())
        rows = query.query(
            self.settings.clickhouse,
            "SELECT count() AS traces, sum(found) AS findings, sum(steps) AS steps FROM traces",
        )
        found = rows[0]
        table(
            ["what", "how much"],
            [
                ("traces judged", found["traces"]),
                ("steps archived", found["steps"]),
                ("values masked", found["findings"]),
                ("held, approved, released", 1),
                ("planted secrets and personal data", len(msgspec.to_builtins(self.planted))),
                (f"of them found in {places} records, rows and log lines", leaks),
                ("seconds", f"{time.monotonic() - self.began:.1f}"),
            ],
        )
        if leaks:
            raise ReticentError(f"{leaks} planted values left the gateway")
        remark("nothing leaked; look at the code in processors/reticent, or run `reticent demo --keep`")

    async def _look_for_planted(self) -> tuple[int, int]:
        """Looks for every planted value in every topic that the gateway writes, in every row, in its log."""
        values = [str(value).encode() for value in msgspec.to_builtins(self.planted).values()]
        names = TopicNames(self.settings)
        texts = [(self.place.folder / "worker.log").read_bytes()]
        for topic in Topic:
            if topic is not Topic.RAW:
                texts += [_all_of(record) async for record in read(self.settings.kafka, names.all(topic))]
        for name in ("traces", "steps", "findings", "approvals", "audit"):
            rows = await asyncio.to_thread(query.query, self.settings.clickhouse, f"SELECT * FROM {name}")
            texts += [msgspec.json.encode(row) for row in rows]
        return sum(value in text for value in values for text in texts), len(texts)


def _all_of(record: RawRecord) -> bytes:
    headers = b"".join(value for _, value in record.headers)
    return (record.key or b"") + b"\0" + headers + b"\0" + (record.value or b"")


def _found(verdict: Verdict) -> str:
    return ", ".join(f"{count} {category}" for category, count in sorted(verdict.findings.items())) or "nothing"


def _pretty(document: Any) -> Text:
    text = msgspec.json.format(msgspec.json.encode(document), indent=1).decode()
    shown = Text("\n".join(plain(line) for line in text.splitlines()[:44]))
    shown.highlight_regex(r"\[REDACTED:[^\]]+\]", "bold green")
    return shown


def _heading(text: str) -> None:
    out.print()
    out.print(Rule(Text(text, style="bold"), align="left"))


def _stay(place: workspace.Workspace) -> None:
    config = f"--config {place.config}"
    for line in (
        "the stack keeps running until Ctrl-C; look around in another terminal:",
        f"  reticent sessions list {config}",
        f"  reticent approvals list --all {config}",
        f'  reticent audit query "SELECT * FROM exposure" {config}',
        f"  reticent produce FILE --wait {config} --token-file {place.tokens['support-agent']}",
        f"  curl '{place.settings.clickhouse.dsn.replace('default@', '').rpartition('/')[0]}/?query=SELECT+1'",
    ):
        remark(line)
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            time.sleep(3600)
