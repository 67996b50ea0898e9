"""Addresses of machines, devices, places and vehicles."""

from __future__ import annotations

import ipaddress
import random
import re
from collections.abc import Callable
from typing import Final

from stdnum import luhn

from ...patterns.linear import finding
from ..rule import Match, Validator
from .national import digits_of

_NOBODYS: Final = frozenset((0, 127))
_MULTICAST: Final = 224
"""First bytes of IPv4 addresses that are no host's: this network and loopback; from multicast on (RFC 6890)."""
_NOBODY: Final = tuple(ipaddress.ip_network(net) for net in ("::/127", "ff00::/8"))
_SOMEBODY: Final = tuple(ipaddress.ip_network(net) for net in ("2000::/3", "fc00::/7", "fe80::/10", "::ffff:0:0/96"))
"""Where IPv6 addresses of hosts lie; all else that looks like one is a scope of a program."""

_RELEASE: Final = finding(
    r"(?i)(?:(?:(?:\b|_)(?:v|ver|vers|version|release|rev|revision|build|firmware|kernel|section|chapter|clause|oid|numbered|rule)|[a-z](?-i:Version))\.?(?:[\s\x01\x02:=\"'/#(<>\[\]|`&]|str\b|value){0,8}"
    r"|[A-Za-z]/|[=~<>^]=\s{0,2}|\b(?:asn1|iso)[\s.]|[a-z]-|~|\.(?-i:[A-Z])\w{1,24}\s"
    r"|\b(?:python|openssl|openssh|libressl|nginx|apache|tomcat|httpd|iis|php|ruby|perl|java|jdk|jre|dotnet|\.net|node|npm|pip"
    r"|chrome|chromium|electron|firefox|safari|edge|opera|windows|macos|ios|android|linux|ubuntu|debian|rhel|centos|mysql"
    r"|mariadb|postgres(?:ql)?|oracle|mongodb|redis|elasticsearch|solr|kafka|rabbitmq|jenkins|gitlab|docker|kubernetes|k8s"
    r"|rails|django|flask|log4j|spring|struts|wordpress|drupal|joomla|exchange|sharepoint|office|outlook|driver|bios|sdk)\s)$"
)


_DRAWN: Final = (re.compile(r"(?:\d\s|[A-Za-z,]|\d)-?$"), re.compile(r"\s?-?\d*\.\d+(?:\.\d+)?(?!\.?\d)"))
"""Before and behind: numbers of a drawing's path, which are parted by their points."""
_PRIVATE, _COUNTED = 10, 32
"""An address of four numbers below this is a rare one; versions and sections have such ones."""
_HOSTS: Final = finding(
    r"(?i)ip(?:v4|s)?\b|host|addr|client|peer|remote|server|dns|gateway|\bping|ssh|curl|connect|login|logged|visitor|user"
    r"|src|\bdst|source|destination|inet|route|http|[@/]$|\bfrom:?\s$"
)

_WIDE, _WIDE_LEAST = 3, 4
"""Digits of a group, and groups of so many, of an IPv6 address that is no row of bytes."""


def ip(text: str, found: Match) -> bool:
    """An address of a host that could be somebody's: not loopback, multicast, a mask, or the number of a version."""
    if ":" in text:
        return _ipv6(text)
    numbers = text.split(".")
    first = int(numbers[0])
    if first in _NOBODYS or first >= _MULTICAST or any(number[0] == "0" != number for number in numbers):
        return False
    before, behind = found.text[max(0, found.start - 32) : found.start], found.text[found.end : found.end + 16]
    if _DRAWN[0].search(before) and _DRAWN[1].match(behind):
        return False
    small = first != _PRIVATE and len(set(numbers)) > 1 and max(map(int, numbers)) < _COUNTED
    named = f"{found.label} {before}".strip()
    if small and named and behind[:1] not in ("/", ":") and not _HOSTS(named):
        return False
    return not text.endswith(".0.0") and not _RELEASE(before[-24:] or found.label[-24:])


