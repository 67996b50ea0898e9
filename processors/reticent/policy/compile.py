"""A policy file compiled into what the machine runs: immutable, checked, and known by its digest."""

from __future__ import annotations

import fnmatch
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import hyperscan
import msgspec
import re2

from .. import yamlfile
from ..errors import ConfigError
from ..formats.registry import choose, format_names
from ..model import Action, BlobAction, BlobKind, Severity, StepKind
from ..patterns.expression import expression, secret_least
from ..patterns.weight import CHARACTERS_MOST, WEIGHT_MOST, weight
from ..yamlfile import Node
from . import packs
from .macros import expand
from .rule import At, Context, Dictionary, Rule, Shape
from .selectors import path_matcher, selects
from .spec import ApplySpec, AtSpec, OpaqueSpec, PolicySpec, RuleSpec, ThresholdSpec, When, Where
from .validators import VALIDATORS

DEFAULT = Path(__file__).with_name("default.yaml")
ENTRY_LEAST = 3
_ID = re.compile(r"[a-z0-9-]{1,64}")
_DURATION = re.compile(r"(\d+)\s*([smhd])")
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


@dataclass(frozen=True, slots=True)
class ApprovalTerms:
    """`groups`: an approver is in one of them (none named: anybody of the tenant). `expires`: seconds."""

    groups: tuple[str, ...] = ()
    minimum: int = 1
    expires: float = 86400.0


@dataclass(frozen=True, slots=True)
class Threshold:
    """`when` as it was written, `rules` the ids that its globs select (empty: all)."""

    id: str
    action: Literal["hold", "block"]
    when: When
    rules: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Application:
    """What is done about findings of `rules`, where `where` holds; `at` is its path, compiled."""

    rules: frozenset[str]
    where: Where
    action: Action
    at: Callable[[str], bool] | None


@dataclass(frozen=True)
class CompiledPolicy:
    """What is found, what is done about it, and when a trace is held; `digest` names exactly this."""

    version: int
    mode: Literal["enforce", "shadow"]
    digest: str
    rules: tuple[Rule, ...]
    dictionaries: tuple[Dictionary, ...]
    thresholds: tuple[Threshold, ...]
    approvals: ApprovalTerms
    needs_steps: bool
    needs_paths: bool
    applications: tuple[Application, ...] = field(repr=False)
    blobs: Mapping[BlobKind, BlobAction] = field(repr=False)
    files: tuple[Path, ...] = field(default=(), compare=False)
    """What it was compiled from: when one of them changes, so does the policy."""

    def action(self, rule: str, category: str, *, format: str, tenant: str, step: str, path: str) -> Action:
        """What to do about a finding: the first application that fits says it; redact where none does.

        `step` is empty for a leaf of no step."""
        chosen = self.application(rule, category, format=format, tenant=tenant, step=step, path=path)
        return Action.REDACT if chosen is None else self.applications[chosen].action

    def application(self, rule: str, category: str, *, format: str, tenant: str, step: str, path: str) -> int | None:
        """The number of the application that says it."""
        for number, each in enumerate(self.applications):
            where = each.where
            if (
                rule in each.rules
                and selects(where.category, category)
                and selects(where.format, format)
                and selects(where.tenant, tenant)
                and selects(where.step, step)
                and (each.at is None or each.at(path))
            ):
                return number
        return None


def load_policy(path: Path | None) -> CompiledPolicy:
    """Compiles a policy file, or the shipped one. Raises ConfigError with line and column."""
    file = path or DEFAULT
    policy = compile_policy(yamlfile.load(file), file.resolve().parent)
    return replace(policy, files=(file, *policy.files))


