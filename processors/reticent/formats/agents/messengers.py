"""Chats with bots where people talk to each other: exports and events of Slack, messages of Teams and interactions with
Microsoft 365 Copilot, messages of Discord and its exporter, updates of Telegram, conversations of Intercom. One reader,
and a row for each that says where things stand.

https://api.slack.com/events/message
https://learn.microsoft.com/graph/api/resources/chatmessage
https://learn.microsoft.com/graph/api/resources/aiinteraction
https://discord.com/developers/docs/resources/message
https://core.telegram.org/bots/api#message
https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar

from ...model import Step, StepKind
from ..providers.blocks import ASKED, at, identity, mapping, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import said, timed

Way = tuple[str, ...]
"""Names that lead to a value."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message has what is told. wants: names that every message has. texts: the first of these ways that leads
    to anything is what was said. bot: whether a bot said it. within: what holds an event's message. lists: ways to
    lists of messages; of the first of each list's ways that leads to one, its messages follow."""

    wants: frozenset[str]
    texts: Sequence[Way]
    bot: Callable[[Mapping[str, Any]], bool]
    time: str
    speakers: Sequence[Way] = ()
    sessions: Sequence[str] = ()
    within: Sequence[Way] = ()
    lists: Sequence[Way] = ()


class Messenger(Provider):
    place: ClassVar[Place]

    def claims(self, document: Any) -> bool:
        found = [node for node, _ in islice(self._messages(document, ""), ASKED)]
        return bool(found) and all(map(self._is_message, found))

    def _is_message(self, node: Any) -> bool:
        return isinstance(node, dict) and node.keys() >= self.place.wants

    def feed(self, run: Run, path: str, document: Any) -> None:
        place = self.place
        for node, here in self._messages(document, path):
            if not isinstance(node, dict):
                continue
            run.session_id = run.session_id or identity(node, *place.sessions)
            way = next((way for way in place.texts if at(node, way)), ())
            if not way:
                continue
            name = next((found for way_ in place.speakers if isinstance(found := at(node, way_), str)), "")
            kind = StepKind.OUTPUT if place.bot(node) else StepKind.PROMPT
            step = Step(0, kind, at(node, way), name, path=here + "".join(map(segment, way)))
            run.answered(timed([step], _when(node.get(place.time))))

    def _messages(self, document: Any, path: str) -> Iterator[tuple[Any, str]]:
        if not isinstance(document, dict):
            return
        for way in self.place.within:
            inner = at(document, way)
            if self._is_message(inner):
                yield inner, path + "".join(map(segment, way))
                return
        found = False
        for way in self.place.lists:
            held = at(document, way)
            for index, each in enumerate(held if isinstance(held, list) else ()):
                found = True
                yield each, f"{path}{''.join(map(segment, way))}[{index}]"
        if not found:
            yield document, path


def _when(time: Any) -> str:
    """Seconds may be a text, too."""
    if isinstance(time, str) and time.replace(".", "", 1).isdecimal():
        return said(float(time)) if len(time) < 40 else ""
    return said(time)


class Slack(Messenger):
    name = "slack"
    members = frozenset({frozenset({"ts", "text"}), "messages", frozenset({"event", "team_id"})})
    place = Place(
        frozenset({"type", "ts", "text"}), (("text",), ("blocks",), ("attachments",)),
        lambda node: "bot_id" in node or text(node, "subtype") == "bot_message", "ts",
        speakers=(("user_profile", "real_name"), ("username",), ("user",), ("bot_id",)), sessions=("channel",),
        within=(("event",),), lists=(("messages",),),
    )  # fmt: skip


class Teams(Messenger):
    name = "teams"
    members = frozenset({frozenset({"createdDateTime", "body"}), "value"})
    holding = frozenset({"value"})
    place = Place(
        frozenset({"id", "createdDateTime", "body", "from"}), (("body", "content"), ("attachments",)),
        lambda node: text(node, "interactionType") == "aiResponse" or (
            "interactionType" not in node and isinstance(at(node, ("from", "application")), dict)), "createdDateTime",
        speakers=(("from", "user", "displayName"), ("from", "application", "displayName")),
        sessions=("sessionId", "chatId"), lists=(("value",),),
    )  # fmt: skip


class Discord(Messenger):
    name = "discord"
    members = frozenset({frozenset({"author", "content"}), "messages"})
    place = Place(
        frozenset({"author", "content", "timestamp"}), (("content",), ("embeds",)),
        lambda node: True in (at(node, ("author", "bot")), at(node, ("author", "isBot"))),
        "timestamp", speakers=(("author", "username"), ("author", "name")), sessions=("channel_id",),
        lists=(("messages",),),
    )  # fmt: skip

    def _is_message(self, node: Any) -> bool:
        return super()._is_message(node) and not {"username", "isBot", "bot"}.isdisjoint(mapping(node["author"]))


class Telegram(Messenger):
    name = "telegram"
    members = frozenset({frozenset({"update_id"}), frozenset({"message_id", "chat"}), "result"})
    holding = frozenset({"result"})
    place = Place(
        frozenset({"message_id", "date", "chat"}), (("text",), ("caption",)),
        lambda node: at(node, ("from", "is_bot")) is True, "date",
        speakers=(("from", "first_name"),), within=(("message",), ("edited_message",), ("result",)),
    )  # fmt: skip


class Intercom(Messenger):
    name = "intercom"
    members = frozenset({"conversation_parts", frozenset({"data", "topic"})})
    holding = members
    place = Place(
        frozenset({"body", "author"}), (("body",),),
        lambda node: at(node, ("author", "type")) in ("bot", "admin", "team"), "created_at",
        speakers=(("author", "name"),), lists=(("conversation_parts", "conversation_parts"),),
    )  # fmt: skip

    def _messages(self, document: Any, path: str) -> Iterator[tuple[Any, str]]:
        """What began a conversation stands apart; a webhook holds it."""
        item = at(document, ("data", "item"))
        if isinstance(item, dict):
            document, path = item, path + "['data']['item']"
        if not isinstance(document, dict) or "conversation_parts" not in document:
            return
        if isinstance(document.get("source"), dict):
            yield document["source"], path + "['source']"
        yield from super()._messages({"conversation_parts": document["conversation_parts"]}, path)
