"""What a column's name tells of its cells is what a key tells of its value: a table is masked as JSON of its rows."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reticent import Scanner
from reticent.detect.readings.columns import columns
from reticent.detect.readings.tables import SIGNS
from reticent.detect.readings.views import Alone, Reading

ROWS = [
    {"id": "1", "full_name": "Ana Fuentes", "dob": "March 12, 1984", "password": "Kite-" + "Winter7", "city": "Rome"},
    {"id": "2", "full_name": "Jürgen Ostermann", "dob": "1990-01-31", "password": "Blue." + "Horse9", "city": "Oslo"},
]
TOLD = ("full_name", "dob", "password")
NAMES = list(ROWS[0])


def separated(sign: str, end: str = "\n") -> str:
    cells = [[f'"{cell}"' if "," in cell else cell for cell in row.values()] for row in ROWS]
    return end.join([*(sign.join(line) for line in (NAMES, *cells)), ""])


def barred(rule: str, edge: str) -> str:
    heading, *rows = [edge + " | ".join(line) + edge[::-1] for line in (NAMES, *(row.values() for row in ROWS))]
    return "\n".join([heading, rule, *rows, "(2 rows)" if not edge else "", ""])


def inserted() -> str:
    tuples = ", ".join("(" + ", ".join(f"'{cell}'" for cell in row.values()) + ")" for row in ROWS)
    return f"INSERT INTO people ({', '.join(NAMES)}) VALUES {tuples};"


def copied(sign: str, options: str = "") -> str:
    rows = separated(sign).partition("\n")[2]
    return f"COPY public.people ({', '.join(NAMES)}) FROM stdin{options};\n{rows}\\.\n"


def drawn(types: str) -> str:
    heading, *rows = ["│ " + " │ ".join(line) + " │" for line in (NAMES, *(row.values() for row in ROWS))]
    return (
        "┌──┬──┬──┬──┬──┐\n" + heading + "\n" + types + "\n".join(["├──┼──┼──┼──┼──┤", *rows, "└──┴──┴──┴──┴──┘", ""])
    )


def blanks(*, right: bool, index: bool, rule: bool = False) -> str:
    """As pandas (to the right, with an index), kubectl (to the left) and Azure's tools (with a rule) write them."""
    grid = [NAMES, *(list(row.values()) for row in ROWS)]
    widths = [max(map(len, column)) for column in zip(*grid, strict=True)]
    if rule:
        grid.insert(1, ["-" * width for width in widths])
    lines = []
    for number, line in enumerate(grid):
        first = ["" if number == 0 else str(number - 1)] if index else []
        cells = [cell.rjust(width) if right else cell.ljust(width) for cell, width in zip(line, widths, strict=True)]
        lines.append("  ".join([*(each.ljust(2) for each in first), *cells]).rstrip())
    return "\n".join([*lines, ""])


def marked(cell: str = "td") -> str:
    def line(cells: list[str], kind: str) -> str:
        return '<tr style="x">' + "".join(f"\n <{kind}>{each}</{kind}>" for each in cells) + "\n</tr>"

    body = [line(list(row.values()), cell) for row in ROWS]
    return "\n".join(["<table><thead>", line(NAMES, "th"), "</thead><tbody>", *body, "</tbody></table>"])


def tuples(heading: str) -> str:
    return f"{heading}{[tuple(row.values()) for row in ROWS]!r}\n"


def bigquery(indent: int | None) -> str:
    fields = [{"name": name, "type": "STRING"} for name in NAMES]
    rows = [{"f": [{"v": cell} for cell in row.values()]} for row in ROWS]
    said = {"kind": "x", "schema": {"fields": fields}, "job": {"id": "j"}, "totalRows": "2", "rows": rows}
    return "bq: " + json.dumps(said, ensure_ascii=False, indent=indent)


def with_lines(text: str) -> str:
    """CSV of the rows with a remark in quotes, on two lines, as a spreadsheet writes it."""
    heading, *lines = text.splitlines()
    quoted = ['"came late, ""again""\nand left"', '"none\n\nat all"']
    return "\n".join([f"remark,{heading}", *map(",".join, zip(quoted, lines, strict=True)), ""])


