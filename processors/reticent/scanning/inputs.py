"""Which files a command's arguments name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from .ignored import walk
from .run import STDIN


def files(paths: Sequence[str], exclude: Sequence[str] = ()) -> Iterator[str]:
    """Each file once, folders walked as git sees them; what is named itself is always there, and `-` is standard
    input."""
    seen: set[str] = set()
    for path in paths:
        found = (str(each) for each in walk(Path(path), exclude)) if path != STDIN and Path(path).is_dir() else [path]
        for name in found:
            if name not in seen:
                seen.add(name)
                yield name
