"""One suite over every sink that forwards: released records only, errors are "not now", a repeat is the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from reticent.errors import ServiceError
from reticent.settings import Settings
from reticent.settings import Sink as SinkSettings
from reticent.sinks.registry import Sink, make_sinks

from ..unit.records import Record

_BODY = b'{"messages":[{"role":"user","content":"hello [REDACTED:email:abcdefgh]"}]}'


class Receiver:
    """An HTTP endpoint on loopback that remembers what it got, and is down when told."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.status = 200

    async def take(self, request: web.Request) -> web.Response:
        if self.status == 200:
            self.bodies.append(await request.read())
        return web.Response(status=self.status)


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    made = Receiver()
    app = web.Application()
    app.router.add_post("/{path:.*}", made.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    yield made, f"http://127.0.0.1:{port}"
    await runner.cleanup()


def _record(verdict: str, tenant: str = "acme", offset: int = 0) -> Record:
    headers = {
        "content-type": "application/json", "reticent-format": "openai-chat", "reticent-verdict": verdict,
        "reticent-source": f"traces.raw-0-{offset}", "reticent-trace-id": "t1", "reticent-session-id": "s1",
        "reticent-tenant": tenant, "reticent-producer": "agent", "reticent-at": "2026-11-24T08:00:00.000Z",
    }  # fmt: skip
    return Record(value=_BODY, headers=[(name, value.encode()) for name, value in headers.items()], offset=offset)


@pytest.fixture(params=["otlp", "webhook", "file"])
def sink(request: pytest.FixtureRequest, receiver: tuple[Receiver, str], tmp_path: Path) -> Sink:
    target: dict[str, Any] = {"path": str(tmp_path / "out.jsonl")} if request.param == "file" else {"url": receiver[1]}
    (made,) = make_sinks(Settings(sinks=(SinkSettings(name="one", type=request.param, tenants=("acme",), **target),)))
    return made


def _got(receiver: Receiver, folder: Path) -> bytes:
    file = folder / "out.jsonl"
    return b"\n".join(receiver.bodies) + (file.read_bytes() if file.exists() else b"")


async def test_released_records_of_its_tenants_arrive_masked(
    sink: Sink, receiver: tuple[Receiver, str], tmp_path: Path
) -> None:
    await sink.write([_record("released"), _record("held", offset=1), _record("released", "globex", offset=2)])
    await sink.close()
    got = _got(receiver[0], tmp_path)
    assert got.count(b"[REDACTED:email:abcdefgh]") == 1
    assert b"globex" not in got


async def test_a_repeat_is_the_same(sink: Sink, receiver: tuple[Receiver, str], tmp_path: Path) -> None:
    await sink.write([_record("released")])
    first = _got(receiver[0], tmp_path)
    await sink.write([_record("released")])
    await sink.close()
    await sink.close()
    assert _got(receiver[0], tmp_path).replace(first.strip(), b"").strip() == b""


async def test_down_means_not_now(sink: Sink, receiver: tuple[Receiver, str], tmp_path: Path) -> None:
    receiver[0].status = 503
    (tmp_path / "out.jsonl").mkdir()
    with pytest.raises(ServiceError, match="one"):
        await sink.write([_record("released")])
    await sink.close()
