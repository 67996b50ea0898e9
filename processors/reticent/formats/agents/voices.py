"""What servers and clients of voice agents tell each other while people speak, and what is kept of calls: of Vapi,
ElevenLabs, Retell, Twilio, Deepgram, Pipecat, Hume, Ultravox, LiveKit, Bland and Amazon Connect.

https://docs.vapi.ai/server-url/events
https://elevenlabs.io/docs/conversational-ai/api-reference/conversational-ai/websocket
https://docs.retellai.com/api-references/llm-websocket
https://www.twilio.com/docs/voice/conversationrelay/websocket-messages
https://developers.deepgram.com/docs/voice-agent-message-flow
https://docs.pipecat.ai/client/rtvi-standard
https://dev.hume.ai/reference/speech-to-speech-evi/chat
https://docs.ultravox.ai/api-reference/calls/calls-messages-list
https://docs.aws.amazon.com/connect/latest/adminguide/contact-lens-example-output-files.html
"""

from __future__ import annotations

from ...model import StepKind
from .shapes import Part, Shape, Shaped

_PROMPT, _OUTPUT, _CALL, _RESULT = StepKind.PROMPT, StepKind.OUTPUT, StepKind.TOOL_CALL, StepKind.TOOL_RESULT
_SYSTEM, _EVENT, _ERROR = StepKind.SYSTEM, StepKind.EVENT, StepKind.ERROR


class VapiMessages(Shaped):
    """What comes to a server's address in the course of a call; reports and lists of messages are `vapi`."""

    name = "vapi-messages"
    shapes = (
        Shape("role content", {"assistant|bot": [Part(_OUTPUT, "content")], "user": [Part(_PROMPT, "content")],
                               "system": [Part(_SYSTEM, "content")], "": [Part(_EVENT, "content")]}, by="role",
              lists="message.messagesOpenAIFormatted.* message.conversation.*", sessions="message.call.id"),
        Shape(
            "type", {
                "tool-calls": [Part(_CALL, "function.arguments arguments", each="toolCallList.*", call_id="id",
                                    name="function.name name")],
                "function-call": [Part(_CALL, "parameters", each="functionCall", name="name")],
                "transcript user final": [Part(_PROMPT, "transcript")],
                "transcript assistant final": [Part(_OUTPUT, "transcript")],
                "transcript": [],
                "conversation-update": [],
                "model-output": [Part(_OUTPUT, "output", piece="said")],
                "voice-input": [Part(_PROMPT, "input")],
                "status-update": [Part(_EVENT, "status", label="status-update")],
                "end-of-call-report": [Part(_EVENT, "analysis.summary summary", label="summary")],
                "hang|speech-update|user-interrupted|assistant-request|transfer-destination-request|transfer-update"
                "|phone-call-control|language-change-detected|assistant.started|knowledge-base-request": [],
            },
            by="type role transcriptType", lists="message", time="timestamp", unit=0.001, sessions="call.id",
            holds=lambda node: "call" in node["message"] or "assistant" in node["message"],
        ),
        Shape("toolCallId", {"": [Part(_RESULT, "result error", call_id="toolCallId", name="name")]},
              lists="results.*"),
    )  # fmt: skip


class ElevenLabsEvents(Shaped):
    name = "elevenlabs-events"
    shapes = (
        Shape("type user_transcription_event", {"user_transcript": [
            Part(_PROMPT, "user_transcription_event.user_transcript")]}, by="type"),
        Shape("type agent_response_event", {"agent_response": [
            Part(_OUTPUT, "agent_response_event.agent_response")]}, by="type"),
        Shape("type agent_response_correction_event", {"agent_response_correction": [
            Part(_EVENT, "agent_response_correction_event.corrected_agent_response",
                 label="agent_response_correction")]}, by="type"),
        Shape("type text_response_part", {"agent_chat_response_part": [
            Part(_OUTPUT, "text_response_part.text", piece="said")]}, by="type"),
        Shape("type client_tool_call", {"client_tool_call": [
            Part(_CALL, "parameters", each="client_tool_call", name="tool_name", call_id="tool_call_id")]}, by="type"),
        Shape("type tool_call_id result", {"client_tool_result": [
            Part(_RESULT, "result", call_id="tool_call_id")]}, by="type"),
        Shape("type conversation_initiation_metadata_event", {"conversation_initiation_metadata": []}, by="type",
              sessions="conversation_initiation_metadata_event.conversation_id"),
        Shape("type conversation_config_override", {"conversation_initiation_client_data": [
            Part(_SYSTEM, "conversation_config_override.agent.prompt.prompt")]}, by="type"),
        Shape("type agent_tool_response", {"agent_tool_response": [
            Part(_EVENT, "agent_tool_response", name="agent_tool_response.tool_name")]}, by="type"),
        Shape("type text", {"user_message": [Part(_PROMPT, "text")], "contextual_update": [
            Part(_EVENT, "text", label="contextual_update")]}, by="type"),
    )  # fmt: skip


