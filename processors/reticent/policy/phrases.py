"""Pieces of patterns about people: how days, names, what stands behind a name of a field, and addresses are written."""

from __future__ import annotations

from typing import Final

APOSTROPHES: Final = "'’"
UPPER: Final = "A-ZÀ-ÖØ-ÞĀ-ɏΆ-ΫЀ-ЯḀ-ỿ"
UNPARTED: Final = "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]"
"""Letters of scripts that put no blank between words, or join others to them: Thai, Lao, Burmese, Khmer, Chinese,
Japanese, Korean. Python's syntax."""
LETTER: Final = "A-Za-zÀ-ÖØ-öø-ɏͰ-ϿЀ-ӿḀ-ỿ"
CAPITAL: Final = rf"(?:[{UPPER}][{LETTER}'’\-]{{0,23}}[{LETTER}]|[{UPPER}])"
"""A word that begins with a capital letter, in the alphabets that have capitals."""

_SHORT: Final = rf"(?:St|Jr|Sr|[{UPPER}])\."
FIRST: Final = rf"(?:{_SHORT}|{CAPITAL})"
FURTHER: Final = (
    r"(?:[ ](?:(?:van|von|de|da|das|do|du|des|di|del|der|den|la|le|bin|al|dos|ter|ten|zu|af)[ -]){0,2}"
    rf"(?:[{UPPER}]\.? ?){{0,2}}(?:{_SHORT}|[{UPPER}][{LETTER}'’\-]{{0,23}}[{LETTER}]))"
)
"""A word of a name, and another one: a full stop is of an initial or a short form, and a letter alone is followed by a
word, so that a name does not go on in the next sentence."""

_MONTH: Final = (
    "jan|feb|mar|mär|apr|may|mai|mei|maj|jun|jul|aug|sep|oct|okt|out|nov|dec|dez|dic|dé|ene|ago|abr|avr|juin|juil|août"
    "|fév|fev|gen|mag|giu|lug|set|ott|sty|lut|kwi|cze|lip|sie|wrz|paź|lis|gru|led|úno|bře|dub|kvě|čer|srp|zář|říj|pro|oca|şub|nis|haz|tem|ağu|eyl|eki|kas|ara|des|agu"
    "|янв|фев|мар|апр|май|мая|июн|июл|авг|сен|окт|ноя|дек|січ|лют|бер|кві|тра|чер|лип|сер|вер|жов|лис|гру"
    "|ιαν|φεβ|μαρ|απρ|μαΐ|μαι|ιουν|ιουλ|αυγ|σεπ|οκτ|νοε|δεκ|tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka"
    "|marras|joulu|tháng"
)
"""How the months begin in the languages of Europe and some others; whole names follow as letters."""

DAY: Final = (
    r"(?:(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}(?:[-/]\d{1,2}[-/]|\.\s?\d{1,2}\.\s?)(?:19|20)?\d\d"
    r"|\d{1,2} \d{1,2} (?:19|20)\d\d|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|\.|º)?[ -](?:of |de |di |d')?(?i:{_MONTH})[{LETTER}]{{0,8}}\.?,?[ -](?:de |del )?"
    r"(?:19|20)?\d\d"
    rf"|(?i:{_MONTH})[{LETTER}]{{0,8}}\.? \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)?\d\d"
    r"|(?:19|20)\d\d(?:年\d{1,2}月\d{1,2}日|년 ?\d{1,2}월 ?\d{1,2}일))"
)
"""A day as it is written: ISO, with slashes or dots, or with the month's name."""

NUMBERED: Final = (
    r"(?:_?\d{1,2})?(?:[\s_.\-]{0,2}(?i:numbers?|num|nummer|n[uú]mero|num[eé]ro|nr|no|nbr|id|ids|code|value|n[°º.]|№|#)"
    r"[.:]?){0,2}(?: ?(?:번호|코드))?"
)
"""Behind the name of a field: that it is a number, and the which."""

_TAG: Final = r"</?[A-Za-z][A-Za-z0-9]{0,9}>"
BETWEEN: Final = (
    rf"""(?:["'`*_\])\\.]|\s|&quot;|{_TAG}){{0,6}}(?:\([^()\x00-\x1f]{{1,24}}\)["'`\s]?)?"""
    r"""(?:[:：=|,\x01\x02–—-]|[=-]>|</[dt][dht]>\s?<[dt]d>|it(?:'s|\sis)|['’]s\b|\b(?:is|was|are|ist|war|lautet|est|es|jest|er|är|of|to)\b|[èé은는이가인]\s){1,3}"""
    rf"""[ ]{{0,16}}(?:["'`*_(\[\\|]|\s|&quot;|{_TAG}){{0,6}}"""
)
"""From the name of a field to its value: signs, or a verb; forms put blanks behind a sign, so that values stand in a
column."""