TABLES = {
    "pg_dump": copied("\t"),
    "pg_dump as csv": copied(",", " WITH (FORMAT csv)"),
    "csv": separated(","),
    "csv of windows": separated(",", "\r\n"),
    "csv with line ends in cells": with_lines(separated(",")),
    "csv with a row of more cells": separated(",").replace("\n2,", "\n0,Ann, Poe,,,\n2,"),
    "tsv": separated("\t"),
    "semicolons": separated(";"),
    "markdown": "Found two:\n\n" + barred("|---|---|:--|---|---|", "| ") + "\nThat is all.",
    "psql": barred("---+---+---+---+---", ""),
    "mysql": "+---+---+---+---+---+\n" + barred("+---+---+---+---+---+", "| "),
    "insert": inserted(),
    "duckdb": drawn("│ int64 │ varchar │ date │ varchar │ varchar │\n"),
    "rich": drawn(""),
    "polars": drawn("│ --- │ --- │ --- │ --- │ --- │\n│ i64 │ str │ date │ str │ str │\n").replace(" │ ", " ┆ "),
    "sqlite": separated("|"),
    "clickhouse": "┌─" + "─┬─".join(NAMES) + "─┐\n" + drawn("").partition("┤\n")[2],
    "lists of json": "Rows: "
    + json.dumps({"columns": NAMES, "rows": [list(row.values()) for row in ROWS]}, ensure_ascii=False),
    "pandas, split": "df = "
    + json.dumps(
        {"columns": NAMES, "index": [0, 1], "data": [list(row.values()) for row in ROWS]}, ensure_ascii=False, indent=1
    ),
    "pandas, printed": blanks(right=True, index=True),
    "blanks": blanks(right=False, index=False),
    "blanks and a rule": "Result\n------\n\n" + blanks(right=False, index=False, rule=True),
    "psql, expanded": "".join(
        f"-[ RECORD {number} ]---------\n" + "".join(f"{name:9} | {cell}\n" for name, cell in row.items())
        for number, row in enumerate(ROWS, 1)
    ),
    "html": marked(),
    "tuples of python": tuples(f">>> names\n{NAMES!r}\n>>> cursor.fetchall()\n"),
    "tuples behind a query": tuples(f"SELECT {', '.join(NAMES)} FROM people;\n"),
    "fields of json": "got "
    + json.dumps(
        {"fields": [{"name": name, "type": "text"} for name in NAMES], "data": [list(row.values()) for row in ROWS]},
        ensure_ascii=False,
    ),
    "bigquery": bigquery(None),
    "bigquery, indented": bigquery(1),
    "one column of psql": "  password  \n----------\n " + "\n ".join(row["password"] for row in ROWS) + "\n(2 rows)\n",
}


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner.load()


def told(text: str) -> list[str]:
    return [row[name] for row in ROWS for name in TOLD if row[name] in text]


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_cell_is_found_by_the_name_of_its_column(scanner: Scanner, table: str) -> None:
    found = {table[each.start : each.end] for each in scanner.scan(table)}
    assert set(told(table)) <= found
    masked = scanner.mask(table).text
    assert not told(masked)
    assert not scanner.scan(masked)
    assert masked.count("\n") == table.count("\n")


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_table_in_json_and_in_base64_is_read_too(scanner: Scanner, table: str) -> None:
    result = {"messages": [{"role": "tool", "content": json.dumps({"result": table})}]}
    masked = scanner.mask(json.dumps(result).encode()).text
    assert not told(json.loads(json.loads(masked)["messages"][0]["content"])["result"])
    coded = base64.b64encode(table.encode()).decode()
    assert coded not in scanner.mask(f"data {coded} end").text


@pytest.mark.parametrize(
    "harmless",
    [
        "name,kind,default\nfetch,tool,none\nsearch,tool,none\n",
        "| name | type | password |\n|---|---|---|\n| user | string | required |\n",
        "Bring apples, pears\nand some bread, cheese\n",
        " name \n------\nWhat follows is no table.\n",
        "INSERT INTO visits (id, city, count) VALUES (1, 'Oslo', 3);",
        "NAME     READY   STATUS\napi-0    1/1     Running\npassword 1/1     Running\n",
        "The password is set.  See below\n  for more  of it\n",
        "<tr><th>name</th><th>type</th></tr><tr><td>password</td><td>string</td></tr>",
    ],
)
def test_a_table_of_nothing_personal_stays(scanner: Scanner, harmless: str) -> None:
    assert scanner.mask(harmless).text == harmless


CELL = st.text(st.characters(blacklist_characters="\x00\n\r", blacklist_categories=["Cs"]), max_size=12)


@given(st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=4), st.sampled_from([",", "\t", "|", ";"]))
def test_each_cell_of_a_reading_stands_where_it_was_written(rows: list[list[str]], sign: str) -> None:
    text = "\n".join(map(sign.join, [["first", "second", "third", "last"][: len(rows[0])], ["--"] * 4, *rows])) + "\n"
    for reading in columns(Reading(text, 0, Alone(0)), SIGNS):
        for at, letter in enumerate(reading.text):
            for _, start, end in reading.places(at, at + 1):
                assert text[start:end] == letter or (letter, text[start:end]) == ("'", '"')


def test_what_lies_in_two_cells_is_no_finding() -> None:
    (reading,) = columns(Reading("first,second\none,two\n", 0, Alone(0)), SIGNS)
    assert reading.text == '"first": "one",\n"second": "two",\n'
    assert reading.places(0, 9) == []
    assert reading.places(0, 13) == [(0, 13, 16)]
    assert reading.places(10, 30) == []


@pytest.mark.parametrize(("names", "rows"), [("columns", "rows"), ("column_names", "data"), ("headers", "values")])
def test_lists_of_a_document_are_read_by_the_list_that_names_their_columns(
    scanner: Scanner, names: str, rows: str
) -> None:
    records = [list(row.values()) for row in ROWS]
    masked = json.loads(scanner.mask({names: NAMES, "index": [0, 1], rows: records, "took": 3}).content)
    assert masked[names] == NAMES and masked["took"] == 3
    for before, after in zip(records, masked[rows], strict=True):
        assert [cell for cell, kept in zip(NAMES, after, strict=True) if kept.startswith("[REDACTED")] == list(TOLD)
        assert (after[0], after[-1]) == (before[0], before[-1])


