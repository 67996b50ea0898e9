"""`reticent policy` from the outside: check, test, explain and diff."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reticent.cli import compare

from .conftest import Reticent
from .test_scan import POLICY, order


@pytest.fixture
def here(reticent: Reticent, tmp_path: Path) -> Path:
    (tmp_path / "policy.yaml").write_text(POLICY)
    (tmp_path / "reticent.yaml").write_text("policy: policy.yaml\n")
    return tmp_path


def _write(path: Path, *rules: str, more: str = "") -> str:
    path.write_text("version: 1\nrules:\n" + "".join(f"- {{{rule}}}\n" for rule in rules) + more)
    return path.name


EXAMPLES = "examples: {match: [AC-1], no_match: [AC]}"


def test_a_policy_that_is_right_says_what_is_in_it(reticent: Reticent, here: Path) -> None:
    done = reticent("policy", "check", _write(here / "p.yaml", f"id: x, pattern: 'AC-[0-9]', {EXAMPLES}"))
    about = dict(line.split("\t") for line in done.out.splitlines())
    assert about["rules"] == "1" and about["digest"].startswith("sha256:")
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize(
    ("rule", "place", "advice"),
    [
        ("id: x, patern: a", "p.yaml:3:", "did you mean pattern?"),
        ("id: x, pattern: 'x(?:[a-z]{1,999}-){11}'", "p.yaml:3:20", "shorten the repeats"),
        ("id: x, pattern: 'a(?=b)'", "p.yaml:3:20", "look-around"),
    ],
)
def test_a_mistake_is_told_by_place_with_what_to_write(
    reticent: Reticent, here: Path, rule: str, place: str, advice: str
) -> None:
    name = _write(here / "p.yaml", rule)
    done = reticent("policy", "check", name)
    assert done.code == 1 and done.out == "" and done.err.startswith(place) and advice in done.err.replace("\n", " ")
    (row,) = reticent("policy", "check", name, "--json").rows
    assert row["ok"] is False and row["where"].startswith(place) and row["advice"]


def test_an_unknown_pack_is_told_with_the_nearest(reticent: Reticent, here: Path) -> None:
    (here / "p.yaml").write_text("version: 1\npacks: [secret]\n")
    done = reticent("policy", "check", "p.yaml")
    assert done.err == "p.yaml:2:9: no pack is called 'secret' - did you mean secrets?\n" and done.code == 1


def test_a_slow_pattern_is_a_warning_with_its_measured_cost(reticent: Reticent, here: Path) -> None:
    name = _write(here / "p.yaml", "id: words, pattern: '[a-z]{3,9}'", f"id: fine, pattern: 'AC-[0-9]', {EXAMPLES}")
    (row,) = reticent("policy", "check", name, "--json").rows
    slow, shown = row["warnings"]
    assert slow["rule"] == shown["rule"] == "words" and row["ok"] is True
    assert "times what a pattern with a rare beginning costs" in slow["message"] and "trigger" in slow["message"]
    assert "examples" in shown["message"]
    done = reticent("policy", "check", name)
    assert done.code == 0 and done.err.startswith("words: it is slow")


def test_a_misspelt_group_or_category_is_a_warning(reticent: Reticent, here: Path) -> None:
    group = f"id: one, pattern: 'AC-(?P<secrt>[0-9])', {EXAMPLES}"
    name = _write(here / "p.yaml", group, f"id: two, category: secret, pattern: 'AC-(?P<secret>[0-9])', {EXAMPLES}")
    done = reticent("policy", "check", name)
    assert done.code == 0
    assert "one: its pattern names a group 'secrt' and none 'secret'" in done.err
    assert "two: its category 'secret' is none of the packs' - is 'secrets' meant?" in done.err


def test_a_policy_whose_own_example_fails_is_wrong(reticent: Reticent, here: Path) -> None:
    name = _write(here / "p.yaml", "id: bad, pattern: 'B-[0-9]', examples: {match: [B-1, C-1], no_match: [x]}")
    done = reticent("policy", "check", name)
    assert (done.code, done.err) == (1, "bad: example match[1] is not found\n")
    (row,) = reticent("policy", "check", name, "--json").rows
    assert row["ok"] is False
    assert row["failing"] == [{"rule": "bad", "example": "match", "number": 1}]


def test_examples_are_run_and_shown_by_rule(reticent: Reticent, here: Path) -> None:
    bad = "id: bad, pattern: 'B-[0-9]', examples: {match: [B-1, C-1], no_match: [x]}"
    name = _write(here / "p.yaml", f"id: good, pattern: 'AC-[0-9]', {EXAMPLES}", bad)
    plain = reticent("policy", "test", name)
    assert plain.code == 1 and "bad: example match[1] is not found" in plain.err
    rows = reticent("policy", "test", name, "--by-rule", "--json").rows
    assert [(row["rule"], row["match"], row["no_match"], row["failing"]) for row in rows] == [
        ("good", 1, 1, []), ("bad", 2, 1, ["match[1]"]),
    ]  # fmt: skip
    assert reticent("policy", "test", name, "--by-rule").out.splitlines()[1].startswith("bad\t\tcustom\thigh\t2\t1\t")


# explain


def test_an_explanation_shows_places_checks_actions_and_the_verdict(reticent: Reticent, here: Path) -> None:
    done = reticent("policy", "explain", stdin=f"\nbuy {order()} now".encode())
    assert done.out.splitlines() == [
        "2:5 $\t5-16\torder\t11\tdigits, upper, punctuation\ttext\tkeyword yes\tfound: redact (apply[0])"
    ]
    assert done.err == "1 place in 1 leaf as text; the trace would be released\n" and done.code == 0
    assert order() not in done.out + done.err


def test_an_explanation_for_programs(reticent: Reticent, here: Path) -> None:
    (here / "a.json").write_text(json.dumps({"x": [1, order()]}, indent=1))
    place, whole = reticent("policy", "explain", "--file", "a.json", "--json").rows
    assert (place["path"], place["line"], place["column"]) == ("$['x'][1]", 4, 4)
    assert (place["outcome"], place["application"], place["action"]) == ("found", 0, "redact")
    assert whole["verdict"] == "released" and whole["format"] == "json" and whole["bytes"] > 0


def test_why_was_nothing_found(reticent: Reticent, here: Path) -> None:
    done = reticent("policy", "explain", "--rule", "order", stdin=b"buy AC 12345678")
    assert done.out == "" and done.err.splitlines() == [
        "its pattern takes nothing in 1 texts: AC-[A-Z0-9]{8}",
        "of its keywords, none stands in the text",
        "0 places in 1 leaf as text; the trace would be released",
    ]
    assert "did you mean order?" in reticent("policy", "explain", "--rule", "oder", stdin=b"x").sentence


def test_who_gives_a_text_for_a_policy_is_told_how_it_is_given(reticent: Reticent, here: Path) -> None:
    (here / "trace.json").write_text('"hello"')
    done = reticent("policy", "explain", "trace.json", stdin=b"")
    assert done.code == 2 and "if trace.json is what to explain: --file trace.json" in done.sentence


def test_another_policy_and_tenant_may_be_explained(reticent: Reticent, here: Path) -> None:
    more = "apply:\n- {rules: [one], where: {tenant: acme}, action: drop}\n"
    more += "thresholds:\n- {id: any, when: {findings: 1}, action: block}\n"
    name = _write(here / "p.yaml", "id: one, pattern: 'one'", more=more)
    place, whole = reticent("policy", "explain", name, "--tenant", "acme", "--json", stdin=b"one").rows
    assert place["action"] == "drop" and whole["verdict"] == "blocked"
    assert whole["reached"][0]["threshold"] == "any"
    assert reticent("policy", "explain", name, "--json", stdin=b"one").rows[0]["application"] is None


def test_the_format_of_what_is_explained_may_be_forced(reticent: Reticent, here: Path) -> None:
    data = json.dumps({"a": order()}).encode()
    assert reticent("policy", "explain", "--json", "--format", "text", stdin=data).rows[0]["path"] == "$"
    assert reticent("policy", "explain", "--format", "json", stdin=b"x").code == 2


# diff


def test_alike_policies_do_not_differ(reticent: Reticent, here: Path) -> None:
    done = reticent("policy", "diff", "policy.yaml", "policy.yaml")
    assert (done.code, done.out) == (0, "") and done.err == "0 differences between the policies\n"


def test_differences_are_said_in_words_and_tried_on_files(reticent: Reticent, here: Path) -> None:
    name = _write(here / "new.yaml", "id: order, title: Order number, category: orders, severity: critical,"
                  " pattern: 'AC-[A-Z0-9]{8}', keywords: [ac-]")  # fmt: skip
    (here / "a.txt").write_text(f"{order()} T-12345\n")
    done = reticent("policy", "diff", "policy.yaml", name, "a.txt")
    assert done.out.splitlines() == [
        "rule\tremoved\tticket\tticket (tickets, low)",
        "a.txt:1:13\tfinding\tticket (redact)\tnothing",
    ]
    assert done.code == 1
    rows = reticent("policy", "diff", "policy.yaml", name, "a.txt", "--json").rows
    assert [row["what"] for row in rows][-1] == "file" and rows[-1]["before"] == "ticket (redact)"


def test_history_is_read_from_the_archive(reticent: Reticent, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, Any]] = []

    trace = {
        "tenant": "acme", "source": "s", "trace_id": "t1", "session_id": "s", "producer": "p", "verdict": "released",
        "reasons": [], "bytes": 10, "steps": 1, "found": 1, "format": "text",
    }  # fmt: skip
    finding = {"tenant": "acme", "source": "s", "rule": "ticket", "path": "$", "start": 0, "end": 7, "token": "t"}

    def rows(settings: object, sql: str, parameters: Any = None) -> list[dict[str, Any]]:
        asked.append((sql, parameters))
        return [finding] if "FROM findings" in sql else [trace]

    monkeypatch.setattr(compare, "query", rows)
    new = _write(here / "new.yaml", "id: fresh, pattern: 'FRESH'")
    found = reticent("policy", "diff", "policy.yaml", new, "--history", "--since", "2h", "--limit", "5", "--json")
    gone, read = (row for row in found.rows if row["what"] == "history")
    assert (gone["kind"], gone["tenant"], gone["rule"], gone["count"]) == ("no rule any more", "acme", "ticket", 1)
    assert (read["traces"], read["findings"]) == (1, 1)
    assert {str(parameters) for _, parameters in asked} == {"{'seconds': 7200, 'limit': 5}"}
    people = reticent("policy", "diff", "policy.yaml", new, "--history")
    assert "what they would have found cannot be told" in people.err and people.code == 1


def test_history_of_a_real_archive_is_read(up: Any) -> None:
    """The statements are ones that the engine takes."""
    policy = up.folder / "diff-a.yaml"
    policy.write_text(POLICY)
    done = up.command("policy", "diff", str(policy), str(policy), "--history", "--json")
    assert done.code == 0, done.err
    assert done.rows[-1]["kind"] == "read"


@pytest.mark.parametrize("since", ["soon", "7", "1w", "-1d"])
def test_a_time_span_that_is_none_is_refused(reticent: Reticent, here: Path, since: str) -> None:
    done = reticent("policy", "diff", "policy.yaml", "policy.yaml", "--history", f"--since={since}")
    assert done.sentence == "--since: this is no time span - write 30m, 12h or 7d"


def test_standard_input_is_not_read_twice(reticent: Reticent, here: Path) -> None:
    assert reticent("policy", "diff", "policy.yaml", "policy.yaml", "-").sentence.endswith("name a file")
