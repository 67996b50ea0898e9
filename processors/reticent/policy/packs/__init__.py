"""The packs we ship: YAML files beside this one, read into rules. FORMAT.md says how they are written."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any, Final

import msgspec
import yaml

from ...errors import ConfigError
from ...model import Severity
from ..examples import Examples
from ..macros import expand, lookout
from ..rule import At, Context, Rule, Shape

PACKS: Final = ("secrets", "pii", "phi", "financial", "code", "traces-shape", "identifiers", "placeholders")
ASKED_FOR: Final = ("identifiers", "placeholders")
"""Of these, in no default policy: they take what the others let go on purpose."""
_ID: Final = re.compile(r"[a-z0-9-]{1,64}")
_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Context(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    support: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    window: int = 80
    required: bool = False


class _Examples(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    match: tuple[str, ...]
    no_match: tuple[str, ...]


class _Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    title: str
    severity: str
    source: str
    examples: _Examples
    pattern: str = ""
    at: At | None = None
    shape: Shape | None = None
    category: str = ""
    keywords: tuple[str, ...] = ()
    validators: tuple[str, ...] = ()
    context: _Context | None = None
    entropy: float = 0.0
    allow: tuple[str, ...] = ()
    optional: bool = False
    trigger: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pack: str
    category: str
    rules: tuple[_Rule, ...]


def pack_names() -> tuple[str, ...]:
    """The packs that can be loaded, in the order in which they are documented."""
    return tuple(name for name in PACKS if _texts(name))


def load_packs(names: Iterable[str]) -> tuple[Rule, ...]:
    """The rules of the named packs, in the order of the names, then of the files. Raises ConfigError."""
    rules = tuple(rule for name in dict.fromkeys(names) for rule in _load(name))
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise ConfigError(f"two rules are called {rule.id}", where=f"pack {rule.pack}")
        seen.add(rule.id)
    return rules


@functools.cache
def _load(name: str) -> tuple[Rule, ...]:
    texts = _texts(name)
    if not texts:
        near = difflib.get_close_matches(name, pack_names(), n=1)
        advice = f"did you mean {near[0]}?" if near else f"packs are {', '.join(pack_names())}"
        raise ConfigError(f"no pack is called {name!r}", advice=advice)
    return tuple(rule for file, text in sorted(texts.items()) for rule in _read(file, text, name))


@functools.cache
def _texts(name: str) -> Mapping[str, str]:
    """The pack's files by name: `<name>.yaml` and `<name>_<part>.yaml`."""
    mine = re.compile(rf"{re.escape(name)}(_[a-z0-9_-]+)?\.yaml")
    folder = files(__package__)
    return {item.name: item.read_text("utf-8") for item in folder.iterdir() if mine.fullmatch(item.name)}


def _read(file: str, text: str, pack: str) -> list[Rule]:
    try:
        tree: Any = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader, the C one where it is built
        content = msgspec.convert(tree, _File)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise ConfigError(str(error), where=f"pack file {file}", advice="FORMAT.md beside it shows the form") from error
    if content.pack != pack:
        raise ConfigError(f"says it is of pack {content.pack}", where=f"pack file {file}", advice=f"write {pack}")
    return [_rule(entry, content, file) for entry in content.rules]


def _rule(entry: _Rule, content: _File, file: str) -> Rule:
    where = f"pack file {file}, rule {entry.id}"
    if not _ID.fullmatch(entry.id):
        raise ConfigError("an id is 1 to 64 of a-z, 0-9 and -", where=where)
    severity = {level.label: level for level in Severity}.get(entry.severity)
    if severity is None:
        raise ConfigError(f"unknown severity {entry.severity!r}", where=where, advice="low, medium, high or critical")
    context = entry.context
    return Rule(
        id=entry.id,
        title=entry.title,
        category=entry.category or content.category,
        severity=severity,
        pattern=expand(entry.pattern),
        at=entry.at,
        shape=entry.shape,
        keywords=tuple(word.casefold() for word in entry.keywords),
        validators=entry.validators,
        context=None if context is None else Context(**msgspec.structs.asdict(context)),
        entropy=entry.entropy,
        allow=entry.allow,
        trigger=lookout(entry.pattern, entry.trigger),
        source=entry.source,
        match=Examples(entry.examples.match, f"{entry.id}/match"),
        no_match=Examples(entry.examples.no_match, f"{entry.id}/no-match"),
        pack=content.pack,
        optional=entry.optional,
        asked=entry.optional or content.pack in ASKED_FOR,
    )
