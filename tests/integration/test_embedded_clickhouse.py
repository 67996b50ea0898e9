"""The embedded engine is ClickHouse to its clients: clickhouse-connect's ordinary one, and anything like curl."""

import base64
import gzip
import json
import secrets
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import clickhouse_connect
import pytest
import requests
from clickhouse_connect.driver.exceptions import DatabaseError

from reticent.embedded import encodings
from reticent.embedded.service import Service
from reticent.embedded.stack import start_clickhouse, wait_clickhouse


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = start_clickhouse(tmp_path_factory.mktemp("engine"))
    try:
        wait_clickhouse(service)
        yield service
    finally:
        assert service.stop() == 0


@pytest.fixture
def url(service: Service) -> str:
    return f"http://{service.address}/"


def connect(service: Service, **arguments: Any) -> Any:
    host, _, port = service.address.rpartition(":")
    return clickhouse_connect.get_client(host=host, port=int(port), **arguments)


@pytest.fixture
def database(service: Service) -> str:
    """A database of the test's own."""
    name = f"d{uuid.uuid4().hex[:8]}"
    client = connect(service)
    client.command(f"CREATE DATABASE {name}")
    client.command(
        f"CREATE TABLE {name}.t (a UInt64, b String, at DateTime64(3, 'UTC') DEFAULT 0) ENGINE = MergeTree ORDER BY a "
        "SETTINGS non_replicated_deduplication_window = 100"
    )
    return name


def post(url: str, data: bytes, headers: Mapping[str, str] | None = None, **given: str) -> requests.Response:
    return requests.post(url, params=given, data=data, headers=headers, timeout=9)


def get(url: str, query: str, headers: Mapping[str, str] | None = None, **given: str) -> requests.Response:
    return requests.get(url, params={"query": query, **given}, headers=headers, timeout=9)


@pytest.mark.parametrize("compress", [False, True, "lz4", "zstd", "gzip"])
def test_the_ordinary_client_inserts_and_queries(service: Service, database: str, compress: bool | str) -> None:
    client = connect(service, database=database, compress=compress)
    rows = [[number, f"text {number} 'quoted' \t ü \\"] for number in range(20_000)]
    summary = client.insert("t", rows, column_names=["a", "b"])
    assert summary.written_rows == 20_000
    found = client.query(
        "SELECT a, b FROM t WHERE a >= {low:UInt64} AND b != {text:String} ORDER BY a",
        parameters={"low": 19_998, "text": rows[19_999][1]},
    )
    assert found.result_rows == [(19_998, rows[19_998][1])]
    assert client.command("SELECT count() FROM t") == 20_000
    text = "tab\tnew\nline 'q' \\ {y:String}"
    assert client.query("SELECT {x:String}", parameters={"x": text}).result_rows == [(text,)]


def test_a_repeated_insert_is_dropped_by_its_token(service: Service, database: str) -> None:
    client = connect(service, database=database)
    settings = {"insert_deduplication_token": "content digest", "async_insert": 0}
    for _ in range(2):
        client.insert("t", [[1, "once"]], column_names=["a", "b"], settings=settings)
    client.insert("t", [[1, "again"]], column_names=["a", "b"], settings={"insert_deduplication_token": "another"})
    assert client.query("SELECT b FROM t ORDER BY b").result_rows == [("again",), ("once",)]


def test_curl_reads_and_writes(url: str, database: str) -> None:
    csv = post(url, b"1,one\n2,two\n", database=database, query="INSERT INTO t (a, b) FORMAT CSV")
    assert (csv.status_code, json.loads(csv.headers["X-ClickHouse-Summary"])["written_rows"]) == (200, "2")
    lines = b'INSERT INTO t (a, b) SETTINGS async_insert = 0 FORMAT JSONEachRow\n{"a": 3, "b": "FORMAT CSV"}\n'
    assert post(url, lines, database=database).ok
    assert post(url, b"INSERT INTO t (a, b) VALUES (4, 'x;y'), (5, '')", database=database).ok
    select = gzip.compress(b"INSERT INTO t (a, b) SELECT a + 10, b FROM t WHERE a = 1")
    assert post(url, select, {"Content-Encoding": "gzip"}, database=database).ok
    found = get(url, "SELECT a, b FROM t ORDER BY a", database=database)
    assert found.text == "1\tone\n2\ttwo\n3\tFORMAT CSV\n4\tx;y\n5\t\n11\tone\n"
    assert found.headers["X-ClickHouse-Format"] == "TabSeparated"
    counted = "SELECT count() AS n FROM t WHERE a > {low:UInt8};"
    assert get(url, counted, database=database, param_low="2", default_format="JSONEachRow").json() == {"n": 4}
    assert get(url, "SELECT 1 FORMAT JSONCompact").json()["data"] == [[1]]
    assert requests.get(f"{url}ping", timeout=9).text == requests.get(url, timeout=9).text == "Ok.\n"
    assert requests.get(f"{url}play", timeout=9).status_code == 404


