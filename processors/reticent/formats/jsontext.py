"""JSON text to a tree and back, losing nothing: number text, key order, and no key twice.

msgspec is the parser. What it would pass over silently (a key given twice) or explain badly (NaN, a lone surrogate,
a text cut off) is looked for here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

import msgspec
import re2

from ..errors import DecodeError, LimitError
from ..limits import Limits

_NOT_FINITE = re.compile(rb"[\s:,\[](-?Infinity|NaN)\b")
_MINUS_ZERO = re2.compile(rb"-0(?:[^0-9.eE]|$)")
"""The one integer whose text an int does not keep."""
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


Number = msgspec.Raw
"""A number with a fraction or an exponent, or minus zero, as it was written: 1.0 stays 1.0, and 1E400 stays itself."""


def number_text(number: Number) -> str:
    return bytes(number).decode()


_decoder = msgspec.json.Decoder(float_hook=lambda text: Number(text.encode()))
encode = msgspec.json.Encoder().encode
read_text = _decoder.decode
"""The tree of a JSON text within a string, unexplained: raises msgspec.DecodeError or RecursionError."""


def texts(tree: Any) -> Iterator[tuple[Any, Any]]:
    """(object or list, name or index) of each text that an object or a list holds, at any depth."""
    stack = [tree]
    while stack:
        node = stack.pop()
        for key, child in node.items() if type(node) is dict else enumerate(node) if type(node) is list else ():
            if type(child) is dict or type(child) is list:
                stack.append(child)
            elif type(child) is str:
                yield node, key


def is_container(text: str) -> bool:
    """Whether a text is an object or a list of JSON."""
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        read_text(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return False
    return True


def parse(payload: bytes, limits: Limits) -> Any:
    """The tree of a JSON text: dict, list, str, int, Number, bool, None.

    Raises DecodeError: not-utf8, not-finite, not-json, truncated. LimitError: too-deep, too-large. A key given twice is
    not seen here: `refuse_repeats` looks for it once somebody has counted the tree's strings.
    """
    try:
        tree = _decoder.decode(payload.removeprefix(b"\xef\xbb\xbf"))
    except RecursionError:
        raise LimitError("too-deep", f"the document nests deeper than the {limits.depth} levels allowed") from None
    except msgspec.ValidationError:
        # an integer of more digits than Python turns into a number
        raise LimitError("too-large", "the JSON holds an integer of thousands of digits; send it as text") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        _explain(payload, error)
    if _MINUS_ZERO.search(payload) is not None:
        return json.loads(payload, parse_int=_integer, parse_float=lambda text: Number(text.encode()))
    return tree


def _integer(text: str) -> Any:
    return Number(b"-0") if text == "-0" else int(text)


def parse_whole(payload: bytes, limits: Limits) -> Any:
    """As `parse`, and refuses a key given twice, too. Raises DecodeError duplicate-keys besides."""
    tree = parse(payload, limits)
    refuse_repeats(payload, _count_strings(tree))
    return tree


def refuse_repeats(payload: bytes, strings: int) -> None:
    """Raises DecodeError duplicate-keys when the text holds more strings than the tree, whose keys and values are
    `strings`: only a key given twice is not in both. Two quotes that are not escaped make a string."""
    inside = payload.replace(b"\\\\", b"").count(b'\\"') if b"\\" in payload else 0
    if payload.count(b'"') - inside == 2 * strings:
        return

    def pairs(found: list[tuple[str, Any]]) -> None:
        if len({key for key, _ in found}) != len(found):
            raise DecodeError("duplicate-keys", "an object holds a key twice; which one counts is anybody's guess")

    json.loads(payload, object_pairs_hook=pairs, parse_int=str, parse_float=str)


def refuse_repeats_in(texts: Sequence[bytes], strings: int) -> None:
    """As `refuse_repeats`, of several JSON texts at once, whose trees have so many strings together."""
    refuse_repeats(b"[" + b",".join(texts) + b"]", strings)


def _explain(payload: bytes, error: Exception) -> NoReturn:
    """One code for each way of not being JSON; no message holds any of the text."""
    try:
        payload.decode()
    except UnicodeDecodeError as broken:
        raise DecodeError("not-utf8", f"the payload is not UTF-8 at byte {broken.start}; send UTF-8") from None
    if _NOT_FINITE.search(payload) is not None:
        raise DecodeError("not-finite", "NaN and Infinity are not JSON; send null or a string") from None
    if _SURROGATE.search(payload) is not None and _is_json(payload):
        raise DecodeError("not-json", "a lone surrogate escape is not text; send valid Unicode") from None
    if "truncated" in str(error):
        raise DecodeError("truncated", "the JSON ends too early; send the whole document") from None
    raise DecodeError("not-json", "the payload is not JSON; check the producer's serializer or content-type") from None


def _is_json(payload: bytes) -> bool:
    """By the standard library, which lets lone surrogates pass."""
    try:
        json.loads(payload, parse_int=str, parse_float=str)
    except ValueError:
        return False
    return True


def _count_strings(tree: Any) -> int:
    count, stack = 0, [tree]
    while stack:
        node = stack.pop()
        if type(node) is dict:
            count += len(node)
            stack.extend(node.values())
        elif type(node) is list:
            stack.extend(node)
        elif type(node) is str:
            count += 1
    return count
