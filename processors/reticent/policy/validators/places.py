"""Addresses: whether words and numbers that stand like one are one."""

from __future__ import annotations

import re
from typing import Final

from ...patterns.linear import finding
from ..rule import Match, Validator
from .likeness import alone, words_of

_WORD: Final = re.compile(r"[^\W\d_]+")

_NO_STREET: Final = words_of(
    """minute minutes hour hours day days week weeks month months year years time times second seconds percent item
    items file files line lines step steps table tables page pages chapter chapters section sections version
    versions python java node windows ubuntu debian android ios linux chrome firefox figure fig example examples
    test tests case cases issue issues bug bugs error errors people users user different same other others more most
    less least than only also mile miles km kilometres kilometers meters blocks bytes byte bits bit rows columns row
    column port ports phase level levels type types class option options part parts question questions answer
    answers note notes number numbers api http https www json xml html css sql select from where this that these
    those was were has have will can could should would must may not and or but if then else when while which what
    who why how all any each every some localhost null none true false string int float default unknown released
    release copyright license revision rev commit build batch epoch round stage task tasks job jobs server servers
    host hosts client clients process processes january february march april june july august september october
    november december monday tuesday wednesday thursday friday saturday sunday am pm utc gmt gb mb kb tb ms usd eur
    gbp isbn issn rfc iso limit desc asc end begin cursor"""
)


_WAYS: Final = re.compile(
    r"\d{1,2}\s(?i:way|hop|lane|door|story|storey|star|page|part|speed)\b"
    r"|\d{3}\s(?i:way|hop|lane|door|story|storey|star|page|part|speed)\b(?! [A-Z][a-z]{3})"
    r"|(?:19|20)\d\d,? (?:the|an?|this|that|our|on|in|at|along)\b"
)
"""Numbers of parts, as in `a 4 lane road` (`777 Story Road` is no building of so many), and years."""


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


_NUMBERED: Final = re.compile(
    r"(?:the\s)?(?:room|gate|terminal|platform|desk|hall|booth|seat|flight|bus|train|zone|area|top|act|scene|verse"
    r"|psalm|article|title|rule|amendment|grade|tier|channel|camera|model|iphone|galaxy|playstation|xbox|formula"
    r"|war|world war|track|group|team|player|point|slide|exercise|appendix|equation|lemma|theorem|definition"
    r"|algorithm|listing|module|lesson|unit|season|episode|volume|vol|edition|usb|bluetooth|covid|apollo|mark"
    r"|catch|layer|web|industry|vision|agenda|generation|division|region|district|ward|bay|dock|pier|berth|cabin"
    r"|locker|line|floor|stage|day|year|week|route|highway|hwy|interstate|exit|trunk)\s\d+[a-z]?\b\W*",
    re.IGNORECASE,
)


def _first_line(text: str) -> str:
    return re.split(r"[\n,]", text.lstrip(), maxsplit=1)[0]


def street(text: str, found: Match) -> bool:
    """A number, a name of three letters or more, and in its first line no word of counting, programs or dates."""
    first = _first_line(_PART.sub("", text))
    words = _words(first)
    if _NO_STREET.intersection(words) or _WAYS.match(text) or _NUMBERED.match(first) or _JOINED.search(first):
        return False
    if _YEAR.match(text) and _AUTHOR.match(found.text, found.end):
        return False
    if _NUMBER_OF.search(found.text[max(0, found.start - 24) : found.start]) is not None:
        return False
    return any(c.isdigit() for c in text) and any(len(word) >= 3 for word in _words(text))


_PART: Final = re.compile(
    r"^(?:Level|Lot|Unit|Flat|Apt\.?|Suite|Shop|Studio) (?:\d{1,4}[A-Za-z]?,? ?(?=\d)|(?=\d{1,4}/\d))"
)
"""The part of a building before the street."""


def eircode_in(text: str, found: Match) -> bool:
    """Letters and digits, of those that Ireland uses, and not all of a kind where no street is said."""
    code = _EIRCODE.search(text)
    return code is not None and (not code[1].isalpha() or _STREETS.search(text.lower()) is not None)


_EIRCODE: Final = re.compile(r"\b(?:[AC-FHKNPRTV-Y]\d\d|D6W) ?([0-9AC-FHKNPRTV-Y]{4})\b")


def philippine(text: str, found: Match) -> bool:
    """Block and lot, or a street; no numbers of something that a program counts."""
    named = not _NO_STREET.intersection(_words(re.sub(r"(?:Lot|Block|Phase)\b", "", text)))
    return named and (_BLOCK_AND_LOT.match(text) is not None or re.search(r", \d{4} ", text) is not None)


