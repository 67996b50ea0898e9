"""What a statement may not do here: the embedded engine is a store, and neither a file server nor a client of others.

The engine's privileges (engine.xml) already refuse every source: file, url, s3, remote and the rest, whether as a table
function, an engine or in a view. This refuses what they were measured to let through: the scalar function `file`, which
is one wherever it is named (`arrayMap(file, ...)`), INTO OUTFILE and FROM INFILE, disks and engines with a path or a
command of their own, objects of the engine's own process, settings that name a file or a server, and functions that
run SQL out of a text, which nobody could look into.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from .dialect import SYNTAX_ERROR, TOKEN, RefusedError, Request

ACCESS_DENIED = 497

_CALLED = frozenset({"python", "executable", "arrowstream", "disk", "eval", "input"})
_SETTINGS = frozenset({
    "format_schema", "format_template_resultset", "format_template_row", "format_avro_schema_registry_url",
})  # fmt: skip
_PAIRS = frozenset({("into", "outfile"), ("from", "infile")})
_ATTACHED = frozenset({"table", "database", "dictionary", "view", "temporary", "materialized", "live", "window"})
_MAKES = frozenset({"create", "replace"})
_ENGINES = frozenset({
    "memory", "null", "log", "tinylog", "stripelog", "set", "join", "buffer", "merge", "view", "materializedview",
    "generaterandom", "atomic", "ordinary",
})  # fmt: skip
_AFTER_A_COLUMN = frozenset({
    "from", "as", "in", "not", "is", "like", "ilike", "between", "and", "or", "asc", "desc", "order", "group", "having",
    "where", "limit", "union", "settings", "comment", "global",
})  # fmt: skip
"""Words that follow `engine` where it is a column, as in system.tables."""
_PLAIN = re.compile(rb"(?:[^\\]|\\[\\`\"])*", re.DOTALL)


class _Token(NamedTuple):
    """`kind`: name (in lower case, without its quotes), text or sign."""

    kind: str
    value: str


_NONE = _Token("", "")


def confine(request: Request) -> None:
    """Raises RefusedError when the request would reach beyond the database."""
    if not _SETTINGS.isdisjoint(request.settings):
        raise _refusal("such a setting")
    statement = request.statement
    names = _check(statement.text.encode())
    if statement.rows is not None and (statement.format or "").lower() == "values":  # its rows are expressions
        names |= _check(statement.rows)
    if "identifier" in names:  # a parameter may be a name then
        if any(name.startswith("param_") for name in names):
            raise _refusal("a parameter that is set in the statement")
        for value in request.parameters.values():
            _check(value.encode())


def _check(query: bytes) -> set[str]:
    """The names in a statement that matter to `confine`. Raises RefusedError."""
    window = deque([_NONE] * 6, maxlen=6)
    depth, makes, seen = 0, False, set[str]()
    for token in _padded(_tokens(query)):
        window.append(token)
        second, first, here, after, then, last = window
        if here.kind == "sign":
            depth += (here.value in "([{") - (here.value in ")]}")
        if here.kind != "name":
            continue
        makes = makes or here.value in _MAKES
        if here.value == "identifier" or here.value.startswith("param_"):
            seen.add(here.value)
        reaching = _reaching(second, first, here, after, then, last)
        if not reaching and here.value == "engine" and makes and not depth:
            reaching = _engine(after, then)
        if reaching:
            raise _refusal(reaching)
    return seen


def _reaching(second: _Token, first: _Token, here: _Token, after: _Token, then: _Token, last: _Token) -> str:
    """What reaches too far, or an empty text."""
    name, called = here.value, after.value == "(" and after.kind == "sign"
    if name == "file" and not (first == _Token("sign", ".") and second.kind == "name"):
        return "the name file, which is a function (write t.file for a column)"
    if name in _SETTINGS:
        return f"the setting {name}"
    if name in _CALLED and called:
        return f"{name}(...)"
    if name == "format" and called and not (then.kind == "text" and "{" in then.value and last.value == ","):
        return "format(...) of anything but a pattern"
    if (first.value, name) in _PAIRS and first.kind == "name":
        return f"{first.value} {name}".upper()
    if name == "attach" and after.kind == "name" and after.value in _ATTACHED:
        return "ATTACH"
    return ""


def _engine(after: _Token, then: _Token) -> str:
    """The engine in an ENGINE clause, unless it keeps what it has in the database."""
    assigned = after == _Token("sign", "=")
    named = then if assigned else after
    if named.kind != "name" or (not assigned and named.value in _AFTER_A_COLUMN):
        return ""
    return "" if named.value in _ENGINES or named.value.endswith("mergetree") else "this engine"


def _tokens(query: bytes) -> Iterator[_Token]:
    for match in TOKEN.finditer(query):
        group, raw = match.lastgroup, match.group()
        if group == "space":
            continue
        if group == "word":
            yield _Token("name", raw.decode().lower())
        elif group == "text" and raw[:1] in b'`"':
            if not _PLAIN.fullmatch(raw):
                raise RefusedError(SYNTAX_ERROR, "Syntax error (a quoted name holds an escape)")
            yield _Token("name", raw[1:-1].decode("utf-8", "replace").lower())
        elif group == "text":
            yield _Token("text", raw.decode("utf-8", "replace"))
        elif raw >= b"\x80":  # the engine knows quotes and spaces beyond ASCII, and so may mean something else
            raise RefusedError(SYNTAX_ERROR, "Syntax error (outside of quotes a statement is ASCII here)")
        else:
            yield _Token("sign", raw.decode())


def _padded(tokens: Iterator[_Token]) -> Iterator[_Token]:
    yield from tokens
    yield from (_NONE, _NONE, _NONE)


def _refusal(what: str) -> RefusedError:
    return RefusedError(
        ACCESS_DENIED, f"default: Not enough privileges: {what} reaches beyond the database; this engine only stores."
    )
