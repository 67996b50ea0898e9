"""Avro under a registry's ids from the raw topic to the sinks: masked in place, of its schema still."""

from __future__ import annotations

import io
import json
import secrets
import time
import uuid
from pathlib import Path
from typing import Any

import fastavro
import msgspec
import pytest
from aiohttp import web

from reticent import assembly
from reticent.cli import workspace
from reticent.errors import ServiceError
from reticent.model import Masked, Outgoing, Topic
from reticent.settings import Schemas, Settings
from reticent.settings import Sink as SinkSettings
from reticent.sinks.registry import make_sinks
from reticent.sinks.rows import rows

from ...contract.registered import framed
from ..judging import verdict_of
from ..records import Record
from ..sinks.conftest import written
from .conftest import Registry

LOGIN = {
    "type": "record", "name": "acme.Login", "namespace": "acme",
    "fields": [
        {"name": "trace_id", "type": "string"}, {"name": "password", "type": "string"},
        {"name": "times", "type": {"type": "array", "items": "long"}},
    ],
}  # fmt: skip
NUMBER = 300
POLICY = """version: 1
packs: []
rules:
  - id: password
    category: secrets
    severity: critical
    at: {key: password}
    examples: {match: ['{"password": "x"}', '{"password": "yy"}'], no_match: ['{"pass": "x"}', '{"times": [1]}']}
"""
"""One that is made at once: what is tested is not detection."""


def login(password: str) -> bytes:
    out = io.BytesIO()
    fastavro.schemaless_writer(
        out, fastavro.parse_schema(LOGIN), {"trace_id": "t9", "password": password, "times": [1, 2**40]}
    )
    return framed(NUMBER, out.getvalue())


def read(payload: bytes) -> Any:
    assert payload[:5] == framed(NUMBER, b"")
    return fastavro.schemaless_reader(io.BytesIO(payload[5:]), fastavro.parse_schema(LOGIN), None)


@pytest.fixture
def place(registry: tuple[Registry, str], tmp_path: Path) -> workspace.Workspace:
    people = [workspace.Person("producer", "svc", "acme", "agent")]
    made = workspace.make(
        tmp_path, people, bootstrap="x:1", dsn="http://127.0.0.1:1/x", bind="127.0.0.1:1", policy=POLICY
    )
    settings = msgspec.structs.replace(made.settings, schemas=Schemas(registry=registry[1]))
    return workspace.Workspace(made.folder, made.config, settings, made.tokens)


async def judged(place: workspace.Workspace, *records: Record) -> list[dict[Topic, Outgoing]]:
    gateway = assembly.Gateway(place.settings)
    await gateway.prepare(records)
    return [{each.topic: each for each in found} for found in gateway.process(records, time.time())]


def signed(place: workspace.Workspace, payload: bytes, *headers: tuple[str, bytes]) -> Record:
    token = place.tokens["producer"].read_bytes()
    return Record(
        payload, [("authorization", b"Bearer " + token), *headers], timestamp=int(time.time() * 1000), timestamp_type=0
    )


async def test_a_record_is_masked_under_its_schema_and_reaches_archive_and_sinks(
    registry: tuple[Registry, str], place: workspace.Workspace
) -> None:
    registry[0].add(NUMBER, LOGIN)
    password = secrets.token_urlsafe(12)
    (outputs,) = await judged(place, signed(place, login(password)))
    value = outputs[Topic.SANITIZED].value
    assert isinstance(value, Masked)
    masked = read(value.content)
    assert masked["password"].startswith("[REDACTED:")
    assert (masked["trace_id"], masked["times"]) == ("t9", [1, 2**40])
    assert (value.content_type, value.format) == ("application/avro", "avro")
    assert verdict_of(outputs).findings == {"secrets": 1}

    records = written([outputs[Topic.SANITIZED]])
    store = assembly.Assembly.archive(place.settings)
    await store._schemas.require(records)  # type: ignore[attr-defined]
    (row,) = rows(records[0], store._formats)["steps"]  # type: ignore[attr-defined]
    assert (row["trace_id"], json.loads(row["content"])) == ("t9", masked)

    spans = await forwarded(place.settings, records)
    assert masked["password"].encode() in spans and password.encode() not in spans


@pytest.mark.parametrize("kind", ["number", "guid"])
async def test_a_schema_that_a_header_names_is_said_in_front_of_what_leaves(
    kind: str, registry: tuple[Registry, str], place: workspace.Workspace
) -> None:
    guid = uuid.uuid4()
    registry[0].add(NUMBER, LOGIN)
    registry[0].answers[f"/schemas/guids/{guid}"] = registry[0].answers[f"/schemas/ids/{NUMBER}"]
    said = framed(NUMBER, b"") if kind == "number" else b"\x01" + guid.bytes
    password = secrets.token_urlsafe(12)
    record = signed(place, login(password)[5:], ("__value_schema_id", said), ("content-type", b"application/avro"))
    (outputs,) = await judged(place, record)
    content = outputs[Topic.SANITIZED].value.content
    assert content.startswith(said)
    masked = fastavro.schemaless_reader(io.BytesIO(content[len(said) :]), fastavro.parse_schema(LOGIN), None)
    assert masked["password"].startswith("[REDACTED:") and masked["times"] == [1, 2**40]
    assert len(registry[0].asked) == 1

    records = written([outputs[Topic.SANITIZED]])
    store = assembly.Assembly.archive(place.settings)
    await store._schemas.require(records)  # type: ignore[attr-defined]
    (row,) = rows(records[0], store._formats)["steps"]  # type: ignore[attr-defined]
    assert json.loads(row["content"]) == masked
    assert password.encode() not in await forwarded(place.settings, records)


