"""The real engine, with a database of the test's own, and records as the gateway writes them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import pytest

from reticent.embedded.stack import start_clickhouse, wait_clickhouse
from reticent.model import AuditEvent, Evidence, Masked, Outgoing
from reticent.settings import ClickHouse
from reticent.sinks import query

from ..records import Record

AT = "2026-11-24T08:00:00.000Z"


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an embedded engine."""
    service = start_clickhouse(tmp_path_factory.mktemp("engine"))
    try:
        wait_clickhouse(service)
        yield service.address
    finally:
        service.stop()


@pytest.fixture
def clickhouse(engine: str) -> ClickHouse:
    """A database that is not there yet."""
    return ClickHouse(dsn=f"http://default@{engine}/d{uuid.uuid4().hex[:8]}")


def sql(clickhouse: ClickHouse, statement: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in query.query(clickhouse, statement)]


def written(outputs: Sequence[Outgoing], offset: int = 0) -> list[Record]:
    """What the gateway wrote, as the archive reads it."""
    found = []
    for number, each in enumerate(outputs, offset):
        assert isinstance(each.value, Masked | Evidence)
        headers = list(each.headers)
        found.append(Record(each.value.content, headers, each.key, topic=f"traces.{each.topic.value}", offset=number))
    return found


def audited(event: str, offset: int = 0, details: dict[str, Any] | None = None, **changes: Any) -> Record:
    """A record of the audit topic."""
    said = AuditEvent(
        **{"event": event, "at": AT, "tenant": "acme", "producer": "agent", "subject": "svc-1", "issuer": "https://idp",
           "actor": "reticent", "session_id": "s1", "trace_id": "t1", "request_id": "r1", "policy": "sha256:0",
           "details": details or {}} | changes
    )  # fmt: skip
    return Record(msgspec.json.encode(said), key=b"acme/t1", topic="traces.audit", offset=offset)


def released(content: bytes, format: str = "native", offset: int = 0, **headers: str) -> Record:
    """A record of the sanitized topic."""
    given = {
        "content-type": "application/json", "reticent-format": format, "reticent-verdict": "released",
        "reticent-source": f"traces.raw-0-{offset}", "reticent-tenant": "acme", "reticent-producer": "agent",
        "reticent-subject": "svc-1", "reticent-session-id": "s1", "reticent-trace-id": "t1", "reticent-at": AT,
    } | {name.replace("_", "-"): value for name, value in headers.items()}  # fmt: skip
    pairs = [(name, value.encode()) for name, value in given.items()]
    return Record(content, pairs, b"s1", topic="traces.sanitized", offset=offset)
