"""Candidates: one Hyperscan pass over a buffer tells near which places which rules may match.

No start-of-match (Vectorscan's ends the process on some patterns), so every end is reported; what stands where is
RE2's business. In a text made to hurt every byte is an end of something: such a storm is given up where it is noticed.
If one expression makes it, as it does in a run of zeros in base64, its rules look at all of the text, and the others
are looked for as ever; else those of the whole database do. The pass goes on with the next text.

Half of the rules match only what holds a long token, which few texts have: what is looked for on behalf of these is
looked for in no other texts.
"""

from __future__ import annotations

import hashlib
import os
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain, pairwise
from operator import attrgetter
from typing import NamedTuple

import hyperscan

from ...errors import ConfigError
from ...patterns.expression import Sought
from ...policy.rule import Rule
from .database import Database, Store
from .nearby import Nearby, Span, merged, reached
from .plans import plans
from .text import Buffer, Excerpt
from .trigger import Reach

STORM_HITS, STORM_BYTES = 1024, 4096
"""So many hits within so few bytes are a storm."""
LOUD_MOST, FEW = 2, 8
"""So many expressions are passed over in a text that would be no storm without them; so many of a database at once."""
SMALL = 64
"""Expressions of a database that is compiled again without a loud one: of more it is only not listened to."""
CROWD = 4
"""So many rules of one trigger are looked for together, if none of them reaches through all of a text."""
PART = 4000
"""Expressions of one database, give or take a few: more take Hyperscan much longer to compile, and scan no faster than
apart."""
LONG = 8192
"""Bytes of an expression that Hyperscan would refuse as too large, after seconds."""
_MARGIN = 20
"""So much less of `PART` is how far from its even share a database may end."""


NEAR = 1280
"""Characters from a change of a text to where most rules need not look for one that comes of it."""

Window = tuple[int, int, int, int]
"""(rule, text, start, stop): between `start` and `stop`, in bytes of a text, a rule may match."""


