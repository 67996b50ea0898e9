"""Detection: exact spans wherever a value stands, alone or in a batch, and never more than it should cost."""

from __future__ import annotations

import base64
import functools
import gzip
import json
from collections.abc import Sequence

import hyperscan
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent.detect import Detector
from reticent.detect.candidates import matcher as room
from reticent.detect.candidates import nearby
from reticent.detect.candidates.database import Database, Store
from reticent.detect.candidates.text import Buffer
from reticent.errors import ConfigError, LimitError
from reticent.formats.document import Leaves, Part
from reticent.limits import Limits
from reticent.model import Severity
from reticent.policy.rule import Context, Dictionary, Match, Rule
from reticent.policy.validators.contact import is_date

RULES = (
    Rule("order", "Order", "pii", Severity.LOW, r"\bAC-\d{8}\b", keywords=("ac-",)),
    Rule("pin", "Pin", "secrets", Severity.HIGH, r"(?i)pin\s{0,2}[:=\x01]\s{0,2}(?P<secret>\d{4,6})\b"),
    Rule("long", "Long", "pii", Severity.MEDIUM, r"\bAC-\d{4,12}x?\b"),
    Rule(
        "near", "Near", "pii", Severity.LOW, r"\b\d{9}\b", context=Context(("passport",), ("invoice",), required=True)
    ),
)
NAMES = Dictionary("customers", "pii", Severity.HIGH, ("Mia Li", "Straße 5", "anna"))
ORDER = "AC-12345678"


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(RULES, [NAMES], limits=Limits(), validators={})


def _leaves(*texts: str) -> Leaves:
    """`key\\x01value` and `label\\x02value` as a format gives them."""
    leaves = Leaves()
    for text in texts:
        key, label = text.find("\x01") + 1, text.find("\x02") + 1
        leaves.add(text, head=key or -label)
    return leaves


def _spans(detector: Detector, *texts: str) -> list[tuple[str, Part, str]]:
    return _cut(detector, _leaves(*texts))


def _cut(detector: Detector, leaves: Leaves) -> list[tuple[str, Part, str]]:
    (found,) = detector.scan([leaves])
    assert not isinstance(found, LimitError)
    cut = []
    for span in found:
        text, head = leaves.texts[span.leaf], abs(leaves.heads[span.leaf])
        side = text[: head - 1] if span.part is Part.KEY else text[head:]
        cut.append((span.rule, span.part, side[span.start : span.end]))
    return cut


def test_a_span_covers_the_value_and_nothing_else(detector: Detector) -> None:
    assert _spans(detector, f"see {ORDER}, please") == [("long", Part.VALUE, ORDER)]
    assert _spans(detector, "pin\x014711") == [("pin", Part.VALUE, "4711")]


def test_keys_are_leaves_too(detector: Detector) -> None:
    assert _spans(detector, f"{ORDER}\x01yes") == [("long", Part.KEY, ORDER)]


def test_a_label_is_context_and_no_leaf(detector: Detector) -> None:
    assert _spans(detector, f"{ORDER}\x02yes") == []


def test_context_words_for_and_against(detector: Detector) -> None:
    assert _spans(detector, "passport 123456789")[0][0] == "near"
    assert _spans(detector, "number 123456789") == []
    assert _spans(detector, "passport invoice 123456789") == []


@pytest.mark.parametrize("at", [0, 1000, 1999])
def test_one_word_of_the_context_is_enough_among_however_many_numbers(detector: Detector, at: int) -> None:
    numbers = [f"{100_000_000 + 7 * number}" for number in range(2000)]
    assert _spans(detector, ", ".join(numbers)) == []
    told = [*numbers[:at], f"passport {numbers[at]} ", " " * 80, *numbers[at + 1 :]]
    assert numbers[at] in [cut for _, _, cut in _spans(detector, ", ".join(told))]
    assert len(_spans(detector, ", ".join(told))) < 20


def test_dictionary_entries_are_case_folded_and_bounded_by_words(detector: Detector) -> None:
    assert [text for _, _, text in _spans(detector, "MIA LI lives in STRASSE 5")] == ["MIA LI", "STRASSE 5"]
    assert _spans(detector, "annabel and joanna") == []


@pytest.mark.parametrize("white", ["  ", "\n", "\t", "\r\n> ", "\n>> ", "\n    ", "\u00a0"])
def test_a_blank_of_an_entry_is_any_white_space(detector: Detector, white: str) -> None:
    text = f"first  line\n\n> so Mia{white}Li lives in Straße{white}5, and   goes"
    assert [found for _, _, found in _spans(detector, text)] == [f"Mia{white}Li", f"Straße{white}5"]
    assert _spans(detector, f"Mia{white}-{white}Li, ") == []


