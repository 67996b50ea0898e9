"""What is looked for on behalf of rules is the same whether it was kept or is worked out now."""

from __future__ import annotations

from pathlib import Path

import pytest

from reticent.cache import Cache
from reticent.detect.candidates import plans as room
from reticent.detect.candidates.plans import plans
from reticent.detect.confirm import Confirmers
from reticent.errors import ConfigError
from reticent.model import Severity
from reticent.policy.packs import load_packs
from reticent.policy.rule import Rule

RULES = load_packs(["secrets", "pii", "phi", "financial", "code"])


def test_kept_plans_are_those_that_were_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache, made = Cache(tmp_path / "cache"), plans(RULES)
    assert plans(RULES, cache) == made
    monkeypatch.delattr(room, "_plan")  # whoever works one out now fails
    assert plans(RULES, cache) == made


def test_only_what_is_new_is_worked_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache, plan = Cache(tmp_path / "cache"), room._plan
    own = Rule("own", "O", "pii", Severity.LOW, r"\bAC-\d{8}\b")
    worked: list[str] = []

    def noted(rule: Rule) -> room.Plan:
        worked.append(rule.id)
        return plan(rule)

    plans(RULES[:40], cache)
    monkeypatch.setattr(room, "_plan", noted)
    assert plans([*RULES[1:41], own], cache) == [plan(rule) for rule in [*RULES[1:41], own]]
    assert worked == [RULES[40].id, "own"]


def test_plans_of_rules_that_are_no_more_are_not_kept_for_ever(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    for number in range(50):
        plans([Rule("own", "O", "pii", Severity.LOW, rf"\bAC{number}-\d{{8}}\b")], cache)
    (file,) = (tmp_path / "cache").iterdir()
    assert file.stat().st_size < 1000


def test_another_version_of_the_code_works_them_out_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Cache(tmp_path / "cache")
    plans(RULES[:3], cache)
    monkeypatch.setattr(room, "_code", lambda: b"another")
    monkeypatch.delattr(room, "_plan")
    with pytest.raises(NameError):
        plans(RULES[:3], cache)


def test_rules_of_packs_are_compiled_when_they_are_asked_for() -> None:
    confirmers = Confirmers(RULES, {})  # without the validators that they name
    with pytest.raises(ConfigError, match="names the validator"):
        list(confirmers)


def test_others_are_compiled_at_once() -> None:
    rule = Rule("broken", "B", "pii", Severity.LOW, r"(?=x)y")
    with pytest.raises(ConfigError, match="RE2 does not take a pattern of rule broken"):
        Confirmers([rule], {})
