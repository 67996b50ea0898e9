"""How to reach ClickHouse: one client for the server and for the embedded engine."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import clickhouse_connect
from clickhouse_connect.driver.exceptions import ClickHouseError, DatabaseError, DataError, OperationalError

from ..errors import ConfigError, ReticentError, ServiceError
from ..settings import ClickHouse

CONNECT_SECONDS, SEND_SECONDS = 5, 60
_CONTENT_CODES = frozenset({6, 25, 26, 27, 38, 41, 53, 69, 70, 72, 117, 128, 131, 321, 349, 469})
"""ClickHouse's codes for values that do not fit: CANNOT_PARSE_*, TYPE_MISMATCH, INCORRECT_DATA, TOO_LARGE_*,
VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE, VIOLATED_CONSTRAINT. Every other one is about ClickHouse, not about what it got."""


class RefusedError(ReticentError):
    """ClickHouse refuses what was asked. `of_content`: because of the values given; other values may pass.
    `name` is ClickHouse's own name of the error, or empty."""

    def __init__(self, message: str, *, of_content: bool, name: str = "") -> None:
        self.of_content, self.name = of_content, name
        super().__init__(message)


def database(settings: ClickHouse) -> str:
    """The database of the DSN's path. Raises ConfigError when its name is not plain."""
    name = urlsplit(settings.dsn).path.strip("/") or "reticent"
    if not name.replace("_", "").isalnum():
        raise ConfigError(
            "the database's name is not plain", where="clickhouse.dsn", advice="use letters, digits and _"
        )
    return name


def connect(settings: ClickHouse) -> Any:
    """An HTTP client, not bound to the database (which may not exist yet). Raises ServiceError."""
    parts = urlsplit(settings.dsn)
    secure = parts.scheme == "https"
    with explained(settings):
        return clickhouse_connect.get_client(
            host=parts.hostname or "127.0.0.1",
            port=parts.port or (8443 if secure else 8123),
            username=unquote(parts.username or "default"),
            password=_password(settings),
            secure=secure,
            compress=False,
            connect_timeout=CONNECT_SECONDS,
            send_receive_timeout=SEND_SECONDS,
            autogenerate_session_id=False,
            query_retries=0,
        )


def _password(settings: ClickHouse) -> str:
    if settings.password is not None or settings.password_file is None:
        return settings.password or ""
    try:
        return Path(settings.password_file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigError(
            f"{settings.password_file} cannot be read ({error.strerror})", where="clickhouse.password_file"
        ) from None


@contextlib.contextmanager
def explained(settings: ClickHouse) -> Iterator[None]:
    """Turns the driver's errors into one sentence: ServiceError when ClickHouse cannot be reached or is not able to
    answer now, RefusedError when it refuses what was asked."""
    parts = urlsplit(settings.dsn)
    place = f"{parts.hostname}:{parts.port or 8123}"
    try:
        yield
    except DatabaseError as error:
        if isinstance(error, OperationalError):
            raise ServiceError(
                f"ClickHouse at {place} does not answer: is it running, and is clickhouse.dsn right?"
            ) from None
        of_content = isinstance(error, DataError) or error.code in _CONTENT_CODES
        message = f"ClickHouse refuses: {_sentence(str(error))}"
        raise RefusedError(message, of_content=of_content, name=error.name or "") from None
    except (ClickHouseError, OSError) as error:
        raise ServiceError(f"ClickHouse at {place} does not answer ({type(error).__name__})") from None


def _sentence(message: str) -> str:
    """ClickHouse's own words, on one line."""
    text = message.partition("DB::Exception: ")[2] or message
    text = text.partition(" (for url")[0].replace("FORMAT Native", "")  # the driver's own words, not the operator's
    return " ".join(text.split())[:300]
