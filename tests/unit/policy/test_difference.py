"""Two policies compared in words; and patterns that are too large for the engines."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from reticent import yamlfile
from reticent.errors import ConfigError
from reticent.patterns.weight import WEIGHT_MOST, weight
from reticent.policy.compile import CompiledPolicy, compile_policy
from reticent.policy.difference import differences
from reticent.policy.packs import load_packs, pack_names

OLD = """version: 1
packs: [pii]
rules:
- {id: order, category: pii, pattern: 'AC-\\d{8}', keywords: [ac-]}
- {id: gone, pattern: 'GONE-\\d'}
apply:
- {rules: [email], action: partial}
- {rules: ['*'], action: redact}
thresholds:
- {id: many, when: {category: pii, findings: 3}, action: hold}
"""
NEW = """version: 1
mode: shadow
packs: [pii]
rules:
- {id: order, category: pii, severity: low, pattern: 'AC-\\d{9}', keywords: [ac-]}
- {id: fresh, pattern: 'FRESH-\\d'}
apply:
- {rules: [email], where: {tenant: acme}, action: partial}
- {rules: ['*'], action: redact}
thresholds:
- {id: many, when: {category: pii, findings: 5}, action: block}
approvals: {groups: [security]}
"""


def _compile(text: str, base: Path = Path()) -> CompiledPolicy:
    return compile_policy(yamlfile.parse(text, "p.yaml"), base)


def _words(old: str, new: str, base: Path = Path()) -> list[str]:
    found = differences(_compile(old, base), _compile(new, base))
    return [f"{each.kind} {each.name} {each.change}: {each.what}" for each in found]


def test_a_policy_does_not_differ_from_itself() -> None:
    assert _words(OLD, OLD) == []


def test_each_difference_is_said_in_words() -> None:
    assert _words(OLD, NEW) == [
        "mode mode changed: enforce becomes shadow",
        "rule fresh added: fresh (custom, high)",
        "rule gone removed: gone (custom, high)",
        "rule order changed: pattern was AC-\\d{8}, is AC-\\d{9}; severity was high, is low",
        "application apply[0] removed: partial rules email",
        "application apply[0] added: partial rules email where tenant acme",
        "threshold many changed: hold when findings 3 and category pii becomes block when findings 5 and category pii",
        "approvals approvals changed: 1 of anybody of the tenant within 86400 s becomes 1 of security within 86400 s",
    ]


def test_applications_in_another_order_differ_because_the_first_decides() -> None:
    text = "version: 1\npacks: [pii]\napply:\n{}\n{}\n"
    lines = "- {rules: [email], action: hash}", "- {rules: ['category:pii'], action: drop}"
    one, other = text.format(*lines), text.format(*reversed(lines))
    assert _words(one, other) == ["application apply changed: the same applications stand in another order"]


def test_entries_of_dictionaries_are_counted_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Mia Li\nJo Do\n")
    (tmp_path / "b.txt").write_text("Mia Li\nAda Wu\nEva Ng\n")
    text = "version: 1\ndictionaries:\n- {{id: d, file: {}.txt}}\n"
    (found,) = _words(text.format("a"), text.format("b"), tmp_path)
    assert found == "dictionary d changed: 2 entries more; 1 entries gone"


def test_repeats_multiply_and_loops_do_not() -> None:
    assert weight("abc") == 3
    assert weight("[a-z]{1,40}x") == 41
    assert weight("(?:ab{0,9}){0,10}") == 100
    assert weight("a*b+(?P<secret>c|de)") == 5


def test_no_rule_that_we_ship_is_near_the_limit() -> None:
    """But for the one that has all words of seed phrases, which RE2 folds into a tree, and Hyperscan is not given."""
    rules = [rule for rule in load_packs(pack_names()) if rule.id != "seed-words"]
    assert max(weight(rule.pattern) for rule in rules) < WEIGHT_MOST / 2


@pytest.mark.parametrize(
    ("pattern", "what", "advice"),
    [
        ("x(?:[a-z]{1,999}-){11}", "positions with its repeats written out", "shorten the repeats"),
        ("|".join(f"word{number:05}" for number in range(2000)), "19,999 characters", "dictionary"),
    ],
)
def test_a_pattern_that_is_too_large_is_refused_quickly_and_with_advice(pattern: str, what: str, advice: str) -> None:
    began = time.process_time()
    with pytest.raises(ConfigError, match=r"p\.yaml:3:20: the pattern is too large") as caught:
        _compile(f"version: 1\nrules:\n- {{id: x, pattern: '{pattern}'}}\n")
    assert what in str(caught.value) and advice in str(caught.value)
    assert time.process_time() - began < 2


def test_repeats_within_repeats_are_explained() -> None:
    with pytest.raises(ConfigError, match=r"repetition size.*multiply"):
        _compile("version: 1\nrules:\n- {id: x, pattern: 'x(?:[a-z]{1,99}-){1,11}'}\n")
