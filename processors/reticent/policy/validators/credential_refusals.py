"""What is no credential whatever the statistics say: what stands around the value is code or a sentence, or the name
speaks of another thing. What the value says by itself is in `credential_values`.
"""

from __future__ import annotations

import re
from typing import Final

from .credential_features import FIELD, KINDS, Candidate, telling
from .credential_values import code, filler, mixed, otherwise, uuid

_PASSWORD, _KEY, _OTHER, _URL, _OPTION, _PROSE = range(len(KINDS))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CONSTANT: Final = re.compile(r"(?=.*(?:KEY|TOKEN|SECRET|PRIVATE|PASS))[A-Z]++[0-9]{0,2}+(?:_?[A-Z]++[0-9]{0,2}+){0,8}")
"""What a program calls a credential, where it has a name for the name."""
_VARIABLE: Final = re.compile(r"(?=\D*(?:\d{1,2}\D*)?$)[a-zA-Z][a-z0-9]*(?:[A-Z][a-z0-9]+)+")
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
_NEXT_CODE: Final = re.compile(r"[\"'`],\s*[\"'`][A-Z]{2}[\"'`]")
_PALAU: Final = re.compile("Pala(?:u|os|w)|Палау|Палао|Παλάου|パラオ|帕劳|帛琉|팔라우|بالاو|پالائو")
"""PW among the codes of countries (ISO 3166)."""
_DIGEST: Final = re.compile(r"[0-9a-f]{32,128}")
_QUOTES: Final = frozenset("\"'`")
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
_TESTED: Final = re.compile(r"[Tt]est|\w+/\S|\S+::")
"""What passed: the name of a test."""
_TOOK: Final = re.compile(r" \(\d")
_PORT: Final = re.compile(r"\d{1,5}/(?:tcp|udp|sctp|dccp)|\d?\*[a-z(][a-zA-Z)\-]*")
"""A port of a service, a repeat of a grammar."""
_ROLE: Final = re.compile(r":[a-z:+]{2,24}:`$")
"""What reStructuredText makes of the text behind it."""
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
    _words("confirm confirmation current forgot forgotten reset repeat change invalid new old")
)
"""First words of what a form says about a password, as files of translations have it."""
_SHORTCUT: Final = re.compile(r"(?:(?:Alt|Ctrl|Control|Cmd|Command|Shift|Meta|Option|Super)[-+ ]){1,4}\S{1,12}.*")
_SYMBOL: Final = re.compile(r":?[a-z_]{2,40}\?")
"""A method of Ruby that answers yes or no."""
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
_CACHED: Final = re.compile(r"[a-z_]+(?::[a-z0-9_]+)+")
_SLUG: Final = re.compile(r"[a-z]{3,16}(?:[-/.:][a-z0-9]{1,12}){1,8}")
"""`gpt-4o-mini`, as models and services are called."""
_ITEM: Final = re.compile(r"[a-z]{2,16}\d{0,3}")
"""One of many, as tests name them, where a method is asked for it."""


_WRITTEN_INTO: Final = re.compile(r"(?i)(?<!label)(?<!error)(?<!hint)(?<!title)\d{0,2}\.(?:set)?text$")
"""What a field of a window is given: `passwordBox.Text = "x"`."""


