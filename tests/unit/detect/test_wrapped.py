"""A value that a line end parts is found whole, however mail wraps, quotes and encodes it; sentences go on as words."""

from __future__ import annotations

import base64
import random
import textwrap
import uuid

import pytest

from reticent import Scanner
from reticent.detect.readings.wrapped import joints
from reticent.policy.validators import GENERATORS

from .linear import is_linear

BREAKS = {"wrapped": "\n", "quoted": "\n> ", "quoted twice": "\r\n>> ", "indented": "\n    ", "printable": "=\r\n"}
CARD, ACCOUNT = "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00"
"""A test card of the networks' manuals, and the account of the standard."""


def values() -> dict[str, str]:
    chance = random.Random(5)  # noqa: S311 - tests must repeat
    claims = base64.urlsafe_b64encode(b'{"sub":"1234567890","name":"Jo","iat":1516239022}').decode().rstrip("=")
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').decode().rstrip("=")
    return {
        "token": GENERATORS["github-token"](chance),
        "key": "AKIA" + "".join(chance.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=16)),
        "jwt": f"{head}.{claims}." + "".join(chance.choices("abcXYZ0123456789-_", k=43)),
        "card": CARD,
        "card without blanks": CARD.replace(" ", ""),
        "account": ACCOUNT,
        "account without blanks": ACCOUNT.replace(" ", ""),
        "address": "anna.kowalska@mail.corp.test",
    }


