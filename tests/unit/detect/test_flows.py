"""Values that are spread over leaves are found joined, and masked in every part."""

from __future__ import annotations

import base64
import json
import os
import random
import re
import uuid
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent import Scanner
from reticent.detect import Detector
from reticent.limits import Limits
from reticent.model import Severity
from reticent.policy.rule import Rule

from ..redacted import redacted

LIMITS = Limits()
RULES = (
    Rule("key", "K", "secrets", Severity.CRITICAL, r"\bkey_[0-9a-f]{24}\b"),
    Rule("pin", "P", "secrets", Severity.HIGH, r"(?i)\bpin: (?P<secret>[0-9a-z]{4,12})"),
)
DETECTOR = Detector(RULES, limits=LIMITS, validators={})
KEY = f"key_{uuid.uuid4().hex[:24]}"


def _masked(tree: Any) -> Any:
    return json.loads(redacted(json.dumps(tree).encode(), DETECTOR))


def _step(content: str) -> dict[str, Any]:
    return {"kind": "output", "content": content}


@pytest.mark.parametrize("cut", range(1, len(KEY)))
def test_a_key_in_two_halves_of_neighbouring_steps_is_masked_in_both(cut: int) -> None:
    filler = "some words about nothing in particular, again and again. " * 9
    tree = {"trace_id": "t", "steps": [_step(f"{filler}it is {KEY[:cut]}"), _step(f"{KEY[cut:]} and so on {filler}")]}
    first, second = (step["content"] for step in _masked(tree)["steps"])
    assert first.startswith(f"{filler}it is [REDACTED:key:") and second.endswith(f"] and so on {filler}")


@pytest.mark.parametrize("cuts", [(4, 9), (1, 27), (13, 14), (3, 9, 20)])
def test_a_key_in_more_than_two_steps_is_masked_in_each(cuts: tuple[int, ...]) -> None:
    filler = "some words about nothing in particular, again and again. " * 9
    first, *between, last = (KEY[start:end] for start, end in pairwise((0, *cuts, len(KEY))))
    contents = [f"{filler}it is {first}", *between, f"{last} and so on {filler}"]
    masked = _masked({"trace_id": "t", "steps": [_step(content) for content in contents]})
    assert [step["content"].count("[REDACTED:key:") for step in masked["steps"]] == [1] * len(contents)
    assert masked["steps"][0]["content"].startswith(f"{filler}it is [REDACTED")


def test_what_ends_one_step_is_no_context_of_what_begins_the_next() -> None:
    filler = "some words about nothing in particular, again and again. " * 3
    tree = {
        "trace_id": "t",
        "steps": [_step(filler + "please give me the pin: "), _step("sure, here it is. " + filler)],
    }
    assert _masked(tree) == tree


@pytest.mark.parametrize("begin", ["Find the customer", "You are", "Was it so? Yes"])
def test_a_sentence_that_begins_is_no_part_of_the_value_before_it(begin: str) -> None:
    tree = {"trace_id": "t", "steps": [_step("the account's pin: 4x7k2m"), _step(begin)]}
    first, second = (step["content"] for step in _masked(tree)["steps"])
    assert first.startswith("the account's pin: [REDACTED:pin:") and second == begin


@pytest.mark.parametrize("begin", ["thanks for that", "ok, and now what?", "please. then go on"])
def test_the_first_word_of_a_step_is_no_part_of_a_value_that_is_whole_before_it(begin: str) -> None:
    tree = {"trace_id": "t", "steps": [_step("the account's pin: 4x7k2m"), _step(begin)]}
    first, second = (step["content"] for step in _masked(tree)["steps"])
    assert first.startswith("the account's pin: [REDACTED:pin:") and second == begin


@pytest.mark.parametrize("behind", ["Qz9 and so on", "F", "Ab", "Abcd", "AbC is it", "Ab3 c", "zz top"])
def test_what_begins_no_sentence_may_be_the_end_of_a_value(behind: str) -> None:
    tree = {"trace_id": "t", "steps": [_step("the account's pin: 4x7k"), _step(behind)]}
    _, second = (step["content"] for step in _masked(tree)["steps"])
    assert second.startswith("[REDACTED:pin:")


SELF_TOLD = "AKIA" + "Q7WZ2MKD" + "X4RT6PLN"