def compile_policy(root: Node, base: Path) -> CompiledPolicy:
    """`base`: what files named in the policy are relative to."""
    spec = _convert(root)
    rules = _rules(root, spec)
    dictionaries = tuple(
        _dictionary(root.child("dictionaries", i), each, base) for i, each in enumerate(spec.dictionaries)
    )
    known = _unique(root, rules, dictionaries)
    applications = tuple(_application(root.child("apply", i), each, known) for i, each in enumerate(spec.apply))
    thresholds = tuple(_threshold(root.child("thresholds", i), each, known) for i, each in enumerate(spec.thresholds))
    approvals = spec.approvals
    if approvals.minimum < 1:
        raise root.child("approvals", "minimum").error("at least one approval is needed", "write 1 or more")
    terms = ApprovalTerms(
        approvals.groups, approvals.minimum, _duration(approvals.expires, root.child("approvals", "expires"))
    )
    if not rules and not dictionaries:
        raise root.error("the policy looks for nothing, so all would leave as it came", "name packs: [secrets, pii]")
    return CompiledPolicy(
        version=spec.version,
        mode=spec.mode,
        digest=_digest(spec, rules, dictionaries),
        rules=rules,
        dictionaries=dictionaries,
        thresholds=thresholds,
        approvals=terms,
        needs_steps=any(each.where.step for each in spec.apply),
        needs_paths=any(each.where.step or each.where.path for each in spec.apply),
        applications=applications,
        blobs={kind: BlobAction(getattr(spec.opaque, kind.value) or spec.opaque.default) for kind in BlobKind},
        files=tuple(base / each.file for each in spec.dictionaries),
    )


_AT = re.compile(r" - at `\$\.?(.*?)`$")
_UNKNOWN = re.compile(r"unknown field `(.*?)`")


def _convert(root: Node) -> PolicySpec:
    if not isinstance(root.value, dict):
        raise root.error("a policy is a mapping", "begin with version: 1")
    if "version" not in root.value:
        raise root.error("the policy does not say its version", "begin with version: 1")
    try:
        return msgspec.convert(root.value, PolicySpec)
    except msgspec.ValidationError as error:
        message = str(error)
    found = _AT.search(message)
    path: list[str | int] = []
    if found:
        path = [int(part) if part.isdigit() else part for part in re.findall(r"[^.\[\]]+", found.group(1))]
    what = _AT.sub("", message)
    unknown = _UNKNOWN.search(what)
    if unknown:
        name = unknown.group(1)
        fields = _FIELDS.get(str(path[0]) if path else "", ())
        raise root.child(*path, name).error(
            f"there is no field {name} here", yamlfile.did_you_mean(name, fields) if fields else ""
        )
    dotted = ".".join(str(part) for part in path) or "the policy"
    raise root.child(*path).error(
        f"{dotted}: {what[:1].lower()}{what[1:]}", yamlfile.allowed(PolicySpec, path, root.child(*path).value)
    )


_FIELDS: dict[str, Sequence[str]] = {
    "": PolicySpec.__struct_fields__,
    "rules": RuleSpec.__struct_fields__,
    "apply": (*ApplySpec.__struct_fields__, *Where.__struct_fields__),
    "thresholds": ("id", "action", *When.__struct_fields__),
    "dictionaries": ("id", "file", "category", "severity"),
    "approvals": ("groups", "minimum", "expires"),
    "opaque": OpaqueSpec.__struct_fields__,
}


def _rules(root: Node, spec: PolicySpec) -> tuple[Rule, ...]:
    shipped: list[Rule] = []
    for index, name in enumerate(spec.packs):
        try:
            shipped += packs.load_packs([name])
        except ConfigError as error:
            raise root.child("packs", index).error(error.what, error.advice) from None
    known = {rule.id for rule in shipped}
    for name in ("disable", "enable"):
        for index, glob in enumerate(getattr(spec, name)):
            if not fnmatch.filter(known, glob):
                raise root.child(name, index).error(f"there is no rule {glob}", yamlfile.did_you_mean(glob, known))

    def among(rule: Rule, globs: Iterable[str]) -> bool:
        return any(fnmatch.fnmatchcase(rule.id, glob) for glob in globs)

    kept = [
        rule for rule in shipped if not among(rule, spec.disable) and (not rule.optional or among(rule, spec.enable))
    ]
    own = [_rule(root.child("rules", index), each) for index, each in enumerate(spec.rules)]
    return (*kept, *own)


