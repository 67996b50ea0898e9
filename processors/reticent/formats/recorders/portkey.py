"""Portkey: what its logging interface takes, and the lines of its log exports.

https://portkey.ai/docs/api-reference/inference-api/logs/insert-a-log
https://portkey.ai/docs/product/observability/logs-export
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .exchanges import Words, exchanges, way

_EXPORTED = ("ai_org", "ai_model")


def _is_log(node: Mapping[str, Any]) -> bool:
    """What is sent holds bodies of HTTP, as results of the AI SDK's do; what is exported may be any choice of fields,
    with the provider's name."""
    request, response = node.get("request"), node.get("response")
    if isinstance(request, dict) and isinstance(response, dict) and "body" in request and "body" in response:
        return "metadata" in node and "finishReason" not in node
    return any(name in node for name in _EXPORTED) and ("request" in node or "response" in node)


PORTKEY = exchanges(
    "portkey",
    frozenset({"request", "response"}),
    _is_log,
    Words(
        sent=way("request.body", "request"),
        answered=way("response.body", "response"),
        trace=way("trace_id", "metadata.trace_id", "metadata.traceId", "id"),
        session=way("metadata.session_id", "metadata._session"),
        began=way("created_at", "time_of_generation"),
        model=way("ai_model", "request.body.model", "request.model"),
        usage=way("response.body.usage", "response.usage"),
    ),
    lists=("data",),
)
