"""`reticent policy`: says whether a policy is right, with the place and what to write instead where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Reticent
from .policies import FEW_RULES, few_rules


def test_a_policy_that_is_right_is_described(tmp_path: Path, reticent: Reticent) -> None:
    done = reticent("policy", "check", few_rules(tmp_path), "--json")
    assert done.code == 0
    (about,) = done.rows
    assert (about["ok"], about["mode"], about["rules"]) == (True, "enforce", 1)
    assert about["digest"].startswith("sha256:")
    for columns in (None, 80):
        shown = reticent("policy", "check", few_rules(tmp_path), columns=columns)
        assert shown.code == 0
        assert "enforce" in shown.out


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("version: 1\nmode: enfroce\n", "policy.yaml:2:7", "enfroce"),
        ("version: 1\nrulse: []\n", "policy.yaml:2:", "did you mean rules?"),
        ("version: 1\n\tmode: enforce\n", "policy.yaml:2:", "tabs"),
        (FEW_RULES.replace("'AC-", "'(?=AC)AC-"), "policy.yaml:3:", "look-around is not available"),
    ],
)
def test_a_policy_that_is_wrong_says_line_column_and_what_to_write(
    text: str, where: str, what: str, tmp_path: Path, reticent: Reticent
) -> None:
    (tmp_path / "policy.yaml").write_text(text)
    done = reticent("policy", "check", "policy.yaml")
    assert done.code == 1
    assert done.out == ""
    (line,) = done.err.splitlines()
    assert where in line and "Traceback" not in line
    wrong = reticent("policy", "check", "policy.yaml", "--json")
    assert wrong.code == 1
    (row,) = wrong.rows
    assert row["ok"] is False and row["where"].startswith(where)
    assert what in line or what in row["what"] + row["advice"]


@pytest.mark.parametrize("policy", ["absent.yaml", ".", "latin.yaml"])
def test_a_file_that_is_no_policy_fails_the_check(policy: str, tmp_path: Path, reticent: Reticent) -> None:
    (tmp_path / "latin.yaml").write_bytes("# café\n".encode("latin-1"))
    done = reticent("policy", "check", policy)
    assert done.code in (1, 2)
    (line,) = done.err.splitlines()
    assert policy in line


def test_examples_are_run_and_a_rule_that_misses_its_own_fails(tmp_path: Path, reticent: Reticent) -> None:
    well = reticent("policy", "test", few_rules(tmp_path))
    assert well.code == 0
    (tmp_path / "policy.yaml").write_text(FEW_RULES.replace("AC-0001", "AC-01").replace("[AC-1]", "[AC-0002]"))
    failed = reticent("policy", "test", "policy.yaml")
    assert failed.code == 1
    assert "own" in failed.out + failed.err
    rows = reticent("policy", "test", "policy.yaml", "--json").rows
    assert rows and {row["rule"] for row in rows if "rule" in row} == {"own"}
