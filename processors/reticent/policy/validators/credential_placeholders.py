"""Stand-ins for a credential, for policies that want no literal at all where a credential stands: what the other
rules let go as a placeholder, and no template, type, variable or word for nothing."""

from __future__ import annotations

import re
from typing import Final

from ..rule import Match, Validator
from .credential_features import FIELD, PASSWORD, candidate
from .credential_literals import configured, environment
from .credential_refusals import refused
from .credential_values import at_no_host, stand_in, user_before

_NOTHING: Final = re.compile(
    r"(?i:null|none|nil|true|false|yes|no|undefined|empty|nan|n/?a|void|required|optional|default|unknown|disabled"
    r"|enabled|(?:str|string|int|integer|bool|boolean|bytes?|object|text|varchar|char|number|float|uuid|date|any|list"
    r"|dict|array)\b.*|__\w+__|[a-z_]\w*(?:\.[a-z_]\w*)+|\d{1,5}|!{3}\w{1,40}|[*.\-_/=+@#!?]+)"
)

_NOBODY: Final = re.compile(r"(?i:(?:my|a|db|some)?[_\-]?(?:user(?:[_\-]?(?:name|id))?|usr|foo|x+|name|me|login)?)")


def _word(secret: str, match: Match) -> bool:
    return stand_in(secret) and _NOTHING.fullmatch(secret) is None


def _assigned(secret: str, match: Match) -> bool:
    """In quotes, in a field of its own, in a line of a configuration or an environment: elsewhere it is a variable."""
    if not _word(secret, match):
        return False
    it = candidate(match)
    literal = it.behind[:1] == it.quote if it.quote and it.quote != FIELD else bool(it.quote)
    written = literal or configured(it, match) or (environment(it) and secret != it.name)
    return written and (len(set(secret)) == 1 or not refused(it, PASSWORD))


def _in_a_url(secret: str, match: Match) -> bool:
    """Beside a user who is somebody, at a host that is one: `user:password@host` says how such a URL is written."""
    if _NOBODY.fullmatch(user_before(match)) is not None:
        return False
    return _word(secret, match) and not at_no_host(match.text, match.end)


VALIDATORS: Final[dict[str, Validator]] = {"credential-placeholder": _assigned, "placeholder-url": _in_a_url}
