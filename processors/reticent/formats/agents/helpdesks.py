"""Conversations of people with those who help them, bots among these: Zendesk, Freshdesk, Freshchat, Front, HubSpot,
Chatwoot, Crisp, Gorgias, Genesys, LivePerson, Salesforce (Agentforce, Einstein), ServiceNow.

https://developer.zendesk.com/api-reference/conversations/
https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_comments/
https://developers.freshdesk.com/api/#conversations
https://developers.freshchat.com/api/
https://dev.frontapp.com/reference/messages
https://developers.hubspot.com/docs/api/conversations/conversations
https://developers.chatwoot.com/api-reference/messages
https://docs.crisp.chat/references/web-hooks/v1/
https://developers.gorgias.com/reference/the-ticketmessage-object
https://developers.liveperson.com/messaging-interactions-api-methods-get-conversation-by-conversation-id.html
https://developer.salesforce.com/docs/ai/agentforce/guide/agent-api.html
https://www.servicenow.com/docs/csh?topicname=bot-api.html
"""

from __future__ import annotations

from ...model import StepKind
from .shapes import Part, Shape, Shaped

_PROMPT, _OUTPUT, _EVENT, _ERROR = StepKind.PROMPT, StepKind.OUTPUT, StepKind.EVENT, StepKind.ERROR


_SAID = "content.text content.altText content.blocks"
_ZENDESK = {"user": [Part(_PROMPT, _SAID, name="author.displayName")],
            "business": [Part(_OUTPUT, _SAID, name="author.displayName")]}  # fmt: skip


class Zendesk(Shaped):
    """Messages of its conversations (Sunshine), comments of tickets, tickets."""

    name = "zendesk"
    shapes = (
        Shape("author content", _ZENDESK, by="author.type", lists="events.*.payload.message", root="app",
              time="received", sessions="events.*.payload.conversation.id"),
        Shape("author content received", _ZENDESK, by="author.type", lists="messages.* message", time="received",
              sessions="conversation.id"),
        Shape("author_id body public", {"": [Part(_PROMPT, "plain_body body", name="author_id")]}, lists="comments.*",
              time="created_at"),
        Shape("description requester_id", {"": [Part(_PROMPT, "description", name="requester_id")]},
              lists="ticket tickets.* -", time="created_at", sessions="id"),
    )  # fmt: skip


class Freshdesk(Shaped):
    name = "freshdesk"
    shapes = (
        Shape("body_text incoming", {"true": [Part(_PROMPT, "body_text body", name="user_id")],
                                     "false": [Part(_OUTPUT, "body_text body", name="user_id")]},
              by="incoming", lists="conversations.* -", time="created_at", sessions="ticket_id",
              before=[Part(_PROMPT, "description_text", name="requester_id")]),
        Shape("message_parts actor_type", {
            "user": [Part(_PROMPT, "text.content", each="message_parts.*")],
            "": [Part(_OUTPUT, "text.content", each="message_parts.*")]},
            by="actor_type", lists="data.message messages.* -", time="created_time", sessions="conversation_id"),
    )  # fmt: skip


class Front(Shaped):
    name = "front"
    shapes = (
        Shape("is_inbound body", {"true": [Part(_PROMPT, "text body blurb", name="author.username")],
                                  "false": [Part(_OUTPUT, "text body blurb", name="author.username")]},
              by="is_inbound", lists="_results.* -", time="created_at"),
    )  # fmt: skip


class HubSpot(Shaped):
    name = "hubspot"
    shapes = (
        Shape("type conversationsThreadId", {
            "INCOMING": [Part(_PROMPT, "text richText", name="senders.*.name")],
            "OUTGOING": [Part(_OUTPUT, "text richText", name="senders.*.name")], "": [Part(_EVENT, "text")]},
            by="direction", lists="results.* -", time="createdAt", sessions="conversationsThreadId"),
    )  # fmt: skip


