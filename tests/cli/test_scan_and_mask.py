"""`reticent scan` and `reticent mask`, without Kafka: what would be masked and where, never a value; and masked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Reticent
from .policies import few_rules

VALUE = "AC-4711"


@pytest.fixture
def policy(tmp_path: Path) -> str:
    return few_rules(tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files with one finding each, but for one."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "run.json").write_text(json.dumps({"messages": [{"role": "user", "content": f"order {VALUE}"}]}))
    (folder / "app.log").write_text(f"one\ntwo {VALUE}\n")
    (folder / "clean.txt").write_text("nothing here\n")
    (folder / "picture.bin").write_bytes(b"\x00\x01" + VALUE.encode())
    (folder / "ignored.log").write_text(VALUE)
    (folder / ".gitignore").write_text("ignored.log\n")
    return folder


def test_findings_are_objects_a_line_and_hold_no_value(folder: Path, policy: str, reticent: Reticent) -> None:
    done = reticent("scan", str(folder), "--policy", policy, "--json")
    assert done.code == 1
    assert VALUE not in done.out + done.err
    found = {Path(row["file"]).name: row for row in done.rows}
    assert set(found) == {"run.json", "app.log"}
    assert {"file", "rule", "category", "severity", "path", "start", "end"} <= set(found["run.json"])
    assert found["run.json"]["path"] == "$['messages'][0]['content']"
    assert (found["run.json"]["start"], found["run.json"]["end"]) == (6, 6 + len(VALUE))
    assert (found["app.log"]["line"], found["app.log"]["column"]) == (2, 5)


def test_people_get_a_place_a_line_and_a_summary_on_a_terminal(folder: Path, policy: str, reticent: Reticent) -> None:
    piped = reticent("scan", str(folder), "--policy", policy)
    assert piped.code == 1
    (line,) = [line for line in piped.out.splitlines() if "app.log" in line]
    assert f"{folder / 'app.log'}:2:5" in line and "own" in line
    watched = reticent("scan", str(folder), "--policy", policy, columns=100)
    assert watched.code == 1
    assert "own" in watched.out and "pii" in watched.out
    assert VALUE not in piped.out + piped.err + watched.out + watched.err


def test_exit_status_0_is_nothing_found(folder: Path, policy: str, reticent: Reticent) -> None:
    done = reticent("scan", str(folder / "clean.txt"), "--policy", policy, "--json")
    assert (done.code, done.out) == (0, "")


def test_what_cannot_be_scanned_is_exit_status_2(folder: Path, policy: str, reticent: Reticent) -> None:
    absent = reticent("scan", str(folder / "absent.json"), "--policy", policy)
    assert absent.code == 2
    assert "absent.json" in absent.err and "Traceback" not in absent.err
    strange = reticent("scan", str(folder / "run.json"), "--format", "xml", "--policy", policy)
    assert strange.code == 2
    assert "xml" in strange.err or "format" in strange.err
    assert "Traceback" not in strange.err


def test_standard_input_is_scanned(policy: str, reticent: Reticent) -> None:
    done = reticent("scan", "-", "--policy", policy, "--json", stdin=f"order {VALUE}".encode())
    assert done.code == 1
    assert [row["rule"] for row in done.rows] == ["own"]


def test_bytes_that_are_not_utf8_are_scanned_all_the_same(policy: str, tmp_path: Path, reticent: Reticent) -> None:
    (tmp_path / "latin.txt").write_bytes(f"café {VALUE}".encode("latin-1"))
    done = reticent("scan", str(tmp_path / "latin.txt"), "--policy", policy, "--json")
    assert done.code == 1
    assert [row["rule"] for row in done.rows] == ["own"]


def test_the_masked_document_keeps_its_format(folder: Path, policy: str, reticent: Reticent) -> None:
    done = reticent("mask", str(folder / "run.json"), "--policy", policy)
    assert (done.code, done.err) == (0, "")
    message = json.loads(done.out)["messages"][0]
    assert message["role"] == "user"
    assert message["content"].startswith("order [REDACTED:own:")
    text = reticent("mask", "-", "--policy", policy, stdin=f"order {VALUE}\n".encode())
    assert text.code == 0
    assert text.out.startswith("order [REDACTED:own:") and text.out.endswith("]\n")


@pytest.mark.parametrize("command", ["scan", "mask"])
@pytest.mark.parametrize(
    ("policy", "says"),
    [
        ("absent.yaml", "absent.yaml: the file cannot be read"),
        (".", "Is a directory"),
        ("wrong.yaml", "wrong.yaml:2:7"),
    ],
)
def test_a_policy_that_cannot_be_used_is_one_sentence(
    command: str, policy: str, says: str, tmp_path: Path, reticent: Reticent
) -> None:
    (tmp_path / "wrong.yaml").write_text("version: 1\nmode: enfroce\n")
    (tmp_path / "x.txt").write_text("x")
    done = reticent(command, "x.txt", "--policy", policy)
    assert done.code == 2
    assert says in done.sentence
