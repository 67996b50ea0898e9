"""Leaves that are read together: the chunks of a stream, values cut in two by the end of a step, what is asked in one
step and answered in the next, an armoured block whose lines are items of a list, and bytes that are."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from ...formats.document import LABEL, Leaves
from ...formats.providers.streams import CHUNK_MOST, Stream, are_chunks
from ...patterns.linear import NOWHERE, finding, searching
from ...policy.rule import Rule
from .asking.fields import ASKS_MOST, field_of, may_ask, unmarked
from .speech.spoken import dictates, is_said
from .spelled import BYTES_LEAST, of_text
from .views import About, Known, Part, Range, Reading, segments

EDGE = 128
"""Of leaves that are no chunks only so many characters on either side of an edge are read together, and shorter leaves
between."""
ASKED, ANSWERED = 240, 160
"""Characters of a question's end and of an answer's beginning that are read together."""
ANSWER_LEAST = 3
_asking = searching("|".join((
    r"[?؟\x{ff1f}]", "your ", "please", "need ", "bitte", r"ihre?n? ", r"vot?re ", r"por favor", "per favore", "podaj",
    r"poda[ćc]", "graag", r"lütfen", "请", "請", "您", "お願い", "ください", "教えて", "कृपया", "बता", "من فضلك",
    "пожалуйста", "назовите", "укажите", "말씀", "알려",
)))  # fmt: skip
"""What asks whom it speaks to, in small letters."""
_asked_for = finding(
    "name", "who ", "zip", "post", "birth", "born", "pass", "pin", "code", "cv", "user", "login", "handle", "account",
    "number", "digit", "last 4", "phone", "mail", "address", "card", "security", "maiden", "memorable", "pet", " id",
    "secret", "token", "key", "ssn", "insurance", "iban", "reach", "mobile", "contact", "passport", "licen", "tax",
    "pesel", "bsn", "cpf", "dni", "aadhaar", "nummer", "fiscal", "identi", "plate", "kimlik", " sin", " ni", "cnp",
    "isiku", "geb", r"n[aá]sc", "naci", "naiss", r"\bn[ée]e?\b", r"\bnat[oa]\b", "urod", "doğ", "födel", "fødsel",
    "生", "생", "ميلاد", "जन्म", "рожд", "род", "adres", "anschrift", "direcci", "domicil", "indirizzo", "endereço",
    "morada", "live", "wohn", "住", "地址", "주소", "عنوان", "पता", "адрес", r"pas[as]", "護照", "护照", "جواز",
    "паспорт", "dow[oó]d", "kennzeichen", "kenteken", r"matr[íi]cula", "targa", "plaka", "immatric", "rejestrac",
    "konto", "compte", "cuenta", "conto", "conta", "rekening", "tel", "handy", r"m[óo]vil", "celular", "cellular",
    "portable", "numer", "numara", r"n[úu]m[ée]ro", "号", "號", "番", "번호", "رقم", "नंबर", "номер", "телефон",
    "手机", "手機", "電話", "连絡", "연락", "senha", "contrase", "haslo", "hasło", "şifre", "密", "パス", "비밀",
    "парол", "mot de passe", "clave", "parola", "wachtwoord", "kennwort", "codic", r"c[óo]digo", r"\bnie\b",
    r"\bnif\b", r"\brut\b", "curp", r"\bcnh\b", "ahv", "bvn", "nric", r"\bpan\b", "aadhar", "आधार", "身份",
    "マイナンバー", "주민", "снилс", r"\bинн\b", "policy", "policia", r"\breg\b", "when ", "where ",
)  # fmt: skip
"""Words of questions whose answers may be somebody's, in small letters."""
FILLER, FILLERS = 60, 2
"""Characters of a step that puts an answer off, and how many such steps are passed by."""
LISTENED = 24
"""Characters of a step that tells whoever dictates to go on."""
WORD_MOST = 20
"""Letters of the longest word."""
_STOPS = frozenset(".,;:!?\"'`()[]{}<>*#|")
"""What most texts begin and end with, and no value goes on across."""
_FIRST_WORD = re.compile(r"((?=[a-z]*[aeiouy])[a-z]{1,20}[.,;:!?]?)\s+[^\W\d_]")
"""In small letters, before another."""
_GLUE = frozenset("_-+/=@")
"""Besides letters and digits, what may stand in the middle of a value that has no blanks."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One text made of leaves, the chunks of a stream. Segment i begins at `here[i]` and stands for leaf `leaves[i]`
    from character `there[i]` of its text on."""

    text: str
    here: Sequence[int]
    leaves: Sequence[int]
    there: Sequence[int]

    def reading(self) -> Reading:
        return Reading(self.text, 0, self)

    def counts(self, found: Range, parts: Sequence[Part], known: Known, about: About, rule: Rule | None) -> bool:
        return True

    def places(self, start: int, end: int) -> list[tuple[int, int, int]]:
        """(leaf, start, end) of each part of a range; none where it does not count."""
        found = []
        for segment, first, last in segments(self.here, start, end):
            at = self.there[segment]
            found.append((self.leaves[segment], at + first, at + last))
        return found


