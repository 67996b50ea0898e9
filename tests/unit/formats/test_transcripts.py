"""What was said aloud is a prompt each time somebody speaks, and words that stand apart are masked with it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reticent import Scanner
from reticent.detect import Detector
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import Severity, Trace
from reticent.policy.rule import Rule

from ...contract.spoken import ASSEMBLY, DEEPGRAM, WHISPER
from ..redacted import redacted

RULES = (Rule("pin", "P", "secrets", Severity.HIGH, r"(?i)\bpin is (?P<secret>[0-9]{2}[ -][0-9]{2}[ -][a-z]+)"),)
DETECTOR = Detector(RULES, limits=Limits(scan_seconds=300), validators={})
SAID = "My PIN is 47 11 Oslo, and 47 more."
WORDS = ["My", "PIN", "is", "47", "11", "Oslo,", "and", "47", "more."]


def read(document: Any) -> Trace:
    found = open_document(json.dumps(document).encode(), content_type=None, forced=None, limits=Limits())
    assert found.format == "transcripts"
    (trace,) = found.traces()
    return trace


def told(document: Any) -> list[tuple[str, str, Any]]:
    return [(step.kind.value, step.name, step.content) for step in read(document).steps]


def masked(document: Any) -> Any:
    return json.loads(redacted(json.dumps(document).encode(), DETECTOR))


def _listened(word: str, **more: Any) -> dict[str, Any]:
    return {"word": word.strip(".,").lower(), "punctuated_word": word, "start": 1.5, "end": 2.5, **more}


GOOGLE = {"results": [{"alternatives": [{"transcript": SAID, "confidence": 0.75, "words": [
    {"startTime": "1.500s", "word": word} for word in WORDS]}]}]}  # fmt: skip
AMAZON = {"jobName": "j", "status": "COMPLETED", "results": {"transcripts": [{"transcript": SAID}], "items": [
    {"type": "pronunciation", "alternatives": [{"confidence": "0.75", "content": word}]} for word in WORDS]
}}  # fmt: skip
HOLDERS: dict[str, tuple[Any, Any]] = {
    "Deepgram": ({"metadata": {}, "results": {"channels": [{"alternatives": [
        {"transcript": SAID, "words": [_listened(word) for word in WORDS]}]}]}},
        lambda tree: tree["results"]["channels"][0]["alternatives"][0]["words"]),
    "AssemblyAI": ({**ASSEMBLY, "text": SAID, "utterances": None, "words": [
        {"text": word, "start": 1} for word in WORDS]}, lambda tree: tree["words"]),
    "Google": (GOOGLE, lambda tree: tree["results"][0]["alternatives"][0]["words"]),
    "Amazon": (AMAZON, lambda tree: [each["alternatives"][0] for each in tree["results"]["items"]]),
    "Retell": ({"call_id": "c", "transcript_object": [{"role": "user", "content": SAID, "words": [
        {"word": f"{word} ", "start": 1.5, "end": 2.5} for word in WORDS]}]},
        lambda tree: tree["transcript_object"][0]["words"]),
}  # fmt: skip


@pytest.mark.parametrize("holder", HOLDERS)
def test_words_are_masked_with_what_they_are_a_part_of_and_others_stay(holder: str) -> None:
    document, words = HOLDERS[holder]
    now = [[name for name, value in each.items() if str(value).startswith("[REDACTED:pin:")]
           for each in words(masked(document))]  # fmt: skip
    assert [at for at, names in enumerate(now) if names] == [3, 4, 5]
    assert len(now[3]) == (2 if holder == "Deepgram" else 1)


def test_whoever_speaks_is_named() -> None:
    assert told(DEEPGRAM) == [("prompt", "", "Hello.")]
    assert told(ASSEMBLY) == [("prompt", "A", "hello"), ("prompt", "B", "done")]
    assert told(WHISPER) == [("prompt", "", "hello done")]
    assert told(GOOGLE) == [("prompt", "", SAID)] == told(AMAZON)
    diarized = {"text": "a b", "segments": [
        {"type": "transcript.text.segment", "speaker": who, "text": said, "start": 0.5, "end": 1.5}
        for who, said in (("ann", "a"), ("B", "b"))]}  # fmt: skip
    assert told(diarized) == [("prompt", "ann", "a"), ("prompt", "B", "b")]
    spoken = json.loads(json.dumps(DEEPGRAM))
    spoken["results"]["utterances"] = [{"transcript": "Hello.", "speaker": 0, "words": []}]
    assert told(spoken) == [("prompt", "0", "Hello.")]


def test_what_is_written_while_it_is_said_is_a_step_once_it_is_final() -> None:
    heard = [{"type": "Results", "is_final": final, "channel": {"alternatives": [{"transcript": said, "words": []}]}}
             for said, final in (("my pin", False), ("my pin is 47 11", False), ("my pin is 47 11 oslo", True),
                                 ("bye", True))]  # fmt: skip
    assert told(heard) == [("prompt", "", "my pin is 47 11 oslo"), ("prompt", "", "bye")]
    after = [each["channel"]["alternatives"][0]["transcript"] for each in masked(heard)]
    assert after[0] == "my pin" and after[3] == "bye"
    assert all(said.startswith("my pin is [REDACTED:pin:") for said in after[1:3])
    turns = [{"type": "Turn", "turn_order": 0, "turn_is_formatted": True, "end_of_turn": final, "transcript": said,
              "words": []} for said, final in (("hel", False), ("hello", True))]  # fmt: skip
    assert told(turns) == [("prompt", "", "hello")]
    pieces = [{"type": "transcript.text.delta", "delta": "hel"}, {"type": "transcript.text.delta", "delta": "lo"},
              {"type": "transcript.text.done", "text": "hello"}]  # fmt: skip
    assert told(pieces) == [("prompt", "", "hello")]


def test_a_card_that_is_read_out_is_masked_in_every_word() -> None:
    digits = ["4539", "1488", "0343", "6467"]
    words = ["My", "card", "number", "is", *digits]
    found = Scanner.load().mask({"metadata": {}, "results": {"channels": [{"alternatives": [
        {"transcript": " ".join(words), "words": [_listened(word) for word in words]}]}]}})  # fmt: skip
    assert not any(each in found.text for each in digits)


def test_words_with_their_times_are_masked_where_there_are_no_segments() -> None:
    said = "write to anna.lovell@example.org"
    words = [{"word": each, "start": 0.1, "end": 0.2} for each in said.split()]
    whole = {"task": "transcribe", "duration": 1.0, "text": said, "words": words}
    best = {"confidence": 0.9, "display": said, "words": words}
    batch = {"source": "a.wav", "recognizedPhrases": [{"channel": 0, "nBest": [best]}]}
    scribe = {"language_code": "en", "text": said, "words": [
        {"text": each, "start": 0.1, "end": 0.2, "type": "word"} for each in said.split()]}  # fmt: skip
    for document in (whole, batch, scribe):
        assert [step.kind.value for step in read(document).steps] == ["prompt"]
        assert b"lovell" not in Scanner.load().mask(json.dumps(document).encode()).content
