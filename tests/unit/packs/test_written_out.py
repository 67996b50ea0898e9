"""Passwords that are words: found beside their user, or where a password stands; labels and code are none."""

from __future__ import annotations

import pytest

from reticent.detect import Detector
from reticent.limits import Limits
from reticent.policy import load_policy


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(load_policy(None).rules, limits=Limits())


def found(detector: Detector, text: str) -> list[str]:
    return [text[span.start : span.end] for span in detector.scan_text(text) if span.pack == "secrets"]


@pytest.mark.parametrize(
    "text",
    [
        "{{user: svc, password: {}}}",
        '{{"username": "ana", "password": "{}"}}',
        'client.connect("h", username="ana", password="{}")',
        'password = "{}"',
        'passphrase="{}",',
        "nats://clientB:{}@10.1.2.3:4222",
        "amqp://svc:{}@10.1.2.4:5672/vhost",
    ],
)
@pytest.mark.parametrize("word", ["porkchop", "television", "hakurei"])
def test_a_word_is_a_password_where_one_stands(detector: Detector, text: str, word: str) -> None:
    given = text.format(word)
    assert found(detector, given) == [word]


@pytest.mark.parametrize(
    "text",
    [
        '"LABEL_PASSWORD": "Passwort eingeben",',
        '"MANDATORY_PASSWORD": "Please provide a password.",',
        'password = os.getenv("DB_PASSWORD")',
        "opts.Password = BCRYPT_AUTH_HASH",
        "{user: root, password: root_user_password}",
        '<input name="user" type="password" placeholder="text">',
        'password: "string"',
        "mysql://user:password@host/dbname",
        "http://user:pass@localhost:8080",
        '{"username": "ana", "password": "changeme"}',
        'password: "new_password"',
        'form.password = "userPassword"',
        'name="password1"',
        "password = hunter()",
        "MYSQL_ALLOW_EMPTY_PASSWORD=yes",
        '"LABEL_PASSWORD": "Heslo",',
        '"SHOW_PASSWORD_ADVICE": "Kodeord_2",',
    ],
)
def test_labels_code_placeholders_and_names_of_variables_are_none(detector: Detector, text: str) -> None:
    assert found(detector, text) == []


@pytest.mark.parametrize(
    "text", ['{{"password": "{}"}}', 'password: "{}"', "DB_PASSWORD={}", "password\x01{}", "MYSQL_PASSWORD: {}"]
)
@pytest.mark.parametrize("chosen", ["password123", "test123456", "passw0rd", "mypassword", "Welcome2024!", "hunter"])
def test_what_people_choose_for_a_password_is_one(detector: Detector, text: str, chosen: str) -> None:
    given = text.format(chosen)
    assert found(detector, given) == [chosen]


@pytest.mark.parametrize("word", ["foobar", "hunter"])
def test_a_pass_phrase_of_openssl_is_one_whatever_it_is(detector: Detector, word: str) -> None:
    assert found(detector, f"openssl req -new -passin pass:{word} -key k.pem") == [word]
    assert found(detector, "openssl req -new -passin pass:$PASS -key k.pem") == []


def test_lists_and_objects_of_tokens_are_masked_whole(detector: Detector) -> None:
    first, second = "9d33fab5" + "79bedf74", "9eb517d3" + "7cab5bf8"
    assert found(detector, f'"tokens": ["{first}","{second}"]') == [f'{first}","{second}']
    assert found(detector, f'"Apitoken": "{{\\"name\\": \\"root\\", \\"sig\\": \\"{first}{second}\\"}}"') == [
        first + second
    ]
