"""What people see fits their terminal and is whole; what programs read is lines, at once."""

from __future__ import annotations

import io
import json
import sys
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from rich.text import Text

from reticent.cli import output
from reticent.cli.beside import beside, paragraphs
from reticent.cli.output import counted, json_line, plain, table
from reticent.cli.wrapping import wrap

from .policies import few_rules
from .shell import session

WIDE = ("approval", "state", "trace", "because", "expires")
ROWS = [
    ("ap-" + "a" * 16, "pending", uuid.UUID(int=7).hex, "3 secrets were found and 5 findings", "2026-11-26T16:02:08Z"),
    ("ap-" + "b" * 16, "released", "t1", "many", "2026-11-26T16:02:08Z"),
]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., list[str]]:
    """The lines of a table drawn so many columns wide."""

    def lines(columns: Sequence[str], rows: Sequence[Sequence[object]], width: int) -> list[str]:
        monkeypatch.setattr(output.out, "width", width)
        table(columns, rows, drawn=True)
        return [line.rstrip() for line in capsys.readouterr().out.splitlines() if line.strip()]

    return lines


@pytest.mark.parametrize("width", [40, 60, 80, 100, 140, 200])
def test_a_table_is_never_wider_than_the_terminal_and_loses_no_cell(
    width: int, drawn: Callable[..., list[str]]
) -> None:
    lines = drawn(WIDE, ROWS, width)
    assert max(map(len, lines)) <= width
    text = "\n".join(lines)
    for name in WIDE:
        assert name in text
    for row in ROWS:
        for cell in row:
            assert set(cell.split()) <= set(text.split()) or cell in "".join(text.split())
    assert "…" not in text


def test_names_and_cells_are_text_and_no_markup(drawn: Callable[..., list[str]]) -> None:
    for width in (20, 80):
        text = "\n".join(drawn(("[bold]a[/x]", "n"), [("[red]b", "[/]" + "c" * 30)], width))
        assert "[bold]a[/x]" in text and "[red]b" in text and "[/]" in text


def test_numbers_stand_under_each_other_on_the_right(drawn: Callable[..., list[str]]) -> None:
    lines = drawn(("tenant", "traces"), [("acme", 7), ("globex", 1204)], 80)
    assert [line.split()[-1] for line in lines[2:]] == ["7", "1204"]
    assert len({len(line) for line in lines}) == 1 or lines[2].endswith("   7")