_BLOCK_AND_LOT: Final = re.compile(r"B(?:lk|lock)?\.? ?\d+,? L(?:ot)?\.? ?\d+[ ,]{1,2}[A-Z0-9]")


def romanian(text: str, _: Match) -> bool:
    """Behind words that other languages have too, with a number."""
    return any(map(str.isdigit, text)) or re.match(r"Strada|Str\.|Calea|Bd\.", text) is None


def french_street(text: str, found: Match) -> bool:
    """With a number; without one, behind words that nothing else has, and a name of two words or more."""
    if any(map(str.isdigit, text)):
        return street(text, found) and (
            re.search(r"\d{4}", text) is not None or _FRENCH.match(text.lstrip("0123456789, ")) is not None
        )
    return _FRENCH.match(text) is not None and len(_NAMED.findall(text)) > 1


_FRENCH: Final = re.compile(r"(?:rue|boulevard|chemin|impasse|allée|allé|ruelle|sentier|avenue|montée|quai) ")
_NAMED: Final = re.compile(r"\b[A-ZÀ-Þ]")


def no_day_before(text: str, _: Match) -> bool:
    """The four digits are no year behind a person's, or a month's, number."""
    code = re.search(r", (\d{4})(?: [A-Z]{2})?,", text)
    return code is not None and (
        _A_YEAR.match(code[1]) is None
        or re.search(r"[a-z](?:straat|laan|lei|weg|steeg|plein|pad|dreef) \d", text) is not None
    )


def street_ending(text: str, found: Match) -> bool:
    """Ends that family names have too are of one word, and of six letters or more."""
    if (
        re.match(r"[^ ]{0,20}(?:ova|lei|marka|hagen|berget) ", text) is None
        and re.search(r"(?:ova|lei) \d", text) is None
    ):
        return True
    named = re.match(r"([A-ZČŠŽŘĎ][a-zá-ž]{5,}) \d", text)
    return named is not None and (
        _AT.search(found.text[max(0, found.start - 20) : found.start]) is not None
        or _LIVING(f"{found.label} {found.text[max(0, found.start - _NEAR) : found.start]}")
    )


def street_weak(text: str, found: Match) -> bool:
    """A street whose last word ends the names of other things, too: a house number that is no count and no year, or
    where somebody is before it, or a word of living near."""
    if not street(text, found):
        return False
    number = _HOUSE.match(text)
    before = found.text[max(0, found.start - _NEAR) : found.start]
    long = number is not None and len(number[1]) > _COUNT_MOST and _A_YEAR.match(text) is None
    return (
        (long and _COUNTS.search(_first_line(text)) is None)
        or _AT.search(before) is not None
        or _LIVING(f"{found.label} {before}")
        or _LIVING(found.text[found.end : found.end + _NEAR])
    )


_NEAR: Final = 80
_COUNT_MOST: Final = 2
"""Digits of what is mostly a count."""
_HOUSE: Final = re.compile(r"(\d+)")
_A_YEAR: Final = re.compile(r"(?:19|20)\d\d\b")
_COUNTS: Final = re.compile(r"\b(?:New|Total|Open|Free|Max|Min|Active|Hard|Soft|Data|File|Read|Write|Time|Cache)\b")
_AT: Final = re.compile(r"(?i)\b(?:at|outside|opposite|neighbour at|door of)\s$")
_LIVING: Final = finding(
    r"(?i)\b(?:address|live[sd]?\b|living|resid|located|ship|deliver|home\b|house\b|moved\b|street|mail|billing|apt\b|suite\b"
    r"|zip\b|postcode|city\b|held at\b|place at\b|over on\b|parcel|neighbou?r|landlord|tenan|flat\b)"
)
_JOINED: Final = re.compile(r"[a-z]{4,}[A-Z]")
"""A word of a program or of its name."""
_AUTHOR: Final = re.compile(r"\s{0,2}<[^\s<>]{1,40}@")
"""Behind the year and the name of a copyright."""
_NUMBER_OF: Final = re.compile(
    r"(?i)\b(?:invoice|order|ticket|receipt|case|claim|bill|po|reference|ref|rechnung|facture|factura|fattura"
    r"|issue|bug|pr|job|batch|policy|quote|shipment|item|sku|version|build|line)\s?(?:no\.?|number|nr\.?|#|id)?:?\s{0,2}$"
)
"""What the number before a name numbers."""


def street_line(text: str, found: Match) -> bool:
    """A street; the name is no name of software or of a disease, with its number."""
    return street(text, found) and not re.match(r"(?:[A-Z]\w+ )?(?:in|at|on|of|and|since|from) ", text)


