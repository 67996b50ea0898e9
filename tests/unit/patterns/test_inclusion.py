"""A trigger stands in whatever its pattern matches: proved for every rule that we ship, and the proof itself tried."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reticent.patterns.expression import SEPARATOR
from reticent.patterns.inclusion import UndecidedError, escape
from reticent.patterns.linear import NOWHERE, searching
from reticent.patterns.words import lookouts, word_pattern
from reticent.policy.packs import load_packs, pack_names
from reticent.policy.rule import Rule

PARTS = 8
"""Of the proof, each of which takes a few seconds."""
RULES = [rule for rule in load_packs(pack_names()) if rule.pattern]
NARROWER = {
    "password-of-brackets": "its validator wants brackets, which the trigger begins with",
    "machine-readable-zone": "its validator wants the signs between names, or the check digits",
    "address-ph": "its validator wants a block or a code; the trigger names the provinces, for a year is no code",
    "address-spanish": "the trigger names the provinces, for four digits before a capital are a year, too",
    "date-of-birth-person": "a month's name behind a comma is an article's day",
}
"""Rules whose trigger says what their pattern leaves out, on purpose."""


def _in(pattern: str, text: str) -> bool:
    data = text.encode()
    return searching(pattern)(data, 0, len(data))[0] != NOWHERE


def _escapes(rule: Rule) -> bool:
    text = escape(rule.pattern, [rule.trigger])
    assert text is None or (_in(rule.pattern, text) and not _in(rule.trigger, text + SEPARATOR))
    return text is not None


@pytest.mark.parametrize("part", range(PARTS))
def test_a_trigger_stands_in_all_that_its_pattern_matches(part: int) -> None:
    rules = [rule for rule in RULES if rule.trigger][part::PARTS]
    assert [rule.id for rule in rules if _escapes(rule)] == [rule.id for rule in rules if rule.id in NARROWER]


BESIDE = {
    "convex-key": "a deployment's name says less than Convex's",
    "okta-token": "said somewhere in the text",
    "duo-secret": "said somewhere in the text",
    "postmark-token": "said somewhere in the text",
    "street-address-indian": "words that its validator wants",
    "machine-readable-zone": NARROWER["machine-readable-zone"],
}
"""Rules with keywords that what they match may hold, and need not."""


def _holds_one(rule: Rule) -> bool:
    """Whether what the pattern takes of an example holds one of the rule's keywords."""
    search = searching(rule.pattern)
    found = [(data, *search(data, 0, len(data))[0]) for data in map(str.encode, rule.match)]
    return any(word.encode() in data[start:end].lower() for word in rule.keywords for data, start, end in found)


def _folded(rule: Rule) -> list[str]:
    """Its keywords as patterns of what is the same case-folded."""
    return [f"(?i:{re.escape(word).replace('ss', '(?:ss|ß)')})" for word in rule.keywords]


def test_a_keyword_that_a_pattern_has_stands_in_all_that_it_matches() -> None:
    within = [rule for rule in RULES if rule.keywords and _holds_one(rule)]
    words = {
        rule.id: [f"(?i:{re.escape(word).replace('ss', '(?:ss|ß)')})" for word in rule.keywords] for rule in within
    }
    escaping = {rule.id: text for rule in within if (text := escape(rule.pattern, words[rule.id])) is not None}
    assert {rule: text for rule, text in escaping.items() if rule not in BESIDE} == {}
    assert set(escaping) == set(BESIDE)


def test_a_word_of_a_context_is_looked_for_wherever_it_is_found() -> None:
    words = {word for rule in RULES if rule.context for word in rule.context.support}
    assert {word: text for word in words if (text := escape(word_pattern(word), lookouts(word))) is not None} == {}


@pytest.mark.parametrize(
    ("pattern", "trigger"),
    [
        (r"\bpin (\d{4})\b", r"pin \d{4}"),
        (r"key[:=]\s{0,3}\w+", r"key"),
        (r"a{2,5}b", r"aab"),
        (r"(?i)Straße \d", r"(?i)traße"),
        (r"\d{9}", r"\d{9}[^0-9]|\d{10}"),
        (r"(?m)^N:\w", r"(?:^|\n)N:"),
        (r"[α-ω]+x", r"[α-ω]x"),
        (r"x(?:foo|bar)?$", r"x$|oo|ar"),
    ],
)
def test_what_is_included_is_proved(pattern: str, trigger: str) -> None:
    assert escape(pattern, [trigger]) is None


@pytest.mark.parametrize(
    ("pattern", "trigger", "text"),
    [
        (r"my\spin", r"my pin", "my\tpin"),
        (r"(?i)pin", r"pin", "PIN"),
        (r"x\d{3}", r"x\d{4}", "x000"),
        (r"N:\d", r"\nN:", "N:0"),
        (r"Área \d", r"\bÁrea ", "Área 0"),
        (r"foo|ba{3}r", r"foo|baar", "baaar"),
    ],
)
def test_what_is_not_is_refuted_by_a_shortest_text(pattern: str, trigger: str, text: str) -> None:
    assert escape(pattern, [trigger]) == text


def test_what_only_re2_reads_is_not_decided() -> None:
    with pytest.raises(UndecidedError, match="only RE2"):
        escape(r"\pL+", ["a"])


PATTERNS = st.recursive(
    st.sampled_from(["a", "b", " ", r"\b", r"\d", "[ab]", r"\s", "(?i:a)", "^", "$"]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        st.builds(lambda part, most: f"(?:{part}){{0,{most}}}", inner, st.integers(1, 3)),
        st.builds(lambda part: f"(?:{part})+", inner),
    ),
    max_leaves=6,
)


@given(PATTERNS, PATTERNS, st.lists(st.text("abAB 1\n", max_size=8), max_size=20))
def test_the_proof_says_what_re2_does(pattern: str, trigger: str, texts: list[str]) -> None:
    refuted = escape(pattern, [trigger])
    if refuted is not None:
        assert _in(pattern, refuted)
        assert not _in(trigger, refuted)
        assert not _in(trigger, refuted + SEPARATOR)
        return
    for text in texts:
        if _in(pattern, text):
            assert _in(trigger, text) or _in(trigger, text + SEPARATOR)
