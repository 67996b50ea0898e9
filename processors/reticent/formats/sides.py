"""Chats of agents among each other, as AutoGen (0.2) and AG2 keep them: `role` says there who kept the chat, and `name`
who speaks. An agent writes down what it says itself as `assistant`, all else as `user`: whoever begins is the one who
asks.

https://docs.ag2.ai/latest/docs/user-guide/basic-concepts/orchestration/orchestrations
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from .providers.blocks import text

_SPEAKING = ("user", "assistant")
_OTHERS = ("system", "developer", "tool", "function")
_PEOPLE = re.compile(r"(?i)(?:^|[_\W])(?:user|human|admin|customer|client)(?:$|[_\W]|proxy)|^userproxy")
_AGENTS = re.compile(
    r"(?i)agent|assistant|proxy|expert|terminal|executor|orchestrator|planner|coder|critic|chat_?manager|surfer|"
    r"engineer|scientist|researcher|writer|reviewer|verif"
)
"""What agents are called, and people in a chat hardly."""


def sided(messages: Sequence[Any]) -> Sequence[Any]:
    """The messages with the roles that they have to who asked; the very same where these are no such chat."""
    last = messages[-1] if messages else None
    if not isinstance(last, dict) or "name" not in last:
        return messages
    speaking = [each for each in messages if isinstance(each, dict) and text(each, "role") not in _OTHERS]
    names = {text(each, "name") for each in speaking}
    if len(names) < 2 or "" in names or not all(text(each, "role") in _SPEAKING for each in speaking):
        return messages
    roles = {text(each, "role") for each in speaking}
    asking = text(speaking[0], "name")
    kept = text(speaking[0], "role") == "assistant" and len(roles) == 2 and not speaking[0].get("tool_calls")
    heard = roles == {"user"} and any(_AGENTS.search(name) for name in names)
    if not kept and not heard:
        return messages
    people = {name for name in names if asks(name)} or ({asking} if kept and not _AGENTS.search(asking) else set())
    return [_turned(each, speaking[0], people) if isinstance(each, dict) else each for each in messages]


def asks(name: str) -> bool:
    """Whether somebody who speaks under this name is a person, or speaks for one."""
    return bool(_PEOPLE.search(name))


def _turned(message: dict[str, Any], begins: Any, people: Collection[str]) -> dict[str, Any]:
    if text(message, "role") in _OTHERS:
        return message
    asks = message is begins or text(message, "name") in people
    return {**message, "role": "user" if asks and not message.get("tool_calls") else "assistant"}
