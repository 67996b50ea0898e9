"""What a pattern is said to need, every match of it has; what its outline is said to hold, is in the outline."""

from __future__ import annotations

import re

import pytest

from reticent.patterns.expression import expressions, needle, token
from reticent.patterns.needs import TOKEN, TOKEN_LEAST
from reticent.patterns.outline import TABLE
from reticent.policy import load_policy

_RUN = re.compile(f"[{re.escape(TOKEN)}]{{{TOKEN_LEAST}}}")


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        (r"ghp_[0-9A-Za-z]{20}", True),
        (r"ghp_[0-9A-Za-z]{19}", False),
        (r"\b(?:sk|pk)-[a-z0-9]{21}", True),
        (r"(?:[0-9a-f]{32}|[0-9a-f]{8})", False),
        (r"(?:[A-Z]{12}\.){3}", False),
        (r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", True),
        (r"[^\s]{40}", False),
        (r"(?i)key[ :]{1,3}\w{24}", True),
        (r"[a-z]{0,40}", False),
    ],
)
def test_a_long_token_is_needed_where_every_match_has_one(pattern: str, needed: bool) -> None:
    assert token(pattern) is needed


@pytest.mark.parametrize(
    ("pattern", "held"),
    [
        (r"\d{2}", b"00"),
        (r"[0-9A-F]{2}", b""),
        (r"a(?:1|[2-4])", b"a0"),
        (r"x\d?", b""),
        (r"\d{1,3}\.\d{4,15}", b"0.0000"),
        (r"(?:\b[A-Z]{2}|x)-?(?P<secret>\d{7})", b"0000000"),
        (r"\d{4}-\d{2}-\d{2}|\d{2}-\d{2}-\d{4}", b"00-00-00"),
        (r"(?:\d\d[ -]?){3}", b"00"),
        (r"(?i)[a-z]{3}\d", b"0"),
        (r"(?:19|20)?\d{6}[A-Z]", b"000000A"),
    ],
)
def test_what_every_match_holds_is_told_in_outline(pattern: str, held: bytes) -> None:
    assert needle(pattern) == held


def test_examples_of_the_packs_have_what_their_rules_need() -> None:
    needing = 0
    for rule in load_policy(None).rules:
        for text in rule.match if rule.pattern and _plain(rule.match) else ():
            needing += token(rule.pattern) or bool(needle(rule.pattern))
            assert not token(rule.pattern) or _RUN.search(text), rule.id
            assert needle(rule.pattern) in text.encode().translate(TABLE), rule.id
    assert needing > 500


def _plain(texts: tuple[str, ...]) -> bool:
    return all(text.isascii() for text in texts)


@pytest.mark.parametrize(
    ("trigger", "outline"),
    [
        (r"\d-\d{2} [A-Z]", True),
        (r"[A-Z]{2}\d{6}[A-Z]", True),
        (r"password", False),
        (r"[a-z]{4}", False),
        (r"\d[a-z]", False),
        (r"@", False),
    ],
)
def test_what_is_told_by_its_form_is_looked_for_in_outline(trigger: str, outline: bool) -> None:
    assert [sought.outline for sought in expressions(trigger)] == [outline]


def test_an_outline_has_the_places_of_its_text() -> None:
    text = "AB 12-c, é漢\x00\x01".encode()
    drawn = text.translate(TABLE)
    assert drawn == b"AA 00-a, " + "é漢\x00\x01".encode()
    assert len(drawn) == len(text)
