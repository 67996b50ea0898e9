"""Passwords that are words: found beside their user, or where a password stands; labels and code are none."""

from __future__ import annotations

import random
import string

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


@pytest.mark.parametrize("word", ["supersecret", "my-very-bad-password", "hello", "user1", "somepass", "newpasswd"])
def test_what_a_first_draft_has_for_a_password_is_one_in_quotes_and_in_a_configuration(
    detector: Detector, word: str
) -> None:
    for text in (
        "password: '{}'",
        'db_password = "{}"',
        "host: a\n  password: {}\n  port: 1\n",
        "A=1\nDB_PASSWORD={}\n",
    ):
        assert found(detector, text.format(word)) == [word]


@pytest.mark.parametrize("text", ['client_secret="{}",', "session_secret: {}\n", "- JWT_SECRET={}\n", "secret: '{}'"])
def test_a_secret_in_words_is_one(detector: Detector, text: str) -> None:
    assert found(detector, text.format("some-session-secret")) == ["some-session-secret"]


@pytest.mark.parametrize("word", ["authelia", "redis-user-password", "dbpassword"])
def test_a_line_of_a_configuration_holds_no_variables(detector: Detector, word: str) -> None:
    assert found(detector, f"redis:\n  # password: {word}\n  host: h\n") == [word]
    for code in ("connect(\n  password={}\n)", "{{\n  user,\n  password: {}\n}}", "f(a, password={}, b)"):
        assert found(detector, code.format(word.replace("-", "_"))) == []


@pytest.mark.parametrize(
    "text",
    [
        "for name, password := range users {",
        '"key": "fieldset1",',
        "    token: '668733',",
        '"hashed_token": "' + "2cbbec37b24165db" * 2 + '"',
        "user.reset_password_sent_at = 2.days.ago",
        'SET password_encryption = "scram-sha-256"',
        "http://userid:password@host.test:8080",
        "names, key = fields",
        "var secrets = gin.H{",
        "remote_login_passwordfile=exclusive,sessions=40",
        'getpass.getuser.return_value = "gandalf"',
        'params = {"key": api_key, "steamids": ids}',
        "PASS=`awk '{print $1}' $FILE`",
        'ok := checker.CheckUserPassword("john", given)',
        'replace(token: "%DB.ROLE%", value: role)',
        "DB_AUTH_USER: postgres\n",
        'token: "put-the-SecretKeyHere"',
        "class Login:\n    name: str\n    password: SecretStr\n",
        "CREATE USER app IDENTIFIED BY '` + pw + `'",
    ],
)
def test_what_stands_around_a_value_says_that_it_is_no_password(detector: Detector, text: str) -> None:
    assert found(detector, text) == []


def test_a_wrapped_key_opens_nothing_and_a_hashed_password_has_its_own_rule(detector: Detector) -> None:
    key = "4YiiQ_ZzH76TaIk" + "JmYfRFgOV9MIpnx4X"
    assert found(detector, f"encrypted_key: '{key}'") == []
    assert found(detector, f"master_key: '{key}'") == [key]
    text = 'password: "$2b$12$' + "".join(random.Random(2).choices(string.ascii_letters, k=53)) + '"'  # noqa: S311
    assert [span.rule for span in detector.scan_text(text)] == ["bcrypt-hash"]


@pytest.mark.parametrize("word", ["mypassword", "test-password", "rally"])
@pytest.mark.parametrize(
    "text", ["CREATE USER app WITH PASSWORD '{}';", "ALTER USER app IDENTIFIED BY {};", "tool --name a --password '{}'"]
)
def test_a_statement_and_an_option_have_a_place_for_a_password_alone(detector: Detector, text: str, word: str) -> None:
    assert found(detector, text.format(word)) == [word]


def test_environments_in_one_line_hold_no_variables(detector: Detector) -> None:
    assert found(detector, "- CC=clang PGUSER=me PGPASSWORD=test4scram make") == ["test4scram"]
    assert found(detector, "process.env['PGPASSWORD'] = 'open'") == ["open"]
    assert found(detector, "call(PASSWORD=PASSWORD, x=1)") == []


@pytest.mark.parametrize("text", ["consumer_key: '{}'", "oauth_token={}&x=1", '"accessKey": "{}"'])
def test_letters_and_digits_by_turns_are_given_out_by_a_machine(detector: Detector, text: str) -> None:
    token = "hh5s93j4" + "hdidpola"
    assert found(detector, text.format(token)) == [token]
    assert found(detector, text.format("resource" + "handler1")) == []


@pytest.mark.parametrize(
    "text", ["storepass={}", "keystorePassword: '{}'", "keytool -storepass {}", "KEY_PASSWORD: {}"]
)
def test_the_password_of_every_key_store_is_one(detector: Detector, text: str) -> None:
    assert found(detector, text.format("change" + "it")) == ["change" + "it"]
    assert found(detector, text.format("change" + "me")) == []


@pytest.mark.parametrize("user", ["admin", "root", "guest"])
def test_users_who_come_with_a_server_have_their_names_for_passwords(detector: Detector, user: str) -> None:
    texts = (f"curl --user {user}:{user} https://host", f"amqp://{user}:{user}@broker/x")
    assert [found(detector, text) for text in texts] == [[user], [user]]
    assert found(detector, "curl --user user:password https://host") == []


def test_digits_are_a_password_where_a_configuration_has_it(detector: Detector) -> None:
    assert found(detector, "db:\n  user: app\n  password: 121212\n  port: 3306\n") == ["121212"]
    assert found(detector, "DB_PASSWORD=880122\nX=1\n") == ["880122"]
    numbers = ("ERROR_WRONG_PASSWORD = 2148073523\n", "STATUS_PASSWORD_EXPIRED = 1330,", "password: 111111\n")
    assert [found(detector, text) for text in numbers] == [[]] * 3


@pytest.mark.parametrize("wrapped", ['Some("{}")', 'Optional.of("{}")', 'b"{}"'])
def test_a_password_may_be_wrapped(detector: Detector, wrapped: str) -> None:
    assert found(detector, f"password = {wrapped.format('walnut')},") == ["walnut"]


@pytest.mark.parametrize(
    "text",
    [
        'val password: String = "{}"',
        "return user === 'ana' && password === '{}';",
        "password_confirmation: '{}'",
        "A: 1\n#      password: {}\nB: 2\n",
        'make sure that the password is "{}" and go on',
        "psexec \\\\srv -u admin -p {} cmd",
        "sshpass -p {} ssh host",
        'new NetworkCredential("ana", "{}")',
        "UPDATE user SET password=PASSWORD('{}') WHERE user='root'",
    ],
)
@pytest.mark.parametrize("word", ["centipede", "hakurei"])
def test_wherever_a_language_gives_a_password_a_word_is_one(detector: Detector, text: str, word: str) -> None:
    assert found(detector, text.format(word)) == [word]


@pytest.mark.parametrize("text", ['the password is "required"', "the password was 'expired'", "the password is `null`"])
def test_what_a_password_is_like_is_none(detector: Detector, text: str) -> None:
    assert found(detector, text) == []
