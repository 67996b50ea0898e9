"""Chance that repeats, and the shipped policy."""

from __future__ import annotations

import random

import pytest

from reticent import Scanner


@pytest.fixture
def chance() -> random.Random:
    return random.Random(7)  # noqa: S311 - tests must repeat


@pytest.fixture(scope="session")
def shipped() -> Scanner:
    return Scanner.load()
