"""`reticent mask` from the outside, and the hook for pre-commit."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from pre_commit.clientlib import load_manifest

from .conftest import Reticent
from .test_scan import POLICY, order

ROOT = Path(__file__).parents[2]


@pytest.fixture
def here(reticent: Reticent, tmp_path: Path) -> Path:
    (tmp_path / "policy.yaml").write_text(POLICY)
    (tmp_path / "reticent.yaml").write_text("policy: policy.yaml\n")
    (tmp_path / "a.txt").write_text(f"buy {order()} now\n")
    return tmp_path


def test_a_file_or_standard_input_comes_out_masked(reticent: Reticent, here: Path) -> None:
    for done in (reticent("mask", "a.txt"), reticent("mask", stdin=(here / "a.txt").read_bytes())):
        assert re.fullmatch(r"buy \[REDACTED:order:[a-z2-7]{8}\] now\n", done.out) and done.code == 0


def test_lines_of_json_are_masked_one_by_one(reticent: Reticent, here: Path) -> None:
    data = f'{{"a": "{order()}"}}\nno JSON {order()}\n{{"b":  1}}\n'
    out = reticent("mask", "--format", "jsonl", stdin=data.encode()).out.splitlines()
    assert json.loads(out[0])["a"].startswith("[REDACTED:") and out[2] == '{"b":  1}'
    assert order() not in "".join(out)


def test_output_is_written_whole_or_not_at_all(reticent: Reticent, here: Path) -> None:
    (here / "out.txt").write_text("before")
    (here / "out.txt").chmod(0o640)
    assert reticent("mask", "a.txt", "--output", "out.txt").out == ""
    assert "[REDACTED:order:" in (here / "out.txt").read_text()
    assert stat.S_IMODE((here / "out.txt").stat().st_mode) == 0o640
    (here / "bad.json").write_text('{"a": 1, "a": 2}')
    assert reticent("mask", "bad.json", "--output", "out.txt").code == 2
    assert "[REDACTED:order:" in (here / "out.txt").read_text()
    assert sorted(each.name for each in here.iterdir()) == [
        "a.txt",
        "bad.json",
        "out.txt",
        "policy.yaml",
        "reticent.yaml",
    ]


def test_a_file_may_be_masked_over_itself(reticent: Reticent, here: Path) -> None:
    reticent("mask", "a.txt", "--output", "a.txt")
    assert "[REDACTED:order:" in (here / "a.txt").read_text()


def test_tokens_are_the_installations_own_where_it_has_a_key(reticent: Reticent, here: Path) -> None:
    (here / "token.key").write_bytes(os.urandom(40))
    one, two, other = (reticent("mask", "a.txt", "--tenant", tenant).out for tenant in ("acme", "acme", "globex"))
    assert one == two != other


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("folder", None, "folder: this is a folder - mask its files one by one"),
        (
            "a.zip",
            b"PK\x05\x06" + bytes(18),
            "a.zip: an archive is not masked in place - unpack it",
        ),
        ("a.bin", b"\x00\x01", "a.bin: a binary file is not masked - name its --format if it has one"),
        ("none", None, "No such file or directory (none)"),
    ],
)
def test_what_is_not_masked_is_refused_in_one_sentence(
    reticent: Reticent, here: Path, name: str, data: bytes | None, sentence: str
) -> None:
    if data is not None:
        (here / name).write_bytes(data)
    elif name == "folder":
        (here / name).mkdir()
    done = reticent("mask", name)
    assert done.sentence == sentence and done.code == 2


# pre-commit


def test_the_hook_is_one_that_pre_commit_takes() -> None:
    (hook,) = load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))
    assert hook["id"] == "reticent-scan" and hook["language"] == "python" and hook["require_serial"]


def test_the_hooks_entry_fails_for_a_finding_in_a_staged_file(here: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    command = [sys.executable, "-m", "reticent.cli.main", *hook["entry"].split()[1:], *hook.get("args", [])]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("RETICENT_")}
    (here / "fine.txt").write_text("nothing")
    for name, code in (("fine.txt", 0), ("a.txt", 1)):
        done = subprocess.run([*command, name], cwd=here, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        assert order() not in done.stdout + done.stderr
