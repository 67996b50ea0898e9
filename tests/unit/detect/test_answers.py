"""What somebody is asked for in one step is found in the next, and nothing else of the question is its context."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from reticent import Scanner

CHANCE = random.Random(17)  # noqa: S311 - tests must repeat


def digits(count: int) -> str:
    return "".join(CHANCE.choices("123456789", k=count))


def chat(*said: str) -> dict[str, Any]:
    roles = ("assistant", "user")
    return {"model": "m", "messages": [{"role": roles[n % 2], "content": text} for n, text in enumerate(said)]}


def blocks(*said: str) -> dict[str, Any]:
    roles = ("assistant", "user")
    messages = [{"role": roles[n % 2], "content": [{"type": "text", "text": text}]} for n, text in enumerate(said)]
    return {"model": "claude-3", "max_tokens": 1, "messages": messages}


def mixed(*said: str) -> dict[str, Any]:
    """Who is asked answers in a text, the model asks in a block."""
    return {**(given := blocks(*said)), "messages": [_plain(message) for message in given["messages"]]}


def _plain(message: dict[str, Any]) -> dict[str, Any]:
    return {"role": "user", "content": message["content"][0]["text"]} if message["role"] == "user" else message


def native(*said: str) -> dict[str, Any]:
    steps = [{"seq": n, "kind": "output" if n % 2 == 0 else "prompt", "content": text} for n, text in enumerate(said)]
    return {"trace_id": "t", "steps": steps}


def transcript(*said: str) -> str:
    return "".join(f"{('Agent', 'Customer')[n % 2]}: {text}\n" for n, text in enumerate(said))


def in_a_string(*said: str) -> dict[str, Any]:
    return {"messages": json.dumps(chat(*said)["messages"])}


def indented(*said: str) -> str:
    return json.dumps(blocks(*said), indent=2) + ","


FORMS = [chat, blocks, mixed, native, transcript, in_a_string, indented]
ANSWERS = [
    ("May I have your full name?", "{} please", "Crystal Minh"),
    ("Could you please tell me your name?", "sure, it's {}", "crystal minh"),
    ("What's your last name and zip code?", "{}, Ohio", "Garcia"),
    ("What is your date of birth?", "{}.", "3rd of May 1982"),
    ("Can I have your account ID?", "It's {}.", "ABX77" + digits(4)),
    ("Which password did you use?", "{}", "qk" + digits(6) + "w"),
    ("What is the six-digit code we just sent to you?", "it is {}", digits(6)),
    ("What is your mother's maiden name?", "{}", "Kowalski"),
    ("And the last four digits of your card?", "{} I think", digits(4)),
    ("Could you confirm your contact number?", "sure: {}", "0912 21" + digits(4)),
    ("May I have your personnummer?", "here you go {}", "380211-7" + digits(3)),
    ("What is your postal code?", "it's {}", "160-0" + digits(3)),
    ("Please provide your address.", "{}.", "Strada Oprea, Cristuru Secuiesc, 98" + digits(4)),
]
PLAIN = [chat, blocks, mixed, native, transcript]
"""Forms in which nothing is escaped."""
WORLD = [
    ("Wann sind Sie geboren?", "am {}", "3. Mai 1982"),
    ("¿Cuándo nació usted?", "el {}", "3 de mayo de 1982"),
    ("生年月日をお願いします。", "{}です", "1982年5月3日"),
    ("Podaj numer dowodu osobistego.", "to {}", "ABC 84" + digits(4)),
    ("Wie lautet Ihre Schadennummer?", "die {}", "SD-19" + digits(6)),
    ("Qual é a senha do portal?", "{}", "qk" + digits(6) + "w"),
]
PUT_OFF = [("What is your date of birth?", "3 May 1982"), ("And your policy number?", "KD-74" + digits(6))]


@pytest.mark.parametrize(
    ("form", "question", "words", "value"),
    [(form, *asked) for form in FORMS for asked in ANSWERS] + [(form, *asked) for form in PLAIN for asked in WORLD],
)
def test_what_is_asked_for_is_masked_in_the_answer(
    shipped: Scanner, form: Callable[..., Any], question: str, words: str, value: str
) -> None:
    masked = shipped.mask(form("Hello there.", "Hi, I need help", question, words.format(value)))
    assert value not in masked.text
    assert question in masked.text
    assert len(masked.findings) == 1
    assert not shipped.scan(masked.text)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("May I have your full name?", "Sure, why do you need it?"),
        ("What is the name of the product?", "Galaxy Tab"),
        ("What is your password?", "I forgot it"),
        ("Please provide your username and password.", "Not now, thanks"),
        ("Shall I use your saved address?", "Yes, the second one"),
        ("How many codes did you get?", "400"),
        ("What is your phone number?", "I have none, since 2019"),
        ("Is that your address?", "No, it is not"),
    ],
)
def test_an_answer_that_tells_nothing_stays(
    shipped: Scanner, form: Callable[..., Any], question: str, answer: str
) -> None:
    assert not shipped.scan(form("Hello there.", "Hi, I need help", question, answer))


@pytest.mark.parametrize("form", PLAIN)
@pytest.mark.parametrize(("question", "value"), PUT_OFF)
def test_an_answer_is_masked_behind_a_step_that_puts_it_off(
    shipped: Scanner, form: Callable[..., Any], question: str, value: str
) -> None:
    masked = shipped.mask(
        form("Hello there.", "Hi", question, "one second, the door", "Take your time.", f"it's {value}")
    )
    assert value not in masked.text
    assert not shipped.scan(masked.text)


@pytest.mark.parametrize("between", ["Shall we talk about the sale of May instead?", "It is page 7 of the file."])
def test_another_question_or_a_number_ends_what_was_asked(shipped: Scanner, between: str) -> None:
    assert not shipped.scan(chat("What is your date of birth?", between, "3 May 1982"))


def test_an_answer_is_no_context_of_the_question_and_a_code_answers_in_the_next_step_only(shipped: Scanner) -> None:
    code = digits(6)
    assert not shipped.scan(chat(f"Order {code} is on its way.", "What is the code you sent?"))
    assert not shipped.scan(chat("What is the code we sent to you?", "one moment please, let me look", code))


def test_a_value_that_goes_on_over_two_steps_is_still_no_context(shipped: Scanner) -> None:
    assert not shipped.scan(chat("the token is ready", "walking home"))
