"""Records at, and beyond, every limit on their size, the whole way through a broker."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Iterator, Mapping

import pytest
import yaml
from aiokafka.admin import NewTopic

from reticent.embedded.stack import Stack as Embedded
from reticent.errors import ReticentError
from reticent.model import Topic, Verdict
from reticent.sinks.migrate import migrate
from reticent.stream import topics
from reticent.stream.connection import admin
from reticent.stream.topics import CONFIGURATION, RAW_BYTES

from .gateway import Gateway, badge, gateway, held, trace, until
from .kafka import Stack
from .trivial import visible

pytestmark = pytest.mark.once

MEGABYTE = 1024 * 1024


def of_size(name: str, size: int, start: str = "") -> bytes:
    """A trace of exactly `size` bytes, which compresses badly."""
    frame = len(trace(name, ""))
    content = start + " " + base64.b64encode(os.urandom(size)).decode()
    return trace(name, content[: size - frame])


def verdict_of(made: Gateway, name: str) -> Verdict:
    """The latest verdict about a request, once there is one."""

    def found() -> list[Verdict]:
        return [verdict for verdict in made.verdicts() if verdict.request_id == name]

    until(lambda: len(found()) > 0, 60, f"there is no verdict about {name}")
    return found()[-1]


@pytest.fixture(scope="module")
def running(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("sizes")
    with Embedded(folder, ["clickhouse"]) as embedded:
        assert embedded.dsn is not None
        with gateway(stack, folder / "gateway", dsn=embedded.dsn, partitions=1) as made:
            migrate(made.settings)
            made.start()
            made.ready()
            yield made
            assert made.stop() == 0


def test_a_record_at_the_topics_limit_is_released_and_archived(running: Gateway) -> None:
    largest = of_size("largest", RAW_BYTES)
    assert len(largest) == RAW_BYTES
    session = "s" * 200  # headers and key count as well
    running.publish(
        largest, request_id="r" * 250, session=session, traceparent="00-" + "1" * 32 + "-" + "2" * 16 + "-01"
    )
    assert verdict_of(running, "r" * 250).verdict == "released"
    (record,) = running.records(Topic.SANITIZED)
    assert record.value == largest
    stored = RAW_BYTES - len(trace("largest", ""))
    running.until("SELECT max(length(content)) FROM steps WHERE trace_id = 'largest'", stored)


def test_a_record_at_the_topics_limit_is_held_and_released_when_it_is_approved(running: Gateway) -> None:
    secrets = [badge(), badge()]
    running.publish(of_size("held", RAW_BYTES, " ".join(secrets)), request_id="held")
    waiting = verdict_of(running, "held")
    assert waiting.verdict == "held"
    (request,) = running.requests(1)
    assert request.truncated
    running.decide(request)
    until(lambda: verdict_of(running, "held").verdict == "released", 60, "it is not released")
    content = running.records(Topic.SANITIZED)[-1].value or b""
    assert content.count(b"[REDACTED:badge:") == 2
    assert not any(secret.encode() in content for secret in secrets)
    running.until("SELECT count() FROM steps WHERE trace_id = 'held' AND length(content) > 16000000", 1)


def test_a_record_beyond_the_topics_limit_is_refused_at_the_producer_in_one_sentence(running: Gateway) -> None:
    beyond = int(CONFIGURATION[Topic.RAW]["max.message.bytes"]) + 1
    with pytest.raises(ReticentError) as caught:
        running.publish(of_size("beyond", beyond))
    assert str(caught.value) == f"a record of {beyond} bytes is more than the raw topic takes; send smaller traces"
    running.publish(trace("after the refusal"), request_id="after the refusal")
    assert verdict_of(running, "after the refusal").verdict == "released"


@pytest.fixture(scope="module")
def narrow(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """Its sanitized and approvals topics take 1 MB only, as a cluster's default may be, and itself 3 MiB."""
    limits = {"record_bytes": 3 * MEGABYTE}
    folder = tmp_path_factory.mktemp("narrow")
    with gateway(stack, folder, partitions=1, limits=limits, make_topics=False) as made:
        asyncio.run(_narrow_topics(made))
        made.start(roles="gateway,approvals")
        yield made
        assert made.stop() == 0


