"""`reticent sessions`, `replay` and `audit query`: what happened, from ClickHouse."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reticent.cli.root import application
from reticent.errors import ReticentError
from reticent.sinks import query

from .conftest import Running
from .records import plain, session_name
from .shell import session as running


@pytest.fixture(scope="module")
def session(up: Running, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A released session that the archive has."""
    name = session_name()
    run = plain(tmp_path_factory.mktemp("runs"), name)
    assert up.command("produce", run, "--wait", "--token-file", up.token("producer")).code == 0
    end = time.monotonic() + 60
    while up.command("replay", name).code != 0 or up.command("sessions", "show", name).code != 0:
        assert time.monotonic() < end
        time.sleep(0.2)
    return name


def test_sessions_are_listed(up: Running, session: str) -> None:
    (row,) = [row for row in up.command("sessions", "list", "--json").rows if row["session_id"] == session]
    assert (row["tenant"], row["traces"], row["released"], row["finding_count"]) == ("acme", 1, 1, 1)
    assert row["last_at"].endswith("Z")
    lines = [line.split("\t") for line in up.command("sessions", "list").out.splitlines()]
    assert [line[:5] for line in lines if line[0] == session] == [[session, "acme", "1", "1 released", "1"]]
    shown = up.command("sessions", "list", columns=100)
    assert shown.out.split()[:6] == ["session", "tenant", "traces", "verdicts", "masked", "last"]
    assert len(up.command("sessions", "list", "--limit", "1").out.splitlines()) == 1
    assert up.command("sessions", "list", "--tenant", "nobody").err.startswith("there is no session yet")


def test_a_session_shows_its_traces(up: Running, session: str) -> None:
    (row,) = up.command("sessions", "show", session, "--json").rows
    assert (row["trace_id"], row["verdict"], row["steps"], row["found"]) == (f"{session}-1", "released", 2, 1)
    assert up.command("sessions", "show", session).out.startswith(f"{session}-1\t")
    for columns in (60, 140):
        assert f"{session}-1" in up.command("sessions", "show", session, columns=columns).out


def test_a_session_is_replayed_step_by_step_masked(up: Running, session: str) -> None:
    rows = up.command("replay", session, "--json").rows
    assert [(row["seq"], row["kind"], row["name"]) for row in rows] == [(0, "prompt", ""), (1, "output", "answer")]
    assert rows[0]["content"].startswith("Where is [REDACTED:own:")
    lines = [line.split("\t") for line in up.command("replay", session).out.splitlines()]
    first, second = lines
    assert first[:4] == [f"{session}-1", "0", "prompt", ""]
    assert second[:4] == [f"{session}-1", "1", "output", "answer"]
    assert second[4] == "Sent. Anything else?"
    shown = up.command("replay", session, columns=100).out.splitlines()
    assert shown[0].startswith(f"{session}-1, demo-agent, ")
    assert [line.split() for line in shown[2:4]] == [["1", "output", "answer", "Sent."], ["Anything", "else?"]]


@pytest.mark.parametrize("command", [["sessions", "show"], ["replay"]], ids=" ".join)
def test_a_session_that_is_unknown_is_one_sentence(command: list[str], up: Running) -> None:
    done = up.command(*command, "nowhere")
    assert done.code == 2
    assert "nowhere; see `reticent sessions list`" in done.sentence


@pytest.mark.parametrize(("command", "rows"), [(["sessions", "show"], "traces"), (["replay"], "steps")])
def test_sessions_of_several_tenants_are_not_mixed(
    command: list[str], rows: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query, rows, lambda *_: [{"tenant": "globex"}, {"tenant": "acme"}])
    done = CliRunner().invoke(application(), [*command, "shared"])
    assert isinstance(done.exception, ReticentError)
    assert str(done.exception).endswith("acme, globex; choose one with --tenant")
    assert done.stdout == ""


def test_the_audit_is_asked_in_sql(up: Running, session: str) -> None:
    sql = f"SELECT event, count() AS n FROM audit WHERE session_id = '{session}' GROUP BY event"
    assert up.command("audit", "query", sql, "--json").rows == [{"event": "trace.released", "n": 1}]
    assert up.command("audit", "query", sql).out == "trace.released\t1\n"
    assert up.command("audit", "query", sql, columns=80).out.split()[:2] == ["event", "n"]
    nothing = up.command("audit", "query", "SELECT 1 WHERE 0")
    assert (nothing.code, nothing.out, nothing.err) == (0, "", "no row\n")


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("SELEC 1", "only statements that read are run here"),
        ("DROP TABLE audit_store", "only statements that read are run here"),
        ("SELECT nothing FROM audit", "ClickHouse refuses: "),
        ("SELECT (", "ClickHouse refuses: Syntax error"),
        ("SELECT 1 INTO OUTFILE '/dev/null'", "INTO OUTFILE reaches beyond the database"),
        ("SELECT * FROM file('/dev/null', 'LineAsString')", "reaches beyond the database"),
        ("SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a Int8')", "ClickHouse refuses: "),
    ],
)
def test_sql_that_is_refused_is_one_sentence(sql: str, says: str, up: Running) -> None:
    done = up.command("audit", "query", sql)
    assert done.code == 2
    assert says in done.sentence
    assert "FORMAT Native" not in done.sentence


def test_many_rows_go_to_a_reader_that_stops_early(up: Running, tmp_path: Path) -> None:
    sql = "SELECT number, repeat('x', 100) AS text FROM numbers(100000)"
    with running(tmp_path, "audit", "query", sql, RETICENT_CONFIG=str(up.config)) as command:
        command.until("\n")
        command.hang_up()
        assert command.wait() == 0
