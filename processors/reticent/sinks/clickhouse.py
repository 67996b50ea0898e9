"""The archive: masked steps and audit evidence in ClickHouse, in batches, to the same effect however often."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import threading
from collections.abc import Sequence
from typing import Any

import msgspec

from ..envelope import source_of
from ..errors import RecordError, ReticentError, ServiceError
from ..formats.registry import Formats
from ..model import RawRecord
from ..schemaregistry import SchemaStore
from ..settings import ClickHouse, Schemas
from .connect import RefusedError, connect, database, explained
from .rows import Row, Rows, merged, rows, skipped

log = logging.getLogger(__name__)


class ClickHouseStore:
    """A sink. What cannot be stored because of its content is skipped, with evidence in `audit`; whatever else is
    wrong (no table, no room, no rights) is waited for."""

    name = "clickhouse"

    def __init__(self, settings: ClickHouse, schemas: SchemaStore | None = None) -> None:
        self._settings = settings
        self._schemas = schemas or SchemaStore(Schemas())
        self._formats = Formats(self._schemas)
        self._database = database(settings)
        self._client: Any = None
        self._turn = threading.Lock()  # a write that was given up ends in its own time, and the client serves one

    async def write(self, records: Sequence[RawRecord]) -> None:
        """Raises ServiceError when ClickHouse cannot be reached or is not able to take it now, or a record's schema
        cannot be had."""
        await self._schemas.require(records)
        await asyncio.to_thread(self._write, records)

    def _write(self, records: Sequence[RawRecord]) -> None:
        with self._turn:
            self._insert(records, [self._rows(record) for record in records])

    def _rows(self, record: RawRecord) -> Rows:
        try:
            return rows(record, self._formats)
        except Exception as error:
            code = error.code if isinstance(error, RecordError) else type(error).__name__
            log.error("%s cannot be stored (%s); it is skipped", source_of(record), code)  # noqa: TRY400 - its text may hold the record's
            return skipped(record, code)

    def _insert(self, records: Sequence[RawRecord], each: Sequence[Rows]) -> None:
        """Halves a batch that is refused until the guilty record stands alone."""
        try:
            for table, found in merged(each).items():
                if found:
                    self._insert_rows(table, found)
        except ServiceError:
            self._drop()
            raise
        except Exception as error:
            if len(records) == 1:
                self._skip(records[0], error)
                return
            half = len(records) // 2
            self._insert(records[:half], each[:half])
            self._insert(records[half:], each[half:])

    def _skip(self, record: RawRecord, error: Exception) -> None:
        """Only what is refused for its own sake, and only where evidence of it can be stored: else nothing may be
        passed over. The driver says in many ways that a value does not fit."""
        if isinstance(error, MemoryError) or (isinstance(error, ReticentError) and not _of_content(error)):
            raise self._not_now(error)
        kind = type(error).__name__
        log.error("ClickHouse refuses the rows of %s (%s); they are skipped", source_of(record), kind)
        try:
            (evidence,) = skipped(record, "refused").items()
            self._insert_rows(*evidence)
        except ServiceError:
            raise
        except Exception as again:
            raise self._not_now(again) from None

    def _not_now(self, error: Exception) -> ServiceError:
        self._drop()
        name = (error.name if isinstance(error, RefusedError) else "") or type(error).__name__
        advice = _ADVICE.get(name, "see its log")
        return ServiceError(f"ClickHouse takes no rows ({name}): {advice}")

    def _insert_rows(self, table: str, found: Sequence[Row]) -> None:
        columns = list(found[0])
        data = [[row[name] for name in columns] for row in found]
        token = hashlib.sha256(msgspec.json.encode([table, columns, data], enc_hook=str)).hexdigest()
        with explained(self._settings):
            if self._client is None:
                self._client = connect(self._settings)
            self._client.insert(
                f"{self._database}.{table}_store",
                data,
                column_names=columns,
                settings={"insert_deduplication_token": token, "async_insert": 0},
            )

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    async def close(self) -> None:
        self._drop()


_ADVICE = {
    "UNKNOWN_TABLE": "run `reticent init`",
    "UNKNOWN_DATABASE": "run `reticent init`",
    "NO_SUCH_COLUMN_IN_TABLE": "run `reticent init`",
    "ACCESS_DENIED": "give its user the right to INSERT",
    "AUTHENTICATION_FAILED": "check the user in clickhouse.dsn and its password",
    "NOT_ENOUGH_SPACE": "make room on its disk",
}


def _of_content(error: ReticentError) -> bool:
    return isinstance(error, RefusedError) and error.of_content
