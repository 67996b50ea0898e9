"""What further coding agents, agents in browsers and builders of bots stream and keep: Claude's managed agents, Gemini
CLI, Kiro, Augment, Stagehand, Browser Use's cloud, Jules, Devin, Pydantic AI, AgentKit, n8n, Voiceflow, Botpress,
Dialogflow CX, watsonx Assistant, Amazon Q Business, SillyTavern.

https://docs.claude.com/en/api/beta/sessions/events
https://github.com/google-gemini/gemini-cli/blob/main/docs/cli/headless.md
https://docs.stagehand.dev/v3/references/agent
https://docs.browser-use.com/cloud
https://developers.google.com/jules/api
https://docs.devin.ai/api-reference
https://ai.pydantic.dev/api/messages/
https://agentkit.inngest.com/reference
https://docs.n8n.io/integrations/builtin/core-nodes/n8n-nodes-langchain.chattrigger/
https://docs.voiceflow.com/reference
https://botpress.com/docs/api-reference
https://cloud.google.com/dialogflow/cx/docs/reference/rest/v3/WebhookRequest
https://cloud.ibm.com/apidocs/assistant-v2
https://docs.aws.amazon.com/amazonq/latest/api-reference/API_ChatSync.html
"""

from __future__ import annotations

from ...model import StepKind
from ..providers.blocks import ASKED
from .shapes import Part, Shape, Shaped

_PROMPT, _OUTPUT, _CALL, _RESULT = StepKind.PROMPT, StepKind.OUTPUT, StepKind.TOOL_CALL, StepKind.TOOL_RESULT
_SYSTEM, _EVENT, _ERROR, _THINKING = StepKind.SYSTEM, StepKind.EVENT, StepKind.ERROR, StepKind.THINKING
_PLAN, _MEMORY, _RETRIEVAL = StepKind.PLAN, StepKind.MEMORY, StepKind.RETRIEVAL
_MANAGED = {
    "user.message": [Part(_PROMPT, "content", once=True)], "system.message": [Part(_SYSTEM, "content")],
    "user.define_outcome": [Part(_PROMPT, "description", once=True)],
    "agent.message": [Part(_OUTPUT, "content", whole="said")],
    "agent.tool_use|agent.mcp_tool_use|agent.custom_tool_use": [Part(_CALL, "input", name="name", call_id="id")],
    "agent.tool_result|agent.mcp_tool_result|user.custom_tool_result|user.tool_result": [
        Part(_RESULT, "content", once=True,
             call_id="tool_use_id mcp_tool_use_id custom_tool_use_id")],
    "user.tool_confirmation": [Part(_EVENT, "deny_message result", label="tool_confirmation", once=True)],
    "agent.thread_message_sent": [Part(_EVENT, "content", name="to_agent_name")],
    "agent.thread_message_received": [Part(_EVENT, "content", name="from_agent_name")],
    "session.error": [Part(_ERROR, "error.message")],
    "agent.thinking|agent.thread_context_compacted|user.interrupt|session.deleted|session.status_idle"
    "|session.status_rescheduled|session.status_running|session.status_terminated|session.thread_created"
    "|session.thread_status_idle|session.thread_status_rescheduled|session.thread_status_running"
    "|session.thread_status_terminated|span.model_request_end|span.model_request_start|span.outcome_evaluation_end"
    "|span.outcome_evaluation_ongoing|span.outcome_evaluation_start": [],
}  # fmt: skip


class ManagedAgents(Shaped):
    """Claude's: events of a session, listed, streamed and sent."""

    name = "managed-agents"
    shapes = (
        Shape("type processed_at", _MANAGED, by="type", time="processed_at"),
        Shape("type", _MANAGED, by="type", lists="events.* data.*", time="processed_at"),
        Shape("type content", _MANAGED, by="type"),
        Shape("type system model version", {"agent": [Part(_SYSTEM, "system")]}, by="type", models="model.id"),
        Shape("type event_id delta", {"event_delta": [Part(_OUTPUT, "delta.content.text", piece="said")]}, by="type"),
        Shape("type event", {"event_start": []}, by="type", holds=lambda node: isinstance(node["event"], dict)),
    )  # fmt: skip


