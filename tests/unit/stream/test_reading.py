"""A reader asks again at once only where there is something to read."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.protocol.fetch import FetchRequest

from reticent.settings import Kafka
from reticent.stream.reading import PATIENCE, Consumer

FETCH = FetchRequest(200, 1, 1, 1, [])


async def asked(answer: Any, request: Any = FETCH) -> float:
    """Seconds until a broker's answer, which comes at once, reaches the reader."""
    consumer = Consumer(Kafka(bootstrap="127.0.0.1:1"), "test")
    said = SimpleNamespace(topics=[("topic", [(0, *answer)])])

    async def send(node_id: int, asked: Any) -> Any:
        return said

    consumer._send = send
    began = time.monotonic()
    assert await consumer._client.send(0, request) is said
    return time.monotonic() - began


NOTHING = (0, 5, 5, 0, [], b"")


@pytest.mark.parametrize("answer", [(0, 6, 6, 0, [], b"records"), (6, -1, -1, 0, [], b"")], ids=["records", "error"])
async def test_what_brings_something_is_handed_on_at_once(answer: Any) -> None:
    assert await asked(answer) < PATIENCE


async def test_an_empty_answer_takes_its_time() -> None:
    assert await asked(NOTHING) >= PATIENCE * 0.9


async def test_other_requests_do_not_wait() -> None:
    assert await asked(NOTHING, object()) < PATIENCE


async def test_waiting_can_be_given_up() -> None:
    task = asyncio.create_task(asked(NOTHING))
    await asyncio.sleep(PATIENCE / 4)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
