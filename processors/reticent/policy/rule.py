"""A rule: what to find, told apart from what is done about it. This is the form the machine runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from ..model import Severity
from ..patterns.words import BEYOND

Validator = Callable[[str, "Match"], bool | tuple[int, int]]
"""Takes the text of the secret group and its surroundings; False says: a false alarm, two places in the surroundings:
the value goes from here to there, which may be more or less than the group."""


class Match(msgspec.Struct, frozen=True, gc=False):
    """What a validator may look at: some text around the secret (at most `AROUND` characters on either side, and
    nothing beyond the value or key it stands in), where in it the secret lies, and the value's key or label."""

    text: str
    label: str
    start: int
    end: int


AROUND = 256


@dataclass(frozen=True, slots=True)
class Context:
    """Words within `window` characters around a match or in its label, written as `words` has it.

    `required`: at least one of `support` must be there. `against`: none of them may be.
    """

    support: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    window: int = 80
    required: bool = False


@dataclass(frozen=True, slots=True)
class At:
    """Whole values by where they stand: `key` and `step` are globs over the value's own key (case-folded) and the kind
    of its step, `path` selects as in `selectors.path_matcher`. All that is given must hold."""

    key: str = ""
    path: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """Large things by their form. `least`: rows of a table, lines of code or of a diff, characters of a blob."""

    kind: Literal["table", "code", "diff", "blob"]
    least: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One compiled rule: it has a `pattern`, or an `at`, or a `shape`.

    `pattern` is RE2 syntax (no look-around, no back-reference), macros expanded. What is masked is the group named
    `secret` where there is one, else the whole match. `trigger` is a pattern that some part of every match fits:
    the cheap thing to look for where the pattern itself begins with nothing rare. `keywords` (case-folded): at least
    one must stand in the leaf or its label, else the rule does not apply. `entropy` is a minimum Shannon entropy of
    the secret in bits per character. An `optional` rule of a pack works only where a policy enables it. `asked`: no
    policy has it unless its operator wrote it or asked for it.
    """

    id: str
    title: str
    category: str
    severity: Severity
    pattern: str = ""
    at: At | None = None
    shape: Shape | None = None
    trigger: str = ""
    keywords: tuple[str, ...] = ()
    validators: tuple[str, ...] = ()
    context: Context | None = None
    entropy: float = 0.0
    allow: tuple[str, ...] = ()
    source: str = ""
    match: Sequence[str] = field(default=(), compare=False)
    no_match: Sequence[str] = field(default=(), compare=False)
    pack: str = ""
    optional: bool = False
    asked: bool = True

    def tells(self, value: str) -> bool:
        """Whether a secret says by itself, with what it begins with, that it is one."""
        begins = value.casefold().startswith
        return self.category == "secrets" and self.context is None and any(map(begins, self.keywords))

    @property
    def around(self) -> int:
        """Characters on either side of a match, and its label, that tell whether it is one; but for keywords."""
        return AROUND if self.context is None else max(AROUND, self.context.window + BEYOND)


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Known literals of the operator (customers, projects): matched exactly and case-folded, word-bounded."""

    id: str
    category: str
    severity: Severity
    entries: tuple[str, ...] = field(repr=False)
