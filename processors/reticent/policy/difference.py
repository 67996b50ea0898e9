"""What is different between two policies, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from .compile import ApprovalTerms, CompiledPolicy, Threshold
from .rule import Dictionary, Rule

_FIELDS = (
    "pattern", "at", "shape", "trigger", "keywords", "validators", "context", "entropy", "allow", "category",
    "severity",
)  # fmt: skip
"""Of a rule, what decides."""
_SHOWN_MOST = 120


@dataclass(frozen=True, slots=True)
class Change:
    """`kind`: what changed: a rule, a dictionary, an application ... `name`: which. `what`: in words."""

    kind: Literal["mode", "rule", "dictionary", "application", "threshold", "approvals"]
    change: Literal["added", "removed", "changed"]
    name: str
    what: str


def differences(old: CompiledPolicy, new: CompiledPolicy) -> Iterator[Change]:
    """Nothing where both decide alike."""
    if old.mode != new.mode:
        yield Change("mode", "changed", "mode", f"{old.mode} becomes {new.mode}")
    yield from _rules({rule.id: rule for rule in old.rules}, {rule.id: rule for rule in new.rules})
    yield from _dictionaries({each.id: each for each in old.dictionaries}, {each.id: each for each in new.dictionaries})
    yield from _applications(old, new)
    yield from _thresholds({each.id: each for each in old.thresholds}, {each.id: each for each in new.thresholds})
    if old.approvals != new.approvals:
        yield Change("approvals", "changed", "approvals", f"{_terms(old.approvals)} becomes {_terms(new.approvals)}")


def _rules(old: Mapping[str, Rule], new: Mapping[str, Rule]) -> Iterator[Change]:
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if before is None and after is not None:
            yield Change("rule", "added", name, _about(after))
        elif after is None and before is not None:
            yield Change("rule", "removed", name, _about(before))
        elif before is not None and after is not None:
            changed = [
                f"{field} was {_shown(getattr(before, field))}, is {_shown(getattr(after, field))}"
                for field in _FIELDS
                if getattr(before, field) != getattr(after, field)
            ]
            if changed:
                yield Change("rule", "changed", name, "; ".join(changed))


def _about(rule: Rule) -> str:
    return f"{rule.title} ({rule.category}, {rule.severity.label}{f', pack {rule.pack}' if rule.pack else ''})"


def _dictionaries(old: Mapping[str, Dictionary], new: Mapping[str, Dictionary]) -> Iterator[Change]:
    """Entries are customers' names: they are counted."""
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if before is None and after is not None:
            yield Change("dictionary", "added", name, f"{len(after.entries)} entries")
        elif after is None and before is not None:
            yield Change("dictionary", "removed", name, f"{len(before.entries)} entries")
        elif before is not None and after is not None:
            more, less = set(after.entries) - set(before.entries), set(before.entries) - set(after.entries)
            parts = [f"{len(more)} entries more"] if more else []
            parts += [f"{len(less)} entries gone"] if less else []
            parts += [
                f"{field} was {_shown(getattr(before, field))}, is {_shown(getattr(after, field))}"
                for field in ("category", "severity")
                if getattr(before, field) != getattr(after, field)
            ]
            if parts:
                yield Change("dictionary", "changed", name, "; ".join(parts))


def _applications(old: CompiledPolicy, new: CompiledPolicy) -> Iterator[Change]:
    """The list as a whole counts, because the first that fits decides."""
    before, after = _written(old), _written(new)
    for number, text in enumerate(before):
        if text not in after:
            yield Change("application", "removed", f"apply[{number}]", text)
    for number, text in enumerate(after):
        if text not in before:
            yield Change("application", "added", f"apply[{number}]", text)
    kept = [text for text in before if text in after], [text for text in after if text in before]
    if kept[0] != kept[1]:
        yield Change("application", "changed", "apply", "the same applications stand in another order")


def _written(policy: CompiledPolicy) -> list[str]:
    """Each application in words; sets of rules by what they leave out where that is shorter."""
    known = {rule.id for rule in policy.rules} | {each.id for each in policy.dictionaries}
    written = []
    for each in policy.applications:
        missing = known - each.rules
        rules = "every rule" if not missing else _listed("rules", each.rules)
        if missing and len(missing) < len(each.rules):
            rules = "every rule but " + _listed("", missing)
        where = msgspec.structs.asdict(each.where)
        places = " and ".join(f"{name} {value}" for name, value in where.items() if value is not None)
        written.append(f"{each.action.value} {rules}{f' where {places}' if places else ''}")
    return written


def _listed(noun: str, names: frozenset[str] | set[str]) -> str:
    shown = sorted(names)
    text = ", ".join(shown[:12]) + (f" and {len(shown) - 12} more" if len(shown) > 12 else "")
    return f"{noun} {text}".strip()


def _thresholds(old: Mapping[str, Threshold], new: Mapping[str, Threshold]) -> Iterator[Change]:
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if before is None and after is not None:
            yield Change("threshold", "added", name, _threshold(after))
        elif after is None and before is not None:
            yield Change("threshold", "removed", name, _threshold(before))
        elif before is not None and after is not None and before != after:
            yield Change("threshold", "changed", name, f"{_threshold(before)} becomes {_threshold(after)}")


def _threshold(each: Threshold) -> str:
    when = {name: value for name, value in msgspec.structs.asdict(each.when).items() if value not in (None, ())}
    conditions = " and ".join(f"{name} {_shown(value)}" for name, value in when.items())
    return f"{each.action} when {conditions or 'anything comes'}"


def _terms(terms: ApprovalTerms) -> str:
    groups = ", ".join(terms.groups) or "anybody of the tenant"
    return f"{terms.minimum} of {groups} within {terms.expires:g} s"


def _shown(value: Any) -> str:
    if value in (None, "", (), 0.0):
        return "none"
    if isinstance(value, Sequence) and not isinstance(value, str):
        text = ", ".join(map(str, value))
    else:
        text = getattr(value, "label", None) or str(value)
    return text if len(text) <= _SHOWN_MOST else text[: _SHOWN_MOST - 3] + "..."
