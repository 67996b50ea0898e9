"""What holds for all tests of a run: brokers are started once; compiled databases are kept for all its processes
(compiling the packs takes half a minute); and what a file of tests changes in its process it changes back, for any
other may run after it."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Sequence

import hyperscan
import hypothesis
import pytest

from reticent.cache import Cache
from reticent.detect.candidates import database
from reticent.detect.candidates.matcher import Matcher
from reticent.policy.rule import Rule

from .integration.kafka import real_stack, stack, stacks
from .logs import state

__all__ = ["real_stack", "stack", "stacks"]

MANY = 1000
"""Rules of the packs, whose databases the processes that tests start take from the user's cache. Of others there are
too many for that."""

hypothesis.settings.register_profile("same", derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow])
"""The same examples each time, so that `make test` fails for a change and not by chance or on a busy machine;
`make proofs` draws others."""


def pytest_collection_finish() -> None:
    """Thousands of tests, and the modules they import, stay to the end: the collector need not go through them again
    and again, which took a sixth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 50, 50)


@pytest.fixture(autouse=True, scope="session")
def _databases(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[None]:
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if hasattr(request.config, "workerinput") else base
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        user, small = Cache.of_user(), Cache(folder / "small", most=1000)
        compiled, made = database._database, Matcher.__init__

        def kept(expressions: Sequence[bytes], literal: bool, store: database.Store | None) -> hyperscan.Database:
            return compiled(expressions, literal, store or small)

        def once(self: Matcher, rules: Sequence[Rule], store: database.Store | None = None) -> None:
            made(self, rules, store or (user if len(rules) >= MANY else small))

        patch.setattr(database, "_database", kept)
        patch.setattr(Matcher, "__init__", once)
        yield


@pytest.fixture(autouse=True, scope="module")
def _nothing_stays() -> Iterator[None]:
    before = _of_process()
    yield
    assert _of_process() == before


def _of_process() -> dict[str, object]:
    return {
        **state(),
        "environment": {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"},
        "directory": os.getcwd(),
        "modules' path": sys.path[:],
    }