def test_a_long_table_is_drawn_in_parts_so_that_the_first_rows_come_early(
    drawn: Callable[..., list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    seen = []

    def rows() -> Iterator[tuple[int]]:
        for number in range(output.DRAWN_ROWS + 1):
            yield (number,)
        seen.append(capsys.readouterr().out)

    lines = drawn(("n",), rows(), 80)  # type: ignore[arg-type]  # an iterator
    assert lines.count(lines[0]) == 1
    assert f" {output.DRAWN_ROWS - 1}" in seen[0]


def test_elsewhere_a_row_is_a_line_of_tab_separated_cells_written_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stdout", written)

    def rows() -> Iterator[tuple[object, ...]]:
        for number in range(2):
            yield (number, None, {"pii": 1, "code": 2}, ["a", "b"])
            assert written.getvalue().count("\n") == number + 1

    table(("n", "nothing", "found", "list"), rows())
    assert written.getvalue() == "0\t\tcode 2, pii 1\ta, b\n1\t\tcode 2, pii 1\ta, b\n"


@given(some.text())
def test_what_comes_from_a_topic_cannot_drive_a_terminal(text: str) -> None:
    assert plain(text).isprintable()
    assert len(plain(text)) == len(text)


def test_a_json_line_has_times_with_milliseconds_and_z_and_takes_what_clickhouse_gives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(sys, "stdout", stream)
    json_line({
        "naive": datetime(2026, 11, 25, 15, 36, 20, 754000), "aware": datetime(2026, 11, 25, tzinfo=UTC),
        "decimal": Decimal("1.5"), "id": uuid.UUID(int=1), "line": "a\nb", "path": Path("x"), "nan": float("nan"),
    })  # fmt: skip
    content = stream.buffer.getvalue()  # type: ignore[attr-defined]  # a BytesIO
    assert content.count(b"\n") == 1
    assert json.loads(content) == {
        "naive": "2026-11-25T15:36:20.754Z", "aware": "2026-11-25T00:00:00.000Z", "decimal": "1.5",
        "id": str(uuid.UUID(int=1)), "line": "a\nb", "path": "x", "nan": None,
    }  # fmt: skip


def test_a_name_that_is_not_utf8_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(sys, "stdout", stream)
    json_line({"file": "\udcff.txt"})
    assert json.loads(stream.buffer.getvalue()) == {"file": "\udcff.txt"}  # type: ignore[attr-defined]  # a BytesIO


def test_one_of_a_thing_is_not_two() -> None:
    assert [counted(number, "record") for number in (0, 1, 2, 1204)] == [
        "0 records", "1 record", "2 records", "1,204 records"
    ]  # fmt: skip


@given(
    text=some.text(some.sampled_from('ab ,:-"\\]}\n[X'), max_size=200),
    width=some.integers(8, 60), indent=some.integers(0, 4),
)  # fmt: skip
def test_wrapping_keeps_every_letter_and_every_limit(text: str, width: int, indent: int) -> None:
    wrapped = wrap(Text(text), width, indent).plain
    assert max(map(len, wrapped.split("\n"))) <= width
    assert "".join(wrapped.split()) == "".join(text.split())


def test_wrapping_breaks_between_words_and_long_words_at_their_joints() -> None:
    assert wrap(Text("mail [REDACTED:email:abcdefgh] now"), 26).plain == "mail\n[REDACTED:email:abcdefgh]\nnow"
    assert wrap(Text("[REDACTED:aws-secret-access-key:abcdefgh]"), 38, 2).plain == (
        "[REDACTED:aws-secret-access-key:\n  abcdefgh]"
    )
    assert wrap(Text('\\"jonas.weber85@example.com\\"}"}}]},'), 34).plain == '\\"jonas.weber85@example.com\n\\"}"}}]},'


BEFORE = {
    "model": "m",
    "messages": [{"role": "user", "content": f"mail {'ana.maria.' * 4}@example.org " + "word " * 30}],
}
AFTER = {"model": "m", "messages": [{"role": "user", "content": "mail [REDACTED:email:abcdefgh] " + "word " * 30}]}


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_two_readings_stand_side_by_side_from_eighty_columns_on(width: int) -> None:
    pairs = [(Text(left), Text(right)) for left, right in zip(paragraphs(BEFORE), paragraphs(AFTER), strict=True)]
    console = output._Console(width=width, file=io.StringIO())
    console.print(beside(pairs, ("published", "released"), width))
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]  # a StringIO
    assert max(map(len, lines)) <= width
    sides = [line.split("│") for line in lines if "│" in line]
    if width < 80:
        assert sides == []
        return
    assert [side.strip() for side in sides[0]] == ["published", "released"]
    for side, document in enumerate((BEFORE, AFTER)):
        whole = "".join("".join(pair[side].split()) for pair in sides[1:])
        assert json.loads(whole) == json.loads("".join(json.dumps(document).split()))


def test_paragraphs_are_the_document() -> None:
    for document in (BEFORE, {}, {"a": []}, {"a": [{}, {"b": [1, {"c": None}]}], "d": "x"}):
        assert json.loads("".join(paragraphs(document))) == document


@pytest.mark.parametrize("arguments", [["policy", "check", "few.yaml"], ["--help"], ["doctor", "--json"]], ids=" ".join)
def test_a_reader_that_has_enough_ends_it_quietly(arguments: list[str], tmp_path: Path) -> None:
    nowhere = {"RETICENT_KAFKA__BOOTSTRAP": "127.0.0.1:1", "RETICENT_CLICKHOUSE__DSN": "http://d@127.0.0.1:1/r"}
    with session(tmp_path, *arguments, RETICENT_POLICY=few_rules(tmp_path), **nowhere) as running:
        running.hang_up()
        assert running.wait() in (0, 1)
