"""The AI SDK's data stream of version 4 (`0:"..."`, `9:{...}`): a part a line, which says its kind by one sign.

https://v4.ai-sdk.dev/docs/ai-sdk-ui/stream-protocol#data-stream-protocol
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from ...errors import DecodeError, LimitError
from ...limits import Limits
from ...model import BlobKind, Step, StepKind
from .. import jsontext
from ..blobs import Found, find_blobs, is_base64
from ..document import Document, Part
from ..providers.blocks import arguments_of, mapping, text
from ..providers.provider import RunDocument
from ..providers.streams import Run
from ..tree import Dialect

MEDIA_TYPE = "text/plain"
_PART = re.compile(rb"[0-9a-k]:")
_LINE = re.compile(rb'[0-9a-k]:[\["{]')
_SAID: Mapping[str, StepKind] = {"0": StepKind.OUTPUT, "g": StepKind.THINKING}
_ERROR, _DATA, _ANNOTATIONS, _CALL, _RESULT, _CALLING, _CALLED_PIECE = "3", "2", "8", "9", "a", "b", "c"
_BEGIN, _FINISH = "f", "d"
_OPAQUE = (("j", "signature", BlobKind.SIGNATURE), ("i", "data", BlobKind.REASONING))
_RAW = ""
"""Stands for the sign of a line that is no part, such as one that was cut."""


class AiSdkData:
    name = "ai-sdk-data"
    media_types: Sequence[str] = (MEDIA_TYPE,)
    members = frozenset[str]()
    """No object of JSON is one."""

    def recognises(self, payload: bytes, tree: Any) -> bool:
        """Every line but the last has a sign, and the first says what it should."""
        if tree is not None or _LINE.match(payload) is None:
            return False
        *whole, last = payload.split(b"\n")
        if not whole or any(_LINE.match(line) is None for line in whole if line.strip()):
            return False
        return (_LINE.match(last) is not None or not last.strip()) and _read(whole[0], Limits())[0] != _RAW

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        lines = payload.split(b"\n")
        if len(lines) > limits.leaves:
            raise LimitError("too-many-leaves", f"the payload holds more than the {limits.leaves} lines allowed")
        return _Parts(lines, payload, limits)


def _read(line: bytes, limits: Limits) -> tuple[str, Any]:
    """The sign of a line, and what it says."""
    if _PART.match(line) is not None:
        try:
            return line[:1].decode(), jsontext.parse(line[2:], limits)
        except DecodeError as error:
            if error.code not in ("not-json", "truncated"):
                raise
    try:
        return _RAW, line.decode()
    except UnicodeDecodeError:
        raise DecodeError("not-utf8", "a line is not UTF-8; send UTF-8") from None


class _Parts(RunDocument):
    """Written line by line."""

    def __init__(self, lines: Sequence[bytes], source: bytes, limits: Limits) -> None:
        self._lines = lines
        self._numbers = [number for number, line in enumerate(lines) if line.strip()]
        rows = [_read(lines[number].removesuffix(b"\r"), limits) for number in self._numbers]
        texts = [lines[n][2:] for n, (sign, _) in zip(self._numbers, rows, strict=True) if sign]
        own = sum(1 if sign else 2 for sign, _ in rows)
        dialect = Dialect(
            AiSdkData.name, MEDIA_TYPE, lambda rows: _follow(rows).traces(), blobs=_blobs,
            check=lambda _, strings: jsontext.refuse_repeats_in(texts, strings - own),
        )  # fmt: skip
        super().__init__([{sign: said} for sign, said in rows], dialect, _follow, source=source, limits=limits)
        self._touched: set[int] = set()

    def replace(self, leaf: int, part: Part, text: str | None) -> None:
        """A line's sign stays."""
        way = self.lineage(leaf)
        if part is Part.KEY and len(way) == 2:
            return
        super().replace(leaf, part, text)
        self._touched.add(way[0])

    def encode(self, traces: Collection[int] | None = None) -> bytes:
        self.mend()
        if not self._changed:
            return self._source
        self.rename()
        lines = list(self._lines)
        for at in self._touched:
            ((sign, said),) = self._root[0][at].items()
            end = b"\r" if lines[self._numbers[at]].endswith(b"\r") else b""
            written = f"{sign}:".encode() + jsontext.encode(said) if sign else _one_line(said)
            lines[self._numbers[at]] = written + end
        return b"\n".join(lines)


def _blobs(rows: Any) -> Iterator[Found]:
    yield from find_blobs(rows)
    for row in rows:
        for sign, name, kind in _OPAQUE:
            held = row.get(sign)
            if isinstance(held, dict) and isinstance(value := held.get(name), str) and is_base64(value):
                yield held, name, kind


def _one_line(said: Any) -> bytes:
    return " ".join(str(said or "").splitlines()).encode()


def _follow(rows: Any) -> Run:
    run = Run()
    for at, row in enumerate(rows):
        for sign, said in row.items():
            _tell(run, sign, said, row, f"$[{at}]")
    return run


def _tell(run: Run, sign: str, said: Any, row: dict[str, Any], path: str) -> None:
    place = f"{path}['{sign}']"
    call_id = text(mapping(said), "toolCallId")
    if sign in _SAID:
        run.delta(_SAID[sign], _SAID[sign], row, sign, path)
    elif sign == _BEGIN:
        run.response(place)
    elif sign == _CALLING:
        run.memory["tool", call_id] = text(mapping(said), "toolName")
    elif sign == _CALLED_PIECE:
        called = run.memory.get(("tool", call_id), "")
        run.delta(("call", call_id), StepKind.TOOL_CALL, said, "argsTextDelta", place, tool=called, call_id=call_id)
    elif sign == _CALL:
        call = Step(0, StepKind.TOOL_CALL, arguments_of(mapping(said).get("args")), text(mapping(said), "toolName"),
                    call_id, path=place + "['args']")  # fmt: skip
        run.ended(("call", call_id), call)
    elif sign == _RESULT:
        result = mapping(said).get("result")
        run.answered([Step(0, StepKind.TOOL_RESULT, result, "", call_id, path=place + "['result']")])
    elif sign == _ERROR:
        run.answered([Step(0, StepKind.ERROR, said or "", path=place)])
    elif sign in (_DATA, _ANNOTATIONS):
        run.answered([Step(0, StepKind.EVENT, said, name="data", path=place)])
    elif sign == _FINISH:
        run.note(mapping(said), usage="usage")
    elif sign == _RAW:
        run.answered([Step(0, StepKind.OTHER, said, path=place)])
