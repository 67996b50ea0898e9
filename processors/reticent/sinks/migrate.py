"""The schema, in versions: each file of schemas/clickhouse is applied once, in order."""

from __future__ import annotations

import hashlib
import re

from ..errors import ReticentError
from ..resources import schema_path
from ..settings import ClickHouse, Settings
from .connect import connect, database, explained

_COMMENT = re.compile(r"^\s*--.*$", re.MULTILINE)


def migrate(settings: Settings | ClickHouse) -> list[str]:
    """The versions that were applied now. Running it twice changes nothing.

    Raises ServiceError when ClickHouse cannot be reached, ReticentError when the database has versions, or texts of
    them, that this code does not."""
    clickhouse = settings.clickhouse if isinstance(settings, Settings) else settings
    name = database(clickhouse)
    client = connect(clickhouse)
    try:
        with explained(clickhouse):
            client.command(f"CREATE DATABASE IF NOT EXISTS {name}")
            client.command(
                f"CREATE TABLE IF NOT EXISTS {name}.schema_versions "
                "(version String, digest String, at DateTime DEFAULT now()) "
                "ENGINE = ReplacingMergeTree ORDER BY version"
            )
            versions = client.query(f"SELECT version, digest FROM {name}.schema_versions")  # noqa: S608 - a plain name
            done = dict(versions.result_rows)
            files = sorted(schema_path("clickhouse").glob("[0-9]*.sql"))
            unknown = done.keys() - {file.stem for file in files}
            if unknown:
                raise ReticentError(
                    f"the database {name} has the schema {max(unknown)}, newer than this reticent; upgrade it"
                )
            applied = []
            for file in files:
                text = file.read_text(encoding="utf-8")
                digest = hashlib.sha256(text.encode()).hexdigest()
                if file.stem in done:
                    if done[file.stem] != digest:
                        raise ReticentError(
                            f"the database {name} was made with another {file.stem} than this reticent's; "
                            "name another database in clickhouse.dsn"
                        )
                    continue
                for statement in _COMMENT.sub("", text).replace("{database}", name).split(";"):
                    if statement.strip():
                        client.command(statement)
                client.insert(f"{name}.schema_versions", [[file.stem, digest]], column_names=["version", "digest"])
                applied.append(file.stem)
            return applied
    finally:
        client.close()
