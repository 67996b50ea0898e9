"""Whether Kafka answers, asked all the time: what /readyz says of it, and the one line that an outage gets.

Consumers and producers wait for brokers that are away, and go on by themselves; they tell nobody."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

from ..settings import Kafka
from .connection import client_arguments, why

log = logging.getLogger(__name__)

SECONDS = 2.0
"""Between two questions."""
PATIENCE_SECONDS = 5.0
"""How long an answer may take."""
REMIND_SECONDS = 60.0


class Pulse:
    """Asks for what brokers say about `topic`, until it is cancelled."""

    def __init__(self, kafka: Kafka, topic: str) -> None:
        self._kafka, self._topic = kafka, topic
        self._client: AIOKafkaClient | None = None
        self.silence = ""
        """What is wrong, as a sentence; empty while Kafka answers."""
        self.answered = self.back = time.monotonic()
        """When it answered last, and since when it does."""

    @property
    def seconds(self) -> float:
        """For how long it has answered without a break."""
        return 0.0 if self.silence else time.monotonic() - self.back

    async def run(self) -> None:
        told = -REMIND_SECONDS
        try:
            while True:
                self.silence = await self._ask()
                now = time.monotonic()
                if self.silence and now - told > REMIND_SECONDS:
                    log.error("%s; waiting for it, nothing is lost", self.silence)
                    told = now
                elif not self.silence:
                    if told > self.answered:
                        log.info("Kafka answers again, after %.0f s", now - self.answered)
                        self.back = now
                    self.answered, told = now, -REMIND_SECONDS
                await asyncio.sleep(SECONDS)
        finally:
            await self._close()

    async def _ask(self) -> str:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                if self._client is None:
                    self._client = AIOKafkaClient(**client_arguments(self._kafka), client_id="reticent-pulse")
                    await self._client.bootstrap()
                    self._client.set_topics([self._topic])
                answers = await self._client.force_metadata_update()  # of any broker
            error = None if answers else KafkaError("no broker answers")
        except (KafkaError, OSError, TimeoutError) as failed:
            error = failed
        if error is None:
            return ""
        await self._close()  # the next question begins with kafka.bootstrap again, as brokers may have moved
        return str(await why(self._kafka, error))

    async def _close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(KafkaError, OSError, TimeoutError):
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await client.close()
