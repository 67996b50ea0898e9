"""The configuration: files relative to it, the environment over it, passwords never in it, mistakes placed."""

from __future__ import annotations

from pathlib import Path

import pytest

from reticent.errors import ConfigError
from reticent.settings import load


def _write(folder: Path, text: str) -> Path:
    file = folder / "reticent.yaml"
    file.write_text(text)
    return file


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    settings = load(_write(tmp_path, "policy: p.yaml\nmasking: {key_file: k}\n"), {})
    assert settings.policy == str(tmp_path / "p.yaml")
    assert settings.masking.key_file == str(tmp_path / "k")


def test_the_environment_is_over_the_file(tmp_path: Path) -> None:
    file = _write(tmp_path, 'kafka: {bootstrap: "a:1"}\n')
    environ = {"RETICENT_KAFKA__BOOTSTRAP": "b:2", "RETICENT_CLICKHOUSE__PASSWORD": "x", "RETICENT_TOKEN": "t"}
    settings = load(file, environ)
    assert settings.kafka.bootstrap == "b:2"
    assert settings.clickhouse.password == "x"


@pytest.mark.parametrize(
    ("text", "place", "advice"),
    [
        ("kafka: {bootstap: x}\n", "reticent.yaml:1:", "did you mean bootstrap?"),
        ("kafak: {}\n", "reticent.yaml:1:", "did you mean kafka?"),
        ("clickhouse: {password: x}\n", "reticent.yaml:1:", "password_file"),
        ("clickhouse: {dsn: 'http://u:p@h:1/x'}\n", "reticent.yaml:1:", "password_file"),
        ("kafka: {bootstrap: 'a:b'}\n", "reticent.yaml:1:", "host:port"),
        ("kafka: {bootstrap: 'a:1,'}\n", "reticent.yaml:1:", "host:port"),
        ("kafka: {bootstrap: 'a:99999'}\n", "reticent.yaml:1:", "host:port"),
        ("clickhouse: {dsn: 'h:1/x'}\n", "reticent.yaml:1:", "http://user@host:8123/database"),
        ("clickhouse: {dsn: 'http://h:port/x'}\n", "reticent.yaml:1:", "http://user@host:8123/database"),
        ("http: {bind: '6066'}\n", "reticent.yaml:1:", "host:port"),
        ("http: {bind: '!!:80'}\n", "reticent.yaml:1:", "host:port"),
        ("http: {bind: '127.0.0.1:'}\n", "reticent.yaml:1:", "host:port"),
        ("limits: {depth: deep}\n", "reticent.yaml:1:", "docs/configuration.md"),
        ("topics: {raw: a, audit: a}\n", "reticent.yaml:1:", "a name of its own"),
        ("topics: {audit: traces.raw}\n", "reticent.yaml:1:", "a name of its own"),
        (
            "topics: {raw: 'a.{tenant}', audit: a.acme}\nidentity: {tenants: [acme]}\n",
            "reticent.yaml:1:",
            "a name of its own",
        ),
        ("identity: {issuers: [{issuer: i, audience: a, preset: oktta}]}\n", "reticent.yaml:1:", "mean okta?"),
        (
            "identity: {issuers: [{issuer: i, audience: a, preset: nope}]}\n",
            "reticent.yaml:1:",
            "choose of entra, google, keycloak, okta",
        ),
        (
            "sinks: [{name: a, type: file, path: x}, {name: a, type: file, path: y}]\n",
            "reticent.yaml:1:",
            "its own name",
        ),
        ("sinks: [{name: a, type: nope}]\n", "reticent.yaml:1:", "choose of file, otlp, webhook"),
        ("identity: {issuers: [{issuer: 'http://idp.example', audience: a}]}\n", "reticent.yaml:1:", "https"),
        ("sinks: [{name: a, type: otlp, url: 'http://o.example'}]\n", "reticent.yaml:1:", "https"),
        ("clickhouse: {dsn: 'http://[/x'}\n", "reticent.yaml:1:", "http://user@host:8123/database"),
        ("identity: {issuers: [{issuer: 'https://[idp', audience: a}]}\n", "reticent.yaml:1:", "https"),
        ("schemas: {registry: 'https://[::x]'}\n", "reticent.yaml:1:", "https"),
        ("sinks: 7\n", "reticent.yaml:1:", "docs/configuration.md"),
        ("identity: {issuers: true}\n", "reticent.yaml:1:", "docs/configuration.md"),
        ("[]\n", "reticent.yaml:1:1", "sections"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_what_to_write(
    tmp_path: Path, text: str, place: str, advice: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(_write(tmp_path, text), {})
    assert place in str(caught.value)
    assert advice in str(caught.value)


@pytest.mark.parametrize(
    "place",
    [
        "kafka.session_timeout", "kafka.transaction_timeout", "kafka.chunk_records", "kafka.chunk_bytes",
        "clickhouse.batch_rows", "clickhouse.batch_seconds", "identity.refresh", "limits.record_bytes",
        "limits.inflated_bytes", "limits.header_bytes", "limits.depth", "limits.leaves", "limits.findings",
        "limits.scan_seconds",
    ],
)  # fmt: skip
def test_sizes_and_times_are_more_than_nothing(tmp_path: Path, place: str) -> None:
    section, name = place.split(".")
    for number in ("0", "-1", ".inf", ".nan"):
        with pytest.raises(ConfigError) as caught:
            load(_write(tmp_path, f"{section}:\n  {name}: {number}\n"), {})
        assert f"reticent.yaml:2:{len(name) + 5}: {place}: " in str(caught.value)
    with pytest.raises(ConfigError) as caught:
        load(_write(tmp_path, ""), {f"RETICENT_{section}__{name}".upper(): "0"})
    assert caught.value.where == f"RETICENT_{section}__{name}".upper()


def test_a_tolerance_may_be_nothing_but_not_less(tmp_path: Path) -> None:
    for text in ("identity: {cooldown: %s}\n", "limits: {lag_seconds: %s}\n"):
        load(_write(tmp_path, text % 0), {})
        with pytest.raises(ConfigError):
            load(_write(tmp_path, text % -1), {})


def test_an_unknown_variable_of_ours_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="did you mean kafka"):
        load(_write(tmp_path, ""), {"RETICENT_KAFAK__BOOTSTRAP": "x"})


def test_a_mistake_in_a_variable_names_the_variable(tmp_path: Path) -> None:
    file = _write(tmp_path, "kafka: {bootstrap: 'a:1'}\n")
    for variable, text in (
        ("RETICENT_KAFKA__BOOTSTRAP", "a:b"), ("RETICENT_LIMITS__DEPTH", "deep"), ("RETICENT_KAFKA__NOPE", "1"),
        ("RETICENT_KAFKA__SASL__PASSWORD", "x"), ("RETICENT_POLICY__NAME", "x"),
    ):  # fmt: skip
        with pytest.raises(ConfigError) as caught:
            load(file, {variable: text})
        assert caught.value.where == variable


def test_brokers_are_named_by_host_and_port(tmp_path: Path) -> None:
    for text in ("a:1", "a.example:9092, b:9092", "[::1]:9092", "broker"):
        assert load(_write(tmp_path, f"kafka: {{bootstrap: '{text}'}}\n"), {}).kafka.bootstrap == text


def test_a_missing_file_that_was_named_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "none.yaml", {})