_SIGNS: Final = rf"""["'`*_)\]\\]{{0,3}}(?:[\s,:：=#(\[|>\x01\x02–—-]|{_TAG}){{1,4}}["'`*_]{{0,3}}"""
_GRAMMAR: Final = (
    "is|was|are|were|be|been|it|its|that|reads?|should|must|will|would|have|has|number(?:ed)?|no|nr|num|id|code|under|as|by|with|of|to|for|in|on|use"
    "|the|your|our|my|his|her|their|this|ending|which|currently|now|still|maybe|issued|registered|recorded|listed|given|assigned|file|reading|not"
    "|ist|war|lautet|lauten|wird|die|der|das|von|zu|zur|zum|für|des|mein|meine|meiner|meines|ihre?|ihrer|est|était|du|de|la"
    "|le|les|pour|mon|ma|votre|es|era|del|el|los|para|mi|su|è|della|di|il|per|mio|mia|é|do|da|um|uma|o|meu|minha"
    "|van|het|een|mijn|uw|voor|to|jest|dla|je|pro|är|er|var|för|min|mitt|din|till|til|on|az|a|este|e|pentru|olarak"
    "|za|moj|moja|это|от|моего|мой|для|це|мого|мій|είναι|μου|του|της|هو|هي|من|الخاص بي|שלי|הוא|היא|است|من|है|का|की|मेरा"
    "|adalah|saya|akun|là|của|tôi|mu|ir|mana|yra|mano"
)
TELLS: Final = rf"(?:{_SIGNS}(?i:{_GRAMMAR}|n[°º]|n\.º)\.?){{0,4}}{_SIGNS}[ ]{{0,20}}"
"""From a word to the value that is told of it: signs and small words."""

COUNTRY: Final = (
    r"(?:USA|U\.S\.A?\.?|United States(?: of America)?|United Kingdom|UK|Great Britain|England|Scotland|Wales|Ireland"
    "|Canada|Australia|New Zealand|Germany|Deutschland|Austria|Österreich|Switzerland|Schweiz|Suisse|France|Spain"
    "|España|Italy|Italia|Portugal|(?:The )?Netherlands|Nederland|Belgium|België|Belgique|Luxembourg|Denmark|Danmark"
    "|Norway|Norge|Sweden|Sverige|Finland|Suomi|Iceland|Ísland|Greenland|Poland|Polska|Czech Republic|Czechia|Slovakia"
    "|Slovenia|Hungary|Romania|Bulgaria|Greece|Cyprus|Malta|Turkey|Türkiye|Russia|Ukraine|Estonia|Latvia|Lithuania|Croatia"
    "|Serbia|Mexico|México|Brazil|Brasil|Argentina|Chile|Colombia|Peru|Perú|Uruguay|Ecuador|Venezuela|India|China|Japan"
    "|South Korea|Korea|Taiwan|Singapore|Malaysia|Indonesia|Thailand|Vietnam|Philippines|Pakistan|Bangladesh|Sri Lanka"
    "|South Africa|Nigeria|Kenya|Ghana|Egypt|Morocco|Tunisia|Israel|Saudi Arabia|United Arab Emirates|UAE)"
)

POSTCODE: Final = (
    r"(?:(?:[A-Z]{1,2}-)?\d{4,6}(?:[- ]\d{3,4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}"
    r"|\d{4} ?[A-Z]{2}|\d{2}-\d{3}|\d{3} \d{2})"
)

UNIT: Final = (
    r"(?:(?:(?i:apt|apartment|suite|ste|unit|flat|floor|fl|room|rm|bldg|building|wohnung|whg|top|stock|pi(?:s|an)o|appt|appartement|bât"
    r"|interno|int|dept|dpto|depto|apto|bloco|sala|lok|lejl|box|bte|no|кв|корп|оф|стр|под)\.?\s?#?\s?|#\s?)[A-Za-z]?-?\d{1,5}[A-Za-z]?\b\.?"
    r"|\d{1,2}\s?[ºª°](?:\s?(?i:izda\.?|izq\.?|dcha\.?|der\.?|planta|piso|andar|[a-z]\b))?)"
)
"""Part of a building: an apartment, a suite, a floor."""

