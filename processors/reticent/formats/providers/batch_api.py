"""Files of the model providers' batch interfaces: each line is a request or its result, wrapped with a number.

https://platform.openai.com/docs/guides/batch
https://docs.anthropic.com/en/api/creating-message-batches
https://ai.google.dev/gemini-api/docs/batch-api
https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/batch-prediction-gemini
https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-data.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import DecodeError
from ...limits import Limits
from ...model import Step, StepKind, Trace
from .. import jsontext
from ..blobs import find_blobs
from ..document import Document
from ..tracing.grouped import GroupedDocument, Item, alone, never
from ..tree import Dialect
from .anthropic import Anthropic
from .blocks import ASKED, at, items, segment, text
from .gemini import Gemini
from .openai_chat import OpenAiChat
from .openai_responses import OpenAiResponses
from .provider import Provider
from .rows import claiming
from .streams import Run

MEDIA_TYPE = "application/json"
_LIST = "requests"
"""Under it Anthropic takes the lines of a batch as one document."""


_ANTHROPIC = Anthropic()


@dataclass(frozen=True, slots=True)
class _Wrapping:
    """`number`: the field that tells lines apart. `beside`: of these fields every line has one, too. `bodies`: what
    leads to what a provider was asked, and said. `errors`: what leads to what went wrong."""

    number: str
    beside: Sequence[str]
    bodies: Sequence[tuple[str, ...]]
    errors: Sequence[tuple[str, ...]] = (("error",),)
    provider: Provider | None = None


_WRAPPINGS = (
    _Wrapping(
        "custom_id", ("params", "result"), (("params",), ("result", "message")), (("result", "error"),), _ANTHROPIC
    ),
    _Wrapping("custom_id", ("url", "method", "response", "error"), (("body",), ("response", "body"))),
    _Wrapping("key", ("request", "response"), (("request",), ("response",)), provider=Gemini()),
    _Wrapping("processed_time", ("request", "response"), (("request",), ("response",)), provider=Gemini()),
    _Wrapping("recordId", ("modelInput", "modelOutput"), (("modelInput",), ("modelOutput",))),
)  # fmt: skip
_BY_URL: Sequence[tuple[str, Provider]] = (("/responses", OpenAiResponses()), ("/chat/completions", OpenAiChat()))
_ENDED = ("canceled", "expired")
"""What Anthropic says of a request that has no answer, and never will."""


class BatchApi:
    name = "batch-api"
    members = frozenset({_LIST, *(each.number for each in _WRAPPINGS)})
    media_types: Sequence[str] = ()

    def recognises(self, payload: bytes, tree: Any) -> bool:
        found = [node for node, _ in _lines(tree)][:ASKED]
        return bool(found) and all(_telling(node) for node in found)

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        found = jsontext.parse(payload, limits) if tree is None else tree
        if not any(_wrapping(node) for node, _ in _lines(found)):
            raise DecodeError("wrong-format", "batch-api wants a line of a batch's file, or a list of them")
        return GroupedDocument(found, _DIALECT, _groups, alone(_read), source=payload, limits=limits)


def _lines(tree: Any) -> Iterator[tuple[Any, str]]:
    if isinstance(tree, list):
        yield from ((node, f"$[{index}]") for index, node in enumerate(tree))
    elif isinstance(tree, dict) and _wrapping(tree) is None and items(tree, _LIST):
        yield from ((node, f"$['{_LIST}'][{index}]") for index, node in enumerate(items(tree, _LIST)))
    else:
        yield tree, "$"


def _wrapping(node: Any) -> _Wrapping | None:
    """Of what is a line, as far as its names say it."""
    if not isinstance(node, dict):
        return None
    return next((each for each in _WRAPPINGS if each.number in node and any(n in node for n in each.beside)), None)


def _telling(node: Any) -> bool:
    """Whether a line can be nothing else: `custom_id` and what stands beside it say enough; other numbers have common
    names, and a provider has to claim what they lead to."""
    found = _wrapping(node)
    if found is None:
        return False
    bodies = [body for body, _ in _bodies(found, node)]
    if found.number == "custom_id":
        return bool(bodies) or any(isinstance(node.get(name), dict) for name in ("response", "result", "error"))
    return bool(bodies) and all(_invokes(body) or claiming(body) for body in bodies)


def _invokes(body: Mapping[str, Any]) -> bool:
    """Whether it is Anthropic's as Bedrock takes it."""
    return "anthropic_version" in body and "messages" in body


def _bodies(wrapping: _Wrapping, node: Any) -> Iterator[tuple[dict[str, Any], str]]:
    """What a provider reads, and its path below the line's."""
    for way in wrapping.bodies:
        found = at(node, way)
        if isinstance(found, dict):
            yield found, "".join(map(segment, way))


@dataclass(frozen=True, slots=True)
class _Body:
    """What a provider reads of a line; `path` is below the line's. Whose it is, is told before anything is masked."""

    node: dict[str, Any]
    path: str
    provider: Provider | None


def _groups(tree: Any) -> list[list[Item]]:
    """Each line is a trace."""
    found: list[list[Item]] = []
    for node, path in _lines(tree):
        wrapping = _wrapping(node)
        if wrapping is not None:
            bodies = [_Body(body, below, _provider(wrapping, node, body)) for body, below in _bodies(wrapping, node)]
            found.append([Item(node, path, above=(wrapping, bodies))])
    return found


def _provider(wrapping: _Wrapping, line: Mapping[str, Any], body: Mapping[str, Any]) -> Provider | None:
    if wrapping.provider is not None:
        return wrapping.provider
    if _invokes(body):
        return _ANTHROPIC
    url = text(line, "url")
    named = next((provider for end, provider in _BY_URL if url.endswith(end)), None)
    return named or claiming(body)


def _read(item: Item) -> Trace:
    wrapping, bodies = item.above
    run = Run()
    for body in bodies:
        path = item.path + body.path
        if body.provider is not None:
            body.provider.feed(run, path, body.node)
        elif body.node.get("error"):
            run.answered([_error(body.node["error"], path + "['error']")])
        else:
            run.answered([Step(0, StepKind.OTHER, body.node, path=path)])
    run.answered(_failed(wrapping, item))
    (trace,) = run.traces()
    number = item.node.get(wrapping.number)
    if number is not None:
        trace.attributes = {**trace.attributes, wrapping.number: number}
    return trace


def _failed(wrapping: _Wrapping, item: Item) -> Iterator[Step]:
    for way in wrapping.errors:
        found = at(item.node, way)
        if found:
            yield _error(found, item.path + "".join(map(segment, way)))
    ended = at(item.node, ("result", "type"))
    if wrapping.provider is _ANTHROPIC and ended in _ENDED:
        yield _error(ended, item.path + "['result']")


def _error(said: Any, path: str) -> Step:
    """Anthropic wraps an error once more."""
    inner = at(said, ("error",))
    said = inner if isinstance(inner, dict) else said
    return Step(0, StepKind.ERROR, (text(said, "message") or said) if isinstance(said, dict) else said, path=path)


_DIALECT = Dialect("batch-api", MEDIA_TYPE, never, check=jsontext.refuse_repeats, blobs=find_blobs)
