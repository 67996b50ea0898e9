"""Schemas are fetched once, before a batch is judged; what cannot be had is a reason, and never a crash."""

from __future__ import annotations

import base64
import gzip
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
import zstandard

from reticent.errors import ConfigError, DecodeError, ServiceError
from reticent.schemaregistry import SchemasAtOnce, SchemaStore, store
from reticent.schemaregistry.sources import UnavailableError, sources
from reticent.settings import Schemas

from ...contract.registered import framed
from ..records import Record
from .conftest import EVENT, PERSON, Registry


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def code(schemas: SchemaStore, number: int) -> str:
    with pytest.raises(DecodeError) as caught:
        schemas.get(number)
    return caught.value.code


async def test_a_schema_is_asked_for_once_and_kept(registry: tuple[Registry, str]) -> None:
    there, url = registry
    there.add(5, PERSON)
    schemas = SchemaStore(Schemas(registry=url + "/"))
    assert code(schemas, 5) == "schema-unavailable"
    for _ in range(3):
        assert await schemas.prepare([Record(framed(5, b"\x02a")), Record(b"{}"), Record(None)]) == frozenset()
    assert schemas.get(5).name == "acme.Person"
    assert there.asked == ["/schemas/ids/5"]


async def test_an_id_that_is_not_there_is_asked_for_again_after_its_cool_down(registry: tuple[Registry, str]) -> None:
    there, url = registry
    clock = Clock()
    schemas = SchemaStore(Schemas(registry=url, cooldown=30.0), clock=clock)
    for _ in range(3):
        assert await schemas.ready([5]) == frozenset()
        clock.now += 10
    assert code(schemas, 5) == "unknown-schema"
    assert len(there.asked) == 1
    there.add(5, PERSON)
    await schemas.ready([5])
    assert schemas.get(5).name == "acme.Person"


async def test_an_id_that_was_not_there_is_unavailable_while_the_registry_is(
    registry: tuple[Registry, str],
) -> None:
    clock = Clock()
    schemas = SchemaStore(Schemas(registry=registry[1], cooldown=30.0), patience=0.0, clock=clock)
    await schemas.ready([5])
    clock.now += 31
    registry[0].status = 503
    assert await schemas.ready([5]) == {5}


async def test_references_are_resolved_once_each(registry: tuple[Registry, str]) -> None:
    there, url = registry
    reference = {"name": "acme.Person", "subject": "people/value", "version": 2}
    there.add(6, EVENT, references=[reference, reference])
    there.answers["/subjects/people%2Fvalue/versions/2"] = {"schema": json.dumps(PERSON), "id": 5}
    schemas = SchemaStore(Schemas(registry=url))
    await schemas.ready([6])
    assert schemas.get(6).name == "acme.Event"
    assert len(there.asked) == 2


@pytest.mark.parametrize(
    ("kind", "given"), [(None, "AVRO"), ("AVRO", "AVRO"), ("JSON", "JSON"), ("PROTOBUF", "PROTOBUF")]
)
async def test_the_registry_says_of_what_kind_a_schema_is(
    registry: tuple[Registry, str], kind: str, given: str
) -> None:
    there, url = registry
    there.add(1, PERSON, kind)
    schemas = SchemaStore(Schemas(registry=url))
    await schemas.ready([1])
    assert schemas.get(1).kind == given


@pytest.mark.parametrize("schema", ["{", EVENT, {"type": "nobody"}, "[" * 5000])
async def test_a_schema_that_cannot_be_read_is_an_unknown_one(registry: tuple[Registry, str], schema: Any) -> None:
    there, url = registry
    there.add(1, schema)
    schemas = SchemaStore(Schemas(registry=url))
    assert await schemas.ready([1]) == frozenset()
    assert code(schemas, 1) == "unknown-schema"


@pytest.mark.parametrize("status", [302, 401, 429, 500])
async def test_while_the_registry_fails_its_schemas_are_unavailable(
    registry: tuple[Registry, str], status: int
) -> None:
    there, url = registry
    there.add(1, PERSON)
    there.status = status
    schemas = SchemaStore(Schemas(registry=url), patience=0.0)
    assert await schemas.ready([1]) == {1}
    assert code(schemas, 1) == "schema-unavailable"
    with pytest.raises(ServiceError):
        await schemas.require([Record(framed(1, b""))])
    there.status = 200
    await schemas.require([Record(framed(1, b""))])
    assert schemas.get(1).name == "acme.Person"


