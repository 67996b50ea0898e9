"""The archive stores everything once, passes over nothing but what is guilty itself, and says so."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from reticent.errors import ServiceError
from reticent.settings import ClickHouse
from reticent.sinks import clickhouse as sink
from reticent.sinks.clickhouse import ClickHouseStore
from reticent.sinks.connect import connect
from reticent.sinks.migrate import migrate

from ..records import Record
from .conftest import audited, released, sql


@pytest.fixture
def database(clickhouse: ClickHouse) -> ClickHouse:
    migrate(clickhouse)
    return clickhouse


def write(clickhouse: ClickHouse, *batches: Sequence[Record]) -> None:
    async def all_of_them() -> None:
        store = ClickHouseStore(clickhouse)
        for batch in batches:
            await store.write(batch)
        await store.close()

    asyncio.run(all_of_them())


def counts(clickhouse: ClickHouse, suffix: str = "") -> dict[str, int]:
    tables = ("traces", "steps", "findings", "approvals", "audit")
    return {name: sql(clickhouse, f"SELECT count() FROM {name}{suffix}")[0][0] for name in tables}


def skipped(clickhouse: ClickHouse) -> list[tuple[str, str]]:
    """Places and codes of what was passed over."""
    found = sql(clickhouse, "SELECT record, details FROM audit WHERE event = 'archive.skipped' ORDER BY record")
    return [(record, json.loads(details)["code"]) for record, details in found]


def trace(offset: int, content: str = "x", **details: Any) -> list[Record]:
    """A released trace as two records: its content and its event."""
    document = {"trace_id": f"t{offset}", "steps": [{"kind": "output", "content": content}]}
    said = {"source": f"traces.raw-0-{offset}", "verdict": "released", "bytes": 100} | details
    return [
        released(msgspec.json.encode(document), offset=offset),
        audited("trace.released", offset, said, trace_id=f"t{offset}"),
    ]


def test_a_batch_written_again_and_in_other_batches_shows_once(database: ClickHouse) -> None:
    records = [record for number in range(20) for record in trace(number)]
    write(database, records, records, records[:7], records[7:], [records[0]])
    assert counts(database) == {"traces": 20, "steps": 20, "findings": 0, "approvals": 0, "audit": 20}


def test_the_very_same_batch_is_dropped_before_it_is_stored(database: ClickHouse) -> None:
    records = trace(0) + trace(1)
    write(database, records, records, records)
    assert counts(database, "_store")["steps"] == 2


def test_two_batches_never_share_a_token_unless_all_their_rows_are_equal(
    database: ClickHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens: list[tuple[str, str]] = []

    class Recording:
        def insert(self, table: str, *_: Any, settings: dict[str, str], **__: Any) -> None:
            tokens.append((table.partition(".")[2], settings["insert_deduplication_token"]))

        def close(self) -> None: ...

    monkeypatch.setattr(sink, "connect", lambda _: Recording())
    batches = [trace(0), trace(0), trace(0, "y"), trace(1), trace(0)[:1], trace(0)[1:], trace(0) + trace(1),
               trace(1) + trace(0), trace(0, bytes=101)]  # fmt: skip
    write(database, *batches)
    assert all(re.fullmatch(r"[0-9a-f]{64}", token) for _, token in tokens)
    steps = [token for table, token in tokens if table == "steps_store"]
    # of batches 0, 1, 2, 3, 4, 6, 7, 8; what differs in the event alone has the same steps
    assert [steps.index(token) for token in steps] == [0, 0, 2, 3, 0, 5, 6, 0]
    assert len({token for table, token in tokens if table == "traces_store"}) == 5


def test_a_later_row_of_the_same_token_would_be_lost_and_no_other_can_have_it(database: ClickHouse) -> None:
    """Why the token must be a digest of all rows: the engine trusts it blindly."""
    client = connect(database)
    name = database.dsn.rpartition("/")[2]
    for text in ("first", "second"):
        settings = {"insert_deduplication_token": "constant", "async_insert": 0}
        client.insert(f"{name}.audit_store", [["e", text]], column_names=["event", "record"], settings=settings)
    client.close()
    assert sql(database, "SELECT record FROM audit") == [("first",)]
    write(database, [audited("policy.loaded", 1)], [audited("policy.loaded", 2)])
    assert counts(database)["audit"] == 3


GUILTY = {
    "text where a number belongs": {"bytes": "a lot"},
    "a number that is too large": {"bytes": 2**70},
    "a number below nothing": {"steps": -1},
    "no map": {"findings": [1, 2]},
    "a map of no numbers": {"findings": {"pii": "many"}},
    "an object for an id": {"approval_id": {"a": 1}},
}


@pytest.mark.parametrize("why", GUILTY)
def test_the_guilty_record_of_a_batch_is_found_and_only_it_is_skipped(
    database: ClickHouse, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    records = [record for number in range(9) for record in trace(number)]
    records[11] = trace(5, **GUILTY[why])[1]
    write(database, records)
    assert skipped(database) == [("traces.audit-0-5", "refused")]
    assert counts(database)["steps"] == 9
    assert {source for (source,) in sql(database, "SELECT source FROM traces")} == {
        f"traces.raw-0-{number}" for number in range(9) if number != 5
    }
    ours = "".join(record.getMessage() for record in caplog.records if record.name.startswith("reticent"))
    assert "traces.audit-0-5" in ours
    assert "a lot" not in ours + "".join(record.getMessage() for record in caplog.records)


def test_what_is_no_record_of_ours_is_skipped_with_evidence(database: ClickHouse) -> None:
    write(database, [*trace(0), Record(b"no JSON", topic="traces.audit", offset=1), released(b"no JSON", offset=2)])
    assert skipped(database) == [("traces.audit-0-1", "malformed"), ("traces.sanitized-0-2", "not-json")]
    assert counts(database)["steps"] == 1


@pytest.mark.parametrize("gone", ["steps_store", "audit_store"])
def test_without_its_tables_nothing_is_passed_over_and_all_is_there_afterwards(database: ClickHouse, gone: str) -> None:
    name = database.dsn.rpartition("/")[2]
    client = connect(database)
    client.command(f"RENAME TABLE {name}.{gone} TO {name}.elsewhere")
    records = [record for number in range(5) for record in trace(number)]
    with pytest.raises(ServiceError, match="reticent init"):
        write(database, records)
    client.command(f"RENAME TABLE {name}.elsewhere TO {name}.{gone}")
    client.close()
    write(database, records)
    assert counts(database) == {"traces": 5, "steps": 5, "findings": 0, "approvals": 0, "audit": 5}


def test_before_init_it_waits_and_says_what_to_do(clickhouse: ClickHouse) -> None:
    with pytest.raises(ServiceError, match="run `reticent init`"):
        write(clickhouse, trace(0))
    migrate(clickhouse)
    write(clickhouse, trace(0))
    assert counts(clickhouse)["traces"] == 1


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("a bug in the driver"), TypeError("another")], ids=lambda e: type(e).__name__
)
def test_when_not_even_evidence_can_be_stored_nothing_is_passed_over(
    database: ClickHouse, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    class Broken:
        def insert(self, *_: Any, **__: Any) -> None:
            raise error

        def close(self) -> None: ...

    with monkeypatch.context() as patched:
        patched.setattr(sink, "connect", lambda _: Broken())
        with pytest.raises(ServiceError, match=type(error).__name__):
            write(database, trace(0))
    write(database, trace(0))
    assert counts(database)["traces"] == 1


def test_nobody_at_the_address_is_not_now(clickhouse: ClickHouse) -> None:
    with pytest.raises(ServiceError, match="does not answer"):
        write(ClickHouse(dsn="http://default@127.0.0.1:1/reticent"), trace(0))


def test_hostile_text_is_stored_as_it_is(database: ClickHouse) -> None:
    hostile = "'; DROP TABLE traces_store; -- \\ \x00 \t\n {x:String} \U0001f600 \u2028 " + "\u00e9" * 5000
    write(database, [*trace(0, hostile), audited("approval.refused", 1, {"reason": hostile}, actor=hostile)])
    assert sql(database, "SELECT content FROM steps") == [(hostile,)]
    assert sql(database, "SELECT actor, reason FROM approvals") == [(hostile, hostile)]


def test_a_decision_takes_the_place_of_the_hold(database: ClickHouse) -> None:
    details = {"source": "traces.raw-0-1", "approval_id": "ap-aaaaaaaaaaaaaaaa", "bytes": 9,
               "found": [{"rule": "r", "category": "c", "severity": "high", "path": "$", "start": 0, "end": 1,
                          "token": "abcdefgh"}]}  # fmt: skip
    final = audited("trace.released", 2, details | {"verdict": "released"}, at="2026-11-24T07:00:00.000Z")
    held = audited("trace.held", 1, details | {"verdict": "held"})
    for batch in ([held, final], [final, held], [final], [held]):
        write(database, batch)
        assert sql(database, "SELECT verdict FROM traces") == [("released",)]
        assert counts(database)["findings"] == 1