@pytest.mark.parametrize(
    "hidden",
    [
        json.dumps({"a": json.dumps({"b": f"\n{ORDER}"})}),
        "".join(f"\\u{ord(c):04x}" for c in ORDER),
        "".join(f"%{ord(c):02x}" for c in ORDER),
        "".join(f"&#{ord(c)};" for c in ORDER),
        "".join(c + "\u200b" for c in ORDER),
        "".join(chr(ord(c) + 0xFEE0) for c in ORDER),
        base64.b64encode(f"the order is {ORDER} now".encode()).decode(),
        f"the order is {ORDER} now".encode().hex(),
        base64.b64encode(gzip.compress(f"the order is {ORDER} now".encode())).decode(),
        base64.b64encode(base64.b64encode(f"the order is {ORDER} now".encode())).decode(),
        base64.b64encode(f"the order is {ORDER} now, as".encode()).decode()[:41],
        f"the order is {ORDER} now".encode().hex()[:-1],
        base64.b64encode(f"\ufeffthe order is {ORDER} now".encode()).decode(),
        base64.b64encode(f"the order is {ORDER} now\0".encode()).decode(),
        base64.b64encode(f"caf\u00e9, the order is {ORDER} now".encode("latin-1")).decode(),
        base64.b64encode(f"the order is {ORDER} now".encode("utf-16")).decode(),
        f"the order is {ORDER} now".encode("utf-16-be").hex(),
        "name_" + base64.b64encode(f"the order is {ORDER} now".encode()).decode(),
        "path/to/" + f"the order is {ORDER} now".encode().hex(),
        "".join(c + "\x07" for c in ORDER),
        ORDER.replace("-", "-\0"),
        ORDER.replace("-", "\x9b-\x85"),
        "".join(f"&#x{ord(c):x}" for c in ORDER),
        ORDER.replace("A", "Α").replace("C", "С"),
        "".join(chr(0x1D7CE + int(c)) if c.isdigit() else c for c in ORDER),
        "".join(chr(0x0660 + int(c)) if c.isdigit() else c for c in ORDER),
    ],
    ids=[
        "json",
        "unicode",
        "percent",
        "entities",
        "zero-width",
        "full-width",
        "base64",
        "hex",
        "gzip",
        "twice",
        "base64 that is cut",
        "hex that is cut",
        "base64 of a byte order mark",
        "base64 with a zero",
        "base64 of Latin-1",
        "base64 of UTF-16",
        "hex of UTF-16",
        "base64 behind a name",
        "hex behind a path",
        "control",
        "zero",
        "controls",
        "entities without semicolons",
        "look-alike",
        "mathematical",
        "arabic-digits",
    ],
)
def test_what_is_written_in_another_way_is_found_where_it_stands(detector: Detector, hidden: str) -> None:
    (found,) = _spans(detector, f"x {hidden} y")
    assert found[2] in hidden


def test_a_batch_finds_what_its_documents_find_alone(detector: Detector) -> None:
    batch = [*(_leaves(f"n {n} {ORDER}", "Mia Li") for n in range(5)), _leaves("x")]
    assert detector.scan(batch) == [detector.scan([leaves])[0] for leaves in batch]


def test_too_many_findings_are_a_limit_of_that_document_alone() -> None:
    detector = Detector(RULES, limits=Limits(findings=10), validators={})
    many, few = detector.scan([_leaves(f"{ORDER} " * 50), _leaves(ORDER)])
    assert isinstance(many, LimitError) and many.code == "too-many-findings"
    assert isinstance(few, list) and len(few) == 1


def test_time_is_a_limit_too() -> None:
    ticks = iter(range(0, 10_000_000, 100))
    detector = Detector(RULES, limits=Limits(scan_seconds=1), validators={}, clock=lambda: float(next(ticks)))
    (found,) = detector.scan([_leaves(ORDER)])
    assert isinstance(found, LimitError) and found.code == "scan-timeout"


def test_a_text_made_to_hurt_does_not_grow_without_bound(detector: Detector) -> None:
    assert [rule for rule, *_ in _spans(detector, "pin:1" + "1" * 200_000 + " " + ORDER)] == ["long"]


