"""Helicone: requests as its interface and its export give them, and as its webhooks send them.

https://docs.helicone.ai/rest/request/post-v1requestquery-clickhouse
https://docs.helicone.ai/features/webhooks
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .exchanges import Words, exchanges, way

_BODIES = ("request_body", "response_body")
_LOGGED = frozenset({"providerRequest", "providerResponse"})
"""What is logged by hand, or by LiteLLM."""


def _is_request(node: Mapping[str, Any]) -> bool:
    return ("request_id" in node and any(name in node for name in _BODIES)) or _LOGGED.issubset(node)


HELICONE = exchanges(
    "helicone",
    frozenset({"request_id", "providerRequest"}),
    _is_request,
    Words(
        sent=way("request_body", "providerRequest.json"),
        answered=way("response_body", "providerResponse.json"),
        trace=way("request_id"),
        session=way(
            "request_properties.Helicone-Session-Id",
            "properties.Helicone-Session-Id",
            "metadata.Helicone-Session-Id",
            "providerRequest.meta.Helicone-Session-Id",
            "providerRequest.meta.session_id",
        ),
        began=way("request_created_at", "created_at"),
        ended=way("response_created_at"),
        model=way("request_model", "model", "response_model", "model_override", "providerRequest.json.model"),
        usage=way("metadata", "usage", "providerResponse.json.usage"),
    ),
    lists=("data",),
)
