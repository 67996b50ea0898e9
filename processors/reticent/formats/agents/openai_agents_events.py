"""OpenAI's Agents SDK: the events of a run that is streamed, in the spelling of its packages for Python and for
JavaScript: those of the model as it sends them, and the items that the run comes to, which say them again.

https://openai.github.io/openai-agents-python/streaming
https://openai.github.io/openai-agents-js/guides/streaming
"""

from __future__ import annotations

from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import items, mapping, text
from ..providers.openai_responses import OpenAiResponses, item_steps
from ..providers.provider import Provider
from ..providers.streams import Run
from .openai_agents_state import run_item_steps

_RAW = frozenset({"raw_response_event", "raw_model_stream_event"})
_ITEM, _AGENT = "run_item_stream_event", "agent_updated_stream_event"
_DELTA, _DONE, _MODEL = "output_text_delta", "response_done", "model"
_RESPONSES = OpenAiResponses()


class OpenAiAgentsEvents(Provider):
    name = "openai-agents-events"
    members = frozenset({"data", "item", "agent", "new_agent"})
    holding = frozenset({"data", "item"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        kind = text(document, "type")
        if kind == _ITEM:
            return isinstance(document.get("item"), dict)
        return (kind in _RAW and isinstance(document.get("data"), dict)) or (
            kind == _AGENT and ("agent" in document or "new_agent" in document)
        )

    def feed(self, run: Run, path: str, document: Any) -> None:
        kind = text(mapping(document), "type")
        if kind in _RAW:
            _raw(run, document.get("data"), path + "['data']")
        elif kind == _ITEM:
            _tell(run, run_item_steps(document.get("item"), path + "['item']"))
        elif kind == _AGENT:
            agent = mapping(document.get("new_agent") or document.get("agent"))
            run.answered([Step(0, StepKind.EVENT, "", name=text(agent, "name") or "agent", path=path)])


def _raw(run: Run, data: Any, path: str) -> None:
    """JavaScript says a piece of a text in its own words first, and then the event of the model's that it is of."""
    node = mapping(data)
    kind = text(node, "type")
    if kind == _DELTA:
        where = mapping(node.get("providerData"))
        key = (where.get("output_index", 0), f"['content'][{where.get('content_index', 0)}]")
        if all(isinstance(each, int | str) for each in key):
            run.delta(key, StepKind.OUTPUT, node, "delta", path)
            run.memory["piece"] = (node, key)
    elif kind == _MODEL:
        event, place = mapping(node.get("event")), path + "['event']"
        piece = run.memory.pop("piece", None)
        if piece is not None and "delta" in event and event["delta"] == piece[0].get("delta"):
            run.copy((event, "delta"), (piece[0], "delta"))
            run.part(piece[1], place + "['delta']")
        else:
            _RESPONSES.feed(run, place, event)
    elif kind == _DONE:
        response, place = mapping(node.get("response")), path + "['response']"
        for index, item in enumerate(items(response, "output")):
            _tell(run, item_steps(item, f"{place}['output'][{index}]", "assistant"))
        if "usage" not in run.attributes:
            run.note(response, usage="usage")
    elif kind.startswith("response."):
        _RESPONSES.feed(run, path, data)


def _tell(run: Run, steps: list[Step]) -> None:
    run.answered([step for step in steps if not run.again(step)])
