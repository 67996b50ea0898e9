"""What people type first when they try a detector: values that count up, in the forms that they remember."""

from __future__ import annotations

import functools
import string

import pytest

from reticent import Scanner
from reticent.policy import load_policy

LETTERS, DIGITS = string.ascii_lowercase, "1234567890"
SOME = "abc123def456"
BODY = "MIIEpAIBAAKC" + "AQEA1234"
LINES = ["-----BEGIN RSA PRIVATE" + " KEY-----", "-----END RSA PRIVATE" + " KEY-----"]
CARD = "4111 1111 1111 1111"


@functools.cache
def _scanner() -> Scanner:
    return Scanner(load_policy(None))


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("my key is {}", "sk-proj-" + LETTERS + DIGITS),
        ("{}", "sk-" + SOME * 2),
        ("{}", "sk-" + DIGITS + LETTERS + DIGITS + "abcd"),
        ("use {} for it", "AKIA" + "1234567890ABCDEF"),
        ("git clone with {}", "ghp_" + DIGITS + LETTERS),
        ("{}", "glpat-" + DIGITS + LETTERS[:10]),
        ("{}", "xoxb-1234567890-1234567890123-" + LETTERS[:24]),
        ("STRIPE_KEY={}", "sk_live_" + DIGITS + "abcdef"),
        ("Authorization: Bearer {}", SOME),
        ('curl https://api.acme.com/v2/me -H "Authorization: Bearer {}"', SOME * 2),
        ("Host: app.acme.org\r\nCookie: connect.sid={}; a=b", "0EkjKWREhbiGjlvhk" + "Tp37e18a0bZq"),
        ("https://login.acme.io/cb?code={}&state=zz", "0EkjKWREhbiGjlvhk" + "Tp37e18a0bZq"),
        ("x-api-key: {}", SOME),
        ("password={}", "hunter2"),
        ("my password is {}", "hunter2"),
        ("DB_PASSWORD={}", "supersecret123"),
        ("curl -u admin:{} https://api.acme.dev", "secret123"),
        ("postgres://admin:{}@db:5432/prod", "s3cr3t"),
        ("user: alice, password: {}", "wonderland"),
        ("**Password:** {}", "hunter2Xy9"),
        ("<p>Passwort: <b>{}</b></p>", "hunter2Xy9"),
        ('<wsse:Password Type="PasswordText">{}</wsse:Password>', "hunter2Xy9"),
        ("Password:\n\n    {}", "hunter2Xy9"),
        ("I used {} as the password", "hunter2Xy9"),
        ("{} is my password", "hunter2Xy9"),
        ("passphrase: {}", "correct horse battery staple"),
        ("cy.get('#password').type('{}')", "hunter2Xy9"),
        ('["mysql", "-p{}"]', "hunter2Xy9"),
        ("net use z: \\\\h\\s {} /user:bob", "hunter2Xy9"),
        ("{}", "\n".join([LINES[0], BODY, LINES[1]])),
        ("The SSN is {}", "123-45-6789"),
        ("{}, exp 12/27, cvv 123", CARD),
        ("call me at {}", "555-123-4567"),
        ("My name is {} and I like trains", "John Smith"),
        ("I live at {}", "123 Main Street, Springfield, IL 62701"),
        ("patient Ann Lee, MRN {}", "12345678"),
        ("account number {}, routing 021000021", "123456789"),
    ],
)
def test_what_people_try_first_is_hidden(text: str, hidden: str) -> None:
    masked = _scanner().mask(text.format(hidden)).content.decode()
    assert hidden not in masked and masked != text.format(hidden)


@pytest.mark.parametrize(
    "text",
    [
        f"acme_cloud_user_{SOME}Qx7LmZ9xWv4TnRb7YcQ", "acme-live-Qx7LmZ9xWv4TnRb7YcQ",
    ],
)  # fmt: skip
def test_a_token_behind_the_words_that_say_whose_it_is(text: str) -> None:
    assert text not in _scanner().mask(f"api_key = '{text}'").content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "sk-" + "x" * 40, "ghp_" + "0" * 36, "api_key = '<your-api-key>'", "Bearer $TOKEN", "**Password:** required",
        "passphrase: leave empty for none", "use SHA-256 as the password hash", "page.fill('#password', password)",
    ],
)  # fmt: skip
def test_what_stands_for_a_value_is_not(text: str) -> None:
    assert _scanner().scan(text) == []
