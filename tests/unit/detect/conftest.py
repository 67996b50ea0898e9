"""Chance that repeats."""

from __future__ import annotations

import random

import pytest


@pytest.fixture
def chance() -> random.Random:
    return random.Random(7)  # noqa: S311 - tests must repeat
