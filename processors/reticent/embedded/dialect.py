"""What an HTTP request to ClickHouse means: the statement, the rows that come with it, its settings and parameters.

Pure. The grammar is read only as far as HTTP needs it: where the rows of an INSERT begin, and that there is one
statement, as on a server.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# URL parameters of the HTTP interface that are not settings of a query
_RESERVED = frozenset({
    "query", "database", "user", "password", "default_format", "query_id", "session_id", "session_timeout",
    "session_check", "session_timezone", "stacktrace", "role", "quota_key", "client_protocol_version", "compress",
    "decompress", "buffer_size", "wait_end_of_query", "close_session",
})  # fmt: skip
_PARAMETER = "param_"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
TOKEN = re.compile(
    rb"""(?P<space>\s++|--[^\n]*+|//[^\n]*+|\#[ !][^\n]*+|/\*.*?(?:\*/|\Z))
    |(?P<text>'(?:[^'\\]++|\\.|'')*+'?|"(?:[^"\\]++|\\.|"")*+"?|`(?:[^`\\]++|\\.|``)*+`?|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)
    |(?P<word>[A-Za-z_][\w$]*+)
    |(?P<number>\d\w*+)
    |(?P<open>[(\[{])|(?P<close>[)\]}])
    |(?P<end>;)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_ROWS_BEGIN = re.compile(rb"[ \t\f]*(?:;[ \t\f]*)?\r?\n?")
_NO_ROWS = frozenset({b"select", b"with", b"values", b"from", b"watch"})
"""Words after which an INSERT holds its rows itself, or fetches them."""
READS = frozenset({"select", "with", "show", "describe", "desc", "explain", "exists", "check", ""})
"""First words of statements that answer with rows; "" stands for one in brackets."""

NOT_IMPLEMENTED, SYNTAX_ERROR, BAD_ARGUMENTS = 48, 62, 36


class RefusedError(Exception):
    """A request that is not carried out, with ClickHouse's own code."""

    def __init__(self, code: int, message: str) -> None:
        self.code = code
        super().__init__(f"Code: {code}. DB::Exception: {message}")


@dataclass(frozen=True, slots=True)
class Statement:
    """`kind`: its first word in lower case. `rows`: what is to be inserted, in the format named, when it comes with
    the request (`text` ends before the FORMAT clause then)."""

    text: str
    kind: str
    format: str | None = None
    rows: bytes | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """`settings` and `parameters` are text as it stood in the URL; the engine reads it by its own rules."""

    statement: Statement
    database: str = "default"
    format: str = "TabSeparated"
    settings: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    read_only: bool = False


def understand(given: Mapping[str, str], headers: Mapping[str, str], body: bytes, *, read_only: bool) -> Request:
    """Raises RefusedError for what a server would refuse, and for the little that is not done here."""
    if given.get("decompress", "0") != "0" or given.get("compress", "0") != "0":
        raise RefusedError(NOT_IMPLEMENTED, "ClickHouse's own compression is not supported here; use Content-Encoding")
    query = given.get("query", "").encode()
    statement = parse(query + b"\n" + body if query and body else query or body)
    settings, parameters = {}, {}
    for name, value in given.items():
        if name in _RESERVED:
            continue
        if not _NAME.fullmatch(name):
            raise RefusedError(BAD_ARGUMENTS, "a parameter of the URL has no legal name")
        if name.startswith(_PARAMETER):
            parameters[name.removeprefix(_PARAMETER)] = value
        else:
            settings[name] = value
    return Request(
        statement,
        database=given.get("database") or headers.get("X-ClickHouse-Database") or "default",
        format=statement.format or headers.get("X-ClickHouse-Format") or given.get("default_format") or "TabSeparated",
        settings=settings,
        parameters=parameters,
        read_only=read_only,
    )


def parse(query: bytes) -> Statement:
    """Raises RefusedError: several statements, or text that is not UTF-8."""
    kind: str | None = None
    format: str | None = None
    clause: int | None = None  # where a FORMAT clause begins, right behind its first word
    end: int | None = None
    depth, inserting = 0, False
    for token in TOKEN.finditer(query):
        name = token.lastgroup
        if name == "space":
            continue
        if end is not None:
            raise RefusedError(SYNTAX_ERROR, "Syntax error (Multi-statements are not allowed)")
        if kind is None:
            kind = token.group().lower().decode() if name == "word" else ""
            inserting = kind == "insert"
        if name == "end":
            end = token.start()
        depth += (name == "open") - (name == "close")
        if name != "word" or depth:
            clause = None
        elif clause is not None:
            format = token.group().decode()
            if inserting:
                return _insert(query, clause, token.end(), format)
            clause = None
        elif token.group().lower() == b"format":
            clause = token.start()
        elif inserting and token.group().lower() in _NO_ROWS:
            if token.group().lower() == b"values":  # the engine finds the end of the rows
                return Statement(_text(query), "insert")
            inserting = False
    return Statement(_text(query[:end]), kind or "", format)


def _insert(query: bytes, clause: int, end: int, format: str) -> Statement:
    begin = _ROWS_BEGIN.match(query, end)
    assert begin is not None  # noqa: S101 - for the type checker: it matches the empty string
    return Statement(_text(query[:clause]), "insert", format, query[begin.end() :])


def _text(query: bytes) -> str:
    try:
        return query.decode()
    except UnicodeDecodeError:
        raise RefusedError(SYNTAX_ERROR, "the statement is not UTF-8") from None
