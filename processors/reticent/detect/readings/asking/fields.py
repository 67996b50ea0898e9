"""Questions for a field's value, in whole sentences, in chats' short ones, or by its name alone: which field it is."""

from __future__ import annotations

import re
from typing import Final

from ....patterns.linear import NOWHERE, searching

ASKS_MOST: Final = 160
"""Characters of a line that asks for something."""
_ASKED: Final[dict[str, str]] = {
    "ssn last 4": r"last (?:4|four)(?: digits)? of (?:your|ur|the|his|her) (?:social|ssn)",
    "password": (
        r"pass ?words?|passwd|\bpwd?\b|\bpass\b|passphrase|kennwort|passwort|mot de passe|\bmdp\b|contrase[ñn]a"
        r"|\bclave\b"
        r"|senha|palavra-passe|wachtwoord|has[łl]o|[şs]ifren?\b|parolan?\b|l[öo]senord|adgangskode|passord"
        r"|salasana|heslo"
        r"|парол|密码|密碼|パスワード|비밀번호|पासवर्ड|كلمة (?:المرور|السر)|סיסמ"
    ),
    "verification code": (
        r"(?:verification|one.?time|authenticator|sms|2fa|login|confirmation|otp) (?:pass)?code|\botp\b"
        r"|\bcode(?= (?:from|that|we|i)\b)|(?:get|got|have|see|is|send|received?) (?:the|a|that|your"
        r"|my) (?:\w{1,8}[ -]){0,2}?code$"
    ),
    "cvv": r"\bcv[vc]2?\b|security code|(?:digits|code) on the (?:back|reverse)",
    "pin": (
        r"\bpin\b|passcode|(?:door|gate|alarm|unlock|entry|lock|access|safe|garage|building) (?:code|pin)"
        r"|code (?:of|for|to) (?:the|your|ur|my) (?:phone|door|gate|house|alarm|building|safe)"
    ),
    "expiration date": r"\bexp(?:iry|iration)?(?: date)?\b|expires\b",
    "credit card number": (
        r"(?:card|kreditkarten?) ?(?:no|number|nummer)\b|num[ée]ro de (?:carte|tarjeta)|n[úu]mero do cart[ãa]o"
    ),
    "social security number": r"\bssn\b|social security|\byour social\b",
    "passport number": r"passport|reisepass|pasaporte|passeport",
    "iban": r"\biban\b",
    "member id": r"(?:member(?:ship)?|insurance|policy|subscriber) (?:member )?(?:id|no|number)\b",
    "employee id": r"(?:employee|staff|badge|personnel) (?:id|no|number)\b",
    "account number": r"account (?:no|number|#)|kontonummer|num[ée]ro de compte|n[úu]mero de cuenta",
    "license plate": r"(?:licen[cs]e|number|reg(?:istration)?) plate|kennzeichen|matr[íi]cula",
    "username": (
        r"user ?names?|user ?id|\blog-?in(?: name| id)?\b|gamer ?tag|\bhandle\b|\binsta(?:gram)?\b|discord"
        r"|telegram|tiktok"
        r"|screen ?name|nickname|benutzername|nombre de usuario|identifiant|gebruikersnaam|логин"
    ),
    "date of birth": (
        r"\bdob\b|\bd\.o\.b|date of birth|birth ?da(?:y|te)|(?:you|u|he|she|they) born|geburts(?:datum|tag)"
        r"|wann .{0,12}geboren"
        r"|fecha de nacimiento|date de naissance|data de nascimento|data di nascita|geboortedatum|data urodzenia"
        r"|дата рожд"
    ),
    "email": r"\be-?mail\b|correo electr|adresse mail|почт",
    "phone number": (
        r"\b(?:phone|cell|mobile|tel|whatsapp|contact)(?: number| no)?\b|best number|number (?:we have|on file"
        r"|for you|to reach)"
        r"|(?:your|ur) number\b|handynummer|telefonnummer|tel[ée]fono|t[ée]l[ée]phone|telefone|رقم (?:هاتفك|الهاتف)"
        r"|电话|手机|電話番号|전화번호|номер телефона"
    ),
    "zip code": r"\bzip\b|post ?code|postal code|postleitzahl|\bplz\b|c[óo]digo postal|code postal|\bcep\b",
    "address": (
        r"\baddress\b|where (?:do|are|does) (?:you|u|he|she|they) liv|anschrift|direcci[óo]n|endere[çc]o"
        r"|indirizzo"
    ),
    "mother's maiden name": r"maiden name",
    "security answer": (
        r"first pet|(?:favou?rite|first) (?:teacher|school|car)\b|street where|security (?:question|answer"
        r"|word)"
    ),
    "last name": (
        r"\b(?:last|family) ?name|surname|nachname|apellidos?|nom de famille|cognome|sobrenome|фамили"
        r"|achternaam"
    ),
    "full name": (
        r"full ?name|(?:your|ur|his|her|the patient'?s|customer|first) ?name|name(?= on (?:the|your|ur)\b)"
        r"|^(?:and )?name$"
        r"|name(?= (?:of|for) (?:the|your|ur) (?:patient|guest|customer|client|account|booking|reservation|policy"
        r"|order|table|tenant))"
        r"|who am i (?:chatting|speaking|talking)|who (?:is|are|was|should|shall|will"
        r"|do) .{0,40}(?:emergency contact|tenant|landlord"
        r"|next of kin|beneficiary|guarantor|account holder|policy ?holder|patient|borrower|lender|buyer|seller"
        r"|lessee|lessor)"
        r"|emergency contact(?: name)?|next of kin|\bname:$"
        r"|wie hei(?:ß|ss)en sie|wie hei(?:ß|ss)t du|vollst[äa]ndige[rn]? name|ihr name|c[óo]mo (?:te|se) llamas?"
        r"|su nombre|tu nombre"
        r"|(?:votre|ton) nom|seu nome|(?:suo|tuo) nome|uw naam|je naam|как (?:вас|тебя) зовут|ваше имя"
        r"|姓名|名字|お名前|성함|이름|आपका नाम|اسمك"
    ),
    "age": (
        r"how old (?:are|r|is) (?:you|u|he|she|they|the patient)|wie alt (?:sind|bist)|quel [âa]ge"
        r"|cu[áa]ntos a[ñn]os"
    ),
    "salary": r"(?:you|u) (?:make|earn)\b.{0,20}(?:year|month|hour)|\b(?:salary|annual income)\b",
    "national id": (
        r"national (?:id|insurance)|codice fiscale|\bdni\b|\bnie\b|\bcpf\b|aadhaar|pan number|\bbsn\b"
        r"|\bpesel\b|tax id"
    ),
}
"""By the name of a field, what a question has that asks for it, in small letters; the first of them that it has."""