class Taken(Flow):
    """Short leaves in a row that nobody says are chunks: they may be what people write to one another."""

    def counts(self, found: Range, parts: Sequence[Part], known: Known, about: About, rule: Rule | None) -> bool:
        return adds_more(parts, known, about, self._said)

    def _said(self, part: Part) -> str:
        leaf, start, end = part
        number = self.leaves.index(leaf)
        shift = self.here[number] - self.there[number]
        return self.text[start + shift : end + shift]


def adds_more(parts: Sequence[Part], known: Known, about: About, said: Callable[[Part], str]) -> bool:
    """Not where one part is known to be the whole of it, and all that others add are words at their edges. `said`: what
    a part says."""
    own = [part for part in parts if any(each == (*part[1:], about) for each in known.get(part[0], ()))]
    if len(own) != 1 or len(parts) == 1:
        return True
    words = [said(part) for part in parts if part != own[0]]
    return not all(len(word) > 1 and word.isalpha() and word.islower() for word in words)


class Across(Flow):
    """Only what itself lies in more than one leaf counts."""

    def places(self, start: int, end: int) -> list[tuple[int, int, int]]:
        found = super().places(start, end)
        return found if len(found) > 1 else []


class Edge(Across):
    """Where steps meet: what ends one step is no context of what begins the next."""

    def counts(self, found: Range, parts: Sequence[Part], known: Known, about: About, rule: Rule | None) -> bool:
        """Not where the step before ends with the whole of it, and all that is added is a word."""
        if len(parts) < 2 or not self._takes_a_word(*found):
            return True
        leaf, _, last = parts[0]
        return all(each[1:] != (last, about) for each in known.get(leaf, ()))

    def _takes_a_word(self, start: int, end: int) -> bool:
        """Whether a range has nothing of the last leaf but the first word of what that says, behind what is none."""
        border = self.here[-2]
        if not start < border < end or (self.text[start:border].isalpha() and self.text[start:border].islower()):
            return False
        word = _FIRST_WORD.match(self.text, border)
        return word is not None and end <= word.end(1)


class Answer(Flow):
    """A question and the beginning of the next step: only what lies in the answer counts."""

    def places(self, start: int, end: int) -> list[tuple[int, int, int]]:
        return super().places(start, end) if start >= self.here[-2] else []


class Request(Flow):
    """A question that names a field and no more, and the next steps, one of which may answer it: only what lies in one
    of these counts."""

    def places(self, start: int, end: int) -> list[tuple[int, int, int]]:
        found = super().places(start, end) if start >= self.here[1] else []
        return found if len(found) == 1 else []