def _rule(node: Node, given: RuleSpec) -> Rule:
    for name in given.validators:
        if name not in VALIDATORS:
            raise node.child("validators").error(
                f"there is no validator {name}", yamlfile.did_you_mean(name, VALIDATORS)
            )
    if sum(bool(each) for each in (given.pattern, given.at, given.shape)) != 1:
        raise node.error("a rule looks for one thing", "give it a pattern, or `at`, or a shape")
    pattern = _pattern(node.child("pattern"), given.pattern) if given.pattern else ""
    trigger = _pattern(node.child("trigger"), given.trigger) if given.trigger else ""
    context = given.context
    return Rule(
        id=given.id,
        title=given.title or given.id,
        category=given.category,
        severity=Severity[given.severity.upper()],
        pattern=pattern,
        at=_at(node.child("at"), given.at) if given.at else None,
        shape=Shape(given.shape.kind, given.shape.least) if given.shape else None,
        trigger=trigger,
        keywords=tuple(word.casefold() for word in given.keywords),
        validators=given.validators,
        context=None
        if context is None
        else Context(
            tuple(word.casefold() for word in context.support),
            tuple(word.casefold() for word in context.against),
            context.window,
            context.required,
        ),
        entropy=given.entropy,
        allow=given.allow,
        match=given.examples.match,
        no_match=given.examples.no_match,
    )


def _at(node: Node, given: AtSpec) -> At:
    if not (given.key or given.path or given.step):
        raise node.error("it says no place", "give a key, a path or a step")
    if given.path:
        try:
            path_matcher(given.path)
        except ConfigError as error:
            raise node.child("path").error(error.what, error.advice) from None
    _check_step(node.child("step"), given.step or None)
    return At(given.key, given.path, given.step)


def _check_step(node: Node, step: str | None) -> None:
    kinds = [kind.value for kind in StepKind]
    if step is not None and not fnmatch.filter(kinds, step):
        raise node.error(f"there is no step kind {step}", yamlfile.did_you_mean(step, kinds))


_LOOK = re.compile(r"\(\?<?[=!]")
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False


def _pattern(node: Node, given: str) -> str:
    """With its macros written out; both engines take it, and it cannot match nothing."""
    try:
        pattern = expand(given)
    except ConfigError as error:
        raise node.error(error.what, error.advice) from None
    if len(pattern) > CHARACTERS_MOST:
        raise node.error(
            f"the pattern is too large: {len(pattern):,} characters, and {CHARACTERS_MOST:,} are taken",
            "put lists of words into a dictionary, and split the rest into rules",
        )
    size = weight(pattern)
    if size > WEIGHT_MOST:
        raise node.error(
            f"the pattern is too large: {size:,} positions with its repeats written out, and {WEIGHT_MOST:,} are taken",
            "shorten the repeats; what follows the first few dozen characters need not be in the pattern",
        )
    advice = "use plain groups, classes and bounded repeats; both RE2 and Hyperscan must take it"
    if _LOOK.search(pattern):
        advice = "look-around is not available; write what stands around, and name the secret (?P<secret>...)"
    elif re.search(r"\\[1-9]", pattern):
        advice = "back-references are not available; write the alternatives out"
    try:
        compiled: Any = re2.compile(pattern, _OPTIONS)
    except re2.error as error:
        reason = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        if "repetition size" in reason:
            advice = "shorten the repeats: those within others multiply, and make 1,000 at most"
        raise node.error(f"RE2 does not take the pattern ({reason})", advice) from None
    if compiled.fullmatch("") is not None:
        raise node.error("the pattern matches an empty text", "require at least one character")
    if secret_least(pattern) == 0:
        raise node.error("the group named secret matches an empty text", "require at least one character in it")
    try:
        hyperscan.Database().compile(expressions=[expression(pattern)], ids=[0], elements=1, flags=0)
    except hyperscan.error as error:
        raise node.error(f"Hyperscan does not take the pattern ({error})", advice) from None
    return pattern


def _dictionary(node: Node, given: Any, base: Path) -> Dictionary:
    path = base / given.file
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise node.child("file").error(
            f"{given.file} cannot be read ({reason})", "paths are relative to the policy file"
        ) from None
    entries: dict[str, None] = {}
    for number, line in enumerate(lines, 1):
        entry = line.strip()
        if not entry or entry.startswith("#"):
            continue
        if len(entry) < ENTRY_LEAST:
            raise ConfigError(
                f"an entry has fewer than {ENTRY_LEAST} characters and would mask ordinary text",
                where=f"{path}:{number}:1",
                advice="remove it, or write a rule with context",
            )
        entries[entry] = None
    if not entries:
        raise node.child("file").error(f"{given.file} holds no entry", "write one literal a line")
    return Dictionary(given.id, given.category, Severity[given.severity.upper()], tuple(entries))


