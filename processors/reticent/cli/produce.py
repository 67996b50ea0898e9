"""`reticent produce`: publishes documents as raw records."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import jsonpath_rfc9535
import msgspec
import typer

from ..client import Client, Submission, Verdicts
from ..errors import ConfigError, ReticentError
from ..formats.registry import format_names
from ..settings import Settings
from .context import Config, Json, TokenFile, load_settings, token
from .output import json_line, progress, remark, table


def register(app: typer.Typer) -> None:
    app.command()(produce)


def produce(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files, or - for standard input.")],
    config: Config = None,
    format: Annotated[str | None, typer.Option("--format", "-f", help="The format; else its content tells.")] = None,
    select: Annotated[
        str | None, typer.Option(metavar="JSONPATH", help="Publish each part that this selects as a document.")
    ] = None,
    session: Annotated[str | None, typer.Option(help="The session; becomes the records' key.")] = None,
    content_type: Annotated[str | None, typer.Option(help="The media type to send.")] = None,
    tenant: Annotated[str, typer.Option(help="Whose raw topic, where topics are kept per tenant.")] = "",
    wait: Annotated[bool, typer.Option("--wait", help="Wait for each verdict and print it.")] = False,
    timeout: Annotated[float, typer.Option(help="Seconds to wait for verdicts.")] = 60.0,
    token_file: TokenFile = None,
    json: Json = False,
) -> int:
    """Publish documents as raw records: each file, or each part of it that the JSONPath selects.

    Example: reticent produce runs.json --select '$[*].traj' --wait
    """
    settings = load_settings(config)
    if format is not None and format not in format_names():
        raise ConfigError(
            f"there is no format {format}", where="--format", advice=f"choose of {', '.join(format_names())}"
        )
    jwt = token(token_file)
    submissions = [
        Submission(payload, content_type=content_type, format=format, session=session or _session_of(payload))
        for name in files
        for payload in _documents(name, select)
    ]
    if not submissions:
        raise ReticentError("there is nothing to publish: the JSONPath selects nothing")
    return asyncio.run(_publish(settings, jwt, tenant, submissions, timeout if wait else None, json))


async def _publish(
    settings: Settings, jwt: str, tenant: str, submissions: list[Submission], seconds: float | None, json: bool
) -> int:
    async with Client(settings, token=jwt, tenant=tenant) as client:
        if seconds is None:
            with progress("publishing", len(submissions)) as bar:
                async for receipt in client.publishing(submissions):
                    bar.advance(bar.task_ids[0])
                    if json:
                        json_line(receipt)
            remark(f"{len(submissions)} records published")
            return 0
        released = True
        rows = []
        async with Verdicts(settings) as verdicts:
            await client.publish(submissions)
            with progress("verdicts", len(submissions)) as bar:
                async for verdict in verdicts.of([each.request_id for each in submissions], seconds=seconds):
                    bar.advance(bar.task_ids[0])
                    released = released and verdict.verdict == "released"
                    if json:
                        json_line(verdict)
                    else:
                        reasons = "; ".join(reason.message for reason in verdict.reasons)
                        found = ", ".join(f"{name} {count}" for name, count in sorted(verdict.findings.items()))
                        rows.append((verdict.verdict, verdict.trace_id, found, verdict.approval_id or "", reasons))
        if not json:
            table(["verdict", "trace", "findings", "approval", "reasons"], rows)
        return 0 if released else 1


def _documents(name: str, select: str | None) -> Iterator[bytes]:
    try:
        payload = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise ConfigError(f"the file cannot be read ({error.strerror})", where=name) from None
    if select is None:
        yield payload
        return
    try:
        query = jsonpath_rfc9535.compile(select)
    except jsonpath_rfc9535.JSONPathError as error:
        raise ConfigError(f"this is no JSONPath ({str(error).splitlines()[0]})", where="--select") from None
    try:
        tree: Any = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ConfigError("the file is not JSON, so nothing can be selected in it", where=name) from None
    for node in query.find(tree):
        yield msgspec.json.encode(node.value)


def _session_of(payload: bytes) -> str | None:
    """A native document's own session: its records stay in order."""
    try:
        found = msgspec.json.decode(payload, type=_Session)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return found.session_id


class _Session(msgspec.Struct):
    session_id: str | None = None
