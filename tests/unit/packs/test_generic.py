"""Secrets by a telling name: found whole wherever people write them, and nothing that only stands in their place."""

from __future__ import annotations

import random
import secrets
import string
import time

import pytest

from reticent import Scanner
from reticent.detect import Detector
from reticent.formats.document import Leaves
from reticent.limits import Limits
from reticent.policy import load_policy
from reticent.policy.rule import Match
from reticent.policy.validators import VALIDATORS
from reticent.policy.validators.credential_features import FEATURES, KINDS, TRIGRAMS, Candidate, candidate, features
from reticent.policy.validators.credential_model import dump, parse, shipped

_RNG = random.Random(4)  # noqa: S311 - made-up values that must repeat


def _random(size: int) -> str:
    return "a7" + "".join(_RNG.choices(string.ascii_letters + string.digits, k=size - 3)) + "Q"


PASSWORD, TOKEN = _random(12), _random(32)


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(load_policy(None).rules, limits=Limits())


def _found(detector: Detector, *texts: str) -> list[str]:
    """The secrets in `key\\x01value` and `label\\x02value`, as a format gives them."""
    leaves = Leaves()
    for text in texts:
        key, label = text.find("\x01") + 1, text.find("\x02") + 1
        leaves.add(text, head=key or -label)
    (spans,) = detector.scan([leaves])
    assert isinstance(spans, list)
    return [
        leaves.texts[span.leaf][abs(leaves.heads[span.leaf]) :][span.start : span.end]
        for span in spans
        if span.category == "secrets"
    ]


@pytest.mark.parametrize(
    "text",
    [
        'password = "{}"',
        "db_password: '{}'",
        "DB_PASSWORD={}\n",
        "  dbPassword: {}\n  host: x\n",
        "pwd := `{}`",
        "$config['smtp']['password'] = '{}';",
        "<password>{}</password>",
        '<add key="dbPassword" value="{}"/>',
        "- name: DB_PASSWORD\n  value: {}\n",
        'setPassword("{}")',
        'map.put("password", "{}")',
        "define('DB_PASS', '{}');",
        'os.getenv("DB_PASSWORD", "{}")',
        'char password[] = "{}";',
        '#define PASSWORD "{}"',
        ':password => "{}",',
        "mysql -u root -p{} app",
        "tool --password {} run",
        "curl -u admin:{} https://host.test/",
        "ENV DB_PASSWORD {}\n",
        "postgres://app:{}@db:5432/x",
        "Server=db;User Id=a;Password={};Encrypt=yes",
        "Data Source=db;Password={};Initial Catalog=Sales",
        "Password={};persist security info = true;",
        "IDENTIFIED BY '{}'",
        "machine h login ci password {}\n",
        "my password is {}.",
        "Das Passwort lautet {}",
        "contraseña: {}",
        "пароль: {}",
        "密码：{}",
        "if password != '{}':",
        "password:\n  {}\n",
        "GET /x?user=a&password={}&page=2 HTTP/1.1",
        "{{'user': 'root', 'password': '{}'}}",
        'val password: String = "{}"',
        'passwordBox.Text = "{}";',
        'token = (\n    "{}"\n)',
        'client.username_pw_set("node4", "{}")',
        'ldap_bind($c, "cn=bob,dc=shop", "{}");',
        'PASSWORDS = {{"ana": "{}"}}',
        '"bob"\t*\t"{}"\t*',
        'cx_Oracle.connect("bob", "{}", "db/shop")',
        'smtp.PlainAuth("", "bob", "{}", "mx")',
        'password_field.send_keys("{}")',
        'creds = ("bob", "{}")',
    ],
)
def test_a_password_is_found_whole_and_alone(detector: Detector, text: str) -> None:
    assert _found(detector, text.format(PASSWORD)) == [PASSWORD]


