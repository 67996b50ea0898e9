"""DSPy: the history of a model's calls (`lm.history`), one or a list of them.

https://dspy.ai/learn/programming/language_models
"""

from __future__ import annotations

from typing import Any

from ...model import StepKind
from ..messages import message_steps
from ..providers.blocks import items, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed

_FIELDS = ("prompt", "messages", "kwargs", "outputs")


class DsPy(Provider):
    name = "dspy"
    members = frozenset({"outputs"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict) or not all(name in document for name in _FIELDS):
            return False
        return isinstance(document["outputs"], list) and isinstance(document["kwargs"], dict)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        run.note(document, model="model", usage="usage")
        run.request()
        if items(document, "messages"):
            run.messages(document, "messages", path)
        else:
            run.blocks(document, "prompt", path, StepKind.PROMPT)
        for index, said in enumerate(items(document, "outputs")):
            # a text, or an object of it where there is more than that
            message = {**said, "content": said.get("text")} if isinstance(said, dict) else {"content": said}
            steps = message_steps({**message, "role": "assistant"}, f"{path}['outputs'][{index}]")
            run.answered(timed(steps, text(document, "timestamp")))
