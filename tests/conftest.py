"""Compiled databases are kept for all tests of a run, in all its processes: compiling the packs takes seconds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import hyperscan
import pytest

from reticent.detect import database


class _Kept:
    """Files in a folder of this run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)

    def get(self, name: str) -> bytes | None:
        file = self._folder / name
        return file.read_bytes() if file.exists() else None

    def put(self, name: str, content: bytes) -> None:
        part = self._folder / f"{name}.{id(content)}"
        part.write_bytes(content)
        part.replace(self._folder / name)


@pytest.fixture(autouse=True, scope="session")
def _databases(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[None]:
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if hasattr(request.config, "workerinput") else base
    kept, made = _Kept(folder / "databases"), database._database

    def once(expressions: Sequence[bytes], literal: bool, store: database.Store | None) -> hyperscan.Database:
        return made(expressions, literal, store or kept)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_database", once)
        yield
