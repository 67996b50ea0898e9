"""Other readings of a text: unescaped, decoded, normalised. What is found in one is masked in the text itself.

A reading undoes one layer of all encodings at once, and is itself read again, a few layers deep.
"""

from __future__ import annotations

import base64
import binascii
import functools
import html
import re
import string
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from urllib.parse import unquote_to_bytes

from ...errors import LimitError
from ...formats.providers.aws_events import told as events_told
from ...patterns.linear import Search, searching, telling
from ...patterns.needs import TOKEN_LEAST
from .asking.answers import PAIRED
from .asking.fields import HINT as ASKED
from .columns import HEADS_HINT, columns, told
from .dumps import HINT as DUMPS
from .dumps import PAIRS, PAIRS_HINT, dumped, unpaired
from .flows import worth_undoing
from .folding import INVISIBLE, folded, hides, of_python
from .forms import HINT as FORM
from .forms import blanks
from .margins import HINT as MARGINS
from .margins import SIGNS as MARGIN_SIGNS
from .margins import margins
from .speech.captions import captions
from .speech.spoken import HINT as SAID
from .speech.spoken import heard, may_be_said
from .spelled import BYTES, BYTES_HINT, CHARACTERS, spelled, written
from .spelled import HINT as SPELLED
from .streamed import SIGN as STREAMS
from .streamed import joined
from .tables import HINT
from .tables import SIGNS as TABLES
from .talks import talks
from .views import Lazy, Piece, Reading, View, aligned
from .wrapped import BEHIND_ANOTHER, borders, joints, may_go_on

DEPTH = 3
"""Layers: JSON in a string in a string."""
TOKEN_MOST = 1_000_000
"""Characters of an encoded token, and bytes of what a compressed one becomes."""
MANY, APART = 8, 512
"""So many escapes, within so many characters each, are undone all at once: what they stand for is worked out where
something is found. What lies farther apart is undone one by one, and most of the text between need not be read again.
"""

Decode = Callable[[str], str | None]
"""What a piece stands for; None: it stands for itself."""


def readings(first: Reading, most: int) -> Iterator[Reading]:
    """Every other reading of a text, layer by layer, of the tables in each, cell by cell, and of the streams in it,
    text by text. Raises LimitError when they take more than `most` characters."""
    return _bounded(_all(first), most)


def chunked(first: Reading, most: int) -> Iterator[Reading]:
    """Readings of the texts that chunks say which stand in JSON, whose own escapes are not undone yet."""
    return _bounded(_of_streams(first) if first.text.startswith(("[", "{"), abs(first.head)) else iter(()), most)


def conversed(first: Reading, most: int) -> Iterator[Reading]:
    """Readings of what messages in JSON in a text say to one another. Raises LimitError as `readings`."""
    return _bounded(_of_talks(first), most)


def _bounded(found: Iterable[Reading], most: int) -> Iterator[Reading]:
    for each in found:
        most -= len(each.text)
        if most < 0:
            raise LimitError("too-large", "what is encoded in the document is larger than the bytes allowed")
        yield each


def _of_streams(first: Reading) -> Iterator[Reading]:
    for streamed in joined(first):
        yield streamed
        yield from _all(streamed)


def _all(first: Reading) -> Iterator[Reading]:
    streaming = False
    reading = first
    for reading, signs in _layers(first):
        if reading is not first:
            yield reading
        yield from columns(reading, signs)
        # what is undone in a text that has them undoes the escapes within them, too
        if STREAMS in signs and not streaming:
            for streamed in _of_streams(reading):
                streaming = True
                yield streamed
    yield from told(reading)


def _of_talks(first: Reading) -> Iterator[Reading]:
    for flow, talk in talks(first):
        yield talk
        if worth_undoing(flow):
            yield from _all(talk)


