"""Numbers that offices give to people and to what they asked for: what such a number looks like, and what is none."""

from __future__ import annotations

import re
from typing import Final

from ..rule import Match, Validator
from .contact import is_date
from .national import digits_of

_BEFORE: Final = 48
_DAY: Final = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d{4,6})?")
_COUNTED: Final = re.compile(
    r"\s?(?:%|[€$£¥₹°]|(?i:bytes?|[kmgt]i?b|ms|seconds?|sec|minutes?|hours?|days?|weeks?|months?|years?|rows?|items?|lines?"
    r"|tokens?|characters?|times|files?|entries|records|users|people|usd|eur|gbp|chf|inr|jpy|kr|km|kg|cm|mm|px|of|x|×|and"
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
_STANDARD: Final = frozenset({"CVE", "ISO", "RFC", "PEP", "IEEE", "UTF", "KB", "MS", "EN", "DIN", "GHSA", "CWE", "SHA", "X"})
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


VALIDATORS: Final[dict[str, Validator]] = {"told-number": told_number}
