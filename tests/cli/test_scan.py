"""`reticent scan` from the outside: what it prints, in which form, and how it ends."""

from __future__ import annotations

import gzip
import json
import random
import string
import zipfile
from pathlib import Path

import pytest

from .conftest import Reticent
from .shell import session

POLICY = """version: 1
rules:
- {id: order, title: Order number, category: orders, severity: critical, pattern: 'AC-[A-Z0-9]{8}', keywords: [ac-]}
- {id: ticket, category: tickets, severity: low, pattern: 'T-[0-9]{5}'}
"""


def order(seed: int = 0) -> str:
    """A value that the rule `order` takes, the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311 - it must repeat
    return "AC-" + "".join(rng.choices(string.ascii_uppercase + string.digits, k=8))


@pytest.fixture
def here(reticent: Reticent, tmp_path: Path) -> Path:
    """A working directory with a policy, and a folder with two findings, one bad file and one binary."""
    (tmp_path / "reticent.yaml").write_text("policy: policy.yaml\n")
    (tmp_path / "policy.yaml").write_text(POLICY)
    folder = tmp_path / "src"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_text(f"one\n  {order(1)} T-12345\n")
    (folder / "deep" / "b.json").write_text(json.dumps({"a": [order(2)]}))
    (folder / ".gitignore").write_text("*.log\n")
    (folder / "c.log").write_text(order(3))
    (folder / "d.bin").write_bytes(b"\x00\x01")
    return tmp_path


def test_findings_are_tab_separated_lines_where_nobody_watches(reticent: Reticent, here: Path) -> None:
    done = reticent("scan", "src")
    assert done.out.splitlines() == [
        "src/a.txt:2:3\torder\torders\tcritical\t",
        "src/a.txt:2:15\tticket\ttickets\tlow\t",
        "src/deep/b.json:1:9\torder\torders\tcritical\t$['a'][0]",
    ]
    assert done.code == 1
    assert done.err == "3 findings in 4 files (0.0 MB); 1 binary, skipped\n"


def test_people_get_a_table_and_a_summary_by_rule(reticent: Reticent, here: Path) -> None:
    done = reticent("scan", "src", columns=120)
    assert "src/deep/b.json:1:9" in done.out and "By rule" in done.out
    summary = done.out[done.out.index("By rule") :]
    assert [line.split() for line in summary.splitlines() if line.split()[:1] in (["order"], ["ticket"])] == [
        ["order", "orders", "critical", "2"],
        ["ticket", "tickets", "low", "1"],
    ]
    assert done.code == 1


def test_programs_get_an_object_a_line_with_documented_fields(reticent: Reticent, here: Path) -> None:
    rows = reticent("scan", "src", "--json").rows
    assert rows[2] == {
        "file": "src/deep/b.json", "rule": "order", "category": "orders", "severity": "critical", "path": "$['a'][0]",
        "part": "value", "start": 0, "end": 11, "line": 1, "column": 9,
    }  # fmt: skip
    assert (rows[0]["path"], rows[0]["start"], rows[0]["end"]) == ("$", 6, 17)


@pytest.mark.parametrize("more", [[], ["--json"], ["--sarif", "s.json"]])
def test_no_value_is_printed_or_written(reticent: Reticent, here: Path, more: list[str]) -> None:
    for columns in (None, 100):
        done = reticent("scan", "src", *more, columns=columns)
        written = (here / "s.json").read_text() if (here / "s.json").exists() else ""
        assert not any(order(number) in text for number in (1, 2, 3) for text in (done.out, done.err, written))


def test_nothing_found_is_0_something_1_and_something_unread_2(reticent: Reticent, here: Path) -> None:
    (here / "fine.txt").write_text("nothing")
    assert reticent("scan", "fine.txt").code == 0
    assert reticent("scan", "src/a.txt").code == 1
    done = reticent("scan", "none.txt", "src/a.txt")
    assert done.code == 2
    assert done.err.splitlines() == [
        "none.txt: it cannot be read (No such file or directory)",
        "2 findings in 1 file (0.0 MB); 1 not scanned",
    ]


def test_standard_input_and_archives_are_scanned(reticent: Reticent, here: Path) -> None:
    assert reticent("scan", "-", stdin=f"\n{order()}".encode()).out == "-:2:1\torder\torders\tcritical\t\n"
    with zipfile.ZipFile(here / "t.zip", "w") as archive:
        archive.writestr("runs/x.jsonl", f'{{"a": 1}}\n{{"b": "{order()}"}}\n')
    assert reticent("scan", "t.zip").out == "t.zip!runs/x.jsonl:2:8\torder\torders\tcritical\t$['b']\n"
    (here / "cut.gz").write_bytes(gzip.compress(order().encode() * 1000)[:40])
    assert reticent("scan", "cut.gz").code == 2


def test_the_working_directory_is_scanned_by_default_and_what_is_excluded_is_not(
    reticent: Reticent, here: Path
) -> None:
    files = {row["file"] for row in reticent("scan", "--json", "--exclude", "deep/", "--exclude", "*.yaml").rows}
    assert files == {"src/a.txt"}


def test_what_is_named_is_scanned_though_it_is_ignored(reticent: Reticent, here: Path) -> None:
    assert reticent("scan", "src/c.log").code == 1


def test_a_baseline_takes_what_is_known_and_lets_the_rest_count(reticent: Reticent, here: Path) -> None:
    made = reticent("scan", "src", "--baseline", "base.json", "--update-baseline")
    assert made.code == 0 and made.err.splitlines()[-1] == "base.json holds 3 findings"
    again = reticent("scan", "src", "--baseline", "base.json")
    assert (again.code, again.out) == (0, "")
    assert "3 in the baseline" in again.err
    (here / "src" / "a.txt").write_text(f"\n\nmoved {order(1)} T-12345 and {order(9)}\n")
    new = reticent("scan", "src", "--baseline", "base.json", "--json")
    assert [(row["rule"], row["baseline"]) for row in new.rows if row["file"] == "src/a.txt"] == [
        ("order", True), ("ticket", True), ("order", False),
    ]  # fmt: skip
    assert new.code == 1


def test_a_baseline_must_be_there_and_named(reticent: Reticent, here: Path) -> None:
    assert "make one with --update-baseline" in reticent("scan", "src", "--baseline", "none.json").sentence
    assert "name it: --baseline FILE" in reticent("scan", "src", "--update-baseline").sentence


def test_a_sarif_report_is_written_beside_what_is_printed(reticent: Reticent, here: Path) -> None:
    done = reticent("scan", "src", "none", "--sarif", "s.json")
    (run,) = json.loads((here / "s.json").read_text())["runs"]
    assert [result["ruleId"] for result in run["results"]] == ["order", "ticket", "order"]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert done.code == 2 and len(done.out.splitlines()) == 3
    assert "name a file: --sarif FILE" in reticent("scan", "src", "--sarif", "-").sentence


def test_several_processes_print_the_same(reticent: Reticent, here: Path) -> None:
    one, two = (reticent("scan", "src", "--processes", number) for number in ("1", "2"))
    assert (one.out, one.code) == (two.out, two.code)


def test_a_format_is_held_to_and_an_unknown_one_explained(reticent: Reticent, here: Path) -> None:
    assert reticent("scan", "src/a.txt", "--format", "json").code == 2
    assert reticent("scan", "src/deep/b.json", "--format", "text", "--json").rows[0]["path"] == "$"
    assert reticent("scan", "src", "--format", "jsno").sentence == (
        "--format: there is no format jsno - did you mean json or jsonl?"
    )


def test_another_policy_may_be_named(reticent: Reticent, here: Path) -> None:
    (here / "other.yaml").write_text("version: 1\nrules:\n- {id: one, pattern: 'one'}\n")
    assert reticent("scan", "src", "--policy", "other.yaml").out == "src/a.txt:1:1\tone\tcustom\thigh\t\n"
    assert reticent("scan", "src", "--policy", "none.yaml").code == 2


@pytest.mark.parametrize("form", [[], ["--json"], ["--sarif", "report.sarif"]], ids=["lines", "json", "sarif"])
def test_what_is_found_shows_in_the_status_though_nobody_reads_it(here: Path, form: list[str]) -> None:
    with session(here, "scan", "src", *form, RETICENT_CONFIG=str(here / "reticent.yaml")) as running:
        running.hang_up()
        assert running.wait() == 1
    if "--sarif" in form:
        assert len(json.loads((here / "report.sarif").read_bytes())["runs"][0]["results"]) == 3
