"""Passwords that no statistics find: a word written out where a password stands, or beside the name of its user.

The model knows values by how random they look; `hunter` is a password all the same in `user: ana, password: hunter`.
"""

from __future__ import annotations

import re
from typing import Final

from ..rule import Match
from .credential_features import FIELD, Candidate, telling
from .credential_values import code, stand_in

_OPTION: Final = re.compile(r"[ \t]{1,3}[\"']")
_ASSIGNED: Final = re.compile(
    r"|(?:[\"'\])]|\\\"){0,3}(?:\s?:\s?[A-Za-z][\w.<>?]{1,24}(?=\s?=))?\s{0,12}(?:=>|:=|(?:\|\||\?\?|\?|:)?={1,3}|:)\s{0,24}"
    r"(?:(?:Some|Just|Optional\.of|String|str|bytes|b)\(|b(?=[\"']))?(?:[\"'`]|\\\")?"
    r"|[\"']\s{1,4}(?:value|default|string|content)=[\"']|[\"']>"
)
"""Between a name and a value that is given to it, with no call in between; nothing where a field has the name; the next
attribute of an element, or its end."""
_SETTER: Final = re.compile(r"(?i)(?:[\w.]{0,40}(?:\.|->))?(?:set|with)_?[a-z_]{0,24}")
_ARGUMENT: Final = re.compile(r"\(\s{0,4}[\"'`]")
"""Of a method that sets a password, and takes nothing else."""
_CHOSEN: Final = re.compile(
    r"(?=.{6,32}$)(?:"
    # a word and some digits
    r"(?i:[a-z]{0,10}(?:p[a@]ss?w(?:[o0]rd|d)|pass|pwd|test|demo|admin|root|user|guest|hello|welcome|secret|login|qwerty)"
    r"[a-z]{0,6}[_@#.!\-]?[0-9]{2,10}[!@#$%^&*?.]{0,3})"
    # letters exchanged for signs that look like them, or an ending that rules for passwords ask for
    r"|(?i:(?:my|the)?(?:p@ss?w[o0]rd|pass?w0rd|p4ss?w[o0]rd|passw[o0]rd(?=[0-9]?[!@#$%^&*]))[0-9]{0,6}[!@#$%^&*?.]{0,3})"
    r"|(?i:s(?:3cr[e3]|ecr3)t)[0-9]{0,4}[!@#$%^&*?.]{0,3}|[0-9]{2,4}(?i:test(?:ing)?|pass(?:word)?|hello|welcome)"
    r"|[A-Za-z]{2,12}[0-9]{2,6}[_\-.!@#](?i:password|passwd|pass|pwd|secret)"
    r"|[A-Za-z][a-zA-Z0-9]{1,16}(?:[!;*#^?][A-Za-z][a-zA-Z0-9]{2,16}){1,3}[!?]?|[A-Za-z][a-z]{1,10}[Pp]ass(?:word)?[0-9]"
    # of every Java key store, and what tells whoever installs it to choose another, changed so that a rule lets it pass
    r"|changeit|(?i:change[_\-]?(?:me|it)[_\-]?(?:[0-9]{1,6}[!@#$%^&*?.]{0,3}|[!@#$%^&*?]{1,3}))"
    # a word of tests and some digits
    r"|(?i:(?:foo|bar|baz|foobar|fake|dummy|sample|abc|lorem(?:ipsum)?|some)_?(?:bar|pass|pw|word)?)[0-9]{1,8}[!@#$%^&*?.]{0,3}"
    r"|(?i:secret|hello|welcome|admin|pass@word)[0-9]{1,8}[!@#$%^&*?.]{0,3}(?<=[0-9!@#$%^&*?.][!@#$%^&*?.])"
    r"|pass@word[0-9]{1,4}"
    # a word, some digits and a sign; words that hyphens part, and a number
    r"|[A-Z][a-z]{1,14}[0-9]{3,6}[!@#$%&*?]{1,2}|(?!(?:foo|bar|test|my|your|some|new|old)-)[a-z]{3,14}(?:-[a-z]{2,14}){1,4}-[0-9]{2,4}!?"
    # two words written together
    r"|(?!(?:user|admin|your|the|new|old|current|confirm|repeat|reset|forgot|hash|plain|encrypted|get|set|db|raw|temp|with"
    r"|no|some|any)(?:pass))[a-z]{2,12}(?:password|passwd|pass))"
)
"""The passwords that people choose where nobody looks: a word for a password, made to fit a rule. A name of a variable
(`new_password`, `userPassword`, `password1`) is none of them."""
_MADE_UP: Final = re.compile(
    # a word that no rule for passwords would let pass
    r"(?i:(?:hello|world|foobar(?:baz)?|testing|letmein|newpass(?:w(?:or)?d)?|badpw\d?|(?:user|secret)\d{1,4}|(?-i:P(?:assword|ASSWORD))[0-9]{1,3}"
    r"|(?:admin|root|guest)\d{0,4}|secret[!?]"
    # what it is, and how well it is kept
    r"|(?:super|very|some|my|our|really|ultra|top|bad|good|wrong|right|weak|strong)[_\-]?"
    r"[a-z_\-]{0,24}(?:[s$]ecret|passw(?:or)?d|pass|phrase|(?<=secret)_?(?:key|value|string))\d{0,4}"
    r"|(?!(?:my|new|user|db|the)pw)[a-z]{2,12}pw\d{0,2}"
    r"|(?!(?:client|app|api|jwt|shared|session|consumer|token|user|o?auth|get|set|has|use|with|webhook|your)secret)"
    r"[a-z]{3,20}secret"
    # with digits for letters, whatever stands around it
    r"|[a-z]{0,10}(?:s3cr[e3]t|p[a4@]ssw0rd)[a-z0-9_\-]{0,10}"
    # whose it is, written as no variable is
    r"|(?!(?:reset|forgot|change|new|old|current|confirm|update|edit|show|hide|enter|repeat|set|get|create|no|with|invalid"
    r"|generate|user|your|fake|dummy|mock|sample)-)[a-z][a-z0-9]{1,15}-(?:[a-z0-9]{1,12}-){0,2}(?:secret|passw(?:or)?d|pass))[!?.$]{0,3})"
)
"""What tests and first drafts have for a secret, and stays when they are put to work: in quotes, in a field, or in a
line of a configuration file. Elsewhere it is the name of a variable."""
_PHRASE: Final = re.compile(r"[A-Za-z][a-zA-Z0-9]{2,16}(?:[!;*#^?][A-Za-z][a-zA-Z0-9]{2,16}){1,3}[!?]?")
"""Words that signs part which part none elsewhere."""
_DUMP: Final = re.compile(
    r"(?=(?:[0-9a-fA-F]{2}[ :]?){16})[0-9a-fA-F]{2}(?:[0-9a-fA-F]{2})*(?:[ :][0-9a-fA-F]{2,64}){1,63}"
)
"""Bytes in groups."""
_PIN: Final = re.compile(r"[0-9]{4,12}")
"""A password of digits, where a configuration has it: a program has a number there."""
_COUNTED: Final = "012345678901234567890"
_ID: Final = re.compile(r"(?=.{6,24}$)[a-z]{2,16}[0-9]{2,8}")
_BY_TURNS: Final = re.compile(
    r"(?=.{16,40}$)(?:(?=.*[g-z])[a-z]*(?:[0-9]+[a-z]+){2,}[0-9]*|(?=.*[G-Z])[A-Z]*(?:[0-9]+[A-Z]+){2,}[0-9]*)"
)
_DIGITS_OF_BYTES: Final = 10
"""Digits and signs that bytes of a key have at least."""
_IN_USE: Final = re.compile(r"(?i:[a-z_.\-]{0,40}secret(?:[_\-]?key)?)")
"""A name whose value is a secret, nothing about one."""
_TOKEN: Final = re.compile(
    r"(?i:(?:[a-z]{2,12}[_\-]?)?(?:access|auth|session|login|security|csrf)?[_\-]?token)(?<!page_token)(?<!next_token)"
)
_OF_AN_AUTHOR: Final = re.compile(
    r"(?i:(?:\w{0,24}(?:cookie|session|jwt|csrf|hmac|signing|app)[_\-.]?)?secret(?:[_\-]?key(?:[_\-]?base)?)?)"
)
"""A secret that no machine gives out: whoever writes the program makes it up."""
_MADE_OF_WORDS: Final = re.compile(r"[a-z][a-z0-9]{1,15}(?:[ \-][a-z0-9]{2,16}){1,4}[!?]{0,3}")
_OF_A_SENTENCE: Final = frozenset({
    "a", "an", "the", "is", "are", "was", "not", "no", "for", "of", "to", "in", "on", "by", "with", "from", "and", "or",
    "if", "this", "that", "your", "when", "as", "must", "should", "be", "has", "have", "found", "missing", "required",
    "key", "secret", "token", "password", "credential", "session", "cookie",
})  # fmt: skip
_LINE: Final = re.compile(r"[ \t]*(?:- |#!?[ \t]{0,12}(?:- )?|//[ \t]*|export )?[\"']?[\w.\-]+(?:=| {0,2}: {1,8})")
_ITS_END: Final = re.compile(r"[\"']?[ \t]*+(?:#[^\n]{0,80})?(?:\r?\n\s*+[^\s)}\],]|\r?\n?\s*+$)")
"""Behind a line of a configuration file; the next one does not close a call, a list or an object."""
_CONSTANT: Final = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_TOLD: Final = re.compile(r" (?:\w{1,16} ){0,5}(?:is|was|to)(?: set to)? [\"'`]")
_LIKE: Final = re.compile(
    r"(?i:\w+(?:ed|ing|able|ible)|(?:in)?correct|wrong|right|empty|blank|weak|strong|hidden|plain|same|short|long|new|old"
    r"|(?:un)?set|(?:in)?valid|missing|text|this|that|it|here|there|undefined|safe|secure|good|bad|ok)"
)
_ENVIRONMENT: Final = re.compile(r"[A-Z][A-Z0-9]{2,}(?:_[A-Z0-9]+)*")
_NO_NAME: Final = re.compile(r"[a-z]+(?:-[a-z0-9]+)+|(?=\w{6,}$)[A-Za-z]+[0-9]+[A-Za-z]+")
"""What is not written where a program names a variable."""
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]{3,24}[!@#$%^&*]?")
_USER: Final = re.compile(
    r"(?i)\b(?:db_?|my)?(?:user(?:[_-]?name)?|login|uid|usr|account|e-?mail)\b(?:[\"'\]]|\\\"){0,2}\s{0,3}[:=,]"
)
_LINE_MOST: Final = 160
"""Characters before and behind a value that tell whether it has its line for itself."""
_GOES_ON: Final = frozenset(",{([;")
_NUMBER_LEAST: Final = 8
"""Digits of a number that opens a session."""
_NEAR_BEFORE, _NEAR_BEHIND = 70, 40
"""Characters around a password in which its user is looked for."""
_NAMES: Final = (
    "password", "passwd", "pwd", "passphrase", "pass", "passcode", "pw", "pasword", "paswd", "psswd", "pswd", "psword",
)  # fmt: skip
_ABOUT: Final = frozenset({
    "label", "lbl", "title", "text", "msg", "message", "show", "hide", "repeat", "confirm", "forgot", "reset", "error",
    "invalid", "field", "input", "placeholder", "hint", "type", "mandatory", "required",
})  # fmt: skip
"""Words of a name whose value speaks about a password."""
_NO_VALUE: Final = ("text", "string", "required", "optional", "user")
_PARTS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_OF_ALL: Final = frozenset({
    "default", "value", "local", "dev", "test", "prod", "staging", "confirmation", "again", "repeat", "old", "new",
})  # fmt: skip
"""Behind a name: which of the passwords it is."""


def chosen(it: Candidate, match: Match) -> bool:
    """Whether a value that looks like a stand-in is the password itself, given to a name that says nothing else."""
    if not _given(it) or not _named(it.name):
        return False
    if _PIN.fullmatch(it.value) is not None and len(set(it.value)) > 1:
        return bool(it.quote) or configured(it, match) or (environment(it) and it.between == "=")
    return _CHOSEN.fullmatch(it.value) is not None or _made_up(it, match)


def _given(it: Candidate) -> bool:
    """`name = value`, or `--name value`."""
    option = it.name.startswith("-") and it.between.rstrip("\"'").isspace()
    call = _SETTER.fullmatch(it.name) and _ARGUMENT.fullmatch(it.between) and it.behind[1:].lstrip()[:1] == ")"
    return option or bool(call) or _ASSIGNED.fullmatch(it.between) is not None


def secret_in_words(it: Candidate, match: Match) -> bool:
    """The same for `client_secret = "supersecret"`."""
    if _ASSIGNED.fullmatch(it.between) is None or _IN_USE.fullmatch(it.name) is None:
        return False
    if not it.quote and _ID.fullmatch(it.value) is not None and (environment(it) or configured(it, match)):
        return True
    if it.quote and _OF_AN_AUTHOR.fullmatch(it.name) is not None and _made_of_words(it):
        return True
    written = telling(it.value.lower()) and _made_up(it, match)
    if _PIN.fullmatch(it.value) is not None and it.value not in _COUNTED:
        written = (len(it.value) > 7 and configured(it, match)) or (len(it.value) > 5 and bool(it.quote))
    return written or (bool(it.quote) and (_ID.fullmatch(it.value) or _PHRASE.fullmatch(it.value)) is not None)


def _made_of_words(it: Candidate) -> bool:
    """`secret: 'keyboard cat'`, `cookieSecret: 'my-shop'`, and no sentence about one; a slug only where the name says
    what the secret is of."""
    value = it.value
    if _MADE_OF_WORDS.fullmatch(value) is None or not _OF_A_SENTENCE.isdisjoint(re.split("[ -]", value)):
        return False
    return " " in value or it.name.lower() != "secret"


def in_a_query(it: Candidate) -> bool:
    """The number that opens a session, in the query of a URL."""
    query = it.between == "=" and it.head[-1:] in ("?", "&") and _TOKEN.fullmatch(it.name) is not None
    return query and it.value.isdigit() and len(it.value) >= _NUMBER_LEAST


def told_in_quotes(it: Candidate) -> bool:
    """`the password is "centipede"`: a word set apart in a sentence, and none that speaks of what it is like."""
    if _TOLD.fullmatch(it.between) is None or it.behind[:1] != it.quote or not _named(it.name):
        return False
    return own(it.value) or (_word(it.value) and not stand_in(it.value) and _LIKE.fullmatch(it.value) is None)


def put_together(it: Candidate) -> bool:
    """Whether a sentence tells a password of words, with numbers between or behind them."""
    return _named(it.name) and _PUT_TOGETHER.fullmatch(it.value) is not None


def too_long(it: Candidate) -> bool:
    """Whether a sentence tells a password that is a word, so long that no sentence goes on with it."""
    told = _named(it.name) and _IS.search(it.between) is not None
    return told and _LONG.fullmatch(it.value) is not None and not telling(it.value) and not stand_in(it.value)


_PUT_TOGETHER: Final = re.compile(
    r"[a-z]{3,14}[0-9]{2,4}[a-z]{3,14}[0-9]{0,4}!?|(?!(?:top|last|next|past|step|version|chapter|section|page)-)"
    r"[a-z]{3,14}(?:-[a-z]{2,14}){1,4}-?[0-9]{2,4}!?|[A-Z][a-z]{2,14}[0-9]{3,6}[!@#$%&*?]{1,2}"
)
_IS: Final = re.compile(r"(?:\s(?:is|was|to)|:)\s[\"'`*“]{0,3}$")
_LONG: Final = re.compile(
    r"(?!.*(?:ly|able|ible|ed|ing|ions?|ments?|ness|less|ful|al|ive|ic|it[yé]|ous|ant|ent|like|wise|forward|proof|side|based|ward|"
    r"word|wort|ung|lich|bar|ado|ada|ante|able|ato|ata|oso|ório|ario|oire|keit|heit|isch|cion|ción|ção|mente)$)[a-z]{14,40}"
)
"""A word of so many letters that does not end as long words do."""


def alternating(it: Candidate) -> bool:
    """Bytes in groups, and letters of one case and digits by turns, beyond those of a digest: what machines give out
    and nobody writes."""
    if it.quote and _DUMP.fullmatch(it.value) is not None and len(set(it.value)) > _DIGITS_OF_BYTES:
        return True
    given = _ASSIGNED.fullmatch(it.between) is not None and it.name.lower() != "key"
    return given and _BY_TURNS.fullmatch(it.value) is not None


def own(value: str) -> bool:
    """Whether a value that tests and manuals like is a password all the same where nothing else can stand."""
    return _CHOSEN.fullmatch(value) is not None or _MADE_UP.fullmatch(value) is not None


def _made_up(it: Candidate, match: Match) -> bool:
    if _MADE_UP.fullmatch(it.value) is None:
        return False
    return bool(it.quote) or configured(it, match) or (environment(it) and it.between == "=")


def configured(it: Candidate, match: Match) -> bool:
    """Whether a line holds a name, its value and nothing else, and no program stands around: a value there is no
    variable."""
    if it.quote == FIELD:
        return False
    before = match.text[max(0, match.start - _LINE_MOST) : match.start]
    above, _, line = before.rpartition("\n")
    if _LINE.fullmatch(line) is None or above.rstrip(" \t\r")[-1:] in _GOES_ON:
        return False
    return _ITS_END.match(match.text[match.end : match.end + _LINE_MOST]) is not None


def written_out(it: Candidate, match: Match) -> bool:
    """Whether a value that is no placeholder is a password because of where it stands."""
    value = it.value
    if not _given(it) or _CONSTANT.fullmatch(value) is not None or not value.isprintable():
        return False
    if code(value):
        return False
    if _OPTION.fullmatch(it.between) is not None:
        return _word(value)
    if not it.quote and _named(it.name) and _WORD.fullmatch(value) is not None and _exported(it, match):
        return True
    if not it.quote and telling(value.lower()):  # a variable
        return False
    return _beside_its_user(match) or (_named(it.name) and _word(value) and bool(it.quote))


def environment(it: Candidate) -> bool:
    """Whether the name is one of an environment, which has its value written behind it."""
    return it.between in ("=", ": ") and _ENVIRONMENT.fullmatch(it.name) is not None


def _exported(it: Candidate, match: Match) -> bool:
    """`DB_PASSWORD=hunter` as it stands in an environment file, not in a program. A type (`password: SecretStr`) has
    capitals."""
    if it.between not in ("=", ": "):
        return False
    plain = it.value.isalpha() and it.value.islower() and not telling(it.value)
    if environment(it) and (plain or _NO_NAME.fullmatch(it.value) is not None):
        return True
    return (it.between == "=" or it.value.islower()) and configured(it, match)


def label(value: str) -> bool:
    """Words for people, as in a form: several, the first of them with a capital letter."""
    words = value.rstrip(".!?:…").split()
    letters = all(word.rstrip(",;:").replace("-", "").replace("'", "").isalpha() for word in words)
    return len(words) > 1 and letters and not value[0].islower()


def _beside_its_user(match: Match) -> bool:
    before = match.text[max(0, match.start - _NEAR_BEFORE) : match.start]
    behind = match.text[match.end : match.end + _NEAR_BEHIND]
    return _USER.search(before) is not None or _USER.search(behind) is not None


def _named(name: str) -> bool:
    words = [word.lower() for word in _PARTS.findall(name)]
    if len(words) > 1 and words[-1] in _OF_ALL:
        words.pop()
    return bool(words) and words[-1].endswith(_NAMES) and _ABOUT.isdisjoint(words)


def _word(value: str) -> bool:
    folded = value.lower()
    return _WORD.fullmatch(value) is not None and not telling(folded) and not folded.startswith(_NO_VALUE)
