"""Numbers that offices give to people and to what they asked for: what such a number looks like, and what is none."""

from __future__ import annotations

import re
from typing import Final

from ..phrases import FIRST, FURTHER
from ..rule import Match, Validator
from .contact import is_date
from .national import digits_of
from .people import whole_name

_BEFORE: Final = 48
_DAY: Final = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d{4,6})?")
_COUNTED: Final = re.compile(
    r"\s?(?:%|[€$£¥₹°]|(?i:bytes?|[kmgt]i?b|ms|seconds?|sec|minutes?|hours?|days?|weeks?|months?|years?|rows?|items?|lines?"
    r"|tokens?|characters?|times|files?|entries|records|users|people|usd|eur|gbp|chf|inr|jpy|kr|km|kg|cm|mm|px|of|x|and"
    r" \d|or \d|zeilen|lignes|filas|jahre|ans|años|euro?s?|dollars?|元|円|원|个|個|件|次)(?:[^a-zA-Z]|$))|[.:]\d"
)
"""What makes an amount, a time or a version of a number."""
_OF_PROGRAMS: Final = re.compile(
    r"(?i:\b(?:lines?|ports?|pages?|versions?|rows?|columns?|builds?|process|threads?|pid|errors?|status|exit|models?|parts?"
    r"|items?|articles?|products?|sku|steps?|frames?|blocks?|chapters?|sections?|issues?|bugs?|patch|revisions?|commits?"
    r"|magic|random|prime|sequence|atomic|phone|house|room|flight|zeilen?|seiten?|prozess|fehler|artikel|modell|teile"
    r"|kapitel|haus|zimmer|flug|zeilennummer|portnummer|puerto|l[íi]nea|p[áa]gina|versi[óo]n|modelo|art[íi]culo|ligne"
    r"|erreur|mod[èe]le|chapitre|riga|porta|versione|errore|linii?|strony|wersji|b[łl][ęe]du|modelu|[řr]ádk[ůu]?|strany"
    r"|verze|строк[иа]|порта?|страниц[ыа]|верси[ия]|ошибк[иа]|модел[иь]|артикула?|процесса?)[^\n]{0,12}$"
    r"|(?:zeilen|port|seiten|versions?|prozess|fehler|artikel|modell|teile|kapitel|haus|zimmer|flug|rad|sid|linje|poort"
    r"|regel|versie|pagina)(?:nummer|nr)[^\n]{0,12}$)|[行页頁]号?[^\n]{0,4}$|端口号?[^\n]{0,4}$|ページ|版本"
)
"""What programs and books number."""
_STANDARD: Final = frozenset(
    {"CVE", "ISO", "RFC", "PEP", "IEEE", "UTF", "KB", "MS", "EN", "DIN", "GHSA", "CWE", "SHA", "X"}
)
_LEAST, _LEAST_AMONG_LETTERS = 5, 4


def told_number(text: str, found: Match) -> bool:
    """Five digits or more (four among letters), neither a day nor an amount, and of nothing that programs number."""
    digits, head = digits_of(text), re.match("[A-Za-z]*", text)
    lettered = any(map(str.isalpha, text))
    if len(digits) < (_LEAST_AMONG_LETTERS if lettered else _LEAST) or len(set(text)) < 3 or is_date(text):
        return False
    if _DAY.fullmatch(text) is not None or (head is not None and head[0].upper() in _STANDARD):
        return False
    if _COUNTED.match(found.text, found.end) is not None:
        return False
    return _OF_PROGRAMS.search(found.text[max(0, found.start - _BEFORE) : found.start]) is None


def somebodys(_: str, found: Match) -> bool:
    """Of somebody's thing, or before what was done about it: no ticket that code and commits refer to."""
    before = found.text[max(0, found.start - _BEFORE) : found.start]
    if _DONE.match(found.text, found.end) is not None or _REFERRED.search(before) is None:
        return True
    return _WHOSE.search(before) is not None


