"""Azure API Management in front of language models: the entries of its diagnostic logs, as Event Hubs and Storage get
them (`records`) and as tables hold them.

https://learn.microsoft.com/azure/azure-monitor/reference/tables/ApiManagementGatewayLlmLog
https://learn.microsoft.com/azure/azure-monitor/reference/tables/ApiManagementGatewayLogs
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .exchanges import Way, Words, exchanges, way

_SENT = ("RequestMessages", "BackendRequestBody", "RequestBody")
_ANSWERED = ("ResponseMessages", "BackendResponseBody", "ResponseBody")
_BODIES = frozenset(spelt for name in (*_SENT, *_ANSWERED) for spelt in (name, name[0].lower() + name[1:]))
_TELLING = frozenset({"CorrelationId", "correlationId", "resourceId", "operationName", "OperationName"})


def _ways(*names: str) -> Sequence[Way]:
    """A table's column is a property of an entry, whose name begins small."""
    small = [name[0].lower() + name[1:] for name in names]
    return way(*names, *small, *(f"properties.{name}" for name in (*small, *names)))


def _is_entry(node: Mapping[str, Any]) -> bool:
    properties = node.get("properties")
    held = properties if isinstance(properties, dict) else node
    return not _BODIES.isdisjoint(held) and not _TELLING.isdisjoint(node)


AZURE_APIM = exchanges(
    "azure-apim",
    _TELLING,
    _is_entry,
    Words(
        sent=_ways(*_SENT),
        answered=_ways(*_ANSWERED),
        trace=_ways("CorrelationId"),
        began=way("TimeGenerated", "time"),
        model=_ways("ModelName", "DeploymentName"),
        error=_ways("LastErrorMessage"),
    ),
    lists=("records",),
)