class Matcher:
    """Rules are known by their number. Raises ConfigError when an expression is not Hyperscan's."""

    def __init__(self, rules: Sequence[Rule], store: Store | None = None) -> None:
        self._names = [rule.id for rule in rules]
        self._plans = plans(rules, store)
        self.far = frozenset(
            number
            for number, (rule, plan) in enumerate(zip(rules, self._plans, strict=True))
            if not plan.reach.within(NEAR - rule.around)
        )
        """Rules that may match farther than `NEAR` from what they are looked for by."""
        self.endless = frozenset(
            number
            for number, plan in enumerate(self._plans)
            if any(trigger.size is None or trigger.size > NEAR for trigger in plan.triggers)
        )
        """Rules that are looked for by what may be longer."""
        users: dict[Sought, list[tuple[int, Reach]]] = {}
        for number, plan in enumerate(self._plans):
            for trigger in plan.triggers:
                users.setdefault(trigger.sought, []).append((number, plan.reach))
        kinds: dict[_Kind, list[Sought]] = {}
        for sought in sorted(users, key=attrgetter("text")):
            own = all(rules[rule].asked for rule, _ in users[sought])
            kind = _Kind(all(reach.token for _, reach in users[sought]), sought.outline, own)
            kinds.setdefault(kind, []).append(sought)
        self._sought = [sought for each in kinds.values() for sought in each]
        self._users = [users[sought] for sought in self._sought]
        with _cores() as pool:
            databases, first = [], 0
            for kind, each in kinds.items():
                for begin, end in pairwise(_edges(each)):
                    databases.append(pool.submit(self._compiled, first + begin, each[begin:end], kind, store))
                first += len(each)
            nearby = {
                number: pool.submit(_together, crowd, store)
                for number, crowd in enumerate(self._users)
                if all(reach.near and reach.before is not None for _, reach in crowd)
                and len({rule for rule, _ in crowd}) >= CROWD
            }
            self._databases = [part for each in databases for part in each.result()]
            self._nearby = {number: made for number, each in nearby.items() if (made := each.result()) is not None}

    def _compiled(self, first: int, sought: Sequence[Sought], kind: _Kind, store: Store | None) -> list[_Part]:
        """The databases of these expressions, the first of which has this number: more than one where they are too much
        for one together. Raises ConfigError for an expression that is none by itself."""
        try:
            database = Database([each.text for each in sought], store=store)
            users = self._users[first : first + len(sought)]
            rules = frozenset(rule for each in users for rule, _ in each)
            return [_Part(database, first, len(sought), kind, rules)]
        except hyperscan.error as error:
            if len(sought) == 1:
                rule, _ = self._users[first][0]
                raise ConfigError(
                    f"Hyperscan does not take the pattern of rule {self._names[rule]} ({error})",
                    advice="no look-around or back-references, and small bounded repeats; or name a trigger",
                ) from None
            half = len(sought) // 2
            parts = self._compiled(first, sought[:half], kind, store)
            return [*parts, *self._compiled(first + half, sought[half:], kind, store)]

    def windows(self, buffer: Buffer) -> Iterator[Window]:
        """Where rules may match, rule by rule; the windows of one rule in one text do not overlap and are in order."""
        if not self._databases or not len(buffer):
            return
        found = self._hits(buffer)
        wanted: dict[int, list[Span]] = {}
        for number, ends in found.hits.items():
            nearby = self._nearby.get(number)
            if nearby is not None:
                for rule, span in nearby.spans(buffer, ends):
                    wanted.setdefault(rule, []).append(span)
                continue
            for rule, reach in self._users[number]:
                wanted.setdefault(rule, []).extend(reached(buffer, reach, ends))
        hinted = frozenset(buffer.hinted) if found.loud or found.storms else frozenset()
        loud = chain(
            (({rule for rule, _ in self._users[number]}, texts) for number, texts in found.loud.items()),
            ((self._databases[number].rules, texts) for number, texts in found.storms.items()),
        )
        for rules, texts in loud:
            for rule in rules:
                wanted.setdefault(rule, []).extend(self._all(rule, buffer, texts, hinted))
        for rule, spans in sorted(wanted.items()):
            for text, start, stop in merged(spans):
                yield rule, text, start, stop

    def _all(self, rule: int, buffer: Buffer, texts: Iterable[int], hinted: Collection[int]) -> Iterator[Span]:
        """Each of the texts as a whole, where the rule may match anything in it."""
        plan = self._plans[rule]
        for text in texts:
            if (text in hinted or not plan.token) and plan.needle in buffer.outlined(text):
                yield text, 0, len(buffer.text(text).data)

    def _hits(self, buffer: Buffer) -> _Found:
        found = _Found({}, {}, {})
        excerpts: dict[tuple[bool, bool], Excerpt] = {}
        for number, part in enumerate(self._databases):
            token, outline, _ = part.kind
            if token and not buffer.hinted:
                continue
            excerpt = excerpts.get((token, outline))
            if excerpt is None:
                excerpt = excerpts[token, outline] = Excerpt(buffer, token=token, outline=outline)
            begin = 0
            while begin < len(excerpt.data):
                storm = self._scan(part, excerpt, (begin, len(excerpt.data)), found.hits)
                if storm is None:
                    break
                _, begin = excerpt.range(storm.text)
                self._calm(number, excerpt, storm, found)
        return found

    def _calm(self, number: int, excerpt: Excerpt, first: _Storm, found: _Found) -> None:
        """Scans a text again without the expression that hit so often, whose rules look at all of the text: one whose
        expressions are not loud alone is a storm. Of a few expressions all are as loud."""
        part = self._databases[number]
        text, storm = first.text, first if part.size > FEW else None
        quiet = set(range(part.size)) if storm is None else set[int]()
        while storm is not None and storm.loud is not None and len(quiet) < LOUD_MOST:
            quiet.add(storm.loud)
            storm = self._scan(part, excerpt, excerpt.range(text), found.hits, quiet)
        if storm is not None:
            found.storms.setdefault(number, []).append(text)
            return
        for each in quiet:
            found.loud.setdefault(part.first + each, []).append(text)

    def _scan(
        self,
        part: _Part,
        excerpt: Excerpt,
        among: tuple[int, int],
        hits: dict[int, list[int]],
        quiet: Collection[int] = (),
    ) -> _Storm | None:
        """Scans an excerpt from a place to another. A storm ends it, and what was hit in its text is forgotten."""
        ends: defaultdict[int, list[int]] = defaultdict(list)
        count = block = last = 0
        begin, stop = among
        data = excerpt.data
        numbers, database, deaf = self._listening(part, quiet)

        def found(expression: int, _start: int, end: int, _flags: int, _context: object) -> bool | None:
            nonlocal count, block, last
            ends[expression].append(end)
            count += 1
            last = end
            if count % STORM_HITS:
                return None
            head, block = block, end
            # many small texts are no storm: there is nothing to skip
            return True if end - head < STORM_BYTES and data.find(b"\x00", begin + head, begin + end) < 0 else None

        def heard(expression: int, start: int, end: int, flags: int, context: object) -> bool | None:
            return None if expression in deaf else found(expression, start, end, flags, context)

        storm = None
        try:
            piece = data if stop - begin == len(data) else memoryview(data)[begin:stop]
            database.scan(piece, heard if deaf else found)
        except hyperscan.ScanTerminated:
            text = excerpt.at(begin + last)
            first = excerpt.range(text)[0] - begin
            loud = _loud(ends, max(first, last - STORM_BYTES))
            storm = _Storm(text, None if loud is None else numbers[loud])
            ends = defaultdict(list, {number: [e for e in places if e <= first] for number, places in ends.items()})
        for number, places in ends.items():
            whole = [begin + end for end in places] if begin else places
            hits.setdefault(part.first + numbers[number], []).extend(excerpt.ends(whole))
        return storm

    def _listening(self, part: _Part, quiet: Collection[int]) -> tuple[Sequence[int], Database, Collection[int]]:
        """What hears all of a part's expressions but the `quiet` ones: their numbers, a database, and which of it are
        not listened to. A small one is made anew, which takes some hundredths of a second the first time."""
        if not quiet or part.size > SMALL:
            return range(part.size), part.database, quiet
        numbers = [number for number in range(part.size) if number not in quiet]
        return numbers, Database([self._sought[part.first + number].text for number in numbers]), ()


