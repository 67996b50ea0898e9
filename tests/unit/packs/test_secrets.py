"""Secrets that are told by their own form: found wherever they stand, each exactly, and not where they only seem to."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from importlib.resources import files
from random import Random

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent.detect import Detector
from reticent.errors import LimitError
from reticent.formats.document import Leaves
from reticent.limits import Limits
from reticent.policy.mnemonics import WORDS, closes, phrase
from reticent.policy.packs import load_packs
from reticent.policy.rule import Match, Rule
from reticent.policy.validators import GENERATORS, VALIDATORS

_NAMED = yaml.safe_load((files("reticent.policy.packs") / "secrets_generic.yaml").read_text("utf-8"))
RULES = [rule for rule in load_packs(["secrets"]) if rule.id not in {each["id"] for each in _NAMED["rules"]}]
"""All but those that find a value by its name alone."""

PLACES: dict[str, Callable[[str], str]] = {
    "alone": lambda text: text,
    "in JSON": lambda text: json.dumps({"note": text, "n": 1}),
    "in JSON in a string": lambda text: json.dumps({"body": json.dumps({"note": text})}),
    "in an environment file": lambda text: f"A=1\nNOTE='{text}'\nB=2\n",
    "in a query": lambda text: f"https://host.local/path?x={text}&y=2",
    "in prose": lambda text: f"They wrote: {text}, and then left.",
    "at the end": lambda text: f"and the last thing was {text}",
    "quoted": lambda text: f'call("{text}")',
    "in a log": lambda text: f"2026-01-02T03:04:05Z INFO worker[7] got {text} (took 12 ms)",
    "behind an escape": lambda text: f"line\\n{text}\\nline",
    "between full stops": lambda text: f"before. {text}. After",
}


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(RULES, limits=Limits())


def _chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - examples must repeat, and protect nothing


def _cut(detector: Detector, texts: Sequence[str]) -> list[set[tuple[str, str]]]:
    """Per text: (rule, what it covers)."""
    batch = []
    for text in texts:
        leaves = Leaves()
        leaves.add(text)
        batch.append(leaves)
    found = detector.scan(batch)
    cut = []
    for text, spans in zip(texts, found, strict=True):
        assert not isinstance(spans, LimitError)
        cut.append({(span.rule, text[span.start : span.end]) for span in spans})
    return cut


def _of_itself(rule: Rule) -> bool:
    """Found by its form, wherever it stands: not by the name in front of it or the words around."""
    return rule.context is None and rule.pattern.startswith(("(?:\\b|", "(?:(?:\\b|"))


TOKENS = [rule for rule in RULES if _of_itself(rule)]


def test_most_rules_tell_a_secret_by_its_form() -> None:
    assert len(RULES) >= 550
    assert len(TOKENS) >= 250


@pytest.mark.parametrize("place", PLACES)
def test_a_token_is_found_exactly_wherever_it_stands(detector: Detector, place: str) -> None:
    examples = [(rule, text) for rule in TOKENS for text in rule.match if "\n" not in text and len(text) < 3000]
    alone = _cut(detector, [text for _, text in examples])
    texts = [PLACES[place](text) for _, text in examples]
    missed = []
    for (rule, text), here, there in zip(examples, alone, _cut(detector, texts), strict=True):
        secrets = {secret for _, secret in here}
        assert secrets, rule.id
        if not secrets <= {secret for _, secret in there}:
            missed.append((rule.id, text[:12]))
    assert missed == []


PROVEN = {
    "github-token": "github-token",
    "npm-token": "npm-token",
    "grafana-token": "grafana-token",
    "extended-private-key": "extended-key",
    "nostr-key": "nostr-key",
    "age-secret-key": "age-key",
    "bitlocker-recovery-key": "bitlocker",
    "discord-bot-token": "discord-token",
    "jwt": "signed-token",
    "jwe": "sealed-token",
}


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), place=st.sampled_from(sorted(PLACES)))
def test_a_generated_token_is_found_by_its_own_rule(detector: Detector, seed: int, place: str) -> None:
    rng = _chance(seed)
    tokens = {rule: GENERATORS[name](rng) for rule, name in PROVEN.items()}
    found = _cut(detector, [PLACES[place](token) for token in tokens.values()])
    for (rule, token), cut in zip(tokens.items(), found, strict=True):
        assert (rule, token) in cut


CHECKSUMS = {
    "github-token": "github-token",
    "npm-token": "npm-token",
    "grafana-token": "grafana-token",
    "extended-private-key": "extended-key",
    "nostr-key": "nostr-key",
    "age-secret-key": "age-key",
    "bitlocker-recovery-key": "bitlocker",
}
DAMAGED = {rule: f"{rule}-damaged" for rule in ("github-token", "npm-token", "grafana-token")}


@pytest.mark.parametrize("rule", CHECKSUMS)
def test_a_token_whose_checksum_is_broken_is_not_taken_for_one(detector: Detector, rule: str) -> None:
    """Where the form alone is telling it still is masked, by a rule that says what is wrong with it."""
    rng = _chance(7)
    tokens = [GENERATORS[CHECKSUMS[rule]](rng) for _ in range(20)]
    broken = [token[:-12] + _other(token[-12]) + token[-11:] for token in tokens]
    for cut, token in zip(_cut(detector, broken), broken, strict=True):
        names = {name for name, _ in cut}
        assert rule not in names
        if rule in DAMAGED:
            assert (DAMAGED[rule], token) in cut


def _other(letter: str) -> str:
    swap = {"0": "4", "q": "z", "Q": "Z"}
    if letter.isdigit():
        return "3" if letter != "3" else "5"
    return swap.get(letter, "q" if letter.islower() else "Q")


@settings(max_examples=200, deadline=None)
@given(secret=st.text(max_size=300) | st.text("AaQ9+/=-_.:1 ", max_size=300), around=st.text(max_size=20))
def test_a_validator_says_yes_or_no_to_anything(secret: str, around: str) -> None:
    text = around + secret + around
    match = Match(text, "label", len(around), len(around) + len(secret))
    used = {name for rule in RULES for name in rule.validators}
    assert all(isinstance(VALIDATORS[name](secret, match), bool) for name in used)


ARMOURS = [
    "pem-private", "pem-rsa", "pem-ec", "pem-encrypted", "pem-openssh", "pem-one-line", "pem-backslash", "pem-crlf",
    "pem-ssh2", "pgp-private",
]  # fmt: skip


AROUND = [("", ""), ("key:\n", "\nthat was it, and prose goes on"), ("'", "'"), ('{"k":"', '"}')]


@pytest.mark.parametrize("armour", ARMOURS)
@pytest.mark.parametrize(
    "around", [("", ""), ("key:\n", "\nthat was it, and prose goes on"), ("'", "'"), ('{"k":"', '"}')]
)
def test_a_private_key_is_covered_from_its_first_mark_to_its_last(
    detector: Detector, armour: str, around: tuple[str, str]
) -> None:
    block = GENERATORS[armour](_chance(3))
    (cut,) = _cut(detector, [around[0] + block + around[1]])
    assert cut == {("private-key", block)}


@pytest.mark.parametrize(
    "written",
    [
        lambda block: "\n".join(f"    {line}" for line in block.split("\n")),
        lambda block: "\n".join(f"# {line}" for line in block.split("\n")),
        lambda block: "\n".join(f"{number:6}\t{line}" for number, line in enumerate(block.split("\n"), 1)),
        lambda block: "\n".join(f"{number:5}→{line}" for number, line in enumerate(block.split("\n"), 1)),
        lambda block: " +\n".join(f'  "{line}\\n"' for line in block.split("\n")),
        lambda block: json.dumps(block.split("\n")),
        lambda block: json.dumps(json.dumps(block)),
        lambda block: "\n".join(f"-{line}" for line in block.split("\n")),
        lambda block: block.replace("\n", "%0A"),
        lambda block: "\n".join(f"2026-01-07 09:41:37.550 | INFO  | main | {line}" for line in block.split("\n")),
        lambda block: "\n".join(f"Jan 07 09:41:37 host app[12]: {line}" for line in block.split("\n")),
        lambda block: "\n".join(f"[worker-1] DEBUG: {line}" for line in block.split("\n")),
    ],
    ids=[
        "indented",
        "commented",
        "numbered",
        "with-arrows",
        "in-code",
        "list",
        "escaped-twice",
        "diff",
        "percent",
        "logged",
        "syslog",
        "worker",
    ],
)
def test_no_line_of_a_private_key_is_left_however_it_is_written(
    detector: Detector, written: Callable[[str], str]
) -> None:
    block = GENERATORS["pem-rsa"](_chance(4))
    text = written(block)
    (cut,) = _cut(detector, [f"before\n{text}\nafter"])
    covered = "".join(secret for _, secret in cut)
    assert all(line in covered for line in block.split("\n")[1:-1])


def test_a_private_key_that_is_cut_off_is_covered_up_to_its_last_whole_line(detector: Detector) -> None:
    block = GENERATORS["pem-rsa"](_chance(5))
    head = block[:600].rsplit("\n", 1)[0]
    tail = block[300:].split("\n", 1)[1]
    first, second = _cut(detector, [f"{head}\nThis is what came.", f"rest:\n{tail}\nThat is all."])
    assert first == {("private-key", head)}
    assert second == {("private-key-tail", tail)}


def test_a_mention_of_a_key_is_no_key(detector: Detector) -> None:
    label = "PRIVATE" + " KEY"
    texts = [
        f"It begins with -----BEGIN {label}----- and ends with -----END {label}-----.",
        f"-----BEGIN {label}-----\n...\n-----END {label}-----",
        f"-----BEGIN RSA {label}-----\n<your key here>\n-----END RSA {label}-----",
        f'if line == "-----BEGIN {label}-----": inside = True',
    ]
    assert _cut(detector, texts) == [set()] * len(texts)


def test_long_keys_and_tokens_are_covered_whole(detector: Detector) -> None:
    rng = _chance(6)
    signed = GENERATORS["signed-token"](rng).split(".")
    payload = signed[1] + "".join(rng.choices("abcdefghijkmnpqrstuvwxyzABCDEFGH23456789_-", k=6000))
    long = ".".join([signed[0], payload, signed[2]])
    rows = "\n".join(GENERATORS["pem-rsa"](rng).split("\n")[1:-1] * 10)
    block = f"-----BEGIN PRIVATE{' '}KEY-----\n{rows}\n-----END PRIVATE{' '}KEY-----"
    assert _cut(detector, [long, block]) == [{("jwt", long)}, {("private-key", block)}]


def test_what_only_looks_like_a_secret_is_let_go(detector: Detector) -> None:
    rng = _chance(8)
    digest, commit = rng.randbytes(32).hex(), rng.randbytes(20).hex()
    texts = [
        f"sha256:{digest}", f"commit {commit}", f"trace_id={digest[:32]} span_id={digest[:16]}",
        "AKIA" + "IOSFODNN7EXAMPLE", "ghp_" + "x" * 36, "sk-" + "X" * 48, "sk_test_" + "0" * 24,
        "glpat-" + "a" * 20, "xoxb-your-token-here", "sk-ant-api03-<your key>",
        f"https://github.com/a/b/commit/{commit}", f"datadog.trace_id: {digest[:32]}", "Bearer ${TOKEN}",
    ]  # fmt: skip
    assert _cut(detector, texts) == [set()] * len(texts)


def test_a_seed_phrase_behind_its_name_is_found_and_prose_is_not(detector: Detector) -> None:
    words = " ".join(_chance(9).sample(WORDS, 12))  # of another list, or noted wrongly
    texts = [
        f"my seed phrase is: {words}",
        f'{{"mnemonic": "{words}"}}',
        "the recovery phrase: it was the best of times and the worst of times for all of them there",
    ]
    found = _cut(detector, texts)
    assert found[:2] == [{("seed-phrase", words)}] * 2
    assert found[2:] == [set()]


@pytest.mark.parametrize("size", [16, 20, 24, 28, 32])
@pytest.mark.parametrize("sign", [" ", "\n", ", ", ",\n", "\r\n", '", "'])
def test_a_seed_phrase_is_found_by_its_checksum_where_nothing_tells(detector: Detector, size: int, sign: str) -> None:
    words = sign.join(phrase(_chance(size).randbytes(size)))
    for text in ("{}", "I wrote down {}. Then I left.", '{{"a": ["{}"]}}', "old words: {} (in use)"):
        assert _cut(detector, [text.format(words)]) == [{("seed-words", words)}]


def test_a_numbered_seed_phrase_is_found(detector: Detector) -> None:
    words = phrase(_chance(3).randbytes(16))
    for form in ("{}. {}\n", "{}) {} ", "{}: {}\n"):
        text = "".join(form.format(number, word) for number, word in enumerate(words, 1))
        covered = text[text.index(words[0]) : text.rindex(words[-1]) + len(words[-1])]
        assert _cut(detector, [text]) == [{("seed-words", covered)}]


def test_words_of_the_list_whose_checksum_is_wrong_are_no_seed_phrase(detector: Detector) -> None:
    chance = _chance(4)
    texts = []
    while len(texts) < 100:
        words = chance.sample(WORDS, 12)
        texts += [] if closes(words) else [" ".join(words)]
    assert _cut(detector, texts) == [set()] * 100
    assert _cut(detector, [" ".join(chance.choices(WORDS, k=200))]) == [set()]


@pytest.mark.parametrize("bits", [2048, 4096, 8192])
@pytest.mark.parametrize("first", [True, False], ids=["kty-first", "kty-last"])
def test_every_private_part_of_a_long_json_web_key_is_found(detector: Detector, bits: int, *, first: bool) -> None:
    chance = _chance(bits)

    def number(size: int) -> str:
        return urlsafe_b64encode(chance.randbytes(size // 8)).decode().rstrip("=")

    secret = {name: number(bits if name == "d" else bits // 2) for name in ("d", "p", "q", "dp", "dq", "qi")}
    parts = {"n": number(bits), "e": "AQAB", **secret}
    text = json.dumps({"kty": "RSA", **parts} if first else {**parts, "kty": "RSA"}, indent=8)
    assert set(secret.values()) <= {text[span.start : span.end] for span in detector.scan_text(text)}
