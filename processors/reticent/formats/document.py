"""What every wire format gives the rest of the house: a document with leaves to mask and steps to read.

The scanner sees leaves and knows no format; a format gives leaves and knows no rule.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..limits import Limits
from ..model import BlobKind, Trace

KEY = "\x01"
"""Between an object's own key and its value in `Leaves.texts`: both sides are scanned and can be masked."""
LABEL = "\x02"
"""Between a label that is context only (the key of the list an item stands in, the `name` beside a `value`)
and the value: rules may match across it, but the label is not a leaf here."""


ALL = -1
"""The owner of what belongs to every trace of a document, such as the attributes of a resource."""


class Part(enum.IntEnum):
    """Which side of a leaf: the object's key or the value."""

    VALUE = 0
    KEY = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A list of records, one below the other: `leaf` is that of the key it stands under."""

    leaf: int
    rows: int
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Blob:
    """A value that is no text to read: `data` stands in `leaf`, whose own text leaves it out; or, with `start` and
    `end`, it is written there in characters of the leaf's value, which is JSON in a string and keeps it."""

    leaf: int
    kind: BlobKind
    data: str
    start: int = -1
    end: int = -1

    @property
    def whole(self) -> bool:
        """Whether it is all of the leaf's value."""
        return self.start < 0


Slot = tuple[Any, Any]
"""(container, key or index) of a value, so that it can be written back; what a container is stays the format's
business."""


class Places(Protocol):
    """Where the leaves of a document stand, as long as nothing of it is changed."""

    def slots(self) -> list[Slot]:
        """Of all leaves, in order."""
        ...

    def slot(self, leaf: int) -> Slot: ...


class Leaves:
    """A flat view of a document, made once per record in the hot path.

    `texts[i]` is `value`, `key KEY value` or `label LABEL value`; the value is empty where an object's key
    leads to a container, null or a boolean. `heads[i]` says where the value begins, because a producer may write
    KEY and LABEL too: the characters up to and with KEY, as a negative number those up to and with LABEL, or 0.
    `flows` are leaves whose values carry one text on, in order: the chunks of a stream, the contents of steps that
    follow one another; one that is a `streams.Stream` is one text cut anywhere. `tables` are lists of records. `blobs`
    are values that are not scanned, because they are no text: masking puts a placeholder for each, or what the policy
    says. `pieces` are leaves that were cut out of JSON in a string. `ids` are leaves whose values are the format's own
    ids and times, in exactly the form that these have: they are not scanned either, and stay. Where the leaves stand is
    asked of few of them or none: `places` knows. `copies`: (leaf, leaf, start), where the first leaf's value says what
    the second's does from there on, as far as it goes: what a stream has said so far, again and again.
    """

    __slots__ = ("_places", "_slots", "blobs", "copies", "flows", "heads", "ids", "pieces", "tables", "texts")

    def __init__(self, places: Places | None = None) -> None:
        self.texts: list[str] = []
        self.heads: list[int] = []
        self.flows: list[list[int]] = []
        self.tables: list[Table] = []
        self.blobs: list[Blob] = []
        self.ids: list[int] = []
        self.pieces: list[int] = []
        self.copies: list[tuple[int, int, int]] = []
        self._places = places
        self._slots: list[Slot] = []

    def scanned(self) -> list[str]:
        """`texts` without the values of `ids`, and with blanks for blobs in JSON in a string."""
        inner = [blob for blob in self.blobs if not blob.whole]
        if not self.ids and not inner:
            return self.texts
        texts = list(self.texts)
        for blob in inner:
            text, border = texts[blob.leaf], abs(self.heads[blob.leaf])
            start, end = border + blob.start, border + blob.end
            texts[blob.leaf] = text[:start] + " " * (end - start) + text[end:]
        for leaf in self.ids:
            texts[leaf] = texts[leaf][: abs(self.heads[leaf])]
        return texts

    @property
    def slots(self) -> list[Slot]:
        """Of each leaf."""
        self.settle()
        return self._slots

    def settle(self) -> None:
        """Notes where the leaves stand, before the keys change that tell it."""
        if self._places is not None:
            self._slots[:0] = self._places.slots()
            self._places = None
            if len(self._slots) != len(self.texts):
                raise RuntimeError("the document changed while it was read")  # a leaf would be written over another

    def slot(self, leaf: int) -> Slot:
        """Of one leaf."""
        if self._places is None:
            return self._slots[leaf]
        added = leaf - len(self.texts) + len(self._slots)
        return self._slots[added] if added >= 0 else self._places.slot(leaf)

    def now(self, leaf: int) -> str:
        """The text that stands in a leaf's slot as the document is now; empty where there is none."""
        container, key = self.slot(leaf)
        if isinstance(container, list):
            return container[key] if isinstance(container[key], str) else ""
        found = container.get(key) if isinstance(container, dict) else None
        return found if isinstance(found, str) else ""

    def extend(self, texts: Sequence[str], slots: Sequence[Slot], heads: Sequence[int]) -> None:
        """Several, as `add` one after the other."""
        self.texts += texts
        self.heads += heads
        self._slots += slots

    def add(self, text: str, slot: Slot = (None, None), head: int = 0) -> None:
        """Behind all the others."""
        self.texts.append(text)
        self.heads.append(head)
        self._slots.append(slot)


