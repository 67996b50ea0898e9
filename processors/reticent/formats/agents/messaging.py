"""Webhooks, exports and interfaces of services that carry people's messages to bots and back: WhatsApp, Messenger,
Instagram, LINE, Telegram, Twilio, Google Chat, Feishu (Lark), DingTalk, Viber, Matrix, Mattermost.

https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components
https://developers.facebook.com/docs/messenger-platform/reference/webhook-events/messages
https://developers.line.biz/en/reference/messaging-api/
https://core.telegram.org/bots/api#sendmessage
https://www.twilio.com/docs/messaging/api/message-resource
https://developers.google.com/workspace/chat/api/reference/rest/v1/spaces.messages
https://open.feishu.cn/document/server-docs/im-v1/message/events/receive
https://open.dingtalk.com/document/orgapp/receive-message
https://developers.viber.com/docs/api/rest-bot-api/
https://spec.matrix.org/latest/client-server-api/
https://api.mattermost.com/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import StepKind
from ..providers.blocks import at, items, mapping, text
from .shapes import Part, Shape, Shaped

_PROMPT, _OUTPUT, _EVENT = StepKind.PROMPT, StepKind.OUTPUT, StepKind.EVENT
_OF_WHATSAPP = (
    "text.body button.text interactive.button_reply.title interactive.list_reply.title interactive.nfm_reply.body "
    "interactive.body.text image.caption video.caption document.caption template reaction.emoji"
)


class WhatsApp(Shaped):
    """The Cloud API."""

    name = "whatsapp"
    shapes = (
        Shape("id type", {"": [Part(_PROMPT, _OF_WHATSAPP, name="from")]}, time="timestamp", root="object",
              lists="entry.*.changes.*.value.messages.*", sessions="from"),
        Shape("id type", {"": [Part(_OUTPUT, _OF_WHATSAPP, name="from")]}, time="timestamp", root="object",
              lists="entry.*.changes.*.value.message_echoes.*", sessions="to"),
        Shape("id status", {"": [Part(_EVENT, "-", label="status")]}, time="timestamp", root="object",
              lists="entry.*.changes.*.value.statuses.*", sessions="recipient_id"),
        Shape("messaging_product to", {"": [Part(_OUTPUT, _OF_WHATSAPP)]}, sessions="to"),
    )  # fmt: skip


class Messenger(Shaped):
    """Messenger and Instagram."""

    name = "messenger"
    _said = "message.text postback.title postback.payload message.quick_reply.payload message.attachments"
    shapes = (
        Shape("sender recipient", {"true": [Part(_OUTPUT, _said, name="sender.id")],
                                   "": [Part(_PROMPT, _said, name="sender.id")]},
              by="message.is_echo", lists="entry.*.messaging.* entry.*.standby.*", root="object", time="timestamp",
              unit=0.001),
        Shape("recipient message", {"": [Part(_OUTPUT, "message.text message.attachment")]}, sessions="recipient.id",
              holds=lambda node: isinstance(node["recipient"], dict) and isinstance(node["message"], dict)
              and not {"id", "user_ref", "comment_id", "post_id"}.isdisjoint(node["recipient"])),
    )  # fmt: skip


class Line(Shaped):
    name = "line"
    _sent = Shape("type", {"": [Part(_OUTPUT, "text altText")]}, lists="messages.*", root="replyToken")
    shapes = (
        Shape("type timestamp", {"message": [Part(_PROMPT, "message.text", name="source.userId")],
                                 "postback": [Part(_PROMPT, "postback.data", name="source.userId")], "": []},
              by="type", lists="events.*", root="destination", time="timestamp", unit=0.001,
              sessions="source.groupId source.roomId source.userId"),
        _sent,
        Shape("type", {"": [Part(_OUTPUT, "text altText")]}, lists="messages.*", root="to", sessions="to"),
    )  # fmt: skip


_SENDING = frozenset({"chat_id", "text", "parse_mode", "reply_markup", "reply_parameters", "reply_to_message_id",
                      "disable_notification", "disable_web_page_preview", "link_preview_options", "message_thread_id",
                      "entities", "protect_content", "method", "caption", "business_connection_id"})  # fmt: skip


class TelegramChats(Shaped):
    """What bots of Telegram send, and chats that its clients export."""

    name = "telegram-chats"
    shapes = (
        Shape("chat_id text", {"": [Part(_OUTPUT, "text")]}, sessions="chat_id", holds=_SENDING.issuperset),
        Shape("id type date", {"message": [Part(_PROMPT, "text", name="from")], "": []}, by="type", lists="messages.*",
              root="type id", time="date_unixtime date"),
        Shape("id from data", {"": [Part(_PROMPT, "data", name="from.first_name", label="callback_query")]},
              lists="callback_query", root="update_id"),
    )  # fmt: skip


_TWILIO = {"inbound": [Part(_PROMPT, "body", name="from")],
           "outbound-api|outbound-reply|outbound-call": [Part(_OUTPUT, "body", name="from")]}  # fmt: skip


class Twilio(Shaped):
    """Messages of its interfaces for text messages and conversations."""

    name = "twilio"
    shapes = (
        Shape("sid body direction", _TWILIO, by="direction", lists="messages.*"),
        Shape("sid body author conversation_sid", {"": [Part(_PROMPT, "body", name="author")]}, lists="messages.* -",
              time="date_created", sessions="conversation_sid"),
        Shape("sid body direction", _TWILIO, by="direction"),
    )  # fmt: skip


class GoogleChat(Shaped):
    name = "google-chat"
    shapes = (
        Shape("name sender", {"BOT": [Part(_OUTPUT, "text formattedText cardsV2", name="sender.displayName")],
                              "": [Part(_PROMPT, "text formattedText argumentText", name="sender.displayName")]},
              by="sender.type", lists="message chat.messagePayload.message messages.*", time="createTime",
              sessions="space.name",
              holds=lambda node: any(text(each, "name").startswith("spaces/") for each in _messages(node))),
    )  # fmt: skip


def _messages(node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    alone = (node.get("message"), at(node, ("chat", "messagePayload", "message")))
    return [*map(mapping, alone), *map(mapping, items(node, "messages")[:1])]


class Feishu(Shaped):
    """Feishu and Lark."""

    name = "feishu"
    shapes = (
        Shape("message sender", {
            "app": [Part(_OUTPUT, "message.content.$.text message.content", name="sender.sender_id.open_id")],
            "": [Part(_PROMPT, "message.content.$.text message.content", name="sender.sender_id.open_id")]},
            by="sender.sender_type", lists="event", root="header", time="message.create_time", unit=0.001,
            sessions="message.chat_id"),
        Shape("message_id msg_type body", {
            "app": [Part(_OUTPUT, "body.content.$.text body.content", name="sender.id")],
            "": [Part(_PROMPT, "body.content.$.text body.content", name="sender.id")]},
            by="sender.sender_type", lists="data.items.*", time="create_time", unit=0.001, sessions="chat_id"),
        Shape("receive_id msg_type content", {"": [Part(_OUTPUT, "content.$.text content")]}, sessions="receive_id"),
    )  # fmt: skip


class DingTalk(Shaped):
    """DingTalk and WeCom."""

    name = "dingtalk"
    shapes = (
        Shape("msgtype conversationId", {"": [
            Part(_PROMPT, "text.content content.recognition content.richText content", name="senderNick")]},
            time="createAt", unit=0.001, sessions="conversationId"),
        Shape("msgtype", {"": [Part(_OUTPUT, "text.content markdown.text markdown.content actionCard.text link.text "
                                             "template_card.main_title.title")]},
              holds=lambda node: isinstance(node.get(str(node["msgtype"])), dict)),
    )  # fmt: skip


class Viber(Shaped):
    name = "viber"
    shapes = (
        Shape("event message_token", {"message": [Part(_PROMPT, "message.text", name="sender.name")], "": []},
              by="event", time="timestamp", unit=0.001, sessions="sender.id"),
    )  # fmt: skip


class Matrix(Shaped):
    name = "matrix"
    shapes = (
        Shape("type sender event_id content", {
            "m.room.message m.notice": [Part(_OUTPUT, "content.body", name="sender")],
            "m.room.message": [Part(_PROMPT, "content.body", name="sender")], "": []},
            by="type content.msgtype", lists="chunk.* rooms.join.*.timeline.events.* events.* -",
            time="origin_server_ts", unit=0.001, sessions="room_id"),
    )  # fmt: skip


class Mattermost(Shaped):
    name = "mattermost"
    shapes = (
        Shape("message channel_id user_id create_at", {
            "true": [Part(_OUTPUT, "message", name="user_id")], "": [Part(_PROMPT, "message", name="user_id")]},
            by="props.from_bot props.from_webhook", lists="posts.* -", time="create_at", unit=0.001,
            sessions="channel_id"),
    )  # fmt: skip


MESSAGING = (WhatsApp(), Messenger(), Line(), TelegramChats(), Twilio(), GoogleChat(), Feishu(), DingTalk(), Viber(),
             Matrix(), Mattermost())  # fmt: skip
