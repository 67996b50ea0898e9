"""What the benchmark of formats measures with is what its rows say."""

from __future__ import annotations

import random

import msgspec
import pytest
from benchmarks.format_data.rows import ROWS, Row
from benchmarks.format_data.talk import talk
from benchmarks.format_data.tracing import CALL_ID, CALL_SCHEMA

from reticent.formats import avroschema
from reticent.formats.registry import Formats
from reticent.limits import Limits
from tests.contract.registered import Known

FORMATS = Formats(Known({CALL_ID: avroschema.avro(msgspec.json.encode(CALL_SCHEMA))}))

SAID = talk(random.Random(7), 9)  # noqa: S311 - the same for every format


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.title)
def test_a_record_is_of_its_format_and_says_what_was_said(row: Row) -> None:
    payload = row.make(SAID)
    document = FORMATS.open(payload, content_type=row.content_type, forced=None, limits=Limits())
    leaves = document.leaves()
    assert document.format == row.format
    assert SAID.turns[1].text.split()[0] in "".join(leaves.texts)
    (trace,) = document.traces()
    assert len(trace.steps) > 0


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.title)
def test_every_library_reads_it_and_writes_it_again(row: Row) -> None:
    payload = row.make(SAID)
    for library in row.plain.values():
        written = library(payload)
        assert len(payload) * 0.5 < len(written) <= len(payload)
