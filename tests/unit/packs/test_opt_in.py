"""Packs that a policy must name: what the default lets go on purpose is found by whoever asks for it, and by nobody
else."""

from __future__ import annotations

import functools
import uuid
from pathlib import Path

import pytest

from reticent import Scanner, yamlfile
from reticent.policy import load_policy
from reticent.policy.compile import compile_policy
from reticent.policy.packs import pack_names

ID = str(uuid.UUID(int=0x5F0C91E2_7A3B_4D18_9C46_E81B_D27A_90F3, version=4))


@functools.cache
def _scanner(*packs: str) -> Scanner:
    """Of the default policy without any."""
    if not packs:
        return Scanner(load_policy(None))
    return Scanner(compile_policy(yamlfile.parse(f"version: 1\npacks: [{', '.join(packs)}]\n", "p.yaml"), Path()))


def _found(scanner: Scanner, text: str) -> list[str]:
    return [text[each.start : each.end] for each in scanner.scan(text)]


def test_the_default_policy_has_neither() -> None:
    assert {rule.pack for rule in load_policy(None).rules}.isdisjoint({"identifiers", "placeholders"})


@pytest.mark.parametrize("text", ["id = '{}'", "GET /v1/items/{}/parts", '{{"item_{}": 1}}', "see {}."])
def test_every_uuid_is_found_where_identifiers_are_asked_for(text: str) -> None:
    asked, default = _scanner(*pack_names()), _scanner()
    given = text.format(ID)
    assert _found(asked, given) == [ID]
    assert _found(default, given) == []


@pytest.mark.parametrize(
    "text",
    [
        "password: 'password'",
        'db_password = "changeme"',
        "A=1\nDB_PASSWORD=secret\nB=2\n",
        "docker run -e POSTGRES_PASSWORD=password --rm db",
        "mysql://app:password@db/x",
        "export SERVICE_TOKEN=xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
    ],
)
def test_stand_ins_are_found_where_placeholders_are_asked_for(text: str) -> None:
    asked, default = _scanner(*pack_names()), _scanner()
    assert len(_found(asked, text)) == 1
    assert _found(default, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "password = password",
        "connect(user, password=password)",
        'password: "${DB_PASSWORD}"',
        "password: <password>",
        "password: string",
        '"LABEL_PASSWORD": "Password",',
        "password = None",
        "mysql://user:$PASS@host/x",
    ],
)
def test_variables_templates_types_and_labels_are_no_stand_ins(text: str) -> None:
    assert _found(_scanner(*pack_names()), text) == []


def test_what_is_masked_is_found_no_more() -> None:
    asked = _scanner(*pack_names())
    masked = asked.mask(f"password: 'changeme'\nid: {ID}\n").content.decode()
    assert ID not in masked and "changeme" not in masked
    assert asked.scan(masked) == []


@pytest.mark.parametrize(
    "text", ["mysql://user:password@host/x", "https://ana:secret@api.example.com", "a!!!SET IT!!!"]
)
def test_how_a_url_is_written_is_no_stand_in(text: str) -> None:
    assert _found(_scanner(*pack_names()), text) == []
