"""A conversation in everybody's words: a question beside its answer, turns that say whose they are, and what an agent
thought, did and saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..model import Step, StepKind
from .messages import message_steps
from .providers.blocks import arguments_of, content_of, first, text
from .tree import escaped_name

ANSWERS = ("response", "reply", "answer", "output", "outputs", "completion", "generation", "result", "final_answer",
           "finalAnswer", "assistant_response", "llm_response", "model_response", "bot_response",
           "prediction", "replies", "answerText")  # fmt: skip
"""Names of what came back."""
SYSTEM = ("system_prompt", "system", "system_message")
_QUESTIONS = ("prompt", "question", "query", "user_prompt", "user_input", "user_query", "user_message", "instruction")
_ASKING = frozenset(_QUESTIONS)
_ROWS = ("result", "output", "outputs")
"""What a query of a database has, too."""
_WHO = ("role", "role_type", "from", "speaker", "sender", "author", "type", "kind", "event", "event_type", "user")
_WHAT = ("content", "text", "value", "message", "body", "output", "result", "data")
_CALL, _RESULT = StepKind.TOOL_CALL, StepKind.TOOL_RESULT
_WORDS: Mapping[str, StepKind] = {
    **{kind.value: kind for kind in StepKind},
    **dict.fromkeys(("user", "human", "customer", "client", "question", "user_message", "human_message", "user_input",
                     "usermessage"), StepKind.PROMPT),
    **dict.fromkeys(("assistant", "ai", "bot", "gpt", "chatgpt", "model", "agent", "chatbot", "llm", "answer",
                     "assistant_message", "ai_message", "bot_message", "agent_message", "apimessage", "machine",
                     "final_answer", "response"),
                    StepKind.OUTPUT),
    **dict.fromkeys(("system_prompt", "system_message", "developer"), StepKind.SYSTEM),
    **dict.fromkeys(("thought", "reasoning", "reflection"), StepKind.THINKING),
    **dict.fromkeys(("action", "tool_use", "function_call", "tool_start"), _CALL),
    **dict.fromkeys(("observation", "environment", "ipython", "tool", "function", "tool_response", "tool_output",
                     "function_result", "tool_end", "computer"),
                    _RESULT),
}  # fmt: skip
"""What people call whose words something is, in lower case with `_` between words."""
_TOOL = ("tool", "tool_name", "toolName", "name", "function", "function_name", "action")
_GIVEN = ("arguments", "args", "input", "tool_input", "action_input", "parameters", "params", "kwargs")
_CALLED = ("call_id", "tool_call_id")
_CALLS = ("tool_calls", "toolCalls", "function_call")
_NOTHING: Sequence[Any] = (None, "", [], {})
_TWO = 2
_LONE = frozenset({"role", "text"})
"""What a message alone has, and hardly anything else."""
_THOUGHT = ("thought", "thoughts", "thinking", "reasoning", "reflection")
_ACTED = ("action", "tool", "tool_name")
_OBSERVED = ("observation", "observations", "tool_output", "tool_result", "action_output", "result", "output")


def worded(node: Any, path: str) -> list[Step]:
    """The steps of an object that is a question and its answer, or of a list that is a conversation; of anything else
    none."""
    if isinstance(node, dict):
        return _pair(node, path) or (_turn(node, path) if node.keys() == _LONE else [])
    if not all(isinstance(each, dict) for each in node):
        return _paired(node, path)
    return _listed([(each, f"{path}[{at}]") for at, each in enumerate(node)])


def _paired(nodes: Sequence[Any], path: str) -> list[Step]:
    """Turns as pairs of texts, whose they are and what they say."""
    steps = []
    for at, pair in enumerate(nodes):
        if not isinstance(pair, list) or len(pair) != _TWO or not all(isinstance(each, str) for each in pair):
            return []
        kind = _WORDS.get(pair[0].lower())
        if kind not in (*_SPEAKING, StepKind.SYSTEM):
            return []
        if pair[1]:
            steps.append(Step(0, kind, pair[1], path=f"{path}[{at}][1]"))
    return steps


def _pair(node: Mapping[str, Any], path: str) -> list[Step]:
    if _ASKING.isdisjoint(node):
        return []
    names = [next((name for name in names if text(node, name)), "") for names in (SYSTEM, _QUESTIONS, ANSWERS)]
    if not names[1] or not names[2] or (names[1] == "query" and names[2] in _ROWS):
        return []
    kinds = (StepKind.SYSTEM, StepKind.PROMPT, StepKind.OUTPUT)
    return [
        Step(0, kind, node[name], path=path + escaped_name(name))
        for kind, name in zip(kinds, names, strict=True)
        if name
    ]


def _listed(told: Sequence[tuple[Mapping[str, Any], str]]) -> list[Step]:
    """Nothing unless each of them is known: lists of other things have types and authors, too."""
    if not told or not (_turn(*told[0]) or _act(*told[0])):
        return []
    turns = [_turn(node, path) for node, path in told]
    found = turns if all(turns) and any(step.kind in _SPEAKING for turn in turns for step in turn) else []
    if not found:
        acts = [_act(node, path) or _act(node, path, 1) for node, path in told]
        found = acts if all(acts) and any(len(each) > 1 for each in acts) else []
    if not found and any(step.kind in _SPEAKING for turn in turns for step in turn):
        named = [turn or _named(node, path) for turn, (node, path) in zip(turns, told, strict=True)]
        found = named if all(named) else []
    return [step for steps in found for step in steps]


_SPEAKING = (StepKind.PROMPT, StepKind.OUTPUT)
_TELLING = frozenset({*_SPEAKING, StepKind.SYSTEM, StepKind.THINKING, _CALL, _RESULT})


def turn(node: Any, path: str) -> list[Step]:
    """The step of an object among others that are a conversation, where it says whose it is; else none."""
    if not isinstance(node, dict):
        return []
    if text(node, "role") and _asks(node):
        return message_steps(node, path, "assistant")
    return [step for step in _turn(node, path) if step.kind in _TELLING]


def _turn(node: Mapping[str, Any], path: str) -> list[Step]:
    words = (text(node, name).lower().replace("-", "_").replace(" ", "_") for name in _WHO)
    kind = next((_WORDS[said] for said in words if said in _WORDS), None)
    if kind is None:
        return []
    if kind is _CALL:
        inner = node["function"] if isinstance(node.get("function"), dict) else _written(node)
        name = first(inner, _TOOL) or first(node, _TOOL)
        given = next((each[key] for each in (inner, node) for key in (*_GIVEN, *_WHAT) if key in each), None)
        return [Step(0, kind, arguments_of(given), name, first(node, (*_CALLED, "id")), path=path)]
    if kind is StepKind.OUTPUT and _asks(node):
        return message_steps(node, path, "assistant")
    content = next((found for name in _WHAT if (found := content_of(node.get(name))) not in _NOTHING), None)
    if content is None:
        return []
    step = Step(0, kind, content, path=path)
    if kind is _RESULT:
        step.name, step.call_id = first(node, _TOOL), first(node, _CALLED)
    return [step]


def _written(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """The call itself, where it is JSON in the text of what is said."""
    for name in _WHAT if not first(node, _TOOL) else ():
        told = arguments_of(node.get(name)) if isinstance(node.get(name), str) else None
        if isinstance(told, dict) and first(told, _TOOL) and any(given in told for given in _GIVEN):
            return told
    return node


def _asks(node: Mapping[str, Any]) -> bool:
    """Whether it asks tools beside what it says."""
    return any(node.get(name) for name in _CALLS)


def _named(node: Mapping[str, Any], path: str) -> list[Step]:
    """What an agent of several says, whose role is a name: `{"role": "Planner (thought)", "content": "..."}`. Authors
    and senders with names are people."""
    if text(node, "role") and _asks(node):
        return message_steps(node, path, "assistant")
    who, said = text(node, "role"), text(node, "content")
    if not who or not said:
        return []
    name, _, aside = who.partition("(")
    kind = _WORDS.get(aside.strip(" )").lower(), StepKind.OUTPUT)
    return [Step(0, kind, said, name=name.strip(), path=path)]


def _act(node: Mapping[str, Any], path: str, least: int = 2) -> list[Step]:
    """What was thought, done and seen in one step of an agent: so many of them at least, and what was done."""
    thought, acted, observed = (
        next((name for name in names if node.get(name)), "") for names in (_THOUGHT, _ACTED, _OBSERVED)
    )
    if not acted or (least > 1 and not (thought or observed)) or not isinstance(node[acted], str | dict):
        return []
    steps = [Step(0, StepKind.THINKING, node[thought], path=path + escaped_name(thought))] if thought else []
    inner = node[acted] if isinstance(node[acted], dict) else node
    name = node[acted] if isinstance(node[acted], str) else first(inner, _TOOL)
    given = next((inner[each] for each in _GIVEN if each in inner), None)
    steps.append(Step(0, _CALL, arguments_of(given), name, path=path + escaped_name(acted)))
    if observed:
        steps.append(Step(0, _RESULT, node[observed], name, path=path + escaped_name(observed)))
    return steps