@pytest.mark.parametrize(
    "text",
    [
        'api_key = "{}"',
        "clientSecret: {}\n",
        "X-Api-Key: {}\r\n",
        "AWS_SECRET_ACCESS_KEY={}\n",
        "Authorization: Bearer {}",
        'headers["Authorization"] = "Token {}"',
        "https://api.test/v1?access_token={}&x=1",
        '"refresh_token": "{}",',
        "jwt_secret = '{}'",
        "use the API key {} for staging",
        'salt = b"{}"',
        "Cookie: theme=dark; sessionid={}",
    ],
)
def test_a_key_is_found_whole_and_alone(detector: Detector, text: str) -> None:
    assert _found(detector, text.format(TOKEN)) == [TOKEN]


def test_fields_and_labels_name_their_value(detector: Detector) -> None:
    assert _found(detector, f"db_password\x01{PASSWORD}", f"API_KEY\x02{TOKEN}") == [PASSWORD, TOKEN]


def test_the_id_of_a_session_keeps_traces_together_and_is_one_secret_of_programs(detector: Detector) -> None:
    token = f"{_RNG.getrandbits(128):032x}"
    for name in ("session_id", "sessionId", "session.id", "gen_ai.session.id"):
        assert _found(detector, f"{name}\x01{token}") == []
    assert _found(detector, f"session_token\x01{token}", f"Cookie: session_id={token}") == [token, token]


def test_a_phrase_in_quotes_is_one_secret(detector: Detector) -> None:
    phrase = f"violet {_random(6)} harbor 4711"
    assert _found(detector, f'passphrase: "{phrase}"') == [phrase]


def test_escaped_quotes_belong_to_the_value(detector: Detector) -> None:
    value = PASSWORD[:6] + '\\"' + PASSWORD[6:]
    assert _found(detector, f'password = "{value}"') == [value]


def test_json_inside_a_string_is_read_too(detector: Detector) -> None:
    assert _found(detector, f'{{\\"password\\": \\"{PASSWORD}\\"}}') == [PASSWORD]


@pytest.mark.parametrize("word", ["Welcome", "changeit", "foobar", "Passw0rd!", "admin@", "Change_me", "pass@word"])
@pytest.mark.parametrize(
    "form",
    [
        "DB_PASSWORD={}\n", "db:\n  password : {}\n  host: x\n", 'connect(user="app", password="{}")',
        'source.setPassword("{}");', '<property name="password" value="{}"/>', "postgres://app:{}@db:5432/x",
        "mysql -uapp -p{} app",
    ],
)  # fmt: skip
def test_what_people_make_of_a_stand_in_is_a_password(detector: Detector, form: str, word: str) -> None:
    password = f"{word}{_RNG.randrange(10, 90)}"
    assert _found(detector, form.format(password)) == [password]


def test_a_secret_that_its_author_made_up_of_words_is_one(detector: Detector) -> None:
    for text in ("cookieSecret: 'my-shop'", "secret: 'keyboard cat'", 'app.session_secret = "purple horse 12"'):
        assert len(_found(detector, text)) == 1
    for text in ("secret: 'not found'", "tokenSecret: 'the secret is missing'", "secret: 'user-secret'"):
        assert _found(detector, text) == []