class _Layer:
    """A text with the head of `Leaves.heads`."""

    def __init__(self, text: str, head: int) -> None:
        self.text, self.head = text, head

    @functools.cached_property
    def signs(self) -> frozenset[str]:
        """Those of `_LOOKED_FOR` that it has."""
        return _signs()(self.text)


_Undo = Callable[[_Layer], View | Lazy | None]


def _layers(first: Reading) -> Iterator[tuple[Reading, frozenset[str]]]:
    """The text itself, and what it says with one layer undone after the other, with the signs that each has."""
    this, views = _Layer(first.text, first.head), first.chain
    yield first, this.signs
    whole: _Layer | None = None
    # by themselves first: the token that two lines make is looked for before it is decoded
    # and what stands before lines is left out of what was read with it: numbers may be a table's
    # what is said aloud is no code of anything: it is read last, and once
    done = False
    for undoing in (_WHOLE, _BARE, *DEPTH * (_SAID, _BARE), _ALOUD):
        known = len(views)
        if done and undoing is not _ALOUD:
            continue
        for undo in undoing:
            if undo is _unwrapped and this is whole:
                continue
            view = undo(this)
            if view is not None:
                views, this = (*views, view), _Layer(view.text, view.head)
            elif undo is _unwrapped:
                whole = this
            elif undo is _bare:  # then what is behind it was undone before
                break
        if len(views) == known:
            done = done or undoing is _SAID
            continue
        yield (
            Reading(this.text, this.head, first.base, views, len(views) - known, len(views) - len(first.chain)),
            this.signs,
        )


def _escaped(this: _Layer) -> Lazy | None:
    """The text without its escapes, where it has many."""
    many = _many(this.text.count("\\"), this.text)
    return _all_at_once(this, _ESCAPES, _said, 1) if many else None


def _many(count: int, text: str) -> bool:
    return count >= MANY and count * APART >= len(text)


def _shown(this: _Layer) -> Lazy | None:
    """The text without what shows nothing, where it has much of that."""
    text = this.text
    if text.isascii() or not _many(sum(map(text.count, _JOINERS)), text):
        return None
    return _all_at_once(this, _NOTHING, "", 0)


def _all_at_once(
    this: _Layer, pattern: re.Pattern[str], said: str | Callable[[re.Match[str]], str], size: int
) -> Lazy | None:
    """`size`: characters of what a piece says. The mark between key and value is no piece."""
    text, head = this.text, this.head
    border = abs(head)
    key, value = (pattern.sub(said, part) for part in (text[:border], text[border:]))
    plain = key + value
    if len(plain) == len(text):
        return None

    def align() -> View:
        return aligned(text, plain, new_head, [found.span() for found in pattern.finditer(text)], size)

    new_head = len(key) if head > 0 else -len(key)
    return Lazy(plain, new_head, align)


def _said(found: re.Match[str]) -> str:
    return _unescape(found[0]) or ""


