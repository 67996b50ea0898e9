"""Logging of a worker: JSON lines when nobody watches, and nothing of what libraries say about payloads."""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType
from typing import Any, TextIO

import msgspec

from ..model import rfc3339

_QUIET = ("aiokafka", "faust", "mode", "asyncio", "clickhouse_connect", "urllib3", "aiohttp")
"""Libraries whose debug lines may hold keys and values, and whose tracebacks may hold records."""

SPARING_SECONDS, SENTENCES = 60.0, 1000


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": rfc3339(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = _where(record)
        return msgspec.json.encode(line).decode()


class _Plain(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        text = f"{rfc3339(record.created)} {record.levelname.lower():8}{record.getMessage()}"
        return f"{text} ({_where(record)})" if record.exc_info and record.exc_info[0] is not None else text


def _where(record: logging.LogRecord) -> str:
    """An exception by its type and place only: its text and its frames' values may come from a payload."""
    kind, _, trace = record.exc_info or (None, None, None)
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace is not None else "?"
    return f"{kind.__name__ if kind else '?'} at {place}"


class _NoPayload(logging.Filter):
    """Libraries put exceptions and records into their messages' arguments: those are named by type."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.split(".")[0] in _QUIET:
            if isinstance(record.args, tuple):
                record.args = tuple(_harmless(argument) for argument in record.args)
            elif record.args:  # a mapping
                record.args = {name: _harmless(argument) for name, argument in record.args.items()}
        return True


_SIMPLE = (str, int, float, bool, type(None), type)


def _harmless(value: object) -> object:
    return value if isinstance(value, _SIMPLE) and not _long(value) else f"<{type(value).__name__}>"


def _long(value: object) -> bool:
    return isinstance(value, str) and len(value) > 300


class _Sparing(logging.Filter):
    """Lets each sentence of a library through once a minute: while a broker is away they say the same many times a
    second, from every client. The next one says how many were left out."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.split(".")[0] not in _QUIET:
            return True
        key = record.name, str(record.msg)
        at, left_out = self._said.get(key, (-SPARING_SECONDS, 0))
        if record.created - at < SPARING_SECONDS:
            self._said[key] = at, left_out + 1
            return False
        if len(self._said) > SENTENCES:
            self._said.clear()
        self._said[key] = record.created, 0
        if left_out:
            record.msg, record.args = f"{record.getMessage()} (and {left_out} times since the last such line)", ()
        return True


def configure(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Sends log lines to `stream` (stderr): text on a terminal, JSON lines elsewhere."""
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Plain() if stream.isatty() else _Json())
    handler.addFilter(_NoPayload())
    handler.addFilter(_Sparing())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.getLogger("aiokafka.conn").setLevel(logging.ERROR)  # a line a connection where PLAIN is used without TLS
    # Python's own would write an exception's text, and the lines of code around it, to stderr
    sys.excepthook = lambda *error: _uncaught("the process", *error)
    threading.excepthook = lambda given: _uncaught("a thread", given.exc_type, given.exc_value, given.exc_traceback)
    sys.unraisablehook = lambda given: _uncaught("a finalizer", given.exc_type, given.exc_value, given.exc_traceback)


def _uncaught(where: str, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    logging.getLogger(__name__).error(
        "%s ended with an exception", where, exc_info=(kind, error or BaseException(), trace)
    )