_GAP: Final = r"(?:[ ,]{1,3}|\s[–-]\s|[ ,]{0,3}\r?\n[\s>?|,]{0,8})"
_CODE: Final = rf"(?:(?:CEP|PIN|CP)[ :-]{{1,2}})?{POSTCODE}"
_LAGOS: Final = (
    r"(?:(?:Lagos|Abuja|Kano|Ibadan|Kaduna|Enugu|Port Harcourt|Benin City|Accra|Nairobi)"
    r"(?: State)?|FCT)"
)
"""Towns and states of countries that write no codes."""
_CITY: Final = (
    rf"[{UPPER}][{LETTER}'’\-]{{0,17}}\.?"
    rf"(?:[ -](?:[{UPPER}][{LETTER}'’\-]{{0,17}}\.?|de|la|del|du|sur|of|on|upon|the|am|an|der|do|da|dos|di|in"
    r"|\([^()\n]{1,16}\))){0,2}"
)
_TOWN: Final = (
    rf"[{UPPER}][{LETTER}'’\-]{{0,17}}(?:[ -](?:(?:de|del|da|do|dos|la|sur|of|on|upon|am|an der)[ -])?"
    rf"[{UPPER}][{LETTER}'’\-]{{0,17}}){{0,2}}"
)
"""As a city, to its last word."""
REST: Final = (
    rf"(?:{_GAP}{UNIT}){{0,2}}(?:(?:{_GAP}{_CODE}(?:,? |,?\r?\n){_TOWN}(?: \([A-Z]{{2}}\))?"
    rf"|(?:{_GAP}{_CITY}){{0,3}}"
    rf"(?:(?:{_GAP}|/)(?:[A-Z]{{2,3}}|nan|None|null|N/A))?{_GAP}(?:{_CODE}|{COUNTRY}\b))"
    rf"(?:{_GAP}(?:{COUNTRY}\b|{POSTCODE}))?|(?:, {_TOWN})?, {_LAGOS}\b(?:, Nigeria\b)?|, {_TOWN})?"
)
"""What may follow a street and a house number: the part of the building, city, region, code, country."""

_SPEAKER: Final = (
    r"[*_\"'<>\-\[( ]{0,4}[@+~&%]?[^\x00-@\[-`{-\x7f][^\x00-\x1f!\"$-'*+,/:-@\[-^`{-\x7f]{0,24}"
    r"(?:\(\d[\d:.]{2,11}\))?[:\])>：]{1,2}[*_\"'` ]{0,4}"
)
"""Who speaks, in any alphabet, and when, up to the colon."""
_STAMPED: Final = (
    r"(?:\[?\d[\d/.\-]{3,10},? \d{1,2}:\d{2}(?::\d{2})?(?: [AaPp][Mm])?(?:\] | - )|\[\d{1,2}:\d{2}(?::\d{2})?\] )"
)
_SIGNED: Final = r"[^\x00-\x1f:]{2,30}[ \[]\d{1,2}:\d{2}(?: ?[AaPp][Mm])?\]?[ \t]{0,2}\n[`\"']{0,3}"
"""Who spoke, and when, on a line above what they said, as chats of teams are copied."""
_STAMP: Final = rf"{_STAMPED}?"
"""When somebody speaks, in an exported chat."""
_OPENER: Final = (
    r"(?i:(?:(?:sure|yes|yep|yeah|ok|okay|of course|certainly|absolutely|hi|hello|thanks|thank you|no problem"
    r"|all ?right|right|well|um|uh|got it|sure thing|ja|sicher|gerne|klar|natürlich|oui|bien sûr|alors|sí|claro|sim"
    r"|certo|certamente|tabii|evet|tak|jasne|да|конечно|نعم|जी|हाँ|好的|是的|可以|はい|네|예)[,.:! ，、]{1,3}){0,2}"
    r"(?:(?:its|it's|it is|it’s|that's|that is|that would be|this is|i'm|i am|(?:my|the) [a-z ]{2,24} is|here it is"
    r"|here you go|they are|we moved, now|ours is|mine is|use|try"
    r"|das ist|die ist|es ist|am|c'est|c’est|le|es el|es la|es|el|è il|è|é o|é|het is|dat is|op|to|jest to|det är|это"
    r"|هو)(?:[:,] ?| ))?)"
)
_ASKING: Final = r"[^?\n\x00-\x08{}\[\]\"]"
_ASK_ENDS: Final = r"[?.!:？。؟।][\"'*)\s]{0,4}"
_STEP: Final = (
    r"(?:\r?\n\s{0,40})?[\]}][\]},\s]{0,89}\{[^{}?\x00-\x08]{0,90}(?:\{[^{}?\x00-\x08]{0,90})?"
    r"\"(?:content|text|value|utterance|message)\"\s?:\s?\""
)
"""Between two messages of a list that is written as JSON."""
ANSWER: Final = (
    rf"{_ASKING}{{0,90}}(?:{_ASK_ENDS}(?:\n\s{{0,4}}(?:{_STAMP}(?:{_SPEAKER})?|{_SIGNED})|{_STEP})|\n{_STAMPED}{_SPEAKER}|\n{_SIGNED}|\?[\"'*)\s]{{1,4}}{_SPEAKER})"
    rf"{_OPENER}[\"'*]{{0,2}}"
)
"""From what is asked for to the answer: the rest of the question, who speaks, words that begin an answer."""
ASKED: Final = rf"{_ASKING}{{0,90}}(?:{_ASK_ENDS}[\r\n\]}}]|\n\[?\d|\n{_SIGNED}|\?[\"'*)\s]{{1,4}}{_SPEAKER})"
"""The same, to look out for."""
REPLY: Final = (
    rf"(?:{ANSWER}|[^?？\n\d\x00-\x08{{}}\[\]\"]{{0,60}}[?？؟][\"'*)\s]{{0,4}}\n"
    r"(?:[^\d?？\x00-\x08{}]{0,80}?[^\w?？\x00-\x08{}])??)"
)
"""From a question to an answer that has a digit: the same, or other words before it, in any language, also a turn that
puts it off."""

