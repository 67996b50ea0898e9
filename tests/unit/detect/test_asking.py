"""What somebody is asked for, in a chat or a form, is found in what is said next, and nothing else of that is."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import pytest

from reticent import Scanner
from reticent.detect.readings.asking.fields import field_of

SECRET = "Kite" + "tul97x"
Talk = Sequence[tuple[str, str]]


def exported(talk: Talk) -> str:
    return "\n".join(f"[12/03/24, 21:1{at}:00] {who}: {said}" for at, (who, said) in enumerate(talk))


def copied(talk: Talk) -> str:
    return "\n".join(f"{who}  10:2{at} AM\n{said}" for at, (who, said) in enumerate(talk))


def bare(talk: Talk) -> str:
    return "\n".join(said for _, said in talk)


def messages(talk: Talk) -> str:
    return json.dumps([{"user": who, "text": said, "ts": at} for at, (who, said) in enumerate(talk)])


def given(text: str) -> str | bytes:
    return text.encode() if text.startswith("[{") else text


CHATS: Sequence[Callable[[Talk], str]] = [exported, copied, bare, messages]


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("whats ur pin", "pin"),
        ("zip", "zip code"),
        ("And your last name, please?", "last name"),
        ("can u send me the admin pw", "password"),
        ("I forgot the password of the old router", "password"),
        ("Wie lautet Ihr vollständiger Name?", "full name"),
        ("¿Cuál es tu contraseña?", "password"),
        ("密码是多少", "password"),
        ("Who should we list as emergency contact", "full name"),
        ("did you get the code", "verification code"),
        ("where do u live", "address"),
        ("<p>need the door code</p>", "pin"),
        ("the new password is", "password"),
    ],
)
def test_a_question_names_the_field_that_it_asks_for(question: str, field: str) -> None:
    assert field_of(question) == field


@pytest.mark.parametrize(
    "said",
    [
        "did you change the password", "Do you have a password policy", "what is the pin count of that chip",
        "whats your name for this function", "name of the branch", "error code?", "The password is stored as a hash",
        "whats the username field called", "password reset worked?", "My name is a long story", "", "ok",
    ],
)  # fmt: skip
def test_what_only_speaks_of_a_field_asks_for_none(said: str) -> None:
    assert field_of(said) is None


@pytest.mark.parametrize("written", CHATS)
@pytest.mark.parametrize(
    ("question", "between", "answer", "value"),
    [
        ("whats the wifi password again", [], f"its {SECRET} lol", SECRET),
        ("password?", ["one sec", "brb"], SECRET, SECRET),
        ("need the door code", [], "48" + "13#", "48" + "13#"),
        ("ur insta", [], "tova_" + "k77", "tova_" + "k77"),
        ("full name", [], "tova lindgren", "tova lindgren"),
    ],
)
def test_the_answer_is_found_however_a_chat_is_written(
    shipped: Scanner, written: Callable[[Talk], str], question: str, between: Sequence[str], answer: str, value: str
) -> None:
    talk = [("Mia", question), *(("Jo", said) for said in between), ("Jo", answer), ("Mia", "thx"), ("Jo", "np")]
    text = written(talk)
    masked = shipped.mask(given(text)).text
    assert value not in masked
    assert question in masked
    assert not shipped.scan(given(masked))


@pytest.mark.parametrize("written", CHATS)
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("whats the wifi like there", "its slow lol"),
        ("did u change the password", "yes"),
        ("what is the code doing here", "it sorts the list"),
        ("where do you live in the code base", "mostly in the api folder"),
        ("name of the branch", "feature/login-form"),
        ("password?", "not telling you"),
        ("whats your name for it", "no idea"),
        ("status code", "404 not found"),
    ],
)
def test_small_talk_is_nobodys(shipped: Scanner, written: Callable[[Talk], str], question: str, answer: str) -> None:
    assert not shipped.scan(given(written([("Mia", question), ("Jo", answer)])))


@pytest.mark.parametrize(
    ("heading", "row"),
    [
        ("用户,密码,城市", f"ana,{SECRET},北京"),
        ("密码,用户", f"{SECRET},ana"),
        ("이름,비밀번호,도시", f"ana,{SECRET},서울"),
        ("名前,パスワード", f"ana,{SECRET}"),
    ],
)
def test_a_heading_asks_for_nothing_and_names_nobody(shipped: Scanner, heading: str, row: str) -> None:
    masked = shipped.mask(f"{heading}\n{row}\n").text
    first, second = row.split(SECRET)
    assert masked.startswith(f"{heading}\n{first}[REDACTED:") and masked.endswith(f"]{second}\n")


def test_words_around_an_address_in_a_chat_of_short_messages_stay(shipped: Scanner) -> None:
    said = ["hey", "whats ur email", "jo.b@mail-host.org", "ty!", "phone", "+44 7911 123456", "great"]
    shown = json.loads(shipped.mask([{"role": "user", "content": each} for each in said]).content)
    masked = [each["content"] for each in shown]
    assert [each if each in said else None for each in masked] == [*said[:2], None, *said[3:5], None, "great"]
    assert masked[2].startswith("[REDACTED:") and masked[5].startswith("[REDACTED:")


@pytest.mark.parametrize(
    ("asked", "told"), [("question", "answer"), ("q", "a"), ("label", "value"), ("prompt", "response")]
)
@pytest.mark.parametrize("ascii", [True, False])
def test_a_question_and_its_answer_in_one_object(shipped: Scanner, asked: str, told: str, ascii: bool) -> None:
    form = [{asked: "Wie heißen Sie?", told: "Tova Lindgren"}, {asked: "¿Cuál es tu contraseña?", told: SECRET}]
    masked = shipped.mask(json.dumps(form, ensure_ascii=ascii).encode()).text
    assert "Tova" not in masked and SECRET not in masked
    assert [each[asked] for each in json.loads(masked)] == [each[asked] for each in form]


def test_a_field_whose_title_stands_in_an_inner_object(shipped: Scanner) -> None:
    form = {"answers": [{"field": {"title": "What is your full name?", "type": "text"}, "text": "tova lindgren"}]}
    masked = json.loads(shipped.mask(form).content)
    assert (
        masked["answers"][0]["text"].startswith("[REDACTED:")
        and masked["answers"][0]["field"] == form["answers"][0]["field"]
    )


def _openai(question: str, answer: str) -> object:
    call = {
        "id": "c1",
        "type": "function",
        "function": {"name": "ask", "arguments": json.dumps({"question": question})},
    }
    return {
        "messages": [
            {"role": "assistant", "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c1", "content": answer},
            {"role": "assistant", "content": "done"},
        ]
    }


def _anthropic(question: str, answer: str) -> object:
    call = {"type": "tool_use", "id": "t1", "name": "ask", "input": {"question": question}}
    result = {"type": "tool_result", "tool_use_id": "t1", "content": answer}
    return {"messages": [{"role": "assistant", "content": [call]}, {"role": "user", "content": [result]}]}


def _native(question: str, answer: str) -> object:
    call = {"seq": 0, "kind": "tool_call", "name": "ask", "call_id": "c", "content": {"prompt": question}}
    return {"trace_id": "t", "steps": [call, {"seq": 1, "kind": "tool_result", "call_id": "c", "content": answer}]}


def _quoted(question: str, answer: str) -> object:
    return {"content": f'User has answered your questions: "{question}"="{answer}". Go on.'}


def _tagged(question: str, answer: str) -> object:
    return {"content": f"<ask>\n<question>{question}</question>\n</ask>\n<answer>\n{answer}\n</answer>"}


@pytest.mark.parametrize("asked", [_openai, _anthropic, _native, _quoted, _tagged])
@pytest.mark.parametrize(
    ("question", "answer"),
    [("What is the database password?", SECRET), ("What is your full name?", "Tova Lindgren")],
)
def test_what_somebody_tells_a_tool_that_asks_is_masked(
    shipped: Scanner, asked: Callable[[str, str], object], question: str, answer: str
) -> None:
    masked = shipped.mask(asked(question, answer)).text
    assert answer not in masked and question in masked and masked.count("[REDACTED:") == 1


@pytest.mark.parametrize("asked", [_openai, _anthropic, _native, _quoted, _tagged])
@pytest.mark.parametrize(
    ("question", "answer"),
    [("Which password policy do you want?", "strict"), ("What is the branch name?", "main7"), ("Go on?", "yes")],
)
def test_what_a_tool_asks_for_nobodys_sake_stays(
    shipped: Scanner, asked: Callable[[str, str], object], question: str, answer: str
) -> None:
    assert not shipped.scan(asked(question, answer))
