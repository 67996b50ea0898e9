"""`reticent policy`: checks a policy, runs its rules' own examples, and explains what it does; `compare` compares."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ..cache import Cache
from ..detect import Detector
from ..errors import ConfigError, RecordError, ReticentError
from ..explanation import Explanation, Place
from ..formats.document import Part
from ..limits import Limits
from ..patterns.inclusion import UndecidedError, escape
from ..policy import CompiledPolicy, load_policy
from ..policy.packs import pack_names
from ..policy.rule import Rule
from ..scanner import Scanner
from ..scanning.cost import slow_rules
from ..scanning.places import Lines, locate
from ..scanning.run import STDIN, opened
from ..scanning.text import encoding_of
from . import MISUSE
from .compare import diff
from .context import Config, Json, load_settings
from .output import counted, json_line, remark, table
from .scan import Format, check_format

app = typer.Typer(help="Check, test, explain and compare policies.", no_args_is_help=True)
File = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", help="The policy; default: the configuration's, else the shipped one."),
]


def register(root: typer.Typer) -> None:
    app.command()(diff)
    root.add_typer(app, name="policy")


@app.command()
def check(file: File = None, config: Config = None, json: Json = False) -> int:
    """Validate a policy: an error says line, column, and what to write instead. Exit status 1 when it is wrong.

    It is wrong, too, where a rule's own example fails: a worker would not start.
    Warns of rules of its own that are slow, that show no examples, and whose trigger is narrower than their pattern.
    Example: reticent policy check p.yaml
    """
    path = file or load_settings(config).policy_path
    try:
        policy = load_policy(path)
        detector = Detector(policy.rules, policy.dictionaries, limits=Limits(), store=Cache.of_user())
    except ConfigError as error:
        if json:
            json_line({"ok": False, "where": error.where, "what": error.what, "advice": error.advice})
        else:
            remark(str(error))
        return 1 if path is None or path.is_file() else MISUSE
    about = _about(policy)
    warnings = list(_warnings(policy))
    failures = list(detector.failing_examples())
    if json:
        json_line({
            "ok": not failures, **about, "warnings": [{"rule": rule, "message": text} for rule, text in warnings],
            "failing": [{"rule": rule, "example": kind, "number": number} for rule, kind, number in failures],
        })  # fmt: skip
    else:
        table(["policy", "value"], list(about.items()))
        for rule, text in warnings:
            remark(f"{rule}: {text}")
        _say_failing(failures)
    return 1 if failures else 0


def _say_failing(failures: list[tuple[str, str, int]]) -> None:
    for rule, kind, number in failures:
        wrong = "is not found" if kind == "match" else "is found, and must not be"
        remark(f"{rule}: example {kind}[{number}] {wrong}")


_GROUP, _SECRET = re.compile(r"\(\?P?<(\w+)>"), "secret"


def _warnings(policy: CompiledPolicy) -> Iterator[tuple[str, str]]:
    own = [rule for rule in policy.rules if not rule.pack]
    categories = sorted({*pack_names(), *(rule.category for rule in policy.rules if rule.pack)})
    for cost in slow_rules(own):
        times = f"{cost.relative:.0f} times what a pattern with a rare beginning costs"
        looks = f"{cost.hits:.0f} places a megabyte are looked at"
        advice = (
            "begin it with something rare, or give it a trigger, a short pattern that some part of every match fits"
        )
        yield cost.rule, f"it is slow: on ordinary text, {times} ({looks}) - {advice} (policy/packs/FORMAT.md)"
    for rule in own:
        if rule.trigger and (narrower := _narrower(rule)):
            yield rule.id, narrower
        names = _GROUP.findall(rule.pattern or "")
        if names and _SECRET not in names:
            said = f"its pattern names a group {names[0]!r} and none 'secret', so that all of a match is masked"
            yield rule.id, f"{said} - call what is to be masked (?P<secret>...)"
        near = difflib.get_close_matches(rule.category, categories, 1, 0.75)
        if near and rule.category not in categories:
            yield rule.id, f"its category {rule.category!r} is none of the packs' - is {near[0]!r} meant?"
        if not rule.match or not rule.no_match:
            yield rule.id, "it shows no examples - give it examples: {match: [...], no_match: [...]}, which are tested"


def _narrower(rule: Rule) -> str:
    """What of its pattern a rule would miss; empty where its trigger hits in all of it."""
    try:
        text = escape(rule.pattern, [rule.trigger])
    except UndecidedError as error:
        return f"whether its trigger hits in all that its pattern matches cannot be told: {error}"
    if text is None:
        return ""
    advice = "widen the trigger, or narrow the pattern"
    return f"its pattern matches {text!r}, its trigger does not, so that is not found - {advice}"


@app.command("test")
def test_(
    file: File = None,
    config: Config = None,
    by_rule: Annotated[bool, typer.Option("--by-rule", help="A row for each rule, not only for failures.")] = False,
    json: Json = False,
) -> int:
    """Run every rule's own examples through the compiled engines. Exit status 1 when one fails.

    Example: reticent policy test policy.yaml --by-rule
    """
    policy = load_policy(file or load_settings(config).policy_path)
    detector = Detector(policy.rules, policy.dictionaries, limits=Limits(), store=Cache.of_user())
    failures = list(detector.failing_examples())
    if by_rule:
        _print_rules(policy, failures, json=json)
    elif json:
        for rule, kind, number in failures:
            json_line({"rule": rule, "example": kind, "number": number})
    else:
        _say_failing(failures)
    examples = sum(len(rule.match) + len(rule.no_match) for rule in policy.rules)
    remark(f"{examples} examples of {len(policy.rules)} rules, {len(failures)} fail")
    return 1 if failures else 0


def _print_rules(policy: CompiledPolicy, failures: list[tuple[str, str, int]], *, json: bool) -> None:
    rows = [
        {
            "rule": rule.id, "pack": rule.pack, "category": rule.category, "severity": rule.severity.label,
            "match": len(rule.match), "no_match": len(rule.no_match),
            "failing": [f"{kind}[{number}]" for name, kind, number in failures if name == rule.id],
        }
        for rule in policy.rules
    ]  # fmt: skip
    if json:
        for row in rows:
            json_line(row)
    else:
        table(list(rows[0]) if rows else [], [tuple(row.values()) for row in rows])


@app.command()
def explain(
    policy: File = None,
    file: Annotated[str, typer.Option(metavar="PATH", help="What to explain; default: standard input.")] = STDIN,
    rule: Annotated[str | None, typer.Option(metavar="ID", help="Only this rule, and why it finds nothing.")] = None,
    tenant: Annotated[str, typer.Option(help="Whose trace it is, for applications and thresholds.")] = "local",
    format: Format = "auto",
    config: Config = None,
    json: Json = False,
) -> int:
    """Say why something was found or let go, what would be done about it, and what becomes of the trace.

    The input comes by standard input or --file, never as an argument; no value of it is shown.
    Example: echo 'mail ana@example.org' | reticent policy explain --rule email
    """
    check_format(format)
    settings = load_settings(config)
    try:
        compiled = load_policy(policy or settings.policy_path)
    except ConfigError as error:
        if policy is None or file != STDIN:
            raise
        advice = f"{error.advice}; if {policy} is what to explain: --file {policy}"
        raise ConfigError(error.what, where=error.where, advice=advice) from None
    with opened(file) as source:
        payload = source.read(settings.limits.record_bytes + 1)
    scanner = Scanner(compiled, limits=settings.limits, tenant=tenant, store=Cache.of_user())
    try:
        explained, places = _explained(scanner, payload, rule, format)
    except RecordError as error:
        raise ReticentError(f"{file}: {error.message}") from None
    for place, spot in places:
        if json:
            json_line({"file": file, **asdict(place), "line": spot[0], "column": spot[1]})
    if json:
        json_line({
            "file": file, "verdict": explained.verdict, "answers": explained.answers, "format": explained.format,
            "reached": [{"threshold": name, "why": why} for name, why in explained.reached], **explained.size,
        })  # fmt: skip
    else:
        _print_explanation(explained, places)
    return 0


_Spot = tuple[int | None, int | None]


def _explained(
    scanner: Scanner, payload: bytes, rule: str | None, format: str
) -> tuple[Explanation, list[tuple[Place, _Spot]]]:
    """With line and column of each place, where the input is text. Raises RecordError."""
    encoding = encoding_of(payload[:4096])
    text = payload.removeprefix(encoding.mark).decode(encoding.name, "replace")
    forced = None if format == "auto" else format
    try:
        explained = scanner.explain(payload if forced != "text" else text, rule=rule, format=forced)
    except RecordError as error:
        if format != "auto" or error.code not in ("not-json", "truncated", "empty", "not-utf8"):
            raise
        explained = scanner.explain(text, rule=rule)
    lines = Lines(text)
    if explained.format == "text":
        return explained, [(each, lines.place(each.start)) for each in explained.places]
    tokens = locate(text, {each.path for each in explained.places}) if text.lstrip()[:1] in ("{", "[") else {}
    found: list[tuple[Place, _Spot]] = []
    for each in explained.places:
        token = tokens.get((each.path, Part.KEY if each.part == "key" else Part.VALUE))
        found.append((each, lines.place(token.offset(each.start)) if token is not None else (None, None)))
    return explained, found


def _print_explanation(explained: Explanation, places: list[tuple[Place, _Spot]]) -> None:
    table(
        ["place", "range", "rule", "length", "made of", "seen", "checks", "outcome"],
        [
            (
                (f"{spot[0]}:{spot[1]} " if spot[0] else "") + each.path + (" (key)" if each.part == "key" else ""),
                f"{each.start}-{each.end}", each.rule, each.length, each.classes, each.seen,
                ", ".join(f"{name} {'yes' if yes else 'no'}" for name, yes in each.checks) or "none", _outcome(each),
            )
            for each, spot in places
        ],
    )  # fmt: skip
    for answer in explained.answers:
        remark(answer)
    for name, why in explained.reached:
        remark(f"{name or 'mode'}: {why}")
    size = explained.size
    remark(
        f"{counted(len(places), 'place')} in {counted(size['leaves'], 'leaf').replace('leafs', 'leaves')} as"
        f" {explained.format}; the trace would be {explained.verdict}"
    )


def _outcome(place: Place) -> str:
    if place.outcome == "found":
        chosen = "no application fits" if place.application is None else f"apply[{place.application}]"
        return f"found: {place.action} ({chosen})"
    return f"{place.outcome}: {place.why}"


def _about(policy: CompiledPolicy) -> dict[str, object]:
    return {
        "digest": policy.digest, "mode": policy.mode, "rules": len(policy.rules),
        "dictionary_entries": sum(len(each.entries) for each in policy.dictionaries),
        "thresholds": len(policy.thresholds), "approvals_minimum": policy.approvals.minimum,
    }  # fmt: skip
