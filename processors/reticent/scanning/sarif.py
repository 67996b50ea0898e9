"""SARIF 2.1.0, the form that code-scanning tools read. It holds places, and neither values nor digests of them.

`partialFingerprints` say which finding is which over time. They are digests of what stands around a finding (see
`hits`), numbered where several are alike: the line may move, and nobody can guess the value from them. The name
`primaryLocationLineHash` is GitHub's: where it is missing, GitHub's own tools put a digest of the whole line there, and
so of the value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .. import __version__
from ..model import Severity
from ..policy import CompiledPolicy
from .hits import Hit
from .pieces import Trouble

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: Mapping[str, str] = {"low": "note", "medium": "warning", "high": "error", "critical": "error"}
_SCORES: Mapping[str, str] = {"low": "3.0", "medium": "5.5", "high": "8.0", "critical": "9.5"}
"""CVSS-like numbers by which GitHub sorts."""


def log(
    policy: CompiledPolicy, hits: Sequence[tuple[Hit, bool | None]], troubles: Iterable[Trouble], *, base: Path
) -> dict[str, Any]:
    """One run. `hits`: each with whether a baseline knows it; None: there is none. Paths are relative to `base`, the
    root of the source."""
    about = {rule.id: (rule.title, rule.category, rule.severity, rule.source) for rule in policy.rules}
    about |= {each.id: ("A known literal", each.category, each.severity, "") for each in policy.dictionaries}
    used = sorted({hit.rule for hit, _ in hits})
    numbers = {rule: number for number, rule in enumerate(used)}
    alike: Counter[tuple[str, str]] = Counter()
    results = []
    for hit, known in hits:
        alike[hit.file, hit.context] += 1
        results.append(_result(hit, known, numbers[hit.rule], about[hit.rule][0], alike[hit.file, hit.context], base))
    failed = [_notification(each, base) for each in troubles]
    run = {
        "tool": {
            "driver": {
                "name": "reticent",
                "semanticVersion": __version__,
                "version": __version__,
                "rules": [_rule(rule, *about[rule]) for rule in used],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not failed, "toolExecutionNotifications": failed}],
        "results": results,
        "properties": {"policy": policy.digest},
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _notification(trouble: Trouble, base: Path) -> dict[str, Any]:
    where = [{"physicalLocation": _file(trouble.file, base)}]
    return {"level": "error", "message": {"text": trouble.message}, "locations": where}


def _rule(rule: str, title: str, category: str, severity: Severity, source: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": rule,
        "name": "".join(part.capitalize() for part in rule.split("-")),
        "shortDescription": {"text": title},
        "fullDescription": {"text": f"{title}: it must not leave."},
        "help": {"text": "Remove it. A credential that was committed or published must be revoked as well."},
        "defaultConfiguration": {"level": LEVELS[severity.label]},
        "properties": {"tags": ["security", category], "security-severity": _SCORES[severity.label]},
    }
    return {**made, "helpUri": source} if source.startswith("http") else made


def _result(hit: Hit, known: bool | None, number: int, title: str, count: int, base: Path) -> dict[str, Any]:
    outer, _, member = hit.file.partition("!")
    place = f" in {member}, line {hit.line}," if member and hit.line else f" in {member}" if member else ""
    location: dict[str, Any] = {"physicalLocation": {**_file(outer, base), "region": _region(hit, packed=bool(member))}}
    names = {"resource": member, "member": hit.path if hit.path != "$" else ""}
    logical = [{"name": name, "fullyQualifiedName": name, "kind": kind} for kind, name in names.items() if name]
    if logical:
        location["logicalLocations"] = logical
    result: dict[str, Any] = {
        "ruleId": hit.rule,
        "ruleIndex": number,
        "level": LEVELS[hit.severity],
        "message": {"text": f"{title}{place} must not leave"},
        "locations": [location],
        "partialFingerprints": {"primaryLocationLineHash": f"{hit.context}:{count}"},
    }
    if known is not None:
        result["baselineState"] = "unchanged" if known else "new"
    if known:
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": "in the baseline"}]
    return result


def _region(hit: Hit, *, packed: bool) -> dict[str, int]:
    """Of what is packed, or is not text, the file's beginning: a region must be somewhere."""
    if packed or hit.line is None or hit.column is None or hit.end_line is None or hit.end_column is None:
        return {"startLine": 1}
    return {
        "startLine": hit.line, "startColumn": hit.column, "endLine": hit.end_line, "endColumn": hit.end_column,
    }  # fmt: skip


def _file(name: str, base: Path) -> dict[str, Any]:
    outer = name.partition("!")[0]
    path = Path(outer).resolve()
    if outer != "-" and path.is_relative_to(base.resolve()):
        return {
            "artifactLocation": {"uri": quote(path.relative_to(base.resolve()).as_posix(), errors="surrogateescape")}
        }
    return {"artifactLocation": {"uri": "stdin" if outer == "-" else path.as_uri()}}
