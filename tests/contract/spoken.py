"""What is said in the run of the contract suite, written down by whoever heard it."""

from __future__ import annotations

import json
from typing import Any

_WORDS = [{"word": "hello", "punctuated_word": "Hello.", "start": 0.25, "end": 0.5, "confidence": 0.75, "speaker": 0}]
DEEPGRAM: dict[str, Any] = {
    "metadata": {"request_id": "r1", "duration": 2.5, "channels": 1},
    "results": {"channels": [{"alternatives": [{"transcript": "Hello.", "confidence": 0.75, "words": _WORDS}]}]},
}
ASSEMBLY: dict[str, Any] = {
    "id": "t1", "status": "completed", "audio_url": "https://files.example/a.mp3", "text": "hello done",
    "words": [{"text": "hello", "start": 250, "end": 500, "speaker": "A"}], "utterances": [
        {"speaker": "A", "text": "hello", "start": 250, "end": 500, "words": []},
        {"speaker": "B", "text": "done", "start": 600, "end": 900, "words": []}],
}  # fmt: skip
WHISPER: dict[str, Any] = {
    "task": "transcribe", "language": "english", "duration": 2.5, "text": "hello done", "segments": [
        {"id": 0, "start": 0.0, "end": 1.5, "text": " hello", "tokens": [50364, 2425]},
        {"id": 1, "start": 1.5, "end": 2.5, "text": " done", "tokens": [50364, 2426]}],
}  # fmt: skip
DOCUMENTS: dict[str, Any] = {
    "transcripts": DEEPGRAM, "transcripts speakers": ASSEMBLY, "transcripts segments": WHISPER,
}  # fmt: skip
FIXTURES: dict[str, bytes] = {name: json.dumps(document).encode() for name, document in DOCUMENTS.items()}
OTHERWISE: dict[str, list[str]] = {
    "transcripts": ["prompt"], "transcripts speakers": ["prompt", "prompt"], "transcripts segments": ["prompt"],
}  # fmt: skip
"""The kinds of the steps: each time somebody speaks."""
