"""Made texts about made people, labelled: chats, letters, forms, tables, JSON and logs in several languages.

The values come from other places than the rules: telephone numbers from the numbering plans, identifiers with right
check digits, names and streets from short lists of our own. So do the look-alikes, which nobody may find.
"""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from reticent.policy.validators import GENERATORS

SEED = 11


@dataclass(frozen=True, slots=True)
class Labelled:
    """`spans`: (start, end, what) in characters of `text`."""

    text: str
    spans: tuple[tuple[int, int, str], ...]


Maker = Callable[[random.Random], str]
_GIVEN = ("Ingrid", "Pavel", "Noor", "Beatriz", "Tomasz", "Yuki", "Kwame", "Aoife", "Leila", "Marcus", "Elif", "Priya")
_FAMILY = ("Haugen", "Novotny", "Rahman", "Carvalho", "Zielinski", "Tanaka", "Mensah", "Byrne", "Whitfield", "Demir")
_STREETS = (
    "{n} Willow Creek Road, Portland, OR 97205",
    "{n} Kingfisher Avenue",
    "{n} Harbour View Drive, Suite {m}, Halifax, NS B3H 4R2",
    "Flat {m}, {n} Rosebery Street, Leeds LS6 2AB",
    "Buchenweg {m}, 79098 Freiburg",
    "Schillerstraße {n}, 70173 Stuttgart",
    "{m} rue des Lilas, 69003 Lyon",
    "Calle Olmo {m}, 28012 Madrid",
    "Via Garibaldi {n}, 16124 Genova",
    "Rua das Acácias, {n}, Porto Alegre",
    "Prinsengracht {n}, 1016 HG Amsterdam",
    "Björkgatan {m}, 753 27 Uppsala",
    "ul. Lipowa {m}, 30-702 Kraków",
    "PO Box {n}, Dunedin 9054",
)
_REGIONS = re.findall("..", "USGBDEFRESITNLSEPLBRAUINJPMXCHIECAZANOPT")
_IDS = (
    ("SSN", "us-ssn"),
    ("UTR", "gb-utr"),
    ("Steuer-ID", "de-idnr"),
    ("NIR", "fr-nir"),
    ("DNI", "es-dni"),
    ("codice fiscale", "it-cf"),
    ("BSN", "nl-bsn"),
    ("personnummer", "se-pn"),
    ("PESEL", "pl-pesel"),
    ("CPF", "br-cpf"),
    ("TFN", "au-tfn"),
    ("Aadhaar", "in-aadhaar"),
    ("SIN", "ca-sin"),
    ("ID number", "za-id"),
    ("fødselsnummer", "no-fnr"),
    ("NIF", "pt-nif"),
    ("henkilötunnus", "fi-hetu"),
    ("CPR", "dk-cpr"),
    ("rijksregisternummer", "be-nn"),
    ("rodné číslo", "cz-rc"),
    ("CNP", "ro-cnp"),
    ("EGN", "bg-egn"),
    ("OIB", "hr-oib"),
    ("isikukood", "ee-ik"),
    ("RUT", "cl-rut"),
    ("CUIT", "ar-cuit"),
    ("CURP", "mx-curp"),
    ("resident identity card", "cn-ric"),
    ("RRN", "kr-rrn"),
    ("NRIC", "sg-nric"),
    ("AHV-Nummer", "ch-ahv"),
    ("T.C. Kimlik No", "tr-tc"),
)
"""What they are called, and the generators of the packs that make them."""


def _phone(rng: random.Random) -> str:
    """A valid number, written for its country or for the world."""
    region = rng.choice(_REGIONS)
    kind = rng.choice([PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE])
    number = phonenumbers.example_number_for_type(region, kind)
    plain = number.national_number
    for _ in range(100):
        number.national_number = plain // 10_000 * 10_000 + rng.randrange(10_000)
        if phonenumbers.is_valid_number(number):
            break
    form = rng.choice([PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL, PhoneNumberFormat.E164])
    return phonenumbers.format_number(number, form)


def _day(rng: random.Random) -> str:
    year, month, day = rng.randint(1940, 2006), rng.randint(1, 12), rng.randint(13, 28)
    return rng.choice([f"{year}-{month:02d}-{day}", f"{day}/{month:02d}/{year}", f"{day}.{month:02d}.{year}",
                       f"{day} March {year}", f"May {day}, {year}"])  # fmt: skip


