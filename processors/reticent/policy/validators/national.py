"""National and tax identifiers with their check digits: python-stdnum's, and those it does not have.

One row an identifier: what judges it, and a form from which valid ones are made for the examples (`#` a digit, `@` a
letter, `%d%m%y` a day of birth).
"""

from __future__ import annotations

import datetime
import random
import re
import string
from collections.abc import Callable, Sequence
from typing import Any, Final

from stdnum import luhn, vatin, verhoeff
from stdnum.ar import cuit
from stdnum.ar import dni as ar_dni
from stdnum.at import tin as at_tin
from stdnum.at import vnr
from stdnum.au import abn, tfn
from stdnum.be import nn
from stdnum.bg import egn, pnf
from stdnum.br import cnpj, cpf
from stdnum.ca import sin
from stdnum.ch import ssn as ahv
from stdnum.ch import uid
from stdnum.cl import rut
from stdnum.co import nit as co_nit
from stdnum.cr import cpf as cr_cpf
from stdnum.cu import ni
from stdnum.cy import vat as cy_vat
from stdnum.cz import rc
from stdnum.de import idnr, stnr
from stdnum.dk import cpr
from stdnum.do import cedula
from stdnum.ec import ci
from stdnum.ee import ik
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.fr import nif as fr_nif
from stdnum.fr import nir
from stdnum.gb import utr
from stdnum.gr import amka
from stdnum.gr import vat as gr_vat
from stdnum.gt import nit as gt_nit
from stdnum.hr import oib
from stdnum.id import npwp
from stdnum.ie import pps
from stdnum.il import idnr as il_idnr
from stdnum.in_ import aadhaar, gstin, pan, vid
from stdnum.is_ import kennitala
from stdnum.it import codicefiscale, iva
from stdnum.jp import in_ as my_number
from stdnum.ke import pin as ke_pin
from stdnum.kr import rrn
from stdnum.lt import asmens
from stdnum.md import idno
from stdnum.mu import nid as mu_nid
from stdnum.mx import curp, rfc
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.nz import ird
from stdnum.pe import cui, ruc
from stdnum.pk import cnic
from stdnum.pl import nip, pesel
from stdnum.pt import cc as pt_cc
from stdnum.pt import nif as pt_nif
from stdnum.ro import cnp
from stdnum.ru import inn
from stdnum.se import personnummer
from stdnum.si import emso
from stdnum.th import pin as th_pin
from stdnum.tr import tckimlik
from stdnum.ua import rntrc
from stdnum.us import ein, itin, ptin, ssn
from stdnum.ve import rif
from stdnum.za import idnr as za_idnr

from ..rule import Match, Validator

Check = Callable[[str], bool]


def digits_of(text: str) -> list[int]:
    """The ASCII digits of a text."""
    return [ord(c) - 48 for c in text if "0" <= c <= "9"]


def weighted(digits: Sequence[int], weights: Sequence[int]) -> int:
    """The sum of digits times weights, as far as both go."""
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=False))


DAY_IN_DIGITS: Final = re.compile(r"(?:19|20)\d\d[01]\d[0-3]\d")
"""Year, month and day of these two centuries, without anything between them."""


def is_day(year: int, month: int, day: int) -> bool:
    """Whether the calendar has such a day."""
    try:
        datetime.date(year, month, day)
    except (ValueError, OverflowError):
        return False
    return True


# identifiers that python-stdnum does not know


def _singapore(text: str) -> bool:
    """NRIC and FIN: a letter of series, seven digits, a check letter of the series' own alphabet."""
    series, digits, check = text[0], digits_of(text[1:8]), text[8]
    rest = (weighted(digits, (2, 7, 6, 5, 4, 3, 2)) + {"T": 4, "G": 4, "M": 3}.get(series, 0)) % 11
    alphabet = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "M": "XWUTRQPNJLK"}.get(series, "XWUTRQPNMLK")
    return alphabet[rest] == check


def _hong_kong(text: str) -> bool:
    """One or two letters and six digits, weighted from 9 down; the check digit, A for ten, makes it divisible by 11."""
    plain = re.sub(r"[()\s]", "", text).rjust(9)
    values = [36 if c == " " else int(c, 36) for c in plain[:8]]
    return (weighted(values, (9, 8, 7, 6, 5, 4, 3, 2)) + int(plain[8], 16)) % 11 == 0


