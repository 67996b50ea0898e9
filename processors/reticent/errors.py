"""Errors that explain themselves: what is wrong, where, and what to do.

No message may hold a value that came out of a payload or a token; a message names places, sizes and codes.
"""

from __future__ import annotations


class ReticentError(Exception):
    """Base of every error a user may see. `str(error)` is one sentence fit for the terminal."""


class ConfigError(ReticentError):
    """A configuration or policy file is wrong.

    `where` is `file:line:column` (one-based) or a dotted path; `advice` says what to write instead.
    """

    def __init__(self, what: str, *, where: str = "", advice: str = "") -> None:
        self.what, self.where, self.advice = what, where, advice
        super().__init__(f"{where + ': ' if where else ''}{what}{' - ' + advice if advice else ''}")


class ServiceError(ReticentError):
    """A service that reticent depends on (broker, ClickHouse, issuer) is unreachable or refuses."""


class RecordError(ReticentError):
    """A record cannot go on. `code` is a reason code a program can use (see `model.ReasonCode`)."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(f"{code}: {message}")


class AuthenticationError(RecordError):
    """The producer could not be authenticated: the record is rejected."""


class DecodeError(RecordError):
    """The payload is not what it claims to be: the record is rejected."""


class LimitError(RecordError):
    """A limit of `limits.Limits` was reached: the record is held or blocked, never passed."""


class UnmaskedError(ReticentError):
    """Something other than masked content was about to leave: a bug, stopped at the last gate."""
