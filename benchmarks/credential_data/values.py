"""Made-up secrets and their look-alikes, from a seed. Families are split whole: some are learned from, others only
measured with."""

from __future__ import annotations

import base64
import random
import string
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Final


def _words(text: str) -> list[str]:
    return text.split()


Make = Callable[[random.Random], str]

_SYMBOLS: Final = "!@#$%^&*_-+=?."
_WORDS: Final = _words(
    """sun river winter coffee dragon monkey falcon purple silver orange tiger summer guitar banana rocket
    london berlin paris madrid tokyo alice robert maria peter julia oscar felix bella charlie lucky cookie pepper ginger
    shadow master hunter ranger soccer hockey knight wizard diamond platinum phoenix eagle cobra viper spider planet
    galaxy comet thunder storm breeze forest meadow canyon harbor island castle bridge anchor copper marble velvet"""
)
_OTHER_WORDS: Final = _words(
    """autumn spring chelsea arsenal mustang ferrari porsche yankee cowboy maverick liverpool jordan
    michael jessica ashley daniel nicole samsung toyota honda sakura naruto pokemon batman superman starwars matrix
    trinity freedom heaven angel princess butterfly sunshine rainbow chocolate strawberry"""
)


def _letters(rng: random.Random, alphabet: str, least: int, most: int) -> str:
    return "".join(rng.choices(alphabet, k=rng.randint(least, most)))


def _hex(rng: random.Random) -> str:
    size = rng.choice((8, 16, 20, 24, 32, 32, 40, 40, 48, 64, 64))
    text = _letters(rng, "0123456789abcdef", size, size)
    return text.upper() if rng.random() < 0.15 else text


def _base64(rng: random.Random) -> str:
    return base64.b64encode(rng.randbytes(rng.choice((9, 12, 15, 16, 18, 20, 24, 32, 32, 33, 48, 64)))).decode()


def _human(words: Sequence[str]) -> Make:
    def make(rng: random.Random) -> str:
        word = rng.choice(words)
        word = rng.choice((word, word.title(), word.title(), word.upper()))
        if rng.random() < 0.3:
            word = word.translate(str.maketrans("aeiost", "43105+" if rng.random() < 0.2 else "431057"))
        if rng.random() < 0.25:
            word += rng.choice(words).title()
        tail = rng.choice((str(rng.randint(10, 99)), str(rng.randint(1950, 2029)), str(rng.randint(100, 99999))))
        if rng.random() < 0.15:
            return word + rng.choice(("!", "!!", "$", "#", "@", "*", "?!", "%"))
        text = word + rng.choice(("", "", "_", "@", "#", "-", ".")) + tail
        return text + rng.choice(("", "", "!", "!", "$", "#", "?", "!!", "*"))

    return make


def _mixed(rng: random.Random) -> str:
    size = rng.randint(8, 20)
    text = [rng.choice(string.ascii_lowercase), rng.choice(string.ascii_uppercase), rng.choice(string.digits)]
    text += rng.choices(string.ascii_letters + string.digits + _SYMBOLS, k=size - 3)
    rng.shuffle(text)
    return "".join(text).strip(".-")


def _unlike(rng: random.Random) -> str:
    """Letters of no language, in the shape that a person gives a password: what masking by character class leaves."""
    shape = rng.choice(
        (
            "aaaaaaaa",
            "aaaaaa",
            "aaaaaaa",
            "Aaaaaaaa",
            "aaaaaaaaaa",
            "aaaaaa0",
            "aaaaa00",
            "aaaaaa000",
            "aaaa0000",
            "Aaaaaa00",
            "Aaaaaa0!",
            "aaaa!aaaa",
            "aaaaa_aaaaaa",
            "aaaaaa-aaaa",
            "AAAAAA00",
            "AaaaAaaa00",
            "0aaa0aaa",
            "aaaaaaaaaaaa",
            "Aaaa@0000",
            "aa0aa0aa",
            "aaaAaaaaAaaaa",
            "aaaaaaaaaaaaaaaa",
            "AAAAAAAAAA",
            "AAAA0AAA0A",
            "aaaaa.aaaaa0",
            "aaa000",
            "aaaa00",
        )
    )
    classes = {"a": string.ascii_lowercase, "A": string.ascii_uppercase, "0": string.digits}
    return "".join(rng.choice(classes[c]) if c in classes else c for c in shape)


