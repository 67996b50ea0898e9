"""`reticent produce`: publishes documents, and with --wait says what became of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reticent.model import Topic

from .conftest import Running
from .records import held, plain, session_name
from .shell import session as running


@pytest.fixture
def session() -> str:
    return session_name()


def test_a_receipt_a_record_says_where_it_stands(up: Running, session: str, tmp_path: Path) -> None:
    run = plain(tmp_path, session)
    sent = up.command("produce", run, run, "--token-file", up.token("producer"), "--json")
    assert sent.code == 0
    assert sent.err.strip() == "2 records published"
    first, second = sent.rows
    assert set(first) == {"request_id", "topic", "partition", "offset", "bytes"}
    assert first["topic"] == "traces.raw" and first["bytes"] == len(Path(run).read_bytes())
    # the session of a native trace is the key: its records stay in one partition and in order
    assert (second["partition"], second["offset"]) == (first["partition"], first["offset"] + 1)


def test_waiting_prints_a_verdict_a_line_as_json(up: Running, session: str, tmp_path: Path) -> None:
    files = [plain(tmp_path, session), held(tmp_path, f"{session}-h")]
    sent = up.command("produce", *files, "--wait", "--json", "--token-file", up.token("producer"))
    assert sent.code == 1  # one of them was not released
    verdicts = {row["trace_id"]: row for row in sent.rows}
    released, waiting = verdicts[f"{session}-1"], verdicts[f"{session}-h-1"]
    assert (released["verdict"], released["tenant"], released["findings"]) == ("released", "acme", {"pii": 1})
    assert (waiting["verdict"], waiting["reasons"][0]["rule"]) == ("held", "many-secrets")
    assert waiting["approval_id"].startswith("ap-")


def test_waiting_prints_lines_for_a_pipe_and_a_table_for_a_terminal(up: Running, session: str, tmp_path: Path) -> None:
    arguments = ("produce", plain(tmp_path, session), "--wait", "--token-file", up.token("producer"))
    piped = up.command(*arguments)
    assert piped.code == 0
    assert piped.out == f"{session}-1\treleased\tpii 1\t\t\n"
    assert piped.err == "1 released\n"
    watched = up.command(*arguments, columns=80)
    assert watched.code == 0
    words = watched.out.split()
    assert words[:5] == ["trace", "verdict", "masked", "approval", "reasons"]
    assert words[-4:] == [f"{session}-1", "released", "pii", "1"]


def test_a_bar_is_drawn_on_a_terminal_alone(up: Running, session: str, tmp_path: Path) -> None:
    arguments = ("produce", plain(tmp_path, session), "--wait", "--token-file", up.token("producer"))
    with running(tmp_path, *arguments, columns=80, RETICENT_CONFIG=str(up.config)) as command:
        assert command.wait() == 0
        assert all(text in command.text for text in ("publishing", "verdicts", "1/1"))
    assert "publishing" not in up.command(*arguments).err


def test_a_jsonpath_selects_the_documents_and_stdin_is_a_file(up: Running, session: str) -> None:
    runs = [{"run": [{"role": "user", "content": f"question {number}"}]} for number in range(3)]
    sent = up.command(
        "produce", "-", "--select", "$[*].run", "--session", session, "--wait", "--json",
        stdin=json.dumps(runs).encode(), RETICENT_TOKEN=Path(up.token("producer")).read_text(),
    )  # fmt: skip
    assert sent.code == 0
    assert [row["verdict"] for row in sent.rows] == ["released"] * 3


def test_what_cannot_be_believed_or_read_is_rejected_with_a_reason(up: Running, tmp_path: Path) -> None:
    (tmp_path / "latin.json").write_bytes('{"a": "é"}'.encode("latin-1"))
    (tmp_path / "cut.json").write_text('{"a": ')
    files = [str(tmp_path / name) for name in ("latin.json", "cut.json")]
    sent = up.command("produce", *files, "--format", "json", "--wait", "--json", "--token-file", up.token("producer"))
    assert sent.code == 1
    assert [row["verdict"] for row in sent.rows] == ["rejected"] * 2
    strange = up.command("produce", files[0], "--wait", "--json", RETICENT_TOKEN="e30.e30.c2ln")
    assert [row["verdict"] for row in strange.rows] == ["rejected"]


def test_no_answer_in_time_is_one_sentence(up: Running, session: str, tmp_path: Path) -> None:
    lonely = {f"RETICENT_TOPICS__{topic.name}": f"lonely.{topic.value}" for topic in Topic}  # which no gateway reads
    assert up.command("init", "--partitions", "1", **lonely).code == 0
    arguments = (
        "produce",
        plain(tmp_path, session),
        "--wait",
        "--timeout",
        "0.5",
        "--token-file",
        up.token("producer"),
    )
    sent = up.command(*arguments, **lonely)
    assert sent.code == 2
    assert "1 of 1 records have no verdict after 0 s: is a worker running (`reticent worker`)" in sent.sentence


def test_a_topic_that_is_not_there_says_what_makes_it(up: Running, session: str, tmp_path: Path) -> None:
    sent = up.command(
        "produce", plain(tmp_path, session), "--token-file", up.token("producer"), RETICENT_TOPICS__RAW="other.raw"
    )
    assert sent.code == 2
    assert "the topic other.raw does not exist: run `reticent init`" in sent.sentence
