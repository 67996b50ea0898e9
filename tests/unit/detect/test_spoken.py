"""What is said aloud is found as what it is in figures and letters, and masked as it was said."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reticent import Scanner
from reticent.detect.readings.layers import spoken
from reticent.detect.readings.speech.spoken import dictates, heard

WORDS = {
    "english": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
    "german": ["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"],
    "spanish": ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"],
    "french": ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"],
    "italian": ["zero", "uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove"],
    "dutch": ["nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"],
    "hindi": ["शून्य", "एक", "दो", "तीन", "चार", "पांच", "छह", "सात", "आठ", "नौ"],
}
CARD = "4111111111111111"
"""A test card of the networks' manuals."""


def in_words(number: str, language: str = "english", gap: str = " ") -> str:
    return gap.join(WORDS[language][int(digit)] for digit in number)


def written(text: str) -> str:
    view = spoken(text)
    return text if view is None else view.text


@given(st.text("2468", min_size=3, max_size=24), st.sampled_from(sorted(WORDS)))
def test_digits_in_words_are_the_digits(number: str, language: str) -> None:
    assert written(in_words(number, language)) == number


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("double five triple zero one", "550001"),
        ("forty two, nineteen, seven", "42197"),
        ("Five-Five-Five-Oh", "5550"),
        ("twenty oh one one", "20011"),
        ("eight hundred, uh, six six one, four nine oh two", "8006614902"),
        ("2 9 double six five", "29665"),
        ("kilo victor bravo four seven two", "KVB472"),
        ("W for whiskey, E for echo, I as in India, S for sam, S for sam", "Weiss"),
        ("em oh are en oh", "em oh are en oh"),
        ("T-O-V-A", "Tova"),
        ("six eighteen nineteen seventy-four", "6/18/1974"),
        ("cuarenta y uno veintidós noventa y nueve", "412299"),
        ("zéro six soixante-dix-huit quarante et un quatre-vingt-douze", "06784192"),
        ("einundvierzig drei sieben zweiundachtzig", "413782"),
        ("the username is tova underscore eight nine", "the username is tova_89"),
        ("my password is kestrel six six one", "my password is kestrel661"),
        ("lena dot vogt at mail dot example", "lena.vogt@mail.example"),
        ("it is T O V A four two at mail dot example", "it is tova42@mail.example"),
    ],
)
def test_numbers_and_letters_are_told_as_people_tell_them(said: str, meant: str) -> None:
    assert written(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        "one two three",
        "count with me: one two three four five six seven",
        "ten nine eight seven six five four three two one",
        "a for apple, b for boy, c for cat, d for dog",
        "version three dot four dot one",
        "the login is two of three",
        "double double double",
        "one of two of three of",
        "you will find it at mail dot example",
    ],
)
def test_counting_and_the_alphabet_are_no_values(said: str) -> None:
    assert written(said) == said


SAID = "one two oh double uh B as in bravo, at dot com 4 \n Caller: forty-six"


@given(st.lists(st.sampled_from(SAID.split(" ")), max_size=40))
def test_pieces_are_in_order_and_none_lies_in_another(words: list[str]) -> None:
    text, behind = " ".join(words), 0
    for start, end, _ in heard(text):
        assert behind <= start < end <= len(text)
        behind = end


@pytest.mark.parametrize(
    "gap", [" ", ", ", " uh ", "\nAgent: okay\nCaller: ", "\n\n7\n00:00:04,200 --> 00:00:06,100\n"]
)
def test_a_card_that_is_read_out_in_groups_is_masked_whole(shipped: Scanner, gap: str) -> None:
    groups = gap.join(in_words(CARD[at : at + 4]) for at in range(0, 16, 4))
    masked = shipped.mask(f"Caller: my card is {groups} thanks").text
    assert masked.startswith("Caller: my card is [REDACTED:") and masked.endswith("] thanks")
    assert not shipped.scan(masked)


def test_digits_told_in_several_turns_are_masked_in_each(shipped: Scanner) -> None:
    said = [in_words(CARD[at : at + 4]) for at in range(0, 16, 4)]
    turns = [{"role": "assistant", "content": "And the card number?"}]
    for part in said:
        turns += [{"role": "user", "content": part}, {"role": "assistant", "content": "okay"}]
    masked = json.loads(shipped.mask({"messages": turns}).content)["messages"]
    assert all("[REDACTED:" in turn["content"] for turn in masked if turn["role"] == "user")
    assert all(turn["content"] in ("And the card number?", "okay") for turn in masked if turn["role"] == "assistant")


def test_words_with_their_times_are_masked_one_by_one(shipped: Scanner) -> None:
    words = ["my", "card", "is", *in_words(CARD).split(), "thanks"]
    masked = json.loads(shipped.mask({"said": [{"w": word, "t": at / 4} for at, word in enumerate(words)]}).content)
    for was, now in zip(words, masked["said"], strict=True):
        assert (now["w"] == was) is (was in ("my", "card", "is", "thanks"))


def test_words_beside_the_text_that_they_say_are_masked_with_it(shipped: Scanner) -> None:
    turns = [
        ("a", "What is your social security number?"),
        ("b", "five eight four"),
        ("a", "okay"),
        ("b", "six six two nine oh two"),
    ]
    said = [{"by": who, "text": text, "words": [{"text": word} for word in text.split()]} for who, text in turns]
    masked = shipped.mask({"turns": said}).content
    assert not shipped.scan(masked)
    for turn in json.loads(masked)["turns"]:
        assert turn["by"] == "a" or all(word["text"].startswith("[REDACTED:") for word in turn["words"])


@pytest.mark.parametrize(
    ("text", "only"), [("four one", True), ("4111 2222", True), ("okay then", False), ("my pin is four one", False)]
)
def test_a_turn_dictates_that_tells_digits_and_nothing_else(text: str, only: bool) -> None:
    assert dictates(text) is only


@pytest.mark.parametrize(
    "text",
    [
        "two of the three, four or five of them",
        "one, two, three, four, five, six, seven, eight, nine, ten, one, two, three, four, five",
        "twenty twenty-five was a good year, twenty twenty-four was not",
        "for billing press one, for support press two, for all else press three",
    ],
)
def test_numbers_of_a_talk_are_nobodys(shipped: Scanner, text: str) -> None:
    assert not shipped.scan(text)