_NO_ADDRESS: Final = re.compile(r"://|@|\d\.\d|0x|[(){}=;_<>]|\be-?mail\b|\bip\b|\bmac\b", re.IGNORECASE)
_BEFORE: Final = finding(
    r"(?i)(?:e-?mail|ip|mac|memory|web|url|site|host|server|base|start|end|return|source|destination|target|bind|listen|contract"
    r"|wallet|physical|virtual|hardware|network|socket|remote|local)[\s_.-]{0,2}address[^\pL\pN_]*$"
)


_STREETS: Final = re.compile(
    r"\b(?:st|street|ave|avenue|rd|road|dr|drive|ln|lane|ct|court|pl|place|blvd|boulevard|way|square|sq|terrace|close|apt"
    r"|suite|unit|flat|box|rue|via|calle|rua|avenida|plaza|ul)\b|(?:stra(?:ß|ss)e|weg|platz|gasse|straat|laan|vej|vägen"
    r"|gatan|gata|gate|katu|utca)\b"
)


def address(text: str, found: Match) -> bool:
    """A street, or a place with a number, that no program's kind of address explains."""
    if found.text[found.end : found.end + 1] == "_":
        return False
    if _NO_ADDRESS.search(text) is not None or re.fullmatch(r"[A-Z]{2,6}[ -]\d+\W*", text) is not None:
        return False
    if text.islower() and not _STREETS.search(text) and re.match(r"\d{2,}\D+\d", text) is None:
        return False
    return not _BEFORE(found.text[max(0, found.start - 40) : found.start]) and street(text, found)


def address_field(text: str, found: Match) -> bool:
    """All of a field, with a word for a street: it needs no number."""
    whole = found.end == len(found.text) and (found.start == 0 or found.text[found.start - 1] in "\x01\x02")
    return whole and _STREETS.search(text.lower()) is not None and _NO_ADDRESS.search(text) is None


