"""Vertex AI's request-response log: rows of its BigQuery table, as JSON.

https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/request-response-logging
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .exchanges import Words, exchanges, way


def _is_row(node: Mapping[str, Any]) -> bool:
    return "logging_time" in node and ("full_request" in node or "full_response" in node)


VERTEX_LOG = exchanges(
    "vertex-log",
    frozenset({"logging_time"}),
    _is_row,
    Words(
        sent=way("full_request"),
        answered=way("full_response"),
        trace=way("request_id"),
        session=way("full_request.labels.session_id"),
        began=way("logging_time"),
        model=way("model", "full_response.modelVersion"),
        usage=way("full_response.usageMetadata"),
        error=way("full_response.error.message"),
    ),
    lists=("rows",),
)