class Chatwoot(Shaped):
    name = "chatwoot"
    shapes = (
        Shape("content message_type content_type", {
            "incoming|0": [Part(_PROMPT, "content", name="sender.name")],
            "outgoing|1|template|3": [Part(_OUTPUT, "content", name="sender.name")],
            "activity|2": [Part(_EVENT, "content", label="activity")]},
            by="message_type", lists="payload.* messages.* -", time="created_at",
            sessions="conversation.id conversation_id"),
    )  # fmt: skip


_CRISP = {"user": [Part(_PROMPT, "content", name="user.nickname")],
          "operator": [Part(_OUTPUT, "content", name="user.nickname")]}  # fmt: skip


class Crisp(Shaped):
    name = "crisp"
    shapes = tuple(
        Shape("from content fingerprint", _CRISP, by="from", lists=lists, time="timestamp", unit=0.001,
              sessions="session_id")
        for lists in ("data", "data.*")
    )  # fmt: skip


class Gorgias(Shaped):
    name = "gorgias"
    shapes = (
        Shape("from_agent body_text", {"true": [Part(_OUTPUT, "body_text body_html", name="sender.name")],
                                       "false": [Part(_PROMPT, "body_text body_html", name="sender.name")]},
              by="from_agent", lists="data.* messages.* message -", time="created_datetime", sessions="ticket_id"),
    )  # fmt: skip


class Genesys(Shaped):
    name = "genesys"
    shapes = (
        Shape("direction originatingEntity", {"Inbound": [Part(_PROMPT, "text normalizedMessage.text")],
                                              "Outbound": [Part(_OUTPUT, "text normalizedMessage.text")]},
              by="direction", lists="messages.* -", time="channel.time"),
    )  # fmt: skip


class LivePerson(Shaped):
    name = "liveperson"
    shapes = (
        Shape("sentBy messageData", {"Consumer": [Part(_PROMPT, "messageData.msg.text")],
                                     "": [Part(_OUTPUT, "messageData.msg.text messageData.richContent.content")]},
              by="sentBy", lists="conversationHistoryRecords.*.messageRecords.*", time="time",
              sessions="conversationHistoryRecords.*.info.conversationId"),
    )  # fmt: skip


_AGENTFORCE = {
    "Inform|Inquire|Confirm|Escalate": [Part(_OUTPUT, "message", whole="said")],
    "TextChunk": [Part(_OUTPUT, "message", piece="said")],
    "ProgressIndicator": [Part(_EVENT, "message", label="progress")],
    "Failure|Error": [Part(_ERROR, "message error")],
    "SessionEnded|EndOfTurn|ValidationFailureChunk": [],
}  # fmt: skip


class Agentforce(Shaped):
    """Salesforce: its Agent API, whole and streamed, and generations of Einstein."""

    name = "agentforce"
    shapes = (
        Shape("sequenceId type text", {"": [Part(_PROMPT, "text")]}, lists="message"),
        Shape("type id", _AGENTFORCE, by="type", lists="message", root="originEventId"),
        Shape("type id message", _AGENTFORCE, by="type", lists="messages.*", root="_links", sessions="sessionId"),
        Shape("generatedText", {"": [Part(_OUTPUT, "generatedText")]}, lists="generation generations.*", root="id"),
        Shape("content role", {"assistant": [Part(_OUTPUT, "content")], "": [Part(_PROMPT, "content")]}, by="role",
              lists="generationDetails.generations.*"),
    )  # fmt: skip


class ServiceNow(Shaped):
    """The interface of its Virtual Agent."""

    name = "servicenow"
    shapes = (
        Shape("text typed", {"": [Part(_PROMPT, "text")]}, lists="message", root="requestId",
              sessions="clientSessionId"),
        Shape("uiType", {"": [Part(_OUTPUT, "value promptMsg label header text")], "ActionMsg": []}, by="uiType",
              lists="body.*", root="requestId", sessions="clientSessionId"),
    )  # fmt: skip


HELPDESKS = (Zendesk(), Freshdesk(), Front(), HubSpot(), Chatwoot(), Crisp(), Gorgias(), Genesys(), LivePerson(),
             Agentforce(), ServiceNow())  # fmt: skip