@pytest.mark.parametrize("way", BREAKS)
@pytest.mark.parametrize("kind", [each for each in values() if each != "address"])
def test_a_value_goes_on_in_the_next_line(shipped: Scanner, kind: str, way: str) -> None:
    value, parting = values()[kind], BREAKS[way]
    half = value.index(" ", len(value) // 2) + 1 if " " in value else len(value) // 2
    first, second = value[:half].rstrip(), value[half:]
    mark = parting.lstrip("=\r\n")
    text = f"{mark}we spoke about this one {first}{parting}{second}\n{mark}and so on."
    shown = shipped.mask(text).text
    assert first not in shown
    assert second not in shown
    assert shown.endswith(f"{mark}and so on.")


def test_a_token_goes_on_over_many_lines(shipped: Scanner) -> None:
    token = values()["jwt"]
    lines = textwrap.wrap(token, 31)
    shown = shipped.mask("> see\n> " + "\n> ".join(lines) + "\n> and so on").text
    assert not [line for line in lines if line in shown]


@pytest.mark.parametrize("kind", ["token", "key", "jwt"])
@pytest.mark.parametrize(
    "line", ["RETRIES=3", "DB_HOST=db.corp.test", "export STRIPES=x", "RETRIES: 3", "user2 logged in", "us2east"]
)
def test_the_line_behind_a_whole_token_is_left(shipped: Scanner, kind: str, line: str) -> None:
    shown = shipped.mask(f"PORT=80\nTOKEN={values()[kind]}\n{line}\n").text
    assert shown.startswith("PORT=80\nTOKEN=[REDACTED:") and shown.endswith(f"]\n{line}\n")


def test_a_name_that_is_given_a_value_is_no_rest_of_a_token(shipped: Scanner) -> None:
    begun = "sk-" + "lf-" + str(uuid.UUID(int=random.Random(3).getrandbits(128), version=4))  # noqa: S311
    for line in ("RETRIES=3", "STRIPES=red", "retries7: 3", "row12 was read"):
        assert shipped.mask(f"KEY={begun}\n{line}\n").text.endswith(f"]\n{line}\n")


@pytest.mark.parametrize("end", ["\\n", "\\r\\n", "\\\\n", "%0A", "%0d%0a"])
def test_encoded_lines_are_one_text_where_their_ends_are_escapes(shipped: Scanner, end: str) -> None:
    plain = f"{'We had a look at what came in today. ' * 3}The token is {values()['token']} and no other one."
    body = end.join(textwrap.wrap(base64.b64encode(plain.encode()).decode(), 60))
    text = f'{{"encoding": "base64", "content": "{body}{end}"}} was read'
    shown = shipped.mask(text, format="text").text
    head, _, tail = shown.partition("[REDACTED:github-token:")
    assert head == '{"encoding": "base64", "content": "'
    assert tail[8:] == f']{end}"}} was read'


@pytest.mark.parametrize("before", ["20", "%2520", "v2"])
def test_a_jwt_is_whole_though_it_stands_right_behind_something(shipped: Scanner, before: str) -> None:
    shown = shipped.mask(f"next=a{before}{values()['jwt']}&y=2").text
    assert shown.startswith(f"next=a{before}[REDACTED:jwt:") and shown.endswith("]&y=2")


@pytest.mark.parametrize("kind", ["token", "key"])
@pytest.mark.parametrize("before", ["", "token", "v2"])
def test_tokens_without_a_border_between_them_are_each_masked_whole(shipped: Scanner, kind: str, before: str) -> None:
    text = f"we saw {before}{values()[kind] * 3} there"
    shown = shipped.mask(text).text
    assert shown.startswith(f"we saw {before}[REDACTED:") and shown.endswith("] there")
    assert values()[kind] not in shown


def test_an_address_goes_on_behind_its_sign(shipped: Scanner) -> None:
    name, host = values()["address"].split("@")
    shown = shipped.mask(f"> write to {name}@\n> {host} please").text
    assert name not in shown
    assert host not in shown


def test_what_mime_encodes_is_read_over_its_lines(shipped: Scanner) -> None:
    plain = f"{'Dear all, this is what we have to say today. ' * 2}The token is {values()['token']} and no other one."
    body = textwrap.wrap(base64.b64encode(plain.encode()).decode(), 76)
    findings = shipped.scan("Content-Transfer-Encoding: base64\n\n" + "\n".join(body))
    assert "github-token" in {each.rule for each in findings}


def test_a_soft_line_end_is_none(shipped: Scanner) -> None:
    start = "It is a long line that a mail program had to break, the pass"
    text = f"Hello\n{start}word=\r\n: {values()['token'][4:16]}x7! and so on\n"
    assert values()["token"][4:16] not in shipped.mask(text).text


@pytest.mark.parametrize(
    "text",
    [
        "- see 4111 1111\n- 1111 1111\n",
        "row 12345678\n90123456 row\n",
        "| a | 41111111 |\n| 11111111 | b |",
        "4111 1111 2222\n1111 1111 3333\n",
        "41111111\n11111111\n",
        "PASSWORD=\nUSERNAME=app",
        "the tasks-\n2 of them",
        "we use sk-\nlearn for it",
        "the word eyJust\nbecause",
        "see sk-learn\nRegards, Jo",
        "    return 1\n\n    @unittest.skip",
        "943E\n5457 5504 7999\n5954 6CCD",
    ],
)
def test_lines_end_where_no_value_goes_on(shipped: Scanner, text: str) -> None:
    assert not shipped.scan(text)


def test_joints_are_in_order_and_apart() -> None:
    text = f"ж {values()['token'][:20]}\n{values()['token'][20:]} and {CARD[:9]}\n{CARD[10:]}, x@\nhost.test"
    found = list(joints(text))
    assert [text[start:end] for start, end, _ in found] == ["\n", "\n", "\n"]
    assert [said for *_, said in found] == ["", " ", ""]


@pytest.mark.parametrize(
    "piece", ["eyJ.", "eyJ/", "AKIA ", "4111 1111\n", "DE89 ", "a1" * 30 + "\n", "x@\n", "gh" + "p_a\n"]
)
def test_the_time_is_linear(piece: str) -> None:
    assert is_linear(lambda size: list(joints(piece * (size // len(piece)) + "\n1a")), 40_000, 0.05)
