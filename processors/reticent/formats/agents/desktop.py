"""Conversations as further applications export them, and tasks as benchmarks of the web have them: each is a trace. LM
Studio, Chatbox, big-AGI, DeepSeek, Grok, Gemini (Takeout), Cody, the debug log of Copilot's chat; Mind2Web, WebArena,
AppWorld.

https://lmstudio.ai/docs/app
https://docs.chatboxai.app/en
https://github.com/enricoros/big-AGI
https://chat.deepseek.com
https://grok.com
https://takeout.google.com
https://sourcegraph.com/docs/cody
https://code.visualstudio.com/docs/copilot/chat/chat-debug-view
https://osu-nlp-group.github.io/Mind2Web/
https://webarena.dev
https://appworld.dev
"""

from __future__ import annotations

from ...model import StepKind
from .shapes import Part, Shape, exported

_PROMPT, _OUTPUT, _CALL, _RESULT = StepKind.PROMPT, StepKind.OUTPUT, StepKind.TOOL_CALL, StepKind.TOOL_RESULT
_SYSTEM, _EVENT, _THINKING = StepKind.SYSTEM, StepKind.EVENT, StepKind.THINKING
_BLOCKS = [
    Part(_THINKING, "content.*.text", where="style.type=thinking"),
    Part(_OUTPUT, where="!style", parts=[Part(_OUTPUT, each="content.*", parts=[
        Part(_OUTPUT, "text", where="type=text"),
        Part(_CALL, "parameters", where="type=toolCallRequest", name="name", call_id="callId toolCallRequestId"),
        Part(_RESULT, "content", where="type=toolCallResult", call_id="callId toolCallRequestId")])]),
]  # fmt: skip
LM_STUDIO_CHATS = exported(
    "lm-studio-chats", "chats that LM Studio keeps: one, or a list",
    Shape("role", {
        "singleStep user": [Part(_PROMPT, "content.*.text")], "singleStep system": [Part(_SYSTEM, "content.*.text")],
        "multiStep": [Part(_OUTPUT, each="steps.*", parts=_BLOCKS)], "": [Part(_OUTPUT, "content.*.text")]},
        by="type role", lists="messages.*.versions.*", root="name", before=[Part(_SYSTEM, "systemPrompt")]),
)  # fmt: skip
_SAID = [
    Part(_OUTPUT, "text", where="type=text"), Part(_THINKING, "text", where="type=reasoning"),
    Part(_CALL, "args", where="type=tool-call", name="toolName", call_id="toolCallId"),
    Part(_RESULT, "result", where="type=tool-call", name="toolName", call_id="toolCallId"),
]  # fmt: skip
CHATBOX = exported(
    "chatbox", "sessions of Chatbox: one, a list, or a backup of them",
    Shape("role contentParts", {
        "system": [Part(_SYSTEM, "contentParts.*.text")], "user": [Part(_PROMPT, "contentParts.*.text")],
        "": [Part(_OUTPUT, each="contentParts.*", parts=_SAID)]}, by="role", lists="messages.*", time="timestamp",
        unit=0.001),
    within="*", ids="id", beside="chat-sessions-list",
)  # fmt: skip
BIG_AGI = exported(
    "big-agi", "conversations of big-AGI: one, a list, or `conversations`",
    Shape("role fragments", {
        "system": [Part(_SYSTEM, "fragments.*.part.text")], "user": [Part(_PROMPT, "fragments.*.part.text")],
        "": [Part(_OUTPUT, "fragments.*.part.text")]}, by="role", lists="messages.*", time="created", unit=0.001),
    within="conversations.*", ids="id",
)  # fmt: skip
DEEPSEEK_EXPORT = exported(
    "deepseek-export", "conversations that DeepSeek exports: one, or a list",
    Shape("type content", {
        "REQUEST": [Part(_PROMPT, "content")], "THINK": [Part(_THINKING, "content")],
        "RESPONSE": [Part(_OUTPUT, "content")], "": [Part(_EVENT, "content", name="type")]}, by="type",
        lists="mapping.*.message.fragments.*"), ids="id",
)  # fmt: skip
GROK_EXPORT = exported(
    "grok-export", "conversations that Grok exports: one, a list, or `conversations`",
    Shape("message sender", {"human": [Part(_PROMPT, "message")], "": [Part(_OUTPUT, "message")]}, by="sender",
          lists="responses.*.response", root="conversation", sessions="conversation.id"),
    within="conversations.*",
)  # fmt: skip
GEMINI_TAKEOUT = exported(
    "gemini-takeout", "what Takeout gives of the use of Gemini: a list of `header`, `title`, `products`",
    Shape("header title products", {"": [Part(_PROMPT, "title"), Part(_OUTPUT, "safeHtmlItem.*.html")]}, time="time"),
)  # fmt: skip
CODY = exported(
    "cody", "chats of Cody: one, or a list",
    Shape("humanMessage", {"": [Part(_PROMPT, "humanMessage.text"), Part(_OUTPUT, "assistantMessage.text")]},
          lists="interactions.*"), within="*.*", ids="id", beside="chat",
)  # fmt: skip
COPILOT_LOG = exported(
    "copilot-log", "prompts with their `logs`, as Copilot's debug view exports them: one, a list, or `prompts`",
    Shape("kind", {
        "toolCall": [Part(_CALL, "args", name="tool", call_id="id"),
                     Part(_RESULT, "response", name="tool", call_id="id")],
        "request": [Part(_THINKING, "response.thinking.text thinking.text"),
                    Part(_OUTPUT, "response.message.* response.value")], "": []},
        by="kind", lists="logs.*", root="prompt", before=[Part(_PROMPT, "prompt")], time="time metadata.startTime"),
    within="prompts.*", ids="promptId",
)  # fmt: skip
MIND2WEB = exported(
    "mind2web", "tasks of Mind2Web: one, or a list",
    Shape("operation", {"": [Part(_CALL, "operation", name="operation.op")]}, lists="actions.*", root="confirmed_task",
          before=[Part(_PROMPT, "confirmed_task")]), ids="annotation_id",
)  # fmt: skip
_TASK = {"": [Part(_PROMPT, "intent instruction")]}
WEB_ARENA = exported("webarena", "tasks of WebArena: one, or a list", Shape("intent sites eval", _TASK), ids="task_id")
APP_WORLD = exported("appworld", "tasks of AppWorld: one, or a list", Shape("instruction supervisor", _TASK),
                     ids="task_id")  # fmt: skip
DESKTOP = (LM_STUDIO_CHATS, CHATBOX, BIG_AGI, DEEPSEEK_EXPORT, GROK_EXPORT, GEMINI_TAKEOUT, CODY, COPILOT_LOG, MIND2WEB,
           WEB_ARENA, APP_WORLD)  # fmt: skip