_NEVER: Final = _words(
    """bypass compass phpass passage passenger passing passed passes passive passport passthrough pathpass encompass
    getpwnam getpwuid getspnam hkey monkey donkey hockey turkey jockey whiskey keyboard keyboards keycode keydown
    keyup keypress keyframe keyframes keyword keywords keynote keys keyspaces secretsmanager getpass nopasswd pwrite
    pwritev pwait pwm pwr publickey tokens tokenizer tokenize tokenized public pub pubkey author authors authority
    certain certificates secretary incredible accredited credit credits sacred desalt basalt"""
)
"""Words of a name that make it another thing altogether."""
_ABOUT: Final = _words(
    """type types name names id ids field fields file files filename path paths dir folder url uri urls endpoint host
    adapter driver engine backend query failures label labels title hint help text message msg error errors
    placeholder description prompt length len size min max count limit policy policies regex pattern format
    algorithm alg algo method mode class style icon button form input link reset expired expires expiry expiration
    ttl timeout age date time created updated required enabled disabled strength rules rule validator validation
    manager provider service store storage header headers index idx prefix suffix version source column table
    attribute attr property location scope scopes status state kind encoding usage command cmd callback handler func
    function factory module package generator parser reader writer primary foreign partition sort cache object
    shortcut tooltip caption event special options color colour sha md checksum digest fingerprint thumbprint branch
    revision user users username failed failure success namespace rst rs c h cpp py js ts go java json yaml yml txt
    html php rb expression condition quotes spacing charset alphabet last eight"""
)
"""Last words of a name that speak about a credential instead of being one, or say that it is the last of it only
(`token_last_eight`, `key_last_4`)."""
_ABOUT_ENDS: Final = (
    "opt",
    "opts",
    "file",
    "files",
    "field",
    "label",
    "path",
    "length",
    "policy",
    "type",
    "url",
    "name",
    "text",
)
"""The same, written together with it: `passwordfile`."""
_SHOWN: Final = _words("label lbl title show mandatory placeholder tooltip hint msg txt")
"""First words of a name that stand for a text which people read."""
_EVENT: Final = _words(
    """status error errors err errno nerr nte code codes invalid wrong bad incorrect must restriction history conflict
    event reason flag flags mask"""
)
"""Words of the name of a number that tells what went wrong with a password."""
_WHEN: Final = _words("time changed last at since updated modified expires expiry")
"""Words of the name of a number that tells when a credential was changed or used."""
_CONTENT: Final = _words("value default content data val plain plaintext secret set put")
"""Parts of a credential that are the credential."""
_THING: Final = _words(
    """primary foreign partition routing binding sort cache hot dict map lookup shortcut arrow press group metric
    schema layer column row record entity crew task"""
)
"""Words in front of `key` that make it a plain one, where none says what it opens."""
_OPENS_NOTHING: Final = _words("encrypted wrapped hashed thumbprint fingerprint")
_USERS: Final = _words("user username")
_OF_CHANCE: Final = _words("key token")
_OPENED: Final = _words("api secret access private auth token")
_NAME: Final = re.compile(r"[a-z]{1,24}\d{0,2}|[A-Z]{1,24}\d?|(?:[A-Z]?[a-z]{1,12}){1,4}|[A-Z]\w{0,16}_[A-Z_]{1,16}")
"""What things are called: a plain `key` of this kind is a name among others."""
_SHORT_ID: Final = re.compile(r"[0-9A-F]{8}")
"""The end of an OpenPGP key's fingerprint, by which repositories of packages name it."""
_OF_AN_ITEM: Final = re.compile(r"[\"'],\s?[\"'](?:id|name|value|role|title)\b")
"""What an object has behind its plain `key` where that tells it from others."""
_MORE_ARGUMENTS: Final = re.compile(r"[\"'`]\s?,")
_GIVEN: Final = frozenset({" = ", " := "})
_GIVES: Final = (" = ", " := ")
_SIGN: Final = re.compile(r"[:=]")
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
_GOES_ON: Final = re.compile(r" {0,10}[+\-*|]?= | [|&+] ")
"""Behind a variable: what it is given, or taken together with."""
_TWO_WORDS: Final = re.compile(r"[a-z]{2,16}-[a-z]{2,16}")
_HOST: Final = re.compile(r"(?:[a-z0-9\-]{1,40}\.){1,4}(?:com|org|net|io|dev|edu|gov)")
_HANDLE: Final = re.compile(r"0[xX][0-9a-fA-F]{1,16}:?")
"""The short name of a key that everybody may know."""
_OF_A_TABLE: Final = re.compile(r"[\"'`] \(")
"""Behind the name of an index, in SQL."""
_OBJECT: Final = re.compile(
    r"(?:[a-z]\w*\.)*[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+(?:@\d{1,5}|@[0-9a-f]{6,8}|\{[0-9a-f]{5,8}\}?)"
)
"""What a program prints of an object, or of the line that a message comes from: `AppWindow{9f4ef63`, `Server@325`."""
_ESCAPES: Final = re.compile(r"(?:\\[uUxX][0-9a-fA-F]{2,8})+")
_PROTOCOL: Final = re.compile(r"HTTP/\d(?:\.\d)?|\d\d-\d\d|[a-z]{2,16}=[a-z]{2,16}|(?:application|text|image)/\S{2,80}")
"""Behind a sentence or an empty parameter: how a request goes on, a day, the name and value of a line of a log."""
_ASKED: Final = re.compile(r"(?:get|env|environ)\w{0,8}[(\[]\s?[\"']$")
_CAPITALS_OF_A_NAME: Final = re.compile(r"[A-Z][A-Z0-9_]{3,40}")
"""What the environment is asked for."""
_OF_A_SCHEMA: Final = re.compile(
    r"\d{1,4}-?(?:bits?|bytes)|\d{1,3}(?:\.\d{1,6}){3,}[:=]{0,2}|\w{2,16}\.\d{1,2}\?\w+"
    r"|[a-z0-9\-]{2,24}:[A-Z][a-z]+(?:[A-Z][a-z]+)+"
)
"""A length, an object identifier, a field that need not be there, an action that a policy allows."""
_WORD_OF_A_LIST: Final = re.compile(r"[a-z]{2,16}|[A-Z][a-z]{1,16}")
_IN_A_LIST: Final = re.compile(r"(?:[\[,]\s{0,16}|^\s{4,16})[\"']$")
_NEXT_OF_LIST: Final = re.compile(r"[\"'],\s{0,40}[\"']")
_LIST_GOES_ON: Final = re.compile(r"[\"'](?:\s{0,16}[\],]|\s+$)")
_CAPITALS: Final = re.compile(r"[A-Z]{3,8}\d{0,3}")
"""The name of a type, or of a part of a library."""
_LABEL: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_a-zA-Z]+")


