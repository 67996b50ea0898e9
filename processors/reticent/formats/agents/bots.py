"""Bots and flows: activities of the Bot Framework (Copilot Studio's transcripts), answers of Dialogflow (ES and CX), of
Amazon Lex and of Flowise.

https://github.com/microsoft/Agents/blob/main/specs/activity/protocol-activity.md
https://cloud.google.com/dialogflow/cx/docs/reference/rest/v3/DetectIntentResponse
https://docs.aws.amazon.com/lexv2/latest/APIReference/API_runtime_RecognizeText.html
https://docs.flowiseai.com/api-reference/prediction
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import arguments_of, items, mapping, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import said, timed

_ACTIVITY = frozenset({"type", "from"})
_NEAR = ("conversation", "channelId", "recipient", "timestamp", "replyToId")
"""Of these an activity has two, whatever else it has."""
_KINDS = frozenset({"message", "event", "trace", "typing", "conversationUpdate", "invoke", "endOfConversation",
                    "messageReaction", "handoff", "invokeResponse", "suggestion"})  # fmt: skip
_SILENT = ("typing", "conversationUpdate", "messageReaction")
_PEOPLE = ("user", 1)
_BOTS = ("bot", 0, "skill")


class BotFramework(Provider):
    name = "bot-framework"
    members = frozenset({"activities", _ACTIVITY})
    holding = frozenset({"activities"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        held = items(document, "activities")
        return all(map(_is_activity, held[:20])) if held else _is_activity(document)

    def feed(self, run: Run, path: str, document: Any) -> None:
        node = mapping(document)
        for index, activity in enumerate(items(node, "activities")):
            _activity(run, mapping(activity), f"{path}['activities'][{index}]")
        if "activities" not in node:
            _activity(run, node, path)


def _is_activity(node: Any) -> bool:
    if not isinstance(node, dict) or text(node, "type") not in _KINDS or not isinstance(node.get("from"), dict):
        return False
    return sum(name in node for name in _NEAR) >= 2 or ("role" in node["from"] and "timestamp" in node)


def _activity(run: Run, node: Mapping[str, Any], path: str) -> None:
    run.session_id = run.session_id or text(mapping(node.get("conversation")), "id")
    kind, sender = text(node, "type"), mapping(node.get("from"))
    if kind in _SILENT:
        return
    at = said(node.get("timestamp"), 1.0)
    if kind != "message":
        run.answered(timed([Step(0, StepKind.EVENT, node.get("value", ""), text(node, "name") or kind, path=path)], at))
        return
    role = sender.get("role")
    people = role in _PEOPLE or (role not in _BOTS and "replyToId" not in node)
    speaks = StepKind.PROMPT if people else StepKind.OUTPUT
    name = next((each for each in ("text", "speak", "value") if node.get(each)), "")
    if name:
        run.answered(timed([Step(0, speaks, node[name], text(sender, "name"), path=path + segment(name))], at))
    for index, each in enumerate(items(node, "attachments")):
        card = mapping(each).get("content")
        if card:
            place = f"{path}['attachments'][{index}]['content']"
            run.answered(timed([Step(0, speaks, card, text(sender, "name"), path=place)], at))


class Dialogflow(Provider):
    name = "dialogflow"
    members = frozenset({"queryResult", "queryInput"})
    holding = members

    def claims(self, document: Any) -> bool:
        return any(isinstance(mapping(document).get(name), dict) for name in self.members)

    def feed(self, run: Run, path: str, document: Any) -> None:
        node = mapping(document)
        run.session_id = run.session_id or text(node, "session").rpartition("/")[2]
        asked = mapping(mapping(node.get("queryInput")).get("text"))
        told = asked.get("text") if isinstance(asked.get("text"), str) else asked
        where = "['queryInput']['text']" + ("['text']" if told is not asked else "")
        if told:
            run.sent([Step(0, StepKind.PROMPT, told, path=path + where)])
        result, place = mapping(node.get("queryResult")), path + "['queryResult']"
        for name in ("queryText", "text", "transcript"):
            if text(result, name):
                step = Step(0, StepKind.PROMPT, result[name], path=place + segment(name))
                if not run.again(step) and not (told and told == result[name]):
                    run.sent([step])
                break
        run.answered(_replies(result, place))


def _replies(result: Mapping[str, Any], path: str) -> Iterator[Step]:
    intent = mapping(result.get("intent"))
    if text(intent, "displayName"):
        yield Step(0, StepKind.EVENT, dict(mapping(result.get("parameters"))), text(intent, "displayName"),
                   path=path + "['parameters']")  # fmt: skip
    whole = text(result, "fulfillmentText")
    if whole:
        yield Step(0, StepKind.OUTPUT, whole, path=path + "['fulfillmentText']")
    for name in ("fulfillmentMessages", "responseMessages"):
        for index, each in enumerate(items(result, name)):
            texts = items(mapping(mapping(each).get("text")), "text")
            for at, reply in enumerate(texts):
                if isinstance(reply, str) and reply and reply != whole:
                    yield Step(0, StepKind.OUTPUT, reply, path=f"{path}['{name}'][{index}]['text']['text'][{at}]")


class Lex(Provider):
    name = "lex"
    members = frozenset({"sessionState"})
    holding = members

    def claims(self, document: Any) -> bool:
        node = mapping(document)
        return isinstance(node.get("sessionState"), dict) and ("inputTranscript" in node or "messages" in node)

    def feed(self, run: Run, path: str, document: Any) -> None:
        node = mapping(document)
        run.session_id = run.session_id or text(node, "sessionId")
        if text(node, "inputTranscript"):
            run.sent([Step(0, StepKind.PROMPT, node["inputTranscript"], path=path + "['inputTranscript']")])
        intent = mapping(mapping(node.get("sessionState")).get("intent"))
        if text(intent, "name"):
            place = path + "['sessionState']['intent']"
            run.answered([Step(0, StepKind.EVENT, intent.get("slots") or "", text(intent, "name"), path=place)])
        for index, message in enumerate(items(node, "messages")):
            content = mapping(message).get("content")
            if content:
                place = f"{path}['messages'][{index}]['content']"
                run.answered([Step(0, StepKind.OUTPUT, content, path=place)])


_FLOWISE_EVENTS = frozenset({
    "start", "token", "metadata", "end", "error", "abort", "sourceDocuments", "usedTools", "calledTools", "artifacts",
    "fileAnnotations", "agentReasoning", "nextAgent", "agentFlowEvent", "agentFlowExecutedData", "nextAgentFlow",
    "action", "tool", "agent_trace", "usageMetadata",
})  # fmt: skip
_SPEAKERS = {"userMessage": StepKind.PROMPT, "apiMessage": StepKind.OUTPUT}
_SETTINGS = ("overrideConfig", "history", "streaming", "chatId")
_LISTS = ("usedTools", "agentReasoning", "sourceDocuments")


class Flowise(Provider):
    name = "flowise"
    members = frozenset({
        "chatMessageId", "agentReasoning", frozenset({"event", "data"}), frozenset({"role", "chatId"}),
        *(frozenset({"question", name}) for name in _SETTINGS),
    })  # fmt: skip

    def claims(self, document: Any) -> bool:
        node = mapping(document)
        if "chatMessageId" in node:
            return "text" in node or "json" in node or "agentReasoning" in node
        if node.keys() == {"event", "data"}:
            return text(node, "event") in _FLOWISE_EVENTS and not isinstance(node["data"], int | float)
        said = text(node, "role") in _SPEAKERS and "content" in node
        asked = [name for name in _SETTINGS if name in node] if text(node, "question") else []
        turns = items(node, "history")
        return said or (bool(asked) and all(text(mapping(each), "role") in _SPEAKERS for each in turns))

    def feed(self, run: Run, path: str, document: Any) -> None:
        node = mapping(document)
        run.session_id = run.session_id or text(node, "sessionId") or text(node, "chatId")
        if "event" in node:
            _flowing(run, text(node, "event"), node, path)
            return
        for index, message in enumerate(items(node, "history")):
            _message(run, mapping(message), f"{path}['history'][{index}]")
        if text(node, "question"):
            run.sent([Step(0, StepKind.PROMPT, node["question"], path=path + "['question']")])
        _shown(run, node, path, text(node, "text"))
        if "role" in node:
            _message(run, node, path)
            return
        answer = next((name for name in ("text", "json") if node.get(name)), "")
        if answer:
            run.answered([Step(0, StepKind.OUTPUT, node[answer], path=path + segment(answer))])


def _message(run: Run, node: Mapping[str, Any], path: str) -> None:
    kind = _SPEAKERS.get(text(node, "role"))
    if kind is not None and text(node, "content"):
        run.answered(timed([Step(0, kind, node["content"], path=path + "['content']")], node.get("createdDate")))


def _flowing(run: Run, event: str, node: Mapping[str, Any], path: str) -> None:
    """Of a stream, the question is told last."""
    data = node.get("data")
    if event == "token":
        run.delta((Flowise.name, "token"), StepKind.OUTPUT, node, "data", path)
    elif event == "metadata":
        told = mapping(data)
        run.session_id = run.session_id or text(told, "sessionId") or text(told, "chatId")
        if text(told, "question"):
            run.asking([Step(0, StepKind.PROMPT, told["question"], path=path + "['data']['question']")])
    elif event == "error" and isinstance(data, str) and data:
        run.answered([Step(0, StepKind.ERROR, data, path=path + "['data']")])
    elif event in _LISTS:
        _shown(run, {event: data}, path, "", "data")


def _shown(run: Run, node: Mapping[str, Any], path: str, answer: str, under: str = "") -> None:
    """Tools, what agents reasoned, and what was found. `under`: the name that holds it, where that is not its own.
    A stream tells what agents reasoned so far with each that is added."""
    run.once(_used(node, path, under), StepKind.PROMPT)
    for index, each in enumerate(items(node, "agentReasoning")):
        inner, place = mapping(each), f"{path}{segment(under or 'agentReasoning')}[{index}]"
        run.once(_used(inner, place), StepKind.PROMPT)
        for at, message in enumerate(items(inner, "messages")):
            if message and message != answer:
                step = Step(0, StepKind.OUTPUT, message, text(inner, "agentName"), path=f"{place}['messages'][{at}]")
                run.once([step], StepKind.PROMPT)
    for index, each in enumerate(items(node, "sourceDocuments")):
        place = f"{path}{segment(under or 'sourceDocuments')}[{index}]"
        run.answered([Step(0, StepKind.RETRIEVAL, each, path=place)])


def _used(node: Mapping[str, Any], path: str, under: str = "") -> Iterator[Step]:
    """Tools have no ids: each result follows its call."""
    for index, each in enumerate(items(node, "usedTools")):
        tool, place = mapping(each), f"{path}{segment(under or 'usedTools')}[{index}]"
        name = text(tool, "tool")
        if not name:
            continue
        yield Step(0, StepKind.TOOL_CALL, arguments_of(tool.get("toolInput")), name, path=place + "['toolInput']")
        if tool.get("toolOutput") is not None:
            yield Step(0, StepKind.TOOL_RESULT, tool["toolOutput"], name, path=place + "['toolOutput']")
