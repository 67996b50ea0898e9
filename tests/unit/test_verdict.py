"""What a policy's thresholds say about a trace: block before hold before release, with the reasons of all of them."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from reticent import verdict, yamlfile
from reticent.errors import AuthenticationError, DecodeError, LimitError, RecordError
from reticent.model import Finding, VerdictKind
from reticent.policy.compile import CompiledPolicy, compile_policy
from reticent.verdict import REASONS, Decision, Facts, decide, failure

FACTS = Facts(bytes=1000, steps=5, leaves=50, format="native", tenant="acme", producer="agent", session="s1")
_EMAIL = Finding("email", "pii", "medium", "$['a']", 0, 5, "aaaaaaaa")


def policy(*thresholds: dict[str, Any], mode: str = "enforce") -> CompiledPolicy:
    """A policy of rules of three categories, with these thresholds."""
    text = msgspec.json.encode({
        "version": 1, "mode": mode, "packs": ["secrets", "pii", "financial"],
        "thresholds": [{"id": f"t{number}", "action": "hold"} | each for number, each in enumerate(thresholds)],
    }).decode()  # fmt: skip
    return compile_policy(yamlfile.parse(text, "policy.yaml"), Path())


def found(*changes: dict[str, Any]) -> list[Finding]:
    """E-mail addresses, each another one unless it says so."""
    return [msgspec.structs.replace(_EMAIL, **({"token": f"token{n:03d}"} | each)) for n, each in enumerate(changes)]


def judged(when: dict[str, Any], facts: Facts = FACTS, findings: list[Finding] | None = None) -> str:
    return decide(policy({"when": when}), facts, findings or []).verdict.value


def test_without_thresholds_everything_is_released_without_a_reason() -> None:
    assert decide(policy(), FACTS, found(*[{}] * 100)) == Decision(VerdictKind.RELEASED)


@pytest.mark.parametrize("measure", ["bytes", "steps", "leaves"])
def test_size_reaches_its_threshold_at_the_very_number(measure: str) -> None:
    least = getattr(FACTS, measure)
    assert judged({measure: least + 1}) == "released"
    assert judged({measure: least}) == "held"
    larger = dataclasses.replace(FACTS, **{measure: least * 2})
    assert judged({measure: least + 1}, larger) == "held"


def test_findings_are_counted() -> None:
    for count, kind in ((2, "released"), (3, "held"), (4, "held")):
        assert judged({"findings": 3}, findings=found(*[{}] * count)) == kind


def test_distinct_counts_different_values_and_repeated_the_same_one() -> None:
    same = found(*[{"token": "same0000"}] * 4, {}, {})
    assert judged({"distinct": 3}, findings=same) == "held"
    assert judged({"distinct": 4}, findings=same) == "released"
    assert judged({"repeated": 4}, findings=same) == "held"
    assert judged({"repeated": 5}, findings=same) == "released"


def test_severity_means_at_least() -> None:
    for severity, kind in (("low", "released"), ("medium", "released"), ("high", "held"), ("critical", "held")):
        assert judged({"severity": "high"}, findings=found({"severity": severity})) == kind


def test_category_and_rules_select_what_counts() -> None:
    secret = {"category": "secrets", "rule": "jwt"}
    findings = found({"category": "pii", "rule": "phone"}, secret, secret)
    assert judged({"category": "secrets", "findings": 2}, findings=findings) == "held"
    assert judged({"category": "secrets", "findings": 3}, findings=findings) == "released"
    assert judged({"category": "financial"}, findings=findings) == "released"
    assert judged({"rules": ["email"], "findings": 1}, findings=findings) == "released"
    assert judged({"rules": ["email"], "findings": 1}, findings=found({})) == "held"
    assert judged({"rules": ["email"]}, findings=found({})) == "held"
    assert judged({"rules": ["email"]}) == "released"


def test_a_category_alone_means_one_finding_of_it() -> None:
    assert judged({"category": "pii"}, findings=found({})) == "held"
    assert judged({"category": "pii"}) == "released"


def test_all_that_is_said_must_hold() -> None:
    both = {"bytes": 1000, "category": "pii", "findings": 2}
    assert judged(both, findings=found({}, {})) == "held"
    assert judged(both, findings=found({})) == "released"
    assert judged(both | {"bytes": 1001}, findings=found({}, {})) == "released"


@pytest.mark.parametrize(("field", "value"), [("tenant", "acme"), ("format", "native")])
def test_a_threshold_may_be_for_one_tenant_or_format_alone(field: str, value: str) -> None:
    assert judged({"bytes": 1, field: value}) == "held"
    assert judged({"bytes": 1, field: value}, dataclasses.replace(FACTS, **{field: "another"})) == "released"


def test_block_comes_before_hold_in_any_order_and_all_reasons_are_given() -> None:
    hold, block = {"when": {"bytes": 1}}, {"when": {"steps": 1}, "action": "block"}
    for order in ([hold, block], [block, hold]):
        decision = decide(policy(*order), FACTS, [])
        assert decision.verdict is VerdictKind.BLOCKED
        assert [reason.rule for reason in decision.reasons] == ["t0", "t1"]
        assert {reason.code for reason in decision.reasons} == {"threshold"}
    assert decide(policy(hold, {"when": {"steps": 6}, "action": "block"}), FACTS, []).verdict is VerdictKind.HELD


def test_a_reason_names_the_threshold_and_says_what_happened_and_what_to_do() -> None:
    (reason,) = decide(policy({"when": {"category": "pii", "distinct": 2}}), FACTS, found({}, {}, {})).reasons
    assert (reason.code, reason.rule) == ("threshold", "t0")
    assert "3 different pii values" in reason.message
    assert "reticent approvals list" in reason.message
    (reason,) = decide(policy({"when": {"bytes": 10}, "action": "block"}), FACTS, []).reasons
    assert "1000 bytes" in reason.message and "nothing of it leaves" in reason.message


@pytest.mark.parametrize("action", ["hold", "block"])
def test_shadow_releases_and_says_what_enforcing_would_have_done(action: str) -> None:
    shadow = policy({"when": {"bytes": 1}, "action": action}, mode="shadow")
    decision = decide(shadow, FACTS, [])
    assert decision.verdict is VerdictKind.RELEASED
    first, second = decision.reasons
    assert first.code == "shadow"
    assert ("held" if action == "hold" else "blocked") in first.message
    assert (second.code, second.rule) == ("threshold", "t0")
    assert decide(shadow, dataclasses.replace(FACTS, bytes=0), []) == Decision(VerdictKind.RELEASED)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (AuthenticationError("expired", "the token ended"), VerdictKind.REJECTED),
        (DecodeError("not-json", "the payload is not JSON"), VerdictKind.REJECTED),
        (LimitError("too-deep", "it nests too deep"), VerdictKind.BLOCKED),
        (LimitError("output-too-large", "it is too large"), VerdictKind.BLOCKED),
    ],
)
def test_what_cannot_be_believed_or_read_is_rejected_and_what_is_too_much_is_blocked(
    error: RecordError, kind: VerdictKind
) -> None:
    decision = verdict.failure(error)
    (reason,) = decision.reasons
    assert (decision.verdict, reason.code) == (kind, error.code)
    assert reason.message.startswith(error.message)
    assert REASONS[error.code] in reason.message


def test_the_codes_own_failure_is_blocked_as_internal() -> None:
    decision = verdict.internal()
    assert decision.verdict is VerdictKind.BLOCKED
    assert decision.reasons[0].code == "internal"


def test_findings_are_counted_by_category() -> None:
    assert verdict.count(found({}, {"category": "secrets"}, {})) == {"pii": 2, "secrets": 1}
    assert verdict.count([]) == {}


@pytest.mark.parametrize(
    "error",
    [
        DecodeError("not-json", "the payload is not JSON; check the producer's serializer or content-type"),
        DecodeError("unknown-content-type", "the content-type is none of application/json"),
    ],
)
def test_advice_is_given_once(error: DecodeError) -> None:
    (reason,) = failure(error).reasons
    for words in ("serializer", "reticent-format"):
        assert reason.message.count(words) <= 1


def test_one_finding_is_one() -> None:
    (reason,) = decide(policy({"when": {"findings": 1}}), FACTS, found({})).reasons
    assert reason.message.startswith("1 finding;")


def test_every_code_that_a_record_is_refused_with_has_its_advice() -> None:
    rooms = ("formats", "identity", "detect", "envelope.py", "masking.py", "pipeline.py")
    root = Path(verdict.__file__).parent
    files = [file for room in rooms for file in ([root / room] if "." in room else (root / room).glob("*.py"))]
    raised = {
        code
        for file in files
        for code in re.findall(
            r"(?:Decode|Limit|Authentication)Error\(\s*\"([a-z-]+)\"", file.read_text(encoding="utf-8")
        )
    }
    assert len(raised) > 20
    assert raised <= set(REASONS)
