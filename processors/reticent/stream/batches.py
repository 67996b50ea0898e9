"""Outgoing records as batches per partition: the last gate, where what is not masked is stopped."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.partitioner import murmur2

from ..errors import UnmaskedError
from ..model import Evidence, Header, Masked, Outgoing, Topic
from .topics import TopicNames


@dataclass(frozen=True, slots=True)
class Parcel:
    """One record ready to go. `index` is that of the source record it comes from."""

    index: int
    topic: str
    key: bytes
    value: bytes | None
    headers: list[Header]


@dataclass(frozen=True, slots=True)
class Sending:
    """A batch on its way: the source records it holds outputs of, and the broker's answer."""

    topic: str
    indexes: tuple[int, ...]
    answer: asyncio.Future[Any]


def check(outputs: Sequence[Sequence[Outgoing]], names: TopicNames) -> list[Parcel]:
    """The outputs of source records 0, 1, ... as parcels, in order. Raises UnmaskedError."""
    return [
        Parcel(index, names.name(record.topic, record.tenant), record.key, _payload(record), _headers(record))
        for index, records in enumerate(outputs)
        for record in records
    ]


def _payload(record: Outgoing) -> bytes | None:
    value = record.value
    if type(value) is Masked or type(value) is Evidence:
        return value.content
    if value is None and record.topic is Topic.APPROVAL_STATE:
        return None
    raise UnmaskedError(f"a value of type {type(value).__name__} was about to leave on {record.topic}")


def _headers(record: Outgoing) -> list[Header]:
    headers = list(record.headers)
    if any(name.lower() == "authorization" for name, _ in headers):
        raise UnmaskedError(f"an authorization header was about to leave on {record.topic}")
    return headers


_hash = functools.lru_cache(maxsize=65_536)(murmur2)


async def send(
    producer: AIOKafkaProducer, parcels: Iterable[Parcel], alone: set[str], pinned: Mapping[str, int]
) -> list[Sending]:
    """Hands everything to the producer, each partition's in order, and does not wait for the broker's answers.

    `alone`: topics whose records go one a batch. A record larger than a batch goes alone anyway. `pinned`: topics
    whose records go to this partition, whatever their key."""
    placed: dict[TopicPartition, list[Parcel]] = {}
    counts: dict[str, int] = {}
    for parcel in parcels:
        if parcel.topic not in counts:
            counts[parcel.topic] = len(await producer.partitions_for(parcel.topic))
        # the same choice as every Kafka client's default partitioner makes
        chosen = (_hash(parcel.key) & 0x7FFFFFFF) % counts[parcel.topic]
        partition = pinned.get(parcel.topic, chosen)
        placed.setdefault(TopicPartition(parcel.topic, partition), []).append(parcel)
    sent = await asyncio.gather(
        *(_fill(producer, target, waiting, alone=target.topic in alone) for target, waiting in placed.items())
    )
    return [sending for part in sent for sending in part]


async def _fill(
    producer: AIOKafkaProducer, target: TopicPartition, parcels: Sequence[Parcel], *, alone: bool
) -> list[Sending]:
    sendings: list[Sending] = []
    now = int(time.time() * 1000)
    batch, indexes = producer.create_batch(), list[int]()

    async def close() -> None:
        batch.close()
        answer = await producer.send_batch(batch, target.topic, partition=target.partition)
        answer.add_done_callback(heard)
        sendings.append(Sending(target.topic, tuple(indexes), answer))

    for parcel in parcels:
        for _ in range(2):  # an empty batch takes any record
            added = batch.append(timestamp=now, key=parcel.key, value=parcel.value, headers=parcel.headers)
            if added is not None:
                break
            await close()
            batch, indexes = producer.create_batch(), []
        indexes.append(parcel.index)
        if alone:
            await close()
            batch, indexes = producer.create_batch(), []
    if indexes:
        await close()
    return sendings


def heard(answer: asyncio.Future[Any]) -> None:
    """Nobody may be waiting any more when a batch of an abandoned transaction fails."""
    if not answer.cancelled():
        answer.exception()