_VARIABLE: Final = r"(?:PASS(?:WORD|WD|PHRASE)?|SECRET|TOKEN|API_?KEY|(?:ACCESS|PRIVATE|SECRET|ENCRYPTION|SIGNING)_KEY)"
PRINTS: Final = (
    r"(?:\bprint-(?:access|identity)-token\b|\bsecrets?\sversions\saccess\s|\bg[hl](?:ab)?\sauth\stoken\b"
    r"|\b(?:go)?pass\sshow\s|\blpass\sshow\s|\bop\sread\s|\bop\sitem\sget\s|\bbw\sget\s(?:password|totp)\s"
    r"|\bvault\s(?:kv\sget|read|write|token\screate|login)\s[^\n\x00-\x08]{0,80}-field\b|\bvault\sprint\stoken\b"
    r"|\bopenssl\srand\s|\bsecrets\.token_(?:hex|urlsafe)\(|/dev/u?random\b[^\n\x00-\x08]{1,80}(?:base64|xxd|tr)\b"
    r"|\bwg\sgen(?:key|psk)\b|\bssm\sget-parameters?\s[^\n\x00-\x08]{0,120}--with-decryption\b"
    r"|\bsecretsmanager\sget-(?:secret-value|random-password)\b"
    r"|\bget-(?:login-password|authorization-token)\b|\bgenerate-db-auth-token\b"
    r"|\bsecrets?[\s/][^\n\x00-\x08]{1,160}\bbase64\s(?:-d|-D|--decode)\b|\bkubectl\screate\stoken\s"
    r"|\bfind-(?:generic|internet)-password\s[^\n\x00-\x08]{0,80}-w\b|\bsecret-tool\slookup\s|\bkeyring\sget\s"
    r"|\bkeyvault\ssecret\sshow\s|\baccount\sget-access-token\b|\bheroku\s(?:auth:token|config:get\s)"
    r"|\bdoppler\ssecrets\sget\s|\bfly(?:ctl)?\sauth\stoken\b|\bnpm\stoken\screate\b"
    rf"|\b(?:echo|printenv)\s[\"']?\$?\{{?[A-Z0-9_]{{0,40}}{_VARIABLE}\}}?[\"']?"
    r"|\bcat\s[\w./~\-]{0,80}(?:/run/secrets/|/secrets/|password|passwd\b|[_\-.]token|secret)[\w.\-]{0,24})"
)
"""A command whose output is a secret, as far as it tells so. Python's syntax, too."""
