"""`reticent init` makes what is missing, and `reticent doctor` says what is wrong and what to do about it."""

from __future__ import annotations

import asyncio
import json
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from aiokafka.admin import NewTopic

from reticent.model import Topic
from reticent.settings import Settings, load
from reticent.stream.connection import admin
from reticent.stream.topics import CONFIGURATION

from .conftest import Done, Reticent, Running
from .policies import FEW_RULES

Change = Callable[[dict], None]


@pytest.fixture
def home(up: Running, tmp_path: Path) -> Callable[[Change], Path]:
    """A configuration like that of `reticent up`, with topics and a database that nobody made yet, and changed."""

    def make(change: Change = lambda _: None) -> Path:
        for name in ("token.key", "keys.json"):
            shutil.copy(up.folder / name, tmp_path / name)
        (tmp_path / "policy.yaml").write_text(FEW_RULES)
        tree = yaml.safe_load(up.config.read_text())
        prefix = f"t{uuid.uuid4().hex[:8]}"
        tree["topics"] = {topic.value: f"{prefix}.{topic.value}" for topic in Topic}
        tree["clickhouse"]["dsn"] = tree["clickhouse"]["dsn"].replace("/reticent", f"/{prefix}")
        change(tree)
        path = tmp_path / "reticent.yaml"
        path.write_text(yaml.safe_dump(tree))
        return path

    return make


def states(done: Done) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in done.rows:
        assert set(row) == {"check", "state", "message", "advice"}
        assert row["state"] != "bad" or row["advice"] or "is it running" in row["message"]
        found.setdefault(row["check"], []).append(row["state"])
    return found


def advice(done: Done, check: str) -> str:
    return "\n".join(f"{row['message']} > {row['advice']}" for row in done.rows if row["check"] == check)


def test_init_makes_topics_and_tables_and_twice_changes_nothing(home: Callable[..., Path]) -> None:
    config, command = str(home()), Reticent({})
    first = command("init", "--partitions", "2", "--json", "--config", config)
    assert first.code == 0
    assert {(row["kind"], row["state"]) for row in first.rows} == {("topic", "made"), ("schema", "applied")}
    assert len([row for row in first.rows if row["kind"] == "topic"]) == len(Topic)
    second = command("init", "--partitions", "3", "--config", config)
    assert second.code == 0
    assert {tuple(line.split("\t")[::2]) for line in second.out.splitlines()} == {("topic", "was there")}
    assert second.err == "ClickHouse: the schema is current\n"
    assert command("init", "--config", config, columns=80).out.split()[:3] == ["what", "name", "state"]
    well = command("doctor", "--json", "--config", config)
    assert well.code == 0
    assert {state for found in states(well).values() for state in found} == {"ok"}
    assert command("doctor", "--config", config, columns=80).out.split()[:5] == ["check", "state", "what", "what", "to"]


def test_all_is_well_with_what_up_made(up: Running) -> None:
    checked = up.command("doctor")
    assert checked.code == 0
    names = ["policy", "masking key", "identity", "kafka", "topics", "rights", "clickhouse", "schema"]
    assert [line.split("\t")[:2] for line in checked.out.splitlines()] == [[name, "ok"] for name in names]


def test_before_init_it_says_so(home: Callable[..., Path]) -> None:
    done = Reticent({})("doctor", "--json", "--config", str(home()))
    assert done.code == 1
    assert states(done) | {"topics": ["bad"] * len(Topic), "schema": ["bad"]} == states(done)
    assert advice(done, "topics").count("run `reticent init`") == len(Topic)
    assert "run `reticent init`" in advice(done, "schema")