class Seams(Across):
    """Items of a list that nothing parts: only what tells itself counts."""

    def counts(self, found: Range, parts: Sequence[Part], known: Known, about: About, rule: Rule | None) -> bool:
        """Not what is whole in one item."""
        told = rule is not None and rule.tells(self.text[slice(*found)])
        return told and not any(each[2] == about for leaf, *_ in parts for each in known.get(leaf, ()))


class Lines(Flow):
    """Items of a list, a line end or a blank behind each, which is no leaf's."""

    def places(self, start: int, end: int) -> list[tuple[int, int, int]]:
        segments = zip(self.leaves, self.there, pairwise(self.here), strict=True)
        ends = {leaf: there + behind - begin - 1 for leaf, there, (begin, behind) in segments}
        found = super().places(start, end)
        return [(leaf, first, min(last, ends[leaf])) for leaf, first, last in found if first < ends[leaf]]


class Bytes(Flow):
    """Items of a list, each of which is one character of the text, however many digits that has. `there` has their
    ends, too."""

    def places(self, start: int, end: int) -> list[tuple[int, int, int]]:
        return [(self.leaves[at], self.there[2 * at], self.there[2 * at + 1]) for at in range(start, end)]


class Dictated(Lines):
    """What somebody tells in several steps, behind the question: only what lies in these counts."""

    def places(self, start: int, end: int) -> list[tuple[int, int, int]]:
        return super().places(start, end) if start >= self.here[1] else []


NUMBER = rf"{LABEL}[0-9]{{2,3}}\x00"
"""What most items of a list of bytes are."""


def numbered(leaves: Leaves, begin: int, signed: Sequence[int]) -> Iterator[Reading]:
    """Lists of numbers that are the bytes of a text, as `Buffer` of Node.js and byte arrays of others have them.
    `begin`: the number of the document's first leaf. `signed`: those of its leaves that are a `NUMBER`."""
    if len(signed) * 2 < BYTES_LEAST:
        return
    run: list[int] = []
    values: list[int] = []
    for number, head in enumerate(leaves.heads):
        value = leaves.texts[number][-head:] if head < 0 else ""
        goes_on = len(value) in _DIGITS and value.isdecimal()
        if run and not (goes_on and leaves.slot(number)[0] is leaves.slot(run[0])[0]):
            yield from _bytes(leaves, begin, run, values)
            run, values = [], []
        if goes_on:
            run.append(number)
            values.append(int(value))
    yield from _bytes(leaves, begin, run, values)


_DIGITS = (1, 2, 3)


def _bytes(leaves: Leaves, begin: int, run: Sequence[int], values: Sequence[int]) -> Iterator[Reading]:
    said = of_text(values) if len(run) >= BYTES_LEAST else None
    if said is None:
        return
    there = [place for number in run for place in (-leaves.heads[number], len(leaves.texts[number]))]
    yield Bytes(said.decode("latin-1"), range(len(run) + 1), [begin + number for number in run], there).reading()


SEAM_LEAST, SEAM_MOST, SEAM_ITEMS, SEAMS_MOST = 16, 256, 4, 48
"""Characters of the words that items of a list end and begin with, read as one; of so many items; and so many such in
a document."""