_FAILURE = frozenset({"type", "timestamp", "severity", "message"})
"""What an error of Gemini CLI's has, and no line of anybody's log."""


class GeminiStream(Shaped):
    """Gemini CLI, and Qwen Code's like it: `--output-format stream-json` and `json`."""

    name = "gemini-stream"
    shapes = (
        Shape("type timestamp role content", {
            "message user": [Part(_PROMPT, "content")],
            "message assistant true": [Part(_OUTPUT, "content", piece="said")],
            "message assistant": [Part(_OUTPUT, "content")]}, by="type role delta", time="timestamp"),
        Shape("type tool_name tool_id", {"tool_use": [
            Part(_CALL, "parameters", name="tool_name", call_id="tool_id")]}, by="type", time="timestamp"),
        Shape("type tool_id status", {"tool_result": [
            Part(_RESULT, "output error.message", call_id="tool_id")]}, by="type", time="timestamp"),
        Shape("type session_id model timestamp", {"init": []}, by="type", sessions="session_id", models="model"),
        Shape("type severity message", {"error": [Part(_ERROR, "message")]}, by="type", time="timestamp",
              holds=_FAILURE.issuperset),
        Shape("type status stats timestamp", {"result": [Part(_ERROR, "error.message")]}, by="type", time="timestamp"),
        Shape("response stats", {"": [Part(_OUTPUT, "response")]}, sessions="session_id",
              holds=lambda node: isinstance(node["stats"], dict)),
    )  # fmt: skip


class Kiro(Shaped):
    """Lines of a session of Kiro's command line."""

    name = "kiro"
    shapes = (
        Shape("version kind data", {
            "Prompt": [Part(_PROMPT, "data", each="data.content.*", where="kind=text")],
            "AssistantMessage": [Part(_OUTPUT, each="data.content.*", parts=[
                Part(_OUTPUT, "data", where="kind=text"),
                Part(_CALL, "input", each="data", where="toolUseId", name="name", call_id="toolUseId")])],
            "ToolResults": [Part(_RESULT, "content.*.data content", each="data.content.*.data", call_id="toolUseId")],
            "Compaction|Clear|ResetTo": [Part(_EVENT, "data", name="kind")]}, by="kind", time="data.meta.timestamp"),
    )  # fmt: skip


class Augment(Shaped):
    """Sessions of Augment's extension and of Auggie."""

    name = "augment"
    shapes = (
        Shape("exchange", {"": [
            Part(_RESULT, "content", each="exchange.request_nodes.*.tool_result_node", call_id="tool_use_id"),
            Part(_PROMPT, "exchange.request_message"),
            Part(_THINKING, "exchange.response_nodes.*.thinking.summary"),
            Part(_OUTPUT, "exchange.response_text"),
            Part(_CALL, "input_json", each="exchange.response_nodes.*.tool_use", name="tool_name",
                 call_id="tool_use_id")]},
            lists="chatHistory.*", time="finishedAt", sessions="sessionId conversation_id"),
    )  # fmt: skip


class Stagehand(Shaped):
    """What a session did (`history`), and what its agent gave."""

    name = "stagehand"
    shapes = (
        Shape("method parameters result timestamp", {"": [
            Part(_CALL, "parameters", name="method"), Part(_RESULT, "result", name="method")]}, time="timestamp"),
        Shape("type", {"": [Part(_THINKING, "reasoning"), Part(_CALL, name="type")]}, lists="actions.*",
              root="success completed message", after=[Part(_OUTPUT, "message")]),
    )  # fmt: skip


