"""In an object of which one value tells what another is, the other is found, wherever it stands and by whatever key."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reticent import Scanner

SECRET = "Kite-" + "tul97x!"


@pytest.mark.parametrize(
    "document",
    [
        {"name": "reset_password", "arguments": {"new": SECRET}},
        {"name": "reset_password", "arguments": json.dumps({"user": "ana", "new": SECRET})},
        {
            "role": "assistant",
            "tool_calls": [{"function": {"name": "set_password", "arguments": {"a": 1, "b": SECRET}}}],
        },
        {"type": "tool_use", "name": "set_password", "input": {"user": "ana", "value": SECRET}},
        {"tool": "changePassword", "args": ["ana", SECRET]},
        {"action": "login", "params": {"who": "ana", "p": SECRET}},
        {
            "type": "random_password",
            "name": "db",
            "instances": [{"attributes": {"length": 16, "keepers": None, "result": SECRET}}],
        },
        {"outputs": {"conn": {"sensitive": True, "type": "string", "value": SECRET}}},
        {"outputs": {"conn": {"value": SECRET, "type": "string", "sensitive": True}}},
        {"rows": [{"Key": "app/password", "Flags": 0, "Value": SECRET}]},
        {"stack": [{"ParameterKey": "DBPassword", "ParameterValue": SECRET}]},
        {"item": {"password": {"S": SECRET}}},
        {"credentials": {"password": {"value": SECRET}}},
        {"fields": {"password": {"stringValue": SECRET}}},
    ],
)
def test_a_value_is_found_by_what_another_tells(shipped: Scanner, document: dict[str, Any]) -> None:
    masked = shipped.mask(document).text
    assert SECRET not in masked
    assert json.loads(masked).keys() == document.keys()
    assert SECRET not in shipped.mask(json.dumps(document)).text


@pytest.mark.parametrize(
    "document",
    [
        {"name": "reset_password", "arguments": {"user": "reporting", "locale": "en-US"}},
        {"name": "reset_password", "description": "Sends a mail. Needs 2 steps", "parameters": {"type": "object"}},
        {"name": "list_users", "arguments": {"new": "v2-build.7"}},
        {"type": "random_password", "name": "db"},
        {"conn": {"sensitive": False, "value": "db-7 v2"}},
        [{"name": "login", "status": "ok"}, {"value": "v2-build.7"}],
    ],
)
def test_what_nothing_tells_of_stays(shipped: Scanner, document: object) -> None:
    assert not shipped.scan({"of": document})
