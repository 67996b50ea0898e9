"""Ways to reach a person: e-mail addresses, telephone numbers, handles. Telephones by phonenumberslite."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

import phonenumbers

from ...patterns.linear import finding
from ..rule import Match, Validator
from .likeness import alone, placeholder, words_of
from .national import digits_of, is_day

_NO_DOMAIN: Final = words_of(
    """png jpg jpeg gif svg webp ico bmp tif tiff pdf js mjs cjs ts tsx jsx css scss less html htm xml json yaml yml
    toml md rst txt csv tsv py pyc pyi rb rs go java kt c h cc cpp hpp so dll exe sh bash zsh bat ps1 zip gz tgz bz2
    xz tar whl jar war lock log conf cfg ini service socket timer target mount slice scope path device swap map min
    reshape dot conj shape astype transpose sum mean copy item append format get set name value self"""
)
"""Ends of file names, units and attributes that stand where a domain's last label would."""
_LOGINS: Final = frozenset(["git", "hg", "svn"])


def email(text: str, found: Match) -> bool:
    """Not a file name, an attribute of code, the common login of a host of repositories, the id of a message, or what
    stands in a URL before its host."""
    local, _, domain = text.rpartition("@")
    behind = found.text[found.end : found.end + 1]
    if domain.rpartition(".")[2].lower() in _NO_DOMAIN or behind in {"(", "["}:
        return False
    before = found.text[max(0, found.start - 64) : found.start]
    if _USER_INFO.search(before) is not None or (before.endswith("://") and _TOKEN.fullmatch(local) is not None):
        return False
    return local.lower() not in _LOGINS and not domain.replace(".", "").isdigit()


def email_international(text: str, found: Match) -> bool:
    """With a letter that no other rule's addresses have."""
    return any("\u0590" <= sign < "\u1e00" or sign > "\u2fff" for sign in text) and email(text, found)


_USER_INFO: Final = re.compile(
    r"://[^\s/@\"'<>]*:[^\s/\"'<>?,;&=]*$|(?i:message-id|in-reply-to|references|content-id)\W{1,5}$"
)
"""Before a password in a URL, and the id of a message."""
_TOKEN: Final = re.compile(r"(?=\D*\d)[0-9A-Za-z_\-]{20,}")
"""What is no user where one stands in a URL."""


