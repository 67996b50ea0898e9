"""A worker takes a changed policy while it runs: the file itself, and the dictionaries it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from reticent import assembly
from reticent.cli import workspace
from tests.unit.records import Record

POLICY = "version: 1\ndictionaries: [{id: names, file: names.txt}]\n"


async def test_a_changed_dictionary_is_a_changed_policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assembly, "RELOAD_SECONDS", 0.0)
    (tmp_path / "names.txt").write_text("Mia Quagga\n")
    people = [workspace.Person("producer", "svc", "acme", "agent")]
    place = workspace.make(
        tmp_path, people, bootstrap="x:1", dsn="http://127.0.0.1:1/x", bind="127.0.0.1:1", policy=POLICY
    )
    gateway = assembly.Gateway(place.settings)
    before = gateway._pipeline.policy.digest
    await gateway.prepare([Record()])
    assert gateway._pipeline.policy.digest == before
    (tmp_path / "names.txt").write_text("Mia Quagga\nBo Zebra\n")
    await gateway.prepare([Record()])
    assert gateway._pipeline.policy.digest != before
    (tmp_path / "names.txt").write_text("x\n")
    await gateway.prepare([Record()])
    assert len(gateway._pipeline.policy.dictionaries[0].entries) == 2
