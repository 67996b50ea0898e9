"""Completions of texts, as interfaces had them before there were messages: a prompt, what it was continued with, and
the chunks of that; of OpenAI and who took its words over, Anthropic (`/v1/complete`), Cohere (`/v1/generate`), AI21,
Aleph Alpha, watsonx, Replicate's predictions, Hugging Face's text generation, llama.cpp, KoboldCpp, SGLang, Triton,
DashScope, and Cloudflare's Workers AI.

https://platform.openai.com/docs/api-reference/completions
https://docs.anthropic.com/en/api/complete
https://docs.cohere.com/v1/reference/generate
https://cloud.ibm.com/apidocs/watsonx-ai#text-generation
https://replicate.com/docs/reference/http
https://huggingface.co/docs/text-generation-inference
https://github.com/ggml-org/llama.cpp/tree/master/tools/server
https://docs.sglang.io/basic_usage/native_api.html
https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/protocol/extension_generate.html
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...model import Step, StepKind
from ..worded import ANSWERS
from .blocks import ASKED, at, items, mapping, segment, text
from .provider import Provider
from .streams import Run

_LENGTHS = ("max_tokens", "max_tokens_to_sample", "maxTokens", "maximum_tokens", "max_new_tokens", "max_length",
            "n_predict", "max_context_length")  # fmt: skip
_SETTINGS = frozenset({*_LENGTHS, "temperature", "top_p", "topP", "top_k", "stop", "stop_sequences", "logit_bias",
                       "frequency_penalty", "presence_penalty", "echo", "suffix", "best_of"})  # fmt: skip
"""Beside a prompt: it is to be continued so."""
_ASKING: Sequence[tuple[str, frozenset[str]]] = (
    ("prompt", frozenset({"model", "generations"}) | _SETTINGS),
    ("inputs", frozenset({"parameters"})),
    ("input", frozenset({"model_id"})),
    ("text", frozenset({"sampling_params"})),
    ("text_input", frozenset({"parameters", "max_tokens"})),
)
"""Where a request has its text, and what stands beside it."""
_NOT_ASKING = frozenset({"messages", *ANSWERS})
"""Beside what came back it is somebody's own record of both."""


@dataclass(frozen=True, slots=True)
class _Said:
    """Where an answer has its text: under `way` in each of `holds` (or in the document itself), beside one of `with_`,
    names of what holds the text, or of the document. grows: each chunk says all that was said so far."""

    holds: str
    way: Sequence[str]
    with_: frozenset[str]
    grows: bool = False

    @property
    def members(self) -> Iterator[str | frozenset[str]]:
        """Names, or sets of names, of which the document has one."""
        if self.holds:
            yield self.holds
        else:
            yield from (frozenset({self.way[0], name}) for name in self.with_)

    def stands(self, node: Mapping[str, Any], document: Mapping[str, Any]) -> bool:
        """Whether it is there as this one has it; `node` is what holds it."""
        return not (self.with_.isdisjoint(node) and self.with_.isdisjoint(document))


def _names(told: str) -> frozenset[str]:
    return frozenset(told.split())


_WHOLE = ("generated_text",)
_ANSWERS = (
    _Said("", ("completion",), _names("stop_reason log_id")),
    _Said("choices", ("text",), _names("model finish_reason logprobs")),
    _Said("completions", ("data", "text"), _names("finishReason prompt")),
    _Said("completions", ("completion",), _names("finish_reason model_version")),
    _Said("generations", ("text",), _names("prompt finish_reason")),
    _Said("results", ("generated_text",), _names("stop_reason generated_token_count")),
    _Said("", ("token", "text"), _names("generated_text")),
    _Said("", _WHOLE, _names("generated_text")),
    _Said("", ("content",), _names("tokens_predicted")),
    _Said("results", ("text",), _names("finish_reason")),
    _Said("", ("text",), _names("meta_info"), grows=True),
    _Said("", ("text_output",), _names("model_version")),
    _Said("", ("output", "text"), _names("request_id")),
    _Said("", ("result", "response"), _names("success")),
    _Said("", ("response",), _names("p")),
)
_SYSTEM = StepKind.SYSTEM
_ECHOES = "tokens_predicted"
"""Beside this an answer says again what was asked (llama.cpp), at the end of a stream, too."""
_PREDICTION = _names("id input output urls status")


