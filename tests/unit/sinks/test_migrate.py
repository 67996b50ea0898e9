"""The schema is applied in versions: each once, in order, and never behind a newer one's back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reticent.errors import ReticentError, ServiceError
from reticent.resources import schema_path
from reticent.settings import ClickHouse, Settings
from reticent.sinks import migrate as module
from reticent.sinks.connect import connect
from reticent.sinks.migrate import migrate

from .conftest import sql

TABLES = {"traces", "steps", "findings", "approvals", "audit"}
VIEWS = TABLES | {"sessions", "exposure"}


def shape(clickhouse: ClickHouse) -> list[tuple[object, ...]]:
    return sql(
        clickhouse,
        "SELECT name, engine, create_table_query, metadata_modification_time FROM system.tables "
        "WHERE database = currentDatabase() ORDER BY name",
    )


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped versions, to add to."""
    copied = tmp_path / "clickhouse"
    shutil.copytree(schema_path("clickhouse"), copied)
    monkeypatch.setattr(module, "schema_path", lambda _: copied)
    return copied


def test_twice_changes_nothing(clickhouse: ClickHouse) -> None:
    assert migrate(clickhouse) == ["0001_tables"]
    first = shape(clickhouse)
    assert {row[0] for row in first} == VIEWS | {f"{name}_store" for name in TABLES} | {"schema_versions"}
    assert migrate(Settings(clickhouse=clickhouse)) == []
    assert shape(clickhouse) == first
    assert sql(clickhouse, "SELECT count() FROM schema_versions") == [(1,)]


def test_a_newer_database_is_refused_untouched(clickhouse: ClickHouse, versions: Path) -> None:
    (versions / "0002_more.sql").write_text("CREATE TABLE IF NOT EXISTS {database}.more (a UInt8) ENGINE = Memory;")
    assert migrate(clickhouse) == ["0001_tables", "0002_more"]
    (versions / "0002_more.sql").unlink()
    before = shape(clickhouse)
    with pytest.raises(ReticentError, match="0002_more, newer than this reticent"):
        migrate(clickhouse)
    assert shape(clickhouse) == before


def test_a_version_that_was_half_applied_is_continued(clickhouse: ClickHouse, versions: Path) -> None:
    file = versions / "0001_tables.sql"
    whole = file.read_text()
    place = whole.index("CREATE TABLE IF NOT EXISTS {database}.findings_store")
    file.write_text(whole[:place] + "CREATE TABLE {database}.broken (;" + whole[place:])
    with pytest.raises(ReticentError, match="ClickHouse refuses"):
        migrate(clickhouse)
    assert {row[0] for row in shape(clickhouse)} == {"traces_store", "steps_store", "schema_versions"}
    connect(clickhouse).insert(
        f"{clickhouse.dsn.rpartition('/')[2]}.traces_store", [["acme", "s-0"]], column_names=["tenant", "source"]
    )
    file.write_text(whole)
    assert migrate(clickhouse) == ["0001_tables"]
    assert {row[0] for row in shape(clickhouse)} >= VIEWS
    assert sql(clickhouse, "SELECT source FROM traces") == [("s-0",)]


def test_only_what_is_missing_is_applied(clickhouse: ClickHouse, versions: Path) -> None:
    migrate(clickhouse)
    (versions / "0002_more.sql").write_text(
        "-- a comment; with a semicolon\nCREATE TABLE IF NOT EXISTS {database}.more (a UInt8) ENGINE = Memory;\n"
    )
    assert migrate(clickhouse) == ["0002_more"]
    assert migrate(clickhouse) == []


def test_a_version_that_changed_after_it_was_applied_is_refused(clickhouse: ClickHouse, versions: Path) -> None:
    migrate(clickhouse)
    file = versions / "0001_tables.sql"
    file.write_text(file.read_text() + "CREATE TABLE {database}.late (a UInt8) ENGINE = Memory;")
    with pytest.raises(ReticentError, match="another 0001_tables"):
        migrate(clickhouse)
    assert "late" not in {row[0] for row in shape(clickhouse)}


def test_a_clickhouse_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(ServiceError, match="does not answer"):
        migrate(ClickHouse(dsn="http://default@127.0.0.1:1/reticent"))
