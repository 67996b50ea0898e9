"""Messages that stand as JSON in a string are read as a talk: what one asks and the next one tells, and a value that
one begins and the next one ends, are found, and masked where each is written."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from reticent import Scanner
from reticent.detect.readings.talks import talks
from reticent.detect.readings.views import Alone, Reading
from reticent.policy.validators import GENERATORS

from .linear import is_linear

KEY = GENERATORS["aws-key-id"](random.Random(5)) if "aws-key-id" in GENERATORS else "AK" + "IA" + "Q3EGZX7TPL4MW2RB"  # noqa: S311
SECRET = "Kite" + "4821x!"
ASKED = [
    (["whats the wifi pw", SECRET, "is it working?", "yes"], [SECRET]),
    (["What is your full name?", "Marta Lindqvist", "thanks, bye"], ["Marta Lindqvist"]),
    (["my dob", "4 may 1987", 'ok, "noted"'], ["4 may 1987"]),
    ([f"The first half of the key is {KEY[:11]}", f"{KEY[11:]} is the rest", "ok\nthanks"], [KEY[:11], KEY[11:]]),
]


def plain(said: Sequence[str]) -> Any:
    return [{"role": "user", "content": each} for each in said]


def parted(said: Sequence[str]) -> Any:
    return [{"role": "user", "parts": [{"type": "text", "content": each}]} for each in said]


def held(said: Sequence[str]) -> Any:
    return {"model": "m", "messages": [{"role": "user", "content": [{"type": "text", "text": each}]} for each in said]}


def lines(said: Sequence[str]) -> str:
    return "\n".join(json.dumps({"type": "user", "message": {"role": "user", "content": each}}) for each in said)


def within(said: Sequence[str]) -> Any:
    return {"request": json.dumps({"messages": plain(said)})}


@pytest.mark.parametrize("form", [plain, parted, held, lines, within])
@pytest.mark.parametrize("before", ["", "2026-11-28 INFO sent "])
@pytest.mark.parametrize(("said", "secrets"), ASKED)
def test_what_is_asked_and_told_in_a_string_is_masked(
    shipped: Scanner, form: Callable[[Sequence[str]], Any], before: str, said: Sequence[str], secrets: Sequence[str]
) -> None:
    whole = form(said)
    text = before + (whole if isinstance(whole, str) else json.dumps(whole))
    shown = json.loads(shipped.mask({"log": text}).content)["log"]
    assert not [secret for secret in secrets if secret in shown]
    after = shown.removeprefix(before)
    assert [json.loads(line) for line in (after.split("\n") if form is lines else [after])]
    assert shown.count("[REDACTED:") == len(secrets)
    assert not shipped.scan({"log": shown})


def test_what_messages_say_to_nobody_stays(shipped: Scanner) -> None:
    said = ["whats the wifi like there", "its slow lol", "name of the branch", "feature/login-form"]
    assert not shipped.scan({"log": json.dumps(plain(said))})


def test_a_document_that_says_a_name_twice_is_let_be() -> None:
    text = '[{"role": "user", "content": "password?", "content": "ok?"}, {"role": "user", "content": "x1y2z3w4"}]'
    assert all(reading.places(0, len(reading.text)) == [] for _, reading in talks(Reading(text, 0, Alone(0))))


@pytest.mark.parametrize(
    "piece", ['{"role": "user", "content": "password?"},', '{"role":', '[{"role": "user"}', '{"role": "a"} ']
)
def test_the_time_is_linear(piece: str) -> None:
    assert is_linear(lambda size: list(talks(Reading("[" + piece * (size // len(piece)), 0, Alone(0)))), 20_000, 0.02)
