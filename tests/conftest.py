"""Compiled databases are kept for all tests of a run, in all its processes: compiling the packs takes seconds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import hyperscan
import pytest

from reticent.cache import Cache
from reticent.detect import database


@pytest.fixture(autouse=True, scope="session")
def _databases(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[None]:
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if hasattr(request.config, "workerinput") else base
    kept, made = Cache(folder / "databases", most=1000), database._database

    def once(expressions: Sequence[bytes], literal: bool, store: database.Store | None) -> hyperscan.Database:
        return made(expressions, literal, store or kept)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_database", once)
        yield
