"""A request to ClickHouse is understood as a server would."""

import pytest

from reticent.embedded.dialect import RefusedError, Statement, parse, understand


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        (b"SELECT 1", Statement("SELECT 1", "select")),
        (b" -- why; not\n/* ; */ select ';' format JSON ; -- end", Statement("", "select", "JSON")),
        (b"(SELECT 1) FORMAT CSV", Statement("(SELECT 1) FORMAT CSV", "", "CSV")),
        (b"SELECT format('{}', 1)", Statement("SELECT format('{}', 1)", "select")),
        (b"SELECT 1 AS x FROM (SELECT 2 FORMAT Null)", Statement("", "select")),
        (b"INSERT INTO t FORMAT CSV\n1,2\n", Statement("INSERT INTO t ", "insert", "CSV", b"1,2\n")),
        (b"insert into t (format) format Native\n\x00\xff;", Statement("", "insert", "Native", b"\x00\xff;")),
        (b"INSERT INTO t FORMAT JSONEachRow {}", Statement("INSERT INTO t ", "insert", "JSONEachRow", b"{}")),
        (b"INSERT INTO t FORMAT CSV;\r\n1", Statement("INSERT INTO t ", "insert", "CSV", b"1")),
        (b"INSERT INTO t VALUES (';'), ('FORMAT x')", Statement("", "insert")),
        (b"INSERT INTO t SELECT 1 FORMAT Null", Statement("", "insert", "Null")),
        (b"INSERT INTO t SETTINGS a='FORMAT CSV' FORMAT TSV\n", Statement("", "insert", "TSV", b"")),
        (b"SELECT $x$ ; FORMAT CSV $x$", Statement("", "select")),
        (b"SELECT 'it''s; \\'; ' -- ;", Statement("", "select")),
    ],
)
def test_one_statement_its_format_and_its_rows(query: bytes, meant: Statement) -> None:
    found = parse(query)
    assert (found.kind, found.format, found.rows) == (meant.kind, meant.format, meant.rows)
    assert not meant.text or found.text == meant.text


@pytest.mark.parametrize(
    "query", [b"SELECT 1; SELECT 2", b"SELECT 1;;", b"SELECT ';'; -- x\nDROP TABLE t", b"SELECT '\xff'"]
)
def test_several_statements_and_broken_text_are_refused(query: bytes) -> None:
    with pytest.raises(RefusedError, match="Code: 62"):
        parse(query)


def test_what_the_url_says_is_told_apart() -> None:
    given = {
        "query": "SELECT {a:String}", "param_a": "x'y", "max_threads": "1", "session_id": "s", "database": "d",
        "default_format": "JSON",
    }  # fmt: skip
    found = understand(given, {}, b"", read_only=True)
    assert found.statement.text == "SELECT {a:String}"
    assert (found.database, found.format, found.read_only) == ("d", "JSON", True)
    assert (found.settings, found.parameters) == ({"max_threads": "1"}, {"a": "x'y"})


def test_a_quote_that_never_ends_takes_no_time() -> None:
    assert parse(b"SELECT '" + b"\\a'' " * 200_000).kind == "select"