class BrowserUseCloud(Shaped):
    name = "browser-use-cloud"
    shapes = (
        Shape("url", {"": [
            Part(_THINKING, "evaluationPreviousGoal evaluation_previous_goal"), Part(_MEMORY, "memory"),
            Part(_PLAN, "nextGoal next_goal"), Part(_CALL, each="actions.*")]},
            lists="steps.*", root="task status", time="createdAt", sessions="sessionId session_id id", models="llm",
            before=[Part(_PROMPT, "task")], after=[Part(_OUTPUT, "output")]),
    )  # fmt: skip


class Jules(Shaped):
    name = "jules"
    shapes = (
        Shape("name originator", {"": [
            Part(_PROMPT, "userMessaged.userMessage"), Part(_OUTPUT, "agentMessaged.agentMessage"),
            Part(_PLAN, "planGenerated.plan"), Part(_EVENT, "progressUpdated", name="progressUpdated.title"),
            Part(_RESULT, "artifacts"), Part(_ERROR, "sessionFailed.reason")]},
            lists="activities.* -", time="createTime"),
    )  # fmt: skip


class Devin(Shaped):
    name = "devin"
    shapes = (
        Shape("type message", {
            "initial_user_message|user_message": [Part(_PROMPT, "message", name="username")],
            "devin_message": [Part(_OUTPUT, "message")], "": [Part(_EVENT, "message", name="type")]}, by="type",
            lists="messages.*", root="session_id", time="timestamp", sessions="session_id",
            holds=lambda node: "status" in node or "status_enum" in node),
    )  # fmt: skip


class PydanticAiEvents(Shaped):
    """What a run of Pydantic AI streams."""

    name = "pydantic-ai-events"
    shapes = (
        Shape("event_kind part index", {
            "part_start text": [Part(_OUTPUT, "part.content", piece="text", key="index")],
            "part_start thinking": [Part(_THINKING, "part.content", piece="thinking", key="index")],
            "part_end text": [Part(_OUTPUT, "part.content", whole="text", key="index")],
            "part_end thinking": [Part(_THINKING, "part.content", whole="thinking", key="index")],
            "part_start": [], "part_end": []}, by="event_kind part.part_kind"),
        Shape("event_kind delta index", {
            "part_delta text": [Part(_OUTPUT, "delta.content_delta", piece="text", key="index")],
            "part_delta thinking": [Part(_THINKING, "delta.content_delta", piece="thinking", key="index")],
            "part_delta tool_call": [Part(_EVENT, "delta.args_delta", piece="asked", key="index", label="tool_call")],
            "part_delta": []}, by="event_kind delta.part_delta_kind"),
        Shape("event_kind part", {"function_tool_call|builtin_tool_call|output_tool_call": [
            Part(_CALL, "args", each="part", name="tool_name", call_id="tool_call_id")]}, by="event_kind"),
        Shape("event_kind result", {
            "function_tool_result|builtin_tool_result|output_tool_result": [
                Part(_RESULT, "content", each="result", name="tool_name", call_id="tool_call_id")],
            "agent_run_result": [Part(_OUTPUT, "result.output", once=True)]}, by="event_kind"),
        Shape("event_kind part", {"function_tool_result|builtin_tool_result|output_tool_result": [
            Part(_RESULT, "content", each="part", name="tool_name", call_id="tool_call_id")]}, by="event_kind"),
        Shape("event_kind tool_name", {"final_result": []}, by="event_kind"),
    )  # fmt: skip


class AgentKit(Shaped):
    """Inngest's."""

    name = "agentkit"
    shapes = (
        Shape("type role", {
            "text user": [Part(_PROMPT, "content")], "text assistant": [Part(_OUTPUT, "content")],
            "text system": [Part(_SYSTEM, "content")],
            "tool_call": [Part(_CALL, "input", each="tools.*", name="name", call_id="id")],
            "tool_result": [Part(_RESULT, "content.data content", name="tool.name", call_id="tool.id")]},
            by="type role", lists="messages.* -"),
    )  # fmt: skip