def refused(it: Candidate, kind: int) -> bool:
    """True for what is no credential whatever it looks like; `stand_in` is another question."""
    if kind == _OTHER and _NUMBERED.fullmatch(it.value) is not None:
        return True
    if _RELEASE.fullmatch(it.value) is not None or _SHORTCUT.fullmatch(it.value) is not None:
        return True
    known = kind == _OTHER and (_ATTRIBUTE.fullmatch(it.value) or _HOST.fullmatch(it.value)) is not None
    if known or (kind == _OTHER and "arn:" in it.head):
        return True
    if kind in (_KEY, _OTHER) and "|" in it.between and (it.value.isalpha() or _VARIABLE.fullmatch(it.value)):
        return True
    if _of_a_program(it, kind):
        return True
    if kind == _PROSE and (_FIELD_OF_LOG.match(it.value) or _PROTOCOL.fullmatch(it.value)) is not None:
        return True
    if _of_a_report(it, kind):
        return True
    return otherwise(it.value) or _surrounded(it, kind) or _named_otherwise(it, kind)


def _of_a_report(it: Candidate, kind: int) -> bool:
    """A test that passed, a key of a table that a database names, a port beside its service, a digest beside a path."""
    if it.name == "PASS" and (it.head.rstrip(" ")[-2:] == "--" or _TESTED.match(it.value) or _TOOK.match(it.behind)):
        return True
    if it.value[0] == "(" and it.between.endswith(")="):
        return True
    if _PORT.fullmatch(it.value) is not None or _ROLE.search(it.between) is not None:
        return True
    return kind == _PROSE and "\n" in it.between and _PATH.search(it.head + it.name) is not None


_PATH: Final = re.compile(r"/[\w.\-]{1,40}/[\w.\-]{1,40}$")


def _of_a_program(it: Candidate, kind: int) -> bool:
    """What schemas and programs write of types, objects and variables."""
    variable = it.head.endswith("$") and it.between[:1] == ","
    typed = it.head.endswith("::") and it.between[:1] in _QUOTES  # as templates of clouds have it
    printed = kind != _PASSWORD and (_OBJECT.fullmatch(it.value) or _ESCAPES.fullmatch(it.value)) is not None
    return variable or typed or printed or _OF_A_SCHEMA.fullmatch(it.value) is not None


def _surrounded(it: Candidate, kind: int) -> bool:
    """What stands around the value says that it is code or the middle of a sentence."""
    if _one_of_many(it, kind) or (kind == _PROSE and _in_code(it)) or _goes_elsewhere(it):
        return True
    if not it.quote:
        return _expression(it, kind)
    named = _NEXT_PAIR.match(it.behind) is not None and ("," in it.between or "\n" in it.between)
    named = named or (it.value[0] in _CLOSES and it.value.rstrip()[-1] in _OPENS)  # what stands between two texts
    named = named or (it.value[-1] == " " and it.behind[:1] in _QUOTES and it.behind[:1] != it.quote)
    named = named or (_ASKED.search(it.between) is not None and _CAPITALS_OF_A_NAME.fullmatch(it.value) is not None)
    named = named or _NEXT_ATTRIBUTE.search(it.between) is not None
    named = named or (_CITED.search(it.between) is not None and _CITED_NAME.fullmatch(it.value) is not None)
    named = named or (it.between[-1:] == it.value[-1:] == " " and any(map(str.isalpha, it.between)))
    open_end = it.behind[:1] != it.quote and (kind == _PROSE or it.quote == "`")
    return it.quote != FIELD and (named or open_end)


