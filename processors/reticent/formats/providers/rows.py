"""The formats of model providers, and of agents that keep runs in their words, together: for streams and files that may
hold documents of any of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..agents.acp import Acp
from ..agents.acting import Aide, OsWorld, R2e, ToolBench
from ..agents.ag2_events import Ag2Events
from ..agents.ag_ui import AgUi
from ..agents.agent_framework import AgentFramework
from ..agents.agent_runs import AgentRuns
from ..agents.agno import Agno
from ..agents.agno_events import AgnoEvents
from ..agents.ai_sdk import AiSdk
from ..agents.amp import Amp
from ..agents.antigravity import Antigravity
from ..agents.assistants import ASSISTANTS
from ..agents.autogen import AutoGen
from ..agents.autogen_events import AutoGenEvents
from ..agents.bots import BotFramework, Dialogflow, Flowise, Lex
from ..agents.browser_use import BrowserUse
from ..agents.camel import Camel
from ..agents.chainlit import Chainlit
from ..agents.chatkit import ChatKit
from ..agents.cherry_studio import CherryStudio
from ..agents.claude_code import ClaudeCode
from ..agents.cline import Cline
from ..agents.codex import Codex
from ..agents.codex_events import CodexEvents
from ..agents.continue_dev import Continue
from ..agents.copilot_chat import CopilotChat
from ..agents.copilot_cli import CopilotCli
from ..agents.copilotkit import CopilotKit
from ..agents.coze import Coze
from ..agents.crewai import CrewAi
from ..agents.crush import Crush
from ..agents.cursor import Cursor
from ..agents.droid import Droid
from ..agents.dspy import DsPy
from ..agents.gemini_cli import GeminiCli
from ..agents.genkit_messages import GenkitMessages
from ..agents.google_adk import GoogleAdk
from ..agents.goose import Goose
from ..agents.grok import Grok
from ..agents.haystack import Haystack
from ..agents.helpdesks import HELPDESKS
from ..agents.hooks import Hooks
from ..agents.kimi import Kimi
from ..agents.langchain import LangChain
from ..agents.langchain4j import LangChain4j
from ..agents.langchaingo import LangChainGo
from ..agents.langflow import Langflow
from ..agents.langgraph import LangGraphEvents, LangGraphUpdates
from ..agents.letta import Letta
from ..agents.livekit import LiveKit
from ..agents.llama_index import LlamaIndex
from ..agents.llama_index_events import LlamaIndexEvents
from ..agents.messaging import MESSAGING
from ..agents.messengers import Discord, Intercom, Slack, Teams, Telegram
from ..agents.metagpt import MetaGpt
from ..agents.nemo_agent import NemoAgent
from ..agents.openai_agents_events import OpenAiAgentsEvents
from ..agents.openai_agents_state import OpenAiAgentsState
from ..agents.opencode import OpenCode
from ..agents.openhands import OpenHands
from ..agents.openhands_sdk import OpenHandsSdk
from ..agents.pi import Pi
from ..agents.pydantic_ai import PydanticAi
from ..agents.rasa import Rasa
from ..agents.searching import AutoGpt, Moatless
from ..agents.semantic_kernel import SemanticKernel
from ..agents.smolagents import SmolAgents
from ..agents.spring_ai import SpringAi
from ..agents.strands import Strands
from ..agents.swe_agent import SweAgent
from ..agents.tau_voice import TauVoice
from ..agents.transcripts import Transcripts
from ..agents.turns import Atif, ElevenLabs, Retell, Vapi
from ..agents.voices import VOICES
from ..agents.zed import AmazonQ, Trae, Zed
from ..candidates import Candidates
from .a2a import A2a
from .anthropic import Anthropic
from .aws_events import AwsEvents
from .bedrock import Bedrock
from .bedrock_agent import BedrockAgent
from .bedrock_invoke import BedrockInvoke
from .chunks import BedrockChunks
from .cohere import Cohere
from .completions import Completions
from .cortex import Cortex
from .dify import Dify
from .gemini import Gemini
from .gemini_live import GeminiLive
from .interactions import Interactions
from .lm_studio import LmStudio
from .mcp import Mcp
from .mistral import Mistral
from .nova_sonic import NovaSonic
from .ollama import Ollama
from .openai_assistants import OpenAiAssistants
from .openai_chat import OpenAiChat
from .openai_realtime import OpenAiRealtime
from .openai_responses import OpenAiResponses
from .others import OTHERS
from .provider import Provider
from .streams import Run

_FRAMEWORKS: Sequence[Provider] = (
    Hooks(), ClaudeCode(), Codex(), CodexEvents(), PydanticAi(), AutoGen(), AutoGenEvents(), GoogleAdk(),
    OpenHandsSdk(), OpenHands(), LangGraphEvents(), SmolAgents(), SweAgent(), Haystack(), LlamaIndex(),
    LlamaIndexEvents(), SemanticKernel(), AgentFramework(), Strands(), Agno(), AgnoEvents(), DsPy(), Letta(),
    GeminiCli(), OpenCode(), CrewAi(), Cline(), Goose(), BrowserUse(), CopilotChat(), OpenAiAgentsState(),
    OpenAiAgentsEvents(), LangChain(), AiSdk(), OpenAiAssistants(), LangChain4j(), SpringAi(), LangChainGo(),
    GenkitMessages(), AgUi(), A2a(), Mcp(), Acp(), OpenAiRealtime(), Atif(), ElevenLabs(), Vapi(), Retell(),
    CopilotCli(), Cursor(), Pi(), Amp(), Crush(), Continue(), AmazonQ(), Camel(), MetaGpt(), TauVoice(), R2e(),
    OsWorld(), ToolBench(), Aide(), Kimi(), Antigravity(), Droid(), Rasa(), LiveKit(), Moatless(), AutoGpt(),
    CopilotKit(), BotFramework(), Dialogflow(), Lex(), Flowise(), Langflow(), Chainlit(), ChatKit(), AgentRuns(),
    NemoAgent(), Ag2Events(), Coze(), Slack(), Teams(), Discord(), Telegram(), Intercom(), Zed(), Trae(),
)  # fmt: skip
"""Those in whose words messages are told otherwise than by a role and content."""
_OWN: Sequence[Provider] = (
    *_FRAMEWORKS,
    Cortex(), LmStudio(), OpenAiResponses(), Mistral(), Cohere(), Anthropic(), GeminiLive(),
    Gemini(), Bedrock(), Ollama(), OpenAiChat(), LangGraphUpdates(), Dify(), BedrockInvoke(), NovaSonic(), Grok(),
    Interactions(), Transcripts(), *OTHERS, Completions(), CherryStudio(), *VOICES, *MESSAGING, *HELPDESKS, *ASSISTANTS,
)  # fmt: skip
_SAID: Sequence[Provider] = (*_OWN, BedrockChunks(_OWN), BedrockAgent())
AWS_EVENTS = AwsEvents(_SAID)
PROVIDERS: Sequence[Provider] = (*_SAID, AWS_EVENTS)
"""In the order they are asked whether a document is theirs."""


_CANDIDATES, _OF_FRAMEWORKS = Candidates(PROVIDERS), Candidates(_FRAMEWORKS)


def claiming(document: Any) -> Provider | None:
    """Whose document it is."""
    if type(document) is not dict:
        return None
    return next((each for each in _CANDIDATES.of(document) if each.claims(document)), None)


def framework(tree: Any) -> Provider | None:
    """Whose run it is, where that is told in a framework's own words: a document, or a list of them."""
    first = tree[0] if type(tree) is list and tree else tree
    if type(first) is not dict:
        return None
    return next((each for each in _OF_FRAMEWORKS.of(first) if each.recognises(b"", tree)), None)


def feed(run: Run, path: str, document: Any) -> bool:
    """Tells the run a document by the format that claims it, that of the one before first; False where none does."""
    last: Provider | None = run.last
    found = last if last is not None and last.claims(document) else claiming(document)
    if found is not None:
        run.last = found
        found.feed(run, path, document)
    return found is not None