class Completions(Provider):
    name = "text-completions"
    members = frozenset({
        *(frozenset({name, beside}) for name, more in _ASKING for beside in more),
        *(names for each in _ANSWERS for names in each.members), frozenset({"output", "urls"}),
    })  # fmt: skip
    holding = frozenset(each.holds for each in _ANSWERS if each.holds)

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict) or "trajectory" in document:  # a run's, beside what came of it
            return False
        return (
            any(True for _ in _asked(document, ""))
            or any(_answered(document))
            or (_PREDICTION.issubset(document) and bool(_text_of(mapping(document["input"]).get("prompt"))))
        )

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        run.note(document, model="model", usage="usage")
        given, place = mapping(document.get("input")), path + "['input']"
        prompts = [*_asked(document, path), *_prompts(given.get("system_prompt"), place + "['system_prompt']", _SYSTEM),
                   *_prompts(given.get("prompt"), place + "['prompt']")]  # fmt: skip
        if prompts and _ECHOES in document:
            run.asking(prompts)
        elif prompts:
            run.request()
            run.sent(prompts)
        if _PREDICTION.issubset(document):
            _predicted(run, document, path)
        for each in _ANSWERS:
            for index, (node, place) in enumerate(_holders(document, path, each)):
                if each.stands(node, document):
                    _continued(run, each, index, node, place)


def _continued(run: Run, said: _Said, index: int, node: Mapping[str, Any], path: str) -> None:
    if said.way == _WHOLE and "token" in node:
        return  # the last token's chunk says everything again
    inner, way = at(node, said.way[:-1]), "".join(map(segment, said.way[:-1]))
    numbered = isinstance(node.get("index"), int) and "token" not in node  # of tokens it is their own number
    choice = node["index"] if numbered else index
    if said.grows:
        _grown(run, (Completions.name, choice), node, said.way[-1], path)
        return
    run.delta((Completions.name, choice), StepKind.OUTPUT, inner, said.way[-1], path + way)


def _grown(run: Run, key: Hashable, node: Mapping[str, Any], name: str, path: str) -> None:
    so_far, now = run.memory.get(key), text(node, name)
    if isinstance(so_far, Step) and now.startswith(so_far.content):
        so_far.content, so_far.further = now, [*so_far.further, path + segment(name)]
    else:
        run.memory[key] = Step(0, StepKind.OUTPUT, now, path=path + segment(name))
        run.answered([run.memory[key]])
    run.grow(key, (node, name))


def _asked(document: Mapping[str, Any], path: str) -> Iterator[Step]:
    for name, beside in _ASKING:
        if name in document and not beside.isdisjoint(document) and _NOT_ASKING.isdisjoint(document):
            yield from _prompts(document[name], path + segment(name))
            return


def _prompts(prompt: Any, path: str, kind: StepKind = StepKind.PROMPT) -> Iterator[Step]:
    """One, or several that are continued each on its own."""
    if isinstance(prompt, str) and prompt:
        yield Step(0, kind, prompt, path=path)
    for index, each in enumerate(prompt if isinstance(prompt, list) else ()):
        if isinstance(each, str):
            yield Step(0, kind, each, path=f"{path}[{index}]")


def _answered(document: Mapping[str, Any]) -> Iterator[bool]:
    for each in _ANSWERS:
        for node, _ in list(_holders(document, "", each))[:ASKED]:
            yield each.stands(node, document) and isinstance(at(node, each.way), str)


def _holders(document: Mapping[str, Any], path: str, said: _Said) -> Iterator[tuple[Mapping[str, Any], str]]:
    if not said.holds:
        yield document, path
    for index, node in enumerate(items(document, said.holds) if said.holds else ()):
        if isinstance(node, dict):
            yield node, f"{path}{segment(said.holds)}[{index}]"


def _text_of(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _predicted(run: Run, document: Mapping[str, Any], path: str) -> None:
    """Of models of texts a text in pieces; others give addresses of what they made."""
    output, place = document["output"], path + "['output']"
    if isinstance(output, str) and output:
        run.answered([Step(0, StepKind.OUTPUT, output, path=place)])
    elif isinstance(output, list) and output and all(isinstance(each, str) for each in output):
        run.answered([Step(0, StepKind.OUTPUT, "".join(output), path=place)])
        for index in range(len(output)):
            run.join((Completions.name, path), (output, index))
    failed = text(document, "error")
    if failed:
        run.answered([Step(0, StepKind.ERROR, failed, path=path + "['error']")])
