"""Brokers for tests: the embedded one, Apache Kafka from Maven's jars, Apache Kafka in Docker.

`RETICENT_TEST_KAFKA=host:port` uses an Apache Kafka that runs already instead of starting one.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment

from reticent.embedded.kafka import start_kafka, wait_kafka
from reticent.model import Topic
from reticent.settings import Http, Kafka, Settings, Topics
from reticent.stream import topics
from reticent.stream.connection import admin

VERSION = "4.1.0"
_POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>reticent.tests</groupId><artifactId>kafka</artifactId><version>1</version><dependencies>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{VERSION}</version></dependency>
<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
</dependencies></project>"""
_JAVA = ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Without the second compiler, which takes more time than a broker of a few minutes gives back."""
_PROPERTIES = """process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners={listeners},CONTROLLER://127.0.0.1:{controller}
advertised.listeners={listeners}
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,{protocols}
log.dirs={data}
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
offsets.topic.num.partitions=4
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
"""


@dataclass(frozen=True)
class Stack:
    """A broker that runs. `real`: Apache Kafka, where rebalances and crashes are proven."""

    name: str
    bootstrap: str

    @property
    def real(self) -> bool:
        return self.name != "embedded"

    def settings(self, **changes: object) -> Settings:
        """Settings with topics, group and port that nobody else has."""
        prefix = uuid.uuid4().hex[:8]
        kafka = Kafka(bootstrap=self.bootstrap, group=f"g{prefix}", session_timeout=6.0, chunk_records=100)
        names = Topics(**{topic.value: f"{prefix}.{topic.value}" for topic in Topic})
        return Settings(kafka=kafka, topics=names, http=Http(bind=f"127.0.0.1:{free_port()}"), **changes)  # type: ignore[arg-type]  # a test's own fields

    def made(self, partitions: int = 4, **changes: object) -> Settings:
        """The same, with the topics made."""
        settings = self.settings(**changes)
        asyncio.run(topics.init(settings, partitions))
        return settings


async def members(kafka: Kafka, group: str) -> list[list[str]]:
    """The partitions, as topic-partition, of each member of a group."""
    async with admin(kafka) as client:
        (answer,) = await client.describe_consumer_groups([group])
    (described,) = answer.to_object()["groups"]
    found = []
    for member in described["members"]:
        owned = member["member_assignment"]
        decoded = ConsumerProtocolMemberAssignment.decode(owned) if isinstance(owned, bytes) else owned
        found.append([f"{source.topic}-{source.partition}" for source in decoded.partitions()])
    return found


@pytest.fixture(scope="session")
def stacks() -> Iterator[Callable[[str], Stack]]:
    """Brokers by name: each is started once, when it is first asked for, and runs to the end."""
    with contextlib.ExitStack() as running:
        yield functools.cache(lambda name: Stack(name, running.enter_context(_BROKERS[name]())))


@pytest.fixture(scope="session", params=["embedded", "apache", "docker"])
def stack(request: pytest.FixtureRequest, stacks: Callable[[str], Stack]) -> Stack:
    """Every broker there is; what cannot be had here is skipped with its reason."""
    return stacks(request.param)


@pytest.fixture(scope="session", params=["apache", "docker"])
def real_stack(request: pytest.FixtureRequest, stacks: Callable[[str], Stack]) -> Stack:
    """Apache Kafka only."""
    return stacks(request.param)


@contextlib.contextmanager
def embedded() -> Iterator[str]:
    """noida-db, as `reticent up` starts it."""
    with tempfile.TemporaryDirectory(prefix="reticent-noida-") as folder:
        service = start_kafka(Path(folder))
        try:
            wait_kafka(service)
            yield service.address
        finally:
            service.stop()


@contextlib.contextmanager
def apache() -> Iterator[str]:
    """One KRaft node of Apache Kafka, of jars that Maven resolves into the user's cache folder."""
    given = os.environ.get("RETICENT_TEST_KAFKA")
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="reticent-kafka-") as folder:
        broker = Apache(Path(folder))
        try:
            broker.start()
            yield broker.bootstrap
        finally:
            broker.stop()


