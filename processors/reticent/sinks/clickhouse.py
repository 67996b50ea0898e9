"""The archive: masked steps and audit evidence in ClickHouse, in batches, to the same effect however often."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from typing import Any

import msgspec

from ..envelope import source_of
from ..errors import RecordError, ReticentError, ServiceError
from ..model import RawRecord
from ..settings import ClickHouse
from .connect import connect, database, explained
from .rows import Row, Rows, merged, rows, skipped

log = logging.getLogger(__name__)


class ClickHouseStore:
    """A sink. What ClickHouse cannot take because of its content is skipped, with evidence in `audit`."""

    name = "clickhouse"

    def __init__(self, settings: ClickHouse) -> None:
        self._settings = settings
        self._database = database(settings)
        self._client: Any = None

    async def write(self, records: Sequence[RawRecord]) -> None:
        """Raises ServiceError when ClickHouse cannot be reached or is not able to take it now."""
        await asyncio.to_thread(self._write, records)

    def _write(self, records: Sequence[RawRecord]) -> None:
        self._insert(records, [self._rows(record) for record in records])

    def _rows(self, record: RawRecord) -> Rows:
        try:
            return rows(record)
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
        except ReticentError:
            if len(records) > 1:
                half = len(records) // 2
                self._insert(records[:half], each[:half])
                self._insert(records[half:], each[half:])
                return
            log.error("ClickHouse refuses the rows of %s; they are skipped", source_of(records[0]))  # noqa: TRY400 - as above
            if set(each[0]) != {"audit"}:
                self._insert(records, [skipped(records[0], "refused")])

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
