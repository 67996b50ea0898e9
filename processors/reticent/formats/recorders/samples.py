"""Evaluations of which each sample is a trace: what was asked, what was answered, how it was scored. One reader, and a
row for each that says where these stand.

https://github.com/EleutherAI/lm-evaluation-harness/blob/main/docs/interface.md
https://crfm-helm.readthedocs.io/en/latest/code
https://www.trulens.org/reference/trulens/core/schema/record
https://github.com/THUDM/AgentBench
https://github.com/openai/evals
https://platform.openai.com/docs/api-reference/evals/getRunOutputItem
https://docs.ragas.io/en/stable/concepts/components/eval_sample
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...model import Step, StepKind, Trace
from ..jsontext import Number
from ..messages import call_step
from ..providers.blocks import at, identity, result_of, text
from ..tracing import conversation
from ..tracing.grouped import Find, GroupedFormat, Item, alike, alone, each, listed
from ..transcript import Transcript
from ..tree import escaped_name

Way = tuple[str, ...]
"""Names that lead to values: `*` to everything that a list or an object holds, `0` to the first of a list."""
_ALL, _FIRST = "*", "0"
_WORDS = {"agent": "assistant"}
"""Roles that only these have."""


@dataclass(frozen=True, slots=True)
class Sample:
    """tells: of these sets of names a sample has one, and `within` leads to something in it. asked, answered: the first
    of these ways that leads anywhere.
    also: answers that were not the one wanted.
    called: calls of tools with what they gave. seen, scored, failed: retrievals, events, errors."""

    tells: Sequence[frozenset[str]]
    within: Way = ()
    asked: Sequence[Way] = ()
    answered: Sequence[Way] = ()
    also: Sequence[Way] = ()
    called: Sequence[Way] = ()
    seen: Sequence[Way] = ()
    scored: Sequence[Way] = ()
    failed: Sequence[Way] = ()
    models: Sequence[Way] = ()
    ids: Sequence[str] = ()
    among: frozenset[str] = frozenset()
    """One of these is in each of `tells`, where these are many: it is asked for first."""

    def claims(self, node: Mapping[str, Any]) -> bool:
        if self.among and self.among.isdisjoint(node):
            return False
        return any(names <= node.keys() for names in self.tells) and any(True for _ in _found(node, "", self.within))

    def read(self, item: Item) -> Trace:
        node, path = item.node, item.path
        transcript = Transcript()
        transcript.extend(_told(node, path, self.asked, conversation.sent))
        for value, place in _first(node, path, self.seen):
            transcript.add(Step(0, StepKind.RETRIEVAL, value, path=place))
        for value, place in _first(node, path, self.called):
            transcript.extend(_called(value, place) if isinstance(value, dict) else ())
        transcript.extend(_told(node, path, self.answered, conversation.answered))
        transcript.extend(_told(node, path, self.also, conversation.answered))
        for kind, ways in ((StepKind.EVENT, self.scored), (StepKind.ERROR, self.failed)):
            for way in ways:
                for value, place in _found(node, path, way):
                    transcript.add(Step(0, kind, value, name=way[0] if kind is StepKind.EVENT else "", path=place))
        model = next((found for found, _ in _first(node, path, self.models) if isinstance(found, str)), "")
        return Trace(identity(node, *self.ids), attributes={"model": model} if model else {}, steps=transcript.steps)


def _told(node: Any, path: str, ways: Sequence[Way], read: Any) -> Iterator[Step]:
    for value, place in _first(node, path, ways):
        yield from read([_worded(each) for each in value] if isinstance(value, list) else value, place)


def _worded(message: Any) -> Any:
    role = _WORDS.get(text(message, "role")) if isinstance(message, dict) else None
    return {**message, "role": role} if role else message


def _called(call: Mapping[str, Any], path: str) -> Iterator[Step]:
    given = next((call[name] for name in ("inputParameters", "input_parameters", "args") if name in call), None)
    yield call_step({**call, "arguments": given}, path)
    if call.get("output") is not None:
        yield Step(0, StepKind.TOOL_RESULT, result_of(call["output"]), text(call, "name"), path=path + "['output']")


def _first(node: Any, path: str, ways: Sequence[Way]) -> Sequence[tuple[Any, str]]:
    return next((found for way in ways if (found := list(_found(node, path, way)))), ())


def _found(node: Any, path: str, way: Way) -> Iterator[tuple[Any, str]]:
    """What says something."""
    if not way:
        if node not in (None, "", [], {}) and not isinstance(node, bool | int | float | Number):
            yield node, path
    elif way[0] == _ALL:
        if isinstance(node, list):
            for index, held in enumerate(node):
                yield from _found(held, f"{path}[{index}]", way[1:])
        elif isinstance(node, dict):
            for name, held in node.items():
                yield from _found(held, path + escaped_name(name), way[1:])
    elif isinstance(node, list):
        yield from _found(node[0], path + "[0]", way[1:]) if way[0] == _FIRST and node else ()
    elif isinstance(node, dict) and way[0] in node:
        yield from _found(node[way[0]], path + escaped_name(way[0]), way[1:])


def _one(names: str) -> frozenset[str]:
    return frozenset(names.split())


def _format(
    name: str, wants: str, sample: Sample, members: Sequence[Any], *lists: str, together: bool = False
) -> GroupedFormat:
    """`together`: samples of one id are one trace."""
    find: Find = _listed(sample.claims, [tuple(name.split(".")) for name in lists])
    groups = alike(find, lambda item: identity(item.node, *sample.ids) or item.path) if together else each(find)
    heads = frozenset(name.partition(".")[0] for name in lists)
    known = frozenset((*members, *heads))
    return GroupedFormat(name, known, wants, find, groups, alone(sample.read), sample.ids, holding=heads)


def _listed(tells: Callable[[Mapping[str, Any]], bool], lists: Sequence[Way]) -> Find:
    """As `listed`, where lists stand under several names in each other."""
    outer = listed(tells, *(way[0] for way in lists if len(way) == 1))

    def find(tree: Any) -> Iterator[Item]:
        yield from outer(tree)
        for way in lists:
            nodes = at(tree, way) if len(way) > 1 else None
            for index, node in enumerate(nodes if isinstance(nodes, list) else ()):
                if isinstance(node, dict) and tells(node):
                    yield Item(node, f"${''.join(map(escaped_name, way))}[{index}]")

    return find


LM_EVAL = _format(
    "lm-eval", "samples of the Language Model Evaluation Harness: one, or a list",
    Sample(
        (_one("doc_id doc arguments resps"), _one("doc_id doc resps filtered_resps")),
        asked=(("arguments", "gen_args_0", "arg_0"), ("arguments", _FIRST, _FIRST), ("doc", "question"), ("doc",)),
        answered=(("resps", _ALL, _ALL), ("resps", _ALL)),
    ),
    (_one("doc_id resps"),),
)  # fmt: skip
HELM = _format(
    "helm", "a scenario's state with its `request_states`, or a list of these",
    Sample(
        (_one("instance request"),), ("request", "model"),
        asked=(("request", "messages"), ("request", "prompt"), ("instance", "input", "text")),
        answered=(("result", "completions", _ALL, "text"),), failed=(("result", "error"),),
        models=(("request", "model"),),
    ),
    (_one("instance request"),), "request_states",
)  # fmt: skip
TRULENS = _format(
    "trulens", "records of TruLens: one, a list, or `records`",
    Sample(
        (_one("record_id main_input calls"),),
        asked=(("main_input",),), answered=(("main_output",),), scored=(("calls", _ALL),), failed=(("main_error",),),
        ids=("record_id",),
    ),
    ("record_id",), "records",
)  # fmt: skip
AGENT_BENCH = _format(
    "agentbench", "runs of AgentBench: one, or a list",
    Sample(
        (_one("index output time"),), ("output", "history"),
        asked=(("output", "history"),), scored=(("output", "result"),), failed=(("error",),),
    ),
    (_one("index output time"),),
)  # fmt: skip
OPENAI_EVALS = _format(
    "openai-evals", "events of a run of OpenAI's evals: one, or a list",
    Sample(
        (_one("run_id event_id sample_id type data"),),
        asked=(("data", "prompt"),), answered=(("data", "sampled", _ALL),), ids=("sample_id",),
    ),
    (_one("event_id sample_id"),), together=True,
)  # fmt: skip
OPENAI_EVAL_ITEMS = _format(
    "openai-eval-items", "output items of a run of OpenAI's evaluations: one, or a list",
    Sample(
        (_one("object eval_id run_id sample"),),
        asked=(("sample", "input"),), answered=(("sample", "output"),), scored=(("results", _ALL),),
        failed=(("sample", "error", "message"),), models=(("sample", "model"),), ids=("id",),
    ),
    (_one("eval_id sample"),), "data",
)  # fmt: skip
RAGAS = _format(
    "ragas", "samples of Ragas: one, a list, `samples`",
    Sample(
        (_one("user_input retrieved_contexts"), _one("user_input reference")),
        asked=(("user_input",),), seen=(("retrieved_contexts", _ALL),), answered=(("response",),),
    ),
    ("user_input",), "samples",
)  # fmt: skip
PREFERENCES = _format(
    "preference-pairs", "rows of answers of which one is preferred: one, or a list",
    Sample(
        (_one("chosen rejected"), _one("input preferred_output non_preferred_output"),
         _one("conversation_a conversation_b winner"), _one("prompt responses scores"),
         _one("instruction completions"), _one("prompt answers")),
        asked=(("input", "messages"), ("input",), ("prompt",), ("instruction",), ("question",), ("query",)),
        answered=(("preferred_output",), ("chosen",), ("conversation_a",), ("responses", _ALL),
                  ("completions", _ALL, "response"), ("answers", _ALL, "answer")),
        also=(("non_preferred_output",), ("rejected",), ("conversation_b",)),
    ),
    (_one("chosen rejected"), _one("preferred_output non_preferred_output"), _one("conversation_a conversation_b"),
     _one("responses scores"), _one("instruction completions"), _one("prompt answers")),
)  # fmt: skip
_ASKED = (("input",), ("inputs",), ("inputs.query",), ("inputs.question",))
DATASETS = _format(
    "dataset-items",
    "examples of a dataset of Langfuse, LangSmith, Phoenix, Braintrust, Pydantic or Azure: one, a list, `examples`",
    Sample(
        (_one("input datasetId"), _one("inputs dataset_id"), _one("input output updated_at"), _one("input ideal"),
         _one("example_id input reference_output"), _one("input expected"), _one("inputs evaluators"),
         _one("inputs.query inputs.response"), _one("inputs.question outputs.answer")),
        asked=_ASKED,
        answered=(("output",), ("outputs",), ("inputs.response",), ("outputs.answer",), ("outputs.response",),
                  ("expectedOutput",), ("expected_output",), ("expected",), ("reference_output",), ("ideal",)),
        seen=(("inputs.context",),),
        scored=(("annotations", _ALL), ("scores",)), failed=(("error",),), ids=("id",),
        among=_one("input inputs inputs.query inputs.question"),
    ),
    (_one("input datasetId"), _one("inputs dataset_id"), _one("input updated_at"), _one("input ideal"),
     _one("example_id input"), _one("input expected"), _one("inputs evaluators"), "inputs.query", "inputs.question"),
    "examples", "cases", "data.examples", "data",
)  # fmt: skip
SAMPLES = (PREFERENCES, DATASETS, LM_EVAL, HELM, TRULENS, AGENT_BENCH, OPENAI_EVALS, OPENAI_EVAL_ITEMS, RAGAS)
