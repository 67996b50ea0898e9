"""Inputs under which a law does not hold, kept as files: one for each place where it showed."""

from __future__ import annotations

import hashlib
import time
import traceback
from collections.abc import Callable
from pathlib import Path

SECONDS_MOST = 5.0
"""Of CPU for one input of some kilobytes."""


class Findings:
    """`folder`: where the inputs go, as `<target>-<digest>`."""

    def __init__(self, name: str, folder: Path) -> None:
        self._name, self._folder = name, folder
        self._known: set[str] = set()

    def run(self, target: Callable[[bytes], None], data: bytes) -> str:
        """What is wrong, and where the input is kept; nothing where it is known or all is well."""
        began = time.process_time()
        try:
            target(data)
        except (Exception, RecursionError) as error:
            wrong = described(error)
        else:
            wrong = "it takes too long" if time.process_time() - began > SECONDS_MOST else ""
        if not wrong or wrong in self._known:
            return ""
        self._known.add(wrong)
        file = self._folder / f"{self._name}-{hashlib.sha256(data).hexdigest()[:12]}"
        file.write_bytes(data)
        return f"{wrong}; kept as {file}"


def described(error: BaseException) -> str:
    """A broken law in its words, anything else by its type and place."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    said = f": {error}" if isinstance(error, AssertionError) else ""
    return f"{type(error).__name__}{said} at {Path(place.filename).name}:{place.lineno}"