_ESCAPE = r"\\+(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[0-3][0-7]{2}|[\"'/bfnrt])"
# one that is no half of a surrogate pair; of a run of backslashes none is looked at twice
_ESCAPES = re.compile(r"\\(?<!\\\\)\\*+(?:u(?![dD][89a-fA-F])[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[0-3][0-7]{2}|[\"'/bfnrt])")
_NOTHING = re.compile(f"[{of_python(INVISIBLE)}]+")
_JOINERS = "\u200b\u200c\u200d\u2060\ufeff\xad"
"""The most usual of what shows nothing."""
_PERCENT = r"(?:%[0-9A-Fa-f]{2})+"
# a number needs no semicolon (HTML, 13.2.5.80)
_ENTITY = r"&(?:#[0-9]{1,7};?|#[xX][0-9a-fA-F]{1,6};?|(?:amp|lt|gt|quot|apos|commat|period|colon|nbsp);)"
_TOKEN = rf"[A-Za-z0-9+/_-]{{{TOKEN_LEAST},}}={{0,6}}"
_ASCII85 = r"<~[!-uz \r\n]{20,}~>"
_BASE85 = r"(?i:b|base)85[a-z_]{0,12}[^A-Za-z0-9_\n]{1,6}[0-9A-Za-z!#$%&()*+;<=>?@^_`{|}~-]{25,}"
# \x03 stands where a placeholder of ours does
_CONTROL = r"\x00-\x02\x04-\x08\x0b\x0c\x0e-\x1f\x7f"
_SIGNS = {"\\": "escape", "%": "percent", "&": "entity", "<": "ascii85"}
_PRINTED_HINT = r"(?i:quoted-printable)|=(?:3D|0D=0A|C[23]=[89AB]|E2=80)|[^=\s]=20\r?\n"
_PRINTABLE = re.compile(r"(?:=[0-9A-F]{2})+|=\r?\n")
_PART, _FURTHER = "[A-Za-z0-9+/=_.-]", "[A-Za-z0-9+/=_.@-]"
_PARTED = r"[ \t\r\n]{0,80}(?:[+&]|\.{1,2}|\|\||\\)[ \t\r\n]{0,80}(?:_\r?\n[ \t]{0,80})?|[ \t]{0,8}\r?\n[ \t]{1,80}"
"""What stands between two strings that a program reads as one: a sign, or nothing but a line end."""
_CONTINUED = r"\\\r?\n[ \t]{0,80}"
_GLUE_HINT = (
    rf"{_PART}{{4}}(?:[\"'](?:{_PARTED})[brfu]?[\"']|{_CONTINUED}){_FURTHER}{{2}}".replace("{0,80}", "*")
    .replace("{1,80}", "+")
    .replace("{0,8}", "*")
)
_GLUE = re.compile(
    rf"([\"'\\])(?<={_PART}{{4}}.)(?:(?<!\\)(?:{_PARTED})[brfu]?\1|(?<=\\)\r?\n[ \t]{{0,80}})(?={_FURTHER}{{2}})"
)


@functools.cache
def _hint(*more: str) -> Search:
    """What some view of a text may change, or a long token, or `more`. Zeros to two are ours in a buffer, but not one
    behind each sign, as UTF-16 has them that was read as UTF-8."""
    control = _CONTROL.replace(r"\x00-\x02", "")
    wide = r"(?:[!-~]\x00){4}"
    signs = r"\\(?:[\"'/bfnrtux]|[0-3][0-7]{2})|<~[!-uz]{12}|%[0-9A-Fa-f]{2}|&[#a-z]"
    token = rf"[A-Za-z0-9+/_-]{{{TOKEN_LEAST}}}"
    others = (
        hides(),
        SPELLED,
        HEADS_HINT,
        _BASE85,
        _PRINTED_HINT,
        _GLUE_HINT,
        BYTES_HINT,
        STREAMS,
        FORM,
        PAIRS_HINT,
        DUMPS,
        PAIRED,
    )
    return searching("|".join((signs, token, f"[{control}]", wide, *others, *more)))


_in_lines = searching(f"{HINT}|{MARGINS}")
_in_talk = searching(f"{SAID}|{ASKED}")
_LOOKED_FOR = (*TABLES, *MARGIN_SIGNS, _PRINTED_HINT, _GLUE_HINT, BEHIND_ANOTHER, STREAMS, FORM, DUMPS)


@functools.cache
def _signs() -> Callable[[str], frozenset[str]]:
    return telling(_LOOKED_FOR)


def hints(data: bytes) -> Iterator[Search]:
    """Searches over a buffer that find the few texts which are worth a closer look: each takes what may be read in
    another way. Together they would have more states than RE2 keeps; not where no text has lines."""
    if b"\n" not in data:
        yield may_be_said
        yield _hint(HINT)
        return
    yield _hint()
    yield _in_talk
    yield _in_lines
    yield may_go_on


def _view(this: _Layer) -> View | None:
    """The text with one layer of encodings undone; None where it is the same."""
    plain = this.text if this.text.isascii() else folded(this.text)
    return _replaced(this, plain, _decodable(plain))


