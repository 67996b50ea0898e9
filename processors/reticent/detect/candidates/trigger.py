"""What Hyperscan looks for on behalf of a rule, and how far from there a match of the rule may lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ...patterns.expression import Sought, expression, expressions, needle, token, whole, width
from ...patterns.words import BEYOND, lookouts, word_pattern
from ...policy.rule import Rule

_BEYOND = 1
"""An expression may take the character behind a match, or the separator."""


class Trigger(NamedTuple):
    """What is `sought` is Hyperscan's. `size`: characters of the longest hit; None: there is no bound."""

    sought: Sought
    size: int | None


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a rule may match around the hits of its triggers. A match begins at most `before` characters in front of a
    hit's end and ends at most `behind` characters after it; `before` None: anywhere in the text. `anywhere`: so it is
    when the hit lies in the label. `near`: expressions one of which must stand within so many characters of a hit, and
    `around` more, or in the label; only where many rules share a trigger are they looked for. `needle`: what the
    outline of all that the rule matches holds; empty where nothing is known. `token`: what it matches holds a long
    token."""

    before: int | None
    behind: int
    anywhere: bool = False
    near: tuple[bytes, ...] = ()
    around: int = 0
    needle: bytes = b""
    token: bool = False

    def within(self, most: int) -> bool:
        """Whether a match begins and ends at most so many characters from a hit's end."""
        return self.before is not None and max(self.before, self.behind) <= most


def triggers(rule: Rule) -> tuple[Reach, list[Trigger]]:
    """Whatever the rule matches, at least one of these hits, near it.

    A rule with a `trigger` is looked for by that; one that needs context by the words of its context, which are
    literals and cost next to nothing; others by their pattern, whose ends are then the hits' ends."""
    most = width(rule.pattern)
    context = rule.context if rule.context is not None and rule.context.required else None
    around = context.window + 2 * BEYOND if context is not None else 0  # a hit may take the character behind the word
    before = None if most is None else most + _BEYOND
    long = token(rule.pattern)
    if rule.trigger:
        words = tuple(expression(word_pattern(word)) for word in context.support) if context is not None else ()
        near, long = words or (expression(rule.pattern),), long or token(rule.trigger)
        reach = Reach(before, most or 0, near=near, around=around, needle=needle(rule.pattern), token=long)
        size = width(rule.trigger)
        return reach, [Trigger(text, size) for text in expressions(rule.trigger)]
    if context is not None and context.support:
        within = None if most is None else most + around
        reach = Reach(within, within or 0, anywhere=True, needle=needle(rule.pattern), token=long)
        sights = [sight for word in context.support for sight in lookouts(word)]
        return reach, [Trigger(text, width(sight)) for sight in sights for text in expressions(sight)]
    return Reach(before, 0, token=long), [Trigger(whole(rule.pattern), most)]