def _unique(root: Node, rules: Sequence[Rule], dictionaries: Sequence[Dictionary]) -> dict[str, str]:
    """Ids with their categories."""
    known: dict[str, str] = {}
    shipped = sum(bool(rule.pack) for rule in rules)
    for index, rule in enumerate(rules):
        node = root.child("rules", index - shipped, "id") if not rule.pack else root
        if not _ID.fullmatch(rule.id):
            raise node.error("the id is not fit for placeholders", "use a-z, 0-9 and hyphens, at most 64")
        if rule.id in known:
            raise node.error(f"the id {rule.id} is taken", "choose another, or disable the shipped rule")
        known[rule.id] = rule.category
    for index, dictionary in enumerate(dictionaries):
        node = root.child("dictionaries", index, "id")
        if not _ID.fullmatch(dictionary.id) or dictionary.id in known:
            raise node.error(f"the id {dictionary.id[:64]} is taken or not fit", "use a-z, 0-9 and hyphens, once")
        known[dictionary.id] = dictionary.category
    return known


def _application(node: Node, given: ApplySpec, known: dict[str, str]) -> Application:
    try:
        at = path_matcher(given.where.path) if given.where.path else None
    except ConfigError as error:
        raise node.child("where", "path").error(error.what, error.advice) from None
    _check_step(node.child("where", "step"), given.where.step)
    _check_format(node.child("where", "format"), given.where.format)
    return Application(_selected(given.rules, known, node.child("rules")), given.where, Action(given.action), at)


def _threshold(node: Node, given: ThresholdSpec, known: dict[str, str]) -> Threshold:
    when = given.when
    if when == When():
        raise node.child("when").error("it says nothing, so every trace would reach it", "give it a size, a count, ...")
    if when.category is not None and when.category not in known.values():
        raise node.child("when", "category").error(
            f"no rule is of category {when.category}, so this is never reached",
            yamlfile.did_you_mean(when.category, set(known.values())),
        )
    _check_format(node.child("when", "format"), when.format)
    return Threshold(given.id, given.action, when, _selected(when.rules, known, node.child("when", "rules")))


def _check_format(node: Node, format: str | None) -> None:
    if format is not None and not fnmatch.filter(format_names(), format):
        raise node.error(f"there is no format {format}", choose(format_names(), format))


def _selected(globs: Iterable[str], known: dict[str, str], node: Node) -> frozenset[str]:
    """Ids that the globs select; `category:pii` selects by category."""
    selected: set[str] = set()
    for index, glob in enumerate(globs):
        kind, _, name = glob.partition(":")
        found = (
            {rule for rule, category in known.items() if fnmatch.fnmatchcase(category, name)}
            if kind == "category" and name
            else set(fnmatch.filter(known, glob))
        )
        if not found and glob != "*":
            raise node.child(index).error(f"there is no rule {glob}", yamlfile.did_you_mean(glob, known))
        selected |= found
    return frozenset(selected)


def _duration(given: Any, node: Node) -> float:
    found = _DURATION.fullmatch(str(given).strip())
    if found is None or int(found.group(1)) == 0:
        raise node.error(f"{str(given)[:40]} is no duration", "write 30m, 24h or 7d")
    return int(found.group(1)) * _SECONDS[found.group(2)]


def _digest(spec: PolicySpec, rules: Sequence[Rule], dictionaries: Sequence[Dictionary]) -> str:
    """Over what decides, wherever the files lie and however they are laid out."""
    content = [
        msgspec.structs.replace(spec, rules=(), dictionaries=()),
        [replace(rule, match=(), no_match=(), source="", title="") for rule in rules],
        [(each.id, each.category, each.severity, sorted(each.entries)) for each in dictionaries],
    ]
    encoded = msgspec.json.encode(content, enc_hook=str, order="sorted")
    return "sha256:" + hashlib.sha256(encoded).hexdigest()
