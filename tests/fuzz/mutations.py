"""Mutations that know what the bytes are: trees of JSON, lines of it, protobuf messages. What none of them takes is
mutated as bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from reticent.formats.protobuf import wire

from .canary import CANARY, ENCODED, NUMBER

_SCALARS: Sequence[Any] = (
    None, True, False, 0, -1, 1, 7, 1.5, -0.0, 1e308, 2**31, 2**53 + 1, 2**63, 2**64, -(2**63), 10**40, NUMBER,
    float(NUMBER), f"{NUMBER}", CANARY, f"x{CANARY}y", "", " ", "\0", "\ud83d\ude00", "\u200b", "\x01", "[DONE]",
    "{", "null", "1e5", "data:", "\r\n", "assistant", "user", "tool", "text", "\u0130", "[REDACTED:canary:aaaaaaaa]",
    "[OPAQUE:image:1:aaaaaaaa]", "2026-11-24T08:00:00Z", "1764000000000000000", "0af7651916cd43dd8448eb211c80319c",
    "b7ad6b7169203331", *ENCODED,
)  # fmt: skip
_DEPTHS, _LENGTHS = (1, 2, 60, 190, 210), (2, 3, 40, 700)
_INNER_MOST = 4096


def mutated(data: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    """One to three mutations. `others`: what parts may be taken from."""
    for _ in range(random.choice((1, 1, 2, 3))):
        ways: list[Callable[[bytes, Random, Sequence[bytes]], bytes | None]] = [_json, _lines, _message]
        random.shuffle(ways)
        # bytes now and then even where there is something to know
        chosen = [_bytes] if random.random() < 0.1 else [*ways, _bytes]
        data = next(found for way in chosen if (found := way(data, random, others)) is not None)
    return data


# JSON


def _parsed(data: bytes) -> Any:
    """Raises ValueError, RecursionError."""
    tree = json.loads(data)
    if not isinstance(tree, dict | list):
        raise TypeError
    return tree


def _json(data: bytes, random: Random, others: Sequence[bytes]) -> bytes | None:
    try:
        tree = _parsed(data)
        changed = _tree(tree, random, others)
        text = json.dumps(changed, ensure_ascii=random.random() < 0.5, separators=random.choice([(",", ":"), None]))
    except (ValueError, TypeError, RecursionError):
        return None
    if random.random() < 0.05:
        text = _twice(text, random)
    if random.random() < 0.05:
        text = _renumbered(text, random)
    return text.encode("utf-8", "replace")


def _twice(text: str, random: Random) -> str:
    """With a key given twice."""
    at = text.find("{", random.randrange(len(text)))
    end = text.find('":', at)
    return (
        text
        if at < 0 or end < 0 or "{" in text[at + 1 : end]
        else f'{text[: at + 1]}{text[at + 1 : end]}":1,{text[at + 1 :]}'
    )


_DIGITS = re.compile(r"(?<=[\[:,] )-?[0-9][0-9.eE+-]*|(?<=[\[:,])-?[0-9][0-9.eE+-]*")
_NUMBERS = (
    "-0", "-0.0", "0e0", "1E400", "-1e-400", "1e99999999999999999999", "1.0", "1e+2", f"{NUMBER}.0", f"-{NUMBER}",
    f"{NUMBER}e-3", f"{NUMBER}e99999999999999999999", "9" * 4000, "9" * 5000, f"0.{NUMBER}",
    "01", "1.", "+1", "NaN", "-Infinity",
)  # fmt: skip
"""As no serialiser writes them; the last of them are no JSON."""


def _renumbered(text: str, random: Random) -> str:
    found = list(_DIGITS.finditer(text))
    if not found:
        return text
    one = random.choice(found)
    return text[: one.start()] + random.choice(_NUMBERS) + text[one.end() :]


def places_in(tree: Any) -> list[tuple[Any, Any]]:
    """(container, key or index) of every node but the root."""
    found, stack = [], [tree]
    while stack:
        node = stack.pop()
        for key, child in node.items() if isinstance(node, dict) else enumerate(node):
            found.append((node, key))
            if isinstance(child, dict | list):
                stack.append(child)
    return found


def _tree(tree: Any, random: Random, others: Sequence[bytes]) -> Any:
    places = places_in(tree)
    if not places or random.random() < 0.03:
        return random.choice([[tree], {"a": tree}, [tree, tree], {"data": [tree]}, tree])
    container, key = random.choice(places)
    value = container[key]
    if isinstance(value, str) and random.random() < 0.3 and (inner := _within(value, random, others)) is not None:
        container[key] = inner
        return tree
    random.choice((_drop, _double, _retype, _retype, _nest, _enlarge, _rename, _borrow, _exchange, _part))(
        container, key, random, (places, others)
    )
    return tree


def _within(value: str, random: Random, others: Sequence[bytes]) -> str | None:
    """JSON in a string stays JSON; text has something put into it."""
    if value[:1] in ("{", "[") and len(value) < _INNER_MOST:
        inner = _json(value.encode("utf-8", "replace"), random, others)
        return None if inner is None else inner.decode()
    at = random.randint(0, len(value))
    extra = random.choice(
        [CANARY, json.dumps({"a": CANARY}), json.dumps(json.dumps([CANARY])), "\\", '"', "\n", "\u200d", "%41"]
    )
    return value[:at] + extra + value[random.choice([at, len(value)]) :]


_Around = tuple[list[tuple[Any, Any]], Sequence[bytes]]


def _drop(container: Any, key: Any, random: Random, around: _Around) -> None:
    del container[key]


def _double(container: Any, key: Any, random: Random, around: _Around) -> None:
    copy = json.loads(json.dumps(container[key]))
    if isinstance(container, list):
        container.insert(random.randint(0, len(container)), copy)
    else:
        container[f"{key}{random.choice(['', '2', '.0', ' '])}x"] = copy


def _retype(container: Any, key: Any, random: Random, around: _Around) -> None:
    container[key] = random.choice([*_SCALARS, [], {}, [[]], [{}], {"": ""}, [None], {"value": CANARY, "name": "a"}])


def _nest(container: Any, key: Any, random: Random, around: _Around) -> None:
    value = container[key]
    for _ in range(random.choice(_DEPTHS)):
        value = [value] if random.random() < 0.5 else {"a": value}
    container[key] = value


def _enlarge(container: Any, key: Any, random: Random, around: _Around) -> None:
    value, times = container[key], random.choice(_LENGTHS)
    if isinstance(value, str):
        container[key] = (value or "a") * times
    elif isinstance(value, list):
        container[key] = (value or [0]) * min(times, 4000 // (1 + len(value)))
    elif isinstance(value, dict):
        container[key] = {**value, **{f"k{number}": None for number in range(times)}}
    else:
        container[key] = [value] * times


def _rename(container: Any, key: Any, random: Random, around: _Around) -> None:
    """To a name that stands elsewhere, or to an odd one."""
    if not isinstance(container, dict):
        return
    names = [each for _, each in around[0] if isinstance(each, str)]
    new = random.choice(
        [random.choice(names), random.choice(names), CANARY, "", "value", "unknown", "\x01", "a'b\\", "\x02"]
    )
    items = [(new if name == key else name, value) for name, value in container.items()]
    container.clear()
    container.update(items)


def _borrow(container: Any, key: Any, random: Random, around: _Around) -> None:
    """A part of another document."""
    try:
        other = _parsed(random.choice(around[1]))
    except (ValueError, TypeError, RecursionError, IndexError):
        return
    places = places_in(other)
    if places:
        theirs, place = random.choice(places)
        container[key] = theirs[place]
        if isinstance(container, dict) and isinstance(place, str) and random.random() < 0.5:
            container[place] = container.pop(key)


def _exchange(container: Any, key: Any, random: Random, around: _Around) -> None:
    """With a copy of another part of the same document: it may hold this one."""
    theirs, place = random.choice(around[0])
    container[key] = json.loads(json.dumps(theirs[place]))


def _part(container: Any, key: Any, random: Random, around: _Around) -> None:
    """An item of a list becomes two, with a part each of one of its texts, as chunks of a stream have it."""
    if isinstance(container, list) and isinstance(container[key], dict):
        container[key : key + 1] = _parted(container[key], random)


def _parted(item: dict[str, Any], random: Random) -> list[Any]:
    texts = [(node, key) for node, key in places_in(item) if isinstance(node[key], str) and len(node[key]) > 1]
    if not texts:
        return [item]
    node, key = random.choice(texts)
    text, at = node[key], random.randrange(1, len(node[key]))
    made = []
    for piece in (text[:at], text[at:]):
        node[key] = piece
        made.append(json.loads(json.dumps(item)))
    return made


# lines


def _lines(data: bytes, random: Random, others: Sequence[bytes]) -> bytes | None:
    lines = data.split(b"\n")
    if len(lines) < 2:
        return None
    at = random.randrange(len(lines))
    head, line = (b"data: ", lines[at][6:]) if lines[at].startswith(b"data: ") else (b"", lines[at])
    way = random.randrange(9)
    if way < 4 and (changed := _json(line, random, others)) is not None:
        lines[at] = head + changed
    elif way == 4:
        del lines[at]
    elif way == 8 and line.startswith(b"{"):
        try:
            pieces = _parted(json.loads(line), random)
        except (ValueError, RecursionError):
            return None
        lines[at : at + 1] = [part for each in pieces for part in (head + json.dumps(each).encode(), b"")]
    elif way == 5:
        lines.insert(random.randrange(len(lines)), lines[at])
    elif way == 6:
        lines[at] = random.choice(
            [b"data:", b": " + CANARY.encode(), b"id: " + CANARY.encode(), b"\r", b"[]", b"null", b"event: a"]
        )
    else:
        end = random.choice([b"\r\n", b"\r", b"\n\n"])
        return end.join(lines)
    return b"\n".join(lines)


# protobuf

_Field = tuple[int, int, wire.Value]


def _message(data: bytes, random: Random, others: Sequence[bytes]) -> bytes | None:
    fields = wire.message(data) if data else None
    return None if not fields else _fields(fields, random, 0)


def _fields(fields: list[_Field], random: Random, depth: int) -> bytes:
    at = random.randrange(len(fields))
    number, kind, value = fields[at]
    inner = wire.message(value) if isinstance(value, bytes) and depth < 12 else None
    if inner and random.random() < 0.8:
        fields[at] = number, kind, _fields(inner, random, depth + 1)
        return _joined(fields)
    way = random.randrange(9)
    if way == 0:
        del fields[at]
    elif way == 1:
        fields[at:at] = [fields[at]] * random.choice(_LENGTHS)
    elif way == 2:
        fields[at] = random.choice([1, 2, 3, 4, 5, 7, 9, 15, 99, 2**29 - 1]), kind, value
    elif way == 3:
        fields[at] = number, *_other(random)
    elif way == 4:
        fields.insert(at, (random.choice([1, 2, 3, 50]), *_other(random)))
    elif way == 5:
        for _ in range(random.choice(_DEPTHS)):
            value = wire.field(random.choice([1, 5, 6, number]), *((kind, value)))
            kind = wire.LENGTH
        fields[at] = number, kind, value
    elif way == 6:
        random.shuffle(fields)
    else:
        return _broken(fields, at, random)
    return _joined(fields)


def _other(random: Random) -> tuple[int, wire.Value]:
    """Another wire type, and something of it."""
    kind = random.choice([wire.VARINT, wire.FIXED64, wire.LENGTH, wire.FIXED32])
    if kind == wire.LENGTH:
        texts = [
            CANARY.encode(),
            b"",
            b"\xff\xfe",
            f'{{"a": "{CANARY}"}}'.encode(),
            wire.field(1, wire.LENGTH, CANARY.encode()),
        ]
        return kind, random.choice(texts)
    return kind, random.choice([0, 1, 2**31, 2**32 - 1])


def _broken(fields: list[_Field], at: int, random: Random) -> bytes:
    """A length, a tag or an end that is wrong."""
    before, whole, after = _joined(fields[:at]), _joined(fields[at : at + 1]), _joined(fields[at + 1 :])
    number = fields[at][0]
    wrong = random.choice([
        whole[:-1],
        wire.to_varint(number << 3 | 2) + wire.to_varint(random.choice([0, 1, 2**31, 2**63])) + whole[2:],
        wire.to_varint(number << 3 | 3) + whole + wire.to_varint(number << 3 | 4),
        wire.to_varint(number << 3 | random.choice([4, 6, 7])),
        b"\xff" * 11,
        wire.to_varint(number << 3) + b"\x80" * 8 + b"\x01",
    ])  # fmt: skip
    return before + wrong + after


def _joined(fields: Sequence[_Field]) -> bytes:
    return b"".join(wire.field(*each) for each in fields)


# anything


def _bytes(data: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    at = random.randint(0, len(data))
    end = min(len(data), at + random.choice([0, 1, 1, 4, 30]))
    piece = random.choice(others) if others else b""
    begin = random.randint(0, len(piece))
    return random.choice([
        data[:at],
        data[:at] + data[end:],
        data[:at] + random.randbytes(end - at) + data[end:],
        data[:at] + piece[begin : begin + random.randint(0, 200)] + data[end:],
        data[:at] + CANARY.encode() + data[end:],
        data[:at] + data[at:end] * random.choice(_LENGTHS) + data[end:],
        data[:at] + random.choice([b"\0", b"\xff", b"\xef\xbb\xbf", b"\x80", b"\n", b'"', b"\\u0000"]) + data[end:],
    ])  # fmt: skip
