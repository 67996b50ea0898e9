"""The SARIF report: what the specification requires, and what code-scanning tools look at."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from reticent.scanner import Scanner
from reticent.scanning.hits import Hit
from reticent.scanning.pieces import Trouble
from reticent.scanning.run import Run, Work
from reticent.scanning.sarif import log

from .conftest import order


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _hits(scanner: Scanner, **files: str) -> list[Hit]:
    for name, text in files.items():
        Path(name).write_text(text)
    found = [each for each in Run(Work(None, scanner.limits), scanner).events(list(files)) if isinstance(each, Hit)]
    assert found
    return found


def _log(scanner: Scanner, *troubles: Trouble, known: bool | None = None, **files: str) -> dict[str, Any]:
    hits = [(hit, known) for hit in _hits(scanner, **files)]
    form = log(scanner.policy, hits, troubles, base=Path.cwd())
    check(form)
    made: dict[str, Any] = json.loads(msgspec.json.encode(form))["runs"][0]
    return made


def check(form: Mapping[str, Any]) -> None:
    """What SARIF 2.1.0 requires of the parts that we write (sections 3.13 to 3.58 of the specification)."""
    assert form["version"] == "2.1.0" and form["$schema"].endswith("sarif-schema-2.1.0.json")
    for run in form["runs"]:
        driver = run["tool"]["driver"]
        assert driver["name"] and re.fullmatch(r"\d+\.\d+\.\d+.*", driver["semanticVersion"])
        ids = [rule["id"] for rule in driver["rules"]]
        assert len(ids) == len(set(ids))
        for rule in driver["rules"]:
            assert rule["shortDescription"]["text"] and rule["fullDescription"]["text"] and rule["help"]["text"]
            assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
            assert 0 < float(rule["properties"]["security-severity"]) <= 10
            assert "helpUri" not in rule or rule["helpUri"].startswith("http")
        assert run["columnKind"] in ("unicodeCodePoints", "utf16CodeUnits")
        for invocation in run["invocations"]:
            assert isinstance(invocation["executionSuccessful"], bool)
        for result in run["results"]:
            assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
            assert result["message"]["text"] and result["level"] in ("note", "warning", "error")
            assert result.get("baselineState", "new") in ("new", "unchanged", "updated", "absent")
            assert all(isinstance(value, str) and value for value in result["partialFingerprints"].values())
            for location in result["locations"]:
                place = location["physicalLocation"]
                assert " " not in place["artifactLocation"]["uri"]
                region = place["region"]
                assert region["startLine"] >= 1
                if "startColumn" in region:
                    assert region["startColumn"] >= 1 and region["endLine"] >= region["startLine"]


def test_a_report_holds_rules_levels_and_regions(scanner: Scanner) -> None:
    run = _log(scanner, **{"a b.txt": f"x\n  {order()} y"})
    (rule,), (result,) = run["tool"]["driver"]["rules"], run["results"]
    assert (rule["id"], rule["defaultConfiguration"]["level"], rule["properties"]["tags"]) == (
        "order", "error", ["security", "orders"],
    )  # fmt: skip
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "a%20b.txt"},
        "region": {"startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 14},
    }
    assert run["properties"]["policy"] == scanner.policy.digest
    assert "baselineState" not in result and "suppressions" not in result


def test_leaves_of_documents_are_named_by_their_path(scanner: Scanner) -> None:
    (result,) = _log(scanner, a=json.dumps({"deep": order()}))["results"]
    (logical,) = result["locations"][0]["logicalLocations"]
    assert logical["fullyQualifiedName"] == "$['deep']"


def test_a_fingerprint_stays_when_the_line_moves_or_the_value_changes_and_not_when_the_line_does(
    scanner: Scanner,
) -> None:
    def marks(text: str) -> list[str]:
        return [each["partialFingerprints"]["primaryLocationLineHash"] for each in _log(scanner, a=text)["results"]]

    first = marks(f"key = {order(1)};")
    assert marks(f"\n\n   key =  {order(2)};") == first
    assert marks(f"other = {order(1)};") != first
    twice = marks(f"key = {order(1)};\nkey = {order(2)};")
    assert [mark.rpartition(":")[2] for mark in twice] == ["1", "2"] and twice[0] == first[0]


def test_a_fingerprint_is_made_of_nothing_that_was_found(scanner: Scanner) -> None:
    one, two = (
        [each["partialFingerprints"] for each in _log(scanner, a=f"{order(n)} beside {order(n + 1)}")["results"]]
        for n in (1, 5)
    )
    assert one == two


def test_what_the_baseline_knows_is_suppressed(scanner: Scanner) -> None:
    (known,) = _log(scanner, known=True, a=order())["results"]
    assert known["baselineState"] == "unchanged" and known["suppressions"][0]["kind"] == "external"
    (new,) = _log(scanner, known=False, a=order())["results"]
    assert new["baselineState"] == "new" and "suppressions" not in new


def test_what_was_not_scanned_is_in_the_report(scanner: Scanner) -> None:
    (invocation,) = _log(scanner, Trouble("b.zip!x", "it is broken"), a=order())["invocations"]
    assert invocation["executionSuccessful"] is False
    (notification,) = invocation["toolExecutionNotifications"]
    assert notification["message"]["text"] == "it is broken"
    assert notification["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "b.zip"


def test_no_value_is_in_a_report(scanner: Scanner) -> None:
    form = json.dumps(_log(scanner, a=f"x {order(1)} y", b=json.dumps({order(2): order(3)})))
    assert not any(order(number) in form for number in (1, 2, 3))


def test_a_file_whose_name_is_no_utf8_is_named_by_its_bytes(scanner: Scanner) -> None:
    odd = b"caf\xe9.txt".decode("utf-8", "surrogateescape")
    (result, *_) = _log(scanner, **{odd: "mail ana@corp-x.org\n"})["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "caf%E9.txt"
