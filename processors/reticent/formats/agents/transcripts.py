"""What was said aloud, written down: Deepgram, AssemblyAI, Whisper (OpenAI's interface, its package, whisper.cpp),
Google's Speech-to-Text, Amazon Transcribe, Azure's batches, ElevenLabs's Scribe; whole and as it is streamed. What
anybody says is a prompt.

https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded
https://www.assemblyai.com/docs/api-reference/transcripts/get
https://platform.openai.com/docs/api-reference/audio/verbose-json-object
https://cloud.google.com/speech-to-text/docs/reference/rest
https://docs.aws.amazon.com/transcribe/latest/dg/how-input.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import identity, items, mapping, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run

_WORDS = ("punctuated_word", "word", "text", "content", "Content", "displayText")
"""What a word of a transcript is called."""
_AHEAD = 64
"""Characters in which the next word stands, or it is none of the transcript's."""
_DELTA, _DONE = "transcript.text.delta", "transcript.text.done"


@dataclass(frozen=True, slots=True)
class _Said:
    """A part of a document: under what name the text stands, its words, and whether it is a step: what is `growing` is
    told again when it is."""

    node: Mapping[str, Any]
    path: str
    name: str = "transcript"
    words: Sequence[Any] = ()
    final: bool = True
    growing: bool = False


Find = Callable[[Mapping[str, Any], str], Iterator[_Said]]


class Transcripts(Provider):
    name = "transcripts"
    members = frozenset({
        "results", "channel", "turn_order", "transcription", "utterances", "recognizedPhrases",
        frozenset({"audio_url", "text"}), frozenset({"words", "text"}),
        frozenset({"segments", "text"}), frozenset({"type", "delta"}), frozenset({"type", "text"}),
    })  # fmt: skip
    in_pieces = True

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        return text(document, "type") in (_DELTA, _DONE) or _found(document) is not None

    def feed(self, run: Run, path: str, document: Any) -> None:
        node = mapping(document)
        kind = text(node, "type")
        if kind == _DELTA:
            run.delta((self.name, "said"), StepKind.PROMPT, node, "delta", path)
            return
        if kind == _DONE:
            run.ended((self.name, "said"), Step(0, StepKind.PROMPT, text(node, "text"), path=path + "['text']"))
            return
        for said in _found(node) or ():
            _tell(run, said, path)
        run.note({"model": text(mapping(node.get("metadata")), "model")}, model="model")


def _tell(run: Run, said: _Said, path: str) -> None:
    node, place = said.node, path + said.path + segment(said.name)
    content = node.get(said.name)
    if not isinstance(content, str) or not content:
        return
    key = (Transcripts.name, said.path)
    if not said.final and said.growing:
        run.memory[key] = True
        run.grow(key, (node, said.name))
    elif run.memory.pop(key, False):  # what was told before it was final
        run.grow(key, (node, said.name))
        run.grown(key)
    note_words(run, (node, said.name), said.words)
    if said.final:
        speaker = identity(node, "speaker", "speaker_label", "channel")
        run.once([Step(0, StepKind.PROMPT, content.strip(), name=speaker, path=place)])


def note_words(run: Run, whole: tuple[Any, str], words: Sequence[Any]) -> None:
    """Notes that words, which stand apart with their times, say what a text says in which they come in this order."""
    told, here = str(whole[0].get(whole[1])).casefold(), 0
    for word in words:
        if not isinstance(word, dict):
            continue
        names = [name for name in _WORDS if isinstance(word.get(name), str) and word[name].strip()]
        starts = []
        for name in names:
            said = word[name].strip().casefold()
            start = told.find(said, here, here + _AHEAD + len(said))
            if start >= 0:
                starts.append((start, start + len(said)))
                run.copy((word, name), whole, start - (len(word[name]) - len(word[name].lstrip())))
        here = max((end for _, end in starts), default=here)


def _first(node: Any, name: str) -> Mapping[str, Any]:
    held = items(mapping(node), name)
    return mapping(held[0]) if held else {}


def _deepgram(node: Mapping[str, Any]) -> Iterator[_Said] | None:
    results = mapping(node.get("results"))
    channels = items(results, "channels")
    if channels and _first(channels[0], "alternatives"):
        return _of_channels(results, channels)
    if isinstance(node.get("channel"), dict) and text(_first(node["channel"], "alternatives"), "transcript"):
        alternative = _first(node["channel"], "alternatives")
        final, place = node.get("is_final") is not False, "['channel']['alternatives'][0]"
        return iter([_Said(alternative, place, words=items(alternative, "words"), final=final, growing=True)])
    return None