def seams(leaves: Leaves, begin: int) -> Iterator[Reading]:
    """Words that may go on from one item of a list to the next. `begin`: the number of the document's first leaf."""
    texts, heads, left = leaves.texts, leaves.heads, SEAMS_MOST
    run: list[tuple[int, int, int]] = []
    for number in range(1, len(texts)):
        border = -heads[number]
        if border < 0 or not _one_word(texts[number - 1], texts[number], border, -heads[number - 1]):
            continue
        holder = leaves.slot(number)[0]
        if type(holder) is not list or leaves.slot(number - 1)[0] is not holder:
            continue
        if not run or run[-1][0] != number - 1 or run[-1][2] < len(texts[number - 1]):
            before = texts[number - 1]
            word = before[max(border, len(before) - SEAM_MOST) :].rsplit(None, 1)[-1]
            run = [(number - 1, len(before) - len(word), len(before))]
        word = texts[number][border : border + SEAM_MOST].split(None, 1)[0]
        run.append((number, border, border + len(word)))
        del run[:-SEAM_ITEMS]
        for count in range(2, len(run) + 1):
            pieces = run[-count:]
            whole = "".join([texts[leaf][first:last] for leaf, first, last in pieces])
            if SEAM_LEAST <= len(whole) <= SEAM_MOST and not whole.isalpha() and not whole.isdigit():
                here = list(accumulate((last - first for _, first, last in pieces), initial=0))
                yield Seams(whole, here, [begin + leaf for leaf, *_ in pieces], [at for _, at, _ in pieces]).reading()
                left -= 1
        if left < 0:
            return


def _one_word(before: str, behind: str, border: int, other: int) -> bool:
    if other != border or len(before) <= border or len(behind) <= border:
        return False
    return (before[-1].isalnum() or before[-1] in _GLUE) and (behind[border].isalnum() or behind[border] in _GLUE)


ARMOUR = "-----BEGIN "
"""What an armoured block begins with."""
_ARMOUR_ENDS = "-----END "
_LINES_MOST = 400


def armoured(leaves: Leaves, begin: int, signed: Sequence[int]) -> Iterator[Reading]:
    """Blocks of armour that begin in one item of a list and go on in the next, as notebooks keep their lines. `begin`:
    the number of the document's first leaf. `signed`: those of its leaves that have `ARMOUR`."""
    taken = 0
    for number in signed:
        text = leaves.texts[number]
        if number < taken or _ARMOUR_ENDS in text[text.rfind(ARMOUR) :]:
            continue
        container, _ = leaves.slot(number)
        taken = number + 1
        if not isinstance(container, list):
            continue
        last = min(len(leaves.texts), number + _LINES_MOST)
        while taken < last and leaves.slot(taken)[0] is container:
            taken += 1
            if _ARMOUR_ENDS in leaves.texts[taken - 1]:
                break
        items = range(number, taken)
        borders = [abs(leaves.heads[item]) for item in items]
        lines = [leaves.texts[item][border:] + "\n" for item, border in zip(items, borders, strict=True)]
        here = list(accumulate(map(len, lines), initial=0))
        yield Lines("".join(lines), here, [begin + item for item in items], borders).reading()


def flows(texts: Sequence[str], heads: Sequence[int], groups: Sequence[Sequence[int]]) -> Iterator[Flow]:
    """The flows of a document; `groups` as in `Leaves.flows`, numbers of leaves."""
    for group in groups:
        stream = isinstance(group, Stream)
        sizes = [len(texts[leaf]) - abs(heads[leaf]) for leaf in group]
        leaves = group if all(sizes) else [leaf for leaf, size in zip(group, sizes, strict=True) if size]
        if len(leaves) < 2 and not stream:
            continue
        if not stream:
            yield from _answers(texts, heads, leaves)
            short = [place for place, size in enumerate(filter(None, sizes)) if size <= ASKS_MOST]
            if short:
                said = [texts[leaves[place]][abs(heads[leaves[place]]) :] for place in short]
                yield from _dictations(texts, heads, leaves, dict(zip(short, said, strict=True)))
                yield from _requests(texts, heads, leaves, dict(zip(short, map(unmarked, said), strict=True)))
        if stream or are_chunks(len(leaves), sum(sizes)):
            kind = Flow if stream else Taken
            yield _flow(kind, texts, [(leaf, abs(heads[leaf]), len(texts[leaf])) for leaf in leaves])
            continue
        joined: list[int] = []
        for before, behind in pairwise(leaves):
            border = abs(heads[behind])
            if not _may_go_on(texts[before], texts[behind], border):
                if joined:
                    yield _edges(texts, heads, joined)
                joined = []
                continue
            joined = joined or [before]
            joined.append(behind)
            if len(texts[behind]) - border > EDGE:
                yield _edges(texts, heads, joined)
                joined = []
        if joined:
            yield _edges(texts, heads, joined)