_FIELD: Final = re.compile("|".join(f"(?P<f{at}>{words})" for at, words in enumerate(_ASKED.values())))
_NAMES: Final = tuple(_ASKED)
_ASKS: Final = re.compile(
    r"(?:(?:hey|hi|hello|yo|ok(?:ay)?|so|and|also|sure|thanks|great|right|hola|bonjour|hallo|btw"
    r"|sorry)[,.! ]{1,3}){0,3}"
    r"(?:what|which|wat|is (?:the|your|ur) |who\b|when|where|can |could |may |please|pls|plz|need|i need|tell"
    r"|give|send|share|enter|type|provide"
    r"|confirm|how old|did (?:you|u) get|do (?:you|u) (?:have|know|remember)|(?:i|we) (?:just )?sent|i forgot|cuál|cual"
    r"|qué|que|cómo|wie |was ist|welche|quel|c.est quoi|qual|como|chi |come |wat |hoe |jak|какой|как|какая"
    r"|назовите|jakie)"
)
_BARE: Final = re.compile(
    r"(?:(?:and|ok(?:ay)?|so|also)[,. ]{1,2})?(?:(?:the|your|ur|my|new|old|current|full|home|wifi|admin|login"
    r"|email|card|netflix"
    r"|insurance|employee|zip|billing|mailing|date|number|last|first|enter|code|address|unlock|account|street|a"
    r"|für|del|de)"
    r"(?:'s)? ){0,3}\x00(?:,? (?:no|number|id|name|please|pls|plz|again|then|ne|nedir|neydi|bitte|por favor|svp"
    r"|per favore|for .{1,30}|of .{1,30}|on .{1,24}|from .{1,30}"
    r"|where .{1,30})){0,2}"
)
_TELLS: Final = re.compile(r"(?:the|my|our|your|here'?s the) (?:\w{1,10} ){0,3}\x00 (?:is|was)$")
_OTHER: Final = re.compile(
    r"\b(?:polic(?:y|ies)|fields?|resets?|managers?|hash(?:ed|es)?|strength|rules?|length|characters?|look like"
    r"|looks|column"
    r"|functions?|variable|class|method|branch|(?<!on )files?|repo\w*|server|bind|port|pin (?:count|layout|out)"
    r"|format|called in|step|test"
    r"|change[ds]?|forgot(?:ten)?\?|expired?|work(?:s|ing|ed)?|wrong|valid(?:at\w+)?|status|error|exit"
    r"|requirements?|for (?:this|that|it|them))\b"
)

