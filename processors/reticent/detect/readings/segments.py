"""Records whose fields have a place and no name: segments of X12, EDIFACT and HL7, tags of banks, licences and family
trees, lines of fixed widths.

Each field is told by what its standard calls it, so that what stands there is what it would be behind that name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

Cell = tuple[str, int, int]
"""What a field is called, and where it begins and ends, in characters of the text."""


@dataclass(frozen=True, slots=True)
class _Segments:
    """Fields between signs. `sign`: RE2, what a text has that has such segments. `segment` takes one: its tag, then its
    fields. `names`: by tag, or by tag and first field, what the fields are called, counted from 1 behind the tag, the
    parts of one from 0 where `parted` parts them. `kinds`: what a field is called behind one that holds this."""

    sign: str
    segment: re.Pattern[str]
    parted: str
    names: Mapping[str, Mapping[tuple[int, int], str]]
    kinds: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def cells(self, text: str, at: int) -> Iterator[list[Cell]]:
        for found in self.segment.finditer(text, at):
            tag, sign, fields = found["tag"], found["sign"], found["fields"].split(found["sign"])
            names = self.names.get(f"{tag}{sign}{fields[0].split(self.parted)[0]}") or self.names.get(tag, {})
            kinds = self.kinds.get(tag, {})
            start, row, before = found.start("fields"), [], ""
            for number, piece in enumerate(fields, 1):
                for part, said in enumerate(piece.split(self.parted)):
                    name = names.get((number, part)) or kinds.get(before)
                    if name and said:
                        row.append((name, start, start + len(said)))
                    start += len(said) + 1
                    before = said
            if row:
                yield row


@dataclass(frozen=True, slots=True)
class _Told:
    """What patterns take in groups that are called as the fields are, but for a number at the end. `sign`: RE2, what a
    text has to which they apply."""

    sign: str
    patterns: tuple[re.Pattern[str], ...]

    def cells(self, text: str, at: int) -> Iterator[list[Cell]]:
        for pattern in self.patterns:
            for found in pattern.finditer(text, at):
                row = [
                    (name.rstrip("0123456789_").replace("_", " "), *found.span(name))
                    for name, said in found.groupdict().items()
                    if said
                ]
                yield sorted(row, key=lambda cell: cell[1])


@dataclass(frozen=True, slots=True)
class _Tagged:
    """Lines of a tag and what it says: `line` has the groups `tag` and `cell`."""

    sign: str
    line: re.Pattern[str]
    names: Mapping[str, str]

    def cells(self, text: str, at: int) -> Iterator[list[Cell]]:
        for found in self.line.finditer(text, at):
            if (name := self.names.get(found["tag"])) is not None:
                yield [(name, *found.span("cell"))]


def _fields(**names: str) -> Mapping[tuple[int, int], str]:
    """`f3="last name"`, or `f5_1` for the second part of the fifth field."""
    return {(int(key[1:].partition("_")[0]), int(key.partition("_")[2] or 0)): name for key, name in names.items()}


_X12: Final = _Segments(
    r"(?:N1|NM1|DMG|CLM|BPR)\*[0-9A-Z]{1,2}\*|CLM\*[0-9]|PER\*(?:IC|BL|CX)\*",
    re.compile(
        r"(?<![A-Z0-9])(?P<tag>NM1|N3|N4|DMG|REF|CLM|PER|HI|BPR|SBR)(?P<sign>\*)(?P<fields>[^~\r\n\x00-\x1f]{2,400})"
    ),
    ":",
    {
        "NM1": _fields(f3="last name", f4="first name", f5="middle name"),
        "N3": _fields(f1="street address", f2="address line 2"),
        "N4": _fields(f1="city", f3="postal code"),
        "DMG*D8": _fields(f2="date of birth"),
        "CLM": _fields(f1="claim number"),
        **{f"PER*{kind}": _fields(f2="contact name") for kind in ("IC", "BL", "CX")},
        "SBR": _fields(f3="group number"),
    },
    {
        "NM1": {
            "XX": "npi", "MI": "member id", "34": "social security number", "24": "ein", "FI": "ein",
            "HN": "member id", "II": "member id", "MR": "medicaid id",
        },
        "REF": {
            "SY": "social security number", "EI": "ein", "TJ": "ein", "0F": "subscriber id", "1W": "member id",
            "IG": "policy number", "1L": "group number", "6P": "group number", "EA": "medical record number",
            "HPI": "npi", "D9": "claim number", "F8": "claim number", "G1": "authorization number",
        },
        "PER": {"TE": "phone", "CP": "phone", "HP": "phone", "WP": "phone", "FX": "fax", "EM": "email"},
        "HI": dict.fromkeys(("ABK", "ABF", "BK", "BF", "ABJ", "BJ"), "diagnosis code"),
        "BPR": {"01": "routing number", "DA": "account number", "SG": "account number"},
    },
)  # fmt: skip
_EDIFACT: Final = _Segments(
    r"(?:NAD|CTA|FII)\+[0-9A-Z]{2}",
    re.compile(r"(?<![A-Z0-9])(?P<tag>NAD|CTA|COM|FII|DOC|DTM)(?P<sign>\+)(?P<fields>[^'\r\n\x00-\x1f]{2,300})"),
    ":",
    {
        "NAD": _fields(
            f4="full name", f3="full name", f4_1="first name", f5="street address", f6="city", f8="postal code"
        ),
        "CTA": _fields(f2_1="contact name"),
        "COM": _fields(f1="phone"),
        "FII": _fields(f2="account number", f2_1="account holder"),
        "DOC+P": _fields(f2="passport number"),
        "DTM+329": _fields(f1_1="date of birth"),
    },
)
_HL7: Final = _Segments(
    r"(?:IN1|DG1)\|",
    re.compile(r"(?<![A-Z0-9])(?P<tag>IN1|DG1)(?P<sign>\|)(?P<fields>[^\r\n\x00-\x1f]{4,900})"),
    "^",
    {
        "IN1": _fields(f8="group number", f2_1="plan", f36="policy number", f49="policy number"),
        "DG1": _fields(f3="diagnosis code", f3_1="diagnosis"),
    },
)
_CAPITALS: Final = r"[A-Z][A-Z' -]{0,24}"
_ENTRY: Final = _Told(
    r"(?:^|\n)6[2-5][2-9][0-9]{9}[0-9A-Z -]{4}",
    (
        re.compile(
            r"(?m)^\"?6[2-5][2-9](?P<routing_number>\d{9})(?P<account_number>[0-9A-Z-]{4,17}) *+(?<=[0-9A-Z -]{17})"
            r"\d{10}(?P<customer_id>[0-9A-Za-z -]{15})(?P<full_name>[A-Za-z][A-Za-z0-9 .,'&/-]{21})"
        ),
    ),
)
"""Entries of NACHA files."""
_PAYMENT: Final = _Told(
    r"\n:(?:50[AFHK]?|59[AF]?|25P?|86):",
    (
        re.compile(
            r"(?m)^:(?:50[FHK]?|59F?):(?:/(?:[A-Z]{2}/)?(?P<account_number>[0-9A-Z]{5,34})\r?\n)?(?:1/)?"
            r"(?P<full_name>[^\r\n:/]{3,35})(?:\r?\n(?:2/)?(?P<address>[^\r\n:]{3,35}))?"
            r"(?:\r?\n(?:3/)?(?P<address_line_2>[^\r\n:]{3,35}))?"
        ),
        re.compile(r"(?m)^:25P?:(?:\d{8}/)?(?P<account_number>[0-9A-Z]{5,34})"),
        re.compile(r"\?31(?P<account_number>[0-9A-Z]{5,34})(?:\?32(?P<account_holder>[^?\r\n]{3,27}))?"),
    ),
)
"""Messages of SWIFT: who pays and who is paid, the account of a statement, and the other side's as German banks write
it."""
_BOARDING: Final = _Told(
    r"M[1-4][A-Z]{2,20}/[A-Z]",
    (
        re.compile(
            rf"M[1-4](?P<last_name>{_CAPITALS})/(?P<first_name>{_CAPITALS}?) *E"
            r"(?P<record_locator>[A-Z0-9]{5,7}) {0,2}"
            r"[A-Z]{6}[A-Z0-9]{2}"
        ),
    ),
)
"""What the bars of a boarding pass say."""
_RESERVATION: Final = _Told(
    r"SSR [A-Z]{4} |[A-Z] (?:HK|SS|TK)[1-9]\b",
    (
        re.compile(
            rf"(?m)(?:^|  )\s{{0,4}}\d{{1,2}}\.[1-9]?(?P<last_name>{_CAPITALS})/"
            rf"(?P<first_name>{_CAPITALS}?)(?:  |\r?$|\()"
        ),
        re.compile(
            r"SSR DOCS [^\n]{0,24}?/?P/[A-Z]{2,3}/(?P<passport_number>[A-Z0-9]{6,9})/[A-Z]{2,3}/"
            rf"(?P<date_of_birth>\d{{2}}[A-Z]{{3}}\d{{2,4}})/[A-Z]{{1,2}}/\d{{2}}[A-Z]{{3}}\d{{2,4}}/(?P<last_name>{_CAPITALS})/"
            rf"(?P<first_name>{_CAPITALS})"
        ),
        re.compile(r"SSR FQTV [^\n]{2,12}?/ ?(?P<frequent_flyer_number>[A-Z0-9]{2} ?\d{6,12})"),
        re.compile(r"(?m)\d{4}Z +(?P<record_locator>[A-Z0-9]{6})\r?$"),
    ),
)
"""Reservations of travellers, as their terminals show them."""
_LICENCE: Final = _Tagged(
    r"ANSI ?6[0-9]{5}|\nDCS[A-Z]",
    re.compile(r"(?m)(?:^|(?<=\dDL)|(?<=\dID))(?P<tag>D[A-D][A-Z])(?P<cell>[^\r\n\\]{2,60})"),
    {
        "DAQ": "driver license", "DCS": "last name", "DAB": "last name", "DAC": "first name", "DCT": "first name",
        "DAD": "middle name", "DAA": "full name", "DBB": "date of birth", "DAG": "street address", "DAI": "city",
        "DAK": "postal code", "DBK": "social security number", "DCF": "document number",
    },
)  # fmt: skip
"""What the bars of American licences say."""
_TREE: Final = _Tagged(
    r"\n[12] (?:SEX|BIRT|GIVN|SURN|PHON)\b",
    re.compile(
        r"(?m)^[0-4] (?P<tag>GIVN|SURN|NICK|_MARNM|ADDR|ADR1|POST|PHON|EMAIL|SSN|IDNO|BIRT\r?\n[2-4] DATE) "
        r"(?P<cell>[^\r\n]{2,80})"
    ),
    {
        "GIVN": "first name", "SURN": "last name", "NICK": "nickname", "_MARNM": "last name", "ADDR": "address",
        "ADR1": "address", "POST": "postal code", "PHON": "phone", "EMAIL": "email", "SSN": "social security number",
        "IDNO": "national id", "BIRT\n2 DATE": "date of birth", "BIRT\r\n2 DATE": "date of birth",
    },
)  # fmt: skip
_TREE_NAMES: Final = _Told(
    _TREE.sign,
    (re.compile(r"(?m)^1 NAME (?P<first_name>[^/\r\n]{1,60}?) /(?P<last_name>[^/\r\n]{1,60})/"),),
)
"""Family trees of GEDCOM."""
_STATEMENTS: Final = _Tagged(
    r"<ACCTID>|<STMTTRN>",
    re.compile(r"<(?P<tag>ACCTID|BANKID|NAME|PAYEE)>(?P<cell>[^<>\r\n]{3,60})"),
    {"ACCTID": "account number", "BANKID": "routing number", "NAME": "payee", "PAYEE": "payee"},
)
"""Statements of OFX."""
_REGISTER: Final = _Told(
    r"!(?:Account|Type:(?:Bank|CCard|Cash|Oth [AL]))\r?\n",
    (
        re.compile(r"(?m)^!Account\r?\n(?:N[^\n]*\n)?D(?P<account_number>\d{5,17})"),
        re.compile(r"(?m)^P(?P<payee>[^\r\n]{3,60})"),
        re.compile(r"(?m)^A(?P<address>[^\r\n]{3,60})"),
    ),
)
"""Registers of QIF."""
_FIX: Final = _Told(
    r"8=FIXT?\.",
    (re.compile(r"(?<=[|;^A])(?:1)=(?P<account_number>[0-9A-Z-]{4,24})(?=[|;^])"),),
)
"""Orders of FIX, as logs write them."""
_BALANCES: Final = _Told(
    r"\n03,[0-9]{5}",
    (
        re.compile(r"(?m)^03,(?P<account_number>\d{5,17}),"),
        re.compile(r"(?m)^16,\d{3},[^\n]{0,200},(?:[A-Z]{1,20} ){0,6}?PAYMENTS? (?P<payee>[A-Z]+ [A-Z]+)/"),
    ),
)
"""Balances of BAI2."""

_CARD: Final = _Told(
    r"BEGIN:VCARD|\nFN[:;]",
    (
        re.compile(
            r"(?m)^(?:item\d\.)?N(?:;[^:\r\n]{0,60})?:(?P<last_name>[^;\r\n]{0,40});(?P<first_name>[^;\r\n]{0,40})"
            r"(?:;(?P<middle_name>[^;\r\n]{0,40}))?"
        ),
        re.compile(r"(?m)^RELATED;[^:\r\n]{0,60}VALUE=text:(?P<full_name>[^\r\n]{3,60})"),
    ),
)
"""Cards of address books."""
_ENTRIES: Final = _Tagged(
    r"\nobjectClass: ",
    re.compile(
        r"(?m)^(?P<tag>sn|uid|sAMAccountName|displayName|gecos|homePostalAddress): (?P<cell>[^\r\n]{2,80})"
    ),
    {
        "sn": "last name", "uid": "username", "sAMAccountName": "username", "displayName": "name", "gecos": "name",
        "homePostalAddress": "address",
    },
)  # fmt: skip
"""Entries of a directory, in LDIF."""
_ACCOUNTS: Final = _Told(
    r":[0-9]{3,6}:[0-9]{1,6}:[A-Z]",
    (re.compile(r"(?m)^[\w.-]{1,32}:[^:\n]{0,120}:\d{3,6}:\d{1,6}:(?P<name>[^:,\n]{3,60})(?:,[^:\n]{0,80})?:/"),),
)
"""Accounts of a system: whom they are of."""

_ALL: Final = (
    _X12, _EDIFACT, _HL7, _ENTRY, _PAYMENT, _BOARDING, _RESERVATION, _LICENCE, _TREE, _TREE_NAMES,
    _STATEMENTS, _REGISTER, _FIX, _BALANCES, _CARD, _ENTRIES, _ACCOUNTS,
)  # fmt: skip
SIGNS: Final = tuple(dict.fromkeys(form.sign for form in _ALL))
"""RE2: what records of some kind have, and little else."""


def fields(text: str, at: int, signs: Collection[str]) -> Iterator[list[Cell]]:
    """The fields of each segment or line, from `at` on. `signs`: those of `SIGNS` that the text has."""
    for form in _ALL:
        if form.sign in signs:
            yield from form.cells(text, at)