def _goes_elsewhere(it: Candidate) -> bool:
    """The name ends before what the value belongs to: a sentence, a choice, a comparison, a call of a method."""
    between = it.between
    element = _ELEMENT.search(it.head)
    if element is not None and not telling(element.group(1).lower()):
        return True
    if (it.name.endswith(".") and between[:1] in _QUOTES) or "&&" in between or _PIPED.search(between) is not None:
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
        method.group(1) in _CONTENT or method.group(1) in _COMPARES or telling(method.group(1))
    )


def _one_of_many(it: Candidate, kind: int) -> bool:
    """What is asked of an object, or stands in a list with others."""
    value, between = it.value, it.between
    listed = _IN_A_LIST.search(it.head) is not None and _LIST_GOES_ON.match(it.behind) is not None
    words = _WORD_OF_A_LIST.fullmatch(value) and _WORD_OF_A_LIST.fullmatch(it.name) and _NEXT_OF_LIST.fullmatch(between)
    if listed and words and kind in (_PASSWORD, _KEY):
        return True
    if kind not in (_KEY, _OTHER):
        return False
    item = _NEXT_ITEM.match(it.behind if between[:3] == " = " else between)
    if kind == _KEY and item is not None and _FIELD_NAME.fullmatch(value) is not None:
        return True
    if kind == _OTHER and _SNAKE.fullmatch(value) is not None and _OF_ANOTHER.fullmatch(between) is not None:
        return True
    asked = _CALLED.search(between) is not None or (kind == _OTHER and between[:-1] == "(")
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
        or (_TWO_WORDS.fullmatch(it.value) or _HANDLE.fullmatch(it.value) or _HOST.fullmatch(it.value)) is not None
    )