class Document(Protocol):
    """One decoded record. It belongs to one record and is masked in place."""

    @property
    def format(self) -> str:
        """The format's name, as in `reticent-format`."""
        ...

    @property
    def content_type(self) -> str:
        """Media type that `encode` writes."""
        ...

    def leaves(self) -> Leaves:
        """Every string, key and number. Raises LimitError past `Limits.leaves`, DecodeError for what only a walk
        finds: an object that holds a key twice."""
        ...

    def path(self, leaf: int) -> str:
        """RFC 9535 normalised path of a leaf of `leaves()`, over the keys as they are now."""
        ...

    def ties(self, leaf: int) -> bool:
        """Whether the leaf's value is an id that tells the document's traces apart: it is redacted where a policy would
        drop or summarise it, so that the masked document has the same traces."""
        ...

    def replace(self, leaf: int, part: Part, text: str | None) -> None:
        """Write `text` (None: null, or the format's nearest) over one part of a leaf; the document stays valid.
        A number becomes a string. A renamed key keeps its place in the object's order."""
        ...

    def encode(self, traces: Collection[int] | None = None) -> bytes:
        """The document in its own wire format; equal to the input outside replaced leaves, and the very
        bytes of the input where nothing was replaced. With `traces` those alone of `traces()` that it numbers, and
        what belongs to none."""
        ...

    def traces(self) -> Sequence[Trace]:
        """Canonical traces as the document stands now: read after masking they are masked. Their number and order
        stay. A document that `encode` wrote with some of them has those, in the same order."""
        ...

    def owners(self) -> Sequence[int]:
        """Of each leaf the number of its trace, or ALL where it is every trace's. Empty where there is one trace."""
        ...


class Format(Protocol):
    """One wire format. Add one: a file with a class like this, a row in `registry.py`, fixtures in tests.

    One that has `members`, names (or sets of names) of which every object of it has one (or all of one set) at its
    root, is not asked about other objects, nor about lists of other objects. `holding`: of its members those that tell
    nothing unless an object or a list stands under them."""

    @property
    def name(self) -> str: ...

    @property
    def media_types(self) -> Sequence[str]: ...

    def recognises(self, payload: bytes, tree: Any) -> bool:
        """Whether content alone says it is this format. `tree` is the parsed JSON, or None for other bytes."""
        ...

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        """Raises DecodeError (not this format, broken) or LimitError; never anything else on any bytes.
        `tree` spares a second parse where detection has parsed the JSON already."""
        ...
