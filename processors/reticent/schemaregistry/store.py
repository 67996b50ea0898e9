"""Schemas by id: fetched in the event loop before a batch is judged, known at once to whoever judges it."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

from ..envelope import FORMAT, SCHEMAS, schema_of
from ..errors import DecodeError, ServiceError
from ..formats.avro.registered import GUID_HEADER, MAGIC, NAMED, Avro, JsonSchema, NoSchemas, SchemaId, schema_id
from ..formats.avro.schema import Schema, SchemaError
from ..formats.encoding import beginning
from ..model import RawRecord
from ..settings import Schemas as SchemaSettings
from .registry import FETCH_SECONDS
from .sources import SchemaSource, UnavailableError, sources

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 30.0
"""How long one batch waits for schemas that cannot be had."""
BACKOFF_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
BATCH_MOST = 64
"""Ids that one batch may ask for: what it needs beyond is asked for with a later one."""
AT_ONCE = 8
SCHEMAS_MOST = 1024
UNKNOWN_MOST = 1024


class SchemaStore:
    """Raises ConfigError for settings that cannot work. `get` may be called by any thread, all else belongs to the
    event loop. A schema that is known is never asked for again; an id that is not is, after a cool-down."""

    def __init__(
        self,
        settings: SchemaSettings,
        *,
        patience: float = PATIENCE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sources: Sequence[SchemaSource] = sources(settings)
        self._cooldown, self._patience, self._clock = settings.cooldown, patience, clock
        self._known: OrderedDict[SchemaId, Schema] = OrderedDict()
        self._unknown: OrderedDict[SchemaId, tuple[float, str]] = OrderedDict()

    def get(self, number: SchemaId) -> Schema:
        """Raises DecodeError: unknown-schema, schema-unavailable."""
        found = self._known.get(number)
        if found is not None:
            return found
        if not self._sources:
            return NoSchemas().get(number)
        unknown = self._unknown.get(number)
        if unknown is not None:
            raise DecodeError("unknown-schema", f"the schema {number} of the record {unknown[1]}")
        raise DecodeError("schema-unavailable", f"the schema {number} could not be had to read the record with")

    async def prepare(self, records: Sequence[RawRecord]) -> frozenset[SchemaId]:
        """Fetches the schemas that these records need; those that could not be had now. Bounded in time; never
        raises."""
        return await self.ready(number for record in records for number in numbers_of(record))

    async def require(self, records: Sequence[RawRecord]) -> None:
        """`prepare` for who has no way on without them. Raises ServiceError: not now."""
        missing = await self.prepare(records)
        if missing:
            raise ServiceError(
                f"the schema {min(map(str, missing))} of a record cannot be had: see schemas.registry and its log"
            )

    async def ready(self, numbers: Iterable[SchemaId]) -> frozenset[SchemaId]:
        """The same by ids."""
        if not self._sources:
            return frozenset()
        now, wanted = self._clock(), []
        for number in sorted(set(numbers), key=str):
            if number in self._known:
                self._known.move_to_end(number)  # what a batch needs is not what makes room
            elif not self._is_unknown(number, now):
                wanted.append(number)
        asked, later = wanted[:BATCH_MOST], wanted[BATCH_MOST:]
        turn, end = asyncio.Semaphore(AT_ONCE), now + self._patience
        had = await asyncio.gather(*(self._fetched(number, turn, end) for number in asked))
        return frozenset(later).union(number for number, found in zip(asked, had, strict=True) if not found)

    def _is_unknown(self, number: SchemaId, now: float) -> bool:
        return number in self._unknown and self._unknown[number][0] > now

    async def _fetched(self, number: SchemaId, turn: asyncio.Semaphore, end: float) -> bool:
        """Whether there is an answer, be it that there is none. Records must not be refused because a registry is
        away for a moment."""
        for pause in itertools.chain(BACKOFF_SECONDS, itertools.repeat(BACKOFF_SECONDS[-1])):
            async with turn:
                if self._clock() > end + FETCH_SECONDS:
                    break
                if await self._try(number):
                    return True
            if self._clock() + pause > end:
                break
            await asyncio.sleep(pause)
        return False

    async def _try(self, number: SchemaId) -> bool:
        try:
            found = await self._read(number)
        except SchemaError as error:
            self._note_unknown(number, f"cannot be read: {error}")
        except UnavailableError as error:
            log.warning("schema %s: %s", number, error)
            return False
        except Exception as error:
            log.error("fetching a schema failed unexpectedly: %s", type(error).__name__)  # noqa: TRY400
            return False
        else:
            if found is None:
                self._note_unknown(number, "is not there")
            else:
                self._note(number, found)
        return True

    async def _read(self, number: SchemaId) -> Schema | None:
        for source in self._sources:
            found = await source.read(number)
            if found is not None:
                return found
        return None

    def _note(self, number: SchemaId, found: Schema) -> None:
        self._unknown.pop(number, None)
        self._known[number] = found
        while len(self._known) > SCHEMAS_MOST:
            self._known.popitem(last=False)

    def _note_unknown(self, number: SchemaId, why: str) -> None:
        log.warning("schema %s: %s", number, why)
        self._unknown[number] = (self._clock() + self._cooldown, why)
        self._unknown.move_to_end(number)
        while len(self._unknown) > UNKNOWN_MOST:
            self._unknown.popitem(last=False)


class SchemasAtOnce(SchemaStore):
    """For commands that have no event loop: what is not known is fetched when it is asked for."""

    def __init__(self, settings: SchemaSettings) -> None:
        super().__init__(settings, patience=0.0)

    def get(self, number: SchemaId) -> Schema:
        asyncio.run(self.ready([number]))
        return super().get(number)


def numbers_of(record: RawRecord) -> list[SchemaId]:
    """The ids of the schema that a record's header names, or that its payload begins with. Only what is said to be in
    this framing begins with a GUID: a byte of 1 may begin anything."""
    payload = record.value or b""
    names = {name.lower(): value or b"" for name, value in record.headers}
    told = next((name for name in SCHEMAS if name in names), None)
    if told is not None:
        try:
            found = schema_id(schema := schema_of(told, names[told]))
        except DecodeError:
            return []  # the record is refused for it
        # once it stands in front of the payload nothing says any more which of a registry's numbers it is
        plain = schema_id(MAGIC + schema[1:]) if schema[:1] in NAMED else None
        return [number for number in (found, plain) if number is not None]
    encoding = names.get("content-encoding", b"").decode("ascii", "replace").strip().lower()
    found = schema_id(beginning(payload, encoding, GUID_HEADER) if encoding else payload[:GUID_HEADER])
    said = names.get(FORMAT, b"").decode("ascii", "replace") in (Avro.name, JsonSchema.name)
    return [found] if isinstance(found, int) or (found is not None and said) else []
