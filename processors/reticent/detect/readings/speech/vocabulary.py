"""Words by which people say digits and letters aloud, as recognisers of speech write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final


def words(text: str) -> frozenset[str]:
    """Each of a text, once."""
    return frozenset(text.split())


_DIGITS: Final = (
    "zero oh o nought null cero zéro nul ноль शून्य shunya",
    "one eins ein uno un uma um een één один ek एक",
    "two zwei zwo dos deux due dois duas twee два do दो",
    "three drei tres trois tre três drie три teen तीन",
    "four vier cuatro quatre quattro quatro четыре char chaar चार",
    "five fünf fuenf cinco cinq cinque vijf пять paanch panch पाँच पांच",
    "six sechs seis sei zes meia шесть chhe chhah छह छः छे",
    "seven sieben siete sept sette sete zeven семь saat सात",
    "eight acht ocho huit otto oito восемь aath आठ",
    "nine niner neun nueve neuf nove negen девять nau नौ",
)
_TEENS: Final = (
    "ten zehn diez dix dieci dez tien",
    "eleven elf once onze undici",
    "twelve zwölf zwoelf doce douze dodici doze twaalf",
    "thirteen dreizehn trece treize tredici treze dertien",
    "fourteen vierzehn catorce quatorze quattordici catorze veertien",
    "fifteen fünfzehn quince quinze quindici vijftien",
    "sixteen sechzehn dieciséis dieciseis seize sedici dezesseis dezasseis zestien",
    "seventeen siebzehn diecisiete dix-sept diciassette dezessete dezassete zeventien",
    "eighteen achtzehn dieciocho dix-huit diciotto dezoito achttien",
    "nineteen neunzehn diecinueve dix-neuf diciannove dezenove dezanove negentien",
)
_TENS: Final = (  # the first as in `_LANGUAGES`, the last Dutch
    "twenty zwanzig veinte vingt venti vinte twintig",
    "thirty dreißig treinta trente trenta trinta dreissig dertig",
    "forty vierzig cuarenta quarante quaranta quarenta veertig",
    "fifty fünfzig cincuenta cinquante cinquanta cinquenta vijftig",
    "sixty sechzig sesenta soixante sessanta sessenta zestig",
    "seventy siebzig setenta septante settanta zeventig",
    "eighty achtzig ochenta quatre-vingt ottanta oitenta quatre-vingts huitante tachtig",
    "ninety neunzig noventa nonante novanta negentig",
)
_HUNDREDS: Final = "hundred hundert ciento cien cent cents cento honderd"
_THOUSANDS: Final = "thousand tausend mil mille duizend"
_TIMES: Final = {
    "double": 2, "doble": 2, "doppel": 2, "dobro": 2, "dubbel": 2, "triple": 3, "treble": 3, "quadruple": 4,
}  # fmt: skip
_CODES: Final = (
    "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november oscar papa "
    "quebec romeo sierra tango uniform victor whiskey whisky x-ray xray yankee zulu"
)
"""The spelling alphabet of radio (ITU, ICAO)."""
_NAMES: Final = {
    "bee": "b", "cee": "c", "dee": "d", "ee": "e", "ef": "f", "eff": "f", "gee": "g", "aitch": "h", "haitch": "h",
    "jay": "j", "kay": "k", "el": "l", "ell": "l", "em": "m", "en": "n", "pee": "p", "cue": "q", "queue": "q",
    "ar": "r", "ess": "s", "tee": "t", "vee": "v", "double-u": "w", "ex": "x", "wye": "y", "zee": "z", "zed": "z",
    "zeta": "z",
}  # fmt: skip
_MANY_A_NAME: Final = words(
    "charlie delta echo golf hotel india juliet lima mike november oscar papa quebec romeo uniform victor el en em"
)

DIGIT, TEEN, TENS, HUNDRED, THOUSAND, TIMES, LETTER, DULL = range(8)
"""What a word is: a digit; 10 to 19; tens that a digit follows; hundreds and thousands; how often the next one is said;
a letter; a letter that is as often another word."""


_LANGUAGES: Final = ("english", "german", "spanish", "french", "italian")
_UNITS: Final = (
    "ein zwei drei vier fünf sechs sieben acht neun",
    "een twee drie vier vijf zes zeven acht negen",
    "uno dos tres cuatro cinco seis siete ocho nueve",
    "uno due tre quattro cinque sei sette otto nove",
)
"""German, Dutch, Spanish, Italian."""
_ACCENTED: Final = {"dos": "dós", "tres": "trés", "seis": "séis"}


def _joined() -> Iterator[tuple[str, int]]:
    """Numbers of tens and units that are one word: German, Dutch, Spanish, Italian."""
    for tens, said in enumerate(_TENS, 2):
        ten = dict(zip(_LANGUAGES, said.split(), strict=False))
        for unit, (german, dutch, spanish, italian) in enumerate(zip(*map(str.split, _UNITS), strict=True), 1):
            number = 10 * tens + unit
            yield from (
                (f"{german}und{each}", number) for each in said.split() if each.endswith(("zig", "ßig", "ssig"))
            )
            yield from ((f"{dutch}{joint}{said.split()[-1]}", number) for joint in ("en", "ën"))
            stem = ten["italian"]
            yield f"{stem[:-1] if italian[0] in 'uo' else stem}{italian}", number
            if tens == 2:
                yield from ((f"veinti{each}", number) for each in (spanish, _ACCENTED.get(spanish, spanish)))


def _words() -> Iterator[tuple[str, tuple[int, int | str]]]:
    yield from ((word, (DULL if word in _MANY_A_NAME else LETTER, word[0])) for word in _CODES.split())
    yield from ((word, (DULL if word in _MANY_A_NAME else LETTER, letter)) for word, letter in _NAMES.items())
    yield from ((word, (DIGIT, digit)) for digit, said in enumerate(_DIGITS) for word in said.split())
    yield from ((word, (TEEN, 10 + digit)) for digit, said in enumerate(_TEENS) for word in said.split())
    yield from ((word, (TENS, 20 + 10 * place)) for place, said in enumerate(_TENS) for word in said.split())
    yield from ((word, (TEEN, number)) for word, number in _joined())
    yield from ((word, (HUNDRED, 100)) for word in _HUNDREDS.split())
    yield from ((word, (THOUSAND, 1000)) for word in _THOUSANDS.split())
    yield from ((word, (TIMES, count)) for word, count in _TIMES.items())


WORDS: Final[Mapping[str, tuple[int, int | str]]] = dict(_words())
"""By word, in small letters: what it is, and its number or letter."""
_WEAK: Final = words("o oh null ein un uma um een do cent cents mil el en em once golf seize")
"""What other words are as often: no run begins to be looked at for them."""
NUMBERS: Final = sorted(
    (word for word, (kind, _) in WORDS.items() if kind in (DIGIT, TEEN, TENS, TIMES) and word not in _WEAK),
    key=len, reverse=True,
)  # fmt: skip
CODES: Final = sorted(_CODES.split(), key=len, reverse=True)
NAMES: Final = sorted(_NAMES, key=len, reverse=True)
BETWEEN: Final = words(
    "uh um er erm ah hmm hm mm mmm and then okay ok so yeah yes yep right space blank dash hyphen minus stroke "
    "mhm huh got it sure alright go on ahead perfect great thanks let me see hang und dann äh ähm strich "
    "leerzeichen genau eh este y luego guion guión vale sí euh et puis tiret alors oui e depois é hífen aur phir "
    "haan en dan eh streepje"
)
"""What is said between digits and tells nothing."""