async def _narrow_topics(made: Gateway) -> None:
    names = [made.settings.topics.sanitized, made.settings.topics.approvals]
    async with admin(made.settings.kafka) as client:
        limit = {"max.message.bytes": "1000000"}
        await client.create_topics([NewTopic(name, 1, 1, topic_configs=limit) for name in names])
    await visible(made.settings, *names)
    await topics.init(made.settings, 1)


def publish(made: Gateway, documents: Mapping[str, bytes]) -> dict[str, tuple[str, ...]]:
    """Publishes them in order under these request ids; what became of each: its verdict and the codes of it."""
    before = len(made.verdicts())
    for name, document in documents.items():
        made.publish(document, request_id=name)
    until(lambda: len(made.verdicts()) >= before + len(documents), 60, "there are verdicts missing")
    found = made.verdicts()[before:]
    return {each.request_id: (each.verdict, *(reason.code for reason in each.reasons)) for each in found}


def test_a_record_beyond_the_gateways_own_limit_is_blocked_and_the_partition_goes_on(narrow: Gateway) -> None:
    most = 3 * MEGABYTE
    documents = {"beyond": of_size("b", most + 1), "far beyond": of_size("f", RAW_BYTES), "after": trace("after")}
    assert publish(narrow, documents) == {
        "beyond": ("blocked", "too-large"), "far beyond": ("blocked", "too-large"), "after": ("released",),
    }  # fmt: skip
    for name, size in (("beyond", most + 1), ("far beyond", RAW_BYTES)):
        (reason,) = verdict_of(narrow, name).reasons
        assert f"{size} bytes, more than the {most} allowed" in reason.message
    assert len(narrow.records(Topic.REJECTED)) == 2


def test_what_outgrows_the_output_topics_is_blocked_and_the_gateway_goes_on(narrow: Gateway) -> None:
    two = f"{badge()} {badge()}"
    documents = {
        "one": trace("one"), "clean": of_size("c", 2 * MEGABYTE), "two": trace("two"),
        "risky": of_size("r", 2 * MEGABYTE, two), "small": held("small"), "three": trace("three"),
    }  # fmt: skip
    assert publish(narrow, documents) == {
        "one": ("released",), "clean": ("blocked", "output-too-large"), "two": ("released",),
        "risky": ("blocked", "output-too-large"), "small": ("held", "threshold"), "three": ("released",),
    }  # fmt: skip


def test_what_was_held_and_would_outgrow_the_sanitized_topic_is_blocked_when_it_is_approved(narrow: Gateway) -> None:
    """A request is packed, so it may fit where what it would release does not."""
    before = len(narrow.records(Topic.APPROVALS))
    packed = trace("packed", f"{badge()} {badge()} " + "x" * 2 * MEGABYTE)
    assert publish(narrow, {"packed": packed}) == {"packed": ("held", "threshold")}
    narrow.publish(held("other"), request_id="other")
    requests = narrow.requests(before + 2)[-2:]
    narrow.decide(*requests)
    until(lambda: verdict_of(narrow, "other").verdict == "released", 60, "the partition does not go on")
    final = verdict_of(narrow, "packed")
    assert (final.verdict, final.reasons[0].code) == ("blocked", "output-too-large")


def test_the_configuration_here_is_the_one_that_is_shipped(running: Gateway) -> None:
    """The defaults, so that what is proven above is what `reticent init` makes."""
    given = yaml.safe_load(running.config.read_text())
    assert given["limits"] == {}
    assert running.settings.limits.record_bytes == RAW_BYTES
