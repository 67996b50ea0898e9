"""What Hyperscan looks for on behalf of a rule, and how far from there a match of the rule may lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..policy.expression import expression
from ..policy.rule import Rule
from ..policy.words import BEYOND, word_pattern

_BEYOND = 1
"""An expression may take the character behind a match, or the separator."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """`expression` is Hyperscan's. A match of the rule begins at most `before` characters in front of a hit's end and
    ends at most `behind` characters after it; `before` None: anywhere in the text. `anywhere`: so it is when the hit
    lies in the label."""

    expression: bytes
    before: int | None
    behind: int
    anywhere: bool = False


def triggers(rule: Rule) -> Iterator[Trigger]:
    """Whatever the rule matches, at least one of these hits, near it.

    A rule that needs context is looked for by the words of its context, which are literals and cost next to nothing;
    one with a `trigger` by that; others by their pattern, whose ends are then the hits' ends."""
    whole = expression(rule.pattern)
    width = whole.width
    if rule.trigger:
        before = None if width is None else width + _BEYOND
        yield Trigger(expression(rule.trigger).text, before, width or 0)
    elif rule.context is not None and rule.context.required:
        # a hit may take the character behind the word
        reach = None if width is None else width + rule.context.window + 2 * BEYOND
        for word in rule.context.support:
            yield Trigger(expression(word_pattern(word)).text, reach, reach or 0, anywhere=True)
    else:
        yield Trigger(whole.text, None if width is None else width + _BEYOND, 0)
