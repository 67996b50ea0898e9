"""People's data: found beside what tells it and by its check digits, and not among numbers that are nobody's."""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Callable, Iterator

import phonenumbers
import pytest

from reticent.detect import Detector
from reticent.limits import Limits
from reticent.policy import load_policy
from reticent.policy.examples import Examples, render
from reticent.policy.packs import load_packs
from reticent.policy.rule import Match, Rule
from reticent.policy.validators import GENERATORS, VALIDATORS
from reticent.policy.validators.contact import KINDS, MOBILE_ZERO, NO_ZERO, ZERO_FIRST, valid_in

RULES = load_packs(["pii", "phi", "financial"])
_MADE = re.compile(r"%\{gen:([a-z0-9-]+)\}")


@pytest.fixture(scope="module")
def detector() -> Detector:
    # all packs of the policy, whose databases other tests have compiled
    return Detector(load_policy(None).rules, limits=Limits())


def _chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - tests must repeat


def _found(detector: Detector, text: str) -> list[tuple[str, str]]:
    return [(span.rule, text[span.start : span.end]) for span in detector.scan_text(text)]


def _values(detector: Detector, text: str) -> list[str]:
    return [value for _, value in _found(detector, text)]


# names

NAME = "Ingrid Haugen"


@pytest.mark.parametrize(
    "text",
    [
        '{"passengerName": "%s"}', "full_name=%s", "Vorname und Name: %s", "cardholder: %s", "| patient name | %s |",
        "My name is %s and", "Dear %s,", "je m'appelle %s", "this is %s speaking", "Best regards,\n%s",
        "<b>Name:</b> %s", "Dr. %s", "%s <mail@example.org>", "spoke with %s today", "my sister %s", "next of kin: %s",
    ],
)  # fmt: skip
def test_a_name_is_found_beside_a_telling_key_or_phrase(detector: Detector, text: str) -> None:
    values = _values(detector, text % NAME)
    assert any(NAME in value or value in NAME.split() for value in values), values


@pytest.mark.parametrize(
    "text",
    [
        "assigned to %s", "Patient %s, MRN unknown", "Kontakt: %s, Mobil 1", "%s called twice", "Kind regards\n\n%s\n",
        "a reservation under %s", "hablé con %s ayer", "im Auftrag von %s", "meine Frau %s", "according to %s,",
    ],
)  # fmt: skip
def test_a_name_in_a_sentence_is_found_alone(detector: Detector, text: str) -> None:
    assert _values(detector, text % NAME) == [NAME]


@pytest.mark.parametrize(
    "text",
    [
        "assigned to Platform Team", "according to Google Maps", "Big Ben called", "written by Claude Sonnet",
        "ordered by Date Created", "Kind regards\n\nThe Data Team", "works with Apache Kafka",
    ],
)  # fmt: skip
def test_what_is_no_name_is_let_go_in_a_sentence(detector: Detector, text: str) -> None:
    assert _values(detector, text) == []


@pytest.mark.parametrize("text", ['{"customer_name": "ingrid haugen"}', "full name: ingrid haugen\nage"])
def test_a_name_without_capitals_is_found_where_it_is_all_of_a_field(detector: Detector, text: str) -> None:
    assert "ingrid haugen" in _values(detector, text)
    assert not _values(detector, "the customer name is ingrid the second of them")


@pytest.mark.parametrize("text", ["My name is %s. Remember it", "last name is %s, I have", "passenger: %s. Would it"])
def test_a_name_ends_with_its_sentence(detector: Detector, text: str) -> None:
    (value,) = _values(detector, text % NAME)
    assert value == NAME


@pytest.mark.parametrize(
    "text",
    [
        "file_name: %s", "class name = %s", "The %s framework", "name: Data Frame", "Dear Customer,", "username: admin",
        "if fullname == SUBMOD_NAME:", "this is Visual Studio", "Mo Tu We Th Fr Sa Su", "project name: River Delta",
    ],
)  # fmt: skip
def test_a_name_of_a_thing_is_none(detector: Detector, text: str) -> None:
    assert _values(detector, text % "Big Table" if "%" in text else text) == []


# identifiers of states


def _made(maker: str, seed: int) -> str:
    return GENERATORS[maker](_chance(seed))