def test_answers_are_compressed_when_asked(url: str) -> None:
    answer = get(url, "SELECT repeat('x', 100000)", {"Accept-Encoding": "gzip"}, enable_http_compression="1")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.text == "x" * 100_000 + "\n"
    assert int(answer.headers["Content-Length"]) < 2000


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("SELEC 1", 400, 62),
        ("SELECT * FROM nowhere", 404, 60),
        ("SELECT no_such_function()", 404, 46),
        ("SELECT 1; DROP TABLE t", 400, 62),
        ("SELECT throwIf(1)", 500, 395),
        ("INSERT INTO nowhere FORMAT CSV\n1", 404, 60),
        ("INSERT INTO t (a) FORMAT CSV\nno number\n", 400, 117),
        ("SELECT {missing:String}", 400, 456),
    ],
)
def test_errors_are_clickhouses_own(url: str, database: str, query: str, status: int, code: int) -> None:
    answer = post(url, query.encode(), database=database)
    assert answer.headers["X-ClickHouse-Exception-Code"] == str(code)
    assert answer.text.startswith(f"Code: {code}. DB::Exception: ")
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"database": "nowhere"}, 404, 81),
        ({"no_such_setting": "1"}, 404, 115),
        ({"decompress": "1"}, 501, 48),
        ({"max_threads = 1, readonly": "0"}, 400, 36),
    ],
)
def test_what_the_url_says_wrong_is_refused(url: str, given: dict[str, str], status: int, code: int) -> None:
    answer = post(url, b"SELECT 1", **given)
    assert (answer.status_code, answer.headers["X-ClickHouse-Exception-Code"]) == (status, str(code))


def test_the_client_raises_clickhouses_words(service: Service) -> None:
    with pytest.raises(DatabaseError, match="UNKNOWN_TABLE"):
        connect(service).query("SELECT * FROM system.nowhere")


def test_get_and_readonly_change_nothing(url: str, database: str) -> None:
    drop = f"DROP TABLE {database}.t"
    for answer in (get(url, drop), post(url, drop.encode(), readonly="2"), get(url, "SET readonly = 0")):
        assert answer.headers["X-ClickHouse-Exception-Code"] == "164"


def test_settings_of_one_request_are_not_those_of_the_next(url: str) -> None:
    asked = "SELECT getSetting('max_result_rows')"
    assert get(url, asked, max_result_rows="77").text == "77\n"
    assert get(url, asked).text == "0\n"


def test_clients_work_side_by_side(service: Service, database: str) -> None:
    def work(number: int) -> int:
        client = connect(service, database=database)
        client.command(f"CREATE TABLE side_{number} (a UInt64) ENGINE = MergeTree ORDER BY a")
        for turn in range(10):
            client.insert("t", [[number * 100 + turn, "row"] for _ in range(50)], column_names=["a", "b"])
            client.query("SELECT b, count() FROM t GROUP BY b")
        client.command(f"DROP TABLE side_{number}")
        return int(client.command("SELECT count() FROM t WHERE intDiv(a, 100) = {n:UInt8}", parameters={"n": number}))

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(work, range(8))) == [500] * 8


