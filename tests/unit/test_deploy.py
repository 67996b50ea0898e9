"""The deployment files are what their specifications say they must be."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]


def test_compose_file_follows_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*command, str(ROOT / "docker-compose.yml")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def services() -> dict[str, dict[str, object]]:
    loaded: dict[str, dict[str, dict[str, object]]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded["services"]


@pytest.mark.parametrize("name", ["kafka", "clickhouse", "keycloak", "worker"])
def test_every_lasting_service_has_a_health_check(services: dict[str, dict[str, object]], name: str) -> None:
    assert "test" in services[name]["healthcheck"]  # type: ignore[operator]  # YAML is untyped


def test_ports_are_published_on_loopback_only(services: dict[str, dict[str, object]]) -> None:
    published = [port for service in services.values() for port in service.get("ports", [])]  # type: ignore[attr-defined]  # YAML is untyped
    assert published
    assert all(str(port).startswith("127.0.0.1:") for port in published)


def test_the_image_does_not_run_as_root() -> None:
    users = [line for line in (ROOT / "deploy/Dockerfile").read_text().splitlines() if line.startswith("USER ")]
    assert users[-1:] == ["USER 10001:10001"]


def test_the_realm_imports_what_the_configuration_expects() -> None:
    realm = json.loads((ROOT / "deploy/keycloak/reticent-realm.json").read_text())
    config = yaml.safe_load((ROOT / "deploy/compose/reticent.yaml").read_text())
    issuer = config["identity"]["issuers"][0]
    assert issuer["issuer"].endswith(f"/realms/{realm['realm']}")
    audiences = {
        mapper["config"].get("included.custom.audience")
        for client in realm["clients"]
        for mapper in client["protocolMappers"]
    }
    assert issuer["audience"] in audiences


def test_no_secret_of_the_stack_is_written_into_a_file() -> None:
    realm = (ROOT / "deploy/keycloak/reticent-realm.json").read_text()
    for client in json.loads(realm)["clients"]:
        assert client.get("secret", "${PRODUCER_SECRET}") == "${PRODUCER_SECRET}"
    for user in json.loads(realm)["users"]:
        assert [c["value"] for c in user["credentials"]] == ["${APPROVER_PASSWORD}"]