class N8nChat(Shaped):
    """What n8n's trigger for chats is sent, and what it streams."""

    name = "n8n-chat"
    shapes = (
        Shape("chatInput", {"": [Part(_PROMPT, "chatInput")]}, lists="json -", sessions="sessionId"),
        Shape("type metadata", {
            "item": [Part(_OUTPUT, "content", piece="said", key="metadata.nodeId")], "begin|end": [],
            "error": [Part(_ERROR, "content")]}, by="type",
            holds=lambda node: isinstance(node["metadata"], dict) and "nodeId" in node["metadata"]),
    )  # fmt: skip


class Voiceflow(Shaped):
    name = "voiceflow"
    shapes = (
        Shape("turnID type payload", {
            "request text": [Part(_PROMPT, "payload.payload")],
            "request": [Part(_EVENT, "payload", label="request")],
            "text|speak": [Part(_OUTPUT, "payload.payload.message payload.message")],
            "": [Part(_EVENT, "payload", name="type")]}, by="type payload.type", time="startTime",
            sessions="sessionID"),
        Shape("type payload", {
            "text|speak": [Part(_OUTPUT, "payload.message")],
            "choice|path|block|flow|debug|end|visual|completion": [Part(_EVENT, "payload", name="type")]},
            by="type", time="time", unit=0.001, holds=lambda node: node["type"] not in {"text", "speak"} or (
                isinstance(node["payload"], dict) and isinstance(node["payload"].get("message"), str))),
        *(Shape("type", {"text": [Part(_PROMPT, "payload")], "intent": [Part(_PROMPT, "payload.query")],
                         "": [Part(_EVENT, "payload", name="type")]}, by="type", lists="action", root=beside)
          for beside in ("config", "state")),
    )  # fmt: skip


class Botpress(Shaped):
    name = "botpress"
    shapes = (
        Shape("conversationId direction payload", {
            "incoming": [Part(_PROMPT, "payload.text payload")],
            "outgoing": [Part(_OUTPUT, "payload.text payload.markdown payload")]},
            by="direction", lists="data.message messages.* message -", time="createdAt", sessions="conversationId"),
    )  # fmt: skip


class DialogflowWebhook(Shaped):
    """What Dialogflow CX asks a webhook, and is answered, and its history of conversations."""

    name = "dialogflow-webhook"
    shapes = (
        Shape("fulfillmentInfo sessionInfo", {"": [
            Part(_PROMPT, "text transcript"),
            Part(_EVENT, "intentInfo.parameters intentInfo", name="intentInfo.displayName"),
            Part(_OUTPUT, "messages.*.text.text.*")]}, sessions="sessionInfo.session"),
        Shape("messages", {"": [Part(_OUTPUT, "messages.*.text.text.*")]}, lists="fulfillmentResponse",
              sessions="sessionInfo.session"),
        Shape("request response", {"": [
            Part(_PROMPT, "request.queryInput.text.text"),
            Part(_OUTPUT, "response.queryResult.responseMessages.*.text.text.*")]}, lists="interactions.*",
            time="requestTime", sessions="name"),
    )  # fmt: skip


class WatsonxAssistant(Shaped):
    name = "watsonx-assistant"
    shapes = (
        Shape("generic", {"": [Part(_OUTPUT, "text title", each="generic.*")]}, lists="output", sessions="session_id"),
        Shape("message_type text", {"": [Part(_PROMPT, "text")]}, lists="input", sessions="session_id"),
    )  # fmt: skip


class AmazonQBusiness(Shaped):
    name = "amazon-q-business"
    shapes = (
        Shape("systemMessage conversationId", {"": [
            Part(_RETRIEVAL, "sourceAttributions"), Part(_OUTPUT, "systemMessage")]}, sessions="conversationId"),
        Shape("userMessage", {"": [Part(_PROMPT, "userMessage")]}, sessions="conversationId",
              holds=lambda node: not {"clientToken", "parentMessageId", "chatMode", "conversationId",
                                      "attributeFilter"}.isdisjoint(node)),
        Shape("messageId body type", {
            "USER": [Part(_PROMPT, "body")],
            "SYSTEM": [Part(_RETRIEVAL, "sourceAttribution"), Part(_OUTPUT, "body")]}, by="type", lists="messages.*",
            time="time"),
    )  # fmt: skip