async def test_json_whose_schema_a_header_names_is_read_with_it_or_without(
    registry: tuple[Registry, str], place: workspace.Workspace
) -> None:
    guid = uuid.uuid4()
    header = ("__value_schema_id", b"\x01" + guid.bytes)
    payload = json.dumps({"trace_id": "t9", "steps": [{"kind": "output", "content": "fine"}]}).encode()
    (outputs,) = await judged(place, signed(place, payload, header))
    assert outputs[Topic.SANITIZED].value.content == payload
    registry[0].answers[f"/schemas/guids/{guid}"] = {"schema": "{}", "schemaType": "JSON"}
    (outputs,) = await judged(place, signed(place, payload, header))
    value = outputs[Topic.SANITIZED].value
    assert (value.content, value.format) == (header[1] + payload, "json-schema")


async def forwarded(settings: Settings, records: list[Record]) -> bytes:
    """What an OTLP sink posts."""
    bodies: list[bytes] = []

    async def take(request: web.Request) -> web.Response:
        bodies.append(await request.read())
        return web.Response()

    app = web.Application()
    app.router.add_post("/{path:.*}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    sinks = (SinkSettings(name="one", type="otlp", url=url),)
    (sink,) = make_sinks(msgspec.structs.replace(settings, sinks=sinks))
    try:
        await sink.write(records)
    finally:
        await sink.close()
        await runner.cleanup()
    return b"".join(bodies)


async def test_a_sink_waits_for_schemas_that_cannot_be_had(
    registry: tuple[Registry, str], place: workspace.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry[0].add(NUMBER, LOGIN)
    (outputs,) = await judged(place, signed(place, login("x")))
    registry[0].status = 500
    monkeypatch.setattr("reticent.schemaregistry.store.PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr("reticent.schemaregistry.store.BACKOFF_SECONDS", (60.0,))
    with pytest.raises(ServiceError, match="the schema 300"):
        await forwarded(place.settings, written([outputs[Topic.SANITIZED]]))


async def test_strangers_do_not_choose_what_is_fetched(
    registry: tuple[Registry, str], place: workspace.Workspace
) -> None:
    await judged(place, Record(login("x")), Record(login("x"), [("authorization", b"Bearer x.y.z")]))
    assert registry[0].asked == []


async def test_what_is_not_there_is_rejected_with_its_reason(
    registry: tuple[Registry, str], place: workspace.Workspace
) -> None:
    (outputs,) = await judged(place, signed(place, login("x")))
    (reason,) = verdict_of(outputs).reasons
    assert reason.code == "unknown-schema"
    assert Topic.SANITIZED not in outputs


@pytest.mark.parametrize("header", ["apicurio.value.globalId", None])
async def test_apicurios_records_leave_with_their_id_in_eight_bytes(
    place: workspace.Workspace, registry: tuple[Registry, str], header: str | None
) -> None:
    there, url = registry
    there.answers[f"/apis/registry/v2/ids/globalIds/{NUMBER}"] = LOGIN
    schemas = Schemas(registry=f"{url}/apis/registry/v2/ids/globalIds")
    settings = msgspec.structs.replace(place.settings, schemas=schemas)
    place = workspace.Workspace(place.folder, place.config, settings, place.tokens)
    number, password = NUMBER.to_bytes(8, "big"), secrets.token_urlsafe(12) + "7!"
    body = login(password)[5:]
    record = signed(place, body, (header, number)) if header else signed(place, b"\x00" + number + body)
    (found,) = await judged(place, record)
    assert verdict_of(found).verdict == "released"
    masked = found[Topic.SANITIZED].value
    assert isinstance(masked, Masked)
    assert masked.content[:9] == b"\x00" + number
    said = read(framed(NUMBER, masked.content[9:]))
    assert said["password"].startswith("[REDACTED:") and said["times"] == [1, 2**40]
    again = signed(place, masked.content)
    (found,) = await judged(place, again)
    assert found[Topic.SANITIZED].value.content == masked.content  # type: ignore[union-attr]  # checked above


async def test_two_headers_that_name_schemas_are_refused(place: workspace.Workspace) -> None:
    number = NUMBER.to_bytes(8, "big")
    record = signed(place, b"x", ("apicurio.value.globalId", number), ("apicurio.value.contentId", number))
    (found,) = await judged(place, record)
    verdict = verdict_of(found)
    assert (verdict.verdict, [reason.code for reason in verdict.reasons]) == ("rejected", ["malformed"])
