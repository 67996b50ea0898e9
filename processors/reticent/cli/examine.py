"""What `reticent doctor` examines: a generator a subject, which raises ReticentError where it cannot go on."""

from __future__ import annotations

import asyncio
import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ..assembly import authenticator
from ..cache import Cache
from ..detect import Detector
from ..errors import ConfigError, ReticentError, ServiceError
from ..identity.keys import USABLE, parse_key_set
from ..identity.sources import UnavailableError as KeysUnavailableError
from ..identity.sources import key_source
from ..model import Topic
from ..policy import load_policy
from ..resources import schema_path
from ..schemaregistry.sources import UnavailableError, sources
from ..settings import Issuer, Settings
from ..sinks.connect import connect
from ..sinks.connect import explained as clickhouse_explained
from ..sinks.query import query
from ..stream import topics as broker_topics
from ..stream.connection import admin, describe, explained
from ..stream.rights import READ, missing
from ..stream.topics import TopicDifference, TopicNames
from .output import counted

HOUR = 3600 * 1000
VIEWS = ("traces", "steps", "findings", "approvals", "audit", "sessions", "exposure")


@dataclass(frozen=True, slots=True)
class Finding:
    """`advice`: what to do. Only "bad" makes the command fail; "warn" is what an operator should have meant."""

    state: Literal["ok", "warn", "bad"]
    message: str
    advice: str = ""


def policy(settings: Settings) -> Iterator[Finding]:
    compiled = load_policy(settings.policy_path)
    detector = Detector(compiled.rules, compiled.dictionaries, limits=settings.limits, store=Cache.of_user())
    failing = sorted({rule for rule, _, _ in detector.failing_examples()})
    if failing:
        yield Finding("bad", f"rules fail their own examples: {', '.join(failing[:5])}", "run `reticent policy test`")
    else:
        yield Finding("ok", f"{len(compiled.rules)} rules pass their examples; {compiled.digest[:19]}")
    if compiled.mode == "shadow":
        yield Finding("warn", "the policy is in shadow mode: no threshold holds or blocks", "write mode: enforce")


def masking_key(settings: Settings) -> Iterator[Finding]:
    path = Path(settings.masking.key_file)
    key = settings.masking.key()
    mode = path.stat().st_mode
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Finding("bad", f"the masking key has mode {stat.S_IMODE(mode):o}, so that others can use it",
                      f"chmod 600 {path}")  # fmt: skip
    else:
        yield Finding("ok", f"{len(key)} bytes, mode {stat.S_IMODE(mode):o}")


def identity(settings: Settings) -> Iterator[Finding]:
    authenticator(settings)
    for issuer in settings.identity.issuers:
        yield asyncio.run(_keys(issuer))


async def _keys(issuer: Issuer) -> Finding:
    try:
        found = parse_key_set(await key_source(issuer.issuer, issuer.jwks, Path()).read())
    except (KeysUnavailableError, ValueError) as error:
        where = issuer.jwks or "its discovery document"
        advice = "set jwks of the issuer to a key set's file or https URL, or let this host reach the issuer"
        return Finding("bad", f"the keys of {issuer.issuer} cannot be had from {where}: {error}", advice)
    if not found.keys:
        return Finding("bad", f"the key set of {issuer.issuer} holds no usable key", f"publish one that is {USABLE}")
    algorithms = sorted({name for key in found.keys for name in key.algorithms})
    return Finding("ok", f"{issuer.issuer}: {counted(len(found.keys), 'key')}, {', '.join(algorithms)}")


def schemas(settings: Settings) -> Iterator[Finding]:
    """Nothing where none are configured."""
    for source in sources(settings.schemas):
        try:
            yield Finding("ok", asyncio.run(source.check()))
        except UnavailableError as error:
            yield Finding("bad", str(error), "see docs/configuration.md, schemas")


def kafka(settings: Settings) -> Iterator[Finding]:
    described = asyncio.run(_described(settings))
    brokers = len(described["brokers"])
    yield Finding("ok", f"{counted(brokers, 'broker')} at {settings.kafka.bootstrap}")
    if settings.kafka.sasl is not None and settings.kafka.sasl.mechanism == "PLAIN" and settings.kafka.tls is None:
        yield Finding("warn", "the password is sent in the clear (PLAIN without TLS)", "set kafka.tls, or use SCRAM")
    for topic in described["topics"]:
        lost = [str(each["partition"]) for each in topic["partitions"] if each["leader"] < 0]
        if lost:
            message = f"{topic['topic']}: no broker leads partition {', '.join(lost)}"
            yield Finding("bad", message, "bring the brokers of its replicas back")
        if brokers > 1 and any(len(each["replicas"]) == 1 for each in topic["partitions"]):
            message = f"{topic['topic']}: a single broker holds its records"
            yield Finding("warn", message, "raise its replication factor with kafka-reassign-partitions")


async def _described(settings: Settings) -> dict[str, Any]:
    """Brokers and topics."""
    async with admin(settings.kafka) as client:
        async with explained(settings.kafka):
            cluster: dict[str, Any] = await client.describe_cluster()
        wanted = {name for topic in Topic for name in TopicNames(settings).all(topic)}
        return {**cluster, "topics": (await describe(client, settings.kafka, wanted)).values()}


