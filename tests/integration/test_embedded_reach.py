"""The embedded engine stores: nobody reads or writes files with it, or reaches other servers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from reticent.embedded.service import Service
from reticent.embedded.stack import start_clickhouse, wait_clickhouse


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = start_clickhouse(tmp_path_factory.mktemp("a folder"))
    try:
        wait_clickhouse(service)
        for query in ("CREATE DATABASE d", "CREATE TABLE d.t (a Int64, s String) ENGINE = MergeTree ORDER BY a"):
            assert ask(service, query).ok
        yield service
    finally:
        assert service.stop() == 0


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text("not for them\n", encoding="utf-8")
    return path


def ask(service: Service, query: str, **given: str) -> requests.Response:
    return requests.post(f"http://{service.address}/", params=given, data=query.encode(), timeout=9)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM file('{path}', 'LineAsString')",
        "SELECT * FROM `file`('{path}', 'LineAsString')",
        "SELECT * FROM \"file\" /* here */ ('{path}', 'LineAsString')",
        "SELECT * FROM FILE\n(\t'{path}', 'LineAsString')",
        "SELECT * FROM `f\\x69le`('{path}', 'LineAsString')",
        "SELECT * FROM '{path}'",
        "SELECT * FROM default.`{path}`",
        "WITH x AS (SELECT * FROM file('{path}', 'LineAsString')) SELECT * FROM x",
        "SELECT (SELECT any(line) FROM file('{path}', 'LineAsString'))",
        "SELECT file('{path}')",
        "SELECT arrayMap(file, ['{path}'])",
        "SELECT * APPLY file FROM (SELECT '{path}' AS x)",
        "SELECT 1 AS a$$, file('{path}') AS b$$",
        "SELECT 1 // '\n, file('{path}')",
        "SELECT 1 # '\n, file('{path}')",
        "SELECT \u2018'\u2019, file('{path}')",
        "SELECT * FROM format(Values, 'a String', '(file(\\'{path}\\'))')",
        "SELECT * FROM format(concat('Val', 'ues'), 'a String', '(file(\\'{path}\\'))')",
        "SELECT * FROM eval('SELECT file(\\'{path}\\')')",
        "DESCRIBE TABLE file('{path}')",
        "DESCRIBE file('{path}')",
        "EXPLAIN SELECT * FROM file('{path}', 'LineAsString')",
        "CREATE TABLE d.f (a String) ENGINE = File(LineAsString, '{path}')",
        "CREATE TABLE d.f AS file('{path}', 'LineAsString')",
        "CREATE TEMPORARY TABLE f (a String) ENGINE File(LineAsString, '{path}')",
        "CREATE VIEW d.f AS SELECT * FROM file('{path}', 'LineAsString')",
        "CREATE TABLE d.f (a String DEFAULT file('{path}')) ENGINE = Memory",
        "CREATE DATABASE f ENGINE = Filesystem('/')",
        "CREATE TABLE d.f (a Int8) ENGINE = EmbeddedRocksDB(0, '{path}.new') PRIMARY KEY a",
        "CREATE TABLE d.f (a Int8) ENGINE = Executable('x.sh', CSV)",
        "CREATE TABLE d.f (a Int8) ENGINE = `Executable`('x.sh', CSV)",
        "DROP TABLE IF EXISTS d.g PARALLEL WITH CREATE TABLE d.f (a Int8) ENGINE Executable('x.sh', CSV)",
        "CREATE TABLE d.f (a Int8) ENGINE = MergeTree ORDER BY a SETTINGS disk = disk(type = object_storage, "
        "object_storage_type = local_blob_storage, path = '{path}.new')",
        "ATTACH TABLE d.f FROM '{path}.new' (a Int8) ENGINE = MergeTree ORDER BY a",
        "CREATE DICTIONARY d.f (a UInt64, b String) PRIMARY KEY a SOURCE(FILE(path '{path}' format 'CSV')) "
        "LAYOUT(FLAT()) LIFETIME(0)",
        "INSERT INTO d.t VALUES (1, file('{path}'))",
        "INSERT INTO d.t FORMAT Values (1, file('{path}'))",
        "INSERT INTO d.t SELECT 1, file('{path}')",
        "INSERT INTO d.t FROM INFILE '{path}' FORMAT CSV",
        "INSERT INTO FUNCTION file('{path}.new', 'CSV', 'a Int8') VALUES (1)",
        "SELECT 1 INTO OUTFILE '{path}.new'",
        "SELECT 1 into/**/outfile '{path}' TRUNCATE FORMAT CSV",
        "BACKUP TABLE d.t TO File('{path}.new')",
        "RESTORE TABLE d.t AS d.f FROM File('{path}')",
        "SELECT 1 FORMAT Template SETTINGS format_template_row = '{path}'",
        "SELECT * FROM python(note)",
        "SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a Int8')",
        "SELECT * FROM s3('http://127.0.0.1:1/x', 'CSV', 'a Int8')",
        "SELECT * FROM remote('127.0.0.1:1', system.one)",
        "SELECT * FROM mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')",
        "SELECT * FROM executable('x.sh', 'CSV', 'a Int8')",
        "CREATE TABLE d.f (a String) ENGINE = URL('http://127.0.0.1:1/', 'CSV')",
        "CREATE TABLE d.f (a Int8) ENGINE = MergeTree ORDER BY a SETTINGS disk = disk(type = 'web', "
        "endpoint = 'http://127.0.0.1:1/')",
        "SYSTEM FLUSH LOGS",
        "GRANT ALL ON *.* TO default",
    ],
)
def test_no_statement_reaches_beyond_the_database(query: str, service: Service, note: Path) -> None:
    before = {path: path.read_bytes() for path in note.parent.iterdir()}
    answer = ask(service, query.replace("{path}", str(note)))
    assert answer.status_code in (400, 403, 404), answer.text
    assert "not for them" not in answer.text
    assert {path: path.read_bytes() for path in note.parent.iterdir()} == before


def test_no_parameter_and_no_setting_does_either(service: Service, note: Path) -> None:
    query = f"SELECT arrayMap({{f:Identifier}}, ['{note}'])"
    assert ask(service, query, param_f="file").status_code == 403
    assert ask(service, f"{query} SETTINGS param_f = 'file'").status_code == 403
    assert ask(service, "SELECT 1 FORMAT Template", format_template_row=str(note)).status_code == 403


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("SELECT count() FROM numbers(3)", "3\n"),
        (
            "SELECT 'file(', $$ INTO OUTFILE $$, \"it's\" FROM (SELECT 1 AS \"it's\") -- file()",
            "file(\t INTO OUTFILE \t1\n",
        ),
        ("SELECT t.file FROM (SELECT CAST(tuple(7), 'Tuple(file UInt8)') AS t)", "7\n"),
        ("SELECT x FROM values('x Int8', 4)", "4\n"),
        ("SELECT count() FROM (SELECT * FROM generateRandom('a Int8') LIMIT 2)", "2\n"),
        ("SELECT format('{}-{}', 1, 2)", "1-2\n"),
        ("SELECT engine FROM system.tables WHERE engine = 'MergeTree' AND database = 'd' LIMIT 1", "MergeTree\n"),
        ("SELECT any(name) != '' FROM system.table_functions", "1\n"),
        ("CREATE TABLE d.made (engine String, disk String) ENGINE = ReplacingMergeTree ORDER BY engine", ""),
        ("CREATE VIEW d.seen AS SELECT engine FROM system.tables", ""),
        ("INSERT INTO d.t VALUES (1 + 1, concat('INTO ', 'OUTFILE'))", ""),
        ("ALTER TABLE d.t ADD COLUMN IF NOT EXISTS b Int8", ""),
        ("CREATE TABLE d.m ENGINE = Memory AS SELECT 1 AS a", ""),
        ("DESCRIBE TABLE d.m", "a\tUInt8"),
        ("SHOW TABLES FROM d LIKE 'm'", "m\n"),
        ("DROP TABLE d.m", ""),
    ],
)
def test_what_a_store_needs_goes_on(query: str, says: str, service: Service) -> None:
    answer = ask(service, query)
    assert answer.ok, answer.text
    assert answer.text.startswith(says)
