"""Where a group stands in its topics, and where these end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from ..settings import Kafka
from .connection import client_arguments


def transactional_id(group: str, sources: Sequence[TopicPartition]) -> str:
    """Of whoever owns this partition of all these topics."""
    return "-".join([group, *sorted({source.topic for source in sources}), str(sources[0].partition)])


class CommittedOffsets:
    """Reads a group's committed offsets, and where logs end, with one set of clients for all partitions of a role."""

    def __init__(self, kafka: Kafka, group: str) -> None:
        self._kafka, self._group = kafka, group
        self._client: AIOKafkaAdminClient | None = None
        self._reader: AIOKafkaConsumer | None = None
        self._lock = asyncio.Lock()

    async def read(self, sources: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """The next offset to process of each source; 0 where nothing was committed. Raises KafkaError."""
        async with self._lock:
            if self._client is None:
                client = AIOKafkaAdminClient(**client_arguments(self._kafka), client_id=f"{self._group}-offsets")
                await client.start()
                self._client = client
            try:
                found = await self._client.list_consumer_group_offsets(self._group, partitions=list(sources))
                return {source: max(0, found[source].offset) for source in sources}
            except KeyError as error:  # an error of the whole answer leaves it empty
                await self._close()
                raise KafkaError("the group's coordinator did not answer with offsets") from error
            except (KafkaError, OSError):
                await self._close()
                raise

    async def ends(self, sources: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """The offset that the next record of each source will have. Raises KafkaError."""
        async with self._lock:
            try:
                if self._reader is None:
                    self._reader = AIOKafkaConsumer(**client_arguments(self._kafka), client_id=f"{self._group}-ends")
                    await self._reader.start()
                found: dict[TopicPartition, int] = await self._reader.end_offsets(list(sources))
            except (KafkaError, OSError):
                await self._close()
                raise
            return found

    async def close(self) -> None:
        async with self._lock:
            await self._close()

    async def _close(self) -> None:
        client, self._client = self._client, None
        reader, self._reader = self._reader, None
        for ending in (client.close if client else None, reader.stop if reader else None):
            if ending is not None:
                with contextlib.suppress(KafkaError, OSError):
                    await ending()