@pytest.mark.parametrize(
    "value",
    [
        "${DB_PASSWORD}", "{{ password }}", "<password>", "%(password)s", "$PASSWORD", "changeme", "your-password-here",
        "********", "xxxxxxxxxxxx", "EXAMPLE_KEY_1", "null", "string", "Optional[str]", "test", "password1",
        "get_password()", "os.environ['X']", "self.password", "config.password", "request.form", "settings.DB_PASSWORD",
        "/run/secrets/db", "server.key", "https://host.test/reset", "aes-256-gcm", "2024-05-01", "client_secret_basic",
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["password = {}\n", 'api_key: "{}"', "secret={}\n", 'token="{}"', "password\x01{}"])
def test_what_only_stands_in_a_secrets_place_is_let_go(detector: Detector, form: str, value: str) -> None:
    assert _found(detector, form.format(value)) == []


@pytest.mark.parametrize(
    "text",
    [
        "public_key = '{}'",
        "primary_key: {}\n",
        "password_hash_algorithm = '{}'",
        "author = '{}'",
        "keyboard: {}\n",
        "token_type: {}\n",
        "bypass = '{}'",
        "tokens = '{}'",
        "cache_key: '{}'",
        "secret_name: {}\n",
        "key_id = '{}'",
    ],
)
def test_names_that_speak_of_another_thing_tell_nothing(detector: Detector, text: str) -> None:
    assert _found(detector, text.format(TOKEN)) == []


@pytest.mark.parametrize(
    "text",
    [
        "the password is required to continue",
        "Your password must be at least eight characters.",
        "key value pairs",
        "prompt_tokens: 1200, total_tokens: 3400",
        "the token is expired",
        "press any key to go on",
        "sort(key=len)",
        "def login(user, password=None, token=None):",
        "password: str | None = None",
        "assert token is not None",
        'raise ValueError("password is too short")',
        "commit 3f2a9c1d0e4b5a6978877665544332211000ffee",
        "etag: 9f86d081884c7d659a2feaa0c55ad015",
        "session started at 10:22:31",
        "auth: required",
    ],
)
def test_ordinary_lines_hold_no_secret(detector: Detector, text: str) -> None:
    assert _found(detector, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "self._password.encode('latin1'), self.salt)",
        "pass = [self proxyPassword];",
        "say(expected ? 'pass' : 'cancel')",
        "case Token::ILLEGAL:",
        "let routing_key = delivery",
        "flash('Incorrect password.', 'danger')",
        "image: acme/management-api:nightly",
        "add_user(USER, PWD, folder, perm='elradfmwM')",
        'userLabel:"Name:",passwordLabel:"Password:",rememberLabel:"Remember me:"',
        "AUTH_SHA256_PASSWORD = 'sha256_password'",
        "run('auth test passdb' | grep 'passdb')",
        "package_passwd_branch = master",
        'key_code===13&&node.name==="textarea"',
        "pwd = (char *) (p + 2);\n",
        "export const PasswordController = graphql<Props>(x)",
        'bindKey: bindKey("Alt-L|Ctrl-F1", "Command-Alt-L"),',
        "type KeyLike = KeyObject | CryptoKey | Uint8Array",
        "credentials[user] = expiresAt",
        'String key = name+":"+host;',
        "user.Password = v.(string)",
        "TOKEN_ENDS = TSPECIALS | WSP",
        "KEY `FK5tpkputc6d9nboxojdbgnpmyb` (`dict_id`) USING BTREE",
        "SYS_EPOLL_PWAIT            = 5272",
        "nobody = pwd.getpwnam('nobody')[2]",
    ],
)
def test_code_around_a_telling_name_gives_it_no_value(detector: Detector, text: str) -> None:
    assert _found(detector, text) == []


def test_bytes_in_groups_are_one_secret(detector: Detector) -> None:
    groups = [secrets.token_hex(16) for _ in range(2)]
    assert _found(detector, f'secret := split("{" ".join(groups)}")') == [" ".join(groups)]


def test_masked_text_scanned_again_holds_nothing() -> None:
    scanner = Scanner(load_policy(None))
    text = f'password = "{PASSWORD}"\napi_key: {TOKEN}\nmy password is {PASSWORD}\nredis://:{PASSWORD}@cache:6379\n'
    masked = scanner.mask(text).content.decode()
    assert PASSWORD not in masked and TOKEN not in masked
    assert scanner.scan(masked) == []


@pytest.mark.parametrize(
    "value", ["user" * 70, "aes-" * 70, "invalid" * 40, "a." * 150, "$a" + "[" * 250, "pass-_" * 50]
)
@pytest.mark.parametrize("name", [f"credential-{kind}" for kind in KINDS] + ["credential-url", "credential-long"])
def test_no_value_makes_a_validator_slow(name: str, value: str) -> None:
    text = f"password = '{value}!'"
    match = Match(text, "", 12, len(text) - 1)
    began = time.process_time()
    VALIDATORS[name](text[12:-1], match)
    assert time.process_time() - began < 0.05


def test_the_parts_of_a_candidate_are_what_stands_in_the_line() -> None:
    text = f'x = 1\n    conf["db_password"] = "{PASSWORD}",\n'
    start = text.index(PASSWORD)
    it = candidate(Match(text, "", start, start + len(PASSWORD)))
    assert (it.name, it.between, it.quote, it.behind) == ("db_password", '"] = "', '"', '",\n')