def _spoilt(value: str, maker: str) -> str:
    """The same with one digit that is wrong; empty where none is."""
    for place in reversed(range(len(value))):
        for digit in "0123456789" if value[place].isdigit() else "":
            other = value[:place] + digit + value[place + 1 :]
            if not VALIDATORS[maker](other, Match(other, "", 0, len(other))):
                return other
    return ""


def _states() -> Iterator[tuple[Rule, str, str]]:
    """Rules that a check digit decides, with an example and the generator of its number."""
    for rule in RULES:
        for template in rule.match.templates if isinstance(rule.match, Examples) else ():
            makers = _MADE.findall(template)
            if len(makers) == 1 and makers[0] in rule.validators and _spoilt(_made(makers[0], 0), makers[0]):
                yield rule, template, makers[0]
                break


STATES = list(_states())


def test_identifiers_of_twenty_five_states_and_more_have_their_check_digits() -> None:
    states = {rule.id.split("-")[0] for rule, _, _ in STATES if re.match(r"[a-z]{2}-", rule.id)}
    assert len(states) >= 40


@pytest.mark.parametrize(("rule", "template", "maker"), STATES, ids=[rule.id for rule, *_ in STATES])
def test_an_identifier_is_found_and_not_with_a_wrong_check_digit(
    detector: Detector, rule: Rule, template: str, maker: str
) -> None:
    before, behind = (render(part, 1) for part in _MADE.sub("\x00", template).split("\x00"))
    for seed in range(5):
        value = _made(maker, seed)
        assert any(value in found or found in value for found in _values(detector, before + value + behind)), value
        spoilt = before + _spoilt(value, maker) + behind
        assert all(name != rule.id for name, _ in _found(detector, spoilt)), spoilt


# ways to reach a person


def _telephones() -> Iterator[str]:
    for region in re.findall("..", "USGBDEFRESITNLSEPLBRAUINJPMXCHIEZANOPTDKFIGRTRKRSGNZARCL"):
        number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
        yield phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


@pytest.mark.parametrize("text", ["reach me at %s.", '{"contact": "%s"}', "Tel.: %s", "(%s)"])
def test_a_telephone_number_with_its_country_is_found_whole(detector: Detector, text: str) -> None:
    assert [number for number in _telephones() if number not in _values(detector, text % number)] == []


@pytest.mark.parametrize(
    "text", ["mail {} now", "<{}>", "mailto:{}?subject=x", '"{}"', "{}, {}", "to={};", "({})", "{}."]
)
def test_an_e_mail_address_is_found_and_nothing_around_it(detector: Detector, text: str) -> None:
    address = "ingrid.haugen+x@mail.example.org"
    assert _values(detector, text.replace("{}", address)) == [address] * text.count("{}")


@pytest.mark.parametrize(
    "address",
    [
        "742 Kingfisher Avenue", "PO Box 4711, Dunedin 9054", "Buchenweg 12, 79098 Freiburg",
        "14 rue des Lilas, 69003 Lyon", "Via Garibaldi 5, 16124 Genova", "Calle Olmo 8, 28012 Madrid",
        "ul. Lipowa 7, 30-702 Kraków", "Björkgatan 3", "Prinsengracht 263, 1016 HG Amsterdam",
        "12 Main Street, Suite 400, Portland, OR 97205",
        "Rua das Acácias, 12",
    ],
)  # fmt: skip
def test_an_address_is_found_to_its_end(detector: Detector, address: str) -> None:
    for text in ("I moved to {} in May", '{"address": "{}"}'):
        assert _values(detector, text.replace("{}", address)) == [address]


# what only its name or its neighbours tell


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("dob: {}", "1984-05-12"), ("geboren am {}", "12.05.1984"), ('"birthDate": "{}"', "05/12/1984"),
        ("passport number {}", "C01234567"), ("MRN: {}", "00412345"), ("routing number: {}", "021000021"),
        ("salary: {}", "$85,000"), ("GPS: {}", "52.5200, 13.4049"), ("blood type: {}", "AB+"), ("CVV: {}", "837"),
    ],
)  # fmt: skip
def test_what_only_its_name_tells_is_found_beside_it_and_not_alone(detector: Detector, text: str, value: str) -> None:
    assert any(found in value or value in found for found in _values(detector, text.replace("{}", value)))
    assert _values(detector, f"see {value} there") == []