@pytest.mark.parametrize("cuts", [(6,), (10,), (17,), (5, 11), (4, 9, 14)])
def test_a_value_that_tells_itself_is_found_in_neighbouring_items_of_a_list(
    cuts: tuple[int, ...], shipped: Scanner
) -> None:
    parts = [SELF_TOLD[start:end] for start, end in pairwise((0, *cuts, len(SELF_TOLD)))]
    masked = json.loads(shipped.mask({"list": ["the key", *parts, "."]}).text)["list"]
    assert masked[0] == "the key" and masked[-1] == "." and not {*parts} & {*masked}


@pytest.mark.parametrize(
    "items",
    [["password=9", "x7Kq2mPz41Lw"], ["4111", "1111", "1111", "1111"], [f"item{at}" for at in range(60)],
     ["a1b2c3.js", "node_modules/x1", "v1.2.3", "x86_64"]],
)  # fmt: skip
def test_other_items_of_a_list_are_not_glued(items: list[str], shipped: Scanner) -> None:
    alone = [finding.rule for item in items for finding in shipped.scan({"list": [item]})]
    assert [finding.rule for finding in shipped.scan({"list": items})] == alone


def test_an_item_behind_one_that_is_a_whole_value_stays(shipped: Scanner) -> None:
    masked = json.loads(shipped.mask({"args": ["--id", SELF_TOLD, "Verbose1"]}).text)["args"]
    assert masked[::2] == ["--id", "Verbose1"] and masked[1].startswith("[REDACTED:")


def test_chunks_of_a_stream_are_one_text() -> None:
    words = ["The ", "pi", "n", ": ", "47", "11", "ab", " is ", "yours"]
    chunks = [{"choices": [{"delta": {"role": "assistant", "content": word}}]} for word in words]
    contents = [chunk["choices"][0]["delta"]["content"] for chunk in _masked(chunks)]
    assert contents[:4] == words[:4] and contents[7:] == words[7:]
    assert all(content.startswith("[REDACTED:pin:") for content in contents[4:7])


def test_escapes_in_the_chunks_of_a_stream_are_undone() -> None:
    text = json.dumps({"note": "x"}).replace("x", KEY.replace("_", chr(92) + "u005f"))
    tree = [{"partial_json": text[at : at + 5]} for at in range(0, len(text), 5)]
    left = "".join(each["partial_json"] for each in _masked(tree))
    assert KEY[4:12] not in left and "[REDACTED:key:" in left


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=4, max_size=40), st.randoms(use_true_random=False))
def test_however_a_stream_is_cut_nothing_of_the_value_stays(sizes: list[int], chance: random.Random) -> None:
    text, chunks = f"before {KEY} behind " + "words " * 8, []
    while text:
        size = sizes[chance.randrange(len(sizes))]
        chunks.append({"text": text[:size]})
        text = text[size:]
    masked = [chunk["text"] for chunk in _masked(chunks)]
    left = re.sub(r"\[REDACTED:key:[a-z2-7]{8}\]", "*", "".join(masked))
    assert not any(KEY[at : at + 4] in left for at in range(4, len(KEY) - 4))
    assert len(masked) == len(chunks) and "before " in left and " behind words" in left


@pytest.mark.parametrize("end", ["\n", ""])
@pytest.mark.parametrize("cut_off", [False, True])
def test_an_armoured_block_whose_lines_are_items_of_a_list_is_masked_in_each(end: str, cut_off: bool) -> None:
    body = base64.b64encode(os.urandom(600)).decode()
    lines = [body[at : at + 64] for at in range(0, len(body), 64)]
    block = ["-----BEGIN PRIVATE " + "KEY-----", *lines, "-----END PRIVATE " + "KEY-----"]
    block = block[:6] if cut_off else block
    scanner = Scanner.load()
    masked = scanner.mask({"source": ["import ssl" + end, *(line + end for line in block)], "outputs": ["ok"]})
    cells = json.loads(masked.content)
    assert cells["source"][0] == "import ssl" + end and cells["outputs"] == ["ok"]
    assert len(cells["source"]) == 1 + len(block)
    assert not [line for line in lines if line in masked.text]
    assert scanner.mask(masked.content).content == masked.content
