"""MetaGPT: messages between its roles, alone, in a memory (`storage`), or in a team's environment.

https://docs.deepwisdom.ai/main/en/guide/in_depth_guides/environment_message
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import ASKED, at, items, mapping, text
from ..providers.provider import Provider
from ..providers.streams import Run

_ASKING = ("UserRequirement", "BossRequirement")


class MetaGpt(Provider):
    name = "metagpt"
    members = frozenset({"cause_by", "storage", "env"})
    holding = frozenset({"storage", "env"})

    def claims(self, document: Any) -> bool:
        found = [message for message, _ in _messages(document, "")][:ASKED]
        return bool(found) and all(map(_is_message, found))

    def feed(self, run: Run, path: str, document: Any) -> None:
        for message, place in _messages(document, path):
            content = mapping(message).get("content")
            if content:
                asked = text(message, "cause_by").endswith(_ASKING)
                kind = StepKind.PROMPT if asked else StepKind.OUTPUT
                run.answered([Step(0, kind, content, text(message, "sent_from"), path=place + "['content']")])


def _messages(document: Any, path: str) -> Iterator[tuple[Any, str]]:
    if not isinstance(document, dict):
        return
    if "cause_by" in document:
        yield document, path
        return
    for way in ((), ("env", "history"), ("env", "memory")):
        place = path + "".join(f"['{name}']" for name in (*way, "storage"))
        yield from ((each, f"{place}[{index}]") for index, each in enumerate(items(at(document, way), "storage")))


def _is_message(node: Any) -> bool:
    return isinstance(node, dict) and "cause_by" in node and "content" in node and "sent_from" in node