def _decodable(plain: str) -> Iterator[Piece]:
    for begin, end, kind in _found(plain):
        start = begin
        if kind == "token" and (_is_part(plain, begin, end) or _is_credential(plain, begin, end)):
            continue
        said = "" if kind == "invisible" else _DECODERS[kind](plain[begin:end])
        if said is None and kind == "token":
            start, said = _behind_a_name(plain, begin, end)
        if said is not None:
            yield start, end, said


_SIGNED = re.compile(r"eyJ[\w\-]{8,}\.eyJ[\w\-]{8,}\.[\w\-]{16}")
_HEAD_MOST = 4096
_BASIC = re.compile(r"(?i)basic[ \t]{1,4}$")


_PARTS = frozenset(("%2B", "%2F"))


def _is_part(text: str, begin: int, end: int) -> bool:
    """Whether a token goes on in what a link writes of base64's own signs, which are to be undone first."""
    behind = text[end : end + 3].upper()
    return behind in _PARTS or behind == "%3D" or text[max(0, begin - 3) : begin].upper() in _PARTS


def _is_credential(text: str, begin: int, end: int) -> bool:
    """Whether a token is a secret as it is written, which nobody would know by what it says: a part of a JWT, or of
    basic authorization. Of others around it something may have to be undone first."""
    if text.startswith("eyJ", begin):
        if text.startswith(".eyJ", end):
            return _SIGNED.match(text, begin) is not None
        head = text.rfind("eyJ", max(0, begin - _HEAD_MOST), begin)
        return head >= 0 and text[begin - 1] == "." and _SIGNED.match(text, head) is not None
    return _BASIC.search(text, max(0, begin - 10), begin) is not None


def _printed(this: _Layer) -> View | None:
    """The text without the escapes and line ends of quoted-printable, where something says that it has them."""
    if _PRINTED_HINT not in this.signs:
        return None
    pieces = ((*found.span(), _octets(found[0])) for found in _PRINTABLE.finditer(this.text))
    return _replaced(this, this.text, pieces)


def _octets(piece: str) -> str:
    return bytes.fromhex(piece.replace("=", "")).decode("utf-8", "replace") if piece.strip("=\r\n") else ""


def _glued(this: _Layer) -> View | None:
    """The text with tokens whole that a program writes in two strings, or on two lines."""
    if _GLUE_HINT not in this.signs:
        return None
    return _replaced(this, this.text, ((*found.span(), "") for found in _GLUE.finditer(this.text)))


def _filled(this: _Layer) -> View | None:
    """The text with the blanks of values in forms and queries, which are written as `+`."""
    return _replaced(this, this.text, blanks(this.text)) if FORM in this.signs else None


def _dumped(this: _Layer) -> View | None:
    """The text with what dumps of bytes say."""
    return _replaced(this, this.text, dumped(this.text)) if DUMPS in this.signs else None


def _uncaptioned(this: _Layer) -> View | None:
    """The text of captions without their numbers and times."""
    pieces = list(captions(this.text, abs(this.head)))
    return _replaced(this, this.text, pieces) if pieces else None


def _heard(this: _Layer) -> View | None:
    """The text with what is said aloud as it is written."""
    return spoken(this.text, this.head)


def spoken(text: str, head: int = 0) -> View | None:
    """A text with what is said aloud in it as it is written; None where nothing is."""
    pieces = list(heard(text, abs(head)))
    return _replaced(_Layer(text, head), text, pieces) if pieces else None


def _apart(this: _Layer) -> View | None:
    """The text with a blank before tokens that stand right behind another, or behind a word."""
    return _replaced(this, this.text, borders(this.text)) if BEHIND_ANOTHER in this.signs else None


def _bare(this: _Layer) -> View | None:
    """The text without what stands before each of its lines."""
    if this.signs.isdisjoint(MARGIN_SIGNS):
        return None
    return _replaced(this, this.text, margins(this.text, abs(this.head), this.signs))


