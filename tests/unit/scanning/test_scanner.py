"""The Python API: shapes in and out, errors that hold nothing of the input, and threads that share one scanner."""

from __future__ import annotations

import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from reticent import Scanner
from reticent.errors import ConfigError, DecodeError, LimitError, RecordError
from reticent.formats.avro import native as avro
from reticent.model import Finding, Step, StepKind, Trace
from reticent.policy import load_policy
from reticent.scanner import MaskedContent

from .conftest import order

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (f"text {order()}", "$"),
        (json.dumps({"a": [order()]}).encode(), "$['a'][0]"),
        (bytearray(json.dumps([order()]).encode()), "$[0]"),
        ({"a": {"b": order()}}, "$['a']['b']"),
        ([1, None, (order(),)], "$[2][0]"),
        (order(), "$"),
    ],
)
def test_text_bytes_and_objects_are_scanned_and_findings_say_where(scanner: Scanner, data: Any, path: str) -> None:
    (found,) = scanner.scan(data)
    assert (found.rule, found.path, found.end - found.start, found.action) == ("order", path, 11, "hash")
    assert order() not in repr(found)


def test_masking_gives_the_same_form_back(scanner: Scanner) -> None:
    masked = scanner.mask({"a": order(), "n": 1.5})
    assert re.fullmatch(r'\{"a":"\[HASH:order:\w{52}\]","n":1\.5\}', masked.text)
    assert masked.content == masked.text.encode() and masked.findings == scanner.scan({"a": order(), "n": 1.5})
    assert scanner.mask("nothing here").text == "nothing here"


def test_scanning_and_masking_agree(scanner: Scanner) -> None:
    data = {"x": [f"mail ana@example.org and {order(1)}", {order(2): order(3)}]}

    def places(found: list[Finding]) -> set[tuple[str, str, int, int, str]]:
        return {(each.rule, each.path, each.start, each.end, each.token) for each in found}

    assert places(scanner.scan(data)) == places(scanner.mask(data).findings)


def test_avro_is_told_by_its_bytes(scanner: Scanner) -> None:
    payload = avro.to_avro(Trace("t", "s", steps=[Step(0, StepKind.OUTPUT, order())]))
    (found,) = scanner.scan(payload)
    assert found.path == "$['steps'][0]['content']"
    assert scanner.mask(payload).content.startswith(avro.MARKER)


def test_many_are_given_one_by_one_in_order_and_a_bad_one_is_an_error_among_them(scanner: Scanner) -> None:
    data: list[object] = [
        order(1),
        b"not JSON",
        {"a": order(2)},
        "nothing",
        {1, "a set, as a list"},
        object(),
    ]
    found = list(scanner.scan_many(data))
    told = [len(each) if isinstance(each, list) else each.code for each in found]
    assert told == [
        1,
        "not-json",
        1,
        0,
        0,
        "not-json",
    ]
    masked = list(scanner.mask_many(data))
    assert [isinstance(each, MaskedContent) for each in masked] == [True, False, True, True, True, False]


def test_many_are_read_as_they_are_asked_for(scanner: Scanner) -> None:
    taken = []

    def endless() -> Any:
        while True:
            taken.append(1)
            yield "x" * 100_000

    results = scanner.scan_many(endless())
    assert next(results) == [] and len(taken) < 10


def test_equal_values_have_equal_tokens_under_one_key_only(scanner: Scanner) -> None:
    def token(key: bytes | None, tenant: str = "acme") -> str:
        return Scanner(scanner.policy, key=key, tenant=tenant).scan(order())[0].token

    assert token(b"a" * 32) == token(b"a" * 32)
    assert len({token(b"a" * 32), token(b"b" * 32), token(b"a" * 32, "globex"), token(None), token(None)}) == 5


@pytest.mark.parametrize(
    ("data", "options", "error", "code"),
    [
        (b"{", {}, DecodeError, "truncated"),
        (b"x", {"format": "json"}, DecodeError, "not-json"),
        (b"x", {"format": "nonsense"}, DecodeError, "unknown-format"),
        (b"x", {"content_type": "image/png"}, DecodeError, "unknown-content-type"),
        (b"\xff", {"format": "text"}, DecodeError, "not-utf8"),
        (object(), {}, DecodeError, "not-json"),
        ("x" * 500_000, {}, LimitError, "too-large"),
        ("[" * 300 + "]" * 300, {"format": "json"}, LimitError, "too-deep"),
    ],
)
def test_errors_have_codes_and_hold_nothing_of_the_input(
    scanner: Scanner, data: object, options: dict[str, str], error: type[RecordError], code: str
) -> None:
    for method in (scanner.scan, scanner.mask, scanner.explain):
        with pytest.raises(error) as caught:
            method(data, **options)
        assert caught.value.code == code


def test_errors_say_what_is_wrong_and_what_to_do(scanner: Scanner) -> None:
    said = {
        "type complex in the dict": ({"a": [{"b": 1j}]}, {}),
        'format "text"': (b"plain text", {}),
        "did you mean openai-chat": (b"{}", {"format": "openai_chat"}),
        "did you mean claude-code or claude-export": (b"{}", {"format": "claude"}),
        "docs/formats.md lists all": (b"{}", {"format": "nope"}),
    }
    for words, (data, options) in said.items():
        with pytest.raises(DecodeError) as caught:
            scanner.scan(data, **options)
        assert words in caught.value.message
        assert len(caught.value.message) < 160


def test_a_policy_that_does_not_compile_is_a_configuration_error(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("version: 1\npacks: [none]\n")
    with pytest.raises(ConfigError, match=r"p\.yaml:2:9: "):
        Scanner.load(tmp_path / "p.yaml")


def test_threads_share_a_scanner_and_each_gets_its_own_results(scanner: Scanner) -> None:
    texts = [f"{'pad ' * (n % 50)}{order(n)}" for n in range(200)]
    start = threading.Barrier(4)

    def work(part: int) -> list[tuple[list[Finding], str]]:
        start.wait()
        return [(scanner.scan(text), scanner.mask(text).text) for text in texts[part::4]]

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(work, range(4)))
    for part, done in enumerate(results):
        for text, (found, masked) in zip(texts[part::4], done, strict=True):
            assert [text[each.start : each.end] for each in found] == [text[-11:]]
            assert masked.startswith(text[:-11]) and text[-11:] not in masked


def _examples() -> list[str]:
    return re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "api.md").read_text(encoding="utf-8"), re.DOTALL)


def test_the_examples_of_the_documentation_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of docs/api.md, top to bottom, in one namespace: its own asserts are the test."""
    monkeypatch.chdir(tmp_path)
    examples = _examples()
    assert len(examples) >= 5 and any("assert" in each for each in examples)
    names: dict[str, Any] = {"__name__": "api"}
    for number, code in enumerate(examples):
        exec(compile(code, f"docs/api.md, example {number + 1}", "exec"), names)  # noqa: S102 - our own documentation


@pytest.mark.parametrize("wrong", [{"key": b"x"}, {"key": "k" * 32}, {"tenant": 5}])
def test_a_key_that_can_be_guessed_and_other_types_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        Scanner(load_policy(None), **wrong)
