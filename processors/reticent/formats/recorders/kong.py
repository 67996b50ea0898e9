"""Kong's AI gateway: entries of its logs (its Kafka, HTTP, file and TCP log plugins write them alike) that hold what
its AI plugins sent to a model and got from it.

https://developer.konghq.com/ai-gateway/ai-audit-log-reference
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..providers.blocks import at
from .exchanges import Words, exchanges, way

_PLUGINS = ("proxy", "ai-proxy", "ai-proxy-advanced", "ai-request-transformer", "ai-response-transformer")


def _is_entry(node: Mapping[str, Any]) -> bool:
    return any(isinstance(at(node, ("ai", plugin, "payload")), dict) for plugin in _PLUGINS)


def _ways(*names: str) -> list[str]:
    return [f"ai.{plugin}.{name}" for plugin in _PLUGINS for name in names]


KONG = exchanges(
    "kong",
    frozenset({"ai"}),
    _is_entry,
    Words(
        sent=way(*_ways("payload.request")),
        answered=way(*_ways("payload.response")),
        trace=way("correlation_id", "request.id"),
        model=way(*_ways("meta.response_model", "meta.request_model")),
        usage=way(*_ways("usage")),
    ),
    lists=(),
)