def worth_undoing(flow: Flow) -> bool:
    """Whether what a flow says may be read in further ways than as it is written."""
    return type(flow) in (Flow, Taken, Request) or is_said(flow.text)


def one_text(leaves: Leaves, flow: Sequence[int]) -> bool:
    """Whether a flow is read as one text, all of it."""
    if isinstance(flow, Stream):
        return True
    count = size = 0
    for leaf in flow:
        own = len(leaves.texts[leaf]) - abs(leaves.heads[leaf])
        count, size = count + bool(own), size + own
        if size > CHUNK_MOST * len(flow):
            return False
    return are_chunks(count, size)


def _may_go_on(before: str, behind: str, border: int) -> bool:
    """Whether a value without blanks, or digits in groups, may begin in one text and end in the next. Letters alone
    are words that end and begin a sentence, unless there are many of them or something names a value."""
    last, first = before[-1], behind[border]
    if last in _STOPS or first in _STOPS:
        return False
    if (last.isalnum() or last in _GLUE) and (first.isalnum() or first in _GLUE):
        if _begins_a_sentence(behind, border):
            return False
        near = before[-WORD_MOST:]
        run = near.rsplit(None, 1)[-1] + behind[border : border + WORD_MOST].split(None, 1)[0]
        return len(run) > WORD_MOST or not run.isalpha() or ":" in near or "=" in near
    if not (last.isdigit() or last.isspace()):
        return False
    return before[-2:].rstrip()[-1:].isdigit() and behind[border : border + 2].lstrip()[:1].isdigit()


def _begins_a_sentence(text: str, border: int) -> bool:
    """A word with a capital, and a word behind it: what a value that was cut goes on with seldom looks so."""
    if not text[border].isupper():
        return False
    word, _, rest = text[border : border + 2 * WORD_MOST].partition(" ")
    return len(word) > 1 and word.isalpha() and word[1:].islower() and rest[:1].isalpha()


def _edges(texts: Sequence[str], heads: Sequence[int], leaves: Sequence[int]) -> Flow:
    """Of leaves that follow one another: the end of the first, those between, which are short, and the beginning of the
    last."""
    first, *between, last = leaves
    begin, end, border = abs(heads[first]), len(texts[first]), abs(heads[last])
    ranges = [(first, max(begin, end - EDGE), end)]
    ranges += [(leaf, abs(heads[leaf]), len(texts[leaf])) for leaf in between]
    ranges.append((last, border, min(len(texts[last]), border + EDGE)))
    return _flow(Edge, texts, ranges)


def _answers(texts: Sequence[str], heads: Sequence[int], leaves: Sequence[int]) -> Iterator[Flow]:
    """A leaf that may end with a question, or asks for something of whom it speaks to, and the one behind it, or behind
    what puts the answer off."""
    for place in _asks([texts[leaf][-ASKED:] for leaf in leaves[:-1]]):
        before = leaves[place]
        text = texts[before]
        first = max(abs(heads[before]), len(text) - ASKED)
        if not _asked_for(text[first:].lower()):
            continue
        asked = [(before, first)]
        for behind in leaves[place + 1 : place + 2 + FILLERS]:
            border = abs(heads[behind])
            answer = texts[behind][border : border + ANSWERED]
            if len(answer) >= ANSWER_LEAST:
                yield _answer(texts, asked, behind, border)
            if len(answer) > FILLER or not _puts_off(answer):
                break
            asked.append((behind, border))


def _asks(tails: Sequence[str]) -> Iterator[int]:
    """The numbers of those that ask for something: looked for in all of them at once."""
    pieces = [tail.lower().encode("utf-8", "replace") for tail in tails]
    ends = list(accumulate(len(piece) + 1 for piece in pieces))
    data, at = b"\x00".join(pieces), 0
    while at < len(data) and (found := _asking(data, at, len(data))[0]) != NOWHERE:
        number = bisect_right(ends, found[0])
        yield number
        at = ends[number]