def _number(text: str, region: str | None = None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def phone(text: str, found: Match) -> bool:
    """Written with its country: valid there, or possible there and written in groups as people do."""
    digits = digits_of(text)
    if not 7 <= len(digits) <= 20 or len(set(digits)) < 3:
        return False
    if re.match(r"\.\d", found.text[found.end : found.end + 2]) or re.search(r"\+ \d+$| [-+/] |\d{6,}\.\d+$", text):
        return False
    plain = text.lstrip("(")
    plain = re.sub(r"^00[ -]?", "+", plain) if plain.startswith("00") else plain
    number = _number(plain)
    if number is None:
        return False
    grouped = re.search(r"\d[ .()/-]+\d", text) is not None or _CALLED(
        f"{found.label} {found.text[max(0, found.start - _CALLED_NEAR) : found.start]}"
    )
    return bool(phonenumbers.is_valid_number(number) or (grouped and phonenumbers.is_possible_number(number)))


_CALLED_NEAR: Final = 40
_CALLED: Final = finding(
    r"(?i)(?:phone|mobile|\bcell|\btel\b|contact|call|\btext|\btxt|whatsapp|\bsms|reach|number|\bfax|next of kin|\bring"
    r"|telefon|t[ée]l[ée]fon)"
)


def phone_valid(text: str, found: Match) -> bool:
    """Valid in the country that it names."""
    number = _number(re.sub(r"^00[ -]?", "+", text))
    return number is not None and bool(phonenumbers.is_valid_number(number)) and len(set(digits_of(text))) > 2


_LOGGED: Final = re.compile(r"(?:HTTP/\d(?:\.\d)?\\?\"|\d\d:\d\d(?:[.,]\d{1,9})?) {1,8}$")


def _logged(found: Match) -> bool:
    """In a line of a log, before a status and sizes, or the numbers of a process and a thread."""
    return _LOGGED.search(found.text[max(0, found.start - 24) : found.start]) is not None


_BRACKETS: Final = re.compile(r"(?:1[ .-])?\(\d{3}\) ?\d{3}[.-]\d{4}")
"""How nothing else is written."""
_OF_NO_PLACE: Final = re.compile(r"(?:1[ .-])?(?:555|8(?:00|33|44|55|66|77|88))([-.])\d{3}\1\d{4}")


def phone_nanp(text: str, found: Match) -> bool:
    """A valid number of the United States, Canada or the Caribbean; any that begins with three digits in brackets, with
    what is free to call, or with the area that no place has and made-up people do."""
    digits = digits_of(text)
    if len(set(digits)) < 3:
        return False
    if _BRACKETS.match(text) is not None or _OF_NO_PLACE.match(text) is not None:
        return True
    number = _number(text, "US")
    return number is not None and bool(phonenumbers.is_valid_number(number)) and not _logged(found)


def _plausible(text: str, least: int) -> bool:
    digits = digits_of(text.partition("x")[0])
    return least <= len(digits) <= 15 and len(set(digits)) > 2 and not is_date(text)


_DATE_MOST: Final = 8
"""Digits of a part of a date."""


def is_date(text: str) -> bool:
    """Three numbers that are a day in some order, or two years."""
    parts = [int(part) for part in re.split(r"[-/. ]", text) if part.isdecimal() and len(part) <= _DATE_MOST]
    if len(parts) == 3:
        return is_day(*parts) or is_day(parts[2], parts[1], parts[0]) or is_day(parts[2], parts[0], parts[1])
    return len(parts) == 2 and all(1900 <= part <= 2100 for part in parts)


def phone_labelled(text: str, found: Match) -> bool:
    """Seven digits or more that are no date: its name has said what it is. Eight digits of a row are numbers that begin
    like a year in Denmark and Norway, too."""
    if (
        _DAY.fullmatch(text) is not None
        and _OF_EIGHT.search(found.text[max(0, found.start - 24) : found.start]) is None
    ):
        return False
    return _plausible(text, 6)


_DAY: Final = re.compile(r"(?:19[5-9]|20[0-3])\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_OF_EIGHT: Final = re.compile(r"(?i)(?:tlf|mobil|telefon|mobilnummer|telefonnummer)\W{0,6}$")


_NO_TELEPHONE: Final = re.compile(r"(?:19|20)\d\d-\d\d-\d\d(?!\d)|\d{5}-\d{4}$")


def is_ipv4(text: str) -> bool:
    """Four numbers of a byte each with full stops between."""
    try:
        return ipaddress.ip_address(text).version == 4
    except ValueError:
        return False


_PARTED: Final = re.compile(r"(?<!\d)\d\.\d\.\d")
"""In a version."""


def phone_grouped(text: str, found: Match) -> bool:
    """Groups of digits as a telephone number has them, no date or time, no sum of money, no range, no ZIP code, no
    columns of a log."""
    if _NO_TELEPHONE.match(text):
        return False
    groups = re.findall(r"\d+", text.partition("x")[0])
    if text.count("/") > 1 or _PARTED.search(text) is not None:
        return False
    if (len(groups) == 2 and _logged(found)) or (len(groups) == 4 and is_ipv4(text)):
        return False
    thousands = all(len(group) == 3 and group != "000" for group in groups[1:])
    if len(groups) == 2 and len(groups[0]) == len(groups[1]):
        return (len(groups[0]) == 4 or (text.lstrip("(").startswith("0") and len(groups[0]) == 5)) and _plausible(
            text, 8
        )
    if thousands and len(groups[0]) < 3 and not text.startswith("("):
        return len(groups) == 3 and _plausible(text, 8)
    return "000" not in groups and _plausible(text, 7)


def phone_national(text: str, found: Match) -> bool:
    """Valid in a country whose people dial a zero first, and no number of another thing."""
    digits = digits_of(text.partition("x")[0].partition("ext")[0])
    if not 9 <= len(digits) <= 12 or len(set(digits)) < 4 or is_date(text) or not phone_grouped(text, found):
        return False
    return not _of_another_thing(found) and valid_in(ZERO_FIRST, KINDS)("".join(map(str, digits)))


@cache
def valid_in(regions: Sequence[str], kinds: Sequence[str]) -> Callable[[str], bool]:
    """Whether digits are a number of one of these kinds in one of these countries, as people dial it there: by the
    library's patterns, all at once, for hardly any of the numbers in a text is a telephone's."""
    numbers = []
    for country in filter(None, map(phonenumbers.PhoneMetadata.metadata_for_region, regions)):
        known = [getattr(country, kind) for kind in kinds]
        patterns = "|".join(kind.national_number_pattern for kind in known if kind and kind.national_number_pattern)
        numbers.append(f"(?:{country.national_prefix if country.national_prefix == '0' else ''}(?:{patterns}))")
    return finding(f"^(?:{'|'.join(numbers)})$")


KINDS: Final = (
    "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan",
)  # fmt: skip


def phone_joined(text: str, found: Match) -> bool:
    """Valid in North America, where nothing is dialled first, or where a zero is; varied, and not counted."""
    if _COUNTED_BEHIND.match(found.text, found.end) is not None or not _of_nothing_else(text, found):
        return False
    return valid_in(ZERO_FIRST if text.startswith("0") else NO_ZERO, KINDS)(text)


def phone_trunk_zero(text: str, found: Match) -> bool:
    """A mobile telephone's, where a zero is dialled first: of the other kinds together nearly every number is one."""
    return valid_in(MOBILE_ZERO, ("mobile",))(text) and _of_nothing_else(text, found)


def _of_nothing_else(text: str, found: Match) -> bool:
    """Varied, not counted up, and no number of another thing."""
    return len(set(text)) >= 5 and text not in "01234567890" and not _of_another_thing(found)


def _of_another_thing(found: Match) -> bool:
    """Behind what says so, or in a dump of bytes."""
    before = found.text[max(0, found.start - 32) : found.start]
    return _NUMBERED.search(before) is not None or _HEXDUMP.search(before) is not None


NO_ZERO: Final = ("US", "ES", "PT", "PL", "CZ")
_COUNTED_BEHIND: Final = re.compile(
    r"(?i)\s?(?:bytes?|rows?|items?|ms|ns|s|seconds|lines|times|users|kb|mb|gb|usd|eur|dollars)\b"
)
ZERO_FIRST: Final = (
    "GB", "DE", "FR", "AU", "NL", "BE", "CH", "AT", "IE", "NZ", "SE", "FI", "RO", "TR", "JP", "IN", "ID", "IT",
)  # fmt: skip
MOBILE_ZERO: Final = ("GB", "DE", "FR", "AU", "NL", "BE", "CH", "IE", "SE", "RO")
_NUMBERED: Final = re.compile(
    r"(?i)\b(?:order|invoice|ref(?:erence)?|id|isbn|issn|serial|sku|item|part|case|ticket|account|acct|policy|iban|card|version"
    r"|passport|claim|tracking|konto|bestellung|rechnung|orcid|upc|ean|code|tax|vat|nip|siret|siren|regon|mrn|nhs)"
    r"(?: ?(?:no|nr|num(?:ber)?|id|code|#))?[.:#'\"]?\s{0,3}(?:(?:is|was)\s)?$"
)
"""Before the number of another thing."""
_HEXDUMP: Final = re.compile(r"\b(?:[0-9a-f]{2}|[0-9a-f]{4}) $")
_ROLES: Final = re.compile(
    r"(?:admin|root|guest|user|test|demo|anonymous|system|none|null|true|false|int|integer|str|string|uuid|optional|required"
    r"|default|unknown|nobody|me|you|self|name|id|number|value|email|password|from|the|and|for|with|that|this|not|get|set"
    r"|username|login|account|customer|form|page|field|info|details|profile|list|data|key|type|is|are|was|or|in|on|of|to)",
    re.IGNORECASE,
)
_SPOKEN: Final = re.compile(r"[a-z]+|[A-Z]?[a-z]+(?:[A-Z][a-z]+)+|[A-Z][a-z]*|[A-Z]+")
_CODE: Final = words_of("user name id get set the login account request self current row obj item data config")


_FIELDS: Final = re.compile(r"(?:label|data)\d|[a-z]+_(?:at|id|url)")
"""Names of what stands beside it: of a page's card, of a record."""
_FILTER: Final = re.compile(r"\s*(?:\|\s*\w+\s*)?\}\}")
"""Behind a filter of a template."""


def handle(text: str, found: Match) -> bool:
    """Begins with @, or has a digit or a sign: not a plain word. Where no sign stands before it, it begins with @."""
    bare = text.lstrip("@")
    if text.startswith("live:"):
        return placeholder(text, found)
    if _FILTER.match(found.text, found.end):
        return False
    before, behind = found.text[: found.start].rstrip(), found.text[found.end : found.end + 1]
    if bare == text and (
        behind in {"(", "["} or (before[-1:].isascii() and before[-1:].isalnum()) or re.search(r"[a-z]\.[a-z]", text)
    ):
        return False
    if _ROLES.fullmatch(bare) or _FIELDS.fullmatch(bare):
        return False
    return placeholder(text, found) and (bare != text or not bare.rstrip(".").isalpha())


_COLUMN: Final = re.compile(r",\s*[\"'`]?$")
_TYPE: Final = re.compile(r"(?i)(?:u?int|float|string|decimal|date|datetime|time|varchar|char|bool|array)_?\d*")


def user_name(text: str, found: Match) -> bool:
    """A name that somebody chose: with digits, or of two parts of which none is a word of programs."""
    if (
        not placeholder(text, found)
        or _ROLES.fullmatch(text) is not None
        or found.text[found.end : found.end + 1] in {"(", "["}
    ):
        return False
    if _COLUMN.search(found.text[: found.start]) or _TYPE.fullmatch(text):
        return False
    parts = re.split(r"[._-]", text.lower())
    digits = sum(c.isdigit() for c in text)
    if any(part in _CODE for part in parts):
        return False
    if digits >= 2:
        return len(text) > digits
    quoted = found.text[max(0, found.start - 1) : found.start] in {'"', "'", "\x01", "\x02", ""} or found.start == 0
    return quoted and len(parts) in {2, 3} and all(len(part) >= 2 for part in parts)


_SERVICES: Final = words_of(
    """postgres postgresql mysql mariadb mongo redis oracle sa db dba ubuntu debian centos fedora alpine ec2 core pi
    vagrant www nginx apache tomcat jenkins gitlab github git svn hg travis circleci docker kube kubernetes
    ansible puppet chef deploy deployer service services daemon bot robot worker agent api app application web
    ftp sftp ssh smtp imap mail postmaster webmaster hostmaster info support sales contact help noreply
    administrator superuser superadmin sysadmin operator manager owner member viewer editor reader writer public
    private anon tester testuser testing sample example foo bar baz qux foobar yourusername yourname myuser
    myusername someuser someone newuser username1 user1 user2 bind backup build builder ci runner root toor super
    staff student teacher elastic kibana grafana prometheus splunk zabbix rabbitmq kafka minio airflow superset
    metabase wordpress drupal magento odoo neo4j cassandra couchdb influx vault consul nomad ldap kerberos samba
    proxy squid cache queue job cron shell bash jdoe johndoe janedoe unset empty missing new old first last other
    this my your our their his her only valid invalid lower upper case sensitive unique existing optional field
    string text word token secret hash file path url uri host port server client"""
)


def website(text: str, found: Match) -> bool:
    """Not where Markdown defines a link, nor in what describes a repository or a package."""
    before = found.text[max(0, found.start - 120) : found.start]
    return not before.endswith("]: ") and not (
        _OF_A_PACKAGE(before) or _OF_A_PACKAGE(found.text[found.end : found.end + 120])
    )


_OF_A_PACKAGE: Final = finding(
    r"(?i)\b(?:repository|licen[cs]e|dependencies|stargazers_count|(?:svn|git|ssh|html|clone|bug ?tracker)[_-]?url|bugs"
    r"|changelog|keywords|maintainers?|permissions|default_branch|documentation|readme)[\"']?\s?[:=]|\"(?:version|main|private|scripts)\":"
)


def login_name(text: str, found: Match) -> bool:
    """All that a field or a line holds behind the name of a login: nobody's role, no service's account, no word of
    programs."""
    parts = re.split(r"[._-]", text.lower())
    if not placeholder(text, found) or _ROLES.fullmatch(text) is not None or _TYPE.fullmatch(text):
        return False
    if _COLUMN.search(found.text[: found.start]) is not None or not alone(found):
        return False
    if found.text[found.start - 1 : found.start] == "|" == found.text[found.end : found.end + 1]:
        return False  # one choice of many, as a pattern has them
    joint = _JOINT.search(found.text[: found.start])
    if joint is not None and not joint[1] and ("=" in joint[2] or joint[3] or found.text[found.end :].startswith(",")):
        return False  # a program's own, in code or its settings
    return len(text) >= _LOGIN_LEAST and not any(part in _CODE or part in _SERVICES for part in parts)


def login_told(text: str, found: Match) -> bool:
    """A name with a digit or a sign in it, no part of which is a role, a service or a word about the name."""
    parts = [part.rstrip("0123456789") for part in re.split(r"[._-]", text.lstrip("@").lower())]
    return (
        placeholder(text, found)
        and len(text) >= _LOGIN_LEAST
        and not any(
            part in _CODE or part in _SERVICES or part in _SAID_OF or _ROLES.fullmatch(part) for part in parts if part
        )
        and text[-1] not in "._-"
    )


def login_paired(text: str, found: Match) -> bool:
    """Nobody's role, no service's account, no word of programs: a password stands behind it."""
    parts = [part.rstrip("0123456789") for part in re.split(r"[._-]", text.lstrip("@").lower())]
    return placeholder(text, found) and not any(
        part in _CODE or part in _SERVICES or part in _SAID_OF or _ROLES.fullmatch(part) for part in parts if part
    )


_SAID_OF: Final = words_of(
    "without with has no needs your enter change forgot both "
    "only same wrong taken set reset up case mis non auto read write in out off on re pre e"
)
_LOGIN_LEAST: Final = 3
_JOINT: Final = re.compile(r"([\"'`]?)\s{0,3}([:=]{1,2}>?)\s{0,3}([\"'`]?)$")
"""Between a name and a value: whether the name stands in quotes, the sign, whether the value does."""


_OF_ANOTHER: Final = re.compile(
    r"[号码碼编編单單共计計约約第达達超价價款额額数數id为為]$|(?:编号|订单|单号|编码|共计|合计)[^\d]{0,2}$"
)
"""Before the number of another thing, or an amount."""
_COUNTED: Final = re.compile(r"[元年万億亿个個次条條件人块塊]")


def cn_mobile(text: str, found: Match) -> bool:
    """No number of an order, no amount."""
    before, behind = found.text[max(0, found.start - 8) : found.start], found.text[found.end : found.end + 1]
    return not _OF_ANOTHER.search(before) and not _COUNTED.match(behind) and phone_valid(f"+86{text}", found)


VALIDATORS: Final[dict[str, Validator]] = {
    "cn-mobile": cn_mobile,
    "email": email,
    "email-international": email_international,
    "phone": phone,
    "phone-valid": phone_valid,
    "phone-nanp": phone_nanp,
    "phone-labelled": phone_labelled,
    "phone-grouped": phone_grouped,
    "phone-national": phone_national,
    "phone-joined": phone_joined,
    "phone-trunk-zero": phone_trunk_zero,
    "handle": handle,
    "login-name": login_name,
    "login-told": login_told,
    "login-paired": login_paired,
    "user-name": user_name,
    "website": website,
}
