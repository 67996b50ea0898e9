"""A small policy that compiles in a moment, and values that look like secrets, made at run time."""

from __future__ import annotations

import random
import string
from pathlib import Path

import pytest

from reticent import yamlfile
from reticent.limits import Limits
from reticent.policy.compile import CompiledPolicy, compile_policy
from reticent.scanner import Scanner
from reticent.scanning.run import Run, Work

POLICY = r"""version: 1
packs: [pii, financial]
rules:
- {id: order, category: orders, severity: high, pattern: '\bAC-[A-Z0-9]{8}\b', keywords: [ac-]}
- {id: key-block, category: secrets, severity: critical, pattern: '--BEGIN KEY--[A-Za-z0-9+/\s]*(?:--END KEY--)?'}
apply:
- {rules: [order], action: hash}
- {rules: ['*'], action: redact}
thresholds:
- {id: many-orders, when: {category: orders, distinct: 3}, action: hold}
"""


def compiled(text: str = POLICY) -> CompiledPolicy:
    return compile_policy(yamlfile.parse(text, "policy.yaml"), Path())


def order(seed: object = 0) -> str:
    """A value that the rule `order` takes, the same for the same seed."""
    letters = string.ascii_uppercase + string.digits
    return "AC-" + "".join(random.Random(str(seed)).choices(letters, k=8))  # noqa: S311 - it must repeat


@pytest.fixture(scope="session")
def scanner() -> Scanner:
    return Scanner(compiled(), limits=Limits(record_bytes=400_000), key=b"k" * 32)


@pytest.fixture
def run(scanner: Scanner) -> Run:
    return Run(Work(None, scanner.limits), scanner)