def test_topics_that_somebody_else_made_are_judged(home: Callable[..., Path]) -> None:
    config = home()
    settings = load(config, {})

    async def make() -> None:
        async with admin(settings.kafka) as client:
            for topic in Topic:
                given = dict(CONFIGURATION[topic])
                if topic is Topic.RAW:
                    given |= {"retention.ms": "-1", "message.timestamp.type": "CreateTime", "max.message.bytes": "1000"}
                if topic is Topic.AUDIT:
                    given["retention.ms"] = "3600000"
                if topic is Topic.SANITIZED:
                    given |= {"retention.ms": str(900 * 24 * 3600 * 1000), "max.message.bytes": str(1 << 27)}
                count = 3 if topic is Topic.DECISIONS else 2
                await client.create_topics([NewTopic(_name(settings, topic), count, 1, topic_configs=given)])

    asyncio.run(make())
    done = Reticent({})("doctor", "--json", "--config", str(config))
    assert done.code == 1
    said = advice(done, "topics")
    raw, audit = _name(settings, Topic.RAW), _name(settings, Topic.AUDIT)
    assert f"{raw}: raw records, which hold everything, stay for ever > kafka-configs" in said
    assert f"{raw}: message.timestamp.type is CreateTime and should be LogAppendTime" in said
    assert f"{raw}: max.message.bytes is 1000, less than" in said
    assert f"--entity-name {raw} --add-config retention.ms=3600000" in said
    assert f"{audit}: records stay 1 h, less than 720 h" in said
    assert f"--topic {_name(settings, Topic.APPROVALS)} --partitions 3" in said
    assert _name(settings, Topic.SANITIZED) not in said  # more than enough is enough
    assert set(states(done)["topics"]) == {"bad", "warn"}


def _name(settings: Settings, topic: Topic) -> str:
    return str(getattr(settings.topics, topic.value))


def test_what_does_not_answer_is_said_once(home: Callable[..., Path]) -> None:
    def away(tree: dict) -> None:
        tree["kafka"]["bootstrap"] = "127.0.0.1:1"
        tree["clickhouse"]["dsn"] = "http://default@127.0.0.1:1/reticent"
        tree["identity"]["issuers"][0] |= {"issuer": "http://127.0.0.1:1/realm", "jwks": None}

    done = Reticent({})("doctor", "--json", "--config", str(home(away)))
    assert done.code == 1
    found = states(done)
    assert (found["kafka"], found["clickhouse"], found["identity"]) == (["bad"], ["bad"], ["bad"])
    assert not {"topics", "schema"} & set(found)
    assert "does not answer" in advice(done, "identity")


def test_keys_policy_and_masking_key_are_looked_at(home: Callable[..., Path], tmp_path: Path) -> None:
    config = home()
    (tmp_path / "token.key").chmod(0o644)
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [{"kty": "oct", "k": "c2hhcmVk"}]}))
    (tmp_path / "policy.yaml").write_text(FEW_RULES.replace("AC-0001", "AC-01") + "mode: shadow\n")
    done = Reticent({})("doctor", "--json", "--config", str(config))
    assert done.code == 1
    assert f"has mode 644, so that others can use it > chmod 600 {tmp_path / 'token.key'}" in advice(
        done, "masking key"
    )
    assert "holds no usable key" in advice(done, "identity")
    assert "rules fail their own examples: own > run `reticent policy test`" in advice(done, "policy")
    assert states(done)["policy"] == ["bad", "warn"]
    (tmp_path / "token.key").write_text("short")
    (tmp_path / "policy.yaml").write_text("version: 1\nmode: enfroce\n")
    (tmp_path / "keys.json").unlink()
    done = Reticent({})("doctor", "--json", "--config", str(config))
    assert "the masking key has 5 bytes > give 32 or more" in advice(done, "masking key")
    assert "policy.yaml:2:7" in advice(done, "policy")
    assert "the file cannot be read (No such file or directory)" in advice(done, "identity")
    (tmp_path / "token.key").unlink()
    assert "head -c 48 /dev/urandom" in advice(Reticent({})("doctor", "--json", "--config", str(config)), "masking key")


def test_without_any_configuration_it_says_what_is_missing(reticent: Reticent, tmp_path: Path) -> None:
    policy = tmp_path / "few.yaml"
    policy.write_text(FEW_RULES)
    nothing = {
        "RETICENT_POLICY": str(policy),
        "RETICENT_KAFKA__BOOTSTRAP": "127.0.0.1:1",
        "RETICENT_CLICKHOUSE__DSN": "http://d@127.0.0.1:1/r",
    }
    done = reticent("doctor", "--json", **nothing)
    assert done.code == 1
    assert "name at least one" in advice(done, "identity")
    assert "make one: head -c 48" in advice(done, "masking key")
    assert states(done)["policy"] == ["ok"]