def _expression(it: Candidate, kind: int) -> bool:
    """Without quotes: a call, a variable, what a template or a shell does next, a word of a sentence."""
    value, between, behind = it.value, it.between, it.behind
    piped = (between.strip(" }") == "|" and behind.lstrip()[:2] == "}}") or behind.lstrip()[:2] == "|>"
    several = not telling(value) and _SNAKE.fullmatch(value) is not None
    variable = between.endswith(_GIVES) and (
        value in _ARGUMENTS
        or (kind != _PASSWORD and _VARIABLE.fullmatch(value) is not None)
        or (kind == _OTHER and value.isalpha())
        or (kind == _KEY and value.isalpha() and value.islower())
        or (value.isidentifier() and (it.name.endswith(f".{value}") or _GOES_ON.match(behind) is not None))
    )
    variable = variable or ("\n" in between and _GOES_ON.match(behind) is not None)
    word = value.isalpha() and (value if kind == _PASSWORD else value[1:]).islower()
    sentence = word and (kind == _PROSE or (kind == _PASSWORD and _SENTENCE.match(behind) is not None))
    sentence = sentence or (kind == _PASSWORD and _caption(it))
    return (
        piped
        or variable
        or sentence
        or (several and (kind in (_KEY, _OTHER) or behind[:1] in _ENDS))
        or behind[:1] in ("(", "[")
        or (behind[:1] == "<" and between in _GIVEN)
        or (value[-1] in "+=" and value[:-1].isidentifier() and behind[:1] in _QUOTES)
        or (kind == _OTHER and (_CAPITALS.fullmatch(value) is not None or value.endswith(it.name.lower() or " ")))
        or (kind == _KEY and _HANDLE.match(value) is not None and not value.rstrip(").,")[18:])
        or behind[:2] in ("->", "::")
        or (value[-1] == "-" and behind[:1] == ">")
        or (between in _GIVEN and value.isidentifier() and _DECLARED.match(it.line) is not None)
        or (value[0] == "[" and _MESSAGE.match(behind) is not None)
        or (value[0] == ":" and between[-1:] == ":")
        or (value[0] == "#" and between[-1:] == " " and value[1:].isalpha())
        or (between == ":" and kind in (_KEY, _OTHER) and _TAG.fullmatch(value) is not None)
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
    first = _LABEL.match(it.name)
    about = first is not None and first.group().lower() in _CAPTIONED
    return about or not value.isascii()


def _names_another(it: Candidate, kind: int) -> bool:
    """`${PASSWORD:-password=x}`, `Cookie: sid=x`: what stands behind the inner name is judged by itself."""
    inner = _INNER.match(it.value)
    cookie = kind == _OTHER and it.name.lower().endswith("cookie")
    return inner is not None and (cookie or (kind == _PASSWORD and telling(inner.group(1).lower())))


def _named_otherwise(it: Candidate, kind: int) -> bool:
    """The name, taken word by word, speaks of something else than this value's kind."""
    value = it.value
    words = [word.lower() for word in _LABEL.findall(it.name)]
    secret = bool(words) and _session(words) and it.quote != FIELD
    if any(word in _NEVER for word in words) or (words and words[-1] in _ABOUT and not (secret or _entered(it))):
        return True
    if len(words) > 1 and words[0] in _SHOWN and (kind == _PASSWORD or not mixed(value)) and not _entered(it):
        return True
    if "to" in words[1:-1]:
        return True  # PASS_TO_PASS, token_to_id: from one thing to another
    if words and (_about_it(words, it) or (words == ["key"] and kind == _KEY and _key_among_others(it))):
        return True
    if (words == ["key"] and _of_a_thing(it)) or _of_a_list(it):
        return True
    if not it.quote and _part(it.name):
        return True
    if kind != _PASSWORD and _plain_thing(words):
        return True
    return _of_another_kind(value, words, kind) or _asks_or_digests(it, words, kind)


def _entered(it: Candidate) -> bool:
    """A text of one word and a digit, which no label of a field is."""
    return bool(it.quote) and " " not in it.value and mixed(it.value) and _WRITTEN_INTO.search(it.name) is not None


def _asks_or_digests(it: Candidate, words: list[str], kind: int) -> bool:
    """`has_key("x")`; the hash of a key or a token, which everybody may know."""
    return (words[:1] == ["has"] and "(" in it.between) or (
        kind != _PASSWORD and words[-1:] == ["hash"] and not _OF_CHANCE.isdisjoint(words)
    )


def _plain_thing(words: list[str]) -> bool:
    """`cache_key`, but not `CACHE_API_KEY`; `wrapped_api_key`."""
    before = words[:-1]
    plain = not _THING.isdisjoint(before) and _OPENED.isdisjoint(words)
    return plain or not _OPENS_NOTHING.isdisjoint(before)


def _of_another_kind(value: str, words: list[str], kind: int) -> bool:
    """Numbers, constants and UUIDs where a name like this has none."""
    if value.isdigit() and ((kind in (_KEY, _OTHER) and len(value) < 16) or not _EVENT.isdisjoint(words)):
        return True
    if value.isdigit() and words[-1:] == ["seed"]:
        return True  # of chance, as requests to models carry it
    if value.isdigit() and not _WHEN.isdisjoint(words):
        return True
    if kind in (_KEY, _PROSE) and _CONSTANT.fullmatch(value) is not None:
        return True
    if kind in (_KEY, _OTHER) and _SYMBOL.fullmatch(value) is not None:
        return True
    if not uuid(value) or "csrf" in words or "xsrf" in words:
        return False
    return kind not in (_PASSWORD, _KEY) or "id" in words or words == ["key"]


def _of_a_thing(it: Candidate) -> bool:
    """`cache key 9d79...`, where the name is two words; an index of a table."""
    before = _LABEL.findall(it.head)
    other = it.head[-1:] == " " and bool(before) and before[-1].lower() in _THING
    return other or (it.name == "KEY" and _OF_A_TABLE.match(it.behind) is not None)


def _of_a_list(it: Candidate) -> bool:
    """A country among others; a file, and its digest."""
    if it.name == "PW":
        return _PALAU.fullmatch(it.value) is not None or (
            it.value.istitle() and _NEXT_CODE.match(it.behind) is not None
        )
    return it.head[-1:] == "/" and "." in it.name and _DIGEST.fullmatch(it.value) is not None


def _key_among_others(it: Candidate) -> bool:
    return (
        _NAME.fullmatch(it.value) is not None
        or _CACHED.fullmatch(it.value) is not None
        or _SLUG.fullmatch(it.value) is not None
        or _SHORT_ID.fullmatch(it.value) is not None
        or _OF_AN_ITEM.match(it.behind) is not None
    )


def _about_it(words: list[str], it: Candidate) -> bool:
    """`passwordfile = x`; `check_user_password("ana", given)`, where the user comes first."""
    if words[-1].endswith(_ABOUT_ENDS) and telling(words[-1]):
        return True
    return not _USERS.isdisjoint(words[:-1]) and "(" in it.between and _MORE_ARGUMENTS.match(it.behind) is not None


def _part(name: str) -> bool:
    """`token.markup`: what is named is a part of the thing, and has no telling name of its own."""
    _, dot, last = name.rpartition(".")
    return bool(dot) and last.isalpha() and last.islower() and last not in _CONTENT and not telling(last)


def _session(words: list[str]) -> bool:
    """The id of a session is its secret where a program or a header says it; in a field of its own it is what traces
    are kept together by."""
    return words[-1] == "id" and any(word.startswith("sess") for word in words)
