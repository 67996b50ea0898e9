"""What an impatient newcomer does: every mistake is one sentence on stderr and exit status 2, or 1 for a check."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .conftest import Reticent
from .policies import few_rules

JWT = "e30.e30.c2ln"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["demoo"], "No such command 'demoo'. Did you mean 'demo'?"),
        (["approvals", "shw"], "No such command 'shw'"),
        (["demo", "--kep"], "No such option: --kep"),
        (["sessions", "list", "--jsn"], "--json"),
        (["produce"], "Missing argument 'FILE...'"),
        (["replay"], "Missing argument 'SESSION'"),
        (["replay", "one", "two"], "unexpected extra argument"),
        (["scan", "--format"], "requires an argument"),
        (["init", "--partitions", "0"], "--partitions"),
        (["init", "--partitions", "many"], "--partitions"),
        (["sessions", "list", "--limit", "0"], "--limit"),
        (["produce", "x", "--timeout", "soon"], "--timeout"),
        (["worker", "--roles", "gatway"], "choose of gateway, approvals, archive, forward"),
        (["up", "--embed", "redis"], "choose of kafka, clickhouse"),
    ],
)
def test_a_mistyped_command_says_what_is_wrong_and_where_help_is(
    arguments: list[str], says: str, reticent: Reticent
) -> None:
    done = reticent(*arguments)
    assert done.code == 2
    assert says in done.sentence


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """What is often given instead of the file that is wanted."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "latin.txt").write_bytes("policy: café\n".encode("latin-1"))
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "wrong.yaml").write_text("kafka: {bootstrap: 'a:1'\npolicy: x\n")
    (tmp_path / "tabs.yaml").write_text("kafka:\n\tbootstrap: 'a:1'\n")
    (tmp_path / "typo.yaml").write_text("kafka: {bootstrp: 'a:1'}\n")
    (tmp_path / "list.yaml").write_text("- kafka\n")
    (tmp_path / "run.json").write_text("{}")
    (tmp_path / "jwt").write_text(JWT)
    return tmp_path


CONFIGURED = [
    ["scan", "run.json"], ["mask", "run.json"], ["policy", "test"], ["init"], ["worker"], ["up"], ["doctor"],
    ["produce", "run.json", "--token-file", "jwt"], ["approvals", "list"], ["approvals", "show", "ap-1"],
    ["approvals", "wait", "ap-1"], ["approvals", "approve", "ap-1"], ["approvals", "reject", "ap-1"],
    ["sessions", "list"], ["sessions", "show", "s"], ["replay", "s"], ["audit", "query", "SELECT 1"],
]  # fmt: skip


@pytest.mark.parametrize("command", CONFIGURED, ids=" ".join)
@pytest.mark.parametrize(
    ("config", "says"),
    [
        ("absent.yaml", "absent.yaml: the file cannot be read (No such file or directory)"),
        ("folder", "folder: the file cannot be read (Is a directory)"),
        ("latin.txt", "latin.txt: the file is not UTF-8 - save it as UTF-8"),
        ("wrong.yaml", "wrong.yaml:2:"),
        ("tabs.yaml", "indent with spaces"),
        ("typo.yaml", "typo.yaml:1:19: there is no setting kafka.bootstrp - did you mean bootstrap?"),
        ("list.yaml", "a configuration is a mapping"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_told_by_every_command(
    command: list[str], config: str, says: str, files: Path, reticent: Reticent
) -> None:
    done = reticent(*command, "--config", config)
    assert done.code == 2
    assert says in done.sentence


def test_the_environment_names_the_configuration_and_its_mistakes(files: Path, reticent: Reticent) -> None:
    assert "absent.yaml" in reticent("doctor", RETICENT_CONFIG="absent.yaml").sentence
    assert "RETICENT_KAFA__BOOTSTRAP: there is no section kafa - did you mean kafka?" in (
        reticent("doctor", RETICENT_KAFA__BOOTSTRAP="a:1").sentence
    )


ACTING = [["produce", "run.json"], ["approvals", "approve", "ap-1"], ["approvals", "reject", "ap-1"]]


@pytest.mark.parametrize("command", ACTING, ids=" ".join)
@pytest.mark.parametrize(
    ("token", "says"),
    [
        ("absent", "absent: the token file cannot be read (No such file or directory)"),
        ("folder", "folder: the token file cannot be read (Is a directory)"),
        ("latin.txt", "latin.txt: the token file cannot be read (it is not text)"),
        ("empty.txt", "empty.txt: the token file is empty"),
        ("run.json", "run.json: this is no JWT"),
    ],
)
def test_a_token_file_that_cannot_be_used(
    command: list[str], token: str, says: str, files: Path, reticent: Reticent
) -> None:
    done = reticent(*command, "--token-file", token)
    assert done.code == 2
    assert says in done.sentence


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable for root")
def test_a_token_file_of_somebody_else(files: Path, reticent: Reticent) -> None:
    (files / "jwt").chmod(0)
    assert "Permission denied" in reticent("produce", "run.json", "--token-file", "jwt").sentence


def test_a_command_that_acts_as_somebody_asks_for_the_token_and_never_shows_it(files: Path, reticent: Reticent) -> None:
    assert "there is no token - name a file with --token-file, or set RETICENT_TOKEN" in (
        reticent("produce", "run.json").sentence
    )
    secret = "not-a-jwt-but-secret"
    done = reticent("produce", "run.json", RETICENT_TOKEN=secret)
    assert done.code == 2
    assert "RETICENT_TOKEN: this is no JWT" in done.sentence
    assert secret not in done.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["absent.json"], "absent.json: the file cannot be read (No such file or directory)"),
        (["folder"], "folder: the file cannot be read (Is a directory)"),
        (["run.json", "--format", "xml"], "--format: there is no format xml - docs/formats.md lists all"),
        (["run.json", "--select", "$$"], "--select: this is no JSONPath"),
        (["latin.txt", "--select", "$.a"], "latin.txt: the file is not JSON, so nothing can be selected in it"),
        (["run.json", "--select", "$.absent"], "there is nothing to publish: the JSONPath selects nothing"),
        (["run.json", "--session", "a\nb"], "--session: it has characters that do not print"),
        (["run.json", "--content-type", "\udcff"], "--content-type: it has characters that do not print"),
        (["deep.json", "--select", "$..a"], "deep.json: the file is too deep for a JSONPath"),
    ],
)
def test_what_cannot_be_published_is_told_before_a_broker_is_asked(
    arguments: list[str], says: str, files: Path, reticent: Reticent
) -> None:
    (files / "deep.json").write_text("[" * 100_000 + "]" * 100_000)
    done = reticent("produce", *arguments, "--token-file", "jwt")
    assert done.code == 2
    assert says in done.sentence


