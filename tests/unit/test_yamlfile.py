"""YAML that nobody meant to write: a mistake with its place, whatever it is."""

from __future__ import annotations

import pytest

from reticent import yamlfile
from reticent.errors import ConfigError


@pytest.mark.parametrize(
    "value",
    [
        "2024-13-45", "2001-01-01T99:00:00", "2001-01-01T00:00:00+99:99", "0x" + "f" * 5000, "9" * 5000,
        "!!timestamp x", "!!int ''", "!!bool x", "!!float x",
    ],
)  # fmt: skip
def test_a_value_that_is_not_what_it_looks_like_has_its_place(value: str) -> None:
    with pytest.raises(ConfigError, match="put it in quotes") as caught:
        yamlfile.parse(f"a: 1\nb: {value}\n", "f.yaml")
    assert caught.value.where == "f.yaml:2:4"


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, "- " * 100_000 + "a", "{a: " * 100_000, "? " * 100_000, "&a [*a]", "&a {b: [*a]}"],
    ids=["lists", "items", "objects", "keys", "a list in itself", "an object in itself"],
)
def test_nesting_without_end_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="nests deeper than 100 levels"):
        yamlfile.parse(text, "f.yaml")


@pytest.mark.parametrize("key", ["[a]", "{a: b}", "1", "2024-01-01", "&a [*a]"])
def test_a_key_is_text(key: str) -> None:
    with pytest.raises(ConfigError, match="a key must be text"):
        yamlfile.parse(f"? {key}\n: 1\n", "f.yaml")
