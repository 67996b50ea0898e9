"""TLS, SASL and client certificates: what is configured as documented works, and what is wrong is one sentence."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from reticent.errors import ServiceError
from reticent.settings import Kafka, Sasl, Tls
from reticent.stream import connection, topics
from reticent.stream.connection import partition_counts

from .kafka import Apache, Stack, free_port
from .secured import GROUP, TOPIC, TRANSACTIONAL, Secured
from .trivial import eventually, running, send

Given = tuple[str, Tls | None, Sasl | None]


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    made = Secured(tmp_path_factory.mktemp("secured"))
    try:
        made.broker.start()
        yield made
    finally:
        made.broker.stop()


def right(secured: Secured, name: str) -> Given:
    return {
        "PLAIN": ("SASL", None, secured.sasl(mechanism="PLAIN")),
        "SCRAM-SHA-256": ("SASL", None, secured.sasl(mechanism="SCRAM-SHA-256")),
        "SASL over TLS": ("BOTH", secured.tls(), secured.sasl()),
        "mutual TLS": ("MUTUAL", secured.tls(mutual=True), None),
    }[name]


@pytest.mark.parametrize("name", ["PLAIN", "SCRAM-SHA-256", "SASL over TLS", "mutual TLS"])
async def test_who_is_known_goes_the_whole_way(secured: Secured, name: str) -> None:
    listener, tls, sasl = right(secured, name)
    settings = Stack("apache", secured.broker.at(listener)).settings()
    settings = replace(settings, kafka=replace(settings.kafka, tls=tls, sasl=sasl))
    prefix = settings.topics.raw.partition(".")[0]
    everything = [(TOPIC, f"{prefix}*", "All"), (GROUP, "g*", "All"), (TRANSACTIONAL, "g*", "All")]
    await secured.allow("alice" if sasl else "CN=client", everything)
    await topics.init(settings, 1)
    async with running(settings, "gateway"):
        await send(settings, ["a word"])
        assert await eventually(settings, settings.topics.verdicts, 1) == ["a word"]


def wrong(secured: Secured, name: str) -> Given:
    other = Sasl(username="alice", password=secrets.token_hex(8))
    return {
        "a wrong password": ("SASL", None, other),
        "a wrong password in the clear": ("SASL", None, replace(other, mechanism="PLAIN")),
        "an unknown user": ("BOTH", secured.tls(), replace(other, username="nobody")),
        "an untrusted certificate": ("TLS", secured.tls(ca=secured.stranger.file), None),
        "the system's store": ("TLS", Tls(), None),
        "another host's certificate": ("OTHER", secured.tls(), None),
        "no TLS where it is wanted": ("TLS", None, None),
        "TLS where there is none": ("PLAINTEXT", secured.tls(), None),
        "no SASL where it is wanted": ("SASL", None, None),
        "SASL where there is none": ("TLS", secured.tls(), other),
        "no certificate of its own": ("MUTUAL", secured.tls(), None),
    }[name]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("a wrong password", r"AT refuses user alice: are kafka\.sasl\.username and its password right\?"),
        ("a wrong password in the clear", "AT refuses user alice"),
        ("an unknown user", "AT refuses user nobody"),
        ("an untrusted certificate", r"the certificate of AT is not trusted \(.+\): set kafka\.tls\.ca_file to its CA"),
        ("the system's store", "the certificate of AT is not trusted"),
        ("another host's certificate", "the certificate of AT is for another host"),
        ("no TLS where it is wanted", r"AT hangs up at the first word: it may want TLS \(kafka\.tls\)"),
        ("TLS where there is none", "AT hangs up: it may speak no TLS"),
        ("no SASL where it is wanted", r"AT hangs up on clients that do not say who they are: set kafka\.sasl"),
        ("SASL where there is none", "AT wants no SASL"),
        ("no certificate of its own", r"AT wants a certificate of its clients: set kafka\.tls\.cert_file and key_file"),
    ],
)
async def test_what_is_wrong_is_one_sentence_that_names_it(secured: Secured, name: str, says: str) -> None:
    listener, tls, sasl = wrong(secured, name)
    at = secured.broker.at(listener)
    async with asyncio.timeout(5):
        with pytest.raises(ServiceError) as raised:
            await partition_counts(Kafka(bootstrap=at, tls=tls, sasl=sasl), ["any"])
    assert re.fullmatch(f"Kafka cannot be reached: {says.replace('AT', re.escape(at))}.*", str(raised.value))
    assert sasl is None or str(sasl.password) not in str(raised.value)


async def test_a_broker_that_sends_clients_to_where_nobody_is_gets_named(tmp_path: Path) -> None:
    """The best known mistake: advertised.listeners."""
    nowhere = f"127.0.0.1:{free_port()}"
    broker = Apache(tmp_path, properties=f"advertised.listeners=PLAINTEXT://{nowhere}\n")
    try:
        broker.start()
        with pytest.raises(ServiceError, match=f"sends clients on to {nowhere} .*advertised.*nobody listens"):
            await partition_counts(Kafka(bootstrap=broker.bootstrap), ["any"])
    finally:
        broker.stop()


async def test_whom_nobody_answers_waits_some_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "START_SECONDS", 0.5)
    monkeypatch.setattr("reticent.stream.diagnosis.SECONDS", 0.5)

    async def silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5)
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        with pytest.raises(ServiceError, match=f"{host}:{port} does not answer within"):
            await partition_counts(Kafka(bootstrap=f"{host}:{port}"), ["any"])