@pytest.mark.parametrize("names", ["columns", "fields"])
@pytest.mark.parametrize("first", ["names", "rows"])
def test_columns_may_be_objects_and_stand_behind_their_rows(scanner: Scanner, names: str, first: str) -> None:
    records = [list(row.values()) for row in ROWS]
    described = {names: [{"name": name, "type": "text"} for name in NAMES]}
    table = {**described, "data": records} if first == "names" else {"data": records, **described}
    masked = json.loads(scanner.mask(table).content)
    assert masked[names] == described[names]
    for after in masked["data"]:
        assert [cell for cell, kept in zip(NAMES, after, strict=True) if kept.startswith("[REDACTED")] == list(TOLD)


def test_bigquerys_rows_are_read_by_its_schema(scanner: Scanner) -> None:
    records = [{"f": [{"v": None if name == "city" else cell} for name, cell in row.items()]} for row in ROWS]
    schema = {"fields": [{"name": name, "type": "STRING"} for name in NAMES]}
    masked = json.loads(scanner.mask({"schema": schema, "totalRows": "2", "rows": records}).content)
    for row in masked["rows"]:
        cells = [cell["v"] or "" for cell in row["f"]]
        assert [name for name, cell in zip(NAMES, cells, strict=True) if cell.startswith("[REDACTED")] == list(TOLD)


def test_a_setting_is_told_by_the_first_cell_of_its_line(scanner: Scanner) -> None:
    secret = "Kite-" + "Winter7"
    table = f"======= Data =======\nKey         Value\n---         -----\npassword    {secret}\nttl         24h\n"
    assert secret not in scanner.mask(table).text and "24h" in scanner.mask(table).text


@pytest.mark.parametrize(
    "pair",
    [
        "<tr><th>Password</th><td>%s</td></tr>",
        "<tr>\n<td><b>Password</b></td>\n<td>%s</td>\n</tr>",
        "<dl><dt>Password</dt><dd>%s</dd></dl>",
        '1) "name"\n2) "bob"\n3) "password"\n4) "%s"\n',
        '- textbox "Password" [ref=e3]: %s',
        'uid=1_2 textbox "Password" required value="%s"',
        '<input type="text" name="password" id="p" value="%s" />',
        '<input name="password" id="p" value="%s">',
        '<input id="p" name="password" value="%s">',
        '<input value="%s" id="p" type="text" name="password">',
        '<s:Attribute FriendlyName="x" Name="urn:a:password"><s:AttributeValue>%s</s:AttributeValue></s:Attribute>',
        '<s:Attribute Name="urn:oid:2.5" FriendlyName="password"><s:AttributeValue>%s</s:AttributeValue></s:Attribute>',
        '[{"Key": "app/password", "Flags": 0, "Value": "%s"}]',
        '{"label": "Password", "type": "standard", "value": "%s"}',
        '{"password": {"S": "%s"}, "id": {"N": "1"}}',
        '{"fields": {"password": {"stringValue": "%s"}}}',
        '<String><Key>Password</Key><Value ProtectInMemory="True">%s</Value></String>',
        '<setting name="password" serializeAs="String" value="%s"/>',
    ],
)
def test_what_stands_beside_its_name_is_found_by_it(scanner: Scanner, pair: str) -> None:
    secret = "Kite-" + "Winter7"
    masked = scanner.mask(pair % secret).text
    before, behind = pair.split("%s")
    assert masked.startswith(before + "[REDACTED:") and masked.endswith("]" + behind)
    assert scanner.mask(pair % "changed on Monday").text == pair % "changed on Monday"


def test_a_heading_may_say_in_brackets_how_its_cells_are_written(scanner: Scanner) -> None:
    table = "Card (any)     Expiry (MM/YY)     Security code\nvisa           04/29              553\n"
    assert {table[each.start : each.end] for each in scanner.scan(table)} == {"04/29", "553"}


def test_the_number_of_a_document_is_told_by_its_type_beside_it(scanner: Scanner) -> None:
    (found,) = scanner.scan({"params": {"id_type": "passport", "id_value": "X48210337"}})
    assert (found.rule, found.path) == ("passport", "$['params']['id_value']")
    assert not scanner.scan({"params": {"id_type": "parcel", "id_value": "X48210337"}})


def test_where_a_row_is_longer_than_its_names_nothing_is_wrong(scanner: Scanner) -> None:
    odd = {"columns": ["id", "kind"], "rows": [[1, "tool", "more"], [], [None]], "fields": []}
    assert json.loads(scanner.mask(odd).content) == odd


def test_a_run_of_line_ends_is_gone_through_once(shipped: Scanner) -> None:
    """Minutes, where each line end is tried as the beginning of all that follow."""
    assert not shipped.scan('1) "a"\r\n2) "b"' + "\n" * 400_000)
