"""A name and what it names, side by side: a row of one cell."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from .cells import MARKUP, NAME_MOST, Cell

_IN_TAG = r"((?:[^<]++|<(?!/?(?:t[hdr]|d[td])\b)[^<>]*+>)*+)"
_CARD = r"\[\s*\"(?:fn|tel|bday|adr)\""
_PAIRS = (
    # <tr><th>name</th><td>cell</td></tr>
    (
        r"(?i:</t[hd]>)\s*<(?i:td)\b[^<>\x00]*>[^<>\x00]*</(?i:td)>\s*</(?i:tr)>",
        re.compile(
            rf"(?i)<tr\b[^<>]*+>\s*+<t[hd]\b[^<>]*+>(?P<name>{_IN_TAG})</t[hd]>\s*+<td\b[^<>]*+>(?P<cell>{_IN_TAG})</td>\s*+</tr>"
        ),
    ),
    # <dt>name</dt><dd>cell</dd>
    (
        r"(?i:</dt>)\s*<(?i:dd)",
        re.compile(rf"(?i)<dt\b[^<>]*+>(?P<name>{_IN_TAG})</dt>\s*+<dd\b[^<>]*+>(?P<cell>{_IN_TAG})</dd>"),
    ),
    # 1) "name" 2) "cell", as redis writes a hash
    (
        r"[13579]\) \"[^\"\n\x00]*\"\r?\n",
        re.compile(
            r'(?m)^[ \t]*+\d{0,8}[13579]\) "(?P<name>(?:[^"\\\n]++|\\.)*+)"\r?\n'
            r'\s*+\d{1,9}\) "(?P<cell>(?:[^"\\\n]++|\\.)*+)"'
        ),
    ),
    # <saml:Attribute Name="name"><saml:AttributeValue>cell</..., and the name that it has for people
    *(
        (
            r"AttributeValue\b",
            re.compile(
                rf"Attribute\s[^<>]{{0,200}}?\b{called}=\"(?:[^\"<>]{{0,200}}[/:])?(?P<name>[^\"<>/:]{{1,60}})\"[^<>]{{0,200}}>\s*+"
                r"<(?:\w{1,16}:)?AttributeValue\b[^<>]{0,200}>(?P<cell>[^<>]++)<"
            ),
        )
        for called in ("Name", "FriendlyName")
    ),
    # textbox "name" required value="cell", as browsers' accessibility trees have it
    (
        r"\btext(?:box|area)\b",
        re.compile(
            r"\btext(?:box|area) [\"'](?P<name>[^\"'\n]{1,60})[\"'](?:\[[^\[\]\n]{1,40}\]|[^\"'\n:=\[]){0,60}?"
            r"(?:value(?:text)?[=:] ?|:) ?[\"']?(?P<cell>[^\"'\n]{1,400})"
        ),
    ),
    # {"key": "name", "type": "...", "value": "cell"}
    (
        r"[vV]alue\" ?:|\"Identification\" ?:",
        re.compile(
            r"\"(?i:name|key|label|system|\w{1,16}(?:key|name))\"\s*+:\s*+\"(?:[^\"\\\n]{0,80}[/.])?(?P<name>[^\"\\/.\n]{1,60})\"\s*+,\s*+"
            r"(?:\"\w{1,30}\"\s*+:\s*+(?:\"[^\"\\\n]{0,80}\"|\w{1,20})\s*+,\s*+){0,4}?"
            r"\"(?:[vV]alue|[A-Za-z]{1,16}Value|Identification)\"\s*+:\s*+(?:\"(?P<cell>[^\"\n]{1,2000})\"|\d)"
        ),
    ),
    # "name": {"S": "cell"}, "name": {"stringValue": "cell"}
    (
        r"\{ ?\"(?:S|[vV]alue|stringValue)\" ?:",
        re.compile(
            r"\"(?P<name>[^\"\\\n]{1,60})\"\s*+:\s*+\{\s*+\"(?:S|N|[a-z]{0,12}[vV]alue)\"\s*+:\s*+\"(?P<cell>[^\"\n]{1,2000})\"\s*+[,}]"
        ),
    ),
    # Content-Disposition: form-data; name="name", and what it is, below
    (
        r"form-data; name=",
        re.compile(r"form-data; name=\"(?P<name>[^\"\n]{1,60})\"[^\n]{0,120}\r?\n\r?\n(?P<cell>[^\r\n]{1,400})"),
    ),
    # name         : cell
    (
        r"       : | \. \. : ",
        re.compile(
            r"(?m)^[ \t]*+(?:\* )?(?P<name>[A-Za-z](?:[^\s:]| (?! )){0,40}?)(?: {7,}|(?: \.){3,} ?): "
            r"(?P<cell>[^\r\n]{1,400})"
        ),
    ),
    # <Key>name</Key><Value>cell</Value>
    (
        r"</(?i:key|name)>\s*<(?i:value)",
        re.compile(
            r"<(?i:key|name)>(?P<name>[^<>\n]{1,60})</(?i:key|name)>\s*+<(?i:value)\b[^<>\n]{0,80}>(?P<cell>[^<>]{1,2000})</(?i:value)>"
        ),
    ),
    # ["fn", {}, "text", "cell"], as jCard has it
    (
        _CARD,
        re.compile(
            r"\[\s*+\"(?P<name>fn|tel|bday)\"\s*+,\s*+\{[^{}]{0,200}\}\s*+,\s*+\"[a-z-]{1,20}\"\s*+,\s*+\"(?P<cell>[^\"\n]{1,200})\""
        ),
    ),
    (
        _CARD,
        re.compile(
            r"\[\s*+\"adr\"(?P<name>)\s*+,\s*+\{[^{}]{0,200}\}\s*+,\s*+\"text\"\s*+,\s*+\[(?:\s*+\"[^\"\n]{0,80}\"\s*+,){5}\s*+\"(?P<cell>[^\"\n]{1,20})\""
        ),
    ),
)
"""A name and what it names, side by side."""
_CALLED = {"fn": "full name", "sn": "last name", "tel": "phone", "bday": "birthday", "": "postal code"}
"""Names of directories and address books, in words."""
_FIELD = r"<(?i:input)\s|[\"'] value=\""
SIGNS = (*dict.fromkeys(sign for sign, _ in _PAIRS), _FIELD)
_TAG = re.compile(r"<[A-Za-z][\w:.-]{0,40}\s[^<>]{0,1000}")
_ATTRIBUTE = re.compile(r"\s(?P<name>[\w-]{1,40})=(?:\"(?P<double>[^\"]*+)|'(?P<single>[^']*+)|(?P<bare>[^\s\"']++))")
_NAMES = frozenset({"name", "key", "aria-label", "placeholder", "id"})


def pairs(text: str, at: int, signs: Collection[str]) -> Iterator[list[Cell]]:
    for sign, pattern in _PAIRS:
        if sign in signs:
            for found in pattern.finditer(text, at):
                name = MARKUP.sub("", found["name"]).strip()[-NAME_MOST:]
                yield [(_CALLED.get(name, name), *found.span("cell"))]
    if _FIELD in signs:
        for tag in _TAG.finditer(text, at):
            yield from _field(text, *tag.span())


def _field(text: str, start: int, stop: int) -> Iterator[list[Cell]]:
    """`<input name="name" value="cell">`, `<add key="name" value="cell"/>`: each name of it."""
    named, value = list[str](), None
    for found in _ATTRIBUTE.finditer(text, start, stop):
        if found["name"] in _NAMES:
            named.append(found[found.lastgroup or ""][-NAME_MOST:])
        elif found["name"] == "value" and found.lastgroup != "bare":
            value = found.span(found.lastgroup or "")
    if value is not None:
        yield from ([(name, *value)] for name in named)
