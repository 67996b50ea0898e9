"""The laws that are fuzzed (`make fuzz`), over the seeds and some mutations that are always the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from reticent.model import Evidence, Outgoing, Topic

from ..logs import kept
from .canary import CANARY
from .findings import Findings
from .gateway import check_outputs
from .mutations import mutated
from .targets import TARGETS

SIZES = {
    "decode": (520, 600), "avro": (50, 2000), "pipeline": (250, 500), "headers": (50, 500), "texts": (80, 40),
    "twice": (200, 800), "policy": (50, 300), "settings": (50, 300),
}  # fmt: skip
"""How many seeds, and how many mutations of them."""


@pytest.fixture
def _unheard() -> Iterator[None]:
    """What targets overhear with is taken off afterwards."""
    with kept():
        yield


@pytest.mark.usefixtures("_unheard")
@pytest.mark.parametrize("name", TARGETS)
def test_the_laws_hold(name: str, tmp_path: Path) -> None:
    target, random = TARGETS[name](), Random(name)
    seeds = list(target.seeds())
    bodies = [seed[target.head :] for seed in seeds]
    few, many = SIZES[name]
    inputs = random.sample(seeds, min(few, len(seeds)))
    for seed in random.choices(seeds, k=many):
        inputs.append(seed[: target.head] + mutated(seed[target.head :], random, bodies))
    findings = Findings(name, tmp_path)
    assert [found for data in inputs if (found := findings.run(target, data))] == []


def test_a_finding_is_kept_once_and_says_where(tmp_path: Path) -> None:
    def target(data: bytes) -> None:
        if b"x" in data:
            json.loads(data)

    findings = Findings("decode", tmp_path)
    said = [findings.run(target, data) for data in (b"ok", b"x", b"xx")]
    assert said[0] == said[2] == ""
    assert said[1].startswith("JSONDecodeError at decoder.py:")
    (kept,) = tmp_path.iterdir()
    assert kept.read_bytes() == b"x"


def test_the_canary_is_missed_nowhere() -> None:
    verdict = {
        "request_id": "r", "trace_id": "t", "tenant": "acme", "producer": "p", "verdict": "rejected", "findings": {},
        "reasons": [], "policy": "p", "at": "", "traces": 1,
    }  # fmt: skip
    good, bad = (_evidence(verdict), _evidence({**verdict, "producer": CANARY}))
    check_outputs([_outgoing(good)], "")
    for outputs, logged in (
        ([_outgoing(bad)], ""),
        ([_outgoing(good, CANARY.encode())], ""),
        ([_outgoing(good)], CANARY),
    ):
        with pytest.raises(AssertionError, match="the canary"):
            check_outputs(outputs, logged)
    with pytest.raises(AssertionError, match="exactly one verdict"):
        check_outputs([], "")
    failed = {"code": "internal", "message": "", "rule": ""}
    with pytest.raises(AssertionError, match="our own code"):
        check_outputs([_outgoing(_evidence({**verdict, "reasons": [failed]}))], "")


def _evidence(statement: dict[str, object]) -> Evidence:
    made = Evidence.__new__(Evidence)
    made.content = json.dumps(statement).encode()
    return made


def _outgoing(value: Evidence, key: bytes = b"") -> Outgoing:
    return Outgoing(Topic.VERDICTS, key, value)


def test_mutations_are_the_same_for_the_same_seed_and_keep_what_the_bytes_are() -> None:
    document = json.dumps({"a": [1, {"b": "two"}], "c": "d"}).encode()
    first, second = ([mutated(document, Random(number), [document]) for number in range(200)] for _ in range(2))
    assert first == second
    assert len(set(first)) > 100
    assert sum(_is_json(each) for each in first) > 120


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except ValueError:
        return False
    return True
