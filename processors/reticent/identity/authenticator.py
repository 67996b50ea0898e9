"""Authentication of records: from the authorization header to an identity, or a refusal with its code."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from .. import settings
from ..errors import AuthenticationError
from ..model import Identity, RawRecord
from . import token as tokens
from .cache import Outcome, TokenCache, Verified
from .claims import ClaimMapping
from .keyring import KeyRing, Timing
from .keys import KeySet
from .sources import FileSource, UnavailableError, key_source

log = logging.getLogger(__name__)

_LOG_APPEND_TIME = 1


@dataclass(frozen=True, slots=True)
class _Trusted:
    """One row of identity.issuers, ready to use."""

    settings: settings.Issuer
    mapping: ClaimMapping
    ring: KeyRing


class Authenticator:
    """Authenticates records against `identity.issuers`.

    `prepare` runs in the event loop and fetches keys; `authenticate` does no I/O and may run in any thread.
    `lag_seconds`: how long after its token's end a record that was appended in time is still taken.
    `topics`: the tenant of each topic that belongs to one; nobody else's records are taken there.
    """

    def __init__(
        self,
        identity: settings.Identity,
        *,
        lag_seconds: float,
        topics: Mapping[str, str] = MappingProxyType({}),
        base: Path | None = None,
    ) -> None:
        self._lag, self._topics = lag_seconds, topics
        self._tenants = frozenset(identity.tenants) if identity.tenants is not None else None
        self._cache = TokenCache()
        self._issuers: dict[str, list[_Trusted]] = {}
        for each in identity.issuers:
            ring = _ring(each, Timing(identity.refresh, identity.cooldown), base or Path.cwd())
            self._issuers.setdefault(each.issuer, []).append(_Trusted(each, ClaimMapping(each), ring))

    async def prepare(self, records: Sequence[RawRecord]) -> None:
        """Fetches the keys that these records' tokens need. Bounded in time; never raises.

        A batch waits up to half a minute for the first keys of an issuer; keys once had are used until the issuer
        gives others."""
        wanted: dict[str, set[str | None]] = {}
        for value in {value for record in records for name, value in record.headers if name.lower() == "authorization"}:
            with contextlib.suppress(AuthenticationError):
                head, issuer = tokens.read_unverified(tokens.bearer([("authorization", value)]))
                if issuer in self._issuers:
                    wanted.setdefault(issuer, set()).add(head.kid)
        asked = [each.ring.ready(kids) for issuer, kids in wanted.items() for each in self._issuers[issuer]]
        for result in await asyncio.gather(*asked, return_exceptions=True):
            if isinstance(result, Exception):
                log.error("fetching keys failed unexpectedly: %s", type(result).__name__)

    def authenticate(self, record: RawRecord, now: float) -> Identity:
        """Who wrote the record. `now`: seconds since the epoch.

        Raises AuthenticationError, whose code says what is wrong; its message holds nothing of the token."""
        token = tokens.bearer(record.headers)
        verified = self._verified(token)
        if verified.identity.tenant != self._topics.get(record.topic, verified.identity.tenant):
            raise AuthenticationError("wrong-tenant-topic", "the topic belongs to another tenant than the token's")
        self._judge_times(verified, record, now)
        return verified.identity

    async def aclose(self) -> None:
        for trusted in self._issuers.values():
            for each in trusted:
                await each.ring.close()

    def _verified(self, token: bytes) -> Verified:
        """Once per token and key set; what depends on time is not in it."""
        key = TokenCache.key(token)
        known = self._cache.get(key)
        if known is not None and known[1].keys == self._keys(known[0]):
            return known[1].result()
        head, issuer = tokens.read_unverified(token)
        if issuer not in self._issuers:
            raise AuthenticationError("unknown-issuer", "the token's issuer is not one of identity.issuers")
        outcome = self._first_that_fits(token, head, issuer)
        self._cache.put(key, issuer, outcome)
        return outcome.result()

    def _keys(self, issuer: str) -> tuple[KeySet | None, ...]:
        return tuple(each.ring.keys for each in self._issuers[issuer])

    def _first_that_fits(self, token: bytes, head: tokens.Head, issuer: str) -> Outcome:
        """An issuer may stand in several rows, for several audiences: the row of the token's own audience counts."""
        at_hand = self._keys(issuer)
        refused: AuthenticationError | None = None
        for trusted, keys in zip(self._issuers[issuer], at_hand, strict=True):
            if keys is None:
                continue
            try:
                return Outcome(at_hand, self._verify(token, head, trusted, keys))
            except AuthenticationError as error:
                if refused is None or error.code != "wrong-audience":
                    refused = error
        if refused is None or None in at_hand:
            raise AuthenticationError("keys-unavailable", "the issuer's keys could not be had to verify the token with")
        return Outcome(at_hand, code=refused.code, message=refused.message)

    def _verify(self, token: bytes, head: tokens.Head, trusted: _Trusted, keys: KeySet) -> Verified:
        issuer = trusted.settings
        claims = tokens.verify(token, head, keys, issuer=issuer.issuer, audience=[issuer.audience])
        identity = trusted.mapping.identity(claims)
        if self._tenants is not None and identity.tenant not in self._tenants:
            raise AuthenticationError("unknown-tenant", "the token's tenant is not one of identity.tenants")
        return Verified(identity, float(claims["iat"]), float(claims.get("nbf") or 0.0), issuer.leeway)

    def _judge_times(self, verified: Verified, record: RawRecord, now: float) -> None:
        """At the moment the broker appended the record, where it says so: a token may end while records queue."""
        appended = record.timestamp_type == _LOG_APPEND_TIME and record.timestamp > 0
        at = record.timestamp / 1000 if appended else now
        ends, leeway = verified.identity.expires_at, verified.leeway
        if at >= ends + leeway:
            where = "appended" if appended else "processed"
            raise AuthenticationError("expired", f"the token ended {_span(at - ends)} before the record was {where}")
        if max(verified.not_before, verified.issued_at) > at + leeway:
            raise AuthenticationError("not-yet-valid", "the token is from the future: its nbf or iat is yet to come")
        if now - ends > self._lag:
            raise AuthenticationError(
                "stale", f"the record was appended in time, but waited until {now - ends:.0f} s after its token's end"
            )


def _ring(issuer: settings.Issuer, timing: Timing, base: Path) -> KeyRing:
    """A key set in a file is read at once where it can be, so that `authenticate` needs no `prepare`."""
    source = key_source(issuer.issuer, issuer.jwks, base)
    ring = KeyRing(source, timing)
    if isinstance(source, FileSource):
        with contextlib.suppress(UnavailableError, ValueError):
            ring.take(source.read_now())
    return ring


def _span(seconds: float) -> str:
    """A time span in the largest unit that it holds two of."""
    for unit, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