class RetellSocket(Shaped):
    """What Retell tells a server that answers in the words of its own model, and what that answers."""

    name = "retell-llm"
    shapes = (
        Shape("role content", {"agent": [Part(_OUTPUT, "content")], "user": [Part(_PROMPT, "content")]}, by="role",
              lists="transcript.*", root="interaction_type"),
        Shape("interaction_type", {"ping_pong": [], "call_details": [], "update_only": [], "response_required": [],
                                   "reminder_required": []}, by="interaction_type", sessions="call.call_id",
              holds=lambda node: "timestamp" in node or "call" in node or "transcript" in node),
        Shape("response_type", {
            "response": [Part(_OUTPUT, "content", piece="said", key="response_id")],
            "agent_interrupt": [Part(_OUTPUT, "content")],
            "tool_call_invocation": [Part(_CALL, "arguments", name="name", call_id="tool_call_id")],
            "tool_call_result": [Part(_RESULT, "content", call_id="tool_call_id")],
            "config": [], "ping_pong": [], "update_agent": [], "metadata": []}, by="response_type"),
    )  # fmt: skip


class ConversationRelay(Shaped):
    """Twilio."""

    name = "conversation-relay"
    shapes = (
        Shape("type voicePrompt", {"prompt": [Part(_PROMPT, "voicePrompt")]}, by="type"),
        Shape("type token last", {"text": [Part(_OUTPUT, "token", piece="said", ends="last")]}, by="type"),
        Shape("type callSid sessionId", {"setup": [Part(_EVENT, "customParameters callSid", label="setup")]}, by="type",
              sessions="sessionId"),
        Shape("type utteranceUntilInterrupt", {"interrupt": [
            Part(_EVENT, "utteranceUntilInterrupt", label="interrupt")]}, by="type"),
        Shape("type digit", {"dtmf": [Part(_PROMPT, "digit", label="dtmf")]}, by="type"),
        Shape("type digits", {"sendDigits": [Part(_OUTPUT, "digits", label="sendDigits")]}, by="type"),
        Shape("type handoffData", {"end": [Part(_EVENT, "handoffData", label="end")]}, by="type"),
        Shape("transcript sentence_index", {"": [Part(_PROMPT, "transcript", name="media_channel", words="words")]},
              lists="sentences.*"),
    )  # fmt: skip


class DeepgramAgent(Shaped):
    name = "deepgram-agent"
    shapes = (
        Shape("type agent", {"Settings": [Part(_SYSTEM, "agent.think.prompt"),
                                          Part(_OUTPUT, "agent.greeting", label="greeting")]}, by="type",
              models="agent.think.provider.model"),
        Shape("type role content", {"ConversationText user": [Part(_PROMPT, "content")],
                                    "ConversationText assistant": [Part(_OUTPUT, "content")],
                                    "History user": [Part(_PROMPT, "content")],
                                    "History assistant": [Part(_OUTPUT, "content")]}, by="type role"),
        Shape("type functions", {"FunctionCallRequest": [
            Part(_CALL, "arguments", each="functions.*", name="name", call_id="id")]}, by="type"),
        Shape("type name content", {"FunctionCallResponse": [Part(_RESULT, "content", name="name", call_id="id")]},
              by="type"),
        Shape("type content", {"AgentThinking": [Part(StepKind.THINKING, "content")],
                               "InjectUserMessage": [Part(_PROMPT, "content")]}, by="type"),
        Shape("type message", {"InjectAgentMessage": [Part(_OUTPUT, "message")]}, by="type"),
        Shape("type prompt", {"UpdatePrompt": [Part(_SYSTEM, "prompt")], "PromptUpdated": []}, by="type"),
        Shape("type description code", {"Error": [Part(_ERROR, "description")], "Warning": [
            Part(_EVENT, "description", label="Warning")]}, by="type", holds=lambda node: len(node) == 3),
        Shape("type request_id", {"Welcome": []}, by="type", sessions="request_id"),
    )  # fmt: skip


class Rtvi(Shaped):
    """Pipecat's messages between client and bot."""

    name = "rtvi"
    shapes = (
        Shape(
            "label type", {
                "user-transcription true": [Part(_PROMPT, "data.text")], "user-transcription": [],
                "bot-transcription": [Part(_OUTPUT, "data.text", whole="said")],
                "bot-llm-text": [Part(_OUTPUT, "data.text", piece="said")],
                "bot-output": [], "bot-tts-text": [],
                "user-llm-text": [Part(_EVENT, "data.text", label="user-llm-text")],
                "llm-function-call": [Part(_CALL, "args", each="data", name="function_name", call_id="tool_call_id")],
                "llm-function-call-result": [
                    Part(_RESULT, "result", each="data", name="function_name", call_id="tool_call_id")],
                "llm-function-call-in-progress": [], "llm-function-call-stopped": [],
                "append-to-context": [Part(_PROMPT, "data.content")], "send-text": [Part(_PROMPT, "data.content")],
                "client-message": [Part(_EVENT, "data.d", name="data.t")],
                "server-message": [Part(_EVENT, "data")], "server-response": [Part(_EVENT, "data.d", name="data.t")],
                "error": [Part(_ERROR, "data.error data.message")], "": [],
            },
            by="type data.final", time="data.timestamp", holds=lambda node: node["label"] == "rtvi-ai",
        ),
    )  # fmt: skip


