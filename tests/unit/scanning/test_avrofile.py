"""Avro container files: records are scanned whatever their schema, and no length in them is believed."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import fastavro
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent.limits import Limits
from reticent.scanner import Scanner
from reticent.scanning.hits import Hit
from reticent.scanning.pieces import Reader, Trouble
from reticent.scanning.run import Run
from reticent.scanning.streams import Stream

from .conftest import order

SCHEMA = {
    "type": "record", "name": "Run",
    "fields": [{"name": "id", "type": "int"}, {"name": "said", "type": {"type": "array", "items": ["null", "string"]}},
               {"name": "raw", "type": "bytes"}],
}  # fmt: skip


def _file(schema: Any, records: list[Any], codec: str = "null") -> bytes:
    made = io.BytesIO()
    fastavro.writer(made, fastavro.parse_schema(schema), records, codec=codec)
    return made.getvalue()


def _troubles(data: bytes, limits: Limits | None = None) -> list[str]:
    made = Reader(limits or Limits()).pieces(Stream(io.BytesIO(data)), "a.avro")
    return [each.message for each in made if isinstance(each, Trouble)]


@pytest.mark.parametrize("codec", ["null", "deflate", "bzip2", "xz", "zstandard", "snappy"])
def test_records_are_scanned_leaf_by_leaf(run: Run, tmp_path: Path, codec: str) -> None:
    records = [
        {"id": n, "said": [None, f"x {order(n)}"], "raw": f"it was {order(n + 10)} again".encode()} for n in range(3)
    ]
    (tmp_path / "a.avro").write_bytes(_file(SCHEMA, records, codec))
    hits = [each for each in run.events([str(tmp_path / "a.avro")]) if isinstance(each, Hit)]
    said = [(each.file.rpartition("!")[2], each.path) for each in hits if "said" in each.path]
    assert said == [("1", "$['said'][1]"), ("2", "$['said'][1]"), ("3", "$['said'][1]")]
    assert {each.path for each in hits} == {"$['said'][1]", "$['raw']"}
    assert hits[0].line is None


def test_a_codec_that_is_not_known_is_said() -> None:
    records = [{"id": 1, "said": [], "raw": b""}]
    unknown = _file(SCHEMA, records, "deflate").replace(b"deflate", b"deflato")
    assert _troubles(unknown) == [
        "the Avro file is packed in a way not known here; use deflate or zstandard"
    ]  # fmt: skip
    assert _troubles(_file(SCHEMA, [], "deflate").replace(b"deflate", b"deflato")) == [], "nothing is packed"


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "items": "null"},
        {"type": "record", "name": "Empty", "fields": []},
        {"type": "array", "items": {"type": "record", "name": "E", "fields": [{"name": "n", "type": "null"}]}},
        {"type": "fixed", "name": "F", "size": 0},
        "null",
    ],
)
def test_values_of_no_width_are_refused_because_any_number_of_them_fits(schema: Any) -> None:
    made = io.BytesIO()
    fastavro.writer(made, fastavro.parse_schema(schema), [])
    assert "no width" in _troubles(made.getvalue())[0]


def test_a_block_that_unpacks_to_too_much_is_given_up() -> None:
    data = _file(SCHEMA, [{"id": 1, "said": ["x" * 100_000], "raw": b""}], "deflate")
    assert _troubles(data, Limits(record_bytes=50_000)) == [
        "a block of the Avro file unpacks to more than the 50000 bytes allowed"
    ]


_WHOLE = _file(SCHEMA, [{"id": n, "said": ["abc"], "raw": b"x"} for n in range(20)], "deflate")


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, len(_WHOLE) - 1), to=st.binary(max_size=8), cut=st.booleans())
def test_whatever_is_broken_is_one_sentence(at: int, to: bytes, cut: bool) -> None:
    data = _WHOLE[:at] + to + (b"" if cut else _WHOLE[at + len(to) :])
    assert all(len(each) < 200 for each in _troubles(data))


def test_a_schema_that_names_itself_is_taken(scanner: Scanner) -> None:
    node = {"type": "record", "name": "Node", "fields": [{"name": "v", "type": "string"},
                                                         {"name": "next", "type": ["null", "Node"]}]}  # fmt: skip
    assert _troubles(_file(node, [{"v": "a", "next": {"v": order(), "next": None}}])) == []
