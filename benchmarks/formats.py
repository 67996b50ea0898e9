"""The core's speed by format, beside plain decoding and encoding of the same records with the fastest library.

    python benchmarks/formats.py [--seconds S] [--only WORD] [--corpora FOLDER]

MB per CPU second of records of about 8 KB in made-up prose: plain; decode, walk and encode, nothing scanned (a leaf is
written over with itself, else the encoder would have nothing to do); decode, scan, mask and encode with the whole
shipped policy, where there is nothing to find (the record leaves as the bytes it came in) and where there is one e-mail
address; and of these with the steps read, which the gateway's verdict needs. The ratios are to plain. orjson stands
beside msgspec where it is installed; the faster counts.

`--corpora` measures the recorded records of a folder with otel-genai, framework-traces and agent-trajectories instead.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.format_data import provider
from benchmarks.format_data.rows import JSON, ROWS, Plain, Row
from benchmarks.format_data.talk import Talk, talk
from benchmarks.format_data.tracing import CALL_ID, CALL_SCHEMA
from benchmarks.measured import LIMITS, Core, Open, as_a_worker, speed
from tests.contract.registered import Known

from reticent.formats.avro import schema as avroschema
from reticent.formats.document import Document, Part
from reticent.formats.registry import Formats
from reticent.policy import load_policy

SEED = 7
RECORDS = 200
RECORD_BYTES = 8 * 1024
ROUND_BYTES = 500_000
"""Of recorded records that are few, so many bytes are a round."""
FORMATS = Formats(Known({CALL_ID: avroschema.avro(msgspec.json.encode(CALL_SCHEMA))}))


def opener(row: Row) -> Open:
    return lambda payload: FORMATS.open(payload, content_type=row.content_type, forced=None, limits=LIMITS)


def records(make: Callable[[Talk], bytes], *, mail: bool, count: int = RECORDS) -> list[bytes]:
    """The same ones for every format, of as many turns as make 8 KB of each."""
    chance = random.Random(SEED)
    talks = [talk(chance, 60, f"{chance.choice('abcdef')}.{n}@mail.example.org" if mail else "") for n in range(count)]
    return [_sized(make, each) for each in talks]


def _sized(make: Callable[[Talk], bytes], whole: Talk) -> bytes:
    for turns in range(5, len(whole.turns), 4):
        if len(payload := make(whole.first(turns))) >= RECORD_BYTES:
            return payload
    return make(whole)


def walking(payloads: Sequence[bytes], opened: Open) -> Callable[[], int]:
    """Decode, walk, encode: the longest leaf is written over with itself."""
    written = [(payload, *_longest(opened(payload))) for payload in payloads]

    def work() -> int:
        for payload, leaf, text in written:
            document = opened(payload)
            document.leaves()
            document.replace(leaf, Part.VALUE, text)
            document.encode()
        return sum(map(len, payloads))

    return work


def _longest(document: Document) -> tuple[int, str]:
    leaves = document.leaves()
    leaf = max(range(len(leaves.texts)), key=lambda number: len(leaves.texts[number]))
    return leaf, leaves.texts[leaf][abs(leaves.heads[leaf]) :]


def plainly(payloads: Sequence[bytes], library: Plain) -> Callable[[], int]:
    def work() -> int:
        for payload in payloads:
            library(payload)
        return sum(map(len, payloads))

    return work


@dataclass(frozen=True, slots=True)
class Figures:
    """MB per CPU second; `masked` of records with something to find, `judged` of these with their steps."""

    library: str
    plain: float
    walked: float
    clean: float | None
    masked: float
    judged: float

    def line(self, title: str, size: float) -> str:
        clean = f"{self.clean:8.1f} {self.clean / self.plain:5.2f}" if self.clean is not None else f"{'':14}"
        return (
            f"{title:48.48} {size / 1024:7.1f} {self.plain:8.0f} {self.library:9} {self.walked:8.1f} "
            f"{self.walked / self.plain:5.2f} {clean} {self.masked:8.1f} {self.masked / self.plain:5.2f} "
            f"{self.judged:8.1f} {self.judged / self.plain:5.2f}"
        )


HEAD = (
    f"{'':48} {'KB':>7} {'plain':>8} {'with':9} {'walked':>8} {'ratio':>5} {'clean':>8} {'ratio':>5} "
    f"{'masked':>8} {'ratio':>5} {'judged':>8} {'ratio':>5}"
)


def best(libraries: Mapping[str, Plain], payloads: Sequence[bytes], seconds: float) -> tuple[float, str]:
    return max((speed(plainly(payloads, library), seconds), name) for name, library in libraries.items())


def made(core: Core, row: Row, seconds: float) -> tuple[Figures, float]:
    """Of records that are made, and their mean size. Ends the benchmark where they are not what the row says."""
    opened = opener(row)
    clean, mails = (records(row.make, mail=mail) for mail in (False, True))
    if opened(clean[0]).format != row.format:
        raise SystemExit(f"{row.title}: the records are read as another format")
    if any(core.findings(payload, opened) for payload in clean):
        raise SystemExit(f"{row.title}: something is found where nothing is")
    if any({each.rule for each in core.findings(payload, opened)} != {"email"} for payload in mails):
        raise SystemExit(f"{row.title}: the address is not found, or something else is")
    plain, library = best(row.plain, mails, seconds)
    works = (
        walking(mails, opened), core.masking(clean, opened), core.masking(mails, opened),
        core.masking(mails, opened, steps=True),
    )  # fmt: skip
    return Figures(library, plain, *(speed(work, seconds) for work in works)), sum(map(len, mails)) / len(mails)


def recorded(folder: Path) -> Iterator[tuple[str, list[bytes]]]:
    """(title, records) of corpora that hold JSON; of a list of runs each is a record."""
    files = [*sorted(folder.glob("otel-genai/*.json")), *sorted(folder.glob("framework-traces/*.json"))]
    for file in [*files, folder / "agent-trajectories" / "airline-dev.json"]:
        if not file.is_file():
            continue
        tree = msgspec.json.decode(file.read_bytes())
        many = tree if isinstance(tree, list) and "trajectories" in file.parent.name else None
        yield file.stem, [file.read_bytes()] if many is None else [provider.dumps(each) for each in many]


def of_corpora(core: Core, folder: Path, seconds: float) -> None:
    """Nobody knows what is in them: all of it stands under `masked`."""

    def opened(payload: bytes) -> Document:
        return FORMATS.open(payload, content_type="application/json", forced=None, limits=LIMITS)

    for title, payloads in recorded(folder):
        several = payloads * (1 + ROUND_BYTES // sum(map(len, payloads)))
        plain, library = best(JSON, several, seconds)
        works = (walking(several, opened), core.masking(several, opened), core.masking(several, opened, steps=True))
        walked, masked, judged = (speed(work, seconds) for work in works)
        named = f"{opened(payloads[0]).format}: {title}"
        print(
            Figures(library, plain, walked, None, masked, judged).line(named, sum(map(len, payloads)) / len(payloads))
        )


def main() -> None:
    reader = argparse.ArgumentParser(description="MB per CPU second by format")
    reader.add_argument("--seconds", type=float, default=1.0, help="for each figure")
    reader.add_argument("--only", default="", help="rows whose title holds this word")
    reader.add_argument("--corpora", type=Path, help="a folder of recorded records, measured instead")
    said = reader.parse_args()
    policy = load_policy(None)
    core = Core(policy)
    as_a_worker()
    print(f"{len(policy.rules)} rules; MB per CPU second\n\n{HEAD}")
    if said.corpora is not None:
        of_corpora(core, said.corpora, said.seconds)
        return
    for row in ROWS:
        if said.only.lower() in row.title.lower():
            figures, size = made(core, row, said.seconds)
            print(figures.line(row.title, size), flush=True)


if __name__ == "__main__":
    main()