def _of_channels(results: Mapping[str, Any], channels: Sequence[Any]) -> Iterator[_Said]:
    for index, each in enumerate(items(results, "utterances")):
        yield _Said(mapping(each), f"['results']['utterances'][{index}]", words=items(mapping(each), "words"))
    for index, channel in enumerate(channels):
        alternative, place = _first(channel, "alternatives"), f"['results']['channels'][{index}]['alternatives'][0]"
        yield _Said(alternative, place, words=items(alternative, "words"), final=not results.get("utterances"))


def _assembly(node: Mapping[str, Any]) -> Iterator[_Said] | None:
    if "turn_order" in node and isinstance(node.get("transcript"), str):
        final = node.get("end_of_turn") is True and node.get("turn_is_formatted") is not False
        return iter([_Said(node, "", words=items(node, "words"), final=final, growing=True)])
    if "audio_url" not in node and not (items(node, "utterances") and "words" in node):
        return None
    return _of_file(node, "utterances") if isinstance(node.get("text"), str) else None


def _of_file(node: Mapping[str, Any], name: str) -> Iterator[_Said]:
    """Who said it, where that is told, else all of it."""
    parts = [mapping(each) for each in items(node, name)]
    spoken = any(identity(each, "speaker") for each in parts)
    for index, each in enumerate(parts):
        yield _Said(each, f"['{name}'][{index}]", "text", items(each, "words"), final=spoken)
    yield _Said(node, "", "text", [*items(node, "words"), *parts] if name == "segments" else items(node, "words"),
                final=not spoken)  # fmt: skip


def _whisper(node: Mapping[str, Any]) -> Iterator[_Said] | None:
    parts = items(node, "segments")
    if (
        isinstance(node.get("text"), str)
        and parts
        and all(isinstance(each, dict) and each.keys() >= {"start", "end", "text"} for each in parts[:8])
    ):
        return _of_file(node, "segments")
    words = items(node, "words")
    if isinstance(node.get("text"), str) and words and _is_word(words[0]):
        return iter([_Said(node, "", "text", words)])
    told = items(node, "transcription")
    if told and "offsets" in mapping(told[0]):
        return (_Said(mapping(each), f"['transcription'][{at}]", "text") for at, each in enumerate(told))
    return None


def _is_word(node: Any) -> bool:
    """Of Whisper, or of ElevenLabs's Scribe."""
    return isinstance(node, dict) and node.keys() >= {"start", "end"} and bool({"word", "text"} & node.keys())


def _azure(node: Mapping[str, Any]) -> Iterator[_Said] | None:
    results = items(node, "recognizedPhrases")
    if not results or not isinstance(_first(results[0], "nBest").get("display"), str):
        return None
    return (
        _Said(best, f"['recognizedPhrases'][{index}]['nBest'][0]", "display",
              items(best, "displayWords") or items(best, "words"))
        for index, each in enumerate(results)
        for best in (_first(each, "nBest"),)
    )  # fmt: skip


def _google(node: Mapping[str, Any]) -> Iterator[_Said] | None:
    results = items(node, "results")
    if not results or not text(_first(results[0], "alternatives"), "transcript"):
        return None
    return (
        _Said(alternative, f"['results'][{index}]['alternatives'][0]", words=items(alternative, "words"),
              final=mapping(each).get("isFinal") is not False, growing="isFinal" in mapping(each))
        for index, each in enumerate(results)
        for alternative in (_first(each, "alternatives"),)
    )  # fmt: skip


def _amazon(node: Mapping[str, Any]) -> Iterator[_Said] | None:
    results = mapping(node.get("results"))
    told = items(results, "transcripts")
    if not told or "transcript" not in mapping(told[0]):
        return None
    words = [_first(each, "alternatives") for each in items(results, "items")]
    segments = [
        _Said(mapping(each), f"['results']['audio_segments'][{index}]")
        for index, each in enumerate(items(results, "audio_segments"))
    ]
    spoken = any(identity(each.node, "speaker_label") for each in segments)
    whole = (
        _Said(mapping(each), f"['results']['transcripts'][{index}]", words=words, final=not spoken)
        for index, each in enumerate(told)
    )
    return iter([*(segments if spoken else ()), *whole])


_FINDERS = (_deepgram, _assembly, _whisper, _google, _amazon, _azure)


def _found(node: Mapping[str, Any]) -> Iterator[_Said] | None:
    return next((found for find in _FINDERS if (found := find(node)) is not None), None)
