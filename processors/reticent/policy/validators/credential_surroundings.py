"""What is no credential because what stands around it is code, a list or a sentence."""

from __future__ import annotations

import re
from typing import Final

from .credential_features import FIELD, KEY, OTHER, PASSWORD, PROSE, QUOTES, Candidate, telling
from .credential_names import CONTENT, LABEL
from .credential_values import code, filler, mixed

VARIABLE: Final = re.compile(r"(?=\D*(?:\d{1,2}\D*)?$)[a-zA-Z][a-z0-9]*(?:[A-Z][a-z0-9]+)+")
_CALLED: Final = re.compile(r"\w\.\w+\([\"'`]$|[{,(]\s{0,4}\w+\s?[:=]\s?[\"'`]$")
"""What is asked of an object, or stands under a name of its own."""
_OF_ANOTHER: Final = re.compile(r"\(\w{1,16},\s?[\"'`]")
"""What an object is asked for by a function."""
_OTHER_NAME: Final = re.compile(r"\W{0,4},\s{0,4}\w+\s?[:=]\s?[\"'`]")
_NEXT_LINE: Final = re.compile(r"[A-Za-z_][\w.\-]{0,40}[=:](?![=\s]|$)")
"""The name and value below a name that has none."""
_ELEMENT: Final = re.compile(r"([\w.\-]*)</$")
"""What an element that ends with the name holds: `<key>CLIENT_ID</key>`."""
_NEXT_NAME: Final = re.compile(
    r",(?:\s{0,4}[\w.]{1,24},){0,3}\s{0,4}(?!(?:value|default|string|content|plaintext)\b)[A-Za-z_]{2,24}=[\"']$"
)
"""The argument of another name: `PWD, folder, mode="rw"`."""
_NEXT_ATTRIBUTE: Final = re.compile(
    r"[\"']\s{1,12}(?:[:@#][\w.\-]{1,24}|(?:v|x|ng|aria|data|on)-[\w.\-]{1,24}|type|id|class|style|title|label|placeholder|rules"
    r"|autocomplete|ref|for|(?:max|min)length)=[\"']$"
)
"""Behind the name of a field of a form: what else an element says of it."""
_CITED: Final = re.compile(r"[a-z]{2,} [a-z]{2,} `$")
_CITED_NAME: Final = re.compile(r"(?:[A-Z]{2,16}_){1,4}[A-Z*]{0,16}|(?:[a-z]{2,16}[._]){1,4}[a-z*]{1,16}")
"""In a sentence, the name of something: what stands before it, and it."""
_DECLARED: Final = re.compile(r"(?:export )?(?:let|const|var|val|local|my|auto|final)\s")
"""How a line of a program begins that gives a variable its value."""
_MESSAGE: Final = re.compile(r" \w+(?:[\]:]|$)")
"""Behind the receiver of a message, as Objective-C sends them; the end may be cut off."""
_CHOICE: Final = re.compile(r"[\"'`]\s{0,12}:\s{0,16}[\"'`]")
"""Between the two values of `sure ? "pass" : "fail"`."""
_PIPED: Final = re.compile(r"\|\s{0,4}[a-z]{2,12}\s")
"""What a shell writes goes to a command."""
_CALLS: Final = re.compile(r"\.([a-z]{2,12})$")
_COMPARES: Final = frozenset({"equals", "eq", "send", "verify", "matches", "authenticate"})
"""What is asked of a password with another."""
_TAG: Final = re.compile(r"[a-z]{2,16}(?:-[a-z]{2,16}){0,3}(?::\d{1,5})?")
"""Behind a name and a colon: a tag, a part of a key in a cache, a function and its line in a log."""
_REDIRECTED: Final = re.compile(r"[\"']\s{1,3}>{1,2}\s{1,3}")
"""What a shell writes goes to a file."""
_COORDINATE: Final = re.compile(r"[a-z]{2,}(?:-[a-z0-9]+){1,6}")
"""The artifact behind a group: `io.jsonwebtoken:jjwt-api`."""
_COLUMNS: Final = re.compile(r"[a-z_]{2,16}(?::\(?[a-z_]{2,16}\)?){2,9}")
"""The columns behind this one, as manuals of passwd(5) name them."""
_INNER: Final = re.compile(r"([\w.\-]{1,40})=.{4}")
_SNAKE: Final = re.compile(r"[a-z]{2,}(?:_[a-z]{2,}){1,4}")
_ENDS: Final = frozenset("})]")
"""Where they follow what has no quotes, it is a variable of several words."""
_SENTENCE: Final = re.compile(r" [a-z]{2,10} [a-z]")
_CAPTION: Final = re.compile(r" [^\W\d_]{2}")
_CAPTIONED: Final = frozenset(
    {"confirm", "confirmation", "current", "forgot", "forgotten", "reset", "repeat", "change", "invalid", "new", "old"}
)
"""First words of what a form says about a password, as files of translations have it."""
_ARGUMENTS: Final = frozenset(
    {"args", "kwargs", "argv", "params", "options", "opts", "config", "credentials", "values"}
)
_CLOSES: Final = frozenset(",;)]}")
_OPENS: Final = frozenset(":=(,[{+")
_NEXT_PAIR: Final = re.compile(r"[\"'`](?::|\s?=>)")
"""Behind the name of the next pair."""
_NEXT_ITEM: Final = re.compile(r"[\"'],\s{0,4}[\"']")
_FIELD_NAME: Final = re.compile(r"[a-z]{2,16}(?:_[a-z]{1,16}){0,3}")
"""Names of fields in a list, as schemas of tools have them."""
_ITEM: Final = re.compile(r"[a-z]{2,16}\d{0,3}")
"""One of many, as tests name them, where a method is asked for it."""
_GIVEN: Final = frozenset({" = ", " := "})
_GIVES: Final = (" = ", " := ")
_SIGN: Final = re.compile(r"[:=]")
_GOES_ON: Final = re.compile(r" {0,10}[+\-*|]?= | [|&+] ")
"""Behind a variable: what it is given, or taken together with."""
_TWO_WORDS: Final = re.compile(r"[a-z]{2,16}-[a-z]{2,16}")
HOST: Final = re.compile(r"(?:[a-z0-9\-]{1,40}\.){1,4}(?:com|org|net|io|dev|edu|gov)")
_HANDLE: Final = re.compile(r"0[xX][0-9a-fA-F]{1,16}:?")
"""The short name of a key that everybody may know."""
_ASKED: Final = re.compile(r"(?:get|env|environ)\w{0,8}[(\[]\s?[\"']$")
_CAPITALS_OF_A_NAME: Final = re.compile(r"[A-Z][A-Z0-9_]{3,40}")
"""What the environment is asked for."""
_WORD_OF_A_LIST: Final = re.compile(r"[a-z]{2,16}|[A-Z][a-z]{1,16}")
_IN_A_LIST: Final = re.compile(r"(?:[\[,]\s{0,16}|^\s{4,16})[\"']$")
_NEXT_OF_LIST: Final = re.compile(r"[\"'],\s{0,40}[\"']")
_LIST_GOES_ON: Final = re.compile(r"[\"'](?:\s{0,16}[\],]|\s+$)")
_CAPITALS: Final = re.compile(r"[A-Z]{3,8}\d{0,3}")
"""The name of a type, or of a part of a library."""


