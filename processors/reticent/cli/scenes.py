"""What `reticent demo` shows, scene by scene. Whatever it says is read back from the topics and from ClickHouse."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from ..client import Client, Submission, Verdicts
from ..errors import ReticentError, ServiceError
from ..model import RawRecord, Topic, Verdict
from ..placeholders import ANY
from ..sinks import query
from ..stream.reading import read
from ..stream.topics import TopicNames
from . import approvals
from .beside import beside, paragraphs
from .context import program
from .interrupts import Interrupts
from .output import counted, out, table
from .runs import Planted, Run, plant, runs
from .sessions import print_steps
from .workspace import Workspace
from .wrapping import wrap

VERDICT_SECONDS = ARCHIVE_SECONDS = 40.0


class Show:
    """Everything that waits for a broker runs under `interrupts`. `began`: time.monotonic() when the demo did."""

    def __init__(self, place: Workspace, interrupts: Interrupts, began: float) -> None:
        self._place, self._settings = place, place.settings
        self._names, self._wait = TopicNames(place.settings), interrupts.run
        self._planted: Planted = plant(random.SystemRandom())
        self._runs: list[Run] = runs(self._planted)
        self._verdicts: list[Verdict] = []
        self._began = began

    def run(self) -> None:
        """Raises ServiceError when something does not answer in time, ReticentError when a promise is broken."""
        self._publish()
        self._before_and_after()
        self._hold_and_approve()
        self._replay()
        self._audit()
        self._sum_up()

    def _publish(self) -> None:
        _heading("1. Three agents of two tenants publish their traces")
        _say("Each record carries its agent's token; tenant and producer are read from it, never from the payload.")
        self._verdicts = self._wait(self._published())
        table(
            ["trace", "tenant", "producer", "verdict", "masked"],
            [
                (run.title, verdict.tenant, verdict.producer, verdict.verdict, _found(verdict))
                for run, verdict in zip(self._runs, self._verdicts, strict=True)
            ],
            drawn=True,
        )

    async def _published(self) -> list[Verdict]:
        submissions = [
            Submission(msgspec.json.encode(run.document), content_type=run.content_type, session=run.session)
            for run in self._runs
        ]
        found: dict[str, Verdict] = {}
        async with Verdicts(self._settings) as verdicts:
            for run, submission in zip(self._runs, submissions, strict=True):
                async with Client(self._settings, token=self._token(run.producer)) as client:
                    await client.publish([submission])
            async for verdict in verdicts.of([each.request_id for each in submissions], seconds=VERDICT_SECONDS):
                found[verdict.request_id] = verdict
        return [found[each.request_id] for each in submissions]

    def _before_and_after(self) -> None:
        judged = zip(self._runs, self._verdicts, strict=True)
        run, verdict = next(each for each in judged if each[1].verdict == "released" and each[1].findings)
        _heading(f"2. Before and after: {run.title}")
        _say("It leaves in the format it came in. Equal values get equal tokens, so that one can still follow the run.")
        (content,) = self._wait(self._sanitized(verdict.trace_id))
        before, after = msgspec.to_builtins(run.document), msgspec.json.decode(content)
        secrets = [str(value) for value in msgspec.to_builtins(self._planted).values()]
        pairs = []
        for left, right in zip(paragraphs(before), paragraphs(after), strict=True):
            published, released = Text(left), Text(right)
            published.highlight_words(secrets, "bold red")
            released.highlight_regex(ANY, "bold green")
            pairs.append((published, released))
        out.print()
        out.print(beside(pairs, (f"published by {run.producer}", "released on traces.sanitized"), out.width))
        fields = list(zip(_leaves(before), _leaves(after), strict=True))
        changed = sum(was != now for was, now in fields)
        _say(f"\nMasking changed {changed} of {len(fields)} fields; the other {len(fields) - changed} are equal.")

    def _hold_and_approve(self) -> None:
        _heading("3. Too many credentials: held, until another person approves")
        held = next((verdict for verdict in self._verdicts if verdict.verdict == "held"), None)
        if held is None or held.approval_id is None:
            raise ReticentError("no trace was held")
        for reason in held.reasons:
            _say(f"Threshold {reason.rule}: {reason.message}.")
        request = self._wait(approvals.one(self._settings, held.approval_id))
        for step in request.trace["steps"]:
            if step["kind"] == "tool_result":
                _say(f"\nWhat the approver sees of it (reticent approvals show {request.approval_id}):\n")
                text = Text(str(step["content"]).strip())
                text.highlight_regex(ANY, "bold green")
                out.print(Padding(wrap(text, out.width - 2, 2), (0, 0, 1, 2)))
        refusal = self._decided(held.producer, held.approval_id)
        if refusal is None:
            raise ReticentError("a producer could approve its own trace")
        _say(f"{held.producer} tries to approve its own trace. Refused: {refusal}.", "red")
        if (refusal := self._decided("approver", held.approval_id)) is not None:
            raise ReticentError(f"the approval did not count: {refusal}")
        released = self._wait(self._sanitized(held.trace_id))
        if len(released) != 1:
            raise ReticentError(f"the approved trace was released {len(released)} times")
        _say(
            f"noor@globex.example, of the group security, approves: {len(released[0])} masked bytes leave, once.",
            "green",
        )

    def _decided(self, who: str, identifier: str) -> str | None:
        """Why the decision does not count; None when it does."""
        work = approvals.decide(self._settings, self._token(who), "approve", identifier, "rotated, and masked well")
        return self._wait(work).refusal

    def _replay(self) -> None:
        session = "report-2026-11"
        _heading("4. A session, step by step, from ClickHouse")
        _say(f"reticent replay {session}", "dim")
        self._archived()
        out.print()
        print_steps(query.steps(self._settings.clickhouse, session), drawn=True)

    def _audit(self) -> None:
        _heading("5. Who did what: the audit, in SQL")
        held = next(verdict for verdict in self._verdicts if verdict.verdict == "held")
        sql = (
            "SELECT formatDateTime(at, '%T') AS time, event, actor FROM audit "
            f"WHERE trace_id = '{held.trace_id}' ORDER BY at, event"
        )
        _say(f'reticent audit query "{sql}"', "dim")
        rows = query.query(self._settings.clickhouse, sql)
        table(list(rows[0]), [tuple(row.values()) for row in rows], drawn=True)

    def _sum_up(self) -> None:
        _heading("6. What happened")
        sql = (
            "SELECT tenant, producer, count() AS traces, sum(steps) AS steps, sum(found) AS masked, "
            "countIf(approval_id != '') AS held, countIf(verdict = 'released') AS released "
            "FROM traces GROUP BY tenant, producer ORDER BY tenant, producer"
        )
        rows = [tuple(row.values()) for row in query.query(self._settings.clickhouse, sql)]
        total = tuple(sum(column) for column in list(zip(*rows, strict=True))[2:])
        names = ["tenant", "producer", "traces", "steps", "values masked", "held", "released"]
        table(names, [*rows, ("all", "", *total)], drawn=True)
        values = [str(value).encode() for value in msgspec.to_builtins(self._planted).values()]
        published = [msgspec.json.encode(run.document) for run in self._runs]
        left = self._wait(self._everything_that_left())
        there = sum(any(value in text for text in published) for value in values)
        leaked = sum(any(value in text for text in left) for value in values)
        _say(f"Secrets and personal data planted in what was published: {there} of {len(values)}.")
        _say(f"Found again in {counted(len(left), 'record')}, rows and log lines that left the gateway: {leaked}.")
        if leaked or there < len(values):
            raise ReticentError(f"{leaked} of {len(values)} planted values left the gateway, {there} were planted")
        took = f"That took {time.monotonic() - self._began:.0f} s."
        _say(f"\n{took} Next: {program()} demo --keep, or {program()} up.", "bold")

    def _token(self, who: str) -> str:
        return self._place.tokens[who].read_text(encoding="utf-8")

    async def _sanitized(self, trace_id: str) -> list[bytes]:
        """What was released of that trace."""
        records = read(self._settings.kafka, self._names.all(Topic.SANITIZED))
        return [
            record.value or b""
            async for record in records
            if dict(record.headers).get("reticent-trace-id") == trace_id.encode()
        ]

    def _archived(self) -> None:
        """The archive is behind the topics by a batch: waits for it. Raises ServiceError."""
        deadline = time.monotonic() + ARCHIVE_SECONDS
        sql = (
            "SELECT countIf(verdict = 'released') AS released, (SELECT uniqExact(trace_id) FROM steps) AS stored, "
            "(SELECT count() FROM audit WHERE event = 'approval.approved') AS approved FROM traces"
        )
        while query.query(self._settings.clickhouse, sql)[0] != {
            "released": len(self._runs), "stored": len(self._runs), "approved": 1
        }:  # fmt: skip
            if time.monotonic() > deadline:
                raise ServiceError("the archive did not catch up with the topics")
            time.sleep(0.2)

    async def _everything_that_left(self) -> list[bytes]:
        """Every record on a topic that the gateway writes, every row, every line of its log."""
        found = (self._place.folder / "worker.log").read_bytes().splitlines()
        for topic in Topic:
            if topic is not Topic.RAW:
                found += [_all_of(record) async for record in read(self._settings.kafka, self._names.all(topic))]
        for name in ("traces", "steps", "findings", "approvals", "audit"):
            found += [
                msgspec.json.encode(row) for row in query.query(self._settings.clickhouse, f"SELECT * FROM {name}")
            ]
        return found


def _all_of(record: RawRecord) -> bytes:
    headers = b"".join(value for _, value in record.headers)
    return (record.key or b"") + b"\0" + headers + b"\0" + (record.value or b"")


def _leaves(value: Any) -> Iterator[Any]:
    inner: Iterable[Any] = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if not isinstance(value, dict | list):
        yield value
    for each in inner:
        yield from _leaves(each)


def _found(verdict: Verdict) -> str:
    return ", ".join(f"{count} {category}" for category, count in sorted(verdict.findings.items())) or "nothing"


def _say(text: str, style: str = "") -> None:
    out.print(wrap(Text(text, style=style), out.width))


def _heading(text: str) -> None:
    out.print()
    out.print(wrap(Text(text, style="bold"), out.width))
    out.print(Rule(style="dim"))
