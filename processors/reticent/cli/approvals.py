"""`reticent approvals`: held traces, read from and decided on the topics, with the approver's token."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.text import Text

from ..approvals.wire import ApprovalRequest, ApprovalState, parse_request, parse_state
from ..errors import DecodeError, ReticentError, ServiceError
from ..model import Topic, rfc3339
from ..settings import Settings
from ..stream.connection import explained, partition_counts, producer
from ..stream.reading import read
from ..stream.topics import TopicNames
from .context import Config, Json, TokenFile, load_settings, token
from .output import json_line, out, plain, remark, table, watched
from .wrapping import wrap

app = typer.Typer(help="List, show and decide held traces.", no_args_is_help=True)
Identifier = Annotated[str, typer.Argument(metavar="ID", help="The approval id, as `list` prints it.")]
EARLY_SECONDS = 5.0
Reason = Annotated[str, typer.Option(help="Why; it is masked before it goes anywhere.")]


def register(root: typer.Typer) -> None:
    root.add_typer(app, name="approvals")


@app.command("list")
def list_(
    config: Config = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what has ended.")] = False,
    json: Json = False,
) -> None:
    """List held traces that wait for a decision.

    Example: reticent approvals list --json
    """
    rows = []
    for request, state, _ in asyncio.run(_all(load_settings(config))):
        status = _status(request, state)
        if status != "pending" and not everything:
            continue
        if json:
            json_line({"state": status, "votes": _votes(state), **_head(request)})
            continue
        why = ", ".join(reason.rule or reason.code for reason in request.reasons)
        about = (request.tenant, request.producer, request.trace_id, why, request.expires_at)
        rows.append((request.approval_id, status, *about))
    if rows:
        table(["approval", "state", "tenant", "producer", "trace", "because", "expires"], rows)
    elif not json:
        remark("no trace was held yet" if everything else "nothing waits for a decision; --all lists what has ended")


@app.command()
def show(identifier: Identifier, config: Config = None, json: Json = False) -> None:
    """Show a held trace as it would be released: masked.

    Example: reticent approvals show ap-abcdefghijklmnop
    """
    request, state, _ = asyncio.run(_one(load_settings(config), identifier))
    if json:
        json_line({"state": _status(request, state), "votes": _votes(state), **_head(request), "trace": request.trace})
        return
    rows = [
        ("approval", request.approval_id),
        ("state", _status(request, state)),
        ("votes", f"{_votes(state)} of {request.minimum}, of {plain(request.groups) or 'anybody'}"),
        ("trace", request.trace_id), ("session", request.session_id),
        ("tenant", request.tenant), ("producer", f"{request.producer} ({request.subject})"),
        *(("because", f"{reason.rule or reason.code}: {reason.message}") for reason in request.reasons),
        ("masked", request.findings), ("asked", request.requested_at), ("expires", request.expires_at),
    ]  # fmt: skip
    table(["what", "is"], rows)
    for step in request.trace.get("steps", ()):
        content = step.get("content", "")
        text = content if isinstance(content, str) else msgspec.json.encode(content).decode()
        out.print(Text(f"{step.get('seq')} {plain(step.get('kind'))} {plain(step.get('name'))}".rstrip(), "bold"))
        lines = Text("\n".join(plain(line) for line in text.splitlines()))
        out.print(wrap(lines, out.width) if watched() else lines, soft_wrap=not watched())
    if request.truncated:
        remark("what is shown was cut; the content to be released is whole")


@app.command()
def approve(
    identifier: Identifier, reason: Reason = "", config: Config = None, token_file: TokenFile = None, json: Json = False
) -> int:
    """Approve a held trace with your own token: once enough have, it is released.

    Example: reticent approvals approve ap-abcdefghijklmnop --token-file me.jwt
    """
    return _decide("approve", identifier, reason, config, token_file, json)


@app.command()
def reject(
    identifier: Identifier, reason: Reason = "", config: Config = None, token_file: TokenFile = None, json: Json = False
) -> int:
    """Reject a held trace with your own token: nothing of it leaves.

    Example: reticent approvals reject ap-abcdefghijklmnop --reason "a whole customer table"
    """
    return _decide("reject", identifier, reason, config, token_file, json)


@app.command()
def wait(
    identifier: Identifier,
    timeout: Annotated[float, typer.Option(help="Seconds to wait.")] = 3600.0,
    config: Config = None,
    json: Json = False,
) -> int:
    """Wait until a held trace is decided or expires. Exit status 0 when it was released, 1 when not.

    Example: reticent approvals wait ap-abcdefghijklmnop --timeout 600
    """
    settings = load_settings(config)
    request, state, _ = asyncio.run(_one(settings, identifier))
    deadline = time.monotonic() + timeout
    while _status(request, state) == "pending":
        if time.monotonic() > deadline:
            raise ServiceError(f"the approval is pending still after {timeout:.0f} s")
        time.sleep(0.5)
        request, state, _ = asyncio.run(_one(settings, identifier))
    return _ended(request, state, json)


def _ended(request: ApprovalRequest, state: ApprovalState | None, json: bool) -> int:
    status = _status(request, state)
    if json:
        json_line({"approval_id": request.approval_id, "state": status, "votes": _votes(state)})
    else:
        table(["approval", "state"], [(request.approval_id, status)])
    return 0 if status in ("approved", "released") else 1


def _decide(
    decision: str, identifier: str, reason: str, config: Path | None, token_file: Path | None, json: bool
) -> int:
    settings = load_settings(config)
    outcome = asyncio.run(decide(settings, token(token_file), decision, identifier, reason))
    if outcome.refusal is not None:
        raise ReticentError(f"the decision does not count: {outcome.refusal}")
    if json:
        json_line({"approval_id": identifier, "decision": decision, "event": outcome.event, "votes": outcome.votes,
                   "minimum": outcome.minimum})  # fmt: skip
    else:
        remark(f"{outcome.event.partition('.')[2]}: {outcome.votes} of {outcome.minimum} approvals")
    return 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the desk made of a decision. `refusal`: why it does not count, None when it does."""

    event: str
    votes: int
    minimum: int
    refusal: str | None


