"""A gateway worker beside a bare aiokafka consume-produce loop, on one broker in one run; and the pure core alone.

    python benchmarks/pipeline.py [RECORDS]

Prints MB/s and MB per CPU second of each (raw payload bytes), the ratio, and the worker's resident memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import psutil
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.integration import kafka as brokers
from tests.unit.records import Record

from reticent.assembly import Assembly, Gateway
from reticent.cli import workspace
from reticent.model import Topic
from reticent.settings import Settings
from reticent.stream import topics
from reticent.stream.connection import client_arguments, producer
from reticent.stream.worker import run_worker

PARTITIONS = 4
TRACE_BYTES = 8 * 1024
WARM = 0.15
"""The part of the records that passes before the clock starts."""


@dataclass(frozen=True)
class Speed:
    what: str
    seconds: float
    cpu: float
    bytes: int
    resident: int = 0

    def line(self) -> str:
        mb = self.bytes / 1e6
        resident = f"{self.resident / 2**20:8.0f} MB" if self.resident else ""
        return f"{self.what:44} {mb / self.seconds:8.1f} MB/s {mb / self.cpu:8.1f} MB/CPU s {resident}"


def trace(chance: random.Random, number: int) -> bytes:
    """A native trace of about 8 KB: prose and a tool result, with one e-mail address in it."""
    words = ("the", "agent", "reads", "an", "order", "and", "asks", "for", "its", "state", "before", "it", "answers")
    steps = []
    size = 0
    while size < TRACE_BYTES - 900:
        content = " ".join(chance.choices(words, k=90))
        size += len(content) + 80
        kind = ("thinking", "tool_result", "output")[len(steps) % 3]
        steps.append({"seq": len(steps), "kind": kind, "name": "", "content": content})
    steps.append({"seq": len(steps), "kind": "output", "content": f"I wrote to user{number}@mail.example.org today."})
    session = f"session-{number % 64}"
    head = {"trace_id": f"trace-{number}", "session_id": session, "started_at": "2026-11-24T08:00:00.000Z"}
    return msgspec.json.encode({**head, "attributes": {"model": "m"}, "steps": steps})


@contextlib.contextmanager
def broker() -> Iterator[tuple[str, str]]:
    """Apache Kafka where it can be had, else the embedded broker."""
    have_java = shutil.which("java") is not None and shutil.which("mvn") is not None
    with (brokers.apache if have_java else brokers.embedded)() as bootstrap:
        yield ("Apache Kafka" if have_java else "noida-db"), bootstrap


async def fill(settings: Settings, traces: list[bytes], token: str) -> None:
    await topics.init(settings, PARTITIONS)
    headers = [("authorization", f"Bearer {token}".encode())]
    async with producer(settings.kafka) as client:
        sent = [
            await client.send(settings.topics.raw, value, headers=headers, partition=number % PARTITIONS)
            for number, value in enumerate(traces)
        ]
        await asyncio.gather(*sent)


async def bare(settings: Settings, traces: list[bytes]) -> Speed:
    """Consume and produce again, filled batches, nothing else."""
    raw, target = settings.topics.raw, settings.topics.rejected
    consumer = AIOKafkaConsumer(
        **client_arguments(settings.kafka),
        enable_auto_commit=False,
        max_poll_records=2000,
        auto_offset_reset="earliest",
    )
    sender = AIOKafkaProducer(**client_arguments(settings.kafka), max_request_size=1 << 24)
    await consumer.start()
    await sender.start()
    consumer.assign([TopicPartition(raw, partition) for partition in range(PARTITIONS)])
    left, size = len(traces), 0
    began, cpu = time.perf_counter(), time.process_time()
    pending: list[asyncio.Future[object]] = []
    while left:
        for source, records in (await consumer.getmany(timeout_ms=500)).items():
            left -= len(records)
            batch = sender.create_batch()
            for record in records:
                size += len(record.value)
                if batch.append(key=record.key, value=record.value, timestamp=None) is None:
                    pending.append(await sender.send_batch(batch, target, partition=source.partition))
                    batch = sender.create_batch()
                    batch.append(key=record.key, value=record.value, timestamp=None)
            pending.append(await sender.send_batch(batch, target, partition=source.partition))
    await asyncio.gather(*pending)
    speed = Speed("bare aiokafka consume-produce loop", time.perf_counter() - began, time.process_time() - cpu, size)
    await consumer.stop()
    await sender.stop()
    return speed


async def committed(client: AIOKafkaAdminClient, settings: Settings) -> int:
    try:
        found = await client.list_consumer_group_offsets(f"{settings.kafka.group}-gateway")
    except GroupCoordinatorNotAvailableError:  # the broker's first group is not ready yet
        return 0
    return sum(max(0, each.offset) for source, each in found.items() if source.topic == settings.topics.raw)


async def alive(worker: psutil.Process) -> None:
    """A moment later. Ends the benchmark where the worker has ended."""
    await asyncio.sleep(0.02)
    if worker.status() == psutil.STATUS_ZOMBIE:
        raise SystemExit("the worker ended; its log says why")


async def gateway(settings: Settings, traces: list[bytes], worker: psutil.Process) -> Speed:
    """From the moment some records are done to the moment all are, by the group's committed offsets."""
    client = AIOKafkaAdminClient(**client_arguments(settings.kafka))
    await client.start()
    resident = 0

    def cpu() -> float:
        nonlocal resident
        processes = [
            child for child in worker.children(recursive=True) if "resource_tracker" not in " ".join(child.cmdline())
        ]
        resident = max([resident, *(child.memory_info().rss for child in processes)])
        return sum(sum(child.cpu_times()[:2]) for child in processes)

    try:
        while (first := await committed(client, settings)) < len(traces) * WARM:
            await alive(worker)
        began, spent = time.perf_counter(), cpu()
        while await committed(client, settings) < len(traces):
            await alive(worker)
            cpu()
        share = (len(traces) - first) / len(traces)
        size = int(sum(map(len, traces)) * share)
        return Speed("gateway worker, the whole pack", time.perf_counter() - began, cpu() - spent, size, resident)
    finally:
        await client.close()


