"""Compiled databases, and the plans they are made from, are kept where nobody else can change them, and made again
where they are not what they were."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import hyperscan
import pytest

from reticent import cache
from reticent.cache import KEPT_MOST, Cache
from reticent.detect import Detector
from reticent.detect.candidates import database, matcher
from reticent.limits import Limits
from reticent.model import Severity
from reticent.policy.rule import Dictionary, Rule

RULES = (Rule("order", "O", "pii", Severity.LOW, r"\bAC-\d{8}\b"),)
NAMES = Dictionary("names", "pii", Severity.LOW, ("Mia Li",))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(database, "_made", type(database._made)())
    return tmp_path / "cache"


def _found(cache: Cache | None) -> list[str]:
    database._made.clear()
    detector = Detector(RULES, [NAMES], limits=Limits(), validators={}, store=cache)
    return [span.rule for span in detector.scan_text("AC-12345678 for mia li")]


def test_what_is_kept_finds_what_is_made(folder: Path) -> None:
    cache = Cache(folder)
    assert _found(cache) == _found(cache) == _found(None) == ["order", "names"]
    assert len(list(folder.iterdir())) == 4 and folder.stat().st_mode & 0o077 == 0


def test_what_is_broken_is_made_again(folder: Path) -> None:
    cache = Cache(folder)
    _found(cache)
    for file in folder.iterdir():
        file.write_bytes(file.read_bytes()[:100] + b"?" * 50)
    assert _found(cache) == ["order", "names"]


def test_a_folder_that_others_may_write_to_is_not_believed(folder: Path) -> None:
    folder.mkdir(mode=0o777)
    os.chmod(folder, 0o777)  # noqa: S103 - whatever the umask says
    assert _found(Cache(folder)) == ["order", "names"]
    assert list(folder.iterdir()) == []


def test_a_place_that_cannot_be_had_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert _found(Cache(tmp_path / "file" / "below")) == ["order", "names"]


def test_what_two_processes_want_at_once_is_made_by_one(folder: Path) -> None:
    made = (
        "import sys, time; from pathlib import Path; from reticent.cache import Cache\n"
        "cache = Cache(Path(sys.argv[1]))\n"
        "with cache.turn('x'):\n"
        "    if cache.get('x') is None:\n"
        "        time.sleep(0.3); cache.put('x', b'x'); print('made')"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", made, str(folder)], stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert sorted(process.communicate()[0] for process in processes) == ["", "", "made\n"]
    assert [file.name for file in folder.iterdir()] == ["x"]


def test_nobody_waits_for_ever_for_who_was_stopped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "PATIENCE", 0.1)
    with Cache(folder).turn("x"):
        assert _found(Cache(folder)) == ["order", "names"]
        with Cache(folder).turn("x"):
            pass
    assert not list(folder.glob("*.turn"))


def test_a_place_that_cannot_be_had_has_turns_of_no_effect(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with Cache(tmp_path / "file" / "below").turn("x"), pytest.raises(KeyError), Cache(tmp_path / "file").turn("y"):
        raise KeyError


def test_the_least_used_go_first(folder: Path) -> None:
    cache = Cache(folder)
    for name in ("used", "unused", "new"):
        cache.put(name, b"x")
        os.utime(folder / name, (1, 1))
    assert cache.get("used") == b"x"
    for number in range(KEPT_MOST - 2):
        cache.put(f"n{number}", b"x")
    assert len(list(folder.iterdir())) == KEPT_MOST
    assert cache.get("used") == b"x" and not (cache.get("unused") and cache.get("new"))


def test_the_oldest_go_first(folder: Path) -> None:
    cache = Cache(folder)
    for number in range(KEPT_MOST + 3):
        cache.put(f"n{number}", b"x")
        os.utime(folder / f"n{number}", (number, number))
    assert len(list(folder.iterdir())) == KEPT_MOST and cache.get("n0") is None and cache.get(f"n{KEPT_MOST}") == b"x"


def test_detectors_of_the_same_rules_scan_side_by_side() -> None:
    one, other = (Detector(RULES, limits=Limits(), validators={}) for _ in range(2))
    assert one._matcher._databases[0].database is not other._matcher._databases[0].database
    assert one.scan_text("AC-12345678") == other.scan_text("AC-12345678")


@pytest.mark.parametrize("part", [1, 2, 3, 1000])
def test_rules_of_several_databases_are_all_found(monkeypatch: pytest.MonkeyPatch, part: int) -> None:
    monkeypatch.setattr(matcher, "PART", part)
    rules = [Rule(f"r{n}", "", "test", Severity.LOW, rf"\bAC{n}-\d{{3}}\b") for n in range(7)]
    detector = Detector(rules, limits=Limits(findings=10_000))
    assert len(detector._matcher._databases) == -(-7 // part)
    text = " ".join(f"AC{n}-12{n}" for n in range(7))
    assert [span.rule for span in detector.scan_text(text)] == [f"r{n}" for n in range(7)]
    many = "AC3-123 " * 3000
    assert {(span.rule, span.end - span.start) for span in detector.scan_text(many)} == {("r3", 7)}


def test_a_rule_more_or_less_compiles_little(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matcher, "PART", 100)
    shipped = [
        Rule(f"r{n}", "", "test", Severity.LOW, rf"\bAC{n}-\d{{3}}\b", pack="test", asked=False) for n in range(400)
    ]
    compiled, sizes = database._compiled, list[int]()

    def noted(expressions: Sequence[bytes], *others: Any) -> hyperscan.Database:
        sizes.append(len(expressions))
        return compiled(expressions, *others)

    def made(rules: Sequence[Rule]) -> int:
        sizes.clear()
        database._made.clear()
        Detector(rules, limits=Limits(), store=Cache(folder))
        return sum(sizes)

    monkeypatch.setattr(database, "_compiled", noted)
    first = made(shipped)
    assert made([*shipped, *RULES]) == 1
    less = [made([rule for rule in shipped if rule.id != f"r{n}"]) for n in (7, 150, 399)]
    assert first > 400 and sorted(less)[1] <= 110
