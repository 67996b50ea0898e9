"""What is no credential because its name, taken word by word, speaks of another thing than a value of its kind."""

from __future__ import annotations

import re
from typing import Final

from .credential_features import FIELD, KEY, OTHER, PASSWORD, PROSE, Candidate, telling
from .credential_values import mixed, uuid


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CONSTANT: Final = re.compile(r"(?=.*(?:KEY|TOKEN|SECRET|PRIVATE|PASS))[A-Z]++[0-9]{0,2}+(?:_?[A-Z]++[0-9]{0,2}+){0,8}")
"""What a program calls a credential, where it has a name for the name."""
_NEXT_CODE: Final = re.compile(r"[\"'`],\s*[\"'`][A-Z]{2}[\"'`]")
_PALAU: Final = re.compile("Pala(?:u|os|w)|Палау|Палао|Παλάου|パラオ|帕劳|帛琉|팔라우|بالاو|پالائو")
"""PW among the codes of countries (ISO 3166)."""
_DIGEST: Final = re.compile(r"[0-9a-f]{32,128}")
_SYMBOL: Final = re.compile(r":?[a-z_]{2,40}\?")
"""A method of Ruby that answers yes or no."""
_CACHED: Final = re.compile(r"[a-z_]+(?::[a-z0-9_]+)+")
_SLUG: Final = re.compile(r"[a-z]{3,16}(?:[-/.:][a-z0-9]{1,12}){1,8}")
"""`gpt-4o-mini`, as models and services are called."""
_WRITTEN_INTO: Final = re.compile(r"(?i)(?<!label)(?<!error)(?<!hint)(?<!title)\d{0,2}\.(?:set)?text$")
"""What a field of a window is given: `passwordBox.Text = "x"`."""
_NEVER: Final = _words(
    """bypass compass phpass passage passenger passing passed passes passive passport passthrough pathpass encompass
    getpwnam getpwuid getspnam hkey monkey donkey hockey turkey jockey whiskey keyboard keyboards keycode keydown
    keyup keypress keyframe keyframes keyword keywords keynote keys keyspaces secretsmanager getpass nopasswd pwrite
    pwritev pwait pwm pwr publickey tokens tokenizer tokenize tokenized public pub pubkey author authors authority
    publishable certain certificates secretary incredible accredited credit credits sacred desalt basalt"""
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
CONTENT: Final = _words("value default content data val plain plaintext secret set put")
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
_OF_A_TABLE: Final = re.compile(r"[\"'`] \(")
"""Behind the name of an index, in SQL."""
LABEL: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_a-zA-Z]+")


def named_otherwise(it: Candidate, kind: int) -> bool:
    """The name, taken word by word, speaks of something else than this value's kind."""
    value = it.value
    words = [word.lower() for word in LABEL.findall(it.name)]
    secret = bool(words) and _session(words) and it.quote != FIELD
    if any(word in _NEVER for word in words) or (words and words[-1] in _ABOUT and not (secret or _entered(it))):
        return True
    if len(words) > 1 and words[0] in _SHOWN and (kind == PASSWORD or not mixed(value)) and not _entered(it):
        return True
    if "to" in words[1:-1]:
        return True  # PASS_TO_PASS, token_to_id: from one thing to another
    if words and (_about_it(words, it) or (words == ["key"] and kind == KEY and _key_among_others(it))):
        return True
    if (words == ["key"] and _of_a_thing(it)) or _of_a_list(it):
        return True
    if not it.quote and _part(it.name):
        return True
    if kind != PASSWORD and _plain_thing(words):
        return True
    return _of_another_kind(value, words, kind) or _asks_or_digests(it, words, kind)


def _entered(it: Candidate) -> bool:
    """A text of one word and a digit, which no label of a field is."""
    return bool(it.quote) and " " not in it.value and mixed(it.value) and _WRITTEN_INTO.search(it.name) is not None


def _asks_or_digests(it: Candidate, words: list[str], kind: int) -> bool:
    """`has_key("x")`; the hash of a key or a token, which everybody may know."""
    return (words[:1] == ["has"] and "(" in it.between) or (
        kind != PASSWORD and words[-1:] == ["hash"] and not _OF_CHANCE.isdisjoint(words)
    )


def _plain_thing(words: list[str]) -> bool:
    """`cache_key`, but not `CACHE_API_KEY`; `wrapped_api_key`."""
    before = words[:-1]
    plain = not _THING.isdisjoint(before) and _OPENED.isdisjoint(words)
    return plain or not _OPENS_NOTHING.isdisjoint(before)


def _of_another_kind(value: str, words: list[str], kind: int) -> bool:
    """Numbers, constants and UUIDs where a name like this has none."""
    if value.isdigit() and ((kind in (KEY, OTHER) and len(value) < 16) or not _EVENT.isdisjoint(words)):
        return True
    if value.isdigit() and words[-1:] == ["seed"]:
        return True  # of chance, as requests to models carry it
    if value.isdigit() and not _WHEN.isdisjoint(words):
        return True
    if kind in (KEY, PROSE) and _CONSTANT.fullmatch(value) is not None:
        return True
    if kind in (KEY, OTHER) and _SYMBOL.fullmatch(value) is not None:
        return True
    if not uuid(value) or "csrf" in words or "xsrf" in words:
        return False
    return kind not in (PASSWORD, KEY) or "id" in words or words == ["key"]


def _of_a_thing(it: Candidate) -> bool:
    """`cache key 9d79...`, where the name is two words; an index of a table."""
    before = LABEL.findall(it.head)
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
    return bool(dot) and last.isalpha() and last.islower() and last not in CONTENT and not telling(last)


def _session(words: list[str]) -> bool:
    """The id of a session is its secret where a program or a header says it; in a field of its own it is what traces
    are kept together by."""
    return words[-1] == "id" and any(word.startswith("sess") for word in words)