def _prefixed(rng: random.Random) -> str:
    head = rng.choice(
        ("sk_live_", "pk_", "key-", "tok_", "xapp-", "app-", "srv_", "AKID", "prod-", "v2.", "ATZ", "svc.")
    )
    return head + _letters(rng, string.ascii_letters + string.digits, 16, 40)


def _grouped(rng: random.Random) -> str:
    return "-".join(_letters(rng, string.ascii_uppercase + string.digits, 4, 6) for _ in range(rng.randint(3, 5)))


def _phrase(words: Sequence[str]) -> Make:
    def make(rng: random.Random) -> str:
        some = [rng.choice(words) for _ in range(rng.randint(3, 6))]
        if rng.random() < 0.3:
            some = [word.title() for word in some]
        if rng.random() < 0.4:
            some[rng.randrange(len(some))] = rng.choice(
                (str(rng.randint(1, 9999)), _letters(rng, string.ascii_lowercase, 5, 9))
            )
        return rng.choice((" ", " ", "-", "_", ".")).join(some) + rng.choice(("", str(rng.randint(1, 999)), "!"))

    return make


def _crypt(rng: random.Random) -> str:
    alphabet = string.ascii_letters + string.digits + "./"
    return rng.choice(("$2b$12$", "$2a$10$", "$6$rounds=5000$", "$1$")) + _letters(rng, alphabet, 30, 53)


def _digits(rng: random.Random) -> str:
    return _letters(rng, string.digits, 6, 12)


def _alphabet(alphabet: str, least: int, most: int) -> Make:
    return lambda rng: _letters(rng, alphabet, least, most)


LEARNED: Final[Mapping[str, Sequence[tuple[str, Make]]]] = {
    "password": (
        ("mixed", _mixed),
        ("human", _human(_WORDS)),
        ("human", _human(_WORDS)),
        ("unlike", _unlike),
        ("unlike", _unlike),
        ("unlike", _unlike),
        ("base62", _alphabet(string.ascii_letters + string.digits, 8, 24)),
        ("digits", _digits),
        ("phrase", _phrase(_WORDS)),
        ("phrase", _phrase(_WORDS)),
        ("hex", _hex),
        ("base64", _base64),
        ("crypt", _crypt),
        ("lower", _alphabet(string.ascii_lowercase + string.digits, 6, 16)),
    ),
    "key": (
        ("hex", _hex),
        ("hex", _hex),
        ("base64", _base64),
        ("base62", _alphabet(string.ascii_letters + string.digits, 12, 64)),
        ("base62", _alphabet(string.ascii_letters + string.digits, 16, 40)),
        ("prefixed", _prefixed),
        ("grouped", _grouped),
        ("base64url", _alphabet(string.ascii_letters + string.digits + "-_", 16, 64)),
        ("unlike", _unlike),
        ("mixed", _mixed),
        ("lower", _alphabet(string.ascii_lowercase + string.digits, 10, 40)),
        ("human", _human(_WORDS)),
        ("uuid", lambda rng: str(uuid.UUID(int=rng.getrandbits(128), version=4))),
    ),
}
_SHIFTED: Final = "qwertyuiopasdfghjklzxcvbnm1234567890"


def _walk(rng: random.Random) -> str:
    at = rng.randrange(len(_SHIFTED) - 8)
    return _SHIFTED[at : at + rng.randint(5, 7)].title() + rng.choice(("!@#", "123", "99$", "#1", "2023"))


HELD_OUT: Final[Mapping[str, Sequence[tuple[str, Make]]]] = {
    "password": (
        ("printable", _alphabet(string.ascii_letters + string.digits + "!#$%()*+,-./:;=?@[]^_{|}~", 12, 24)),
        ("apple", lambda rng: "-".join(_letters(rng, string.ascii_letters + string.digits, 6, 6) for _ in range(3))),
        ("human", _human(_OTHER_WORDS)),
        ("walk", _walk),
        ("phrase", _phrase(_OTHER_WORDS)),
        ("letters", _alphabet(string.ascii_lowercase, 7, 14)),
        ("cased", _alphabet(string.ascii_letters, 8, 14)),
    ),
    "key": (
        ("base32", _alphabet(string.ascii_uppercase + "234567", 16, 52)),
        ("base58", _alphabet("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", 22, 51)),
        ("dotted", lambda rng: ".".join(_letters(rng, string.ascii_letters + string.digits, 8, 24) for _ in range(2))),
        ("hex", lambda rng: _letters(rng, "0123456789abcdef", 24, 56)),
        ("letters", _alphabet(string.ascii_letters, 20, 40)),
        ("base64", lambda rng: base64.b64encode(rng.randbytes(rng.randint(12, 70))).decode()),
    ),
}