def core(settings: Settings, traces: list[bytes], token: str) -> Speed:
    """Envelope, authenticate, decode, scan, mask, decide, encode: no broker."""
    made = Gateway(settings)
    headers = [("authorization", f"Bearer {token}".encode())]
    now = time.time()
    records = [
        Record(value=value, headers=headers, offset=number, timestamp=int(now * 1000))
        for number, value in enumerate(traces)
    ]
    asyncio.run(made.prepare(records[:1]))
    made.process(records[:100], now)
    began, cpu = time.perf_counter(), time.process_time()
    for start in range(0, len(records), 500):
        made.process(records[start : start + 500], now)
    size = sum(map(len, traces))
    return Speed("the pure core alone", time.perf_counter() - began, time.process_time() - cpu, size)


def _work(settings: Settings) -> None:
    run_worker(settings, ["gateway"], 1, Assembly())


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    chance = random.Random(7)
    traces = [trace(chance, number) for number in range(count)]
    people = [workspace.Person("producer", "svc", "acme", "agent")]
    with broker() as (name, bootstrap), tempfile.TemporaryDirectory() as folder:
        place = workspace.make(
            Path(folder),
            people,
            bootstrap=bootstrap,
            dsn="http://127.0.0.1:1/x",
            bind=f"127.0.0.1:{brokers.free_port()}",
        )
        names = {topic.value: f"bench{time.time_ns()}.{topic.value}" for topic in Topic}
        settings = msgspec.structs.replace(
            place.settings,
            topics=msgspec.structs.replace(place.settings.topics, **names),
            kafka=msgspec.structs.replace(place.settings.kafka, group=f"bench{time.time_ns()}"),
        )
        token = place.tokens["producer"].read_text()
        asyncio.run(fill(settings, traces, token))
        loop = asyncio.run(bare(settings, traces))
        process = multiprocessing.get_context("spawn").Process(target=_work, args=(settings,))
        process.start()
        try:
            worker = asyncio.run(gateway(settings, traces, psutil.Process(process.pid)))
        finally:
            process.terminate()
            process.join(30)
        alone = core(settings, traces, token)
    print(
        f"{count} traces of {len(traces[0]) / 1024:.1f} KB, {PARTITIONS} partitions, {name}, {psutil.cpu_count()} cores"
    )
    for each in (loop, worker, alone):
        print(each.line())
    rate = (worker.bytes / worker.seconds) / (loop.bytes / loop.seconds)
    per_cpu = (worker.bytes / worker.cpu) / (loop.bytes / loop.cpu)
    print(f"gateway / bare loop: {rate:.2f} of its MB/s, {per_cpu:.2f} of its MB per CPU second")


if __name__ == "__main__":
    main()