class Apache:
    """One KRaft node with ports and data of its own; it can be stopped, killed and started again.

    `protocols`: its listeners besides the plain one, by name. `properties`: more lines of its configuration.
    `scram`: the users it is born with, `SCRAM-SHA-256=[name=...,password=...]`."""

    def __init__(
        self,
        folder: Path,
        *,
        protocols: Mapping[str, str] | None = None,
        properties: str = "",
        scram: Sequence[str] = (),
    ) -> None:
        self._protocols = {"PLAINTEXT": "PLAINTEXT", **(protocols or {})}
        self._ports = {name: free_port() for name in self._protocols}
        self._folder, self._file = folder, folder / "server.properties"
        self._process: subprocess.Popen[bytes] | None = None
        common = _PROPERTIES.format(
            listeners=",".join(f"{name}://127.0.0.1:{port}" for name, port in self._ports.items()),
            protocols=",".join(f"{name}:{protocol}" for name, protocol in self._protocols.items()),
            controller=free_port(),
            data=folder / "data",
        )
        self._file.write_text(common + properties)
        users = [argument for user in scram for argument in ("--add-scram", user)]
        self._java(["kafka.tools.StorageTool", "format", "-t", "MkU3OEVBNTcwNTJENDM2Qg", "-c", str(self._file), *users])

    def at(self, listener: str) -> str:
        return f"127.0.0.1:{self._ports[listener]}"

    @property
    def bootstrap(self) -> str:
        return self.at("PLAINTEXT")

    def start(self) -> None:
        command = [*_JAVA, "-Xmx512m", "-cp", f"{jars()}/*", "kafka.Kafka", str(self._file)]
        self._process = subprocess.Popen(
            command, cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _await_port(self._ports["PLAINTEXT"], 90, self._process)

    def stop(self, number: int = signal.SIGTERM) -> None:
        """By this signal; it is killed where it does not end."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(number)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _java(self, arguments: Sequence[str]) -> None:
        command = [*_JAVA, "-Xmx256m", "-cp", f"{jars()}/*", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=100, cwd=self._folder, check=False)
        if done.returncode:
            pytest.fail(f"{arguments[0]} ended with {done.returncode}: {done.stderr[-600:]}")


DOWNLOADS = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "reticent-tests"
"""Of the user, and not of one run of the tests, which have a cache of their own."""


def jars() -> Path:
    """The folder of Kafka's jars; skips the test where Java or Maven is missing or Maven cannot resolve them."""
    for tool in ("java", "mvn"):
        if shutil.which(tool) is None:
            pytest.skip(f"Apache Kafka needs Java 17 and Maven; there is no {tool} here")
    folder = DOWNLOADS / f"kafka-{VERSION}"
    if not (folder / "ready").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "pom.xml").write_text(_POM)
        command = ["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=libs"]
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=300, check=False)
        if done.returncode:
            pytest.skip("Maven cannot resolve Apache Kafka's jars here")
        (folder / "ready").touch()
    return folder / "libs"


@contextlib.contextmanager
def docker() -> Iterator[str]:
    """Apache Kafka's own image, through testcontainers."""
    try:
        import docker as engine  # noqa: PLC0415 - a dependency of testcontainers

        engine.from_env().ping()
    except Exception as error:
        pytest.skip(f"no Docker engine answers here ({type(error).__name__})")
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415 - only with an engine

    port = free_port()
    container = DockerContainer(f"apache/kafka:{VERSION}").with_bind_ports(9092, port)
    for name, value in {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://127.0.0.1:{port}",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
    }.items():
        container = container.with_env(name, value)
    with container:
        _await_port(port, 60)
        yield f"127.0.0.1:{port}"


_BROKERS = {"embedded": embedded, "apache": apache, "docker": docker}


def _await_port(port: int, seconds: float, process: subprocess.Popen[bytes] | None = None) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.5):
            return
        if process is not None and process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"the broker did not open its port {port}")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
