"""`reticent produce`: publishes documents as raw records."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import jsonpath_rfc9535
import msgspec
import typer

from ..client import Client, Receipt, Submission, Verdicts
from ..errors import ConfigError, ReticentError
from ..formats.registry import choose, forcing_names
from ..model import Verdict
from ..settings import Settings
from .context import Config, Json, TokenFile, load_settings, token
from .output import counted, json_line, progress, remark, table, watched


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
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for verdicts.")] = 60.0,
    token_file: TokenFile = None,
    json: Json = False,
) -> int:
    """Publish documents as raw records: each file, or each part of it that the JSONPath selects.

    Example: reticent produce runs.json --select '$[*].traj' --wait
    """
    settings = load_settings(config)
    if format is not None and format not in forcing_names():
        raise ConfigError(f"there is no format {format}", where="--format", advice=choose(forcing_names(), format))
    for option, given in (("--session", session), ("--content-type", content_type)):
        if given is not None and not given.isprintable():
            raise ConfigError("it has characters that do not print", where=option)
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
            async for receipt in _published(client, submissions):
                if json:
                    json_line(receipt)
            remark(f"{counted(len(submissions), 'record')} published")
            return 0
        async with Verdicts(settings) as verdicts:
            async for _ in _published(client, submissions):
                pass
            answers = verdicts.of([each.request_id for each in submissions], seconds=seconds)
            with _printed(json) as show, progress("verdicts", len(submissions)) as bar:
                counts: Counter[str] = Counter()
                async for verdict in answers:
                    bar.advance(bar.task_ids[0])
                    counts[verdict.verdict] += 1
                    show(verdict)
        if not json:
            remark(", ".join(f"{number:,} {verdict}" for verdict, number in counts.most_common()))
        return 0 if set(counts) == {"released"} else 1


async def _published(client: Client, submissions: list[Submission]) -> AsyncIterator[Receipt]:
    with progress("publishing", len(submissions)) as bar:
        async for receipt in client.publishing(submissions):
            bar.advance(bar.task_ids[0])
            yield receipt


@contextlib.contextmanager
def _printed(json: bool) -> Iterator[Callable[[Verdict], None]]:
    """Prints verdicts as they come; for people, who see a bar meanwhile, as a table at the end, also after an error."""
    rows: list[Sequence[object]] = []

    def show(verdict: Verdict) -> None:
        if json:
            json_line(verdict)
            return
        reasons = "; ".join(reason.message for reason in verdict.reasons)
        row = (verdict.trace_id, verdict.verdict, verdict.findings, verdict.approval_id, reasons)
        if watched():
            rows.append(row)
        else:
            table(_COLUMNS, [row])

    try:
        yield show
    finally:
        if rows:
            table(_COLUMNS, rows)


_COLUMNS = ("trace", "verdict", "masked", "approval", "reasons")


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
        found = [node.value for node in query.find(tree)]
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ConfigError("the file is not JSON, so nothing can be selected in it", where=name) from None
    except (RecursionError, jsonpath_rfc9535.JSONPathError):
        raise ConfigError("the file is too deep for a JSONPath", where=name) from None
    for value in found:
        yield msgspec.json.encode(value)


def _session_of(payload: bytes) -> str | None:
    """A native document's own session: its records stay in order."""
    try:
        found = msgspec.json.decode(payload, type=_Session)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return found.session_id


class _Session(msgspec.Struct):
    session_id: str | None = None
