"""The process that fuzzes one target: `python -m tests.fuzz.engine TARGET FOLDER CORPUS [libFuzzer options]`.

It does not return: libFuzzer ends it. Its figures go to stderr, in libFuzzer's words; findings go there, too."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from random import Random
from typing import Any

import atheris

from .findings import Findings

with atheris.instrument_imports(include=["reticent"]):
    targets = importlib.import_module(".targets", __package__)
    mutations = importlib.import_module(".mutations", __package__)

_BYTES_ALONE = 0.3
"""How often libFuzzer mutates an input without knowing what it is."""


def main(name: str, folder: Path, corpus: Path, options: list[str]) -> None:
    target: Any = targets.TARGETS[name]()
    seeds = list(target.seeds())
    bodies = [seed[target.head :] for seed in seeds]
    findings = Findings(name, folder)
    for number, seed in enumerate(seeds):
        (corpus / f"seed-{number}").write_bytes(seed)

    def test_one_input(data: bytes) -> None:
        found = findings.run(target, data)
        if found:
            sys.stderr.write(f"FINDING {found}\n")
            sys.stderr.flush()

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        random = Random(seed)
        if random.random() < _BYTES_ALONE or len(data) <= target.head:
            return atheris.Mutate(data, most)
        head, body = data[: target.head], data[target.head :]
        if head and random.random() < 0.1:
            head = random.randbytes(len(head))
        return (head + mutations.mutated(body, random, bodies))[:most]

    atheris.Setup([sys.argv[0], str(corpus), *options], test_one_input, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4:])