@contextmanager
def _cores() -> Iterator[ThreadPoolExecutor]:
    """Hyperscan compiles without Python's lock. Who is interrupted waits for what has begun, and not for the rest."""
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _together(crowd: Sequence[tuple[int, Reach]], store: Store | None) -> Nearby | None:
    """None where it is too much for one database: then each rule looks for its own."""
    if any(len(expression) > LONG for _, reach in crowd for expression in reach.near):
        return None
    try:
        return Nearby(crowd, store)
    except hyperscan.error:
        return None


def _loud(ends: dict[int, list[int]], since: int) -> int | None:
    """The expression that most of the hits are of, if there is one."""
    counts = {number: len(places) - bisect_left(places, since) for number, places in ends.items()}
    most = max(counts, key=counts.__getitem__)
    return most if counts[most] * 4 >= 3 * sum(counts.values()) else None


class _Found(NamedTuple):
    """Ends by expression; texts in which an expression hits so often that these are not told; texts in which the
    expressions of a database do so together, by its number."""

    hits: dict[int, list[int]]
    loud: dict[int, list[int]]
    storms: dict[int, list[int]]


class _Storm(NamedTuple):
    """`text`: the one it was noticed in. `loud`: the expression whose hits most of it is."""

    text: int
    loud: int | None


class _Kind(NamedTuple):
    """`token`: looked for only in texts that may hold a long token. `outline`: in their outline. `own`: only on behalf
    of rules that an operator wrote or asked for, so that to change one compiles no more than those."""

    token: bool
    outline: bool
    own: bool


class _Part(NamedTuple):
    """A database of what is sought from number `first` on, `size` expressions, on behalf of `rules`."""

    database: Database
    first: int
    size: int
    kind: _Kind
    rules: frozenset[int]


def _edges(sought: Sequence[Sought]) -> list[int]:
    """Where each database of these begins, and the last one ends. Near where an even share ends it is told by what
    stands there, so that with a few more or fewer of them the databases of the others stay as they are (content-defined
    chunking: Muthitacharoen et al., A Low-bandwidth Network File System, 2001)."""
    parts = -(-len(sought) // PART)
    shares = [len(sought) * part // parts for part in range(1, parts)]
    margin = PART // _MARGIN
    ends = (range(max(1, share - margin), min(len(sought), share + margin + 1)) for share in shares)
    return [0, *(min(near, key=lambda at: hashlib.sha256(sought[at].text).digest()) for near in ends), len(sought)]