def _unwrapped(this: _Layer) -> View | None:
    """The text with values whole that a line end parts."""
    ends = "\n" in this.text or "\\n" in this.text or "%0" in this.text
    return _replaced(this, this.text, joints(this.text)) if ends else None


def _replaced(this: _Layer, plain: str, pieces: Iterable[Piece]) -> View | None:
    """The text with these pieces, which are in order, put for what they say. `plain`: the text with characters changed
    for others."""
    text, head = this.text, this.head
    mark = abs(head) - 1  # the mark between key and value is ours, and stays
    parts: list[str] = []
    segments: list[tuple[int, int, int, bool]] = []
    size = at = 0
    for start, end, said in pieces:
        if start <= mark < end:
            continue
        if at < start:
            parts.append(plain[at:start])
            segments.append((size, at, start - at, True))
            size += start - at
        if said:
            parts.append(said)
            segments.append((size, start, end - start, False))
            size += len(said)
        at = end
    if not parts and plain == text:
        return None
    if at < len(plain):
        parts.append(plain[at:])
        segments.append((size, at, len(plain) - at, True))
    if not segments:
        return None
    here, there, lengths, literal = zip(*segments, strict=True)
    view = View("".join(parts), 0, here, there, lengths, literal, len(text) if plain is text else None)
    if mark >= 0:
        view.head = _forward(view, mark) * (1 if head > 0 else -1)
    return view


_WHOLE: Sequence[_Undo] = (_dumped, _unwrapped, _apart)
_BARE: Sequence[_Undo] = (_bare, _dumped, _unwrapped)
_ALOUD: Sequence[_Undo] = (_uncaptioned, _heard)
_SAID: Sequence[_Undo] = (_escaped, _shown, _filled, _dumped, _glued, _view, _printed, _apart, _unwrapped)


def _forward(view: View, mark: int) -> int:
    """Where the value begins in the view, given where the mark stands in the text."""
    segment = bisect_right(view.there, mark) - 1
    return view.here[segment] + mark - view.there[segment] + 1