_WORDS: Final = (
    r"pass ?w|passphrase|passcode|\bpwd?\b|\bpass\b|kennwort|passwort|mot de passe|\bmdp\b|contrase|clave|senha"
    r"|wachtwoord"
    r"|has[łl]o|[şs]ifre|parola|парол|code\b|\bpin\b|\bcv[vc]2?\b|\bexp|card|karte|\bssn\b|social|passport|iban\b"
    r"|\bid\b"
    r"|account|konto"
    r"|plate\b|user|log-?in\b|gamer|handle|insta|discord|telegram|tiktok|\bdob\b|birth|born|geb|naissance|naci|mail\b"
    r"|phone|number|cell\b|mobile|telefon|teléfono|zip\b|post ?code|postal|plz\b|address|live\b|maiden|\bpet\b"
    r"|name|nombre"
    r"|nome?\b|surname|am i |who is|should|llama|heiß|heiss|зовут|фамили|старше|old |salary|make |earn |codice"
    r"|\bdni\b|\bcpf\b|contact"
    r"|tenant|landlord|beneficiary|guarantor|borrower|lender|buyer|seller|of kin|patient"
    r"|street|security|aadhaar|tax id|policy|insurance"
)
_BEGINS: Final = (
    r"what|which|wat\b|is the|is your|who\b|when|where|can |could |may i|please|pls|plz|i?\W?need|tell|give|send"
    r"|share|enter|type"
    r"|provide|confirm|how old|did (?:yo)?u|do (?:yo)?u|(?:i|we) (?:just )?sent|i forgot|cu[aá]l|qu[eé]|c[oó]mo"
    r"|wie|was ist|welche"
    r"|quel|c.est quoi|qual|chi|come|hoe|jak|какой|как|назовите|(?:and |the |and the |and your |my |our |¿)"
)
_OTHERS: Final = (
    "密码|密碼|パスワード|비밀번호|姓名|名字|名前|성함|이름|नाम|पासवर्ड|اسمك|هاتف|كلمة|手机|电话|電話番号|전화번호"
)
_BEFORE: Final = r"(?:^|[\n\x00-\x02]|[:>\]] |[.!?] )[*_\"\x{bf}]*"
_GREETS: Final = r"(?:(?:hey|hi|hello|yo|ok|okay|so|sure|thanks|great|right|and|btw|also|hola|hallo|bonjour)[,.!]? )?"
HINT: Final = (
    rf"(?i:{_BEFORE}{_GREETS}(?:{_BEGINS})[^\n\x00]*(?:{_WORDS})[^\n\x00]*\n"
    rf"|{_BEFORE}(?:\w+ ){{0,3}}(?:{_WORDS})[a-z]*(?:,? (?:please|pls|plz|number|no|id|again|ne))?"
    rf"(?: (?:on|of|for|from) [^\n\x00]*)?[?:.!*_\" ]*\n"
    rf"|(?:{_OTHERS})[^\n\x00]*\n)"
)
"""RE2: a line that may ask for something, with its end."""
hint: Final = searching(HINT)


def field_of(question: str) -> str | None:
    """The field whose value a text asks for, if it asks for one and says nothing else."""
    whole = (
        _MARKUP.sub("", question)
        .strip()
        .lower()
        .replace("\u2019", "'")
        .strip("*_\"'<> ")
        .rstrip("?\uff1f\u061f:.!\u3002 ")
    )
    if not 1 < len(whole) <= ASKS_MOST:
        return None
    if _CODE.search(whole):
        return None
    for asks in dict.fromkeys((_SENTENCE.split(whole)[-1], whole)):
        if len(asks) > _BARE_MOST and asks.isascii() and not _ASKS.match(asks):
            continue
        found = _FIELD.search(asks)
        if found is not None and _OTHER.search(asks) is None and _asks_for(asks, found):
            return _NAMES[int((found.lastgroup or "f0")[1:])]
    return None


_MARKUP: Final = re.compile(r"</?(?:p|div|br|b|strong|span)(?: [^<>]{0,60})?/?>")
_SENTENCE: Final = re.compile(r"[.!?]\s+")
_SHORT_MOST, _BARE_MOST = 40, 64
"""Characters of a question in another script, and of a field's name with small words."""
_CODE: Final = re.compile(
    r"[{};=\[\]\\|]|\(\)|->|[a-z_]\.[a-z_]+\(|^(?:def|class|if|for|while|return|import|from|except|#|//|--)\b"
)


def _asks_for(asks: str, found: re.Match[str]) -> bool:
    """Whether it begins as a question does, or is a field's name and small words; or is short, in another script."""
    if _ASKS.match(asks) or (len(asks) <= _SHORT_MOST and not asks.isascii()):
        return True
    around = f"{asks[: found.start()]}\x00{asks[found.end() :]}"
    return _BARE.fullmatch(around) is not None or _TELLS.fullmatch(around) is not None


def unmarked(text: str) -> str:
    """A text of one line, without elements of HTML around what it says."""
    text = text.replace("\n", " ")
    return _MARKUP.sub("", text) if "<" in text else text


def may_ask(text: str) -> bool:
    """Whether something in a text of lines is asked for, perhaps."""
    data = text.encode("utf-8", "replace")
    return hint(data, 0, len(data))[0] != NOWHERE
