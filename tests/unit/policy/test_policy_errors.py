"""Every mistake in a policy is named by line and column, with what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from reticent import yamlfile
from reticent.errors import ConfigError
from reticent.policy import load_policy
from reticent.policy.compile import CompiledPolicy, compile_policy

CASES = {
    "no version": ("mode: enforce\n", "p.yaml:1:1", "version: 1"),
    "not YAML": ("version: 1\nrules: [\n", "p.yaml:", "check quotes"),
    "a key twice": ("version: 1\nversion: 1\n", "p.yaml:2:1", "remove one"),
    "an unknown field": ("version: 1\nthreshold: []\n", "p.yaml:2:12", "did you mean thresholds?"),
    "a wrong mode": ("version: 1\nmode: maybe\n", "p.yaml:2:7", "choose of enforce, shadow"),
    "an unknown pack": ("version: 1\npacks: [secret]\n", "p.yaml:2:9", "did you mean secrets?"),
    "nothing to look for": ("version: 1\nmode: enforce\n", "p.yaml:1:1", "name packs"),
    "look-around": ("version: 1\nrules:\n- {id: x, pattern: 'a(?=b)'}\n", "p.yaml:3:20", "look-around"),
    "a back-reference": ("version: 1\nrules:\n- {id: x, pattern: '(a)\\1'}\n", "p.yaml:3:20", "alternatives"),
    "an empty secret": ("version: 1\nrules:\n- {id: x, pattern: 'k(?P<secret>x*)'}\n", "p.yaml:3:20", "in it"),
    "an empty match": ("version: 1\nrules:\n- {id: x, pattern: 'a*'}\n", "p.yaml:3:20", "at least one"),
    "an id twice": (
        "version: 1\nrules:\n- {id: x, pattern: ab}\n- {id: x, pattern: cd}\n", "p.yaml:4:8", "choose another",
    ),
    "an unknown validator": ("version: 1\nrules:\n- {id: x, pattern: ab, validators: [luhm]}\n", "p.yaml:3:", "luhn"),
    "an unknown rule": ("version: 1\npacks: [pii]\napply:\n- {rules: [emial], action: redact}\n", "p.yaml:4:", "email"),
    "an unknown action": (
        "version: 1\napply:\n- {rules: ['*'], action: hide}\n", "p.yaml:3:",
        "choose of drop, hash, partial, redact",
    ),
    "a size with a unit": (
        "version: 1\npacks: [pii]\nthresholds: [{id: a, when: {bytes: 5MB}, action: hold}]\n",
        "p.yaml:3:", "a whole number",
    ),
    "a size below nothing": (
        "version: 1\npacks: [pii]\nthresholds: [{id: a, when: {bytes: -5}, action: hold}]\n", "p.yaml:3:", "1 or more",
    ),
    "a threshold that says nothing": (
        "version: 1\npacks: [pii]\nthresholds: [{id: a, when: {}, action: hold}]\n", "p.yaml:3:", "a size, a count",
    ),
    "a threshold of no category": (
        "version: 1\npacks: [pii]\nthresholds: [{id: a, when: {category: pi}, action: hold}]\n",
        "p.yaml:3:", "mean pii",
    ),
    "an unknown format": (
        "version: 1\npacks: [pii]\napply: [{rules: ['*'], action: redact, where: {format: nativ}}]\n", "p.yaml:3:",
        "mean native",
    ),
    "rules of no pack": (
        "version: 1\nthresholds: [{id: a, when: {rules: [x]}, action: hold}]\n",
        "p.yaml:2:", "name packs or rules first",
    ),
    "a bad path": (
        "version: 1\napply:\n- {rules: ['*'], where: {path: 'steps'}, action: drop}\n", "p.yaml:3:", "begins with $",
    ),
    "a bad duration": ("version: 1\napprovals: {expires: soon}\n", "p.yaml:2:", "24h"),
    "no approvals": ("version: 1\napprovals: {minimum: 0}\n", "p.yaml:2:", "1 or more"),
    "a missing dictionary": (
        "version: 1\ndictionaries:\n- {id: d, file: none.txt}\n", "p.yaml:3:", "relative to the policy file",
    ),
}  # fmt: skip


def _compile(text: str, base: Path = Path()) -> CompiledPolicy:
    return compile_policy(yamlfile.parse(text, "p.yaml"), base)


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_named_with_its_place_and_what_to_write(case: str) -> None:
    text, place, advice = CASES[case]
    with pytest.raises(ConfigError) as caught:
        _compile(text)
    message = str(caught.value)
    assert message.startswith(place), message
    assert advice in message, message


def test_the_digest_names_what_decides_and_not_how_it_is_laid_out(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Mia Li\nJo Do\n")
    (tmp_path / "b.txt").write_text("# people\nJo Do\nMia Li\n")
    made = [_compile(f"version: 1\ndictionaries: [{{id: d, file: {name}.txt}}]\n", tmp_path).digest for name in "ab"]
    assert made[0] == made[1]
    assert _compile("version: 1\npacks: [phi]\n").digest != _compile("version: 1\npacks: [phi]\nmode: shadow\n").digest


def test_the_first_application_that_fits_decides() -> None:
    policy = _compile(
        "version: 1\npacks: [pii]\napply:\n"
        "- {rules: [email], where: {step: tool_result, path: '$..contact'}, action: partial}\n"
        "- {rules: ['category:pii'], where: {tenant: globex}, action: drop}\n"
    )
    path = "$['steps'][0]['content']['contact']"
    about = {"format": "native", "tenant": "acme", "step": "tool_result", "path": path}
    assert policy.action("email", "pii", **about) == "partial"
    assert policy.action("email", "pii", **{**about, "step": "prompt"}) == "redact"
    assert policy.action("phone", "pii", **{**about, "tenant": "globex"}) == "drop"
    assert policy.needs_steps


def test_the_shipped_policy_compiles() -> None:
    assert len(load_policy(None).rules) >= 120
