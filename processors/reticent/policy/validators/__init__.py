"""Validators and generators by name, gathered from the modules of this folder: one topic a file.

A validator takes a candidate's secret and its surroundings and says False to a false alarm; a generator makes a
value that its sister validator accepts, for the examples of the packs. To add one: a module here with a
`VALIDATORS` or `GENERATORS` dict.
"""

from __future__ import annotations

import importlib
import pkgutil
import random
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ..rule import Validator

Generator = Callable[[random.Random], str]


def _gather(table: str) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for module in pkgutil.iter_modules(__path__):
        entries = getattr(importlib.import_module(f"{__name__}.{module.name}"), table, {})
        twice = found.keys() & entries.keys()
        if twice:
            msg = f"{table} {sorted(twice)} of {module.name} exist already"
            raise RuntimeError(msg)
        found.update(entries)
    return MappingProxyType(found)


VALIDATORS: Mapping[str, Validator] = _gather("VALIDATORS")
GENERATORS: Mapping[str, Generator] = _gather("GENERATORS")
