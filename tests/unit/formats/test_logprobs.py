"""What says an answer once more, token by token, gives nothing back of what is masked in it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reticent.formats.document import Part
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import Masked, Topic

from ..judging import Judge

PIECES = ["Write", " to", " ana", ".sil", "va", "@mail", ".exam", "ple", ".org", "."]
TEXT = "".join(PIECES)
_POLICY = """version: 1
packs: [pii]
apply: [{rules: ['*'], action: redact}]
"""


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(_POLICY)


def entry(piece: str) -> dict[str, Any]:
    """A token, and the same as the first of its alternatives."""
    own = {"token": piece, "logprob": -0.25, "bytes": list(piece.encode())}
    return {**own, "top_logprobs": [own, {"token": " x", "logprob": -3.5, "bytes": [32, 120]}]}


def chat(pieces: list[str]) -> dict[str, Any]:
    message = {"role": "assistant", "content": "".join(pieces)}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": {"content": [*map(entry, pieces)]}}
    return {"id": "c", "object": "chat.completion", "model": "m", "choices": [choice]}


def responses(pieces: list[str]) -> dict[str, Any]:
    part = {"type": "output_text", "text": "".join(pieces), "annotations": [], "logprobs": [*map(entry, pieces)]}
    message = {"id": "i", "type": "message", "role": "assistant", "status": "completed", "content": [part]}
    return {"id": "r", "object": "response", "model": "m", "output": [message]}


def legacy(pieces: list[str]) -> dict[str, Any]:
    said = {
        "tokens": pieces,
        "token_logprobs": [-0.25 for _ in pieces],
        "top_logprobs": [{piece: -0.25, " x": -3.5} for piece in pieces],
        "text_offset": [len("".join(pieces[:at])) for at in range(len(pieces))],
    }
    choice = {"index": 0, "text": "".join(pieces), "finish_reason": "stop", "logprobs": said}
    return {"id": "t", "object": "text_completion", "model": "m", "choices": [choice]}


def gemini(pieces: list[str]) -> dict[str, Any]:
    chosen = [{"token": piece, "tokenId": 7, "logProbability": -0.25} for piece in pieces]
    result = {"chosenCandidates": chosen, "topCandidates": [{"candidates": [each]} for each in chosen]}
    content = {"role": "model", "parts": [{"text": "".join(pieces)}]}
    return {"candidates": [{"content": content, "index": 0, "logprobsResult": result}], "modelVersion": "m"}


def stream(pieces: list[str]) -> list[dict[str, Any]]:
    about = {"id": "c", "object": "chat.completion.chunk", "model": "m"}
    return [
        about | {"choices": [{"index": 0, "delta": {"content": piece}, "logprobs": {"content": [entry(piece)]}}]}
        for piece in pieces
    ]


def chosen_of(after: Any) -> list[dict[str, Any]]:
    candidates = after.get("candidates", ()) if isinstance(after, dict) else ()
    return [each for candidate in candidates for each in candidate["logprobsResult"]["chosenCandidates"]]


def masked(judge: Judge, tree: Any) -> Any:
    (found,) = judge(judge.record(json.dumps(tree).encode()))
    value = found[Topic.SANITIZED].value
    assert isinstance(value, Masked)
    return json.loads(value.content)


@pytest.mark.parametrize("written", [chat, responses, legacy, gemini, stream])
def test_tokens_of_what_is_masked_are_not_told_by_their_bytes_nor_by_alternatives(judge: Judge, written: Any) -> None:
    after = masked(judge, written(PIECES))
    text = json.dumps(after)
    for piece in PIECES[2:-1]:
        assert json.dumps(piece) not in text
        assert json.dumps(list(piece.encode())) not in text
    assert not any(each["tokenId"] for each in chosen_of(after))
    assert masked(judge, after) == after


@pytest.mark.parametrize("written", [chat, responses, legacy, gemini, stream])
def test_where_nothing_is_masked_bytes_and_alternatives_stay(judge: Judge, written: Any) -> None:
    tree = written(["It", " is", " fine", "."])
    assert masked(judge, tree) == tree


def test_another_choice_keeps_its_bytes() -> None:
    tree = chat(PIECES)
    tree["choices"].append(chat(["Fine"])["choices"][0] | {"index": 1})
    document = open_document(json.dumps(tree).encode(), content_type=None, forced=None, limits=Limits())
    leaf = next(at for at, text in enumerate(document.leaves().texts) if text.endswith(TEXT))
    document.replace(leaf, Part.VALUE, "no")
    first, second = json.loads(document.encode())["choices"]
    assert all(each["bytes"] == [] for each in first["logprobs"]["content"])
    assert second["logprobs"] == tree["choices"][1]["logprobs"]
