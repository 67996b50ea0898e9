"""`reticent scan` and `mask` read single records in a schema registry's framing, and `doctor` looks at the schemas."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Reticent
from .test_scan import POLICY, order

NOTE = {"type": "record", "name": "Note", "fields": [{"name": "text", "type": "string"}, {"name": "n", "type": "long"}]}
_HEAD, _TAIL = b"\x00\x00\x00\x00\x05", b"\xff\xff\x03"


@pytest.fixture
def here(reticent: Reticent, tmp_path: Path) -> Path:
    (tmp_path / "policy.yaml").write_text(POLICY)
    (tmp_path / "reticent.yaml").write_text("policy: policy.yaml\nschemas: {folder: known}\n")
    (tmp_path / "known").mkdir()
    (tmp_path / "known" / "5.avsc").write_text(json.dumps(NOTE))
    (tmp_path / "a.avro").write_bytes(_HEAD + b"\x16" + order().encode() + _TAIL)
    return tmp_path


def test_a_record_is_scanned(reticent: Reticent, here: Path) -> None:
    done = reticent("scan", "--format", "avro", "a.avro")
    assert (done.code, done.out) == (1, "a.avro\torder\torders\tcritical\t$['text']\n")


def test_a_record_is_masked_in_place(reticent: Reticent, here: Path) -> None:
    assert reticent("mask", "--format", "avro", "a.avro", "-o", "b.avro").code == 0
    masked = (here / "b.avro").read_bytes()
    assert masked.startswith(_HEAD) and masked.endswith(b"]" + _TAIL) and b"[REDACTED:order:" in masked


def test_a_schema_that_is_nowhere_is_said(reticent: Reticent, here: Path) -> None:
    (here / "known" / "5.avsc").unlink()
    done = reticent("mask", "--format", "avro", "a.avro")
    assert done.code == 2 and "the schema 5 of the record is not there" in done.err


def test_doctor_says_what_schemas_there_are(reticent: Reticent, here: Path) -> None:
    rows = [row for row in reticent("doctor", "--json").rows if row["check"] == "schemas"]
    assert [(row["state"], row["message"]) for row in rows] == [("ok", f"schemas in {here / 'known'}: 1")]
    (here / "reticent.yaml").write_text("schemas: {registry: 'http://127.0.0.1:1'}\n")
    (row,) = [row for row in reticent("doctor", "--json").rows if row["check"] == "schemas"]
    assert row["state"] == "bad" and "does not answer" in row["message"]


@pytest.mark.parametrize(
    ("url", "said"), [("http://registry.example", "https"), ("https://u:p@registry.example", "auth_file")]
)
def test_a_registry_is_reached_safely(reticent: Reticent, here: Path, url: str, said: str) -> None:
    (here / "reticent.yaml").write_text(f"schemas: {{registry: '{url}'}}\n")
    done = reticent("scan", "a.avro")
    assert done.code == 2 and "reticent.yaml:1:" in done.err and said in done.err