def test_input_that_cannot_be_read(files: Path, reticent: Reticent) -> None:
    done = reticent("mask", "absent.json", "--policy", few_rules(files))
    assert done.code == 2
    assert "absent.json" in done.sentence


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        ("absent.yaml", "absent.yaml: the file cannot be read (No such file or directory)"),
        ("folder", "folder: the file cannot be read (Is a directory)"),
        ("latin.txt", "latin.txt: the file is not UTF-8"),
        ("typo.yaml", "typo.yaml:1:"),
    ],
)
def test_a_policy_that_cannot_be_used_is_told(policy: str, says: str, files: Path, reticent: Reticent) -> None:
    done = reticent("mask", "run.json", "--policy", policy)
    assert done.code == 2
    assert says in done.sentence
    checked = reticent("policy", "check", policy)
    # a wrong policy is the answer that was asked for; no policy at all is none
    assert checked.code == (1 if (files / policy).is_file() else 2)
    assert says in checked.err and len(checked.err.splitlines()) == 1


NEEDS_KAFKA = [
    ["init"], ["produce", "run.json", "--token-file", "jwt"], ["approvals", "list"], ["approvals", "show", "ap-1"],
    ["approvals", "wait", "ap-1"], ["approvals", "approve", "ap-1", "--token-file", "jwt"],
]  # fmt: skip
NEEDS_CLICKHOUSE = [["sessions", "list"], ["sessions", "show", "s"], ["replay", "s"], ["audit", "query", "SELECT 1"]]


@pytest.mark.parametrize("command", NEEDS_KAFKA, ids=" ".join)
def test_no_broker_is_one_sentence(command: list[str], files: Path, reticent: Reticent) -> None:
    done = reticent(*command, RETICENT_KAFKA__BOOTSTRAP="127.0.0.1:1")
    assert done.code == 2
    assert "Kafka cannot be reached: nobody listens at 127.0.0.1:1: is it running" in done.sentence


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("RETICENT_KAFKA__BOOTSTRAP", "somewhere:port"),
        ("RETICENT_CLICKHOUSE__DSN", "somewhere"),
        ("RETICENT_CLICKHOUSE__DSN", "http://somewhere:port/reticent"),
        ("RETICENT_HTTP__BIND", "somewhere"),
    ],
)
def test_an_address_that_is_none_is_told_by_its_variable(
    variable: str, value: str, tmp_path: Path, reticent: Reticent
) -> None:
    said = reticent("up", "--data", str(tmp_path / "data"), **{variable: value}).sentence
    assert said.startswith(f"{variable}: this ")
    assert "write h" in said  # host:port, or http://...


def test_a_folder_for_data_that_is_a_file(files: Path, reticent: Reticent) -> None:
    assert "run.json: this is no folder - name a folder with --data" in reticent("up", "--data", "run.json").sentence


@pytest.mark.parametrize("command", NEEDS_CLICKHOUSE, ids=" ".join)
def test_no_clickhouse_is_one_sentence(command: list[str], reticent: Reticent) -> None:
    done = reticent(*command, RETICENT_CLICKHOUSE__DSN="http://default@127.0.0.1:1/reticent")
    assert done.code == 2
    assert "ClickHouse at 127.0.0.1:1 does not answer: is it running, and is clickhouse.dsn right?" in done.sentence
