"""OpenAI's Agents SDK: the state of a run, as `RunState.to_json` writes it so that the run can go on later.

https://openai.github.io/openai-agents-python/ref/run_state
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import items, mapping, text
from ..providers.openai_responses import item_steps
from ..providers.provider import Provider
from ..providers.streams import Run

_VERSION = "$schemaVersion"
_ITEMS = ("generated_items", "session_items")
"""What the run came to, and what of it a session was given: the same, as a rule."""


class OpenAiAgentsState(Provider):
    name = "openai-agents-state"
    members = frozenset({_VERSION})

    def claims(self, document: Any) -> bool:
        return isinstance(document, dict) and _VERSION in document and "original_input" in document

    def feed(self, run: Run, path: str, document: Any) -> None:
        """What models answered stands among the items again, in words of its own for what tools gave."""
        if not isinstance(document, dict):
            return
        run.request()
        run.session_id = run.session_id or text(document, "conversation_id")
        run.note(mapping(document.get("context")), usage="usage")
        given = document.get("original_input")
        if isinstance(given, str):
            run.blocks(document, "original_input", path, StepKind.PROMPT)
        for index, item in enumerate(items(document, "original_input")):
            run.sent(item_steps(item, f"{path}['original_input'][{index}]", "user"))
        told: dict[Any, list[Step]] = {}
        for steps in _lists(document, path):
            _tell(run, steps, told)


def _lists(document: Mapping[str, Any], path: str) -> Iterator[list[Step]]:
    """The run's steps, as each list of it says them."""
    for name in _ITEMS:
        places = enumerate(items(document, name))
        found = [(mapping(item).get("raw_item"), f"{path}['{name}'][{index}]['raw_item']") for index, item in places]
        yield [step for item, place in found for step in item_steps(item, place, "assistant")]
    yield [
        step
        for index, response in enumerate(items(document, "model_responses"))
        for number, item in enumerate(items(response, "output"))
        for step in item_steps(item, f"{path}['model_responses'][{index}]['output'][{number}]", "assistant")
    ]


def _tell(run: Run, steps: Sequence[Step], told: dict[Any, list[Step]]) -> None:
    """What a list says as often as one before it did is no step again."""
    here: Counter[Any] = Counter()
    for step in steps:
        key = (step.kind, step.call_id, str(step.content))
        known = told.setdefault(key, [])
        if here[key] < len(known):
            again = known[here[key]]
            again.further = [*again.further, step.path]
        else:
            known.append(step)
            run.answered([step])
        here[key] += 1
