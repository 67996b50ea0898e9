"""Baselines: what is accepted stays accepted though lines move, what is new is new, and no value can be told."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from reticent.errors import ConfigError
from reticent.scanner import Scanner
from reticent.scanning.baseline import Baseline
from reticent.scanning.hits import MARK_BITS, Hit, Marks
from reticent.scanning.run import Run, Work

from .conftest import order


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _hits(scanner: Scanner, baseline: Baseline, **files: str) -> list[Hit]:
    for name, text in files.items():
        Path(name).write_text(text)
    run = Run(Work(None, scanner.limits, "auto", baseline.salt), scanner)
    return [each for each in run.events(list(files)) if isinstance(each, Hit)]


def _made(scanner: Scanner, **files: str) -> Baseline:
    baseline = Baseline.load(Path("base.json"), new=True)
    baseline.update(_hits(scanner, baseline, **files), list(files))
    return Baseline.load(Path("base.json"))


def test_what_is_known_is_taken_where_it_moved_to(scanner: Scanner) -> None:
    known = _made(scanner, a=f"{order(1)}\n", b=order(2))
    moved = _hits(scanner, known, a=f"new line\n\n   indented {order(1)}!\n", b=order(2))
    assert [known.takes(hit) for hit in moved] == [True, True]


def test_another_value_another_file_and_one_more_are_new(scanner: Scanner) -> None:
    known = _made(scanner, a=order(1))
    one, more, other, elsewhere = _hits(scanner, known, a=f"{order(1)} {order(1)} {order(3)}", c=order(1))
    assert known.takes(one)
    assert not known.takes(more)
    assert not known.takes(other)
    assert not known.takes(elsewhere)


def test_the_folder_that_one_stands_in_does_not_matter(scanner: Scanner, monkeypatch: pytest.MonkeyPatch) -> None:
    known = _made(scanner, a=order(1))
    (hit,) = _hits(scanner, known, a=order(1))
    Path("deep").mkdir()
    monkeypatch.chdir("deep")
    assert known.takes(replace(hit, file="../a"))


def test_only_what_was_scanned_is_made_anew(scanner: Scanner) -> None:
    known = _made(scanner, a=order(1), b=order(2), c=order(3))
    Path("c").unlink()
    known.update(_hits(scanner, known, a="nothing"), ["a"])
    content = json.loads(Path("base.json").read_text())
    assert [(each["file"], each["count"]) for each in content["findings"]] == [("b", 1)]
    assert uuid.UUID(content["id"]).bytes == known.salt


def test_a_baseline_cannot_confirm_a_guess(scanner: Scanner) -> None:
    """Whoever has the file and tries every value of a list finds others that fit, one in 4,096, right or not."""
    known = _made(scanner, a=order(1))
    (entry,) = json.loads(Path("base.json").read_text())["findings"]
    marks = Marks(known.salt)
    fitting = (number for number in itertools.count(1) if marks.of("order", order(number)) == entry["mark"])
    assert next(fitting) == 1
    assert next(fitting) > 1
    assert entry["mark"] < 2**MARK_BITS
    text = Path("base.json").read_text()
    for digest in (hashlib.md5, hashlib.sha1, hashlib.sha256):
        assert digest(order(1).encode()).hexdigest() not in text
    assert order(1) not in text


def test_marks_of_two_baselines_have_nothing_in_common(scanner: Scanner) -> None:
    salts = [Baseline.load(Path(f"none{number}.json"), new=True).salt for number in range(2)]
    assert salts[0] != salts[1]
    data = b"order\0" + order().encode()
    wanted = int.from_bytes(hmac.digest(salts[0], data, "sha256")[:2], "big") >> 4
    assert Marks(salts[0]).of("order", order()) == wanted


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "there is no baseline - make one with --update-baseline"),
        ("{}", "this is no baseline"),
        ('{"version": 1, "id": "!", "findings": []}', "this is no baseline"),
        ('{"version": 9, "id": "' + str(uuid.uuid4()) + '", "findings": []}', "another version"),
    ],
    ids=["none", "empty", "no-id", "version"],
)
def test_what_is_no_baseline_is_said_to_be_none(content: str | None, words: str) -> None:
    if content is not None:
        Path("b.json").write_text(content)
    with pytest.raises(ConfigError, match=words):
        Baseline.load(Path("b.json"))


def test_a_baseline_is_no_finding_itself(tmp_path: Path) -> None:
    """With the shipped policy, which knows what salts and keys look like."""
    scanner = Scanner.load()
    _made(scanner, a="mail ana.silva@mail.example.org")
    assert scanner.scan(Path("base.json").read_bytes()) == []


def test_a_file_whose_name_is_no_utf8_is_known_again(scanner: Scanner) -> None:
    odd = b"caf\xe9.txt".decode("utf-8", "surrogateescape")
    _made(scanner, **{odd: "mail ana@corp-x.org\n"})
    known = Baseline.load(Path("base.json"))
    assert [known.takes(hit) for hit in _hits(scanner, known, **{odd: "mail ana@corp-x.org\n"})] == [True]
    known.update([], ["another.txt"])
    assert len(Baseline.load(Path("base.json"))) == 1
