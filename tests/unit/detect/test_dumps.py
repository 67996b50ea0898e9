"""Bytes that programs show are read as what they say; what stands around them stays."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from reticent import Scanner
from reticent.detect.readings.dumps import dumped
from reticent.policy.validators import GENERATORS

from .linear import is_linear

TOKEN = GENERATORS["github-token"](random.Random(21))  # noqa: S311 - tests must repeat
SAID = f"Kind people, look here: the token is {TOKEN} and no other one.".encode()


def lines(data: bytes, write: Callable[[int, bytes], str]) -> str:
    return "\n".join(write(at, data[at : at + 16]) for at in range(0, len(data), 16))


def shown(data: bytes) -> str:
    return "".join(chr(each) if 32 <= each < 127 else "." for each in data)


def xxd(at: int, data: bytes) -> str:
    return f"{at:08x}: {data.hex(' ', -2):39}  {shown(data)}"


def hexdump(at: int, data: bytes) -> str:
    return f"{at:08x}  {data[:8].hex(' '):23}  {data[8:].hex(' '):23}  |{shown(data)}|"


def tcpdump(at: int, data: bytes) -> str:
    return f"\t0x{at:04x}:  {data.hex(' ', -2):39}  {shown(data)}"


@pytest.mark.parametrize("sign", [":", " ", "-"])
def test_pairs_of_digits_are_masked_whole(shipped: Scanner, sign: str) -> None:
    masked = shipped.mask(f"read {SAID.hex(sign)} there").text
    assert masked.startswith("read [REDACTED:github-token:") and masked.endswith("] there")


@pytest.mark.parametrize("before", ["0x", "0X"])
def test_digits_behind_their_mark_are_read(shipped: Scanner, before: str) -> None:
    masked = shipped.mask(f"data: {before}{SAID.hex()};").text
    assert masked.startswith("data: [REDACTED:github-token:") and masked.endswith("];")


@pytest.mark.parametrize("way", [xxd, hexdump, tcpdump])
@pytest.mark.parametrize("quote", ["", "> ", "{:6}\t"])
def test_lines_of_a_dump_are_masked_where_the_value_is(
    shipped: Scanner, way: Callable[[int, bytes], str], quote: str
) -> None:
    written = "$ show file\n" + lines(SAID, way) + "\n$ "
    given = [quote.format(number) + line for number, line in enumerate(written.split("\n"), 1)]
    masked = shipped.mask("\n".join(given)).text
    assert masked.split("\n")[:2] == given[:2] and masked.split("\n")[-2:] == given[-2:]
    assert "[REDACTED:github-token:" in masked
    assert TOKEN[6:20] not in masked and TOKEN[6:20].encode().hex() not in masked.replace(" ", "")
    assert shipped.mask(masked).text == masked


def test_a_dump_in_a_string_is_read(shipped: Scanner) -> None:
    written = lines(SAID, xxd).replace("\n", "\\n")
    assert "github-token" in {each.rule for each in shipped.scan(f'{{"out": "{written}"}} was read', format="text")}


@pytest.mark.parametrize(
    "text",
    [
        "SHA1: " + bytes(range(130, 150)).hex(":"),
        "10 20 30 40 50 60 70 80 90 11 12 13 14 15 16 17 18",
        lines(bytes(range(128, 192)), xxd),
        "00400000 10 20 30 40 50 60 70 80 90 11 12 13 14 15 16 17\n",
    ],
)
def test_bytes_that_say_nothing_are_left(shipped: Scanner, text: str) -> None:
    assert not shipped.scan(text)


@pytest.mark.parametrize("piece", ["0000: 50 6c\n", "00", "00 ", "\n0000", xxd(0, SAID[:16]) + "\n", " " * 40 + "x"])
def test_the_time_is_linear(piece: str) -> None:
    assert is_linear(lambda size: list(dumped(piece * (size // len(piece)))), 40_000, 0.05)
