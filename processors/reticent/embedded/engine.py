"""The engine itself: runs what a request means on chDB, each request on a connection of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .dialect import READS, RefusedError, Request
from .reach import confine

PIECE_BYTES = 1024 * 1024
STD_EXCEPTION = 1001
_CONFIGURATION = Path(__file__).with_name("engine.xml")
_CODE = re.compile(r"Code: (\d+)\. DB::Exception")


@dataclass(frozen=True, slots=True)
class Answer:
    """`format` is None when the statement gives no rows. `seconds`: how long the engine took."""

    content: bytes = b""
    format: str | None = None
    read_rows: int = 0
    read_bytes: int = 0
    written_rows: int = 0
    written_bytes: int = 0
    seconds: float = 0.0


class Engine:
    """Owns a folder, which no other process may have open. `run` may be called from several threads at once."""

    def __init__(self, folder: str) -> None:
        from chdb import session  # noqa: PLC0415 - half a second to load, and only in the engine's process

        connect: Any = session.Session  # without types
        place = f"{folder}?config-file={_CONFIGURATION}&users_config={_CONFIGURATION}"
        self._connect, self._place = connect, place
        self._owner = connect(place)  # while it is open the engine stays loaded
        self.timezone = self._owner.query("SELECT timezone()", "TabSeparated").bytes().decode().strip()

    def run(self, request: Request) -> Answer:
        """Raises RefusedError with ClickHouse's code and words."""
        confine(request)
        connection = self._connect(self._place)
        try:
            for statement in _preparation(request):
                connection.query(statement, "TabSeparated")
            if request.statement.rows is not None:
                return _insert(connection, request, request.statement.rows)
            return _query(connection, request)
        except RuntimeError as error:
            raise _refused(str(error)) from None
        finally:
            connection.close()

    def close(self) -> None:
        self._owner.close()


def _preparation(request: Request) -> list[str]:
    """Statements that give the connection the request's database, settings and parameters."""
    statements = [f"USE {_quoted(request.database, '`')}"] if request.database != "default" else []
    values = {**request.settings, **{f"param_{name}": value for name, value in request.parameters.items()}}
    values.pop("readonly", None)
    if values:
        statements.append("SET " + ", ".join(f"{name} = {_quoted(value)}" for name, value in values.items()))
    read_only = request.settings.get("readonly", "0")
    if request.read_only and read_only == "0":
        read_only = "2"
    if read_only != "0":  # the last one: it forbids further settings
        statements.append(f"SET readonly = {_quoted(read_only)}")
    return statements


def _query(connection: Any, request: Request) -> Answer:
    statement = request.statement
    result = connection.query(statement.text, request.format)
    content = bytes(result.bytes() or b"")
    answers = bool(content) or statement.kind in READS
    return Answer(
        content,
        request.format if answers else None,
        read_rows=int(result.rows_read()),
        read_bytes=int(result.bytes_read()),
        seconds=float(result.elapsed()),
    )


def _insert(connection: Any, request: Request, rows: bytes) -> Answer:
    with connection.send_insert(request.statement.text, request.statement.format) as inserter:
        for start in range(0, len(rows), PIECE_BYTES):
            inserter.append(rows[start : start + PIECE_BYTES])
        result = inserter.finish()
    return Answer(
        written_rows=int(result.rows_written), written_bytes=int(result.bytes_written), seconds=float(result.elapsed)
    )


def _refused(message: str) -> RefusedError:
    found = _CODE.search(message)
    if found is None:
        return RefusedError(STD_EXCEPTION, message)
    return RefusedError(int(found.group(1)), message[found.end() :].lstrip(": "))


def _quoted(text: str, mark: str = "'") -> str:
    return mark + text.replace("\\", "\\\\").replace(mark, "\\" + mark) + mark
