"""What stands before each line of a text, as agents are shown files, hides nothing of what the lines say."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reticent import Scanner
from reticent.detect.readings.margins import SIGNS, margins
from reticent.patterns.linear import telling

WORD, KEY = "Kite-" + "tul97x!", "MIIEvQIBADAN" + "Bgkqhki9w0BAQ" * 4
ROWS = f"  7 | Ana Fuentes | {WORD}\n  8 | Bo Lindgren | {WORD}\n"
TABLE = f" id | full_name   | password\n----+-------------+---------\n{ROWS}"
PAIRS = f"env:\n- name: DB_PASSWORD\n  value: {WORD}\n"
ARMOUR = f"see\n-----BEGIN PRIVATE KEY-----\n{KEY}\n{KEY[::-1]}\n-----END PRIVATE KEY-----\nend\n"

WAYS: dict[str, Callable[[int, str], str]] = {
    "cat -n": lambda number, line: f"{number:6}\t{line}",
    "arrow": lambda number, line: f"{number:5}→{line}",
    "bar": lambda number, line: f"{number}|{line}",
    "bar and blanks": lambda number, line: f"{number:4} | {line}",
    "L": lambda number, line: f"L{number}: {line}",
    "grep -n": lambda number, line: f"src/a.txt:{number}:{line}",
    "answer": lambda _, line: f"> {line}",
}
LOGS: dict[str, Callable[[int, str], str]] = {
    "container": lambda number, line: f"2026-11-02T10:00:0{number}.123Z stdout F {line}",
    "job": lambda number, line: f"2026-11-02T10:00:0{number}.1234567Z {line}",
    "compose": lambda _, line: f"web-1  | {line}",
}
TABLES: dict[str, Callable[[int, str], str]] = LOGS | {
    "compose with times": lambda number, line: f"web-1  | 2026-11-02T10:00:0{number}Z {line}",
    "pod": lambda _, line: f"[pod/web-5c/app] {line}",
    "journal": lambda number, line: f"Nov 02 10:00:0{number} host app[7]: {line}",
    "build": lambda number, line: f"#12 0.34{number} {line}",
    "logger": lambda number, line: f"2026-11-02 10:00:00,12{number} INFO app.main {line}",
    "loguru": lambda number, line: f"2026-11-02 10:00:00.12{number} | INFO     | app.main:run:12 - {line}",
    "root": lambda _, line: f"INFO:root:{line}",
}
CSV = f"full_name,password\nAna Fuentes,{WORD}\nBo Lindgren,{WORD}\n"


def written(text: str, way: Callable[[int, str], str]) -> str:
    return "".join(way(number, line) + "\n" for number, line in enumerate(text.splitlines(), 1))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("text", [TABLE, PAIRS, ARMOUR])
def test_lines_are_read_without_what_stands_before_them(shipped: Scanner, text: str, way: str) -> None:
    shown = shipped.mask(written(text, WAYS[way])).text
    assert not [piece for piece in ("Fuentes", "Lindgren", WORD, KEY, KEY[::-1]) if piece in shown]
    assert shipped.mask(shown).text == shown


@pytest.mark.parametrize("sign", "+- ")
def test_a_diff_is_read_without_its_signs(shipped: Scanner, sign: str) -> None:
    diff = "@@ -1,3 +1,3 @@\n" + written(PAIRS, lambda _, line: sign + line)
    assert WORD not in shipped.mask(diff).text


@pytest.mark.parametrize("way", TABLES)
@pytest.mark.parametrize("text", [TABLE, CSV])
def test_a_table_in_a_log_is_read_without_what_stands_before_it(shipped: Scanner, text: str, way: str) -> None:
    shown = shipped.mask(written(text, TABLES[way])).text
    assert not [piece for piece in ("Fuentes", "Lindgren", WORD) if piece in shown]
    assert shipped.mask(shown).text == shown


@pytest.mark.parametrize("way", LOGS)
def test_a_key_in_a_log_is_found_whole(shipped: Scanner, way: str) -> None:
    shown = shipped.mask(written(ARMOUR, LOGS[way])).text
    assert not [piece for piece in (KEY, KEY[::-1]) if piece in shown]


@pytest.mark.parametrize(
    "text",
    [
        "1: print commands\n2: print answers\n",
        "10:15:22 one\n10:15:23 two\n",
        ">>> one\n>>> two\n",
        "7\tAna\n9\tBo\n",
        "2026-11-02T10:00:00Z one\n2026-11-02T10:00:01Z two\n",
        "a.py:3:one\nb.py:4:two\n",
        "> alone\n",
    ],
)
def test_lists_logs_sessions_and_single_lines_have_none(text: str) -> None:
    assert not list(margins(text, 0, telling(SIGNS)(text)))
