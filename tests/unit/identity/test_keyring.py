"""Keys as they change: fetched once, kept through an outage, asked for again with restraint."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from reticent import settings
from reticent.errors import AuthenticationError
from reticent.identity import Authenticator, keyring
from reticent.identity.issuer import LocalIssuer
from reticent.identity.keyring import KeyRing, Timing
from reticent.identity.sources import DiscoverySource, FileSource, UnavailableError, UrlSource

from .conftest import NOW, WHO, record


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Memory:
    """A source under the test's control."""

    name = "memory"

    def __init__(self, issuer: LocalIssuer) -> None:
        self.issuer, self.down, self.reads = issuer, False, 0

    def changed(self) -> bool:
        return False

    async def read(self) -> bytes:
        self.reads += 1
        await asyncio.sleep(0)
        if self.down:
            raise UnavailableError("down")
        return msgspec.json.encode(self.issuer.jwks())


@pytest.fixture
def source(issuer: LocalIssuer) -> Memory:
    return Memory(issuer)


def ring_of(source: Memory, clock: Clock, patience: float = 0.0) -> KeyRing:
    return KeyRing(source, Timing(refresh=3600, cooldown=30, patience=patience), clock)


async def test_keys_are_fetched_once_by_many_who_wait(source: Memory, issuer: LocalIssuer) -> None:
    ring = ring_of(source, Clock())
    await asyncio.gather(*(ring.ready([issuer.kid]) for _ in range(20)))
    assert ring.keys is not None
    assert source.reads == 1


async def test_an_unknown_key_id_asks_again_but_not_within_the_cooldown(source: Memory, issuer: LocalIssuer) -> None:
    clock = Clock()
    ring = ring_of(source, clock)
    await ring.ready([issuer.kid])
    new = issuer.rotate()
    await ring.ready([new])
    assert source.reads == 1
    clock.now += 31
    await ring.ready([new])
    assert source.reads == 2
    assert ring.keys is not None
    assert ring.keys.knows(new)


async def test_invented_key_ids_cause_one_request_a_cooldown_and_little_memory(source: Memory) -> None:
    clock = Clock()
    ring = ring_of(source, clock)
    await ring.ready(["first"])
    for batch in range(100):
        clock.now += 1
        await ring.ready([f"invented-{batch}-{number}" for number in range(100)])
    assert source.reads <= 1 + 4
    assert len(ring._unknown) <= keyring.UNKNOWN_MOST


async def test_a_key_id_that_was_not_there_is_not_asked_for_again_and_again(source: Memory) -> None:
    clock = Clock()
    ring = ring_of(source, clock)
    await ring.ready(["gone"])
    for _ in range(4):
        clock.now += 31
        await ring.ready(["gone"])
    assert source.reads == 2


async def test_keys_are_kept_while_the_issuer_is_away(source: Memory, issuer: LocalIssuer) -> None:
    clock = Clock()
    ring = ring_of(source, clock)
    await ring.ready([issuer.kid])
    source.down = True
    clock.now += 10_000
    await ring.ready([issuer.kid])
    await asyncio.sleep(0.01)  # the refresh runs beside the batch
    assert source.reads == 2
    assert ring.keys is not None
    source.down = False
    issuer.rotate(keep=False)
    clock.now += 31
    await ring.ready([issuer.kid])
    assert ring.keys.knows(issuer.kid)


@pytest.mark.parametrize("left", [[], ["enc"]])
async def test_an_answer_without_keys_revokes_and_no_answer_does_not(
    issuer: LocalIssuer, tmp_path: Path, left: list[str]
) -> None:
    path = issuer.write_jwks(tmp_path / "keys.json")
    row = settings.Issuer(issuer=issuer.url, audience=issuer.audience, jwks=path.name)
    known = Authenticator(settings.Identity(issuers=(row,), cooldown=0.0), lag_seconds=60, base=tmp_path)
    sent = record(issuer.token(**WHO))
    assert known.authenticate(sent, NOW)
    path.write_text('{"keys": ')
    await known.prepare([sent])
    assert known.authenticate(sent, NOW)
    path.write_bytes(msgspec.json.encode({"keys": [issuer.jwks()["keys"][0] | {"use": use} for use in left]}))
    known._issuers[issuer.url][0].ring._source._looked = float("-inf")  # a second has passed
    await known.prepare([sent])
    with pytest.raises(AuthenticationError) as caught:
        known.authenticate(sent, NOW)
    assert caught.value.code == "unknown-key"
    await known.aclose()


async def test_equal_keys_keep_their_reference(source: Memory, issuer: LocalIssuer) -> None:
    clock = Clock()
    ring = ring_of(source, clock)
    await ring.ready([issuer.kid])
    before = ring.keys
    clock.now += 4000
    await ring.ready([issuer.kid])
    await asyncio.sleep(0.01)
    assert source.reads == 2
    assert ring.keys is before


