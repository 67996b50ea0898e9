"""What the benchmarks of formats and of the Collector measure with is what they say."""

from __future__ import annotations

import random

import msgspec
import pytest
from benchmarks.collector import PATTERNS, configuration, operators_policy
from benchmarks.format_data.rows import ROWS, Row
from benchmarks.format_data.talk import talk
from benchmarks.format_data.tracing import CALL_ID, CALL_SCHEMA

from reticent.formats.avro import schema as avroschema
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


def test_the_collector_and_we_have_the_same_patterns() -> None:
    given = configuration(4318, redaction=True, exporter="nop")
    assert given["processors"]["redaction"]["blocked_values"] == list(PATTERNS.values())
    assert [rule.pattern for rule in operators_policy().rules] == list(PATTERNS.values())


def test_the_collector_listens_on_loopback_alone() -> None:
    given = configuration(4318, redaction=False, exporter="nop")
    assert given["receivers"]["otlp"]["protocols"] == {"http": {"endpoint": "127.0.0.1:4318"}}
    assert given["service"]["telemetry"]["metrics"] == {"level": "none"}
