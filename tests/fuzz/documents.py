"""Laws of every format: bytes are refused with a reason, or read, masked in every part and written so that the same
format reads them again."""

from __future__ import annotations

import base64
import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from reticent.errors import DecodeError, LimitError
from reticent.formats.avro.schema import SchemaError
from reticent.formats.document import Document, Part
from reticent.formats.registry import Formats
from reticent.limits import Limits
from reticent.resources import schema_path
from reticent.schemaregistry.sources import Folder, UnavailableError
from reticent.steps import StepIndex

from ..contract import registered
from ..contract.test_formats import FIXTURES
from ..unit.formats.providers import RUNS, as_sse
from ..unit.formats.test_avro import LOGICAL, PLAIN, record
from .batches import batches
from .canary import CANARY

LIMITS = Limits(depth=64, leaves=20_000)
"""Small ones, so that they are reached."""
NAMES = (*registered.FORMATS.names,)
_PROTOBUF = ("otlp-traces", "otlp-logs", "jaeger", "zipkin")
Open = Callable[[bytes], Document]


def opener(forced: str | None) -> Open:
    return lambda payload: registered.FORMATS.open(payload, content_type=None, forced=forced, limits=LIMITS)


def check(opened: Open, payload: bytes, whole: bool, again: Callable[[str], Open] = opener) -> None:
    """`whole`: lists of records are replaced, too, keys are renamed and values become null, as a policy may have it."""
    try:
        document = opened(payload)
        leaves = document.leaves()
    except (DecodeError, LimitError) as refused:
        if not refused.code or len(refused.message) <= 10:
            raise AssertionError("a refusal says what is wrong") from refused
        return
    if document.encode() != payload and not _understood(document, again(document.format)):
        raise AssertionError("untouched it is not the very bytes")
    count, owners = _read(document), document.owners()
    if len(owners) not in (0, len(leaves.texts)) or any(not -1 <= each < count for each in owners):
        raise AssertionError("a leaf is of no trace")
    same = opened(payload)
    _read(same)
    if same.leaves().texts != leaves.texts:
        raise AssertionError("reading the steps changed the document")
    if owners:
        _check_shares(document, count, again(document.format))
    if any(not document.path(leaf).startswith("$") for leaf in range(len(leaves.texts))):
        raise AssertionError("a leaf has no path")
    opaque = {blob.leaf for blob in leaves.blobs}
    results = _results(document) if whole else frozenset()
    for leaf, (text, head) in enumerate(zip(leaves.texts, leaves.heads, strict=True)):
        value = text[abs(head) :]
        if leaf in opaque:
            document.replace(leaf, Part.VALUE, "[OPAQUE:file:7:aaaaaaaa]" if leaf % 3 else None)
        elif value or leaf in results:
            document.replace(leaf, Part.VALUE, None if whole and leaf % 3 == 0 else placeholder(value))
        if whole and head > 0 and leaf % 2:
            document.replace(leaf, Part.KEY, placeholder(text[: head - 1]))
        document.path(leaf)
    if _read(document) != count:
        raise AssertionError("masking changed the number of traces")
    written = document.encode()
    for number in range(min(count, 3)):
        document.encode([number])
    if not whole:
        second = again(document.format)(written)
        found = second.leaves()
        kept = any(CANARY in text[: abs(head)] for text, head in zip(leaves.texts, leaves.heads, strict=True))
        if not kept and any(CANARY in text for text in found.texts):
            raise AssertionError("what was replaced is there again")
        _read(second)


def _check_shares(document: Document, count: int, opened: Open) -> None:
    """What is written of some traces has these, in the same order."""
    ids = [trace.trace_id for trace in document.traces()]
    for numbers in ([0], [count - 1], list(range(0, count, 2))):
        try:
            found = opened(document.encode(numbers))
        except DecodeError as error:
            raise AssertionError(f"some of the traces cannot be read again: {error.code}") from error
        if [trace.trace_id for trace in found.traces()] != [ids[number] for number in numbers]:
            raise AssertionError("what is written of some traces has others")


def _understood(document: Document, opened: Open) -> bool:
    """Protobuf with what no reader sees, such as a field that is given twice, leaves as it was understood."""
    again = opened(document.encode())
    return document.format in _PROTOBUF and again.leaves().texts == document.leaves().texts


def placeholder(value: str) -> str:
    """As masking writes it: equal for equal values."""
    token = base64.b32encode(hashlib.sha256(value.encode("utf-8", "replace")).digest()[:5]).decode().lower()
    return f"[REDACTED:canary:{token}]"


def _results(document: Document) -> frozenset[int]:
    """Leaves of lists of records that a policy may summarise: those of steps."""
    steps = StepIndex(document.traces())
    return frozenset(each.leaf for each in document.leaves().tables if steps.kind(document.path(each.leaf)))