def surrounded(it: Candidate, kind: int) -> bool:
    """What stands around the value says that it is code or the middle of a sentence."""
    if _one_of_many(it, kind) or (kind == PROSE and _in_code(it)) or _goes_elsewhere(it):
        return True
    if not it.quote:
        return _expression(it, kind)
    named = _NEXT_PAIR.match(it.behind) is not None and ("," in it.between or "\n" in it.between)
    named = named or (it.value[0] in _CLOSES and it.value.rstrip()[-1] in _OPENS)  # what stands between two texts
    named = named or (it.value[-1] == " " and it.behind[:1] in QUOTES and it.behind[:1] != it.quote)
    named = named or (_ASKED.search(it.between) is not None and _CAPITALS_OF_A_NAME.fullmatch(it.value) is not None)
    named = named or _NEXT_ATTRIBUTE.search(it.between) is not None
    named = named or (_CITED.search(it.between) is not None and _CITED_NAME.fullmatch(it.value) is not None)
    named = named or (it.between[-1:] == it.value[-1:] == " " and any(map(str.isalpha, it.between)))
    open_end = it.behind[:1] != it.quote and (kind == PROSE or it.quote == "`")
    return it.quote != FIELD and (named or open_end)


def _goes_elsewhere(it: Candidate) -> bool:
    """The name ends before what the value belongs to: a sentence, a choice, a comparison, a call of a method."""
    between = it.between
    element = _ELEMENT.search(it.head)
    if element is not None and not telling(element.group(1).lower()):
        return True
    if (it.name.endswith(".") and between[:1] in QUOTES) or "&&" in between or _PIPED.search(between) is not None:
        return True
    if between == ":" and it.head.endswith("://"):
        return True  # the user of a URL, behind which its password is another rule's
    if ("\n" in between and it.head.endswith("case ")) or (it.name.endswith("-") and between[:1] == ">"):
        return True  # a choice of a program, a member of an object
    if _NEXT_NAME.search(between) is not None:
        return True
    if it.head.rstrip(" \"'`")[-1:] == "?" and _CHOICE.fullmatch(between) is not None:
        return True
    method = _CALLS.search(it.name) if between[:1] == "(" else None
    return method is not None and not (
        method.group(1) in CONTENT or method.group(1) in _COMPARES or telling(method.group(1))
    )


