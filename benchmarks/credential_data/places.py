"""Where secrets stand in traces and files: templates with `{name}` and `{value}`, by the form of the place."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Final


def _words(text: str) -> list[str]:
    return text.split()


PASSWORDS: Final = _words(
    """password passwd pwd pass db_password DB_PASSWORD dbPassword adminPassword admin_pass user_pwd
    smtp.password spring.datasource.password POSTGRES_PASSWORD rootPassword ftpPass ldap_bind_password keystorePassword
    passphrase key_passphrase Password PASSWORD ssh-password wifi_password userPw redis_pass"""
)
KEYS: Final = _words(
    """api_key apiKey API_KEY secret client_secret clientSecret SECRET_KEY secretKey access_token accessToken
    auth_token authToken token refresh_token private_key encryptionKey signing_key aws_secret_access_key x-api-key
    app.secret jwt_secret webhook_secret bot_token STRIPE_KEY service_key license_key credential hmac_key"""
)

Places = Mapping[str, Sequence[str]]

LEARNED: Final[Places] = {
    "code": (
        '{name} = "{value}"',
        "{name} = '{value}'",
        '{name}: "{value}",',
        'const {name} = "{value}";',
        "'{name}' => '{value}',",
        'private static final String {name} = "{value}";',
        '{name} := "{value}"',
        'conn = connect(user="app", {name}="{value}")',
        'config["{name}"] = "{value}"',
        'os.environ.setdefault("{name}", "{value}")',
        'string {name} = @"{value}";',
        'if {name} == "{value}":',
        'params.put("{name}", "{value}");',
        "$this->{name} = '{value}';",
    ),
    "config": (
        "{name}={value}",
        "{name}: {value}",
        "export {name}={value}",
        "  {name}: {value}\n  host: db",
        "<{name}>{value}</{name}>",
        '<property name="{name}" value="{value}"/>',
        '"{name}": "{value}",',
        "{name} = {value}",
        "- {name}={value}",
        "  - name: {name}\n    value: {value}",
        "host=db;{name}={value};port=1",
    ),
    "prose": (
        "My {word} is {value}",
        "the {word} is {value} please keep it safe",
        "You can log in with {word} {value}.",
        "{word}: {value}",
        "Use the {word} {value} for staging",
        "I changed the {word} to {value} yesterday",
        "The {word} for the server is {value}, thanks",
        "the {word} was set to {value}",
        "try {word} {value}",
        "your new {word} is: {value}\n",
        "The admin {word} = {value}",
    ),
}
HELD_OUT: Final[Places] = {
    "code": (
        'let {name}: String = "{value}".to_string();',
        'var {name} string = "{value}"',
        '#define {name} "{value}"',
        'client.{name}("{value}")',
        ':{name} => "{value}",',
        "{name} ||= '{value}'",
        'char {name}[] = "{value}";',
        'getenv("{name}", "{value}")',
        'set {name} "{value}"',
        "self.{name} = b'{value}'",
        'val {name}: String = "{value}"',
        'builder.set("{name}", "{value}")',
        'new Credentials("root", /* {name} = */ "{value}")',
        'assert {name} != "{value}"',
        "print(f'{name}: {value}')",
        '{name}: str = os.getenv("X", "{value}")',
        "{{'user': 'root', '{name}': '{value}'}}",
        "`{name}`: `{value}`",
        "ENV {name} {value}",
        "--{name} {value}",
        "--{name}={value}",
        '<add key="{name}" value="{value}" />',
    ),
    "config": (
        "{name} : {value}",
        "set {name}={value}",
        "ENV {name}={value}",
        "{name} ?= {value}",
        "{name}:\n  {value}",
        "export {name}='{value}'",
        "GET /login?user=a&{name}={value}&x=1",
        "'{name}': '{value}'",
        "{name}\t=\t{value}",
        '<entry key="{name}">{value}</entry>',
        "| {name} | {value} |",
        '{name} = "{value}"  # rotated',
        "[{name}={value}]",
        '  "name": "{name}",\n  "value": "{value}"',
        "INFO connecting {name}={value} host=db",
        "{name}: '{value}'",
        '{{"user": "a", "{name}": "{value}"}}',
        "-e {name}={value}",
        '{name}="{value}"; Path=/',
        "// {name}: {value}",
    ),
    "prose": (
        "hey, the {word} for the wiki is {value}",
        "I logged in using the {word} {value} and it worked",
        'Then enter {value} as... no: {word} is "{value}"',
        "As requested, the {word} has been reset to {value}.",
        "Found {word}: {value} in the notes",
        "just use {word} `{value}`",
        "Thought: the {word} is {value}, so I call login.",
        "with the {word} {value} you get in",
    ),
}
_WORDS: Final = {
    "password": ("password", "password", "passphrase", "root password", "passcode", "pwd"),
    "key": ("API key", "token", "secret key", "access token", "secret", "key"),
}


def place(rng: random.Random, form: str, kind: str, places: Places, value: str) -> tuple[str, int]:
    """A text with `value` in it, and where it begins."""
    template = rng.choice(places[form])
    names = PASSWORDS if kind == "password" else KEYS
    mark = "\x1a"
    text = template.format(name=rng.choice(names), word=rng.choice(_WORDS[kind]), value=mark)
    before = text.index(mark)
    return text.replace(mark, value, 1).replace(mark, value), before


def wrapped(rng: random.Random, text: str) -> tuple[str, int]:
    """The text among other lines, and how many characters stand before it."""
    before = rng.choice(
        ("", "", "\n", "# settings\n", "host = db\n", "{\n  ", "\t", "    ", "# ", "2024-05-01 10:00:00 INFO ")
    )
    behind = rng.choice(("", "\n", "\n", "\nport = 5432\n", "\n}\n", "  # x\n"))
    return before + text + behind, len(before)
