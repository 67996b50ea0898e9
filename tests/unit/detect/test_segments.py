"""What stands in its place in a record is what it would be behind the name that its standard gives the place."""

from __future__ import annotations

import pytest

from reticent import Scanner
from reticent.detect.readings.segments import SIGNS, fields
from reticent.patterns.linear import telling

CLAIM = (
    "ST*837*0001~NM1*IL*1*OKAFOR*MARISA*Q***MI*QXB49154221~N3*48335 MALONE ROAD~N4*YORK*VA*10936~"
    "DMG*D8*19610827*F~REF*SY*316418807~PER*IC*MIA OKAFOR*TE*4155551234~HI*ABK:E11.9~"
)
TREE = "0 @I1@ INDI\n1 NAME Marisa /Okafor/\n1 SEX F\n1 BIRT\n2 DATE 27 AUG 1961\n"
RECORDS = {
    CLAIM: {
        "last name": "OKAFOR", "first name": "MARISA", "middle name": "Q", "member id": "QXB49154221",
        "street address": "48335 MALONE ROAD", "city": "YORK", "postal code": "10936", "date of birth": "19610827",
        "social security number": "316418807", "contact name": "MIA OKAFOR", "phone": "4155551234",
        "diagnosis code": "E11.9",
    },
    "NAD+BY+123::9++OKAFOR:MARISA+MALONE ROAD 4+YORK++10936+DE'DTM+329:19610827:102'": {
        "full name": "OKAFOR", "first name": "MARISA", "street address": "MALONE ROAD 4", "city": "YORK",
        "postal code": "10936", "date of birth": "19610827",
    },
    "IN1|1|PPO|9|Acme||||GRP77120|\nDG1|1|I10|I21.4^Infarction": {
        "plan": "", "group number": "GRP77120", "diagnosis code": "I21.4", "diagnosis": "Infarction",
    },
    "622026033653" + f"{'95085588272':17}" + "0000150000" + f"{'312899089':15}" + f"{'MARISA OKAFOR':22}" + "  0": {
        "routing number": "026033653", "account number": "95085588272", "customer id": "312899089",
        "full name": "MARISA OKAFOR",
    },
    ":20:1\n:50K:/12345678\nMARISA OKAFOR\n12 MALONE ROAD\n:71A:SHA": {
        "account number": "12345678", "full name": "MARISA OKAFOR", "address": "12 MALONE ROAD",
    },
    f"M1{'OKAFOR/MARISA':20}EQXB4LP LHRJFKBA 0117 102J001A0025 100": {
        "last name": "OKAFOR", "first name": "MARISA", "record locator": "QXB4LP",
    },
    "  1.OKAFOR/MARISA MR  2  BA 117 J 12APR 6 LHRJFK HK2\n": {"last name": "OKAFOR", "first name": "MARISA MR"},
    "@\nANSI 636000090002DL00410278DLDAQT62896917\nDCSOKAFOR\nDACMARISA\nDBB08271961\n": {
        "driver license": "T62896917", "last name": "OKAFOR", "first name": "MARISA", "date of birth": "08271961",
    },
    TREE: {"first name": "Marisa", "last name": "Okafor", "date of birth": "27 AUG 1961"},
    "<BANKID>026033653<ACCTID>95085588272<ACCTTYPE>CHECKING": {
        "routing number": "026033653", "account number": "95085588272",
    },
    "!Type:Bank\nD03/04/2025\nT-850.00\nPMarisa Okafor\nA12 Malone Road\n^": {
        "payee": "Marisa Okafor", "address": "12 Malone Road",
    },
    "8=FIX.4.4|9=178|35=D|1=22646520|55=AAPL|": {"account number": "22646520"},
    "02,ACME\n03,95085588272,USD,010,500000,,/": {"account number": "95085588272"},
}  # fmt: skip


@pytest.mark.parametrize("text", RECORDS)
def test_each_field_is_called_what_its_standard_calls_it(text: str) -> None:
    cells = {name: text[start:end].strip() for row in fields(text, 0, telling(SIGNS)(text)) for name, start, end in row}
    assert cells == {name: value for name, value in RECORDS[text].items() if value}


def test_what_is_masked_in_a_segment_leaves_the_others_as_they_are() -> None:
    masked = Scanner.load().mask(CLAIM).text
    for value in ("OKAFOR", "QXB49154221", "48335 MALONE ROAD", "19610827", "316418807", "4155551234"):
        assert value not in masked
    assert masked.startswith("ST*837*0001~NM1*IL*1*[REDACTED:") and "***MI*[" in masked
    assert "N4*YORK*VA*[" in masked and "]*F~REF*SY*[" in masked


@pytest.mark.parametrize(
    "text",
    [
        "N3*x+N4*y = 12",
        "| PER*CENT*OF | 12 |",
        "REF*SY*ST*EM",
        "1.INPUT/OUTPUT  2.READ/WRITE  ",
        "D: drive\nDAQ card\nDCS network\n",
        "P99 is 12 ms\nA12 is a paper\n",
        "a+b+c:d'e",
    ],
)
def test_what_only_looks_like_one_has_no_fields(text: str) -> None:
    assert not list(fields(text, 0, telling(SIGNS)(text)))
