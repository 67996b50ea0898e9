"""Formats that other packages bring: objects of the `Format` protocol behind entry points of the group below."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from ..errors import ConfigError
from .document import Format

GROUP = "reticent.formats"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@functools.cache
def load(taken: frozenset[str]) -> Sequence[Format]:
    """In the order of their names. Raises ConfigError, which names the package, for one that is no format, or whose
    name is `taken`."""
    found: dict[str, Format] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda each: (each.name, each.value)):
        format = _loaded(point)
        if format.name in found or format.name in taken:
            raise _broken(point, f"is called {format.name}, as another format is", "give it a name of its own")
        found[format.name] = format
    return tuple(found.values())


def _loaded(point: EntryPoint) -> Format:
    try:
        made: Any = point.load()
        format = made() if isinstance(made, type) else made
        name, media = format.name, format.media_types
        sound = (
            isinstance(name, str)
            and _NAME.fullmatch(name) is not None
            and not isinstance(media, str)
            and all(isinstance(each, str) and each == each.lower() for each in media)
            and callable(format.recognises)
            and callable(format.decode)
        )
    except Exception as error:  # whatever a stranger's module raises
        raise _broken(point, f"cannot be loaded ({type(error).__name__})", "repair or uninstall it") from error
    if not sound:
        raise _broken(point, "is no format", "see docs/formats.md, Adding one")
    return format  # type: ignore[no-any-return]  # as was looked at


def _broken(point: EntryPoint, what: str, advice: str) -> ConfigError:
    package = point.dist.name if point.dist is not None else point.module
    return ConfigError(f"the format {point.name} of the package {package} {what}", where=GROUP, advice=advice)