def test_a_slow_query_holds_no_other_up_and_what_is_too_much_at_once_waits(url: str) -> None:
    slow, many = "SELECT sleep(1.5)", 4
    with ThreadPoolExecutor(many + 1) as threads:
        began = time.monotonic()
        slowly = [threads.submit(get, url, slow) for _ in range(many - 1)]
        time.sleep(0.3)
        assert get(url, "SELECT 1").text == "1\n"
        assert time.monotonic() - began < 1.4, "it waited for a slow one"
        slowly += [threads.submit(get, url, slow) for _ in range(2)]  # one more than there is room for
        assert requests.get(f"{url}ping", timeout=9).text == "Ok.\n"
        assert time.monotonic() - began < 1.4, "the loop is held up"
        assert [each.result().text for each in slowly] == ["0\n"] * (many + 1)


def test_a_large_body_that_takes_its_time_does_not_hold_up_the_pages(url: str, database: str) -> None:
    rows = b"".join(b"(%d, '%s')," % (number, b"x" * 60) for number in range(400_000))
    body = gzip.compress(b"INSERT INTO t (a, b) VALUES " + rows.rstrip(b","), compresslevel=1)
    longest, done = 0.0, threading.Event()

    def insert() -> requests.Response:
        try:
            return requests.post(
                url, params={"database": database}, data=body, headers={"Content-Encoding": "gzip"}, timeout=60
            )
        finally:
            done.set()

    with ThreadPoolExecutor(1) as threads:
        inserting = threads.submit(insert)
        while not done.is_set():
            began = time.monotonic()
            assert requests.get(f"{url}ping", timeout=9).ok
            longest = max(longest, time.monotonic() - began)
            time.sleep(0.02)
        answer = inserting.result()
    assert answer.ok, answer.text
    assert get(url, "SELECT count() FROM t", database=database).text == "400000\n"
    print(f"a body of {len(body)} bytes; the pages answered within {longest:.2f} s")  # noqa: T201 - seen with -s


@pytest.mark.parametrize("encoding", ["zstd", "gzip", "lz4"])
def test_a_body_that_is_cut_is_refused_whole(url: str, database: str, encoding: str) -> None:
    whole = encodings.deflate(b"INSERT INTO t (a) FORMAT CSV\n" + b"1\n2\n3\n" * 1000, encoding)
    for body in (whole[:-1], whole[: len(whole) // 2], b"not compressed"):
        answer = post(url, body, {"Content-Encoding": encoding}, database=database)
        assert (answer.status_code, answer.headers["X-ClickHouse-Exception-Code"]) == (400, "36")
    assert get(url, "SELECT count() FROM t", database=database).text == "0\n"


@pytest.mark.parametrize(
    "header", [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Host": "evil.example:8123"}]
)
def test_web_pages_are_refused(url: str, header: dict[str, str]) -> None:
    answer = post(url, b"SELECT 1", header)
    assert (answer.status_code, answer.headers["X-ClickHouse-Exception-Code"]) == (403, "497")


def test_a_password_is_asked_for_when_there_is_one(tmp_path: Path) -> None:
    password = secrets.token_urlsafe(12)
    service = start_clickhouse(tmp_path, password=password)
    try:
        wait_clickhouse(service)
        url = f"http://{service.address}/"
        assert connect(service, username="default", password=password).command("SELECT 1") == 1
        basic = base64.b64encode(f"default:{password}".encode()).decode()
        assert get(url, "SELECT 1", {"Authorization": f"Basic {basic}"}).ok
        for headers in ({}, {"X-ClickHouse-Key": "wrong"}, {"Authorization": "Basic !"}):
            answer = get(url, "SELECT 1", headers)
            assert (answer.status_code, answer.headers["X-ClickHouse-Exception-Code"]) == (403, "516")
    finally:
        service.stop()
    assert password not in (tmp_path / "clickhouse.log").read_text()


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    for turn in range(2):
        service = start_clickhouse(tmp_path)
        try:
            wait_clickhouse(service)
            client = connect(service)
            client.command("CREATE DATABASE IF NOT EXISTS d")
            client.database = "d"
            client.command("CREATE TABLE IF NOT EXISTS kept (a UInt64) ENGINE = MergeTree ORDER BY a")
            client.insert("kept", [[turn]], column_names=["a"])
            assert client.command("SELECT count() FROM kept") == turn + 1
        finally:
            if turn:
                service.process.kill()  # even so
            assert service.stop() == (-9 if turn else 0)