def _nobody() -> dict[str, Callable[[random.Random], str]]:
    return {
        "uuid": lambda rng: str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        "digest": lambda rng: f"sha256:{rng.getrandbits(256):064x}",
        "commit": lambda rng: f"commit {rng.getrandbits(160):040x}",
        "short commit": lambda rng: f"at {rng.getrandbits(28):07x} on main",
        "trace": lambda rng: f'{{"traceId": "{rng.getrandbits(128):032x}", "spanId": "{rng.getrandbits(64):016x}"}}',
        "timestamp": lambda rng: f"2024-{rng.randint(10, 12)}-{rng.randint(10, 28)}T{rng.randint(10, 23)}:11:12.123Z",
        "log time": lambda rng: f"[2024-05-{rng.randint(10, 28)} {rng.randint(10, 23)}:14:15,926] INFO ready",
        "epoch": lambda rng: f'"ts": {rng.randrange(16 * 10**8, 18 * 10**8)}',
        "nanoseconds": lambda rng: f'"startTimeUnixNano": "{rng.randrange(16 * 10**17, 18 * 10**17)}"',
        "version": lambda rng: f"version {rng.randint(1, 9)}.{rng.randint(0, 99)}.{rng.randint(0, 99)}.1",
        "package": lambda rng: f"numpy=={rng.randint(1, 9)}.{rng.randint(0, 99)}.{rng.randint(0, 99)}",
        "order": lambda rng: f"order #{rng.randrange(10**6, 10**9)} shipped",
        "invoice": lambda rng: f"invoice 2024-{rng.randrange(10**5, 10**6)}",
        "price": lambda rng: f"total {rng.randint(1, 9)},{rng.randint(100, 999)}.{rng.randint(10, 99)} EUR",
        "float": lambda rng: f"loss={rng.random():.12f}, lr={rng.random():.8f}",
        "row": lambda rng: " ".join(f"{rng.random() * 10:.5f}" for _ in range(8)),
        "counts": lambda rng: " ".join(str(rng.randint(10**5, 10**6)) for _ in range(6)),
        "bytes": lambda rng: f"{rng.randrange(10**8, 10**10)} bytes in {rng.randrange(10**4, 10**6)} ms",
        "object": lambda rng: f"<Worker object at 0x7f{rng.getrandbits(40):010x}>",
        "call": lambda rng: f"call_{rng.getrandbits(96):024x}",
        "flight": lambda rng: f"HAT{rng.randint(100, 299)} from JFK on 2024-05-{rng.randint(10, 30)}",
        "line": lambda rng: f'File "/srv/app/views.py", line {rng.randint(10, 4000)}, in handler',
        "model": lambda rng: f"gpt-4-0613, temperature {rng.random():.2f}, {rng.randint(100, 99999)} tokens",
        "code page": lambda rng: f"CP{rng.randint(1250, 1258)}, PEP {rng.randint(100, 700)}, RFC 2822",
        "slice": lambda rng: f"x[{rng.randint(0, 9)}:{rng.randint(10, 99)}, ::2] = a@b.reshape({rng.randint(1, 9)})",
        "look-up": lambda rng: f"df[df['salary'] > {rng.randint(10, 90)}000]",
    }  # fmt: skip


@pytest.mark.parametrize("family", _nobody())
def test_numbers_that_are_nobodys_are_let_go(detector: Detector, family: str) -> None:
    rng = _chance(3)
    texts = [_nobody()[family](rng) for _ in range(200)]
    assert [found for text in texts for found in _found(detector, text)] == []


def test_rows_of_groups_are_seldom_taken_for_cards(detector: Detector) -> None:
    rng = _chance(9)
    rows = [" ".join(str(rng.randint(1000, 9999)) for _ in range(9)) for _ in range(300)]
    assert sum(len(_found(detector, row)) for row in rows) <= 6


def test_cards_beside_each_other_are_all_found(detector: Detector) -> None:
    rng = _chance(4)
    cards = [GENERATORS["card-grouped"](rng) for _ in range(5)]
    for joint in (" ", ", ", "\n", "\t"):
        assert _values(detector, joint.join(cards)) == cards


