"""Masking: what leaves holds no finding, masking twice is masking once, and nothing else makes Masked."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent.detect import Detector
from reticent.errors import LimitError, UnmaskedError
from reticent.formats.document import Leaves
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.masking import WHOLE_MOST, MaskItem, MaskResult, Sealer, Tokens, mask_batch
from reticent.model import Action, Masked, Severity
from reticent.policy.packs import load_packs
from reticent.policy.rule import Context, Rule

LIMITS = Limits()
TOKENS = Tokens(b"k" * 32, "acme")
RULES = (
    *(rule for rule in load_packs(["pii", "financial"]) if rule.id in ("email", "phone", "card-number", "iban")),
    Rule("order", "O", "pii", Severity.LOW, r"\bAC-\d{8}\b"),
    Rule("batch", "B", "pii", Severity.LOW, r"batch\d{4}"),
)
DETECTOR = Detector(RULES, limits=LIMITS)
EMAIL = "ana.silva@mail.example.org"


def _mask(document: Any, action: Action = Action.REDACT) -> tuple[Any, MaskResult]:
    opened = open_document(json.dumps(document).encode(), content_type=None, forced="json", limits=LIMITS)
    leaves = opened.leaves()
    (spans,) = DETECTOR.scan([leaves])
    assert not isinstance(spans, LimitError)
    (result,) = mask_batch([MaskItem(opened, leaves, spans, lambda *_: action, TOKENS)], DETECTOR)
    assert isinstance(result, MaskResult)
    return json.loads(result.masked.content), result


def test_keys_and_values_are_masked_and_findings_say_where() -> None:
    masked, result = _mask({EMAIL: 1, "a": [f"x {EMAIL}"]})
    token = TOKENS.token(EMAIL)
    assert masked == {f"[REDACTED:email:{token}]": 1, "a": [f"x [REDACTED:email:{token}]"]}
    assert {(finding.path, finding.part) for finding in result.findings} == {
        (f"$['[REDACTED:email:{token}]']", "key"),
        ("$['a'][0]", "value"),
    }
    assert EMAIL not in repr(result.findings)


def test_keys_that_mask_alike_stay_two_keys() -> None:
    masked, _ = _mask({EMAIL: 1, EMAIL + " ": 2})
    assert len(masked) == 2


def test_a_masked_argument_stays_json() -> None:
    masked, _ = _mask({"arguments": json.dumps({"to": EMAIL, "note": 'say "hi"\n'})})
    assert json.loads(masked["arguments"])["to"].startswith("[REDACTED:email:")


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_of_json_in_a_string_the_value_is_dropped_and_the_rest_stays(layers: int) -> None:
    said = [{"role": "user", "content": f"I am {EMAIL}\n"}, {"role": "assistant", "content": 'say "hi"', "n": 1.50}]
    text, after = json.dumps(said), [{**said[0], "content": None}, said[1]]
    for _ in range(layers - 1):
        text = json.dumps({"input": text})
    masked, result = _mask({"value": text}, Action.DROP)
    found = masked["value"]
    for _ in range(layers - 1):
        found = json.loads(found)["input"]
    assert json.loads(found) == after
    assert len(result.findings) == 1


def test_of_json_in_a_string_the_value_is_summarised() -> None:
    text = json.dumps({"to": [EMAIL, "x"], "card": 4111111111111111, "note": "stays"})
    masked, _ = _mask({"value": text}, Action.SUMMARISE)
    found = json.loads(masked["value"])
    assert found["to"] == [f"[SUMMARY:email:{TOKENS.token(EMAIL)}:{len(EMAIL)} characters]", "x"]
    assert found["card"].startswith("[SUMMARY:card-number:") and found["note"] == "stays"


def test_what_is_no_json_is_dropped_whole() -> None:
    masked, _ = _mask({"value": f'{{"to": "{EMAIL}", ...', "other": "stays"}, Action.DROP)
    assert masked == {"value": None, "other": "stays"}


def test_a_number_becomes_text_when_it_is_masked() -> None:
    masked, _ = _mask({"card": 4111111111111111, "n": 1.50})
    assert masked["card"].startswith("[REDACTED:card-number:") and masked["n"] == 1.5


@pytest.mark.parametrize(
    ("action", "shown"),
    [
        (Action.PARTIAL, "[PARTIAL:card-number:{}:1111]"),
        (Action.HASH, "[HASH:card-number:"),
        (Action.DROP, None),
        (Action.SUMMARISE, "[SUMMARY:card-number:"),
    ],
)
def test_actions(action: Action, shown: str | None) -> None:
    masked, _ = _mask({"card": "4111111111111111"}, action)
    if shown is None:
        assert masked["card"] is None
    else:
        assert masked["card"].startswith(shown.format(TOKENS.token("4111111111111111")))


def test_a_forged_placeholder_hides_nothing() -> None:
    masked, _ = _mask([f"[REDACTED:{EMAIL}:aaaaaaaa]", f"[REDACTED:nobody:{EMAIL}]"])
    assert EMAIL not in json.dumps(masked)


_TEXTS = st.lists(
    st.sampled_from([EMAIL, "AC-12345678", "4111111111111111", " ", "x", ":", '"', "\\", "\n", "%40", "&#64;", "é",
                     "\u200b",
                     "[REDACTED:email:", "]", "+49 30 901820", "card"]),
    max_size=12,
).map("".join)  # fmt: skip
_TREES = st.recursive(
    _TEXTS | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(_TREES)
def test_masked_output_holds_no_finding_and_masking_twice_is_masking_once(tree: Any) -> None:
    once, _ = _mask(tree)
    twice, result = _mask(once)
    assert twice == once
    assert result.findings == []


@settings(max_examples=60, deadline=None)
@given(st.lists(_TEXTS.map(lambda text: text + " lorem ipsum dolor" * 90), min_size=4, max_size=8).map("".join))
def test_of_a_long_text_what_stands_around_is_scanned_again_and_nothing_is_left_anywhere(text: str) -> None:
    once, result = _mask({"note": text})
    leaves = Leaves()
    leaves.add(f"note\x01{once['note']}", head=5)
    assert DETECTOR.scan([leaves]) == [[]] and len(once["note"]) > WHOLE_MOST
    assert _mask(once)[1].findings == []
    assert once["note"].count("[REDACTED:email:") >= sum(finding.rule == "email" for finding in result.findings)


@pytest.mark.parametrize("key", ["note", EMAIL])
def test_what_comes_to_light_in_a_long_text_is_masked_in_the_next_round(key: str) -> None:
    rules = (
        Rule("name", "N", "pii", Severity.LOW, r"\bAna Silva\b"),
        Rule("id", "I", "pii", Severity.LOW, r"\b\d{6}\b", context=Context(against=("silva",), window=40)),
        *(rule for rule in RULES if rule.id == "email"),
    )
    detector = Detector(rules, limits=LIMITS)
    text = "lorem ipsum " * 600 + "Ana Silva 123456 " + "dolor sit " * 600
    opened = open_document(json.dumps({key: text}).encode(), content_type=None, forced="json", limits=LIMITS)
    leaves = opened.leaves()
    (spans,) = detector.scan([leaves])
    assert isinstance(spans, list)
    (result,) = mask_batch([MaskItem(opened, leaves, spans, lambda *_: Action.REDACT, TOKENS)], detector)
    assert isinstance(result, MaskResult)
    found = [finding.rule for finding in result.findings]
    assert found[-2:] == ["name", "id"] and b"123456" not in result.masked.content


def test_only_masking_makes_masked_and_only_an_intact_seal_opens() -> None:
    with pytest.raises(TypeError):
        Masked(object(), content=b"", content_type="", format="", digest="")
    sealer = Sealer(b"k" * 32)
    about = {"content_type": "application/json", "format": "json", "context": b"c"}
    seal = sealer.seal(b"x", **about)
    assert sealer.open(b"x", seal=seal, **about).content == b"x"
    for change in ({"context": b"d"}, {"format": "native"}):
        with pytest.raises(UnmaskedError):
            sealer.open(b"x", seal=seal, **{**about, **change})
    with pytest.raises(UnmaskedError):
        sealer.open(b"y", seal=seal, **about)


def test_tenants_keys_are_their_own() -> None:
    assert TOKENS.token("v") != Tokens(b"k" * 32, "globex").token("v")
    assert len(TOKENS.token("v")) == 8


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=30, max_size=30), st.text("abc", max_size=4), st.booleans())
def test_what_is_masked_between_the_pieces_of_a_stream_hides_nothing_behind_it(
    sizes: list[int], before: str, chat: bool
) -> None:
    said = base64.b64encode(f"write to {EMAIL} today".encode()).decode()
    at = [0, *accumulate(sizes)]
    pieces = [before, "batch0001", *(said[begin:end] for begin, end in pairwise(at) if begin < len(said))]
    document: Any = (
        {"object": "chat.completion", "choices": [{"message": {"content": "x"}, "logprobs": {"tokens": pieces}}]}
        if chat
        else [{"candidates": [{"content": {"parts": [{"text": piece}]}}], "modelVersion": "m"} for piece in pieces]
    )
    first = _masked_as(json.dumps(document).encode())
    assert _masked_as(first) == first
    assert said[12:40] not in "".join(_texts(json.loads(first)))


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, dict | list):
        for child in node.values() if isinstance(node, dict) else node:
            yield from _texts(child)
    elif isinstance(node, str):
        yield node


def _masked_as(payload: bytes) -> bytes:
    opened = open_document(payload, content_type=None, forced=None, limits=LIMITS)
    (spans,) = DETECTOR.examine([(opened, opened.leaves())])
    assert not isinstance(spans, LimitError)
    (result,) = mask_batch([MaskItem(opened, opened.leaves(), spans, lambda *_: Action.REDACT, TOKENS)], DETECTOR)
    assert isinstance(result, MaskResult)
    return result.masked.content