def test_features_are_places_in_the_table_whatever_the_text() -> None:
    for value in ("", "\x00", "ß" * 80, "a" * 500, '"\\', "🔑 key", TOKEN):
        for kind in range(len(KINDS)):
            places = features(Candidate(value, "pässword", "=", "\n", "·x", ""), kind, shipped().level(value))
            assert all(0 <= place < FEATURES for place in places)


def test_the_model_is_a_file_of_a_known_version() -> None:
    model = shipped()
    assert len(model.grams) == TRIGRAMS and len(model.weights) == FEATURES
    again = parse(dump(model))
    assert again == model
    with pytest.raises(ValueError, match=r"credential_model\.py"):
        parse(b"RCM0" + dump(model)[4:])


def test_random_looks_more_random_than_words() -> None:
    assert shipped().level(TOKEN) > shipped().level("connection_settings")


@pytest.mark.parametrize(
    "text",
    [
        "PASS_TO_PASS\x02tests/test_nodes.py::NodeTest::test_block",
        '"required": ["topic", "key_points", "summary"]',
        f'{{"seed": {10**19 + 7}}}',
        "db-password: {{ .Values.db.password | b64enc }}",
        "echo 'top secret' > important/file1",
        f"CSRF-TOKEN: {1 / 3}",
        "user, password = args",
        "joinKey : customer_id",
        "Password: whatever you set for the database",
        "DB_PASSWORD=\nUSERNAME=somebody\n",
        "  confirm_password: Confirmar minha conta\n",
        "Processed session termination for sessionid: 0x15c7a1b2f3e0007",
        "cache key 9d791331c0ea11e690c5001500c6ca5a",
        "key: '#13C2C2',",
        "Strip the signature from a token vulnerable to CVE-2015-2951",
        "X-GitHub-Request-Id: C8C5:3516:2D1E0A:4A5D11:5E95FDA0",
    ],
)
def test_what_runs_and_templates_have_behind_a_telling_name_is_none(detector: Detector, text: str) -> None:
    assert _found(detector, text) == []


def test_a_password_with_an_apostrophe_in_a_statement_is_found_whole(detector: Detector) -> None:
    password = f"{PASSWORD[:5]}'{PASSWORD[5:]}"
    assert password in _found(detector, f'CREATE USER app IDENTIFIED BY "{password}";')


@pytest.mark.parametrize(
    "text",
    [
        "INFO [SessionTracker:ClockServer@325] - done", "wtoken = AppWindow{9f4ef63 token", "the token: \\U0001f40d",
        'GET /password?page=2 HTTP/1.1" 301 5884 "-"', "the password expired: name=replica state=OPEN",
        '"tags": ["password", "invoice"]', '["Redis", "token", "Dragonfly", "Varnish"]',
        'os.environ.get("PGPASSWORD", "")', "userPassword:2.5.13.18:=", "new_password_hash:flags.0?bytes",
        'src=$PWD,dst=/root" ubuntu', "'enterPassword': 'Raum \"%s\" ist offen'", "api : ZSTDMT can", "auth=queryauth)",
    ],
)  # fmt: skip
def test_what_programs_print_beside_a_telling_name_is_no_secret(detector: Detector, text: str) -> None:
    assert _found(detector, text) == []


@pytest.mark.parametrize(
    "text",
    ['["--keystore-password", "{}"]', '["password", "{}"]', "password = 'x{} '", 'getenv("DB_PASSWORD", "{}")'],
)
def test_a_password_in_a_list_or_behind_its_default_is_found(detector: Detector, text: str) -> None:
    assert any(PASSWORD in value for value in _found(detector, text.format(PASSWORD)))


@pytest.mark.parametrize(
    "text",
    [
        "LABEL_STUDIO_API_KEY={}\n",
        "SHORTCUT_API_KEY={}\n",
        "MAP_API_KEY: {}\n",
        "HOT_TOKEN={}\n",
        "GITHUB_PAT={}\n",
        '"ado_pat": "{}"',
        "datadog: {}\n",
        "the api key of the shop is '{}'",
        "<password>$A{}</password>",
    ],
)
def test_a_service_may_be_called_like_a_thing(detector: Detector, text: str) -> None:
    assert any(value.endswith(TOKEN) for value in _found(detector, text.format(TOKEN)))


