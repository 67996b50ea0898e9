"""Reading the archive: SQL of the operator's own, and the questions that commands ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import ReticentError
from ..settings import ClickHouse
from .connect import connect, database, explained

Row = dict[str, Any]
_READS = ("select", "with", "show", "describe", "desc", "explain", "exists")


def query(settings: ClickHouse, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
    """Rows of a statement that reads. Raises ServiceError, or ReticentError with ClickHouse's own words."""
    words = sql.lstrip(" \t\r\n(").lower()
    if not words.startswith(_READS):
        raise ReticentError("only statements that read are run here: SELECT, SHOW, DESCRIBE, EXPLAIN")
    client = connect(settings)
    try:
        with explained(settings):
            client.database = database(settings)
            # the strictest of ClickHouse's own: no setting and no source (file, url, remote, ...) may be named either
            found = client.query(sql, parameters=dict(parameters or {}), settings={"readonly": 1})
            return list(found.named_results())
    finally:
        client.close()


def sessions(settings: ClickHouse, tenant: str | None = None, limit: int = 100) -> list[Row]:
    """The latest sessions, newest first."""
    where = "WHERE tenant = {tenant:String}" if tenant else ""
    return query(
        settings,
        f"SELECT * FROM {database(settings)}.sessions {where} ORDER BY last_at DESC LIMIT {{limit:UInt32}}",  # noqa: S608 - a plain name
        {"tenant": tenant or "", "limit": limit},
    )


def traces(settings: ClickHouse, session_id: str, tenant: str | None = None) -> list[Row]:
    """The traces of a session, in order."""
    return _of_session(settings, "traces", "at, source", session_id, tenant)


def steps(settings: ClickHouse, session_id: str, tenant: str | None = None) -> list[Row]:
    """The masked steps of a session, in the order in which they happened."""
    return _of_session(settings, "steps", "at, source, number", session_id, tenant)


def _of_session(settings: ClickHouse, table: str, order: str, session_id: str, tenant: str | None) -> list[Row]:
    where = "AND tenant = {tenant:String}" if tenant else ""
    sql = f"SELECT * FROM {database(settings)}.{table} WHERE session_id = {{session:String}} {where} ORDER BY {order}"  # noqa: S608 - plain names
    return query(settings, sql, {"session": session_id, "tenant": tenant or ""})