def _read(document: Document) -> int:
    traces = document.traces()
    for trace in traces:
        for step in trace.steps:
            if not isinstance(step.path, str) or not isinstance(step.name, str):
                raise AssertionError("a step is not what a step is")  # noqa: TRY004 - a broken law
    return len(traces)


class Decode:
    """Two bytes choose the format and how much is replaced, the rest is the payload."""

    head = 2

    def seeds(self) -> Iterator[bytes]:
        for case, payload in fixtures():
            number = NAMES.index(case.partition(" ")[0])
            for head in (bytes([number, 0]), bytes([number, 1]), b"\xff\0"):
                yield head + payload
            for marked in planted(case, payload):
                yield b"\xff\0" + marked

    def __call__(self, data: bytes) -> None:
        forced, whole = chosen(data[:1]), data[1:2] == b"\1"
        check(opener(forced), data[2:], whole)


def chosen(byte: bytes) -> str | None:
    """The format that a byte names; None, by content, for one in four."""
    number = byte[0] if byte else 255
    return NAMES[number % 64 % len(NAMES)] if number < 192 else None


def fixtures() -> Iterator[tuple[str, bytes]]:
    """Case (a format's name first) and payload."""
    yield from FIXTURES.items()
    for number, (name, payload) in enumerate(batches()):
        yield f"{name} batch {number}", payload
    for name, run in RUNS.items():
        for number, document in enumerate((*run.requests, *run.responses, run.events())):
            yield f"{name if name in NAMES else 'json'} {number}", json.dumps(document).encode()
        yield f"sse {name}", as_sse(run.events(), named=run.named)
        yield f"jsonl {name}", b"".join(json.dumps(event).encode() + b"\n" for event in run.events())


def streams() -> Iterator[bytes]:
    """With the canary in pieces."""
    said = f"well, it is {CANARY} and so on"
    for run in RUNS.values():
        for size in (1, 3, 9):
            for events in (
                run.events(words=said, size=size),
                run.events(thought=said, size=size),
                run.events(arguments=json.dumps({"city": said}), size=size),
            ):
                yield as_sse(events, named=run.named)
                if size == 9:
                    yield json.dumps(events).encode()
                    yield b"".join(json.dumps(event).encode() + b"\n" for event in events)


def planted(case: str, payload: bytes) -> Iterator[bytes]:
    """With the mark in place of one value, and of another."""
    opened = opener(case.partition(" ")[0])
    leaves = opened(payload).leaves()
    texts = [leaf for leaf, text in enumerate(leaves.texts) if text[abs(leaves.heads[leaf]) :]]
    for leaf in texts[:: max(1, len(texts) // 4)]:
        document = opened(payload)
        document.replace(leaf, Part.VALUE, CANARY)
        yield document.encode()


class Avro:
    """A schema as JSON, a zero byte, and a datum; the schema is read from a folder, in which it may name another."""

    head = 0

    def __init__(self) -> None:
        self._kept = tempfile.TemporaryDirectory()
        self._folder = Path(self._kept.name)
        (self._folder / "acme.Other.avsc").write_text(json.dumps(record(("a", "string"), name="acme.Other")))

    def seeds(self) -> Iterator[bytes]:
        kinds: list[Any] = [
            LOGICAL,
            json.loads(schema_path("trace.avsc").read_text()),
            record(("a", ["null", "string"]), ("b", {"type": "array", "items": ["long", "string"]})),
            record(("m", {"type": "map", "values": "double"}), ("e", {"type": "enum", "name": "E", "symbols": ["A"]})),
            record(("next", ["null", "acme.Event"]), ("d", "bytes"), ("f", {"type": "fixed", "name": "F", "size": 1})),
            record(("o", {"type": "array", "items": "acme.Other"})),
            {"type": "array", "items": "string"}, "string", ["int", "boolean", "float"],
        ]  # fmt: skip
        datums = [
            PLAIN, FIXTURES["avro"][5:],
            b"\2\x06abc\4\0\6\2\2x\0", b"\2\2k" + bytes(8) + b"\0\0",
            b"\2\0\2x\1\2y\1", b"\2\2x\0", b"\2\x28" + CANARY.encode() + b"\0", b"\x28" + CANARY.encode(), b"\0\6",
        ]  # fmt: skip
        for kind, datum in zip(kinds, datums, strict=True):
            yield json.dumps(kind).encode() + b"\0" + datum

    def __call__(self, data: bytes) -> None:
        text, _, datum = data.partition(b"\0")
        (self._folder / "1.avsc").write_bytes(text)
        try:
            schema = Folder(self._folder).read_now(1)
        except (SchemaError, UnavailableError):
            return
        formats = Formats(registered.Known({1: schema} if schema is not None else {}))

        def opened(payload: bytes) -> Document:
            return formats.open(payload, content_type=None, forced="avro", limits=LIMITS)

        for whole in (False, True):
            check(opened, registered.framed(1, datum), whole, lambda _: opened)