class SillyTavern(Shaped):
    name = "sillytavern"
    shapes = (
        Shape("name is_user mes", {"true": [Part(_PROMPT, "mes", name="name")],
                                   "": [Part(_OUTPUT, "mes", name="name")]}, by="is_user"),
        Shape("user_name character_name", {"": []}),
    )  # fmt: skip


class Glean(Shaped):
    name = "glean"
    shapes = (
        Shape("author fragments", {"USER": [Part(_PROMPT, "fragments")], "": [Part(_OUTPUT, "fragments")]}, by="author",
              lists="messages.*", time="ts", sessions="chatId"),
    )  # fmt: skip


class AgentEngine(Shaped):
    """What is asked of agents on Vertex AI; what they answer is `google-adk`."""

    name = "agent-engine"
    shapes = (
        Shape("class_method input", {"": [Part(_PROMPT, "input.message input.input input")]}, by="class_method",
              sessions="input.session_id"),
    )  # fmt: skip


class Memories(Shaped):
    """What Mem0 and Vertex AI's Memory Bank remember."""

    name = "memories"
    shapes = (
        Shape("memory hash", {"": [Part(_MEMORY, "memory")]}, lists="results.* memories.* -", time="created_at"),
        Shape("fact scope", {"": [Part(_MEMORY, "fact")]}, lists="memories.* retrievedMemories.*.memory memory -",
              time="createTime"),
    )  # fmt: skip


class HaystackResults(Shaped):
    """What generators and builders of answers give in a pipeline of Haystack."""

    name = "haystack-results"
    shapes = (
        Shape("replies meta", {"": [Part(_OUTPUT, "replies.*")]}, models="meta.*.model",
              holds=lambda node: node.keys() == {"replies", "meta"} and isinstance(node["replies"], list)
              and all(isinstance(each, str) for each in node["replies"][:ASKED])),
        Shape("init_parameters", {"": [
            Part(_PROMPT, "init_parameters.query"), Part(_RETRIEVAL, "init_parameters.documents"),
            Part(_OUTPUT, "init_parameters.data")]},
            lists="answers.*"),
    )  # fmt: skip


class Guardrails(Shaped):
    """Bedrock's and Azure's: what they are to look at, and what they let through."""

    name = "guardrails"
    shapes = (
        Shape("source content", {"INPUT": [Part(_PROMPT, "content.*.text.text")],
                                 "OUTPUT": [Part(_OUTPUT, "content.*.text.text")]}, by="source"),
        Shape("action outputs assessments", {"": [
            Part(_OUTPUT, "outputs.*.text"), Part(_EVENT, "assessments", label="assessments")]}),
        Shape("userPrompt documents", {"": [Part(_PROMPT, "userPrompt"), Part(_RETRIEVAL, "documents")]}),
    )  # fmt: skip


class Skyvern(Shaped):
    name = "skyvern"
    shapes = (
        Shape("request task_id status", {"": [
            Part(_PROMPT, "request.navigation_goal request.data_extraction_goal"),
            Part(_OUTPUT, "extracted_information"), Part(_ERROR, "failure_reason")]}, time="created_at",
            sessions="task_id"),
    )  # fmt: skip


ASSISTANTS = (ManagedAgents(), GeminiStream(), Kiro(), Augment(), Stagehand(), BrowserUseCloud(), Jules(), Devin(),
              PydanticAiEvents(), AgentKit(), N8nChat(), Voiceflow(), Botpress(), DialogflowWebhook(),
              WatsonxAssistant(), AmazonQBusiness(), SillyTavern(), Glean(), AgentEngine(), Memories(),
              HaystackResults(), Guardrails(), Skyvern())  # fmt: skip