def _answer(texts: Sequence[str], asked: Sequence[tuple[int, int]], behind: int, border: int) -> Flow:
    """What was asked and what put it off, leaves from these places on, a line each, and the beginning of leaf `behind`,
    which starts at `border`."""
    lines = [texts[leaf][first:].rstrip() + "\n" for leaf, first in asked]
    return _made(Answer, [*lines, texts[behind][border : border + ANSWERED]], [*asked, (behind, border)])


def _requests(
    texts: Sequence[str], heads: Sequence[int], leaves: Sequence[int], short: Mapping[int, str]
) -> Iterator[Flow]:
    """A leaf that asks for a field's value, and the next ones, one of which may be it. `short`: what leaves say that
    may ask, by their places."""
    if not may_ask("\n".join((*short.values(), ""))):
        return
    for place, asks in short.items():
        if place + 1 < len(leaves) and field_of(asks) is not None:
            leaf = leaves[place]
            start = abs(heads[leaf])
            later = leaves[place + 1 : place + 2 + FILLERS]
            pieces = [texts[each][abs(heads[each]) :][:ANSWERED].replace("\n", " ") + "\n" for each in later]
            places = [(leaf, start), *((each, abs(heads[each])) for each in later)]
            yield _made(Request, [texts[leaf][start:] + "\n", *pieces], places)


def _dictations(
    texts: Sequence[str], heads: Sequence[int], leaves: Sequence[int], short: Mapping[int, str]
) -> Iterator[Flow]:
    """Leaves that tell digits or letters and nothing else, with a short one of whoever listens between two of them,
    behind the one that asked for it. `short`: what leaves say that may, by their places."""
    pieces: list[int] = []
    for place in [place for place, said in short.items() if len(said) <= FILLER and dictates(said)]:
        if pieces and place - pieces[-1] > 1 and not (place - pieces[-1] == 2 and _listens(short.get(place - 1))):
            yield from _dictated(texts, heads, leaves, pieces)
            pieces = []
        pieces.append(place)
    yield from _dictated(texts, heads, leaves, pieces)


def _listens(said: str | None) -> bool:
    return said is not None and len(said) <= LISTENED and not any(map(str.isdigit, said))


def _dictated(
    texts: Sequence[str], heads: Sequence[int], leaves: Sequence[int], pieces: Sequence[int]
) -> Iterator[Flow]:
    if len(pieces) < 2:
        return
    first = leaves[max(0, pieces[0] - 1)]
    question = texts[first][max(abs(heads[first]), len(texts[first]) - ASKED) :].rstrip() if pieces[0] else ""
    told = [leaves[place] for place in pieces]
    places = [(first, len(texts[first]) - len(question)), *((leaf, abs(heads[leaf])) for leaf in told)]
    yield _made(Dictated, [question + "\n", *(texts[leaf][abs(heads[leaf]) :] + " " for leaf in told)], places)


def _puts_off(answer: str) -> bool:
    """Neither answers with a number nor asks for another thing."""
    return not any(map(str.isdigit, answer)) and "?" not in answer


def _flow(kind: type[Flow], texts: Sequence[str], ranges: Sequence[tuple[int, int, int]]) -> Flow:
    pieces = [texts[leaf][first:last] for leaf, first, last in ranges]
    return _made(kind, pieces, [(leaf, first) for leaf, first, _ in ranges])


def _made(kind: type[Flow], pieces: Sequence[str], places: Sequence[tuple[int, int]]) -> Flow:
    """Of pieces one behind the other, each with its leaf and where it begins there."""
    here = list(accumulate(map(len, pieces), initial=0))
    return kind("".join(pieces), here, [leaf for leaf, _ in places], [first for _, first in places])
