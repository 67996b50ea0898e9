"""The formats of model providers together: for streams and files that may hold documents of any of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .anthropic import Anthropic
from .bedrock import Bedrock
from .gemini import Gemini
from .mcp import Mcp
from .openai_chat import OpenAiChat
from .openai_responses import OpenAiResponses
from .provider import Provider
from .streams import Run

PROVIDERS: Sequence[Provider] = (Mcp(), OpenAiResponses(), Anthropic(), Gemini(), Bedrock(), OpenAiChat())
"""In the order they are asked whether a document is theirs."""


def feed(run: Run, path: str, document: Any) -> bool:
    """Tells the run a document by the format that claims it; False where none does."""
    for provider in PROVIDERS:
        if provider.claims(document):
            provider.feed(run, path, document)
            return True
    return False
