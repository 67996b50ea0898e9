"""Shapes and places: whole results, blocks of code and whole values are found, told in a few words, and masked."""

from __future__ import annotations

import json
import time
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reticent import yamlfile
from reticent.detect.shapes import FINDERS, _cells_of, _runs, tables
from reticent.policy.compile import CompiledPolicy, compile_policy
from reticent.policy.validators import GENERATORS
from reticent.scanner import Scanner

POLICY = """version: 1
rules:
  - {id: whole-result, category: shape, severity: medium, shape: {kind: table, least: 20}}
  - {id: code, category: shape, severity: low, shape: {kind: code, least: 10}}
  - {id: notes, category: pii, severity: high, at: {key: 'patient_*'}}
  - {id: told, category: code, severity: low, at: {step: system}}
  - {id: deep, category: pii, severity: low, at: {path: '$..secret_plan'}}
  - {id: mail, category: pii, severity: critical, pattern: '[a-z]{2,20}@[a-z]{2,20}\\.example'}
apply:
  - {rules: [whole-result, code], action: summarise}
  - {rules: ['*'], action: redact}
"""


def _policy(text: str = POLICY) -> CompiledPolicy:
    return compile_policy(yamlfile.parse(text, "policy.yaml"), Path())


SCANNER = Scanner(_policy())


def _masked(tree: Any) -> Any:
    return json.loads(SCANNER.mask(tree).content)


@given(st.lists(st.integers(0, 3), max_size=40), st.integers(2, 7))
def test_every_run_of_equally_many_cells_is_found(cells: list[int], least: int) -> None:
    """As itertools.groupby has them."""
    wanted, first = [], 0
    for count, run in groupby(cells):
        last = first + len(list(run))
        if count >= 2 and last - first >= least:
            wanted.append((first, last))
        first = last
    assert list(_runs(["," * count for count in cells], least, _cells_of(",", 2))) == wanted


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "jsonl", "psql", "markdown", "insert"])
def test_a_whole_result_becomes_its_counts_and_columns(form: str, chance: Any) -> None:
    made = GENERATORS[f"{form}-rows"](chance)
    (region,) = tables(f"before\n{made}\nbehind", 20)
    assert region.about == "24 rows of id|city|count"
    masked = SCANNER.mask(f"before\n{made}\nbehind").content.decode()
    assert masked.startswith("before\n") and masked.rstrip().endswith("behind")
    assert "24 rows of id|city|count]" in masked and "Oslo" not in masked


def test_a_row_taken_for_a_heading_gives_no_names_away() -> None:
    (region,) = tables("\n".join("Ana Silva,Oslo,4" for _ in range(30)), 20)
    assert region.about == "30 rows"


def test_records_in_the_result_of_a_step_are_a_whole_result_and_the_steps_themselves_are_none() -> None:
    rows = [{"id": n, "city": "Oslo"} for n in range(25)]
    steps = [{"kind": "db_result", "content": {"rows": rows}}, *({"kind": "output", "content": "x"} for _ in range(30))]
    masked = _masked({"trace_id": "t", "steps": steps})["steps"]
    assert masked[0]["content"]["rows"].startswith("[SUMMARY:whole-result:")
    assert "25 rows of id|city]" in masked[0]["content"]["rows"] and masked[1:] == steps[1:]


@pytest.mark.parametrize(
    "row",
    [
        {"role": "user", "content": "where is it?"},
        {"role": "assistant", "parts": [{"type": "text", "content": "on its way"}]},
        {"type": "text", "text": "on its way"},
    ],
)
def test_a_conversation_written_as_a_text_is_no_result(row: dict[str, Any]) -> None:
    for text in (json.dumps([row] * 30), "\n".join([json.dumps(row)] * 30)):
        assert list(tables(text, 20)) == []


def test_people_with_a_role_are_a_result() -> None:
    (region,) = tables(json.dumps([{"id": n, "role": "admin", "type": "person"} for n in range(30)]), 20)
    assert region.about == "30 rows of id|role|type"


def test_what_lies_in_a_shape_is_still_counted(chance: Any) -> None:
    made = GENERATORS["csv-rows"](chance).replace("Oslo", "ana@home.example", 2)
    content = SCANNER.mask(f"{made}\nthen bob@home.example")
    rules = [finding.rule for finding in content.findings]
    assert rules.count("mail") == 3 and rules.count("whole-result") == 1
    assert content.content.count(b"[REDACTED:mail:") == 1 and b"@" not in content.content


