"""The shipped rules: each complete, taken by both engines, and true to its own examples."""

from __future__ import annotations

import re

import pytest

from reticent.detect import Detector
from reticent.errors import ConfigError
from reticent.limits import Limits
from reticent.policy import load_policy
from reticent.policy.packs import load_packs, pack_names
from reticent.policy.rule import Rule

RULES = load_packs(pack_names())


def test_there_are_rules_of_every_pack() -> None:
    assert {rule.pack for rule in RULES} == set(pack_names())
    assert len(RULES) >= 950


def test_ids_are_unique_and_fit_for_placeholders() -> None:
    ids = [rule.id for rule in RULES]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z0-9-]{1,64}", name) for name in ids)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_says_what_it_is_where_it_comes_from_and_shows_it(rule: Rule) -> None:
    assert rule.title and rule.category and rule.source.startswith("http")
    assert len(rule.match) >= 2 and len(rule.no_match) >= 2


@pytest.mark.parametrize("shipped", [True, False], ids=["enabled", "opt-in"])
def test_every_rule_finds_its_examples_and_not_its_counterexamples(shipped: bool) -> None:
    enabled = load_policy(None).rules
    rules = enabled if shipped else [rule for rule in RULES if rule not in enabled]
    assert rules
    assert list(Detector(rules, limits=Limits()).failing_examples()) == []


def test_an_unknown_pack_is_refused_with_advice() -> None:
    with pytest.raises(ConfigError, match="secrets"):
        load_packs(["secret"])