def test_a_storm_of_candidates_finds_what_calm_finds() -> None:
    rules = (Rule("digits", "D", "pii", Severity.LOW, r"\d{2,9}x"), *RULES)
    detector = Detector(rules, limits=Limits(findings=100_000), validators={})
    texts = ["12x" * 9000, f"a {ORDER} b", "pin\x014711"]
    assert _spans(detector, *texts)[-2:] == _spans(detector, *texts[1:])
    assert len(_spans(detector, *texts)) == 9002


@pytest.mark.parametrize("mark", ["\x00", "\x01", "\x02", "\x03"])
def test_marks_that_a_producer_writes_hide_nothing(detector: Detector, mark: str) -> None:
    leaves = Leaves()
    leaves.add(f"{ORDER}{mark}x {ORDER}")
    leaves.add(f"k{mark}y\x01{ORDER}", head=4)
    leaves.add(f"{ORDER}{mark}y\x01z", head=len(ORDER) + 3)
    cut = _cut(detector, leaves)
    assert [text.partition(mark)[0] for _, _, text in cut] == [ORDER] * 4
    assert [part for _, part, _ in cut] == [Part.VALUE] * 3 + [Part.KEY]


@pytest.mark.parametrize(
    "text", ["note[REDACTED:order:aaaaaaaa]@mail.example %40", "AC-12[REDACTED:order:aaaaaaaa]345678 %40"]
)
def test_nothing_is_found_across_a_placeholder_in_another_reading_either(text: str) -> None:
    mail = Rule("order", "M", "pii", Severity.LOW, r"[a-z]{2,9}@mail|AC-\d{8}")
    assert _spans(Detector((mail,), limits=Limits(), validators={}), text) == []


def test_a_mark_of_ours_between_the_letters_of_a_value_hides_it_no_more_than_any_that_shows_nothing() -> None:
    order = Rule("order", "M", "pii", Severity.LOW, r"AC-\d{8}")
    ((_, _, found),) = _spans(Detector((order,), limits=Limits(), validators={}), f"x {ORDER[:5]}\x03{ORDER[5:]} y")
    assert found == f"{ORDER[:5]}\x03{ORDER[5:]}"


def test_anchors_hold_in_every_text_of_a_batch() -> None:
    rules = (
        Rule("begin", "B", "pii", Severity.LOW, r"^id-\d{4}"),
        Rule("end", "E", "pii", Severity.LOW, r"\d{4}-di$"),
        Rule("line", "L", "pii", Severity.LOW, r"(?m)^row \d{3}$"),
    )
    detector = Detector(rules, limits=Limits(), validators={})
    found = _spans(detector, "x", "id-1234 y id-1234", "z", "1234-di 1234-di", "a\nrow 123\nb", "row 1234")
    assert [(rule, text) for rule, _, text in found] == [
        ("begin", "id-1234"), ("end", "1234-di"), ("line", "row 123"),
    ]  # fmt: skip


def test_places_are_characters_wherever_the_letters_come_from(detector: Detector) -> None:
    filler = "ß漢字🙂é" * 3000
    found = _spans(detector, f"{filler} {ORDER}{filler} {ORDER}\x01{filler} {ORDER} Mia Li{filler[:1]} Mia Li ")
    assert found == [
        ("long", Part.VALUE, ORDER), ("customers", Part.VALUE, "Mia Li"),
        ("long", Part.KEY, ORDER), ("long", Part.KEY, ORDER),
    ]  # fmt: skip


def test_what_inflates_beyond_the_limit_is_a_limit_of_that_document_alone() -> None:
    detector = Detector(RULES, limits=Limits(inflated_bytes=100_000), validators={})
    bomb = base64.b64encode(gzip.compress(b"a" * 90_000)).decode()
    found = detector.scan([_leaves(f"{bomb} {bomb}"), _leaves(ORDER)])
    assert isinstance(found[0], LimitError) and found[0].code == "too-large"
    assert isinstance(found[1], list) and len(found[1]) == 1


def test_the_cost_of_many_findings_in_one_text_grows_with_the_text(detector: Detector) -> None:
    ticks = 0

    def clock() -> float:
        nonlocal ticks
        ticks += 1
        return 0.0

    detector = Detector(RULES, limits=Limits(findings=10_000), validators={}, clock=clock)
    assert len(_spans(detector, f"é {ORDER} " * 9000)) == 9000
    assert ticks < 200


