"""Aider: the history that it keeps of its chats in Markdown (`.aider.chat.history.md`): `#### ` before what people say,
`> ` before what its commands and itself show, everything else is what the model said.

The text is a list of its parts, which put together are the very file.

https://aider.chat/docs/config/options.html#history-files
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from ...errors import DecodeError, LimitError
from ...limits import Limits
from ...model import Step, StepKind, Trace
from ..document import Document
from ..tree import Dialect, TreeDocument

MEDIA_TYPE = "text/plain"
_CHAT, _SAID, _SHOWN = "# aider chat started at ", "####", ">"
_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,80}# aider chat started at \d{4}-\d\d-\d\d")
_AT = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)")
_ENDS = ("  \n", "  \r\n")
"""How Aider ends its own lines: in a block of code only these count, which ends with them, as an answer that was
interrupted does."""
_FENCE = re.compile(r"`{3,}|~{3,}")
_KINDS = {_SAID: StepKind.PROMPT, _SHOWN: StepKind.TOOL_RESULT, "": StepKind.OUTPUT}
_MARKS = {_SAID: re.compile(r"(?m)^#### ?"), _SHOWN: re.compile(r"(?m)^> ?")}


class Aider:
    name = "aider"
    media_types: Sequence[str] = (MEDIA_TYPE,)

    def recognises(self, payload: bytes, tree: Any) -> bool:
        return tree is None and _BEGINS.match(payload) is not None

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        try:
            text = payload.decode()
        except UnicodeDecodeError as error:
            raise DecodeError("not-utf8", f"the history is not UTF-8 at byte {error.start}; send UTF-8") from None
        if text.count("\n") > limits.leaves:
            raise LimitError("too-many-leaves", f"the history holds more than the {limits.leaves} lines allowed")
        parts = _parts(text)

        def encode(texts: Any) -> bytes:
            return "".join(
                f"{kind}{said or ''}{end}" for (kind, _, end), said in zip(parts, texts, strict=True)
            ).encode()

        def read(texts: Any) -> Sequence[Trace]:
            return _read([(kind, said or "") for (kind, _, _), said in zip(parts, texts, strict=True)])

        dialect = Dialect(self.name, MEDIA_TYPE, read, encode=encode)
        return TreeDocument([said for _, said, _ in parts], dialect, source=payload, limits=limits)


def _parts(text: str) -> list[tuple[str, str, str]]:
    """Lines of one kind that follow one another: the sign before the first, what they say, and the blank ones behind
    them."""
    lines = text.splitlines(keepends=True)
    fence, kinds = "", []
    for line in lines:
        kind = _kind(line)
        if fence and kind and not (kind == _CHAT or line.endswith(_ENDS)):
            kind = ""
        fence = "" if kind else fence
        kinds.append(kind)
        if not kind and (mark := _FENCE.match(line)) is not None:
            # a block ends where as many signs stand alone
            ends = fence and mark[0].startswith(fence) and not line[mark.end() :].strip()
            fence = "" if ends else fence or mark[0]
    for at in range(1, len(lines)):
        if not lines[at].strip():
            kinds[at] = kinds[at - 1]
    numbered = groupby(zip(kinds, lines, strict=True), key=lambda each: each[0])
    return [_part(kind, "".join(line for _, line in held)) for kind, held in numbered]


def _part(kind: str, text: str) -> tuple[str, str, str]:
    said = text.rstrip()
    return kind, said.removeprefix(kind), text[max(len(said), len(kind)) :]


def _kind(line: str) -> str:
    return next((sign for sign in (_CHAT, _SAID, _SHOWN) if line.startswith(sign)), "")


def _read(parts: Sequence[tuple[str, str]]) -> Sequence[Trace]:
    """What Aider shows before anybody speaks is of itself."""
    steps: list[Step] = []
    began, kinds = "", {**_KINDS, _SHOWN: StepKind.EVENT}
    for at, (kind, said) in enumerate(parts):
        if kind == _CHAT:
            began = began or _time(said)
            continue
        kinds = _KINDS if kind == _SAID else kinds
        mark = _MARKS.get(kind)
        content = (mark.sub("", kind + said) if mark is not None else said).strip()
        if content:
            steps.append(Step(len(steps), kinds[kind], content, path=f"$[{at}]"))
    return [Trace(started_at=began, steps=steps)]


def _time(heading: str) -> str:
    found = _AT.match(heading.strip())
    return f"{found[1]}T{found[2]}" if found is not None else ""
