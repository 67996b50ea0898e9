"""Whether what stands behind a telling name is a credential: first what code and placeholders give away, then a model.

The name says what to expect (`password`, `api_key`, `salt`); the refusals below are the ones that hold whatever the
statistics say. What is left is weighed by `credential_model`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from ..rule import Match, Validator
from .credential_features import KINDS, Candidate, candidate
from .credential_model import shipped

_FILLER: Final = re.compile(
    r"""^(?:
      <[^<>]*>?|\[.*\]|\{.*\}|\(.*\)|%\(\w+\)[sdr]|%[\d.\-]{0,4}[sdrfxvq]|%%?\w{1,40}%%?|@[\w.]+@|__\w+__
    | \$(?:\{.*|\(.*|\[.*|[A-Za-z_]+\d{0,2}(?:->\w+|\.\w+|\[.*)*)|\#\{.*|0[xX][0-9a-fA-F]{1,8}
    | (.)\1*|(..)\2+.?|(...)\3+..?                                                       # one thing again and again
    | null|none|nil|true|false|yes|no|undefined|empty|nan|n/?a|void|required|optional|default|unknown|disabled|enabled
    | (?:str|string|int|integer|bool|boolean|bytes?|object|text|varchar|char|number|float|uuid|date|any|list|dict|array)\b.*
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
_MEANT: Final = re.compile(
    r"""\$\{|\{\{|\}\}|<%|%>|\#\{|\$\(|\{\w{0,24}\}|%\(\w+\)|\*{3}|\.{3}|…|•{3}|x{4}|X{4}|-{5}|_{4}|={4}
    | (?i:change[_\-.\ ]?(?:me|it|this)|placeholder|redacted|masked|your[_\-. ]?(?:\w{1,16}[_\-. ]?)?(?:pass|pw|key|token|secret|api|auth|own|cred)
    | example|insert[_\-. ]|replace[_\-. ]?(?:me|with|this)|<your|put[_\-]your|dummy|fixme|todo\b|lorem|goes[_\-]?here|not[_\-]?(?:a[_\-]?)?real|notset|tbd\b|sample[_\-])""",
    re.VERBOSE,
)
_CODE: Final = re.compile(
    r"""^(?:os|process|self|this|cls|config|cfg|conf|settings|options|opts|args|kwargs|request|req|params|ctx|env|ENV|app|System|std|props)(?:\.|\[|->|::)
    | ^(?:new|await|return|lambda|function|func|def|let|var|const|typeof|not|if|else)\b
    | \w\(|\(\)|->|=>|::|&&|\|\||\w\[["'\w]*\]|^[A-Za-z_]\w{0,40}(?:\.[A-Za-z_]+)+\(?$|^[@&*]\w+(?:\.\w+)*$|\.(?:get|env|value)\b|^\w+\[""",
    re.VERBOSE,
)
_PATH: Final = re.compile(
    r"""^(?:[a-z][a-z0-9+.\-]{1,12}://|~/|[A-Za-z]:\\|\.{0,2}/[a-z][a-z_\-.]*(?:/[\w.\-]*)?$|(?:\.{0,2}/)?(?:[a-z][a-z0-9_.\-]{1,24}/){2,}[\w.\-]*$|\.{1,2}/)
    | ^[\w.\-/ ]{1,80}\.(?:pem|key|crt|cer|p12|pfx|jks|json|ya?ml|xml|txt|md|html?|py|js|ts|go|java|php|rb|c|h|cc|cpp|conf|cfg|ini|toml|sh|csv|log|png|jpe?g|gif|svg|css|properties|kdbx?|gpg|asc|pub|db|sqlite|lock)$""",
    re.VERBOSE,
)
_UUID: Final = re.compile(r"[{(]?[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}[})]?")
_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?|\d{1,2}:\d\d(?::\d\d)?|v?\d{1,4}(?:\.\d{1,6}){1,3}(?:[\-+][\w.]+)?|[+-]?\d{1,5}(?:\.\d+)?(?:px|em|ms|s|%|kb|mb)?",
    re.IGNORECASE,
)
_COMMON: Final = re.compile(
    r"(?:pass|passwd|passw(?:or|0r)d|pwd|pw|secret|token|key|auth|api|user|username|login|value|name|data|basic|bearer|my|the|a|an|some|any|bad|wrong|invalid|correct|good|new|old|is|for|super|very|in|valid|random|plain|hash|hashed|encrypted|[_\-. ])+\d{0,4}!?"
    r"|.{0,3}(?:test|foo|bar|baz|qux|demo|fake|mock|abc|spam|eggs)(?:test|foo|bar|baz|pass|passwd|password|pwd|secret|token|key|user|ing|[_\-. ]){0,3}(?:\d{1,4}|1?2?3?4?5?6?7?8?9?0?)"
    r"|admin|root|guest|hello|world|hello[ _-]?world",
    re.IGNORECASE,
)

_LABEL: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\W\d_a-zA-Z]+")
_NEVER: Final = frozenset(
    ["bypass", "compass", "passage", "passenger", "passing", "passed", "passes", "passive", "passport", "passthrough", "pathpass", "encompass", "monkey", "donkey", "hockey", "turkey", "jockey", "whiskey", "keyboard", "keyboards", "keycode", "keydown", "keyup", "keypress", "keyframe", "keyframes", "keyword", "keywords", "keynote", "keys", "tokens", "tokenizer", "tokenize", "tokenized", "public", "pub", "pubkey", "author", "authors", "authority", "certain", "certificates", "secretary", "incredible", "accredited", "credit", "credits", "sacred", "desalt", "basalt"]
)
"""Words of a name that make it another thing altogether."""
_ABOUT: Final = frozenset(
    ["type", "types", "name", "names", "id", "ids", "field", "fields", "file", "files", "filename", "path", "paths", "dir", "folder", "url", "uri", "urls", "endpoint", "host", "label", "labels", "title", "hint", "help", "text", "message", "msg", "error", "errors", "placeholder", "description", "prompt", "length", "len", "size", "min", "max", "count", "limit", "policy", "policies", "regex", "pattern", "format", "algorithm", "alg", "algo", "method", "mode", "class", "style", "icon", "button", "form", "input", "link", "reset", "expired", "expires", "expiry", "expiration", "ttl", "timeout", "age", "date", "time", "created", "updated", "required", "enabled", "disabled", "strength", "rules", "rule", "validator", "validation", "manager", "provider", "service", "store", "storage", "header", "headers", "index", "idx", "prefix", "suffix", "version", "source", "column", "table", "attribute", "attr", "property", "location", "scope", "scopes", "status", "state", "kind", "encoding", "version", "usage", "command", "cmd", "callback", "handler", "func", "function", "factory", "module", "package", "generator", "parser", "reader", "writer", "primary", "foreign", "partition", "sort", "cache", "object", "shortcut", "hash_type", "tooltip", "caption", "event", "md", "rst", "rs", "c", "h", "cpp", "py", "js", "ts", "go", "java", "json", "yaml", "yml", "txt", "html", "php", "rb"]
)
"""Last words of a name that speak about a credential instead of being one."""
_THING: Final = frozenset(
    ["primary", "foreign", "partition", "sort", "cache", "i18n", "hot", "dict", "map", "lookup", "shortcut", "arrow", "press", "group", "metric"]
)
"""Words in front of `key` that make it a plain one."""


_PASSWORD, _KEY, _OTHER, _URL, _OPTION, _PROSE = range(len(KINDS))


def refused(it: Candidate, kind: int) -> bool:
    """True for what is no credential whatever it looks like."""
    value = it.value
    if len(set(value)) < 3 or _FILLER.match(value) is not None or _MEANT.search(value) is not None:
        return True
    if _TIME.fullmatch(value) is not None and kind != _PASSWORD:
        return True
    if _COMMON.fullmatch(value) is not None or _PATH.search(value) is not None:
        return True
    if it.quote == "" and (
        _CODE.search(value) is not None or it.behind[:1] in ("(", "[") or it.behind[:2] in ("->", "::")
    ):
        return True
    if kind == _PROSE and it.quote and it.behind[:1] != it.quote:
        return True
    if not it.quote and value[-1] == ":":
        return True
    if kind == _PROSE and not it.quote and value.isalpha() and (value.islower() or value[1:].islower()):
        return True
    words = [word.lower() for word in _LABEL.findall(it.name)]
    if any(word in _NEVER for word in words) or (words and words[-1] in _ABOUT and not _session(words)):
        return True
    if kind in (_KEY, _OTHER) and value.isdigit() and len(value) < 16:
        return True
    if kind != _PASSWORD and len(words) > 1 and any(word in _THING for word in words[:-1]):
        return True
    return _UUID.fullmatch(value) is not None and (kind not in (_PASSWORD, _KEY) or "id" in words or words == ["key"])


def _session(words: list[str]) -> bool:
    """The id of a session is its secret."""
    return words[-1] == "id" and any(word.startswith("sess") for word in words)


def _credential(kind: str) -> Validator:
    number = KINDS.index(kind)

    def judge(secret: str, match: Match) -> bool:
        it = candidate(match)
        return not refused(it, number) and shipped().is_credential(it, number)

    return judge


def _url(secret: str, match: Match) -> bool:
    """A password inside a URL or a connection string stands where nothing else does: only placeholders are let go."""
    value = secret.strip()
    plain = len(value) < 3 or len(set(value)) < 3 or _FILLER.match(value) or _MEANT.search(value)
    return not plain and _COMMON.fullmatch(value) is None and not re.fullmatch(r"\d{2,5}(?:/.*)?|[A-Z_]{3,40}", value)


def _long(secret: str, match: Match) -> bool:
    """A token by its place (a header, a cookie): it must look made by a machine."""
    value = secret.rstrip("=")
    if _MEANT.search(value) is not None or _FILLER.match(value) is not None or _UUID.fullmatch(value) is not None:
        return False
    if re.search(r"(?i)public|\.(?:example|com|org|io)\b", match.text[max(0, match.start - 40) : match.start]):
        return False
    mixed = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return mixed and _CODE.search(value) is None and shipped().level(value) >= 8


VALIDATORS: Final[dict[str, Validator]] = {
    **{f"credential-{kind}": _credential(kind) for kind in KINDS},
    "credential-url": _url,
    "credential-long": _long,
}
GENERATORS: Final[dict[str, Callable[..., str]]] = {}