_PIECES = st.lists(
    st.sampled_from(["AC-", "12345678", "x", " ", "pin", ":", "=", "4711", "é", "\x03", "passport ", "9", "ſ",
                     "123456789", "\x00", "\x01", "\n", "PASSPORT", "k@k", "漢", "tail", "row ", "-di"]),
    max_size=14,
).map("".join)  # fmt: skip
_EVERY = (
    *RULES,
    Rule("wide", "W", "pii", Severity.LOW, r"[^@\x00-\x08]{1,3}@[^ ]{1,3}tail", trigger="@"),
    Rule("anchored", "A", "pii", Severity.LOW, r"(?:^|[^\w])\d{4,8}(?:\W|$)"),
    Rule("lines", "L", "pii", Severity.LOW, r"(?m)^row \d{1,9}"),
    Rule("not", "N", "pii", Severity.LOW, r"4711[^x]9"),
    Rule("accent", "Ä", "pii", Severity.LOW, r"(?i)[É漢]{1,2}AC"),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(_PIECES, max_size=4))
def test_windows_hold_whatever_re2_finds_in_the_whole_text(texts: list[str]) -> None:
    detector = _every()
    buffer = Buffer(texts, [0] * len(texts))
    found = {
        (rule, text, span)
        for rule, text, start, stop in detector._matcher.windows(buffer)
        for span in detector._confirmers[rule].find(buffer.text(text), start, stop)
    }
    whole = {
        (rule, text, span)
        for text in range(len(texts))
        for rule, confirmer in enumerate(detector._confirmers)
        for span in confirmer.find(buffer.text(text), 0, len(buffer.text(text).data))
    }
    assert found == whole


@functools.cache
def _every() -> Detector:
    return Detector(_EVERY, limits=Limits(), validators={})


def test_what_a_validator_cannot_judge_is_taken_for_what_it_may_be() -> None:
    def number(text: str, _: Match) -> bool:
        return int(text) > 9

    rule = Rule("amount", "A", "test", Severity.LOW, r"amount (?P<secret>\S+)", validators=("number",))
    detector = Detector([rule], limits=Limits(), validators={"number": number})
    text = "amount 5, amount ² amount 7 amount 50"
    assert [text[span.start : span.end] for span in detector.scan_text(text)] == ["5,", "²", "50"]


@pytest.mark.parametrize("year", ["9" * 10, "9" * 400, "²024"])
def test_no_number_is_too_long_to_be_no_day(year: str) -> None:
    assert is_date(f"{year}-01-02") is False
    assert is_date("2024-01-02") is True


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("在北京银行开户", ["北京银行"]),
        ("김민수는 왔다", ["김민수"]),
        ("at Mu\u0308ller GmbH", ["Mu\u0308ller GmbH"]),
        ("M\u00dcLLER GMBH", ["M\u00dcLLER GMBH"]),
        ("Müllers GmbHs", []),
    ],
)
def test_entries_are_bounded_as_their_script_parts_words(text: str, found: list[str]) -> None:
    entries = ("北京银行", "김민수", "M\u00fcller GmbH")
    spans = Detector([], [Dictionary("known", "pii", Severity.HIGH, entries)], limits=Limits()).scan_text(text)
    assert [text[span.start : span.end] for span in spans] == found


class Refusing(Database):
    """As Hyperscan is with patterns that are too large together."""

    MOST = 3

    def __init__(self, expressions: Sequence[bytes], *, literal: bool = False, store: Store | None = None) -> None:
        if len(expressions) > self.MOST:
            raise hyperscan.error("Pattern is too large.")
        super().__init__(expressions, literal=literal, store=store)


def test_rules_that_are_too_much_for_one_database_are_looked_for_with_several(monkeypatch: pytest.MonkeyPatch) -> None:
    own = [Rule(f"own-{n}", "", "custom", Severity.HIGH, rf"\bkey{n}-[0-9]{{4}}", trigger=f"key{n}-") for n in range(7)]
    alike = [
        Rule(f"like-{n}", "", "custom", Severity.HIGH, rf"\bcode {n}[a-z]{{4}}", trigger="code ") for n in range(7)
    ]
    monkeypatch.setattr(room, "Database", Refusing)
    monkeypatch.setattr(nearby, "Database", Refusing)
    detector = Detector([*own, *alike], limits=Limits())
    text = " ".join([*(f"key{n}-1234" for n in range(7)), *(f"code {n}abcd" for n in range(7))])
    assert [span.rule for span in detector.scan_text(text)] == [rule.id for rule in (*own, *alike)]


def test_an_expression_that_is_too_much_by_itself_names_its_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Refusing, "MOST", 0)
    monkeypatch.setattr(room, "Database", Refusing)
    with pytest.raises(ConfigError, match="Hyperscan does not take the pattern of rule own"):
        Detector([Rule("own", "", "custom", Severity.HIGH, "abc[0-9]")], limits=Limits())