def test_a_key_told_in_a_sentence_may_be_long(detector: Detector) -> None:
    value = _random(200)
    assert _found(detector, f'the api key is "{value}"') == [value]


@pytest.mark.parametrize(
    "text",
    [
        '"timePasswordChanged": 1719830412665,',
        "password_last_set_at: 1719830412665",
        "<key>CLIENT_ID</key>\n<string>4079-{}.apps</string>",
        "LABEL_API_KEY: the key of your account",
        "wrapped_api_key = '{}'",
        "password = $user_password2",
        "COLOUR_PATH={}\n",
    ],
)
def test_a_time_and_the_end_of_another_element_are_none(detector: Detector, text: str) -> None:
    assert _found(detector, text.format(TOKEN)) == []


def test_an_element_may_hold_its_value_on_a_line_of_its_own(detector: Detector) -> None:
    value = f"{_random(12)}=_{_random(20)}"
    assert _found(detector, f"<shopToken>\n    {value}\n</shopToken>") == [value]


def test_a_password_in_quotes_may_hold_the_other_ones(detector: Detector) -> None:
    value = f'x9"{PASSWORD}`Qz7!w'
    assert _found(detector, f"password = '{value}'") == [value]


@pytest.mark.parametrize("line", ['password = "{}"', "secret: '{}'", "api_key := `{}`", 'if (passwd != "{}") {{'])
def test_brackets_that_cross_are_no_template(detector: Detector, line: str) -> None:
    value = f"{PASSWORD[:4]}{{{{{PASSWORD[4]}}}o)p${{{PASSWORD[5]}]n({PASSWORD[6:]}_$#}}}}"
    assert _found(detector, line.format(value)) == [value]


@pytest.mark.parametrize(
    "value",
    ["${DB_PASSWORD}", "${DB_PASSWORD:-none}", "{{ vault.secret | b64decode }}", "pre-{{name}}-{{ other }}", "$(id)",
     "${{ secrets.X }}", "#{ENV['X']}", "<%= fetch(1) %>", "${a[0]}+${b}", "{{ lookup('env'", "+keyName);call.of(",
     "^[a-z)(]{3}\\]$"],
)  # fmt: skip
def test_templates_and_code_in_quotes_are_none(detector: Detector, value: str) -> None:
    assert _found(detector, f'password = "{value}"') == []


_ROW = "abcdefghijklmnopqrstuvwxyz"
_COUNTED = [
    f"{_ROW[:6]}{string.digits}" * 2, f"{_ROW[:4]}1234" * 4, f"{_ROW.upper()}987654", f"{string.digits[1:]}{_ROW[:6]}",
    f"{_ROW[3:9]}-{string.digits}-{_ROW[9:15]}", f"{_ROW[::-1]}98765", "qwertyuiop1234567890asdfghjkl",
]  # fmt: skip


@pytest.mark.parametrize("value", _COUNTED)
@pytest.mark.parametrize(
    "form", ['api_key = "{}"', "ACME_TOKEN={}\n", "acme: {{secret_key: '{}'}}", "db_password: {}\n"]
)
def test_what_counts_up_is_a_secret_where_one_stands(detector: Detector, form: str, value: str) -> None:
    assert _found(detector, form.format(value)) == [value]


@pytest.mark.parametrize(
    "text",
    [
        f'TOKEN_ALPHABET = secret_chars = "{_ROW.upper()}{_ROW}{string.digits}"',
        f"base32_secret = '{_ROW.upper()}234567'",
        f'key = "{string.digits}ABCDEF"',
        f"the rows of keys: {_ROW[:13]} {_ROW[13:]}",
        "secret = understanding_first_studies",
    ],
)
def test_alphabets_and_words_do_not_count(detector: Detector, text: str) -> None:
    assert _found(detector, text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("https://{}@host.example.org/x.git", TOKEN),
        ("https://oauth2:{}@git.example.org/x/y", TOKEN),
        ("https://x-token-auth:{}@git.example.org/x/y.git", TOKEN),
        ("openssl rsa -in k.pem -passin pass:{} -out o.pem", PASSWORD),
        ("kubectl config set-credentials ana --token={}", TOKEN),
        ("password => q{{{}}},", PASSWORD),
        ("local token = [[{}]]", TOKEN),
        (': "${{API_KEY:={}}}"', TOKEN),
    ],
)
def test_what_stands_around_a_secret_is_left(detector: Detector, text: str, value: str) -> None:
    assert _found(detector, text.format(value)) == [value]