async def test_the_first_keys_are_waited_for_within_bounds(source: Memory, issuer: LocalIssuer) -> None:
    source.down = True
    ring = KeyRing(source, Timing(refresh=60, cooldown=60, patience=0.5))
    waiting = asyncio.ensure_future(ring.ready([issuer.kid]))
    await asyncio.sleep(0.05)
    source.down = False
    await waiting
    assert ring.keys is not None
    source.down = True
    hopeless = KeyRing(source, Timing(refresh=60, cooldown=60, patience=0.3))
    async with asyncio.timeout(3):
        await hopeless.ready([issuer.kid])
    assert hopeless.keys is None


async def test_keys_that_cannot_be_had_are_a_refusal_of_their_own(issuer: LocalIssuer, tmp_path: Path) -> None:
    row = settings.Issuer(issuer=issuer.url, audience="reticent", jwks=str(tmp_path / "missing.json"))
    known = Authenticator(settings.Identity(issuers=(row,)), lag_seconds=60)
    token = record(issuer.token(**WHO))
    with pytest.raises(AuthenticationError) as caught:
        known.authenticate(token, NOW)
    assert caught.value.code == "keys-unavailable"
    issuer.write_jwks(tmp_path / "missing.json")
    await known.prepare([token])
    assert known.authenticate(token, NOW).tenant == "acme"


async def test_a_changed_file_is_read_again(issuer: LocalIssuer, tmp_path: Path) -> None:
    path, clock = issuer.write_jwks(tmp_path / "keys.json"), Clock()
    source = FileSource(path, clock)
    ring = KeyRing(source, Timing(refresh=3600, cooldown=30), clock)
    await ring.ready([issuer.kid])
    new = issuer.rotate(keep=False)
    issuer.write_jwks(path)
    os.utime(path, ns=(1, 1))
    clock.now += 2
    await ring.ready([new])
    assert ring.keys is not None
    assert ring.keys.knows(new)
    path.write_bytes(b"half a file")
    clock.now += 2
    await ring.ready([new])
    assert ring.keys.knows(new), "a broken file does not take the keys away"


class Provider:
    """An identity provider on loopback."""

    def __init__(self) -> None:
        self.jwks: bytes = b"{}"
        self.document: dict[str, str] = {}
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._configuration)
        app.router.add_get("/keys", self._keys)
        app.router.add_get("/{name}", self._other)
        self.server = TestServer(app)

    async def _configuration(self, _: web.Request) -> web.Response:
        return web.json_response(self.document)

    async def _keys(self, _: web.Request) -> web.Response:
        return web.Response(body=self.jwks)

    async def _other(self, request: web.Request) -> web.Response:
        to = {"near": "/keys", "far": "http://localhost:9/keys", "round": "/round"}.get(request.match_info["name"])
        return web.Response(status=302 if to else 503, headers={"Location": to} if to else {})

    def url(self, path: str = "") -> str:
        return f"http://127.0.0.1:{self.server.port}{path}"


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    made = Provider()
    await made.server.start_server()
    yield made
    await made.server.close()


async def test_keys_come_by_the_issuers_discovery_document(provider: Provider) -> None:
    issuer = LocalIssuer(provider.url(), "reticent")
    provider.jwks = msgspec.json.encode(issuer.jwks())
    provider.document = {"issuer": issuer.url, "jwks_uri": provider.url("/keys")}
    known = Authenticator(
        settings.Identity(issuers=(settings.Issuer(issuer=issuer.url, audience="reticent"),)), lag_seconds=60
    )
    token = record(issuer.token(**WHO))
    await known.prepare([token])
    assert known.authenticate(token, NOW).tenant == "acme"
    await known.aclose()


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ({"issuer": "https://evil.example", "jwks_uri": "http://127.0.0.1:9/keys"}, "another issuer's"),
        ({"issuer": "ME", "jwks_uri": "http://idp.example/keys"}, "https only"),
        ({"issuer": "ME", "jwks_uri": "file:///etc/passwd"}, "https only"),
        ({"issuer": "ME"}, "lacks"),
    ],
)
async def test_a_discovery_document_is_not_believed_blindly(
    provider: Provider, document: dict[str, str], complaint: str
) -> None:
    provider.document = {key: provider.url() if value == "ME" else value for key, value in document.items()}
    source = DiscoverySource(provider.url())
    with pytest.raises(UnavailableError, match=complaint):
        await source.read()


@pytest.mark.parametrize(
    ("path", "complaint"),
    [("/far", "another host"), ("/round", "more than"), ("/broken", "status 503")],
)
async def test_a_key_url_leads_nowhere_else(provider: Provider, path: str, complaint: str) -> None:
    source = UrlSource(provider.url(path))
    with pytest.raises(UnavailableError, match=complaint):
        await source.read()


async def test_redirects_on_the_same_host_are_followed_and_answers_are_bounded(provider: Provider) -> None:
    source = UrlSource(provider.url("/near"))
    provider.jwks = b'{"keys": []}'
    assert await source.read() == provider.jwks
    provider.jwks = b"x" * 10_000_000
    with pytest.raises(UnavailableError, match="more than"):
        await source.read()


async def test_keys_never_travel_in_clear() -> None:
    with pytest.raises(UnavailableError, match="https only"):
        await UrlSource("http://idp.example/keys").read()