def _one_of_many(it: Candidate, kind: int) -> bool:
    """What is asked of an object, or stands in a list with others."""
    value, between = it.value, it.between
    listed = _IN_A_LIST.search(it.head) is not None and _LIST_GOES_ON.match(it.behind) is not None
    words = _WORD_OF_A_LIST.fullmatch(value) and _WORD_OF_A_LIST.fullmatch(it.name) and _NEXT_OF_LIST.fullmatch(between)
    if listed and words and kind in (PASSWORD, KEY):
        return True
    if kind not in (KEY, OTHER):
        return False
    item = _NEXT_ITEM.match(it.behind if between[:3] == " = " else between)
    if kind == KEY and item is not None and _FIELD_NAME.fullmatch(value) is not None:
        return True
    if kind == OTHER and _SNAKE.fullmatch(value) is not None and _OF_ANOTHER.fullmatch(between) is not None:
        return True
    asked = _CALLED.search(between) is not None or (kind == OTHER and between[:-1] == "(")
    return asked and _ITEM.fullmatch(value) is not None


def _in_code(it: Candidate) -> bool:
    """Behind a name in a sentence: the name of another thing, a word for nothing, or what is given to the name and
    judged by the name's own kind."""
    return (
        it.between.startswith("(): ")
        or ("\n" in it.between and _NEXT_LINE.match(it.value) is not None)
        or _OTHER_NAME.fullmatch(it.between) is not None
        or filler(it.value.rstrip("!?."))
        or (it.value.isdigit() and _SIGN.search(it.between) is not None)
        or (_TWO_WORDS.fullmatch(it.value) or _HANDLE.fullmatch(it.value) or HOST.fullmatch(it.value)) is not None
    )


def _expression(it: Candidate, kind: int) -> bool:
    """Without quotes: a call, a variable, what a template or a shell does next, a word of a sentence."""
    value, between, behind = it.value, it.between, it.behind
    piped = (between.strip(" }") == "|" and behind.lstrip()[:2] == "}}") or behind.lstrip()[:2] == "|>"
    several = not telling(value) and _SNAKE.fullmatch(value) is not None
    variable = between.endswith(_GIVES) and (
        value in _ARGUMENTS
        or (kind != PASSWORD and VARIABLE.fullmatch(value) is not None)
        or (kind == OTHER and value.isalpha())
        or (kind == KEY and value.isalpha() and value.islower())
        or (value.isidentifier() and (it.name.endswith(f".{value}") or _GOES_ON.match(behind) is not None))
    )
    variable = variable or ("\n" in between and _GOES_ON.match(behind) is not None)
    word = value.isalpha() and (value if kind == PASSWORD else value[1:]).islower()
    sentence = word and (kind == PROSE or (kind == PASSWORD and _SENTENCE.match(behind) is not None))
    sentence = sentence or (kind == PASSWORD and _caption(it))
    return (
        piped
        or variable
        or sentence
        or (several and (kind in (KEY, OTHER) or behind[:1] in _ENDS))
        or behind[:1] in ("(", "[")
        or (behind[:1] == "<" and between in _GIVEN)
        or (value[-1] in "+=" and value[:-1].isidentifier() and behind[:1] in QUOTES)
        or (kind == OTHER and (_CAPITALS.fullmatch(value) is not None or value.endswith(it.name.lower() or " ")))
        or (kind == KEY and _HANDLE.match(value) is not None and not value.rstrip(").,")[18:])
        or behind[:2] in ("->", "::")
        or (value[-1] == "-" and behind[:1] == ">")
        or (between in _GIVEN and value.isidentifier() and _DECLARED.match(it.line) is not None)
        or (value[0] == "[" and _MESSAGE.match(behind) is not None)
        or (value[0] == ":" and between[-1:] == ":")
        or (value[0] == "#" and between[-1:] == " " and value[1:].isalpha())
        or (between == ":" and kind in (KEY, OTHER) and _TAG.fullmatch(value) is not None)
        or between[:2] == "}:"
        or (value[-1] == "*" and it.head[-1:] in ("(", "`"))
        or (between == ":" and _COLUMNS.fullmatch(value) is not None)
        or _names_another(it, kind)
        or (between == ":" and _COORDINATE.fullmatch(value) is not None and "." in it.name)
        or value[-1] == ":"
        or (value[0] == "(" and between[-1:] == " ")
        or ("\n" in between and ">" not in between and _NEXT_LINE.match(value) is not None)
        or (not value.isascii() and telling(value) and not mixed(value))
        or (between[:1] == "]" and not (between == "]=" and (behind[:1] == "&" or "&" in it.head)))
        or _REDIRECTED.fullmatch(between) is not None
        or code(value)
    )


def _caption(it: Candidate) -> bool:
    """`confirm_password: Confirm your password`, in the language of whoever reads it."""
    value = it.value
    if it.between != ": " or not value.isalpha() or _CAPTION.match(it.behind) is None:
        return False
    if not it.line.startswith(it.name[:20]):
        return False
    first = LABEL.match(it.name)
    about = first is not None and first.group().lower() in _CAPTIONED
    return about or not value.isascii()


def _names_another(it: Candidate, kind: int) -> bool:
    """`${PASSWORD:-password=x}`, `Cookie: sid=x`: what stands behind the inner name is judged by itself."""
    inner = _INNER.match(it.value)
    cookie = kind == OTHER and it.name.lower().endswith("cookie")
    return inner is not None and (cookie or (kind == PASSWORD and telling(inner.group(1).lower())))
