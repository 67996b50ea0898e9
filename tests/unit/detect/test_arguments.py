"""A list of a command's arguments is read as the line that it stands for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reticent import Scanner

SECRET = "q7Hd9s" + "Kx2LmPz81"


@pytest.mark.parametrize(
    "line",
    [
        ["serve", "--port", "80", "--api-key", SECRET],
        ["docker", "login", "-u", "bot", "-p", SECRET, "registry.test"],
        ["curl", "-u", f"bob:{SECRET}", "https://a.test"],
        ["psql", "--password", SECRET],
        ["sshpass", "-p", SECRET, "ssh", "a.test"],
    ],
)
def test_an_option_tells_what_the_next_item_is(shipped: Scanner, line: list[str]) -> None:
    documents: list[Any] = [
        {"Config": {"Cmd": line}},
        {"type": "function_call", "call_id": "a", "name": "shell", "arguments": json.dumps({"command": line})},
    ]
    for document in documents:
        masked = shipped.mask(document)
        assert SECRET not in masked.text
        assert line[0] in masked.text
        assert shipped.mask(masked.text).text == masked.text


@pytest.mark.parametrize(
    "line", [["ls", "-l", "src"], ["git", "log", "--author", "me", "-p", "src/token.py"], ["-", "password", "changed"]]
)
def test_other_lists_stay(shipped: Scanner, line: list[str]) -> None:
    assert not shipped.scan({"command": line})
