"""The way of a trace: what is released is masked and equal elsewhere, and every record gets exactly one verdict."""

from __future__ import annotations

import msgspec
import pytest

from reticent.model import Masked, Topic

from .judging import Judge, event_of, everything, verdict_of

EMAIL = "ana.silva@mail.example.org"


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


def _chat(*contents: str) -> bytes:
    return msgspec.json.encode({"model": "m", "messages": [{"role": "user", "content": text} for text in contents]})


def test_a_released_trace_is_masked_and_equal_everywhere_else(judge: Judge) -> None:
    payload = msgspec.json.encode(
        {
            "trace_id": "t1",
            "session_id": "s1",
            "n": 12345678901234567890,
            "steps": [{"kind": "prompt", "content": f"mail {EMAIL}"}],
        }
    )
    (outputs,) = judge(judge.record(payload))
    masked = outputs[Topic.SANITIZED].value
    assert isinstance(masked, Masked)
    before, after = msgspec.json.decode(payload), msgspec.json.decode(masked.content)
    assert after["steps"][0].pop("content").startswith("mail [REDACTED:email:")
    before["steps"][0].pop("content")
    assert after == before
    assert verdict_of(outputs).verdict == "released"
    assert outputs[Topic.SANITIZED].key == b"s1"


def test_a_clean_trace_leaves_as_the_very_bytes_it_came_in(judge: Judge) -> None:
    payload = b'{ "messages": [ {"role": "user", "content": "hello", "weight": 1.0} ] }'
    (outputs,) = judge(judge.record(payload))
    masked = outputs[Topic.SANITIZED].value
    assert isinstance(masked, Masked) and masked.content == payload


def test_equal_values_get_equal_tokens_within_a_tenant_only(judge: Judge) -> None:
    first, second, other = judge(
        judge.record(_chat(EMAIL)),
        judge.record(_chat(f"again {EMAIL}")),
        judge.record(_chat(EMAIL), token=judge.token(tenant="globex")),
    )
    tokens = [event_of(outputs).details["found"][0]["token"] for outputs in (first, second, other)]
    assert tokens[0] == tokens[1] != tokens[2]


def test_identity_is_never_read_from_the_payload(judge: Judge) -> None:
    payload = msgspec.json.encode({"trace_id": "t", "tenant": "globex", "producer": "x", "steps": []})
    verdict = judge.verdict(judge.record(payload))
    assert (verdict.tenant, verdict.producer) == ("acme", "agent")


def test_too_many_secrets_are_held_with_a_sealed_masked_request(judge: Judge) -> None:
    secrets = [f"password = Tr0ub4dor{n}x9" for n in range(3)]
    (outputs,) = judge(judge.record(_chat(*secrets)))
    verdict = verdict_of(outputs)
    assert verdict.verdict == "held" and verdict.approval_id
    assert verdict.reasons[0].rule == "many-secrets"
    assert Topic.SANITIZED not in outputs
    assert b"Tr0ub4dor" not in everything(list(outputs.values()))


def test_a_block_threshold_lets_nothing_leave(judge: Judge) -> None:
    cards = " ".join(
        ["4111 1111 1111 1111", "5500 0000 0000 0004", "3400 000000 00009", "4012888888881881", "5105105105105100"]
    )
    (outputs,) = judge(judge.record(_chat(cards)))
    assert verdict_of(outputs).verdict == "blocked"
    assert set(outputs) == {Topic.VERDICTS, Topic.AUDIT}


def test_shadow_mode_releases_and_says_what_it_would_have_done() -> None:
    judge = Judge(
        "version: 1\nmode: shadow\npacks: [pii]\nthresholds: [{id: any, when: {findings: 1}, action: block}]\n"
    )
    (outputs,) = judge(judge.record(_chat(EMAIL)))
    verdict = verdict_of(outputs)
    assert verdict.verdict == "released"
    assert [reason.code for reason in verdict.reasons] == ["shadow", "threshold"]


def test_what_the_producer_chose_outside_the_payload_is_masked_too(judge: Judge) -> None:
    record = judge.record(_chat("hello"), ("reticent-request-id", EMAIL.encode()), key=EMAIL.encode())
    (outputs,) = judge(record)
    assert EMAIL.encode() not in everything(list(outputs.values()))
    rejected = judge.record(b"nope", ("reticent-request-id", EMAIL.encode()))
    (outputs,) = judge(rejected)
    assert EMAIL.encode() not in everything(list(outputs.values()))


def test_no_outgoing_record_carries_the_token(judge: Judge) -> None:
    token = judge.token()
    (outputs,) = judge(judge.record(_chat(EMAIL), token=token))
    assert token.encode() not in everything(list(outputs.values()))
    assert all(name != "authorization" for each in outputs.values() for name, _ in each.headers)


def test_a_record_that_makes_the_code_fail_is_blocked_alone(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    from reticent import pipeline  # noqa: PLC0415 - patched here

    real = pipeline.mask_batch

    def fragile(items: list[pipeline.MaskItem], detector: object) -> object:
        if any("BOOM" in text for item in items for text in item.leaves.texts):
            raise ZeroDivisionError("a secret in an exception")
        return real(items, detector)  # type: ignore[arg-type]  # the real detector

    monkeypatch.setattr(pipeline, "mask_batch", fragile)
    good, bad, also_good = judge(judge.record(_chat(EMAIL)), judge.record(_chat("BOOM")), judge.record(_chat(EMAIL)))
    assert verdict_of(good).verdict == verdict_of(also_good).verdict == "released"
    assert verdict_of(bad).verdict == "blocked"
    assert verdict_of(bad).reasons[0].code == "internal"
    assert Topic.REJECTED in bad
    assert b"BOOM" not in everything(list(bad.values()))


def test_the_same_record_gives_the_same_outputs_again(judge: Judge) -> None:
    record = judge.record(_chat(EMAIL, "password = Tr0ub4dor1x9"), offset=77)
    first, again = (everything(list(judge(record)[0].values())) for _ in range(2))
    assert first == again