_TAIWAN: Final = dict(zip("ABCDEFGHJKLMNPQRSTUVXYWZIO", range(10, 36), strict=True))


def _taiwan(text: str) -> bool:
    """A letter for the place of registration (10 to 35), then nine digits."""
    place = _TAIWAN[text[0]]
    return (place // 10 + place % 10 * 9 + weighted(digits_of(text), (8, 7, 6, 5, 4, 3, 2, 1, 1))) % 10 == 0


def _snils(text: str) -> bool:
    """Nine digits weighted from 9 down, modulo 101; 100 is written 00."""
    digits = digits_of(text)
    return weighted(digits, range(9, 0, -1)) % 101 % 100 == digits[9] * 10 + digits[10]


def _kazakhstan(text: str) -> bool:
    """IIN: weights 1 to 11 modulo 11, and from 3 on where that gives ten."""
    digits = digits_of(text)
    rest = weighted(digits, range(1, 12)) % 11
    if rest == 10:
        rest = weighted(digits, (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)) % 11
    return rest == digits[11] and 1 <= digits[2] * 10 + digits[3] <= 12


def _luhn(text: str) -> bool:
    return bool(luhn.is_valid("".join(map(str, digits_of(text)))))


def _egypt(text: str) -> bool:
    """Century, day of birth and governorate of a number of fourteen digits."""
    century, rest = int(text[0]), text[1:]
    place = int(rest[6:8])
    return is_day((17 + century) * 100 + int(rest[:2]), int(rest[2:4]), int(rest[4:6])) and (place <= 35 or place == 88)


def _latvia(text: str) -> bool:
    """Personas kods: with a day of birth a weighted check digit; those from 2017 on begin with 32 to 39."""
    digits = digits_of(text)
    if digits[0] == 3 and digits[1] >= 2:
        return True
    weights = (1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return (1101 - weighted(digits, weights)) % 11 % 10 == digits[10] and 1 <= digits[2] * 10 + digits[3] <= 12


def _polish_card(text: str) -> bool:
    """Three letters (10 to 35) and five digits weighted 7, 3, 1; the first digit checks them."""
    plain = text.replace(" ", "")
    values = [int(c, 36) for c in plain[:3] + plain[4:]]
    return weighted(values, (7, 3, 1, 7, 3, 1, 7, 3)) % 10 == int(plain[3])


def _german_pension(text: str) -> bool:
    """Versicherungsnummer: area, day of birth, letter, serial; digit sums of weighted digits."""
    plain = text.replace(" ", "")
    digits = digits_of(f"{plain[:8]}{ord(plain[8]) - 64:02d}{plain[9:11]}")
    products = (digit * weight for digit, weight in zip(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True))
    return sum(product // 10 + product % 10 for product in products) % 10 == int(plain[11])


def _hungarian_health(text: str) -> bool:
    """TAJ: eight digits weighted 3 and 7 in turn."""
    digits = digits_of(text)
    return weighted(digits[:8], (3, 7) * 4) % 10 == digits[8]


def _hungarian_tax(text: str) -> bool:
    """Adóazonosító jel: begins with 8; places times digits, modulo 11."""
    digits = digits_of(text)
    return digits[0] == 8 and weighted(digits[:9], range(1, 10)) % 11 == digits[9]


def _luxembourg(text: str) -> bool:
    """Matricule: a day of birth, a serial, then a Luhn digit and a Verhoeff digit over the first eleven."""
    plain = text.replace(" ", "")
    day = is_day(int(plain[:4]), int(plain[4:6]), int(plain[6:8]))
    return day and bool(luhn.is_valid(plain[:12]) and verhoeff.is_valid(plain[:11] + plain[12]))


def _uruguay(text: str) -> bool:
    """Cédula: seven digits weighted 2987634."""
    digits = digits_of(text)
    return len(digits) == 8 and -weighted(digits[:7], (2, 9, 8, 7, 6, 3, 4)) % 10 == digits[7]


def _brazilian_work(text: str) -> bool:
    """PIS, PASEP, NIS, NIT."""
    digits = digits_of(text)
    rest = 11 - weighted(digits, (3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) % 11
    return (0 if rest > 9 else rest) == digits[10]


def _brazilian_voter(text: str) -> bool:
    """Título de eleitor: eight digits, the state (01 to 28), two check digits."""
    digits = digits_of(text)
    state = digits[8] * 10 + digits[9]
    first = weighted(digits[:8], range(2, 10)) % 11 % 10
    second = (digits[8] * 7 + digits[9] * 8 + first * 9) % 11 % 10
    return 1 <= state <= 28 and [first, second] == digits[10:]


def _indonesia(text: str) -> bool:
    """NIK: district, day of birth (women's 40 more), serial. By form: a lookup of districts takes milliseconds."""
    day, month = int(text[6:8]) % 40, int(text[8:10])
    return 1 <= day <= 31 and 1 <= month <= 12 and 11 <= int(text[:2]) <= 96 and text[12:] != "0000"


def _malaysia(text: str) -> bool:
    """MyKad: day of birth, place, serial."""
    plain = text.replace("-", "").replace(" ", "")
    return is_day(2000, int(plain[2:4]), int(plain[4:6])) and plain[6:8] not in {"00", "17", "18", "19", "20"}


def _china(text: str) -> bool:
    """Resident identity card: region, day of birth, serial, ISO 7064 MOD 11-2."""
    plain = text.upper()
    if not is_day(int(plain[6:10]), int(plain[10:12]), int(plain[12:14])) or not "11" <= plain[:2] <= "83":
        return False
    check = 10 if plain[17] == "X" else int(plain[17])
    return 1900 <= int(plain[6:10]) <= 2035 and (weighted(digits_of(plain[:17]), _CHINA) + check) % 11 == 1


_CHINA: Final = tuple(pow(2, 17 - place, 11) for place in range(17))


def _mexican_tax(text: str) -> bool:
    """RFC of a person: the letters of the name, a day of birth, a homoclave."""
    plain = re.sub(r"[\s-]", "", text)
    return is_day(2000, int(plain[6:8]), int(plain[8:10])) and bool(rfc.is_valid(plain, validate_check_digits=True))


def _spanish_insurance(text: str) -> bool:
    """NUSS: province, eight digits, and the remainder modulo 97 of what stands before."""
    digits = "".join(map(str, digits_of(text)))
    province, serial, check = int(digits[:2]), int(digits[2:10]), int(digits[10:])
    return (serial + province * (10**7 if serial < 10**7 else 10**8)) % 97 == check


def _slovak_or_czech(text: str) -> bool:
    return len(digits_of(text)) == 10 and bool(rc.is_valid(text))


def _plain(check: Check) -> Check:
    """The check of a number that people part with signs of their own."""
    return lambda text: check(re.sub(r"[ .-]", "", text))


_ROWS: Final[dict[str, tuple[Any, str]]] = {
    "ae-id": (_luhn, "784-%Y-#######-#"),
    "ar-cuit": (cuit, "20-########-#"),
    "ar-dni": (ar_dni, "3#.###.###"),
    "at-svnr": (vnr, "1### %d%m%y"),
    "at-tin": (at_tin, "##-###/####"),
    "au-abn": (abn, "## ### ### ###"),
    "au-tfn": (_plain(tfn.is_valid), "### ### ###"),
    "be-nn": (nn, "%y.%m.%d-###.##"),
    "bg-egn": (egn, "%y%m%d####"),
    "bg-pnf": (pnf, "##########"),
    "br-cnpj": (cnpj, "##.###.###/0001-##"),
    "br-cpf": (cpf, "###.###.###-##"),
    "br-pis": (_brazilian_work, "###.#####.##-#"),
    "br-voter": (_brazilian_voter, "######## 01##"),
    "ca-sin": (sin, "### ### ###"),
    "ch-ahv": (ahv, "756.####.####.##"),
    "ch-uid": (uid, "CHE-###.###.###"),
    "cl-rut": (rut, "1#.###.###-#"),
    "cn-ric": (_plain(_china), "110101%Y%m%d####"),
    "co-nit": (co_nit, "9########-#"),
    "cr-cedula": (cr_cpf, "0#-####-####"),
    "cu-ni": (ni, "%y%m%d#####"),
    "cy-tic": (cy_vat, "0#######@"),
    "cz-rc": (_slovak_or_czech, "%y%m%d/####"),
    "de-idnr": (idnr, "## ### ### ###"),
    "de-pension": (_german_pension, "65%d%m%y@###"),
    "de-stnr": (stnr, "##/###/#####"),
    "dk-cpr": (cpr, "%d%m%y-####"),
    "do-cedula": (cedula, "###-#######-#"),
    "ec-ci": (ci, "17########"),
    "ee-ik": (ik, "3%y%m%d####"),
    "eg-id": (_egypt, "2%y%m%d01#####"),
    "es-dni": (dni, "########@"),
    "es-nie": (nie, "X#######@"),
    "es-nuss": (_spanish_insurance, "28 ######## ##"),
    "eu-vat": (vatin, "DE#########"),
    "fi-hetu": (hetu, "%d%m%y-###@"),
    "fr-nif": (fr_nif, "0# ## ### ### ###"),
    "fr-nir": (nir, "1 %y %m 75 ### ### ##"),
    "gb-utr": (utr, "##########"),
    "gr-afm": (gr_vat, "1########"),
    "gr-amka": (amka, "%d%m%y#####"),
    "gt-nit": (gt_nit, "#######-#"),
    "hk-id": (_hong_kong, "@######(#)"),
    "hr-oib": (oib, "###########"),
    "hu-taj": (_hungarian_health, "### ### ###"),
    "hu-tax": (_hungarian_tax, "8#########"),
    "id-nik": (_indonesia, "3171##%d%m%y####"),
    "id-npwp": (npwp, "##.###.###.#-###.###"),
    "ie-pps": (pps, "#######@A"),
    "il-id": (il_idnr, "#########"),
    "in-aadhaar": (aadhaar, "2### #### ####"),
    "in-gstin": (gstin, "27@@@P@####@1Z#"),
    "in-pan": (pan, "@@@P@####@"),
    "in-vid": (vid, "2### #### #### ####"),
    "is-kt": (kennitala, "%d%m%y-###9"),
    "it-cf": (codicefiscale, "@@@@@@%yB%d@###@"),
    "it-iva": (iva, "0##########"),
    "jp-number": (my_number, "#### #### ####"),
    "ke-pin": (ke_pin, "A#########@"),
    "kr-rrn": (rrn, "%y%m%d-1######"),
    "kz-iin": (_kazakhstan, "%y%m%d3#####"),
    "lt-ak": (asmens, "3%y%m%d####"),
    "lu-matricule": (_luxembourg, "%Y%m%d#####"),
    "lv-pk": (_latvia, "%d%m%y-#####"),
    "md-idnp": (idno, "2############"),
    "mu-nid": (mu_nid, "@%d%m%y######@"),
    "mx-curp": (curp, "@E@@%y%m%dHDF@@@0#"),
    "mx-nss": (_luhn, "###########"),
    "mx-rfc": (_mexican_tax, "@@@@%y%m%d##A"),
    "my-nric": (_malaysia, "%y%m%d-10-####"),
    "nl-bsn": (bsn, "#########"),
    "no-fnr": (_plain(fodselsnummer.is_valid), "%d%m%y #####"),
    "nz-ird": (ird, "##-###-###"),
    "pe-dni": (cui, "########-#"),
    "pe-ruc": (ruc, "10#########"),
    "pk-cnic": (cnic, "#####-#######-#"),
    "pl-card": (_polish_card, "A@@######"),
    "pl-nip": (nip, "###-###-##-##"),
    "pl-pesel": (pesel, "%y%m%d#####"),
    "pt-cc": (pt_cc, "######## # ZZ#"),
    "pt-nif": (pt_nif, "2########"),
    "ro-cnp": (cnp, "1%y%m%d400###"),
    "ru-inn": (inn, "############"),
    "ru-snils": (_snils, "###-###-### ##"),
    "sa-id": (_luhn, "1#########"),
    "se-pn": (personnummer, "%y%m%d-####"),
    "sg-nric": (_singapore, "S#######@"),
    "th-pin": (th_pin, "1-####-#####-##-#"),
    "tr-tc": (tckimlik, "1##########"),
    "tw-id": (_taiwan, "@1########"),
    "ua-rntrc": (rntrc, "##########"),
    "us-ein": (ein, "20-#######"),
    "us-itin": (itin, "9##-7#-####"),
    "us-ptin": (ptin, "P0#######"),
    "us-ssn": (_plain(ssn.is_valid), "###-##-####"),
    "uy-ci": (_uruguay, "#.###.###-#"),
    "ve-rif": (rif, "V-########-#"),
    "yu-jmbg": (emso, "%d%m9%y71####"),
    "za-id": (za_idnr, "%y%m%d####08#"),
}  # fmt: skip


def _judge(how: Any) -> Check:
    if hasattr(how, "is_valid"):
        return lambda text: bool(how.is_valid(text))

    def check(text: str) -> bool:
        try:
            return bool(how(text))
        except (ValueError, KeyError, IndexError):
            return False

    return check


_ESCAPED: Final = re.compile(r"\\[nt][a-z]{1,3}\W{0,8}$")


def unescaped(text: str, found: Match) -> bool:
    """The first letter of its short name is not that of an escaped line break or tab (`\\nid: 1`)."""
    return _ESCAPED.search(found.text[max(0, found.start - 16) : found.start]) is None


def varied(check: Check) -> Validator:
    """A validator that refuses one digit again and again before it asks `check`."""
    return lambda text, _: len(set(digits_of(text))) > 2 and check(text)


def from_form(form: str, chance: random.Random) -> str:
    """A text of the form: `#` a digit, `@` a letter, a day of birth as in strftime."""
    if "%" in form:
        form = (datetime.date(1950, 1, 1) + datetime.timedelta(days=chance.randrange(49 * 365))).strftime(form)
    kinds = {"#": string.digits, "@": string.ascii_uppercase}
    return "".join(chance.choice(kinds[c]) if c in kinds else c for c in form)


def fitting(form: str, accept: Callable[[str], bool]) -> Callable[[random.Random], str]:
    """A generator of texts of the form that `accept` takes."""

    def make(chance: random.Random) -> str:
        while True:
            text = from_form(form, chance)
            if accept(text):
                return text

    return make


def _no_match(text: str) -> Match:
    return Match(text, "", 0, len(text))


def _accepts(validator: Validator) -> Callable[[str], bool]:
    return lambda text: bool(validator(text, _no_match(text)))


def _stripped(name: str, signs: str) -> Callable[[random.Random], str]:
    """The same without the signs that people write between digits."""
    return lambda chance: GENERATORS[name](chance).translate(dict.fromkeys(map(ord, signs)))


_PART: Final = re.compile(
    r"(?i)\b(?:part|p/n|pn|sku|model|item|catalog(?:ue)?|serial|s/n|lot|batch|order|invoice|ticket|ref(?:erence)?|isbn|ean|upc"
    r"|teil|artikel|pièce)s?[\s_.\-]{0,2}(?:no\.?|number|num|nr\.?|#|id|code)?[\"'\s:=#\x01\x02]{0,4}$"
)


def no_part_number(text: str, found: Match) -> bool:
    """No word of another thing's number stands right before it."""
    return _PART.search(found.text[max(0, found.start - 32) : found.start]) is None


VALIDATORS: Final[dict[str, Validator]] = {
    **{name: varied(_judge(how)) for name, (how, _) in _ROWS.items()},
    "varied-digits": varied(lambda text: True),
    "unescaped": unescaped,
    "no-part-number": no_part_number,
    "bg-egn-pnf": varied(lambda text: bool(egn.is_valid(text) or pnf.is_valid(text))),
    "pe-dni-ruc": varied(lambda text: bool(ruc.is_valid(text) or cui.is_valid(text))),
}
GENERATORS: Final[dict[str, Callable[[random.Random], str]]] = {
    **{name: fitting(form, _accepts(VALIDATORS[name])) for name, (_, form) in _ROWS.items()},
    "be-nn-plain": _stripped("be-nn", ".-"),
    "br-cpf-plain": _stripped("br-cpf", ".-"),
    "cl-rut-plain": _stripped("cl-rut", "."),
    "cz-rc-plain": _stripped("cz-rc", "/"),
    "hk-id-plain": _stripped("hk-id", "()"),
    "my-nric-plain": _stripped("my-nric", "-"),
    "th-pin-plain": _stripped("th-pin", "-"),
}