def _email(rng: random.Random) -> str:
    given, family = rng.choice(_GIVEN).lower(), rng.choice(_FAMILY).lower()
    name = rng.choice(
        [f"{given}.{family}", f"{given[0]}{family}{rng.randint(1, 99)}", f"{family}_{given}", f"{given}+trips"]
    )
    return f"{name}@{rng.choice(['mail.example.org', 'firma.example', 'uni.example.ac.uk', 'example.com.br'])}"


def _address(rng: random.Random) -> str:
    return rng.choice(_STREETS).format(n=rng.randint(2, 2999), m=rng.randint(2, 99))


def _ip(rng: random.Random) -> str:
    if rng.random() < 0.2:
        return f"2001:db8:{rng.randrange(1, 65536):x}::{rng.randrange(1, 65536):x}"
    return f"{rng.randint(11, 223)}.{rng.randint(1, 254)}.{rng.randint(1, 254)}.{rng.randint(1, 254)}"


def _name(rng: random.Random) -> str:
    return f"{rng.choice(_GIVEN)} {rng.choice(_FAMILY)}"


def _handle(rng: random.Random) -> str:
    return f"{rng.choice(_GIVEN).lower()}{rng.choice('._')}{rng.choice(_FAMILY).lower()}{rng.randint(10, 9999)}"


def _of(name: str) -> Maker:
    return GENERATORS[name]


MAKERS: dict[str, Maker] = {
    "EMAIL_ADDRESS": _email,
    "PHONE_NUMBER": _phone,
    "STREET_ADDRESS": _address,
    "BIRTH_DATE": _day,
    "CREDIT_CARD": _of("card"),
    "IBAN_CODE": _of("iban"),
    "IP_ADDRESS": _ip,
    "PERSON": _name,
    "USER_NAME": _handle,
    "AGE": lambda rng: str(rng.randint(19, 97)),
    "PASSPORT": lambda rng: f"{rng.choice('CKLX')}{rng.randrange(10**7, 10**8)}",
    "MEDICAL_RECORD": lambda rng: f"{rng.randrange(10**6, 10**8)}",
}
_TEXTS = (
    "Please send the invoice to {EMAIL_ADDRESS}, and call {PHONE_NUMBER} if it bounces.",
    "I moved last week, my new address is {STREET_ADDRESS}.",
    "Our driver will deliver it to {STREET_ADDRESS} on Monday.",
    "Wohnhaft in {STREET_ADDRESS}; Telefon: {PHONE_NUMBER}",
    "Patient {PERSON}, MRN {MEDICAL_RECORD}, DOB {BIRTH_DATE}, was seen in clinic.",
    '{"customer": {"name": "{PERSON}", "email": "{EMAIL_ADDRESS}", "phone": "{PHONE_NUMBER}", "dob": "{BIRTH_DATE}"}}',
    '{"shippingAddress": "{STREET_ADDRESS}", "cardNumber": "{CREDIT_CARD}"}',
    "User ID: {USER_NAME}\nEmail: {EMAIL_ADDRESS}\nDate of birth: {BIRTH_DATE}\nAddress: {STREET_ADDRESS}",
    "My name is {PERSON} and I was born on {BIRTH_DATE}.",
    "Dear {PERSON},\nyour card {CREDIT_CARD} was charged twice.",
    "she is {AGE} years old and lives at {STREET_ADDRESS}",
    "The patient is a {AGE} year old woman with chest pain.",
    "wire it to IBAN {IBAN_CODE} by Friday, please",
    "Überweisen Sie bitte auf {IBAN_CODE}.",
    "sshd: Failed password for root from {IP_ADDRESS} port 52144 ssh2",
    '{IP_ADDRESS} - - [12/Mar/2024:10:11:12 +0000] "GET /index.html HTTP/1.1" 200 5316',
    "passport number {PASSPORT}, born {BIRTH_DATE}",
    "Call me back on {PHONE_NUMBER} after five.",
    "Kontakt: {PERSON}, Mobil {PHONE_NUMBER}, {EMAIL_ADDRESS}",
    "INSERT INTO people (email, phone) VALUES ('{EMAIL_ADDRESS}', '{PHONE_NUMBER}');",
    "| email | dob |\n|---|---|\n| {EMAIL_ADDRESS} | 1 |",
    '<td class="mail">{EMAIL_ADDRESS}</td>',
    "From: {PERSON} <{EMAIL_ADDRESS}>\nSubject: contract",
    "username={USER_NAME} ip={IP_ADDRESS} action=login",
    "{ID}",
    "{ID}",
    "{ID}",
)
_SAID = ("{what}: {value}", "my {what} is {value}.", '"{what}": "{value}"', "{what} {value}")