def _ipv6(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if any(address in net for net in _NOBODY):
        return False
    written_out = "::" not in text and sum(len(group) >= _WIDE for group in text.split(":")) >= _WIDE_LEAST
    return written_out or any(address in net for net in _SOMEBODY)


def mac(text: str, found: Match) -> bool:
    """More than one byte again and again; in the dotted form, which numbers have too, with a letter, no dot before."""
    plain = re.sub(r"[:.\-]", "", text).lower()
    dotted = "." in text and (plain.isdigit() or found.text[found.start - 1 : found.start] == ".")
    return len(set(plain)) > 4 and not dotted


_NEIGHBOUR: Final = (
    re.compile(r"(?:\d,?\s*|\{|(?<![A-Za-z])[A-Za-z] ?|(?:points|\bd|translate|matrix|scale|rotate) ?=?[\"'(]\s*)$"),
    re.compile(r"\s*,\s*-?\d+\.\d|\s+-?\d+(?:\.\d|,)|\s?[A-Za-z]\s?-?\.?\d|\}"),
)
"""Before and behind: numbers of a row of numbers, signs of a drawing's paths and points."""


def coordinates(text: str, found: Match) -> bool:
    """Latitude and longitude within their ranges, and not both between -1 and 1, where shares and weights lie. No part
    of a row of numbers."""
    before, behind = found.text[max(0, found.start - 16) : found.start], found.text[found.end : found.end + 16]
    if _NEIGHBOUR[0].search(before) or _NEIGHBOUR[1].match(behind):
        return False
    try:
        north, east = (float(part) for part in re.split(r"[,\s]+", text.replace("°", "")))
    except ValueError:
        return False
    return abs(north) <= 90 and abs(east) <= 180 and max(abs(north), abs(east)) > 1


def coordinates_either(text: str, found: Match) -> bool:
    """The same, with either of the two first."""
    return coordinates(text, found) or coordinates(" ".join(reversed(re.split(r"[,\s]+", text))), found)


def imei(text: str, _: Match) -> bool:
    """Luhn over fifteen digits; sixteen are a number with its software version, which is not checked."""
    digits = "".join(map(str, digits_of(text)))
    return len(set(digits)) > 3 and (len(digits) == 16 or bool(luhn.is_valid(digits)))


def luhn_number(text: str, _: Match) -> bool:
    """Digits (and the filler F of SIM cards) that close with a Luhn check digit."""
    digits = "".join(map(str, digits_of(text)))
    return len(set(digits)) > 2 and bool(luhn.is_valid(digits))


def _closed(prefix: str, size: int) -> Callable[[random.Random], str]:
    def make(chance: random.Random) -> str:
        body = prefix + "".join(chance.choices("0123456789", k=size - len(prefix) - 1))
        return body + str(luhn.calc_check_digit(body))

    return make


def mixed(text: str, _: Match) -> bool:
    """Letters and digits."""
    return any(c.isdigit() for c in text) and any(c.isalpha() for c in text) and len(set(text)) > 4


_NO_PLATE: Final = re.compile(r"(?i)none|null|n/?a|unknown|string|number|of|is|the|\d{1,3}")
_PLATE_NAME: Final = re.compile(
    r"(?i)licen[cs]e[ _-]?plate|number[ _-]?plate|plate[ _-]?n|\bplate\W{1,5}$|רכב|车牌|車牌"
)


def plate(text: str, found: Match) -> bool:
    """Four to eleven letters and digits, some of each; or digits alone, where the name leaves no doubt. Nothing that is
    registered itself, as in `the registration of RFC 2119`."""
    plain = re.sub(r"[ .·-]", "", text)
    if (
        not 4 <= len(plain) <= 11
        or _NO_PLATE.fullmatch(plain) is not None
        or found.text.endswith("registration of ", 0, found.start)
    ):
        return False
    if plain.isdigit():
        return len(plain) > 4 and _PLATE_NAME.search(f"{found.label} {found.text[: found.start]}") is not None
    return any(c.isdigit() for c in plain) and any(c.isalpha() for c in plain)


_VEHICLE: Final = re.compile(
    r"(?i)(?<![\w-])(?:car|cars|vehicle|vehicles|van|truck|lorry|motorcycle|motorbike|scooter|moped|trailer|caravan|taxi|cab|minibus|saloon|sedan|hatchback|estate|suv|pickup|coupe|convertible|auto|voiture|coche|macchina|wagen|pkw|parked|parking|permit|driver|drove|driving|speeding|towed|clamped|fine|fined|garage|dashcam|bmw|audi|volkswagen|vw|golf|polo|passat|mercedes|mercedes-benz|opel|vauxhall|astra|corsa|ford|focus|fiesta|toyota|corolla|yaris|prius|honda|civic|nissan|qashqai|mazda|hyundai|kia|skoda|octavia|seat|fiat|panda|peugeot|renault|clio|megane|citroen|dacia|volvo|tesla|jeep|subaru|suzuki|mitsubishi|lexus|jaguar|porsche|mini|chevrolet|dodge)\b"
)
_OTHER_CAPITALS: Final = re.compile(
    r"(?:SHA|ISO|AES|RSA|UTF|RFC|MD|EN|DIN|USB|IPV)\d{1,5}$|(?:GET|PUT|HTTP|HTTPS|RFC|ISO|IEC|DIN|EN|UTF|SHA|AES|RSA|MD|CVE|PEP|BSD|GMT|UTC|USB|CPU|GPU|RAM|IBM|PDF|CSS|SQL|EUR|USD|GBP|CHF|PLN|SEK"
    r"|NOK|DKK|PIN|TCP|UDP|SSL|TLS|DSA|KB|MB|GB|TB|MHZ|GHZ|KHZ|RPM|KM|MPH|KMH|KWH|MIN|MAX|ID|NO|NR|VAT|TAX|ROW|DAY|ART|PAR|SEC|VOL|CH"
    r"|FIG|TAB|AD|BC|AM|PM|ARM|X)\b"
    r"|.*[ -](?:AM|PM|BST|EST|PST|CET|GMT|UTC|EUR|USD|GBP|CHF|MHZ|GHZ|RPM|KM|KMH|MPH|KWH|KG|HP|PS|CC)$"
)


def plate_of_vehicle(text: str, found: Match) -> bool:
    """Near a word for a vehicle, what is done with one, or its make; no name of a standard, a unit or a currency."""
    if _OTHER_CAPITALS.match(text) is not None or not plate(text, found):
        return False
    before = found.text[max(0, found.start - _VEHICLE_NEAR) : found.start]
    around = f"{before} | {found.text[found.end : found.end + _VEHICLE_NEAR]}"
    return _VEHICLE.search(around) is not None


def plate_beside(text: str, found: Match) -> bool:
    """Two letters and two digits at least, so that it is no model; no name of a standard, a unit or a currency."""
    digits, letters = sum(map(str.isdigit, text)), sum(map(str.isalpha, text))
    return (
        digits > 1 and letters > 1 and digits + letters > 4 and not _OTHER_CAPITALS.match(text) and plate(text, found)
    )


def plate_alone(text: str, found: Match) -> bool:
    """All that stands behind the sign: two digits, a letter, at most nine of both; no name of a standard or a model."""
    digits, letters = sum(map(str.isdigit, text)), sum(map(str.isalpha, text))
    return digits > 1 and letters > 1 and 5 <= digits + letters <= 9 and not _OTHER_CAPITALS.match(text)


_VEHICLE_NEAR: Final = 40


def plate_cn(text: str, found: Match) -> bool:
    """A letter and five or six more, most of them digits, and no word of a sentence before it."""
    plain = re.sub(r"[ .·•-]", "", text)
    before = found.text[max(0, found.start - 1) : found.start]
    return len(plain) in (7, 8) and sum(map(str.isdigit, plain)) >= 3 and before not in ("最", "更", "全", "刷", "重")


def plate_script(text: str, found: Match) -> bool:
    """At most eight letters, and a digit."""
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) <= 8 and any(c.isdigit() for c in text)


