"""Why something was found or let go, told without any of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent import yamlfile
from reticent.errors import ConfigError
from reticent.explanation import Place, character_classes
from reticent.policy.compile import compile_policy
from reticent.scanner import Scanner

from .conftest import order

POLICY = r"""version: 1
packs: [financial]
disable: [iban]
rules:
- {id: order, title: Order number, category: orders, severity: medium, pattern: '\bAC-[A-Z0-9]{8}\b', keywords: [ac-],
   allow: ['AC-0+']}
- {id: random, category: custom, pattern: '\b[a-z]{12}\b', entropy: 3.0}
- {id: near, category: custom, pattern: '\bN\d{5}\b',
   context: {support: [ticket], against: [sample], window: 20, required: true}}
- {id: named, category: custom, pattern: '\bK\d{5}\b', keywords: [keyring]}
- {id: longer, category: custom, severity: critical, pattern: 'ref AC-[A-Z0-9]{8}'}
- {id: whole, category: custom, at: {key: pin}}
dictionaries:
- {id: customers, file: customers.txt, category: pii}
apply:
- {rules: [order], where: {tenant: acme}, action: partial}
- {rules: [order, customers], action: drop}
thresholds:
- {id: two, when: {findings: 2}, action: hold}
"""


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Scanner:
    folder = tmp_path_factory.mktemp("policy")
    (folder / "customers.txt").write_text("Mia Lindholm\n")
    return Scanner(compile_policy(yamlfile.parse(POLICY, "p.yaml"), folder))


def _one(places: Sequence[Place], rule: str) -> Place:
    (found,) = (each for each in places if each.rule == rule)
    return found


def test_a_finding_says_which_checks_agreed_and_which_application_acts(scanner: Scanner) -> None:
    place = _one(scanner.explain(f"buy {order()}").places, "order")
    assert (place.outcome, place.start, place.end, place.length) == ("found", 4, 15, 11)
    assert place.checks == (("keyword", True), ("allow[0]", True))
    assert (place.application, place.action) == (1, "drop")
    assert place.classes == ("digits", "upper", "punctuation")
    assert (place.title, place.severity, place.seen) == ("Order number", "medium", "text")


def test_the_tenant_decides_which_application_acts(scanner: Scanner) -> None:
    place = _one(Scanner(scanner.policy, tenant="acme").explain(order()).places, "order")
    assert (place.application, place.action) == (0, "partial")


@pytest.mark.parametrize(
    ("text", "rule", "check", "why"),
    [
        ("AC-00000000", "order", "allow[0]", "allow[0] of the rule takes it whole"),
        ("aaaaaaaaaaab", "random", "entropy>=3", "it is less random than 3 bits a character"),
        ("N12345", "near", "context", "none of its context words (ticket) stands within 20 characters"),
        (
            "sample ticket N12345",
            "near",
            "no-context-against",
            "a word against it (sample) stands within 20",
        ),
        ("K12345", "named", "keyword", "none of its keywords (keyring) stands in the text or its label"),
        ("pay 4111 1111 1111 1112", "card-number", "card", "the validator card says no"),
    ],
)
def test_what_was_let_go_says_why(scanner: Scanner, text: str, rule: str, check: str, why: str) -> None:
    place = next(each for each in scanner.explain(text).places if each.rule == rule)
    assert place.outcome == "let go" and place.why.startswith(why)
    assert (check, False) in place.checks


def test_a_place_that_another_rule_names_says_which(scanner: Scanner) -> None:
    places = scanner.explain(f"ref {order()}").places
    assert _one(places, "longer").outcome == "found"
    assert _one(places, "order").outcome == "covered" and _one(places, "order").by == "longer"


def test_what_is_encoded_is_seen_decoded(scanner: Scanner) -> None:
    place = _one(scanner.explain(order().replace("-", "%2D")).places, "order")
    assert (place.outcome, place.seen, place.length) == ("found", "decoded", 13)


def test_dictionaries_and_places_have_no_pattern_and_are_told_all_the_same(scanner: Scanner) -> None:
    places = scanner.explain({"who": "mia lindholm", "pin": "1234"}).places
    assert _one(places, "customers").seen == "dictionary" and _one(places, "customers").action == "drop"
    assert _one(places, "whole").seen == "place" and _one(places, "whole").application is None


def test_what_masking_wrote_is_left_alone(scanner: Scanner) -> None:
    masked = scanner.mask(f"{order(1)} and mia lindholm").text
    assert all(place.outcome == "let go" for place in scanner.explain(masked).places)


def test_thresholds_that_are_reached_and_the_verdict(scanner: Scanner) -> None:
    held = scanner.explain(f"{order(1)} {order(2)}")
    assert held.verdict == "held" and [name for name, _ in held.reached] == ["two"]
    assert held.size == {"steps": 1, "leaves": 1, "bytes": 23}
    released = scanner.explain(order())
    assert released.verdict == "released" and released.reached == ()


def test_the_verdict_counts_every_rule_though_one_was_asked_about(scanner: Scanner) -> None:
    asked = scanner.explain(f"{order(1)} {order(2)} N12345", rule="near")
    assert {each.rule for each in asked.places} == {"near"} and asked.verdict == "held"


@pytest.mark.parametrize(
    ("rule", "text", "words"),
    [
        ("order", "an ac- without", "its pattern takes nothing in 1 texts|of its keywords, ac- stands in the text"),
        ("near", "nothing", "its pattern takes nothing in 1 texts|of its context words, none stands in the text"),
        ("customers", "nothing", "none of the 1 entries of the dictionary customers stands in the text"),
        ("whole", "nothing", "no value stands where key is pin"),
    ],
)
def test_a_rule_that_takes_nothing_says_what_it_missed(scanner: Scanner, rule: str, text: str, words: str) -> None:
    answers = scanner.explain(text, rule=rule).answers
    for part, answer in zip(words.split("|"), answers, strict=False):
        assert answer.startswith(part)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("iban", "the rule iban is not in this policy - take it out of `disable`"),
        ("email", r"the rule email is not in this policy - name its pack: packs: \[pii\]"),
        ("oder", r"there is no rule oder - did you mean order\?"),
    ],
)
def test_a_rule_that_is_not_in_the_policy_is_said_to_be_elsewhere(scanner: Scanner, rule: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        scanner.explain("text", rule=rule)


def test_keys_that_are_masked_are_not_in_paths(scanner: Scanner) -> None:
    explained = scanner.explain({order(1): {"deep": order(2)}})
    assert {each.outcome for each in explained.places} == {"found"}
    assert order(1) not in repr(explained)


@settings(max_examples=25, deadline=None)
@given(
    values=st.lists(st.sampled_from([order(7), "4111 1111 1111 1112", "Mia Lindholm", "plain"]), min_size=1, max_size=4)
)
def test_no_value_is_in_an_explanation(scanner: Scanner, values: list[str]) -> None:
    explained = scanner.explain({"a": " ".join(values), values[0]: values})
    shown = json.dumps(repr(explained))
    assert not any(value in shown for value in (order(7), "4111", "Lindholm"))


def test_whatever_is_found_is_explained(scanner: Scanner) -> None:
    data = {"a": [order(1), {"b": f"mia lindholm ref {order(2)}"}], "pin": "x", order(3): 1}
    found = {(each.rule, each.path, each.start) for each in scanner.scan(data)}
    told = {(each.rule, each.path, each.start) for each in scanner.explain(data).places if each.outcome == "found"}
    assert {(rule, start) for rule, _, start in found} == {(rule, start) for rule, _, start in told}


def test_classes_of_characters() -> None:
    assert character_classes("aB3 -\nü") == ("digits", "lower", "upper", "punctuation", "spaces", "line ends", "others")
    assert character_classes("") == ()


def test_a_policy_file_is_explained_by_the_same_rules(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("version: 1\nrules:\n- {id: order, pattern: 'AC-[A-Z0-9]{8}'}\n")
    assert Scanner.load(tmp_path / "p.yaml").explain(order(), rule="order").places[0].outcome == "found"