def texts(count: int) -> Iterator[Labelled]:
    """The same ones every time."""
    rng = random.Random(SEED)
    for number in range(count):
        yield _filled(rng, _TEXTS[number % len(_TEXTS)])


def _filled(rng: random.Random, template: str) -> Labelled:
    if template == "{ID}":
        what, maker = rng.choice(_IDS)
        said = rng.choice(_SAID).replace("{what}", what)
        before, behind = said.split("{value}")
        value = GENERATORS[maker](rng)
        return Labelled(before + value + behind, ((len(before), len(before) + len(value), "NATIONAL_ID"),))
    text, spans = "", []
    for piece in re.split(r"(\{[A-Z_]+\})", template):
        if piece[1:-1] in MAKERS and piece[:1] == "{":
            value = MAKERS[piece[1:-1]](rng)
            spans.append((len(text), len(text) + len(value), piece[1:-1]))
            text += value
        else:
            text += piece
    return Labelled(text, tuple(spans))


_NUMBERS: dict[str, Maker] = {
    "UUID": lambda rng: str(uuid.UUID(int=rng.getrandbits(128), version=4)),
    "digest": lambda rng: f"{rng.getrandbits(256):064x}",
    "commit": lambda rng: f"commit {rng.getrandbits(160):040x}",
    "trace id": lambda rng: f'"traceId": "{rng.getrandbits(128):032x}", "spanId": "{rng.getrandbits(64):016x}"',
    "timestamp": lambda rng: f"2024-{rng.randint(10, 12)}-{rng.randint(10, 28)}T10:11:12.{rng.randrange(10**6):06d}Z",
    "epoch": lambda rng: f'"time": {rng.randrange(1_600_000_000, 1_800_000_000)}',
    "epoch in ns": lambda rng: f'"startTimeUnixNano": "{rng.randrange(16 * 10**17, 18 * 10**17)}"',
    "version": lambda rng: f"v{rng.randint(0, 9)}.{rng.randint(0, 40)}.{rng.randint(0, 99)}.{rng.randint(0, 99)}",
    "order": lambda rng: f"order #{rng.randrange(10**6, 10**9)} shipped",
    "price": lambda rng: f"total {rng.randint(1, 999)},{rng.randint(100, 999)}.{rng.randint(10, 99)} for 3 items",
    "float": lambda rng: f"loss={rng.random():.12f} lr={rng.random():.8f}",
    "size": lambda rng: f"{rng.randrange(10**8, 10**10)} bytes in {rng.randrange(10**4, 10**6)} ms",
    "line": lambda rng: f'File "/srv/app/views.py", line {rng.randint(10, 4000)}, in handler',
    "flight": lambda rng: f"HAT{rng.randint(100, 299)} from JFK to SEA on 2024-05-{rng.randint(10, 30)}",
    "row": lambda rng: " ".join(str(rng.randint(1000, 9999)) for _ in range(8)),
    "call": lambda rng: f"call_{rng.getrandbits(96):024x}",
    "address in memory": lambda rng: f"<object at 0x7f{rng.getrandbits(40):010x}>",
    "model": lambda rng: f"gpt-4-turbo-2024-04-09, temperature {rng.random():.2f}, {rng.randint(100, 99999)} tokens",
}  # fmt: skip


def lookalikes(count: int) -> Iterator[tuple[str, str]]:
    """(family, text): numbers and letters that are nobody's."""
    rng = random.Random(SEED)
    for _ in range(count):
        for family, make in _NUMBERS.items():
            yield family, make(rng)
