"""Talks between a person and an agent that uses tools, in made-up English prose that holds nothing to find."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_WHO = (
    "the warehouse team", "our supplier", "a colleague from planning", "the night shift", "the packing crew",
    "the carrier", "my manager", "the people in the workshop", "our forecasting group", "the returns desk",
)  # fmt: skip
_DID = (
    "moved the blue crates to the second dock", "counted the spare parts again", "asked for a shorter lead time",
    "found two pallets that nobody had ordered", "changed the route after the storm", "closed the old shelf",
    "wants a summary before the weekly meeting", "repaired the label printer", "returned most of the glass bottles",
    "compared the forecast with what was really sold", "lost track of the smaller boxes", "agreed to wait a week",
)  # fmt: skip
_WHY = (
    "because the weather kept the ferry in the harbour", "since demand had doubled over the summer",
    "although the plan said something else", "so that the morning deliveries leave on time",
    "while the scanner was being replaced", "after the inspection had gone well",
    "because nobody could read the handwriting", "before the holiday season begins",
)  # fmt: skip
_ASK = (
    "Can you find out why {who} {did}?", "Please tell me what happens when {who} {did} {why}.",
    "I think that {who} {did}, but I would like to be sure.", "What should we do if {who} {did} {why}?",
)  # fmt: skip
_SAY = (
    "It looks as if {who} {did} {why}.", "Yesterday {who} {did}; {other} {more} {why}.",
    "In short, {who} {did}, and that is fine {why}.", "There is one more thing: {who} {did} {why}.",
    "If {who} {did}, then {other} {more} as well.", "Nothing else has changed, except that {who} {did}.",
    "My advice is to wait until {other} {more}.", "This was expected {why}, and {who} {did}.",
)  # fmt: skip
_TOOLS = ("find_notes", "read_page", "check_stock", "list_routes")


@dataclass(frozen=True, slots=True)
class Turn:
    """`role`: system, user, assistant, call (a tool is called with `arguments`) or result (`text` is what it says)."""

    role: str
    text: str = ""
    tool: str = ""
    call: str = ""
    arguments: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """`trace` is hexadecimal, of 32 digits."""

    trace: str
    session: str
    turns: Sequence[Turn]

    def first(self, count: int) -> Talk:
        return Talk(self.trace, self.session, self.turns[:count])


def talk(chance: random.Random, turns: int, mail: str = "") -> Talk:
    """`turns` or a few more; `mail` is an address that the person gives in the first question."""
    made = [Turn("system", "You help with questions about stock and deliveries. " + _say(chance, 3))]
    while len(made) < turns:
        question = f"{_sentence(chance, _ASK)} {_say(chance, 1)}"
        if mail and len(made) == 1:
            question = f"Write to me at {mail} when you know. {question}"
        tool, call = chance.choice(_TOOLS), f"call_{len(made)}"
        wanted = {"query": _sentence(chance, _SAY), "limit": chance.randint(2, 9), "exact": chance.random() < 0.5}
        made += [
            Turn("user", question),
            Turn("call", tool=tool, call=call, arguments=wanted),
            Turn("result", _say(chance, 8), tool=tool, call=call),
            Turn("assistant", _say(chance, 10)),
        ]
    return Talk(chance.randbytes(16).hex(), f"session-{chance.randrange(64)}", made)


def _say(chance: random.Random, sentences: int) -> str:
    return " ".join(_sentence(chance, _SAY) for _ in range(sentences))


def _sentence(chance: random.Random, forms: Sequence[str]) -> str:
    who, other = chance.sample(_WHO, 2)
    did, more = chance.sample(_DID, 2)
    made = chance.choice(forms).format(who=who, did=did, why=chance.choice(_WHY), other=other, more=more)
    return made[0].upper() + made[1:]