def topics(settings: Settings) -> Iterator[Finding]:
    report = asyncio.run(broker_topics.check(settings))
    names = TopicNames(settings)
    kinds = {name: topic for topic in Topic for name in names.all(topic)}
    found = [each for difference in report.differences if (each := _judged(settings, kinds, difference))]
    yield from found
    if not found:
        yield Finding("ok", f"{counted(len(report.existing), 'topic')} with settings that are safe")


def rights(settings: Settings) -> Iterator[Finding]:
    """Those of a worker with all roles."""
    lacking = asyncio.run(missing(settings, tuple(READ)))
    for right in lacking:
        yield Finding("warn", f"a worker that connects as this user lacks {right}", "docs/kafka.md lists the rights")
    if not lacking:
        yield Finding("ok", "a worker may read, write and join what it has to")


def _judged(settings: Settings, kinds: Mapping[str, Topic], difference: TopicDifference) -> Finding | None:
    """What a topic's being other than `init` makes it means; None where it is as good, or better."""
    topic, setting, found, wanted = (
        difference.topic, difference.setting, difference.found, difference.wanted
    )  # fmt: skip
    tool = f"--bootstrap-server {settings.kafka.bootstrap} --alter"
    if setting == "exists":
        return Finding("bad", f"the topic {topic} does not exist", "run `reticent init`")
    if setting == "partitions":
        message = f"{topic} has {found} partitions, and a sister of it {wanted}: they must meet in a worker"
        return Finding("bad", message, f"kafka-topics {tool} --topic {topic} --partitions {wanted}")
    advice = f"kafka-configs {tool} --entity-type topics --entity-name {topic} --add-config {setting}={wanted}"
    if not found.lstrip("-").isdigit() or not wanted.isdigit():
        return Finding("bad", f"{topic}: {setting} is {found} and should be {wanted}", advice)
    if setting == "retention.ms":
        longer = int(found) < 0 or int(found) > int(wanted)
        if kinds[topic] is Topic.RAW:
            stay = "for ever" if int(found) < 0 else f"{int(found) / HOUR:g} h"
            why = f"{topic}: raw records, which hold everything, stay {stay}"
            return Finding("bad", why, advice) if longer else None
        less = f"{topic}: records stay {int(found) / HOUR:g} h, less than {int(wanted) // HOUR} h"
        return None if longer else Finding("warn", f"{less}; an archive that is down longer loses them", advice)
    if int(found) >= int(wanted):
        return None
    return Finding("bad", f"{topic}: {setting} is {found}, less than {wanted}", advice)


def clickhouse(settings: Settings) -> Iterator[Finding]:
    client = connect(settings.clickhouse)
    try:
        with clickhouse_explained(settings.clickhouse):
            version = client.command("SELECT version()")
    finally:
        client.close()
    yield Finding("ok", f"ClickHouse {version} at {settings.clickhouse.dsn.rpartition('@')[2]}")


def schema(settings: Settings) -> Iterator[Finding]:
    try:
        rows = query(settings.clickhouse, "SELECT version, digest FROM schema_versions")
    except ServiceError:
        raise
    except ReticentError:
        yield Finding("bad", "the database has no schema of reticent", "run `reticent init`")
        return
    there = {row["version"]: row["digest"] for row in rows}
    known = {
        file.stem: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in schema_path("clickhouse").glob("[0-9]*.sql")
    }
    if missing := sorted(known.keys() - there.keys()):
        yield Finding("bad", f"not applied: {', '.join(missing)}", "run `reticent init`")
    if newer := sorted(there.keys() - known.keys()):
        yield Finding("bad", f"{', '.join(newer)} are of a newer reticent", "upgrade this one")
    if other := sorted(name for name in known.keys() & there.keys() if known[name] != there[name]):
        yield Finding("bad", f"made with another {', '.join(other)}", "name another database in clickhouse.dsn")
    for view in VIEWS if not missing else ():
        query(settings.clickhouse, f"SELECT 1 FROM {view} LIMIT 0")
    if not (missing or newer or other):
        yield Finding("ok", f"{', '.join(sorted(known))}; {', '.join(VIEWS)} answer")


EXAMINATIONS: Mapping[str, Callable[[Settings], Iterator[Finding]]] = {
    "policy": policy,
    "masking key": masking_key,
    "identity": identity,
    "schemas": schemas,
    "kafka": kafka,
    "topics": topics,
    "rights": rights,
    "clickhouse": clickhouse,
    "schema": schema,
}


def examine(settings: Settings) -> Iterator[tuple[str, Finding]]:
    """Every finding with its subject, as they come. What leaves an examination is a finding of it, and what depends
    on a service that does not answer is not asked again."""
    silent: set[str] = set()
    for name, examination in EXAMINATIONS.items():
        if _NEEDS.get(name) in silent:
            continue
        try:
            for finding in examination(settings):
                yield name, finding
        except ConfigError as error:
            yield name, Finding("bad", f"{error.where}: {error.what}" if error.where else error.what, error.advice)
        except ReticentError as error:
            silent.add(name)
            yield name, Finding("bad", str(error))


_NEEDS: Mapping[str, str] = {"topics": "kafka", "rights": "kafka", "schema": "clickhouse"}