_NO_CAPITALS: Final = re.compile(r"[\u0590-\u1fff\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Letters of scripts that have no capitals, from Hebrew to Korean."""
_THING: Final = re.compile(r"[a-z]{2,}\s")
_POSTCODE: Final = re.compile(r"\b(?:\d{4,6}|\d{2,3}[- ]\d{2,3})\b")
_NO_PLACE: Final = re.compile(
    r"^[0-9A-Za-z]{20,}$|#\d{5}|\s{2}# |CVE-|://|\w@\w|0x|[{};=_<>]|\w[(\[]|\d\.\d+\.\d|\b(?:e-?mail|ip|mac)\b",
    re.IGNORECASE,
)
_WORDS_MOST: Final = 24
_NEXT: Final = re.compile(r"[.;] [A-Z][\w ]{1,24}: ")
"""The name of another field in the same line, which says nothing of this one."""


def address_whole(text: str, found: Match) -> bool | tuple[int, int]:
    """All that stands behind the name of an address: in Latin letters a number and a word with a capital, none of it a
    word of counting, programs or dates; in scripts without capitals any words."""
    if not alone(found) or _BEFORE(found.text[max(0, found.start - 40) : found.start]):
        return False
    quoted = text.endswith("'") and found.text[found.start - 1 : found.start] == "'"
    text = _NEXT.split(text, maxsplit=1)[0]
    if not _is_place(text) or (len(_NO_CAPITALS.findall(text)) < 3 and not _in_words(text)):
        return False
    return (found.start, found.end - 1) if quoted else True


def address_told(text: str, found: Match) -> bool:
    """The same in a sentence: with a number in any script, and a comma or some words in Latin."""
    numbered = any(c.isdigit() for c in text)
    script = len(_NO_CAPITALS.findall(text)) >= 3 and numbered
    if _THING.match(text) is not None and _STREETS.search(text) is None and _POSTCODE.search(text) is None:
        return False
    return _is_place(text) and (
        script or (_in_words(text) and not _JOINED.search(text) and (len(_WORD.findall(text)) > 2 or "," in text))
    )


_ITEM: Final = re.compile(r"#{2,6} |\d{1,2}\. [A-Z][a-z]+ (?:the|their|your|its|each|all|any)\b")


def no_item(text: str, found: Match) -> bool:
    """Neither a heading nor an item of what is to be done."""
    return _ITEM.match(text) is None


def _is_place(text: str) -> bool:
    return _NO_PLACE.search(text) is None and len(_WORD.findall(text)) <= _WORDS_MOST


def _in_words(text: str) -> bool:
    words = _WORD.findall(text)
    named = any(word[0].isupper() and len(word) > 2 for word in words)
    numbered = any(c.isdigit() for c in text) or re.search(r"\bS/N\b", text) is not None
    return named and numbered and not _NO_STREET.intersection(map(str.lower, words))


_SOFTWARE: Final = words_of("test tests office creative adobe google business security regression benchmark the")


def unit(text: str, found: Match) -> bool:
    """Not the part of a software's name, nor of a grammar."""
    if found.text[found.start - 1 : found.start] == "<" and found.text[found.end : found.end + 1] == ">":
        return False
    before = _WORD.findall(found.text[max(0, found.start - 20) : found.start].lower())[-1:]
    return not _SOFTWARE.intersection([*_words(text), *before])


def box(text: str, _: Match) -> bool:
    """With its name written out; behind two letters with the town's code: by themselves they name encodings, too."""
    return not re.match(r"[A-Z]{2}\s?\d", text) or re.search(r"\d\D+\d{4,5}\b", text) is not None


def corner(text: str, found: Match) -> bool:
    """Two streets: a number or a capital on both sides of `and`."""
    left, _, right = re.split(r"\bof\b", text, maxsplit=1)[1].replace("&", "and").rpartition(" and ")
    named = [word for word in left.split() if word[:1].isupper() or word[:1].isdigit()]
    plain = not _NO_STREET.intersection([*_words(left), *_words(right)])
    if not right.strip()[:1].isupper() and not any(c.isdigit() for c in left):
        return False
    return bool(named) and len(left.split()) + len(right.split()) >= 3 and plain


_NO_TOWN: Final = words_of("am pm utc gmt est pst cet bc ad mb gb kb hz ml mg kg km cm mm in on at to by or of is it")


_BEHIND_YEARS: Final = words_of("us uk eu un ai it tv hr pr ne nw se sw vr ar ml uc fa fc pc ps ux ui qa ad ny la dc")
_YEAR: Final = re.compile(r"(?:19|20)\d\d ")
_YEARS: Final = re.compile(r"\b(?:19|20)\d\d ?[-\u2013] ?$")
"""From one year to the next."""


def nl_postcode(text: str, found: Match) -> bool:
    """Its letters are no unit, no part of a day and none that stand behind years, and the town is no month."""
    letters = text[4:].strip()[:2].lower()
    if _YEARS.search(found.text[: found.start]) is not None or letters in _NO_TOWN:
        return False
    if letters in _BEHIND_YEARS and _YEAR.match(text) is not None:
        return False
    return not _NO_STREET.intersection(_words(text))


_UK_AREAS: Final = words_of(
    """ab al b ba bb bd bh bl bn br bs bt ca cb cf ch cm co cr ct cv cw da dd de dg dh dl dn dt dy e ec eh en ex fk fy
    g gl gu gy ha hd hg hp hr hs hu hx ig im ip iv je ka kt kw ky l la ld le ll ln ls lu m me mk ml n ne ng nn np nr
    nw ol ox pa pe ph pl po pr rg rh rm s sa se sg sk sl sm sn so sp sr ss st sw sy ta td tf tn tq tr ts tw ub w wa
    wc wd wf wn wr ws wv yo ze gir"""
)


def uk_postcode(text: str, _: Match) -> bool:
    """Its letters are an area of the Royal Mail."""
    letters = re.match(r"[A-Z]+", text)
    return letters is not None and letters.group().lower() in _UK_AREAS


_CAP: Final = re.compile(r"(?i)cap(?:\(\w{0,20}\))?\W*$")


def postcode(text: str, found: Match) -> bool:
    """No year with a month, not one digit again and again; behind `CAP` in the same line the five digits of Italy."""
    named = _CAP.search(found.text[max(0, found.start - 32) : found.start])
    if named is not None and ("\n" in named.group() or re.fullmatch(r"\d{5}", text) is None):
        return False
    behind = found.text[found.end : found.end + 2]
    return len(set(text)) > 1 and re.match(r"[-/.]\d", behind) is None and _COMPACT.fullmatch(text) is None


def place_code(text: str, found: Match) -> bool:
    """No round number, and of four digits none that is a year."""
    return not text.endswith("000") and (_A_YEAR.match(text) is None or text[4:5].isdigit())


_COMPACT: Final = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
"""A day in eight digits."""


VALIDATORS: Final[dict[str, Validator]] = {
    "street": street,
    "street-weak": street_weak,
    "eircode-in": eircode_in,
    "no-day-before": no_day_before,
    "street-ending": street_ending,
    "philippine": philippine,
    "romanian": romanian,
    "french-street": french_street,
    "address": address,
    "address-field": address_field,
    "address-whole": address_whole,
    "address-told": address_told,
    "no-item": no_item,
    "unit": unit,
    "box": box,
    "corner": corner,
    "street-line": street_line,
    "nl-postcode": nl_postcode,
    "uk-postcode": uk_postcode,
    "postcode": postcode,
    "place-code": place_code,
}
