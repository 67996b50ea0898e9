"""Logging of this process: as it was, after a test that had it set."""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
from collections.abc import Iterator

_NAMES = (None, "reticent", "aiokafka", "faust", "mode", "asyncio", "clickhouse_connect", "urllib3", "aiohttp")


def state() -> dict[str, object]:
    """What `kept` brings back, to compare: handlers and levels by logger, and what hears of uncaught exceptions."""
    loggers = {name: logging.getLogger(name) for name in _NAMES}
    return {
        "loggers": {name: (_heard(made), made.level, made.propagate) for name, made in loggers.items()},
        "disabled": logging.root.manager.disable,
        "hooks": (sys.excepthook, threading.excepthook, sys.unraisablehook),
    }


def _heard(logger: logging.Logger) -> list[logging.Handler]:
    """A library that is first imported by a test brings a handler that does nothing, and it stays."""
    return [handler for handler in logger.handlers if not isinstance(handler, logging.NullHandler)]


@contextlib.contextmanager
def kept() -> Iterator[None]:
    before = {made: (made.handlers[:], made.level) for made in map(logging.getLogger, _NAMES)}
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
        for made, (handlers, level) in before.items():
            made.handlers[:] = handlers
            made.setLevel(level)
