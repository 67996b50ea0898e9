"""What verification said about a token, remembered by the token's digest, so that it is said once."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass

from ..errors import AuthenticationError
from ..model import Identity
from .keys import KeySet


@dataclass(frozen=True, slots=True)
class Verified:
    """A token whose signature, issuer, audience and claims hold. Times (in seconds since the epoch) come later."""

    identity: Identity
    issued_at: float
    not_before: float
    leeway: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """It holds for as long as `keys` are the issuer's keys, row by row of the configuration."""

    keys: tuple[KeySet | None, ...]
    verified: Verified | None = None
    code: str = ""
    message: str = ""

    def result(self) -> Verified:
        """Raises AuthenticationError."""
        if self.verified is None:
            raise AuthenticationError(self.code, self.message)
        return self.verified


class TokenCache:
    """The latest outcomes, least recently used dropped first. Any thread may use it. It never holds a token."""

    def __init__(self, most: int = 4096) -> None:
        self._most = most
        self._outcomes: OrderedDict[bytes, tuple[str, Outcome]] = OrderedDict()
        self._lock = threading.Lock()

    @staticmethod
    def key(token: bytes) -> bytes:
        return hashlib.sha256(token).digest()

    def get(self, key: bytes) -> tuple[str, Outcome] | None:
        """The issuer and the outcome."""
        with self._lock:
            found = self._outcomes.get(key)
            if found is not None:
                self._outcomes.move_to_end(key)
            return found

    def put(self, key: bytes, issuer: str, outcome: Outcome) -> None:
        with self._lock:
            self._outcomes[key] = (issuer, outcome)
            self._outcomes.move_to_end(key)
            while len(self._outcomes) > self._most:
                self._outcomes.popitem(last=False)

    def __len__(self) -> int:
        return len(self._outcomes)
