"""Which of the brokers long tests run on."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """What takes long and is marked `once` runs on one broker in `make test`, on Apache Kafka where it can be had, and
    on the others in `make proofs`."""
    best = "apache" if shutil.which("java") and shutil.which("mvn") else "embedded"
    for item in items:
        call = getattr(item, "callspec", None)
        chosen = call.params.get("stack", best) if call is not None else best
        if chosen not in (best, "docker") and item.get_closest_marker("once"):
            item.add_marker(pytest.mark.slow)