async def decide(settings: Settings, jwt: str, decision: str, identifier: str, reason: str) -> Outcome:
    """Writes the decision and waits for what the desk makes of it. Raises ReticentError when the approval is unknown
    or has ended, ServiceError when no desk answers."""
    request, state, partition = await _one(settings, identifier)
    if _status(request, state) != "pending":
        raise ReticentError(f"the approval is {_status(request, state)} already")
    names = TopicNames(settings)
    message = {
        "approval_id": identifier,
        "decision": decision,
        "content_digest": request.content_digest,
        "reason": reason,
    }
    topic = names.name(Topic.DECISIONS, request.tenant)
    count = (await partition_counts(settings.kafka, [topic])).get(topic, 0)
    if partition >= count:
        raise ServiceError(
            f"the request is in partition {partition}, and {topic} has {count} partitions: "
            "give it as many as the topic of approvals has"
        )
    async with producer(settings.kafka) as client, explained(settings.kafka, "Write"):
        sent = await client.send_and_wait(
            topic,
            msgspec.json.encode(message),
            key=identifier.encode(),
            partition=partition,  # the request's: that of its key, unless there are more partitions now
            headers=[("authorization", f"Bearer {jwt}".encode()), ("content-type", b"application/json")],
        )
    place = f"{sent.topic}-{sent.partition}-{sent.offset}"
    event, details = await _heard(settings, identifier, place, sent.timestamp)
    refusal = str(details.get("message") or details.get("code")) if event == "approval.refused" else None
    return Outcome(event, int(details.get("votes", 0)), int(details.get("minimum", 0)), refusal)


async def _heard(
    settings: Settings, identifier: str, place: str, since: int, seconds: float = 30.0
) -> tuple[str, dict[str, Any]]:
    """What the desk made of the decision at that place, appended at `since` (milliseconds). Raises ServiceError."""
    deadline = time.monotonic() + seconds
    names = TopicNames(settings)
    topics = names.all(Topic.AUDIT)
    while time.monotonic() < deadline:
        async for record in read(settings.kafka, topics):
            if b"approval." not in (record.value or b""):
                continue
            event = msgspec.json.decode(record.value or b"")
            details = event.get("details", {})
            if not event["event"].startswith("approval."):
                continue
            # a decision that came before its request is named by the request's record: second best, after a while
            late = time.monotonic() > deadline - seconds + EARLY_SECONDS
            counted = late and details.get("approval_id") == identifier and record.timestamp >= since
            if place in (details.get("record"), details.get("source")) or (
                counted and event["event"] != "approval.refused"
            ):
                return event["event"], details
        await asyncio.sleep(0.3)
    raise ServiceError(f"the decision on {identifier} was sent, but no desk answered; is a worker running?")


async def _all(settings: Settings) -> list[tuple[ApprovalRequest, ApprovalState | None, int]]:
    """Every request with its state and its partition, the oldest first."""
    names = TopicNames(settings)
    requests: dict[str, tuple[ApprovalRequest, int]] = {}
    async for record in read(settings.kafka, names.all(Topic.APPROVALS)):
        try:
            request = parse_request(record.value)
        except DecodeError:
            continue  # not the gateway's: the desk has refused it, with evidence
        requests.setdefault(request.approval_id, (request, record.partition))
    states: dict[str, ApprovalState] = {}
    async for record in read(settings.kafka, names.all(Topic.APPROVAL_STATE)):
        name = (record.key or b"").decode("utf-8", "replace")
        if record.value is None:
            states.pop(name, None)
            continue
        try:
            states[name] = parse_state(record.value)
        except DecodeError:
            continue
    ordered = sorted(requests.values(), key=lambda found: found[0].requested_at)
    return [(request, states.get(request.approval_id), partition) for request, partition in ordered]


async def _one(settings: Settings, identifier: str) -> tuple[ApprovalRequest, ApprovalState | None, int]:
    for found in await _all(settings):
        if found[0].approval_id == identifier:
            return found
    raise ReticentError(f"there is no approval {identifier[:40]}; see `reticent approvals list --all`")


async def one(settings: Settings, identifier: str) -> ApprovalRequest:
    """The request of that id. Raises ReticentError when there is none."""
    request, *_ = await _one(settings, identifier)
    return request


def _status(request: ApprovalRequest, state: ApprovalState | None) -> str:
    """As the desk says; where it has said nothing yet, or discarded what ended long ago, as the time says."""
    if state is not None:
        return str(state.state.value)
    return "pending" if request.expires_at > rfc3339(time.time()) else "ended"


def _votes(state: ApprovalState | None) -> int:
    return len(state.votes) if state is not None else 0


_HIDDEN: Sequence[str] = ("content", "seal", "trace", "details")


def _head(request: ApprovalRequest) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(request).items() if name not in _HIDDEN}
