"""What is scanned: text, JSON, JSON Lines and archives, with places in the file; what cannot be read is said."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent.limits import Limits
from reticent.policy import load_policy
from reticent.scanner import Scanner
from reticent.scanning import run as running
from reticent.scanning.hits import Hit
from reticent.scanning.pieces import Reader, Skipped, Trouble
from reticent.scanning.run import Done, Event, Run, Work
from reticent.scanning.streams import Budget, Stream

from .conftest import order


def _hits(events: list[Event]) -> list[tuple[str, str, int | None, int | None]]:
    return [(each.file, each.rule, each.line, each.column) for each in events if isinstance(each, Hit)]


def _troubles(events: list[Event]) -> list[str]:
    return [each.message for each in events if isinstance(each, Trouble)]


def _scan(run: Run, path: Path, data: bytes) -> list[Event]:
    path.write_bytes(data)
    os.chdir(path.parent)
    return list(run.events([path.name]))


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_text_is_reported_by_line_and_column_and_by_characters_of_the_file(run: Run, tmp_path: Path) -> None:
    text = f"grüße\n  {order(1)} and\n{order(2)}\n"
    one, two, done = _scan(run, tmp_path / "a.txt", text.encode())
    assert isinstance(one, Hit) and isinstance(two, Hit)
    assert (one.line, one.column, one.end_line, one.end_column) == (2, 3, 2, 14)
    assert text[one.start : one.end] == order(1) and text[two.start : two.end] == order(2)
    assert done == Done("a.txt", len(text.encode()))
    assert order(1) not in repr(one)


def test_a_report_is_what_the_command_line_promises(run: Run, tmp_path: Path) -> None:
    hit = _scan(run, tmp_path / "a.json", json.dumps({"deep": [order()]}).encode())[0]
    assert isinstance(hit, Hit)
    assert hit.report() == {
        "file": "a.json", "rule": "order", "category": "orders", "severity": "high", "path": "$['deep'][0]",
        "part": "value", "start": 0, "end": 11, "line": 1, "column": 12,
    }  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1"])
def test_text_in_any_encoding(run: Run, tmp_path: Path, encoding: str) -> None:
    events = _scan(run, tmp_path / "a.txt", f"größe\n{order()}\n".encode(encoding))
    assert _hits(events) == [("a.txt", "order", 2, 1)]


def test_a_large_text_is_read_in_windows_and_nothing_is_lost_between_them(run: Run, tmp_path: Path) -> None:
    lines = [f"{number} {'x' * (number % 97)} {order(number) if number % 50 == 0 else ''}" for number in range(20_000)]
    events = _scan(run, tmp_path / "a.log", "\n".join(lines).encode())
    assert [line for _, _, line, _ in _hits(events)] == [number + 1 for number in range(0, 20_000, 50)]


def test_one_line_without_any_end_is_read_in_windows_too(run: Run, tmp_path: Path) -> None:
    text = ("y" * 997 + " ").join(order(number) + " " for number in range(600))
    hits = [each for each in _scan(run, tmp_path / "min.js", text.encode()) if isinstance(each, Hit)]
    assert [text[hit.start : hit.end] for hit in hits] == [order(number) for number in range(600)]
    assert all(hit.line == 1 and hit.column == hit.start + 1 for hit in hits)


def test_more_findings_than_a_document_may_have_are_found_in_smaller_pieces(tmp_path: Path, scanner: Scanner) -> None:
    few = Scanner(scanner.policy, limits=Limits(findings=300))
    lines = [order(number) for number in range(3000)]
    events = _scan(Run(Work(None, few.limits), few), tmp_path / "a.csv", "\n".join(lines).encode())
    assert [line for _, _, line, _ in _hits(events)] == list(range(1, 3001))
    assert _troubles(events) == []


def test_json_lines_are_read_line_by_line_and_a_bad_one_is_text(run: Run, tmp_path: Path) -> None:
    lines = [json.dumps({"a": f"ü\n{order(1)}"}), "", f'{{"cut": "{order(2)}', json.dumps([1, order(3)])]
    events = _scan(run, tmp_path / "a.jsonl", "\n".join(lines).encode())
    # "\u00fc\n" takes eight characters in the file
    assert _hits(events) == [("a.jsonl", "order", 1, 16), ("a.jsonl", "order", 3, 10), ("a.jsonl", "order", 4, 6)]
    assert [hit.path for hit in events if isinstance(hit, Hit)] == ["$['a']", "$", "$[1]"]
    assert _troubles(events) == []


def test_a_bad_line_is_told_where_json_lines_were_asked_for(scanner: Scanner, tmp_path: Path) -> None:
    events = _scan(
        Run(Work(None, scanner.limits, "jsonl"), scanner),
        tmp_path / "a.log",
        f'{{"a": 1}}\n{order()}\n{{"b": 2}}'.encode(),
    )
    assert _hits(events) == [("a.log", "order", 2, 1)]
    assert _troubles(events)[0].startswith("line 2 is scanned as text: the payload is not JSON")


def test_json_lines_are_told_by_content_and_pretty_json_is_one_document(run: Run, tmp_path: Path) -> None:
    lines = _scan(run, tmp_path / "log", f'{{"a": 1}}\n{{"b": "{order()}"}}\n'.encode())
    assert _hits(lines) == [("log", "order", 2, 8)]
    pretty = _scan(run, tmp_path / "doc", json.dumps({"a": [1, {"b": order()}]}, indent=2).encode())
    assert [(hit.path, hit.line) for hit in pretty if isinstance(hit, Hit)] == [("$['a'][1]['b']", 5)]


def test_keys_are_masked_in_paths(run: Run, tmp_path: Path) -> None:
    (hit, _) = _scan(run, tmp_path / "a.json", json.dumps({"x": {order(): 1}}).encode())
    assert isinstance(hit, Hit)
    assert hit.part == "key" and order() not in hit.path and hit.path.startswith("$['x']['[HASH:order:")
    assert (hit.line, hit.column) == (1, 9)


def test_json_that_is_none_or_is_larger_than_a_document_may_be_is_text(run: Run, tmp_path: Path) -> None:
    assert _hits(_scan(run, tmp_path / "a.json", f'{{"a": 1, "a": "{order()}"}}'.encode()))[0][2:] == (1, 16)
    large = json.dumps({"pad": "z " * 250_000, "a": order()}).encode()
    assert [hit.path for hit in _scan(run, tmp_path / "b.json", large) if isinstance(hit, Hit)] == ["$"]


def test_a_format_that_was_asked_for_is_held_to(scanner: Scanner, tmp_path: Path) -> None:
    events = _scan(Run(Work(None, scanner.limits, "json"), scanner), tmp_path / "a.txt", order().encode())
    assert _troubles(events) == ["the payload is not JSON; check the producer's serializer or content-type"]


def test_binary_files_are_skipped_and_empty_ones_are_fine(run: Run, tmp_path: Path) -> None:
    assert _scan(run, tmp_path / "a.bin", b"\x7fELF\x00" + order().encode()) == [Skipped("a.bin"), Done("a.bin", 16)]
    assert _scan(run, tmp_path / "b.txt", b"") == [Done("b.txt", 0)]


def test_what_cannot_be_read_is_one_sentence_and_the_scan_goes_on(run: Run, tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text(order())
    events = list(run.events(["none.txt", "b.txt"]))
    assert _troubles(events) == ["it cannot be read (No such file or directory)"]
    assert _hits(events) == [("b.txt", "order", 1, 1)]


# archives


def _zip(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/"), data)
    return made.getvalue()


def _tar(mode: str = "w", **files: bytes) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name.replace("__", "/"))
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return made.getvalue()


_PACKED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "a.zip": (lambda data: _zip(deep__x=data), "a.zip!deep/x"),
    "a.tar": (lambda data: _tar(x=data), "a.tar!x"),
    "a.tar.gz": (lambda data: _tar("w:gz", x=data), "a.tar.gz!x"),
    "a.tgz": (lambda data: gzip.compress(_tar(deep__x=data)), "a.tgz!deep/x"),
    "a.gz": (gzip.compress, "a.gz"),
    "a.zst": (zstandard.ZstdCompressor().compress, "a.zst"),
    "a.tar.zst": (lambda data: zstandard.ZstdCompressor().compress(_tar(x=data)), "a.tar.zst!x"),
    "in.zip": (lambda data: _zip(inner=_zip(x=gzip.compress(data))), "in.zip!inner!x"),
}


@pytest.mark.parametrize("name", _PACKED)
def test_archives_are_opened_and_members_named(run: Run, tmp_path: Path, name: str) -> None:
    pack, shown = _PACKED[name]
    events = _scan(run, tmp_path / name, pack(f"a\n  {order()}\n".encode()))
    assert _hits(events) == [(shown, "order", 2, 3)]


def test_an_archive_may_come_by_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(_zip(x=order().encode()))))
    assert _hits(list(run.events(["-"]))) == [("-!x", "order", 1, 1)]


def test_several_streams_behind_each_other_are_one(run: Run, tmp_path: Path) -> None:
    parts = [f"{number} {order(number)}\n".encode() for number in range(3)]
    packed = b"".join(map(gzip.compress, parts))
    assert len(_hits(_scan(run, tmp_path / "a.gz", packed))) == 3
    frames = b"".join(map(zstandard.ZstdCompressor().compress, parts))
    assert len(_hits(_scan(run, tmp_path / "a.zst", frames))) == 3


def _bounded(scanner: Scanner, data: bytes, **bounds: int) -> list[str]:
    made = Reader(scanner.limits).pieces(Stream(io.BytesIO(data)), "a", Budget(**bounds))
    return [each.message for each in made if isinstance(each, Trouble)]


def test_archives_made_to_hurt_are_given_up_and_said(scanner: Scanner) -> None:
    assert _bounded(scanner, gzip.compress(b"some text\n" * (4 << 20))) == [
        "it unpacks to more than 250 times its size"
    ]
    text = b"some text\n" * 1000
    assert _bounded(scanner, gzip.compress(text), total=5000) == ["it unpacks to more than the 5000 bytes allowed"]
    many = _zip(**{f"f{number}": b"x" for number in range(20)})
    assert _bounded(scanner, many, members=10) == ["it has more than the 10 members allowed"]
    deep = text
    for _ in range(5):
        deep = gzip.compress(deep)
    assert _bounded(scanner, deep) == ["archives lie in it more than 4 deep"]


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.gz", "a.zst"])
def test_a_broken_archive_is_one_sentence_whatever_breaks_it(run: Run, tmp_path: Path, name: str) -> None:
    whole = _PACKED[name][0](os.urandom(3000).hex().encode() + order().encode())
    for cut in (len(whole) // 3, len(whole) - 9):
        for broken in (whole[:cut], whole[:cut] + bytes(7) + whole[cut + 7 :]):
            events = _scan(run, tmp_path / name, broken)
            assert all("archive" in each for each in _troubles(events))
            assert events[-1] == Done(name, events[-1].size) if isinstance(events[-1], Done) else True


def test_an_encrypted_archive_is_said_to_be(run: Run, tmp_path: Path) -> None:
    data = bytearray(_zip(x=b"abc"))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + at] |= 1
    assert _troubles(_scan(run, tmp_path / "a.zip", bytes(data))) == ["the archive is encrypted; unpack it first"]


# several processes


def test_processes_find_the_same_in_the_same_order(tmp_path: Path) -> None:
    policy = tmp_path / "p.yaml"
    policy.write_text("version: 1\nrules:\n- {id: order, pattern: 'AC-[A-Z0-9]{8}'}\n")
    names = []
    for number in range(450):
        path = tmp_path / f"{number:03}.txt"
        path.write_text(f"{'x' * number}\n{order(number)}\n" if number % 3 else "nothing")
        names.append(path.name)
    work = Work(policy, Limits())
    assert list(running.scan(names, work, processes=2)) == list(running.scan(names, work))
    assert load_policy(policy).rules[0].id == "order"


def test_processes_are_as_many_as_the_work_is_worth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    (tmp_path / "a").write_bytes(bytes(20 << 20))
    assert running.processes_for(["a"]) == 2
    assert running.processes_for(["a"] * 10) == 4
    assert running.processes_for(["-", "none"]) == 1


@settings(max_examples=300, deadline=None)
@given(
    name=st.sampled_from(sorted(_PACKED)),
    edits=st.lists(st.tuples(st.integers(0, 9999), st.binary(max_size=9), st.integers(0, 20)), min_size=1, max_size=4),
)
def test_no_bytes_make_reading_fail(name: str, edits: list[tuple[int, bytes, int]]) -> None:
    data = _PACKED[name][0](b'{"a": ["text", 1]}\n' * 20)
    for at, put, gone in edits:
        place = at % len(data)
        data = data[:place] + put + data[place + gone :] or b"x"
    for each in Reader(Limits()).pieces(Stream(io.BytesIO(data)), name):
        assert not isinstance(each, Trouble) or 0 < len(each.message) < 200