def test_values_are_found_by_where_they_stand() -> None:
    masked = _masked({
        "trace_id": "t",
        "steps": [
            {"kind": "system", "content": "never say it", "name": "n"},
            {"kind": "output", "content": {"Patient_Name": "Mia", "other": {"secret_plan": ["x", {"y": "z"}]}, "n": 1}},
        ],
    })  # fmt: skip
    system, output = masked["steps"]
    assert system["content"].startswith("[REDACTED:told:")
    assert output["content"]["Patient_Name"].startswith("[REDACTED:notes:") and output["content"]["n"] == 1
    plan = output["content"]["other"]["secret_plan"]
    assert plan[0].startswith("[REDACTED:deep:") and plan[1]["y"].startswith("[REDACTED:deep:")
    assert masked == _masked(masked)


def test_a_block_of_code_is_told_by_its_lines_and_language() -> None:
    text = "see\n```Python\n" + "x = 1\n" * 12 + "```\nand `this`"
    masked = SCANNER.mask(text).content.decode()
    assert "12 lines of python]" in masked and masked.endswith("```\nand `this`")


@pytest.mark.parametrize("kind", FINDERS)
@pytest.mark.parametrize(
    "text",
    ["[{" * 40_000, "a,b,c\n" * 40_000, "```\n" * 40_000, "@@ -1 +1 @@\n" * 20_000, "A" * 500_000,
     "INSERT INTO t VALUES (1,'" * 20_000, "{}\n" * 60_000, "--\n|\n" * 20_000],
    ids=["brackets", "commas", "fences", "hunks", "letters", "inserts", "objects", "rules"],
)  # fmt: skip
def test_no_text_makes_a_finder_hang(kind: str, text: str) -> None:
    began = time.process_time()
    for _ in FINDERS[kind](text, 20):
        pass
    assert time.process_time() - began < 20


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("{id: a}", "one thing"),
        ("{id: a, pattern: 'x', at: {step: system}}", "one thing"),
        ("{id: a, at: {step: systen}}", "step kind"),
        ("{id: a, at: {}}", "no place"),
        ("{id: a, at: {path: 'steps'}}", "begins with"),
        ("{id: a, shape: {kind: tabel, least: 3}}", "policy.yaml:2"),
        ("{id: a, shape: {kind: table, least: 1}}", "policy.yaml:2"),
    ],
)
def test_a_rule_that_says_nothing_or_too_much_is_explained(rule: str, message: str) -> None:
    with pytest.raises(Exception, match=message):
        _policy(f"version: 1\nrules: [{rule}]\n")


def test_optional_rules_of_a_pack_work_where_they_are_enabled() -> None:
    plain = {rule.id for rule in _policy("version: 1\npacks: [traces-shape]\n").rules}
    enabled = {rule.id for rule in _policy("version: 1\npacks: [traces-shape]\nenable: [system-prompt]\n").rules}
    assert enabled - plain == {"system-prompt"}


def test_a_file_with_numbers_before_its_lines_is_no_table() -> None:
    listing = "".join(f"{number:6}\tx{number} = f({number})\n" for number in range(1, 60))
    assert list(tables(listing, 5)) == []
    masked = listing.replace("    32\t", "    [REDACTED:mail:abcdefgh]\t")
    assert masked != listing and list(tables(masked, 5)) == []
    rows = "".join(f"{number}\tx{number}\n" for number in range(1, 60))
    assert [region.about for region in tables(rows, 5)] == ["59 rows"]


@pytest.mark.parametrize(
    "line",
    [
        "2026/03/01 14:18:49 [error] 61#78: *8 timed out, client: ::1, server: _, host: x",
        "2026-03-01 18:49:54 | INFO  | inventory:reloaded:165 | Loaded 37 keys",
        " docs/formats.md | 25 ++-",
        "#define ASN1err(f, r) ERR_raise_data(ERR_LIB_ASN1, (r), NULL)",
        '    (validate_integer, "42", None),',
        "    2c17:\tc6 44 24 10 01       \tmovb   $0x1,0x10(%rsp)",
        "\t* merge.sh: Handle it.",
        "\treturn first",
        "    12.5, 13.5, 14.5,",
        '(X11; Linux; rv:1) "GET /{}"',
    ],
)
def test_lines_of_logs_and_code_are_no_rows(line: str) -> None:
    assert list(tables("\n".join([line] * 30), 20)) == []


@pytest.mark.parametrize("line", ["1\tOslo\t2", "1;Oslo;2", "1, Oslo, 2", "(1, 'Oslo', 2),"])
def test_rows_of_few_cells_are_a_result(line: str) -> None:
    assert len(list(tables("\n".join([line] * 30), 20))) == 1
