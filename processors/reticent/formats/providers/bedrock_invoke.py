"""Bodies of Bedrock's InvokeModel that are in a model's own words: those of Titan, Llama and Mistral, and the chunks of
what they stream. Others are in the words of formats that are known by themselves.

https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
"""

from __future__ import annotations

from typing import Any

from ...model import Step, StepKind
from .blocks import items, text
from .provider import Provider
from .streams import Run

_SENT = (("inputText", "textGenerationConfig"), ("prompt", "max_gen_len"))
"""Where a request has its text, and what stands beside it."""
_ANSWERED = (("outputText", ("completionReason", "totalOutputTextTokenCount")),
             ("generation", ("stop_reason", "generation_token_count")))  # fmt: skip
_LISTS = (("results", "outputText", "completionReason"), ("outputs", "text", "stop_reason"))


class BedrockInvoke(Provider):
    name = "bedrock-invoke"
    members = frozenset({
        *map(frozenset, _SENT), *(name for name, _, _ in _LISTS),
        *(frozenset((name, beside)) for name, more in _ANSWERED for beside in more),
    })  # fmt: skip
    holding = frozenset(name for name, _, _ in _LISTS)

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if any(text(document, name) and beside in document for name, beside in _SENT):
            return True
        if any(isinstance(document.get(name), str) and any(n in document for n in more) for name, more in _ANSWERED):
            return True
        for name, said, beside in _LISTS:
            nodes = items(document, name)
            if nodes and all(isinstance(each, dict) and said in each and beside in each for each in nodes):
                return True
        return False

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        for name, beside in _SENT:
            if beside in document and text(document, name):
                run.request()
                run.sent([Step(0, StepKind.PROMPT, document[name], path=f"{path}['{name}']")])
        for name, _ in _ANSWERED:
            run.delta((self.name, name, document.get("index")), StepKind.OUTPUT, document, name, path)
        for name, said, _ in _LISTS:
            for index, each in enumerate(items(document, name)):
                run.delta((self.name, name, index), StepKind.OUTPUT, each, said, f"{path}['{name}'][{index}]")
