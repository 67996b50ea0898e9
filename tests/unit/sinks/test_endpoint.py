"""A record that an endpoint will never take is passed over alone; everything else is waited for."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from aiohttp import web

from reticent.errors import ConfigError, ServiceError
from reticent.settings import Settings
from reticent.settings import Sink as SinkSettings
from reticent.sinks.endpoint import read_headers
from reticent.sinks.registry import Sink, make_sinks

from ..records import Record
from .conftest import released

MakeSink = Callable[..., Sink]


class Receiver:
    """Takes what `status` allows, and remembers it with its headers."""

    def __init__(self) -> None:
        self.status: Callable[[bytes], int] = lambda _: 200
        self.taken: list[bytes] = []
        self.headers: list[dict[str, str]] = []

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        status = self.status(body)
        if status == 200:
            self.taken.append(body)
            self.headers.append(dict(request.headers))
        return web.Response(status=status, headers={"Location": "/elsewhere"} if status == 302 else None)


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    made = Receiver()
    app = web.Application(client_max_size=1 << 30)
    app.router.add_route("*", "/{path:.*}", made.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield made, f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture(params=["otlp", "webhook"])
async def sink(request: pytest.FixtureRequest, receiver: tuple[Receiver, str]) -> AsyncIterator[Sink]:
    (made,) = make_sinks(Settings(sinks=(SinkSettings(name="one", type=request.param, url=receiver[1]),)))
    yield made
    await made.close()


def records(*contents: str) -> list[Record]:
    found = []
    for number, content in enumerate(contents):
        trace = {"trace_id": "t", "steps": [{"kind": "output", "content": content}]}
        found.append(released(json.dumps(trace).encode(), offset=number))
    return found


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_the_one_record_that_is_refused_for_good_is_skipped_and_named(
    sink: Sink, receiver: tuple[Receiver, str], status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    receiver[0].status = lambda body: status if b"guilty" in body else 200
    await sink.write(records("item0", "item1", "item2", "guilty", "item4"))
    taken = b"".join(receiver[0].taken)
    assert [taken.count(b"item%d" % n) for n in range(5)] == [1, 1, 1, 0, 1]
    said = [record.getMessage() for record in caplog.records if record.name.startswith("reticent")]
    assert len(said) == 1 and f"refuses traces.{'sanitized' if sink_is_otlp(sink) else 'raw'}-0-3 ({status})" in said[0]
    assert "guilty" not in said[0]


def sink_is_otlp(sink: Sink) -> bool:
    return type(sink).__name__ == "OtlpSink"


async def test_a_batch_larger_than_the_endpoint_takes_goes_in_parts(sink: Sink, receiver: tuple[Receiver, str]) -> None:
    receiver[0].status = lambda body: 413 if len(body) > 6000 else 200
    await sink.write(records(*(f"{n:04d}" + "x" * 1000 for n in range(16))))
    assert len(receiver[0].taken) > 2
    taken = b"".join(receiver[0].taken)
    assert all(taken.count(b"%04dx" % n) == 1 for n in range(16))


@pytest.mark.parametrize("status", [302, 401, 403, 404, 408, 429, 500, 503])
async def test_what_may_pass_is_waited_for(sink: Sink, receiver: tuple[Receiver, str], status: int) -> None:
    receiver[0].status = lambda _: status
    with pytest.raises(ServiceError, match=f"one answers {status}"):
        await sink.write(records("item0", "item1"))
    receiver[0].status = lambda _: 200
    await sink.write(records("item0", "item1"))
    assert len(receiver[0].taken) == 1


async def test_a_record_that_cannot_be_read_as_spans_holds_no_other_up(receiver: tuple[Receiver, str]) -> None:
    (sink,) = make_sinks(Settings(sinks=(SinkSettings(name="one", type="otlp", url=receiver[1]),)))
    broken = [released(b"no JSON", offset=1), released(b"{}", "no-such-format", offset=2)]
    await sink.write([*broken, *records("item0")])
    await sink.close()
    assert b"".join(receiver[0].taken).count(b"item0") == 1


async def test_times_that_otlp_cannot_say_become_the_records_own(receiver: tuple[Receiver, str]) -> None:
    (sink,) = make_sinks(Settings(sinks=(SinkSettings(name="one", type="otlp", url=receiver[1]),)))
    step = {"kind": "output", "started_at": "1066-10-14T09:00:00Z", "ended_at": "9999-12-31T23:59:59Z"}
    await sink.write([released(json.dumps({"trace_id": "t", "steps": [step]}).encode())])
    await sink.close()
    (resource,) = json.loads(receiver[0].taken[0])["resourceSpans"]
    for span in resource["scopeSpans"][0]["spans"]:
        assert 0 <= int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"]) < 1 << 64


async def test_headers_of_the_file_go_along(receiver: tuple[Receiver, str], tmp_path: Path) -> None:
    file = tmp_path / "headers"
    file.write_text("X-Key: made-up\n\nX-Other:  a: b \n")
    settings = SinkSettings(name="one", type="webhook", url=receiver[1], headers_file=str(file))
    (sink,) = make_sinks(Settings(sinks=(settings,)))
    await sink.write(records("item0"))
    await sink.close()
    assert (receiver[0].headers[0]["X-Key"], receiver[0].headers[0]["X-Other"]) == ("made-up", "a: b")


@pytest.mark.parametrize("text", ["no colon", ": no name", None])
def test_a_file_that_is_no_headers_is_refused_by_its_place(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "headers"
    if text is not None:
        file.write_text(f"A: b\n{text}\n")
    with pytest.raises(ConfigError) as caught:
        read_headers(str(file))
    assert caught.value.where == (f"{file}:2:1" if text is not None else str(file))
    assert text is None or text not in str(caught.value)