def _found(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, kind) of every piece that may stand for something else."""
    data = text.encode("utf-8", "replace")
    ascii = len(data) == len(text)
    at = seen = begin = end = 0
    while (place := _PIECE(data, at, len(data))[0])[1] >= 0:
        start, at = place
        if ascii:
            begin, end = place
        else:
            begin = end + len(data[seen:start].decode())
            end, seen = begin + len(data[start:at].decode()), at
        sign = text[begin]
        yield begin, end, _SIGNS.get(sign) or ("token" if " " <= sign < "\x7f" else "invisible")


_COLOUR = r"\x1b\[[0-9;]{0,12}[A-Za-z]"
"""What terminals do not show but obey (ECMA-48)."""
_PIECE = searching(
    "|".join(
        (
            _COLOUR,
            _ESCAPE,
            _PERCENT,
            _ENTITY,
            CHARACTERS,
            BYTES,
            PAIRS,
            _ASCII85,
            _BASE85,
            _TOKEN,
            f"[{_CONTROL}{INVISIBLE}]",
        )
    )
)


_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def _unescape(piece: str) -> str | None:
    return _usual(piece) if len(piece) <= _USUAL else _unescaped(piece)


def _unescaped(piece: str) -> str | None:
    body = piece.lstrip("\\")
    if body[0] in "ux" and len(body) > 1:
        code = int(body[1:], 16)
        return chr(code) if not 0xD800 <= code < 0xE000 else None
    if body.isdigit():
        return chr(int(body, 8))
    return _LETTERS.get(body, body)


_USUAL = 8
"""Characters of an escape that comes again and again: a text has few different ones."""
_usual = functools.lru_cache(maxsize=4096)(_unescaped)


def _unquote(piece: str) -> str:
    """In UTF-8, or else in Latin-1, as older programs write it."""
    octets = unquote_to_bytes(piece)
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets.decode("latin-1")


def _decoded(token: str) -> str | None:
    if len(token) > TOKEN_MOST:
        return None
    if "," in token and token[0].isdigit():
        return _text_of(written(token))
    if token[:2] in ("0x", "0X"):
        return _text_of(_hex(token[2:]))
    digits = unpaired(token)
    if digits is not None:
        return _text_of(_hex(digits))
    return spelled(token) or _text_of(_hex(token) or _base64(token)) or _text_of(_base32(token))


def _text_of(plain: bytes | None) -> str | None:
    """The text that decoded bytes are, or hold compressed."""
    if not plain:
        return None
    if plain.startswith((b"\x1f\x8b", b"\x78")):
        plain = _inflated(plain) or plain
    text = events_told(plain) or _written(plain)
    # between line ends, so that what stands around the token is no context of what stands in it
    return f"\n{text}\n" if text else None


def _behind_a_name(text: str, start: int, end: int) -> tuple[int, str | None]:
    """Where a token begins that other letters of its alphabet stand before: `name_<token>`, `path/<token>`; and base85
    behind its own name."""
    named = _NAMED_85.match(text, start, end)
    if named is not None:
        return named.end(), _base85(text[named.end() : end])
    begin = max(text.rfind(sign, start, end) for sign in "_/-") + 1
    return (begin, _decoded(text[begin:end])) if begin and end - begin >= TOKEN_LEAST else (start, None)


_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffd]")
_ODD_LEAST = 8
"""Characters of a text for one that is none."""


def _written(data: bytes) -> str | None:
    """The text that bytes are, if they are one but for a few characters: a byte order mark, a zero at the end, letters
    of another encoding. What is none is a line end, so that nothing is found across it."""
    text = data.decode(_charset(data), "replace")
    if text.count("\ufffd") * _ODD_LEAST > len(text):
        return None
    text, odd = _ODD.subn("\n", text)
    return text if odd * _ODD_LEAST <= len(text) else None


def _charset(data: bytes) -> str:
    """UTF-16 shows by its zeros."""
    if data.count(0) * 3 <= len(data):
        return "utf-8"
    return "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-16-be" if data[0] == 0 else "utf-16-le"


def _hex(token: str) -> bytes | None:
    """As far as it goes: a token may be cut."""
    return None if token.strip(string.hexdigits) else binascii.unhexlify(token[: len(token) & ~1])


def _base64(token: str) -> bytes | None:
    bare = token.rstrip("=").replace("-", "+").replace("_", "/")
    if len(bare) % 4 == 1:
        bare = bare[:-1]
    try:
        return binascii.a2b_base64(bare + "=" * (-len(bare) % 4), strict_mode=True)
    except (binascii.Error, ValueError):
        return None


_NAMED_85 = re.compile(r"(?i)(?:b|base)85[a-z_]{0,12}[^\w\n]{1,6}")
_CAPITALS = re.compile(r"[A-Z2-7]{24,}=*")


def _base32(token: str) -> bytes | None:
    bare = token.rstrip("=")
    if _CAPITALS.fullmatch(token) is None:
        return None
    try:
        return base64.b32decode(bare + "=" * (-len(bare) % 8))
    except (binascii.Error, ValueError):
        return None


def _base85(token: str) -> str | None:
    try:
        return _text_of(base64.b85decode(token))
    except ValueError:
        return None


def _ascii85(token: str) -> str | None:
    try:
        return _text_of(base64.a85decode(token, adobe=True)) if len(token) <= TOKEN_MOST else None
    except ValueError:
        return None


def _inflated(data: bytes) -> bytes | None:
    try:
        return zlib.decompressobj(47).decompress(data, TOKEN_MOST)
    except zlib.error:
        return None


_DECODERS: Mapping[str, Decode] = {
    "escape": _unescape,
    "percent": _unquote,
    "entity": html.unescape,
    "token": _decoded,
    "ascii85": _ascii85,
}
