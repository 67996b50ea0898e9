"""Interfaces of models that nobody else has taken over, told by tables: Tencent's Hunyuan, Alibaba's DashScope, Baidu's
Qianfan, Google's Gemini Enterprise and Conversational Analytics, Databricks's Genie.

https://cloud.tencent.com/document/api/1729/105701
https://help.aliyun.com/zh/model-studio/qwen-api-via-dashscope
https://cloud.baidu.com/doc/WENXINWORKSHOP/s/jlil56u11
https://cloud.google.com/generative-ai-app-builder/docs/reference/rest/v1/projects.locations.collections.engines.assistants/streamAssist
https://cloud.google.com/gemini/docs/conversational-analytics-api/reference/rest
https://docs.databricks.com/api/workspace/genie
"""

from __future__ import annotations

from ...model import StepKind
from ..agents.shapes import Part, Shape, Shaped

_PROMPT, _OUTPUT, _CALL, _RESULT = StepKind.PROMPT, StepKind.OUTPUT, StepKind.TOOL_CALL, StepKind.TOOL_RESULT
_SYSTEM, _THINKING, _RETRIEVAL = StepKind.SYSTEM, StepKind.THINKING, StepKind.RETRIEVAL
_CALLED = Part(_CALL, "Function.Arguments", each="ToolCalls.*", name="Function.Name", call_id="Id")
_ANSWERED = [Part(_THINKING, "Message.ReasoningContent"), Part(_OUTPUT, "Message.Content"),
             Part(_CALL, each="Message", parts=[_CALLED])]  # fmt: skip


class Hunyuan(Shaped):
    name = "hunyuan"
    shapes = (
        Shape("Role", {
            "system": [Part(_SYSTEM, "Content Contents.*.Text")], "user": [Part(_PROMPT, "Content Contents.*.Text")],
            "assistant": [Part(_THINKING, "ReasoningContent"), Part(_OUTPUT, "Content"), _CALLED],
            "tool": [Part(_RESULT, "Content", call_id="ToolCallId")]}, by="Role", lists="Messages.*", models="Model"),
        Shape("Message", {"": _ANSWERED}, lists="Response.Choices.*"),
        Shape("Delta", {"": [
            Part(_THINKING, "Delta.ReasoningContent", piece="thought", key="Index"),
            Part(_OUTPUT, "Delta.Content", piece="said", key="Index"),
            Part(_CALL, "Function.Arguments", each="Delta.ToolCalls.*", piece="called", key="Index",
                 name="Function.Name", call_id="Id")]}, lists="Choices.*"),
        Shape("Message", {"": _ANSWERED}, lists="Choices.*"),
    )  # fmt: skip


_DASHSCOPE = [
    Part(_THINKING, "message.reasoning_content", piece="thought", grows=True),
    Part(_OUTPUT, "message.content.*.text message.content", piece="said", grows=True),
    Part(_CALL, "function.arguments", each="message.tool_calls.*", piece="called", key="id index", grows=True,
         name="function.name", call_id="id"),
]  # fmt: skip


class DashScope(Shaped):
    """Its own interface; in streams pieces, or all that was said so far."""

    name = "dashscope"
    shapes = (
        Shape("role content", {
            "system": [Part(_SYSTEM, "content.*.text content")], "user": [Part(_PROMPT, "content.*.text content")],
            "assistant": [Part(_OUTPUT, "content.*.text content"),
                          Part(_CALL, "function.arguments", each="tool_calls.*", name="function.name", call_id="id")],
            "tool": [Part(_RESULT, "content", name="name", call_id="tool_call_id")]}, by="role",
            lists="input.messages.*", root="model", models="model"),
        Shape("message", {"": _DASHSCOPE}, lists="output.choices.*", root="request_id"),
        Shape("text", {"": [
            Part(_THINKING, "thoughts.*.thought"),
            Part(_CALL, "action_input", each="thoughts.*", name="action"),
            Part(_RESULT, "observation", each="thoughts.*", name="action"),
            Part(_RETRIEVAL, "doc_references"),
            Part(_OUTPUT, "text", piece="said", grows=True)]}, lists="output", root="request_id usage",
            sessions="output.session_id",
            holds=lambda node: isinstance(node["output"], dict) and not {
                "session_id", "thoughts", "doc_references"}.isdisjoint(node["output"])),
        Shape("prompt", {"": [Part(_PROMPT, "prompt")]}, lists="input", root="parameters", sessions="input.session_id"),
    )  # fmt: skip


class Qianfan(Shaped):
    name = "qianfan"
    shapes = (
        Shape("result need_clear_history", {"": [Part(_OUTPUT, "result", piece="said", key="id")]}, models="model"),
    )  # fmt: skip


class GeminiEnterprise(Shaped):
    """Answers of its assistants, streamed."""

    name = "gemini-enterprise"
    shapes = (
        Shape("text", {"true": [Part(_THINKING, "text", piece="thought")], "": [Part(_OUTPUT, "text", piece="said")]},
              by="thought", lists="answer.replies.*.groundedContent.content", sessions="sessionInfo.session"),
        Shape("text", {"": [Part(_PROMPT, "text")]}, lists="query", root="session", sessions="session"),
    )  # fmt: skip


class ConversationalAnalytics(Shaped):
    name = "conversational-analytics"
    shapes = (
        Shape("systemMessage timestamp", {"": [
            Part(_THINKING, "systemMessage.text.parts", where="systemMessage.text.textType=THOUGHT"),
            Part(_OUTPUT, "systemMessage.text.parts", where="systemMessage.text.textType=FINAL_RESPONSE|"),
            Part(StepKind.EVENT, "systemMessage.text.parts", where="systemMessage.text.textType=PROGRESS"),
            Part(StepKind.DB_QUERY, "systemMessage.data.generatedSql"),
            Part(StepKind.DB_RESULT, "systemMessage.data.result"),
            Part(StepKind.EVENT, "systemMessage.schema systemMessage.chart", label="shown"),
            Part(StepKind.ERROR, "systemMessage.error.text")]}, time="timestamp"),
        Shape("userMessage", {"": [Part(_PROMPT, "userMessage.text")]}, lists="messages.* -", time="timestamp",
              holds=lambda node: "parent" in node or "timestamp" in node or "inlineContext" in node),
    )  # fmt: skip


class Genie(Shaped):
    name = "genie"
    shapes = (
        Shape("conversation_id space_id content", {"": [
            Part(_PROMPT, "content"), Part(StepKind.DB_QUERY, "attachments.*.query.query"),
            Part(_OUTPUT, "attachments.*.text.content")]}, lists="messages.* -", time="created_timestamp", unit=0.001,
            sessions="conversation_id"),
    )  # fmt: skip


OTHERS = (Hunyuan(), DashScope(), Qianfan(), GeminiEnterprise(), ConversationalAnalytics(), Genie())
