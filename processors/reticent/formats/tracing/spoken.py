"""What an attribute of a span says of a conversation: in the words of a framework of agents, as it keeps its runs, else
in those of whoever else it was (conversation.py)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import mapping
from ..providers.provider import Provider
from ..providers.rows import framework
from ..transcript import repeat
from . import conversation
from .spans import INPUTS, OUTPUTS, Attributes, Reading, Span

Read = Callable[[Any], list[Step]]


def sent(attributes: Attributes, name: str) -> list[Step]:
    """What a model was sent, with paths in the document; nothing where no attribute has the name."""
    return _told(attributes, name, conversation.sent)


def answered(attributes: Attributes, name: str) -> list[Step]:
    """As `sent`, of what came back."""
    return _told(attributes, name, conversation.answered)


def _told(attributes: Attributes, name: str, otherwise: Read) -> list[Step]:
    tree = attributes.tree(name)
    found = _framework_in(tree)
    if found is None:
        return attributes.placed(name, otherwise(tree))
    format, inner, path = found
    steps = [step for trace in format.follow(inner, path).traces() for step in trace.steps]
    for step in steps:
        step.parent = None  # it is numbered anew
    return attributes.placed(name, steps)


def _framework_in(tree: Any) -> tuple[Provider, Any, str] | None:
    """Whose words it is in: the tree, else what stands under a name that says that it is a conversation."""
    lists = ((mapping(tree).get(name), f"$['{name}']") for name in conversation.HOLDING)
    for inner, path in ((tree, "$"), *(each for each in lists if isinstance(each[0], list))):
        format = framework(inner)
        if format is not None:
            return format, inner, path
    return None


def read_alone(span: Span) -> Reading | None:
    """Of a trace in which nothing is a call of a model: the conversation that a span around one was given, and gave."""
    attributes = span.attributes
    given, gave = attributes.first(*INPUTS), attributes.first(*OUTPUTS)
    if not any(_tells(attributes.tree(name)) for name in (given, gave) if name):
        return None
    gave_steps = answered(attributes, gave)
    if any(step.kind is StepKind.PROMPT for step in gave_steps) and not _tells(attributes.tree(given)):
        return Reading(answered=gave_steps)  # what was given is what the agent is, and what it is to do
    return only_new(Reading(sent=sent(attributes, given), answered=gave_steps))


def only_new(reading: Reading) -> Reading:
    """Without what an answer begins with that was sent: some say both sides in it."""
    known = 0
    for told, again in zip(reading.sent, reading.answered, strict=False):
        if (told.kind, told.call_id, told.content) != (again.kind, again.call_id, again.content):
            break
        repeat(told, again)
        known += 1
    del reading.answered[:known]
    return reading


def _tells(tree: Any) -> bool:
    return conversation.tells(tree) or _framework_in(tree) is not None