_VIN = {**{c: int(c) for c in "0123456789"}, **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
        **dict(zip("JKLMN", range(1, 6), strict=True)), "P": 7, "R": 9,
        **dict(zip("STUVWXYZ", range(2, 10), strict=True))}  # fmt: skip
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def vin(text: str, found: Match) -> bool:
    """ISO 3779 with the check digit of 49 CFR 565."""
    try:
        rest = sum(_VIN[c] * weight for c, weight in zip(text.upper(), _VIN_WEIGHTS, strict=True)) % 11
    except (KeyError, ValueError):
        return False
    return text[8].upper() == ("X" if rest == 10 else str(rest)) and mixed(text, found)


def _vin(chance: random.Random) -> str:
    letters = chance.choices("ABCDEFGHJKLMNPRSTUVWXYZ123456789", k=13) + chance.choices("0123456789", k=4)
    letters[8], letters[9] = "0", chance.choice("ABCDEFGHJKLMNPRSTVWXY123456789")
    rest = sum(_VIN[c] * weight for c, weight in zip(letters, _VIN_WEIGHTS, strict=True)) % 11
    letters[8] = "X" if rest == 10 else str(rest)
    return "".join(letters)


VALIDATORS: Final[dict[str, Validator]] = {
    "ip": ip,
    "mac": mac,
    "coordinates": coordinates,
    "coordinates-either": coordinates_either,
    "imei": imei,
    "luhn": luhn_number,
    "mixed": mixed,
    "plate": plate,
    "plate-of-vehicle": plate_of_vehicle,
    "plate-beside": plate_beside,
    "plate-alone": plate_alone,
    "plate-cn": plate_cn,
    "plate-script": plate_script,
    "vin": vin,
}
GENERATORS: Final[dict[str, Callable[[random.Random], str]]] = {
    "vin": _vin,
    "imei": _closed("35", 15),
    "iccid": _closed("8949", 19),
}
