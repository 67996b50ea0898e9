"""`reticent policy diff`: two policies side by side, in words, on files, and on stored history."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from ..cache import Cache
from ..errors import ConfigError
from ..limits import Limits
from ..policy import CompiledPolicy, load_policy
from ..policy.difference import differences
from ..scanner import Scanner
from ..scanning.effects import Effect, History, on_files, on_history
from ..scanning.inputs import files
from ..scanning.run import STDIN
from ..settings import Settings
from ..sinks.query import query
from .context import Config, Json, load_settings
from .output import counted, json_line, remark, table
from .scan import Format, check_format


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="A policy.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="Another.")],
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH...]", help="What to try both on: files and folders.")
    ] = None,
    history: Annotated[bool, typer.Option("--history", help="Try both on the archive in ClickHouse, too.")] = False,
    since: Annotated[str, typer.Option(metavar="TIME", help="How far back: 12h, 7d.")] = "7d",
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="At most so many traces, the latest.")] = 10_000,
    format: Format = "auto",
    config: Config = None,
    json: Json = False,
) -> int:
    """Say how two policies differ: in words, on files, and on stored history. Exit status 1 when they do.

    The archive holds masked content and findings: what a new rule would have found cannot be told from it.
    Example: reticent policy diff policy.yaml new.yaml traces/ --history --since 7d
    """
    check_format(format)
    seconds = _seconds(since)
    if STDIN in (paths or ()):
        raise ConfigError("standard input can be read once, and two policies read", advice="name a file")
    settings = load_settings(config)
    before, after = load_policy(old), load_policy(new)
    changes = list(differences(before, after))
    for each in changes:
        if json:
            json_line({"what": "policy", **asdict(each)})
    if not json:
        table(["kind", "change", "name", "what"], [(each.kind, each.change, each.name, each.what) for each in changes])
        remark(f"{counted(len(changes), 'difference')} between the policies")
    differ = bool(changes)
    if paths:
        differ |= _diff_files(before, after, paths, settings.limits, format, json=json)
    if history:
        differ |= _diff_history(before, after, settings, seconds, limit, json=json)
    return 1 if differ else 0


def _diff_files(
    old: CompiledPolicy, new: CompiledPolicy, paths: list[str], limits: Limits, format: str, *, json: bool
) -> bool:
    key = secrets.token_bytes(32)
    one, other = (Scanner(policy, limits=limits, key=key, store=Cache.of_user()) for policy in (old, new))
    names = list(files(paths))
    effects: list[Effect] = []
    for effect in on_files(names, one, other, format):
        if effect.kind == "trouble":
            remark(f"{effect.where}: {effect.before}")
            continue
        effects.append(effect)
        if json:
            json_line({"what": "file", **asdict(effect)})
    if not json:
        rows = [(each.where, each.kind, each.before or "nothing", each.after or "nothing") for each in effects]
        table(["where", "what", "old", "new"], rows)
    remark(f"{counted(len(effects), 'difference')} on {counted(len(names), 'file')}")
    return bool(effects)


_TRACES = (
    "SELECT tenant, source, trace_id, session_id, producer, verdict, reasons, bytes, steps, found, format FROM traces"
    " WHERE at >= now() - {seconds:UInt32} ORDER BY at DESC LIMIT {limit:UInt32}"
)
_FINDINGS = (
    "SELECT tenant, source, rule, path, start, end, token FROM findings WHERE (tenant, source) IN"
    " (SELECT tenant, source FROM traces WHERE at >= now() - {seconds:UInt32} ORDER BY at DESC LIMIT {limit:UInt32})"
)


def _diff_history(
    old: CompiledPolicy, new: CompiledPolicy, settings: Settings, seconds: int, limit: int, *, json: bool
) -> bool:
    about = {"seconds": seconds, "limit": limit}
    traces, findings = (query(settings.clickhouse, sql, about) for sql in (_TRACES, _FINDINGS))
    result = on_history(traces, findings, old, new)
    rows = list(_history_rows(result))
    if json:
        for row in rows:
            json_line({"what": "history", **row})
        json_line({"what": "history", "kind": "read", "traces": result.traces, "findings": result.findings})
        return result.differs
    table(
        ["what", "tenant", "rule", "old", "new", "times"],
        [tuple(row.get(name, "") for name in ("kind", "tenant", "rule", "before", "after", "count")) for row in rows],
    )
    fresh = {rule.id for rule in new.rules} - {rule.id for rule in old.rules}
    remark(f"of {counted(result.traces, 'trace')} with {counted(result.findings, 'finding')} in the archive")
    if fresh:
        remark(f"{counted(len(fresh), 'rule')} of the new policy are not in the old one: what they would have found"
               " cannot be told, because the archive holds masked content only")  # fmt: skip
    return result.differs


def _history_rows(result: History) -> Iterator[dict[str, Any]]:
    for (tenant, rule), count in sorted(result.gone.items()):
        yield {"kind": "no rule any more", "tenant": tenant, "rule": rule, "before": "found", "count": count}
    for (tenant, rule, before, after), count in sorted(result.actions.items()):
        yield {"kind": "action", "tenant": tenant, "rule": rule, "before": before, "after": after, "count": count}
    for (tenant, before, after), count in sorted(result.verdicts.items()):
        yield {"kind": "verdict", "tenant": tenant, "before": before, "after": after, "count": count}
    for tenant, trace, before, after in result.changed:
        yield {"kind": f"trace {trace}", "tenant": tenant, "before": before, "after": after, "count": 1}
    for why, count in sorted(result.untold.items()):
        yield {"kind": f"cannot be told: {why}", "count": count}


def _seconds(text: str) -> int:
    found = re.fullmatch(r"(\d{1,6})([smhd])", text.strip())
    if found is None:
        raise ConfigError("this is no time span", where="--since", advice="write 30m, 12h or 7d")
    return int(found.group(1)) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[found.group(2)]
