"""The keys of one issuer as they change: fetched when they are needed, kept when the issuer does not answer."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .keys import USABLE, KeySet, parse_key_set
from .sources import KeySource, UnavailableError

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 30.0
"""How long one batch waits for the first keys of an issuer that does not answer."""
BACKOFF_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
UNKNOWN_MOST = 1024
UNKNOWN_COOLDOWNS = 5
"""For how many cool-downs a key id that was not there is not asked for again."""


@dataclass(frozen=True, slots=True)
class Timing:
    """In seconds. `refresh`: when keys are asked for again anyway. `cooldown`: the least time between two requests
    that unknown key ids cause. `patience`: how long one batch waits for the first keys."""

    refresh: float
    cooldown: float
    patience: float = PATIENCE_SECONDS


class KeyRing:
    """`keys` is swapped by one reference, so that any thread may read it; all else belongs to the event loop."""

    def __init__(self, source: KeySource, timing: Timing, clock: Callable[[], float] = time.monotonic) -> None:
        self.keys: KeySet | None = None
        self._source, self._timing, self._clock = source, timing, clock
        self._asked = self._answered = float("-inf")
        self._unknown: OrderedDict[str, float] = OrderedDict()
        self._fetching: asyncio.Task[bool] | None = None

    async def ready(self, kids: Iterable[str | None]) -> None:
        """Waits, within bounds, until keys are there that may know these key ids. Never raises."""
        if self.keys is None:
            await self._first()
            return
        if self._source.changed():
            await self._fetch()
        wanted = {kid for kid in kids if kid is not None and not self.keys.knows(kid) and not self._is_unknown(kid)}
        if wanted and self._is_cool():
            await self._fetch()
            self._note_unknown(wanted)
        elif self._is_due():
            self._start()  # the keys at hand are good until the new ones come

    async def close(self) -> None:
        if self._fetching is not None and not self._fetching.done():
            self._fetching.cancel()
            await asyncio.wait([self._fetching])

    async def _first(self) -> None:
        """Records must not be refused because the issuer is away for a moment."""
        end = self._clock() + self._timing.patience
        for pause in itertools.chain(BACKOFF_SECONDS, itertools.repeat(BACKOFF_SECONDS[-1])):
            if await self._fetch() or self._clock() + pause > end:
                return
            await asyncio.sleep(pause)

    def _is_cool(self) -> bool:
        return self._clock() - self._asked >= self._timing.cooldown

    def _is_due(self) -> bool:
        return self._clock() - self._answered >= self._timing.refresh and self._is_cool()

    def _is_unknown(self, kid: str) -> bool:
        return self._unknown.get(kid, float("-inf")) > self._clock()

    def _note_unknown(self, kids: Iterable[str]) -> None:
        keys = self.keys
        for kid in kids:
            if keys is not None and not keys.knows(kid):
                self._unknown[kid] = self._clock() + UNKNOWN_COOLDOWNS * self._timing.cooldown
                while len(self._unknown) > UNKNOWN_MOST:
                    self._unknown.popitem(last=False)

    async def _fetch(self) -> bool:
        # A batch that is cancelled must not cancel the fetch that other partitions wait for.
        return await asyncio.shield(self._start())

    def _start(self) -> asyncio.Task[bool]:
        if self._fetching is None or self._fetching.done():
            self._asked = self._clock()
            self._fetching = asyncio.ensure_future(self._load())
        return self._fetching

    async def _load(self) -> bool:
        try:
            self.take(await self._source.read())
        except (UnavailableError, ValueError) as error:
            log.warning("keys of %s: %s", self._source.name, error)
            return False
        return True

    def take(self, content: bytes) -> None:
        """These are the keys from now on. Raises ValueError where they are none."""
        fresh = parse_key_set(content)
        if not fresh.keys:
            log.warning("keys of %s: none is %s, so no token of theirs holds", self._source.name, USABLE)
        # Equal keys keep the reference, and with it what the token cache knows.
        if self.keys is None or self.keys.digest != fresh.digest:
            self.keys = fresh
            self._unknown.clear()
        self._answered = self._clock()
