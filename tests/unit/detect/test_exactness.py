"""What is masked is the value, with nothing of what stands around it; what everybody may know is none."""

from __future__ import annotations

import base64
import gzip
import random
import zlib
from collections.abc import Callable
from urllib.parse import quote

import pytest

from reticent import Scanner
from reticent.policy.validators import GENERATORS

QUOTES = ["\u201c\u201d", "\u201e\u201c", "\u2018\u2019", "\u00ab\u00bb", "\u300c\u300d"]


@pytest.mark.parametrize("quotes", QUOTES)
@pytest.mark.parametrize(
    "around", ["password: {}", "{{password = {}}}", "the password is {} for now", "DB_PASSWORD={}"]
)
def test_quotes_of_typesetting_are_no_part_of_a_password(shipped: Scanner, quotes: str, around: str) -> None:
    first, last = around.format(quotes[0] + "\0" + quotes[1]).split("\0")
    shown = shipped.mask(f"{first}Kite-{'Winter7'}x{last}").text
    assert shown.startswith(first + "[REDACTED:") and shown.endswith("]" + last)


def test_the_quotes_of_an_address_stay(shipped: Scanner) -> None:
    shown = shipped.mask("shipping_address = '4288 Maplewood Street, Tucson, AZ 85701'\n").text
    assert shown.startswith("shipping_address = '[REDACTED:") and shown.endswith("]'\n")


@pytest.mark.parametrize("name", ["publishable_key", "STRIPE_PUBLISHABLE_KEY", "stripePublishableKey"])
def test_a_key_that_pages_show_is_none(shipped: Scanner, name: str) -> None:
    value = "pk_" + "live_" + "".join(random.Random(4).choices("abcdefXYZ0123456789", k=24))  # noqa: S311
    assert not shipped.scan(f"{name} = '{value}'")


@pytest.mark.parametrize(
    "query", ["q=mail%20the%20team%20now", "filter=name%20eq%20%27foo%27", "t=a%2520b%2520c%2520d7"]
)
def test_a_sentence_in_a_link_that_opens_something_is_no_token(shipped: Scanner, query: str) -> None:
    assert not shipped.scan(f"GET /callback?x=1&{query} HTTP/1.1")


@pytest.mark.parametrize("hidden", ["\\u{:04x}", "\\x{:02x}", "%25{:02X}", "&#{};"])
def test_what_is_a_secret_as_it_is_written_is_not_decoded_before_its_surroundings(
    shipped: Scanner, hidden: str
) -> None:
    value = base64.b64encode(b"deploy:" + GENERATORS["github-token"](random.Random(8))[8:20].encode()).decode()  # noqa: S311
    written = "".join(hidden.format(ord(sign)) for sign in value)
    shown = shipped.mask(f"Authorization: Basic {written}\nAccept: text/plain\n").text
    assert shown.startswith("Authorization: Basic [REDACTED:") and shown.endswith("]\nAccept: text/plain\n")


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zlib.compress], ids=["as it is", "gzip", "zlib"])
def test_what_is_encoded_in_a_link_is_read_over_the_signs_that_links_write_otherwise(
    shipped: Scanner, pack: Callable[[bytes], bytes]
) -> None:
    for seed in range(20):
        token = GENERATORS["github-token"](random.Random(seed))  # noqa: S311
        value = quote(base64.b64encode(pack(f"the token??>>~~ is {token} \u00ff\u00fe".encode())), safe="")
        shown = shipped.mask(f"https://a.test/in?d={value}&y=2").text
        assert shown.startswith("https://a.test/in?d=[REDACTED:") and shown.endswith("]&y=2")
        assert len(shown) < 80