def secret(rng: random.Random, kind: str, families: Mapping[str, Sequence[tuple[str, Make]]]) -> tuple[str, str]:
    """(family, value). `kind`: password or key."""
    family, make = rng.choice(families[kind])
    return family, make(rng)


# what stands where a secret would, and is none

_NAMES: Final = _words(
    """database settings request session user account client config default profile manager service response
    handler password token secret key value field label header length policy reset expired strength hint"""
)


def _camel(rng: random.Random) -> str:
    first, *rest = rng.sample(_NAMES, rng.randint(2, 4))
    return first + "".join(word.title() for word in rest)


def _snake(rng: random.Random) -> str:
    text = "_".join(rng.sample(_NAMES, rng.randint(2, 3)))
    return rng.choice((text, text.upper(), text.replace("_", "-"), text.replace("_", ".")))


def _variable(rng: random.Random) -> str:
    name = _snake(rng).replace("-", "_").replace(".", "_")
    form = rng.choice(
        (
            "${%s}",
            "$%s",
            "{{ %s }}",
            "{{%s}}",
            "%%(%s)s",
            "#{%s}",
            "<%s>",
            "<%%= %s %%>",
            "%%%s%%",
            "@%s@",
            "$(%s)",
            "{%s}",
            "${{ secrets.%s }}",
        )
    )
    return form % name


def _call(rng: random.Random) -> str:
    inner = _camel(rng)
    form = rng.choice(
        (
            "get%s()",
            "os.environ[%s]",
            "process.env.%s",
            "config.%s",
            "self.%s",
            "request.form[%s]",
            "args.%s",
            "new %s()",
            "System.getenv(%s)",
            "&%s",
            "this.%s",
            "generate_%s(16)",
            "c.%s()",
        )
    )
    return form % inner


def _filler(rng: random.Random) -> str:
    return rng.choice(
        (
            "changeme",
            "CHANGE_ME",
            "your-password",
            "your_api_key_here",
            "xxxxxxxx",
            "********",
            "XXXXXXXXXXXXXXXX",
            "placeholder",
            "<your token>",
            "[REDACTED]",
            "example",
            "insert-key-here",
            "TODO",
            "...",
            "none",
            "null",
            "undefined",
            "dummy",
            "password",
            "secret",
            "test",
            "test1234",
            "testpassword",
            "my-secret",
            "fake_token",
            "string",
            "foobar",
            "sample-key",
            "YOUR_ACCESS_TOKEN",
            "some-token",
            "not-a-real-key",
            "0000000000000000",
            "required",
            "optional",
            "true",
            "token123",
        )
    )


def _type(rng: random.Random) -> str:
    return rng.choice(
        (
            "string",
            "Optional[str]",
            "str | None",
            "varchar(255)",
            "bytes32",
            "SecretStr",
            "java.lang.String",
            "std::string",
            "PropTypes.string",
            "text/plain",
            "basic",
            "Bearer",
            "hmac-sha256",
            "aes-256-gcm",
            "RSA-OAEP",
            "argon2id",
            "bcrypt",
            "client_secret_basic",
            "refresh_token",
            "/run/secrets/db_password",
            "./certs/server.key",
            "config/keys.json",
            "https://login.example.com/token",
            "arn:aws:kms:region",
            "2024-01-31",
            "v1.24.3",
            "30",
            "3600s",
            "primary",
        )
    )


def _phrase_of(rng: random.Random) -> str:
    return " ".join(
        rng.choice([*_NAMES, "is", "the", "a", "must", "for", "not", "please", "enter"])
        for _ in range(rng.randint(3, 7))
    )


LOOKALIKES: Final[Sequence[tuple[str, Make]]] = (
    ("camel", _camel),
    ("snake", _snake),
    ("variable", _variable),
    ("variable", _variable),
    ("call", _call),
    ("call", _call),
    ("filler", _filler),
    ("filler", _filler),
    ("type", _type),
    ("words", _phrase_of),
)
