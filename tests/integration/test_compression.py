"""How a topic's records are compressed is its producers' and its owner's choice: the gateway reads them all.

Here a tenant's name is a codec, its raw topic is the broker's own to compress with it, and its producer compresses too.
"""

from __future__ import annotations

from aiokafka import AIOKafkaProducer
from aiokafka.admin import NewTopic
from msgspec.structs import replace

from reticent.model import Topic
from reticent.settings import Identity, Settings
from reticent.stream import topics
from reticent.stream.connection import admin, client_arguments
from reticent.stream.topics import CONFIGURATION, TopicNames

from .kafka import Stack
from .trivial import eventually, running, visible

CODECS = ("gzip", "snappy", "lz4", "zstd")
WORDS = {codec: f"what was compressed with {codec} " * 50 for codec in CODECS}


async def made(stack: Stack, owner: dict[str, str]) -> Settings:
    """Topics of their own: a raw one for each codec, which its owner configured so."""
    settings = stack.settings(identity=Identity(tenants=CODECS))
    named = replace(settings.topics, raw=settings.topics.raw + ".{tenant}")
    settings = replace(settings, topics=named)
    raw = {codec: TopicNames(settings).name(Topic.RAW, codec) for codec in CODECS}
    async with admin(settings.kafka) as client:
        await client.create_topics([
            NewTopic(name, 1, 1, topic_configs={**CONFIGURATION[Topic.RAW], "compression.type": owner[codec]})
            for codec, name in raw.items()
        ])  # fmt: skip
    await visible(settings, *raw.values())
    await topics.init(settings, 1)
    return settings


async def publish(settings: Settings, codec: str, compression: str | None) -> None:
    client = AIOKafkaProducer(**client_arguments(settings.kafka), compression_type=compression)
    await client.start()
    try:
        topic = TopicNames(settings).name(Topic.RAW, codec)
        await client.send_and_wait(topic, WORDS[codec].encode(), key=b"k")
    finally:
        await client.stop()


async def test_records_are_read_however_their_producer_compressed_them(stack: Stack) -> None:
    settings = await made(stack, dict.fromkeys(CODECS, "producer"))
    async with running(settings, "gateway"):
        for codec in CODECS:
            await publish(settings, codec, codec)
        found = await eventually(settings, settings.topics.verdicts, len(CODECS))
    assert sorted(found) == sorted(WORDS.values())


async def test_records_are_read_however_the_topics_owner_has_them_stored(real_stack: Stack) -> None:
    """The broker's own libraries compress here: their framing differs from what a Python client writes."""
    settings = await made(real_stack, {codec: codec for codec in CODECS})
    for codec in CODECS:
        await publish(settings, codec, None)
    async with running(settings, "gateway"):
        found = await eventually(settings, settings.topics.verdicts, len(CODECS))
    assert sorted(found) == sorted(WORDS.values())
