"""What is no credential whatever the statistics say: what a program, a schema or a report writes, what stands around
the value (`credential_surroundings`), a name that speaks of another thing (`credential_names`). What the value says by
itself is in `credential_values`.
"""

from __future__ import annotations

import re
from typing import Final

from .credential_features import KEY, OTHER, PASSWORD, PROSE, QUOTES, Candidate
from .credential_names import named_otherwise
from .credential_surroundings import HOST, VARIABLE, surrounded
from .credential_values import otherwise

_TESTED: Final = re.compile(r"[Tt]est|\w+/\S|\S+::")
"""What passed: the name of a test."""
_TOOK: Final = re.compile(r" \(\d")
_PORT: Final = re.compile(r"\d{1,5}/(?:tcp|udp|sctp|dccp)|\d?\*[a-z(][a-zA-Z)\-]*")
"""A port of a service, a repeat of a grammar."""
_ROLE: Final = re.compile(r":[a-z:+]{2,24}:`$")
"""What reStructuredText makes of the text behind it."""
_PATH: Final = re.compile(r"/[\w.\-]{1,40}/[\w.\-]{1,40}$")
_SHORTCUT: Final = re.compile(r"(?:(?:Alt|Ctrl|Control|Cmd|Command|Shift|Meta|Option|Super)[-+ ]){1,4}\S{1,12}.*")
_NUMBERED: Final = re.compile(r"(?:[a-z]{1,12}[_\-]){1,3}\d{1,6}|\d[\d_.:\-]*,?|0[xX][0-9a-fA-F]{1,16},?")
"""session-12, session 30546354_3217556214, 0x15c7a1b2f3e0007: one of many, known by its number."""
_ATTRIBUTE: Final = re.compile(r"[A-Za-z\-]{2,16}=(?:[A-Za-z]{0,8}|\d{1,6})")
"""Of a cookie."""
_FIELD_OF_LOG: Final = re.compile(r"[a-z]{2,16}_[a-z_]{2,16}=|[a-z]{2,12}=\d")
"""Behind a sentence in quotes."""
_RELEASE: Final = re.compile(
    r"v\d{1,4}\.\d{1,4}\.\d{1,6}(?:[-+/][\w.+/\-]*)?"
    r"|\d{1,4}(?:\.\d{1,6}){1,3}[.\-](?i:final|release|ga|snapshot|jre|m|rc)\w*"
)
"""Behind the name of a module."""
_OBJECT: Final = re.compile(
    r"(?:[a-z]\w*\.)*[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+(?:@\d{1,5}|@[0-9a-f]{6,8}|\{[0-9a-f]{5,8}\}?)"
)
"""What a program prints of an object, or of the line that a message comes from: `AppWindow{9f4ef63`, `Server@325`."""
_ESCAPES: Final = re.compile(r"(?:\\[uUxX][0-9a-fA-F]{2,8})+")
_PROTOCOL: Final = re.compile(r"HTTP/\d(?:\.\d)?|\d\d-\d\d|[a-z]{2,16}=[a-z]{2,16}|(?:application|text|image)/\S{2,80}")
"""Behind a sentence or an empty parameter: how a request goes on, a day, the name and value of a line of a log."""
_OF_A_SCHEMA: Final = re.compile(
    r"\d{1,4}-?(?:bits?|bytes)|\d{1,3}(?:\.\d{1,6}){3,}[:=]{0,2}|\w{2,16}\.\d{1,2}\?\w+"
    r"|[a-z0-9\-]{2,24}:[A-Z][a-z]+(?:[A-Z][a-z]+)+"
)
"""A length, an object identifier, a field that need not be there, an action that a policy allows."""


def refused(it: Candidate, kind: int) -> bool:
    """True for what is no credential whatever it looks like; `stand_in` is another question."""
    if kind == OTHER and _NUMBERED.fullmatch(it.value) is not None:
        return True
    if _RELEASE.fullmatch(it.value) is not None or _SHORTCUT.fullmatch(it.value) is not None:
        return True
    known = kind == OTHER and (_ATTRIBUTE.fullmatch(it.value) or HOST.fullmatch(it.value)) is not None
    if known or (kind == OTHER and "arn:" in it.head):
        return True
    if kind in (KEY, OTHER) and "|" in it.between and (it.value.isalpha() or VARIABLE.fullmatch(it.value)):
        return True
    if _of_a_program(it, kind):
        return True
    if kind == PROSE and (_FIELD_OF_LOG.match(it.value) or _PROTOCOL.fullmatch(it.value)) is not None:
        return True
    if _of_a_report(it, kind):
        return True
    return otherwise(it.value) or surrounded(it, kind) or named_otherwise(it, kind)


def _of_a_report(it: Candidate, kind: int) -> bool:
    """A test that passed, a key of a table that a database names, a port beside its service, a digest beside a path."""
    if it.name == "PASS" and (it.head.rstrip(" ")[-2:] == "--" or _TESTED.match(it.value) or _TOOK.match(it.behind)):
        return True
    if it.value[0] == "(" and it.between.endswith(")="):
        return True
    if _PORT.fullmatch(it.value) is not None or _ROLE.search(it.between) is not None:
        return True
    return kind == PROSE and "\n" in it.between and _PATH.search(it.head + it.name) is not None


def _of_a_program(it: Candidate, kind: int) -> bool:
    """What schemas and programs write of types, objects and variables."""
    variable = it.head.endswith("$") and it.between[:1] == ","
    typed = it.head.endswith("::") and it.between[:1] in QUOTES  # as templates of clouds have it
    printed = kind != PASSWORD and (_OBJECT.fullmatch(it.value) or _ESCAPES.fullmatch(it.value)) is not None
    return variable or typed or printed or _OF_A_SCHEMA.fullmatch(it.value) is not None