@pytest.mark.parametrize(
    "text",
    [
        "This was fixed in 1.5.4.1.", "<h4>2.3.4.1 Arrays</h4>", "Package_for_KB1~amd64~~6.1.1.2, State",
        "5 3.5.5.5 0 0 1",
        "c.6 1.6.2 2.8.1 3.51.98.32 2.03.5 4", "[.22FB.0020.0008] # LETTER", "the name is 'A person of'",
        "first_name: Voornaam", "name\x01会员管理", '{"sku": "A1", "name": "Martin Ukulele", "stock": 4}',
        "send to clipboard using OSC 52", "moved to PostgreSQL 16 this spring", "2016 Iain Lane <x@example.org>",
        "For 9600/2400/1200 baud, dial in", '"ean": "4127659060393", "tags": ["card"]',
        "[homepage]: https://covenant.example.org", "set-user-name|protect-system|parse",
    ],
)  # fmt: skip
def test_versions_articles_and_software_are_nobodys(detector: Detector, text: str) -> None:
    assert [found for found in _found(detector, text) if not found[0].startswith("email")] == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("client 4.12.9.1 logged in", "4.12.9.1"), ("ssh root@4.12.9.1", "4.12.9.1"),
        ("4.12.9.1:443", "4.12.9.1"),
        ("peers: 81.171.220.226 82.68.222.195", "82.68.222.195"), ("10.1.2.3", "10.1.2.3"),
        ("name\x01王小明", "王小明"),
        ('{"id": 1, "name": "Martin Weber", "stock_options": 4}', "Martin Weber"),
        ("Ship it to: chemin Roche\n93242 Gilletboeuf", "chemin Roche\n93242 Gilletboeuf"),
    ],
)  # fmt: skip
def test_what_looks_like_them_and_is_somebodys_is_found(detector: Detector, text: str, value: str) -> None:
    assert value in _values(detector, text)


def test_a_list_of_words_names_nothing_in_the_next_objects_list(detector: Detector) -> None:
    text = '[{"tags": ["cursor", "password"], "size": 4}, {"tags": ["node", "stream"], "size": 5}]'
    assert detector.scan_text(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("护照号G60718293将到期", "G60718293"),
        ("出生日期1984年11月23日", "1984年11月23日"),
        ("联系方式13926481750", "13926481750"),
        ("微信号wxid_k7q2m1，", "wxid_k7q2m1"),
        ("周敏13926481750，", "13926481750"),
        ("蓝色轿车苏E3K729，已驶离", "苏E3K729"),
        ("邻居今年47岁", "47"),
        ("寄件人：宋婷，", "宋婷"),
        ("身份证330106 1984 1123 2073", "330106 1984 1123 2073"),
    ],
)
def test_a_value_may_follow_its_name_at_once_where_words_have_no_blanks(
    detector: Detector, text: str, value: str
) -> None:
    assert value in _values(detector, text)


@pytest.mark.parametrize(
    "text", ["订单号13926481750，已出库", "共计13926481750元", "今年12月", "护照办理", "新B2B平台"]
)
def test_numbers_of_orders_and_amounts_are_no_telephones(detector: Detector, text: str) -> None:
    assert _values(detector, text) == []


def test_an_address_of_coins_is_no_street(detector: Detector) -> None:
    assert _values(detector, f"BTC address: 1A{'bK7' * 11}") == []


@pytest.mark.parametrize(
    ("kinds", "regions"), [("mobile", MOBILE_ZERO), ("", ZERO_FIRST), ("", NO_ZERO)], ids=["mobile", "zero", "none"]
)
def test_numbers_as_people_dial_them_are_those_of_the_library(kinds: str, regions: tuple[str, ...]) -> None:
    """Its own examples, in the form that is dialled at home."""
    valid = valid_in(regions, (kinds,) if kinds else KINDS)
    for region in regions:
        for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE):
            number = phonenumbers.example_number_for_type(region, kind)
            if number is None or (kinds and kind != phonenumbers.PhoneNumberType.MOBILE):
                continue
            dialled = re.sub(r"\D", "", phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL))
            assert valid(dialled.removeprefix("1") if region == "US" else dialled), (region, dialled)
            assert not valid(dialled[:5])