class Hume(Shaped):
    """The Empathic Voice Interface."""

    name = "hume"
    shapes = (
        Shape("type message", {"user_message false": [Part(_PROMPT, "message.content")], "user_message": [],
                               "assistant_message": [Part(_OUTPUT, "message.content")]}, by="type interim",
              holds=lambda node: "from_text" in node or "models" in node),
        Shape("type chat_id", {"chat_metadata": []}, by="type", sessions="chat_id"),
        Shape("type parameters tool_call_id", {"tool_call": [
            Part(_CALL, "parameters", name="name", call_id="tool_call_id")]}, by="type"),
        Shape("type tool_call_id content", {"tool_response": [
            Part(_RESULT, "content", name="tool_name", call_id="tool_call_id")], "tool_error": [
            Part(_RESULT, "content error", call_id="tool_call_id")]}, by="type"),
        Shape("role message_text chat_id", {
            "USER": [Part(_PROMPT, "message_text")], "AGENT": [Part(_OUTPUT, "message_text")],
            "SYSTEM": [Part(_EVENT, "message_text")], "TOOL": [Part(_RESULT, "message_text")]}, by="role",
            lists="events_page.*", time="timestamp", unit=0.001, sessions="chat_id"),
    )  # fmt: skip


class Ultravox(Shaped):
    name = "ultravox"
    shapes = (
        Shape("role callStageMessageIndex", {
            "MESSAGE_ROLE_USER": [Part(_PROMPT, "text")], "MESSAGE_ROLE_AGENT": [Part(_OUTPUT, "text")],
            "MESSAGE_ROLE_TOOL_CALL": [Part(_CALL, "text", name="toolName", call_id="invocationId")],
            "MESSAGE_ROLE_TOOL_RESULT": [Part(_RESULT, "text", name="toolName", call_id="invocationId")]},
            by="role", lists="results.*"),
        Shape("type role ordinal", {
            "transcript user true": [Part(_PROMPT, "text", whole="heard", key="ordinal")],
            "transcript agent true": [Part(_OUTPUT, "text", whole="said", key="ordinal")],
            "transcript user false": [Part(_PROMPT, "delta", piece="heard", key="ordinal")],
            "transcript agent false": [Part(_OUTPUT, "delta", piece="said", key="ordinal")], "transcript": []},
            by="type role final"),
        Shape("type toolName invocationId", {"client_tool_invocation": [
            Part(_CALL, "parameters", name="toolName", call_id="invocationId")]}, by="type"),
        Shape("type invocationId result", {"client_tool_result": [
            Part(_RESULT, "result", call_id="invocationId")]}, by="type"),
    )  # fmt: skip


class Bland(Shaped):
    name = "bland"
    shapes = (
        Shape("text user", {"user": [Part(_PROMPT, "text")], "assistant": [Part(_OUTPUT, "text")],
                            "agent-action": [Part(_EVENT, "text")], "robot": [Part(_OUTPUT, "text")]}, by="user",
              lists="transcripts.*", root="call_id", time="created_at", sessions="call_id"),
    )  # fmt: skip


_OF_AGENTS, _OF_PEOPLE = ([Part(kind, "Content", name="DisplayName", words="Items")] for kind in (_OUTPUT, _PROMPT))


class AmazonConnect(Shaped):
    """Calls and chats of Contact Lens and of Transcribe's call analytics."""

    name = "amazon-connect"
    shapes = (
        Shape("Id ParticipantRole", {"CUSTOMER": _OF_PEOPLE, "": _OF_AGENTS}, by="ParticipantRole",
              lists="Transcript.*", time="AbsoluteTime", sessions="ContactId CustomerMetadata.ContactId"),
        Shape("Id ParticipantId", {"CUSTOMER": _OF_PEOPLE, "": _OF_AGENTS}, by="ParticipantId", lists="Transcript.*",
              sessions="CustomerMetadata.ContactId"),
    )  # fmt: skip


class LiveKitEvents(Shaped):
    """What a session of LiveKit's agents emits beside items of its chat."""

    name = "livekit-events"
    shapes = (
        Shape("type transcript is_final", {
            "user_input_transcribed true": [Part(_PROMPT, "transcript", name="speaker_id")],
            "user_input_transcribed": []}, by="type is_final", time="created_at"),
        Shape("type function_calls function_call_outputs", {"function_tools_executed": [
            Part(_CALL, "arguments", each="function_calls.*", name="name", call_id="call_id"),
            Part(_RESULT, "output", each="function_call_outputs.*", name="name", call_id="call_id")]}, by="type",
            time="created_at"),
    )  # fmt: skip


VOICES = (
    VapiMessages(), ElevenLabsEvents(), RetellSocket(), ConversationRelay(), DeepgramAgent(), Rtvi(), Hume(),
    Ultravox(), Bland(), AmazonConnect(), LiveKitEvents(),
)  # fmt: skip
