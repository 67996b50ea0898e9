"""What two policies do differently: on files, on history; and what a rule costs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reticent import yamlfile
from reticent.model import Severity
from reticent.policy.compile import CompiledPolicy, compile_policy
from reticent.policy.packs import load_packs, pack_names
from reticent.policy.rule import Rule
from reticent.scanner import Scanner
from reticent.scanning.cost import SLOW, slow_rules
from reticent.scanning.effects import Effect, on_files, on_history

from .conftest import order

BASE = "version: 1\nrules:\n- {id: order, category: orders, pattern: 'AC-[A-Z0-9]{8}'}\n"


def _policy(more: str = "", text: str = BASE) -> CompiledPolicy:
    return compile_policy(yamlfile.parse(text + more, "p.yaml"), Path())


def _on(tmp_path: Path, old: CompiledPolicy, new: CompiledPolicy, **files: str) -> list[Effect]:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    one, other = (Scanner(policy, key=b"k" * 32) for policy in (old, new))
    found = on_files([str(tmp_path / name) for name in files], one, other)
    return [replace(each, where=each.where.removeprefix(f"{tmp_path}/")) for each in found]


TWICE = "thresholds:\n- {id: two, when: {findings: 2}, action: hold}\n"
MORE = "- {id: ticket, category: tickets, severity: low, pattern: 'T-\\d{5}'}\n"


def test_alike_policies_do_alike(tmp_path: Path) -> None:
    assert _on(tmp_path, _policy(), _policy(), a=order(), b=json.dumps({"x": order()})) == []


def test_findings_actions_and_verdicts_that_differ_on_files(tmp_path: Path) -> None:
    hashed = "apply:\n- {rules: [order], action: hash}\n"
    found = _on(tmp_path, _policy(), _policy(MORE + hashed + TWICE), a=f"\n{order()} T-12345", b='{"x": ["T-12345"]}')
    assert found == [
        Effect("a:2:1", "finding", "order (redact)", "order (hash)"),
        Effect("a:2:13", "finding", "", "ticket (redact)"),
        Effect("a", "verdict", "released", "held"),
        Effect("b $['x'][0]", "finding", "", "ticket (redact)"),
    ]


def test_lines_of_json_and_large_texts_are_compared_piece_by_piece(tmp_path: Path) -> None:
    lines = "\n".join([json.dumps({"n": 1}), json.dumps({"t": "T-12345"})])
    large = "x" * 150_000 + "\nT-12345\n"
    found = _on(tmp_path, _policy(), _policy(MORE), **{"a.jsonl": lines, "b": large})
    assert [each.where for each in found] == ["a.jsonl:2 $['t']", "b:2:1"]


# history


def _trace(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "tenant": "acme", "source": f"s{number}", "trace_id": f"t{number}", "session_id": "s", "producer": "p",
        "verdict": "released", "reasons": [], "bytes": 100, "steps": 1, "found": 0, "format": "json", **fields,
    }  # fmt: skip


def _finding(number: int, rule: str = "order", **fields: Any) -> dict[str, Any]:
    return {"tenant": "acme", "source": f"s{number}", "rule": rule, "path": "$['a']", "start": 0, "end": 11,
            "token": f"t{len(fields)}", **fields}  # fmt: skip


def test_history_tells_which_findings_have_no_rule_any_more() -> None:
    rows = [_finding(1, "ticket"), _finding(1, "ticket", tenant="globex"), _finding(1)]
    result = on_history([], rows, _policy(MORE), _policy())
    assert result.gone == {("acme", "ticket"): 1, ("globex", "ticket"): 1} and result.differs


def test_history_tells_which_actions_would_differ() -> None:
    new = _policy("apply:\n- {rules: [order], where: {path: '$..a'}, action: hash}\n- {rules: ['*'], action: redact}\n")
    result = on_history([_trace(1)], [_finding(1), _finding(1, path="$['b']")], _policy(), new)
    assert result.actions == {("acme", "order", "redact", "hash"): 1}


def test_what_depends_on_a_step_cannot_be_told() -> None:
    new = _policy("apply:\n- {rules: [order], where: {step: prompt}, action: hash}\n- {rules: ['*'], action: redact}\n")
    result = on_history([_trace(1)], [_finding(1)], _policy(), new)
    assert not result.differs and list(result.untold) == [
        "an application looks at the step, which a finding's row does not name"
    ]


def test_history_tells_which_verdicts_would_differ() -> None:
    rows = [_finding(1, token="a"), _finding(1, token="b"), _finding(2)]
    traces = [_trace(1, found=2), _trace(2, found=1)]
    result = on_history(traces, rows, _policy(), _policy(TWICE))
    assert result.verdicts == {("acme", "released", "held"): 1}
    assert result.changed == [("acme", "t1", "released", "held")]


def test_a_rule_that_is_gone_takes_its_findings_from_the_thresholds() -> None:
    rows = [_finding(1, "ticket"), _finding(1)]
    result = on_history([_trace(1, found=2)], rows, _policy(MORE + TWICE), _policy(TWICE))
    assert result.verdicts == {("acme", "held", "released"): 1}


def test_a_severity_that_changed_counts_as_it_is_now() -> None:
    new = BASE.replace("pattern", "severity: critical, pattern")
    bar = "thresholds:\n- {id: bad, when: {severity: critical}, action: block}\n"
    result = on_history([_trace(1, found=1)], [_finding(1)], _policy(bar), _policy(bar, new))
    assert result.verdicts == {("acme", "released", "blocked"): 1}


@pytest.mark.parametrize(
    ("trace", "threshold", "untold"),
    [
        ({"found": 9}, TWICE, "not every finding"),
        ({"found": 1}, "thresholds:\n- {id: l, when: {leaves: 5}, action: hold}\n", "a threshold looks at leaves"),
    ],
)
def test_what_the_archive_does_not_hold_is_said(trace: dict[str, Any], threshold: str, untold: str) -> None:
    result = on_history([_trace(1, **trace)], [_finding(1)], _policy(), _policy(threshold))
    assert not result.verdicts and next(iter(result.untold)).startswith(untold)


def test_what_a_limit_or_an_error_decided_stays_decided() -> None:
    traces = [_trace(1, verdict="blocked", reasons=["too-deep"], bytes=10**9), _trace(2, verdict="rejected")]
    bar = "thresholds:\n- {id: big, when: {bytes: 10}, action: hold}\n"
    assert not on_history(traces, [], _policy(), _policy(bar)).verdicts


# cost


def _rule(pattern: str, **fields: Any) -> Rule:
    return Rule("x", "x", "c", Severity.LOW, pattern, **fields)


@pytest.mark.parametrize("pattern", [r"\d{6,9}", r"(?i)[a-z0-9]{20,40}"])
def test_a_pattern_that_begins_with_nothing_rare_is_slow(pattern: str) -> None:
    (cost,) = slow_rules([_rule(pattern)])
    assert cost.relative > SLOW and cost.hits > 100


@pytest.mark.parametrize(
    "rule",
    [_rule(r"AC-\d{8}"), _rule(r"\d{4,9}-AC", trigger=r"\d-AC"), _rule(""),
     _rule(r"(?P<secret>[a-z0-9]{20,40})zqx", trigger="zqx")],
)  # fmt: skip
def test_a_rare_beginning_or_a_trigger_costs_little(rule: Rule) -> None:
    assert list(slow_rules([rule])) == []


def test_few_of_the_rules_that_we_ship_are_slow() -> None:
    rules = [rule for rule in load_packs(pack_names()) if not rule.trigger][:60]
    assert len(list(slow_rules(rules))) <= 3