async def test_a_registry_that_is_away_for_a_moment_costs_no_record(
    registry: tuple[Registry, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    there, url = registry
    there.add(1, PERSON)
    there.failing = 2
    monkeypatch.setattr(store, "BACKOFF_SECONDS", (0.001,))
    assert await SchemaStore(Schemas(registry=url)).ready([1]) == frozenset()
    assert len(there.asked) == 3


@pytest.mark.parametrize(
    "body",
    [b"x", b"[]", b"{}", b"\xff", b'{"schema": 1}', b'{"schema": "\\"int\\"", "schemaType": "X"}', b"x" * (3 << 20)],
)
async def test_what_no_registry_answers_is_no_schema(registry: tuple[Registry, str], body: bytes) -> None:
    there, url = registry
    there.answers["/schemas/ids/1"] = body
    schemas = SchemaStore(Schemas(registry=url), patience=0.0)
    await schemas.ready([1])
    assert code(schemas, 1) in ("schema-unavailable", "unknown-schema")


async def test_nobody_there_is_unavailable() -> None:
    schemas = SchemaStore(Schemas(registry="http://127.0.0.1:1"), patience=0.0)
    assert await schemas.ready([1]) == {1}


@pytest.mark.parametrize("text", ["me:secret-of-the-test", "Bearer token-of-the-test"])
async def test_credentials_come_from_a_file_and_may_change(
    registry: tuple[Registry, str], tmp_path: Path, text: str
) -> None:
    there, url = registry
    file = tmp_path / "auth"
    file.write_text("Bearer old\n")
    schemas = SchemaStore(Schemas(registry=url, auth_file=str(file)))
    file.write_text(text + "\n")
    await schemas.ready([1])
    wanted = text if text.startswith("Bearer") else "Basic " + base64.b64encode(text.encode()).decode()
    assert there.headers[-1]["Authorization"] == wanted


@pytest.mark.parametrize("text", [None, "neither", "a:b\nc"])
def test_credentials_that_are_none_are_said_at_the_start(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "auth").write_text(text)
    with pytest.raises(ConfigError, match=r"schemas\.auth_file"):
        SchemaStore(Schemas(registry="https://registry.example", auth_file=str(tmp_path / "auth")))


async def test_a_folder_knows_types_by_their_names_and_comes_first(
    registry: tuple[Registry, str], tmp_path: Path
) -> None:
    there, url = registry
    (tmp_path / "6.avsc").write_text(json.dumps(EVENT))
    (tmp_path / "acme.Person.avsc").write_text(json.dumps(PERSON))
    (tmp_path / "7.json").write_text("{}")
    (tmp_path / "8.proto").write_text("")
    there.add(9, PERSON)
    schemas = SchemaStore(Schemas(folder=str(tmp_path), registry=url))
    await schemas.ready(range(6, 11))
    assert [schemas.get(number).kind for number in range(6, 10)] == ["AVRO", "JSON", "PROTOBUF", "AVRO"]
    assert set(there.asked) == {"/schemas/ids/9", "/schemas/ids/10"}


def test_a_command_without_an_event_loop_fetches_when_it_asks(tmp_path: Path) -> None:
    (tmp_path / "5.avsc").write_text(json.dumps(PERSON))
    schemas = SchemasAtOnce(Schemas(folder=str(tmp_path)))
    assert schemas.get(5).name == "acme.Person"
    assert code(schemas, 6) == "unknown-schema"
    assert code(SchemasAtOnce(Schemas(folder=str(tmp_path / "absent"))), 6) == "schema-unavailable"
    assert code(SchemasAtOnce(Schemas()), 6) == "unknown-schema"


async def test_a_batch_asks_for_a_bounded_number_of_schemas(
    registry: tuple[Registry, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    there, url = registry
    monkeypatch.setattr(store, "BATCH_MOST", 3)
    monkeypatch.setattr(store, "SCHEMAS_MOST", 2)
    monkeypatch.setattr(store, "UNKNOWN_MOST", 2)
    for number in range(3):
        there.add(number, PERSON)
    schemas = SchemaStore(Schemas(registry=url))
    assert await schemas.ready(range(5)) == {3, 4}
    assert len(there.asked) == 3
    assert sum(number in schemas._known for number in range(5)) == 2


def test_the_id_is_found_in_what_is_packed() -> None:
    payload = framed(77, b"x" * 100)
    assert store.numbers_of(Record(payload)) == [77]
    for name, packed in (("gzip", gzip.compress(payload)), ("zstd", zstandard.compress(payload))):
        assert store.numbers_of(Record(packed, [("content-encoding", name.encode())])) == [77]
        assert store.numbers_of(Record(b"\x00", [("content-encoding", name.encode())])) == []
    assert store.numbers_of(Record(b"\x00\xff\xff\xff\xffx")) == []
    assert store.numbers_of(Record(b"\x00\x00")) == []


async def test_doctor_is_told_what_is_there(registry: tuple[Registry, str], tmp_path: Path) -> None:
    there, url = registry
    there.answers["/schemas/types"] = ["AVRO", "JSON"]
    (tmp_path / "5.avsc").write_text("{}")
    folder, service = sources(Schemas(registry=url, folder=str(tmp_path)))
    assert await folder.check() == f"schemas in {tmp_path}: 1"
    assert await service.check() == f"{url} answers, and knows AVRO, JSON"
    there.answers.clear()
    with pytest.raises(UnavailableError, match="as a schema registry does"):
        await service.check()


def test_the_id_is_found_in_a_header_and_a_guid_only_where_one_is_said_to_be() -> None:
    guid = uuid.uuid4()
    said = b"\x01" + guid.bytes
    assert store.numbers_of(Record(b"x", [("__value_schema_id", said)])) == [str(guid)]
    assert store.numbers_of(Record(b"x", [("__value_schema_id", framed(77, b""))])) == [77]
    assert store.numbers_of(Record(said + b"x", [("reticent-format", b"avro")])) == [str(guid)]
    assert store.numbers_of(Record(said + b"x")) == []
    assert store.numbers_of(Record(said[:9], [("reticent-format", b"avro")])) == []


V2, V3 = "/apis/registry/v2", "/apis/registry/v3"


@pytest.mark.parametrize(("api", "kind", "content"), [(V2, "globalId", ""), (V3, "contentId", "/content")])
async def test_apicurio_is_asked_by_the_number_that_its_address_names(
    registry: tuple[Registry, str], api: str, kind: str, content: str
) -> None:
    there, url = registry
    other = {"globalId": "contentId", "contentId": "globalId"}[kind]
    there.answers[f"{api}/ids/{kind}s/6"] = EVENT
    there.answers[f"{api}/ids/{kind}s/6/references"] = [
        {"groupId": None, "artifactId": "people/value", "version": "2", "name": "acme.Person"}
    ]
    there.answers[f"{api}/groups/default/artifacts/people%2Fvalue/versions/2{content}"] = PERSON
    there.answers[f"{api}/ids/{kind}s/7"] = {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"}
    there.answers[f"{api}/ids/{kind}s/8"] = b'syntax = "proto3";'
    schemas = SchemaStore(Schemas(registry=f"{url}{api}/ids/{kind}s"))
    number = (6).to_bytes(8, "big")
    records = [
        Record(b"x", [(f"apicurio.value.{kind}", number)]), Record(b"x", [(f"apicurio.value.{other}", number)]),
        Record(b"\x00" + (7).to_bytes(8, "big") + b"{}"), Record(framed(8, b"x")), Record(framed(9, b"x")),
    ]  # fmt: skip
    assert await schemas.prepare(records) == frozenset()
    assert schemas.get(f"{kind}-6").name == schemas.get(6).name == "acme.Event"
    assert [schemas.get(each).kind for each in (7, 8)] == ["JSON", "PROTOBUF"]
    for number_ in (f"{other}-6", 9):
        with pytest.raises(DecodeError, match="is not there"):
            schemas.get(number_)


async def test_what_does_not_answer_as_apicurio_does_is_unavailable(registry: tuple[Registry, str]) -> None:
    there, url = registry
    address = f"{url}{V3}/ids/contentIds"
    (service,) = sources(Schemas(registry=address))
    there.answers[f"{V3}/system/info"] = {"name": "Apicurio Registry", "version": "3.0.6"}
    assert await service.check() == f"{url}{V3} answers, version 3.0.6"
    there.answers[f"{V3}/system/info"] = b"<html>"
    with pytest.raises(UnavailableError, match="as Apicurio does"):
        await service.check()
    there.answers |= {f"{V3}/ids/contentIds/6": EVENT, f"{V3}/ids/contentIds/6/references": b"{}"}
    schemas = SchemaStore(Schemas(registry=address), patience=0.0)
    assert await schemas.ready([6]) == {6}
    there.answers[f"{V3}/ids/contentIds/6/references"] = [{"artifactId": "a", "version": "1"}]
    assert await schemas.ready([6]) == frozenset()
    assert code(schemas, 6) == "unknown-schema"


def test_eight_bytes_of_an_id_are_told_by_four_of_zeros() -> None:
    assert store.numbers_of(Record(b"\x00" + (77).to_bytes(8, "big") + b"x")) == [77]
    assert store.numbers_of(Record(b"\x00" + bytes(7))) == []
    for header in ("apicurio.value.globalId", "apicurio.value.contentId"):
        found = store.numbers_of(Record(b"x", [(header, (77).to_bytes(8, "big"))]))
        assert found == [f"{header.rpartition('.')[2]}-77", 77]
        assert store.numbers_of(Record(b"x", [(header, b"77")])) == []