_REFERRED: Final = re.compile(r"(?i:ticket|case|claim|incident|request|package|order|issue)s?[^\w\n]{1,4}$")
_DONE: Final = re.compile(r" [^\W\d_]")
_WHOSE: Final = re.compile(
    r"(?:^|[^\w])(?i:my|your|his|her|their|our|quoting|customer(?:'s)?|mein[er]?|ihr[er]?|unser[er]?|mon|ma|votre|notre|mi|su"
    r"|tu|mio|mia|tuo|tua|meu|minha|seu|sua|mijn|uw|mój|moje|mojego|twoje|mé|min|mitt|din|ditt|ваш\w?|мо[йяею]|el|la|le"
    r"|il)[^\w][^\d\n]{0,24}$"
)


def of_somebody(_: str, found: Match) -> bool:
    """What is earned, owned or owed; of what is paid, only what is paid by the year, month, week or hour."""
    before = found.text[max(0, found.start - _BEFORE) : found.start].lower()
    return "paid " not in before[-22:] or _REGULAR.match(found.text, found.end) is not None


_REGULAR: Final = re.compile(
    r",? (?:per|a|each|every) (?:year|month|week|hour|annum)|,? (?:annually|monthly|yearly|weekly|hourly)"
)


def thrown(text: str, _: Match) -> bool:
    """Letters of both cases with digits and no order, as no name of a user or a thing and no piece of code has
    them, nor the end of a question with what follows it."""
    if re.match(r"[a-z]+\?", text) or "=" in text or "_" in text.strip("_") or text.endswith((")", "]", "}")):
        return False
    kinds = sum(
        (any(map(str.isupper, text)), any(map(str.islower, text)), any(map(str.isdigit, text)), not text.isalnum())
    )
    return kinds >= _KINDS and text.isascii() and re.fullmatch(r"(?:[A-Za-z]+[._-]?){1,3}\d{0,4}", text) is None


_KINDS: Final = 3


def after_name(_: str, found: Match) -> bool:
    """Right behind a person's name."""
    begin = max(0, found.start - _BEFORE)
    name = _NAME.search(found.text[begin : found.start])
    return name is not None and whole_name(name[1], Match(found.text, found.label, begin, begin + name.end(1)))


_NAME: Final = re.compile(rf"((?:{FIRST}){FURTHER}{{1,3}})(?:, | \()$")


def placed(text: str, _: Match) -> bool:
    """A street and its number: no day, no chapter or other thing that is counted, no number that is a year's."""
    words = re.findall(r"[^\W\d_]+", text)
    numbers = re.findall(r"\d+", text)
    if not words or not numbers or _NO_STREET.search(text) is not None:
        return False
    return not (len(numbers) == 1 and _YEAR.fullmatch(numbers[0]) is not None)


_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_NO_STREET: Final = re.compile(
    r"\b(?i:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?i:jan|febr)uary\b|\b(?:March|April|May|June|July|August"
    r"|(?:Sept|Nov|Dec)ember|October|Chapter|Test|Tests|Version|Section|Figure|Table|Part|Step|Page|Line|Appendix|Volume"
    r"|Python|Windows|Java|Node|Level|Phase|Day|Week|Month|Year|Q[1-4]|Room|Item|Instances?|People|Users?|Days|Hours"
    r"|Minutes|Weeks|Years|IP|IPv[46]|Group|Team|Lesson|Module|Grade|Class|Gate|Terminal|Platform|Track|Flight"
    r"|Spring|Ubuntu|Debian|Linux|Article|Type|Exit)\b"
)
"""What is counted with numbers as streets are."""


VALIDATORS: Final[dict[str, Validator]] = {
    "told-number": told_number,
    "placed": placed,
    "somebodys": somebodys,
    "of-somebody": of_somebody,
    "thrown": thrown,
    "after-name": after_name,
}
