"""Cloudflare's AI Gateway: logs as its interface lists them, with their bodies, and the events that Logpush sends,
whose bodies are encrypted.

https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/account/ai_gateway_events
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .exchanges import Words, exchanges, way

_LISTED = ("tokens_in", "tokens_out", "provider")
_PUSHED = ("Gateway", "Provider", "RequestBody")


def _is_log(node: Mapping[str, Any]) -> bool:
    return all(name in node for name in _LISTED) or all(name in node for name in _PUSHED)


CLOUDFLARE_GATEWAY = exchanges(
    "cloudflare-gateway",
    frozenset({"tokens_in", "Gateway"}),
    _is_log,
    Words(
        sent=way("request", "request_head", "RequestBody"),
        answered=way("response", "response_head", "ResponseBody"),
        trace=way("id"),
        session=way("metadata.session_id", "Metadata.session_id"),
        began=way("created_at", "Timestamp"),
        model=way("model", "Model"),
    ),
    lists=("result",),
)
