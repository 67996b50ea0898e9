"""Gateway and desk understand each other: what one holds, the other releases as if it had never been held."""

from __future__ import annotations

import msgspec

from reticent import outcome
from reticent.approvals.desk import ApprovalDesk
from reticent.model import Evidence, Finding, Reason, Step, StepKind, Topic, Trace, VerdictKind
from reticent.policy.compile import ApprovalTerms
from reticent.verdict import Decision, Facts

from ..records import Record
from .conftest import CONTENT, NOW, PRODUCER, SEALER, deciding, of


def judged() -> outcome.Judged:
    about = outcome.About(
        source="traces.raw-0-7", request_id="r-1", trace_id="t-1", session_id="s-1", tenant="acme",
        producer=PRODUCER.producer, subject=PRODUCER.subject, issuer=PRODUCER.issuer, policy="sha256:p",
        mode="enforce", traceparent="00-" + "1" * 32 + "-" + "2" * 16 + "-01", now=NOW,
    )  # fmt: skip
    seal = SEALER.seal(CONTENT, content_type="application/json", format="native", context=b"test")
    masked = SEALER.open(CONTENT, content_type="application/json", format="native", context=b"test", seal=seal)
    return outcome.Judged(
        about,
        Decision(VerdictKind.HELD, (Reason("threshold", "many", "many-secrets"),)),
        Facts(90, 1, 2, "native", "acme", PRODUCER.producer, "s-1"),
        [Finding("aws", "secrets", "high", "$.steps[0].content", 0, 1, "abcdefgh")],
        masked,
        Trace("t-1", "s-1", steps=[Step(1, StepKind.OUTPUT, {"b": 1.5, "a": [10**30, "\ud800"]})]),
    )


def test_what_the_gateway_holds_the_desk_releases(desk: ApprovalDesk) -> None:
    case = judged()
    asked, verdict, _ = outcome.held(case, ApprovalTerms(groups=("security",)), SEALER)
    assert isinstance(asked.value, Evidence)
    assert isinstance(verdict.value, Evidence)
    accepted = desk.handle(Record(asked.value.content, key=asked.key), NOW, source="approvals")
    assert [output.topic for output in accepted] == [Topic.APPROVAL_STATE]
    (known,) = desk.approvals.values()
    assert known.request is not None
    outputs = desk.handle(deciding(known.request, "alice"), NOW, source="decisions")
    never_held = outcome.released([case])
    assert (outputs[0].topic, outputs[0].key, outputs[0].headers, outputs[0].tenant) == (
        never_held[0].topic, never_held[0].key, never_held[0].headers, never_held[0].tenant,
    )  # fmt: skip
    assert of(outputs, Topic.SANITIZED)[0].content == CONTENT
    assert of(outputs, Topic.VERDICTS)[0]["approval_id"] == msgspec.json.decode(verdict.value.content)["approval_id"]
    keys = set(of(never_held, Topic.AUDIT)[0]["details"])
    assert keys <= set(of(outputs, Topic.AUDIT)[0]["details"])