@pytest.mark.parametrize("name", ["api_key", "db_password"])
def test_a_secret_may_be_cut_off_where_its_text_ends(detector: Detector, name: str) -> None:
    assert _found(detector, f'{{"id": 7, "{name}": "{TOKEN}') == [TOKEN]
    assert _found(detector, f'{{"id": 7, "{name}": "it is required and') == []


def test_a_word_for_later_is_a_word(detector: Detector) -> None:
    assert _found(detector, f"api_token = {TOKEN}tBD\n") == [f"{TOKEN}tBD"]
    assert _found(detector, "api_token = tbd\n", 'api_token = "real one: TBD"') == []


_KEY_ID = "0A1B2C3D"


@pytest.mark.parametrize(
    "text",
    [
        '{"PE": "Peru", "PW": "Palau", "QA": "Qatar"}',
        "countries = ['PT' => 'Portugal', 'PW' => 'Palaos']",
        '{"PL":"Polonia","PW":"Belau","PY":"Paraguay"}',
        f"repository: {{key: '{_KEY_ID}', server: keys.acme.example}}",
        f'sums = {{"lib/key.rb": "{_KEY_ID.lower() * 4}"}}',
        'parse(PublicKey{Id: 3, Key: Text("' + f"{_KEY_ID}qZ7rTfVn" * 3 + '")})',
        'sent = {"token_last_eight": "7c1de90a"}',
        f'link = "https://acme.example/f?token_hash={_KEY_ID}qZ7rTfVn{_KEY_ID}"',
        "cookie_charset = '01234567890ABCDEF'",
        '"token": "98765432100this_is_a_fake_one0123456789"',
        '"To turn authentication off, leave the `SERVER_SIGN*` settings out"',
    ],
)
def test_codes_ends_and_digests_of_keys_are_none(detector: Detector, text: str) -> None:
    assert _found(detector, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "login({user: cfg?.login, password: cfg?.pass2word})",
        "t={date:!0,password:!0,week:!1};",
        "return open(Options{Password: given.passWord}).SecondOne",
        "  user = [proxy loginName];\n  pass = [proxy loginSecretWord];\n",
        "[store rememberPassword: [fields valueForKey:(NSData *)kAnswer]]",
        "deploy.ps1 -Password $env:NIGHTLY2",
        "ask for user and password (u1 => p1, u2 => p2)",
        "knock -v password ana@192.0.2.7 -L 99",
        "runs under the password /user:ana2 /now",
        "rules = {password: 'required|string|min:12'}",
        "{password: 'too weak', name: 'empty'}",
        '<Field name="password" :rules="checks" />',
        '\t"password": "optional",\n\tpassStage      = "second"\n',
        "options['password_maker'] = '/usr/local/bin/mkpw --long'",
        "['username' => 'notandi', 'password' => 'lykilorð']",
    ],
)
def test_what_programs_forms_and_commands_have_behind_a_password_is_none(detector: Detector, text: str) -> None:
    assert _found(detector, text) == []


@pytest.mark.parametrize(
    "form",
    [
        '{{"PW": "{}", "host": "a"}}', "PW={}\n", "password: !{}", 'api_key = "{}"', 'public = {{a: 1}}, key = "{}"',
        '<field name="password" value="{}" />', "the password is {}.", "net use /user:ana password {}",
        "the secret key of the staging server is `{}`",
    ],
)  # fmt: skip
def test_a_value_in_the_same_places_is_one(detector: Detector, form: str) -> None:
    value = f"{_random(6)}x7?Q{_random(6)}"
    assert [each.strip("!") for each in _found(detector, form.format(value))] == [value]
