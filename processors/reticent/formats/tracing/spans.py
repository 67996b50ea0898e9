"""Spans, whoever recorded them, to the steps of one trace: in order of time, and each message once.

A tracing convention (genai.py, openinference.py, ...) reads what one span says; here that becomes a run.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ...model import Step, StepKind, rfc3339
from ...steps import split_path
from ..providers.blocks import arguments_of, content_of, first, text
from ..transcript import Transcript, repeat
from . import conversation

Locate = Callable[[str, str], str]
"""The path in the document of what has a normalised path within the value of an attribute: (name, path)."""


_NOTHING: Sequence[Any] = (None, "", [], {})


class Attributes:
    """The attributes of a span or an event, as plain values."""

    __slots__ = ("locate", "values")

    def __init__(self, values: Mapping[str, Any], locate: Locate) -> None:
        self.values, self.locate = values, locate

    def text(self, *names: str) -> str:
        """The first of these that is a text."""
        return first(self.values, names)

    def first(self, *names: str) -> str:
        """The first of these names that there is; empty where there is none."""
        for name in names:
            found = self.values.get(name)
            if found or found not in _NOTHING:
                return name
        return ""

    def tree(self, name: str) -> Any:
        """The value, and of JSON in a string what it says."""
        value = self.values.get(name)
        return arguments_of(value) if isinstance(value, str) else value

    def place(self, name: str, within: str = "$") -> str:
        """Where an attribute stands, or what lies within it; JSON in a string has no places within, but a path of its
        own (steps.py), which stays behind that of the string."""
        if not name:
            return ""
        if isinstance(self.values.get(name), str):
            return self.locate(name, "$")
        outer, inner = split_path(within)
        return self.locate(name, outer) + inner

    def placed(self, name: str, steps: list[Step]) -> list[Step]:
        """Steps read from an attribute's `tree`, with their paths in the document from now on."""
        whole = self.place(name) if isinstance(self.values.get(name), str) else ""

        def placed(path: str) -> str:
            # the path within JSON in a string stands behind that of the string (steps.py)
            return whole + path.rstrip("$") if whole else self.place(name, path)

        for step in steps:
            step.path, step.further = placed(step.path), [placed(each) for each in step.further]
        return steps


def below(path: str, within: str) -> str:
    """Where in a tree of JSON lies what has the path `within` in the value that stands at `path`."""
    return path + within.removeprefix("$")


class Event(msgspec.Struct, gc=False):
    """Something that happened during a span, or a log record."""

    name: str
    attributes: Attributes
    at: str
    path: str


class Span(msgspec.Struct, gc=False):
    """`error`: what the status says where it is an error's, and `told` where that stands, if not in the status. `at`:
    sorts spans by their beginning."""

    id: str
    parent: str
    name: str
    attributes: Attributes
    path: str
    at: float = 0.0
    until: float = 0.0
    started_at: str = ""
    ended_at: str = ""
    events: list[Event] = []
    failed: bool = False
    error: str = ""
    told: str = ""


class Reading(msgspec.Struct, gc=False):
    """What a span says. A call of a model: what it was `sent`, all history with it, and what it `answered`. A tool:
    the `tool` call and its result. `steps`: what stands for itself. `events`: names of events that were read."""

    sent: list[Step] = []
    answered: list[Step] = []
    tool: list[Step] = []
    steps: list[Step] = []
    events: frozenset[str] = frozenset()

    @property
    def model(self) -> bool:
        return bool(self.sent or self.answered)

    def __bool__(self) -> bool:
        return bool(self.sent or self.answered or self.tool or self.steps)


Convention = Callable[[Span], Reading | None]


def steps_of(spans: Sequence[Span], conventions: Sequence[Convention], otherwise: Convention) -> list[Step]:
    """The steps of a trace. `otherwise` is asked about spans in which nothing was read, where no span is a call of a
    model. Raises nothing on any span."""
    above = above_of(spans)
    places = _places(spans, above)
    readings = [_reading(span, conventions) for span in spans]
    if not any(found.model for found in readings):
        readings = [found or _reading(span, (otherwise,)) for span, found in zip(spans, readings, strict=True)]
    failures = [_failures(span) for span in spans]
    models = {number for number, found in enumerate(readings) if found.model}
    tools = {number for number, found in enumerate(readings) if found.tool}
    wrappers, around = _wrappers(spans, above, models), _wrappers(spans, above, models | tools)
    asking = _wrappers(spans, above, (number for number in models - wrappers if readings[number].sent))
    again = _told_below(spans, failures, above)
    # a span around others sums them up: what they did not show is told at its end
    summing = {n for n in {*above, *again} if n is not None and (failures[n] or (n in wrappers and n in models))}
    ends = _ends(spans, above) if summing else []
    moments = [(span.at, 0, places[number], number) for number, span in enumerate(spans)]
    moments += [(ends[number], 1, -places[number], number) for number in summing]
    run = _Run(again, models=bool(models))
    for _, last, _, number in sorted(moments):
        span, reading = spans[number], readings[number]
        if not last:
            run.open(span, reading, wraps=number in wrappers, around=number in around)
            if number in wrappers and number not in asking:  # nothing below says what the model was asked
                run.transcript.call(reading.sent)
        elif number in wrappers:
            run.close(reading)
        if last or number not in summing:
            run.fail(number, failures[number])
    return run.transcript.steps


def _reading(span: Span, conventions: Sequence[Convention]) -> Reading:
    for convention in conventions:
        found = convention(span)
        if found:
            break
    else:
        return Reading()
    instructions = [step for step in found.answered if step.kind is StepKind.SYSTEM]
    if instructions:  # some answers repeat them
        known = {str(step.content): step for step in found.sent if step.kind is StepKind.SYSTEM}
        for step in instructions:
            if (told := known.get(str(step.content))) is not None:
                repeat(told, step)
        found.sent[:0] = [step for step in instructions if str(step.content) not in known]
        found.answered = [step for step in found.answered if step.kind is not StepKind.SYSTEM]
    return found


_NESTING_MOST = 64


def above_of(spans: Sequence[Span]) -> list[int | None]:
    """Of each span the number of the one it stands in."""
    known = {span.id: number for number, span in enumerate(spans) if span.id}
    return [known.get(span.parent) for span in spans]


def ancestors(number: int, above: Sequence[int | None]) -> Iterator[int]:
    """The spans that one stands in, the nearest first."""
    outer = above[number]
    for _ in range(_NESTING_MOST):  # ids may go round in circles
        if outer is None:
            return
        yield outer
        outer = above[outer]


def _places(spans: Sequence[Span], above: Sequence[int | None]) -> Sequence[int]:
    """Of each span its place among those that began when it did: what it stands in comes first. Some clocks tell
    milliseconds, and a span is told of when it has ended."""
    if len({span.at for span in spans}) == len(spans):
        return range(len(spans))
    ways = [[number, *ancestors(number, above)][::-1] for number in range(len(spans))]
    order = sorted(range(len(spans)), key=lambda number: [(spans[each].at, each) for each in ways[number]])
    places = [0] * len(spans)
    for place, number in enumerate(order):
        places[number] = place
    return places


def _ends(spans: Sequence[Span], above: Sequence[int | None]) -> list[float]:
    """Of each span when the last of it ended; of some nobody says."""
    found = [max(span.at, span.until) for span in spans]
    for number, span in enumerate(spans):
        for outer in ancestors(number, above):
            found[outer] = max(found[outer], span.at, span.until)
    return found


def _wrappers(spans: Sequence[Span], above: Sequence[int | None], telling: Iterable[int]) -> set[int]:
    """The spans around these: those above them that had not ended when they began."""
    return {
        outer
        for number in telling
        for outer in ancestors(number, above)
        if spans[number].at <= spans[outer].until or not spans[outer].until
    }


def _failures(span: Span) -> list[Step]:
    """What went wrong in a span."""
    if not span.failed and not span.events and _LEVEL not in span.attributes.values:
        return []
    steps = [_event(event) for event in span.events if event.name == _EXCEPTION]
    attributes = span.attributes
    if not steps and attributes.values.get(_LEVEL) == "ERROR":
        said = attributes.text(_MESSAGE)
        steps = [Step(0, StepKind.ERROR, said, name=span.name, path=attributes.place(_MESSAGE if said else _LEVEL))]
    if not steps and span.failed:
        path = span.told or span.path + "['status']"
        steps = [Step(0, StepKind.ERROR, span.error, name=span.name, path=path)]
    _time(span, steps)
    return steps


_EXCEPTION = "exception"
_LEVEL, _MESSAGE = "langfuse.observation.level", "langfuse.observation.status_message"


def _told_below(
    spans: Sequence[Span], failures: Sequence[Sequence[Step]], above: Sequence[int | None]
) -> dict[int, set[Any]]:
    """Of spans the errors of those in them, which go up from one to the other. Some clients tell no span's parent: it
    is one that began before and ended after it, and failed alike."""
    found: dict[int, set[Any]] = {}
    failed = [number for number, steps in enumerate(failures) if steps]
    for number in failed:
        said = {_same_error(step) for step in failures[number]}
        for outer in ancestors(number, above):
            found.setdefault(outer, {""}).update(said)
        for outer in failed if len(failed) <= _FAILED_MOST else ():
            around = spans[outer].at < spans[number].at and spans[number].until <= spans[outer].until
            if around and any(_same_error(step) in said for step in failures[outer]):
                found.setdefault(outer, set()).update(said)
    return found


_FAILED_MOST = 64
"""Spans that failed and are looked at one by one."""


class _Run:
    """Puts readings together, one span after the other. `below`: of a span, by its number, what errors it may tell
    again. `models`: whether any span is a call of a model."""

    def __init__(self, below: Mapping[int, Collection[Any]], *, models: bool) -> None:
        self.transcript = Transcript()
        self._below, self._models = below, models
        self._errors: dict[Any, Step] = {}

    def open(self, span: Span, reading: Reading, *, wraps: bool, around: bool) -> None:
        """`wraps`: there are calls of a model below it. `around`: there is anything below it that tells of itself."""
        _time(span, [*reading.sent, *reading.answered, *reading.tool, *reading.steps])
        if not reading or (reading.model and wraps):
            about = "" if reading or around else _about(span, self._models)
            step = Step(0, StepKind.EVENT, about, name=span.name, path=span.path)
            _time(span, [step])
            self.transcript.add(step)
        elif reading.model:
            self.transcript.call(reading.sent, reading.answered)
        for step in reading.tool:
            self.transcript.record(step)
        self.transcript.extend(reading.steps)
        for event in span.events:
            if event.name not in reading.events and event.name != _EXCEPTION:
                self.transcript.add(_event(event))

    def close(self, reading: Reading) -> None:
        self.transcript.call([*reading.sent, *reading.answered], summed=len(reading.sent))

    def fail(self, number: int, steps: Sequence[Step]) -> None:
        for step in steps:
            said = _same_error(step)
            if said in self._below.get(number, ()):
                told = self._errors.get(said)
                if not step.content and self._errors:  # it only says that something failed
                    told = next(reversed(self._errors.values()))
                if told is not None:
                    repeat(told, step)
                    continue
            self._errors[said] = self.transcript.add(step)


def _same_error(step: Step) -> Any:
    """By what an error is known where it goes up: what stands before the places in code that it came through, and of
    an object the error in it (OpenAI's agents say of each span what they were about)."""
    said = step.content
    if isinstance(said, str) and _TRACEBACK in said:
        before = said.partition(_TRACEBACK)[0].strip()
        return before or said.strip().rpartition("\n")[2]
    if isinstance(said, str) and _WITHIN in said[:_WITHIN_MOST]:
        return said.partition(_WITHIN)[2].rstrip("}")
    return said


_TRACEBACK = "Traceback (most recent call last):"
_WITHIN, _WITHIN_MOST = "'error': ", 160


def _time(span: Span, steps: Iterable[Step]) -> None:
    began, ended = span.started_at, span.ended_at
    for step in steps:
        step.started_at = step.started_at or began
        step.ended_at = step.ended_at or ended


INPUTS = ("input.value", "input", "traceloop.entity.input", "langfuse.observation.input", "lmnr.span.input",
           "genkit:input", "haystack.component.input", "ai.values", "ai.value")  # fmt: skip
OUTPUTS = ("output.value", "output", "traceloop.entity.output", "langfuse.observation.output", "lmnr.span.output",
            "genkit:output", "haystack.component.output")  # fmt: skip


def _about(span: Span, models: bool) -> Any:
    """What a span that no convention knows was given, and gave. `models`: whether calls of models tell messages."""
    attributes = span.attributes
    names = {"input": attributes.first(*INPUTS), "output": attributes.first(*OUTPUTS)}
    found = {side: attributes.tree(name) for side, name in names.items() if name}
    # a state of messages is handed from node to node: who said them has told them
    return {
        side: value
        for side, value in found.items()
        if not _is_state(value) and not (models and conversation.tells(value))
    } or ""


def _is_state(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("messages"), list)


def _event(event: Event) -> Step:
    values = event.attributes.values
    if event.name != _EXCEPTION:
        content = dict(values) or ""
        return Step(0, StepKind.EVENT, content, name=event.name, path=event.path, started_at=event.at)
    said = text(values, "exception.message") or text(values, "exception.stacktrace")
    name = text(values, "exception.type") or event.name
    return Step(0, StepKind.ERROR, said, name=name, path=event.path, started_at=event.at)


def tool_steps(span: Span, name: str, call_id: str, sent: str, answered: str) -> list[Step]:
    """The call and the result of a tool's span, by the attributes that hold them; empty names where there are none."""
    attributes = span.attributes
    message = tool_message(attributes, answered) if answered else None
    if message is not None:
        name, call_id = text(message, "name") or name, text(message, "tool_call_id") or call_id
    call = Step(
        0, StepKind.TOOL_CALL, _given(attributes.tree(sent)) if sent else {}, name=name, call_id=call_id,
        path=attributes.place(sent) or span.path,
    )  # fmt: skip
    if not answered:
        return [call]
    # a text that happens to be JSON is a text to the model, too
    content = content_of(_gave(attributes.values[answered]) if message is None else message.get("content"))
    result = Step(0, StepKind.TOOL_RESULT, content, name=name, call_id=call_id, path=attributes.place(answered))
    return [call, result]


def _given(arguments: Any) -> Any:
    """OpenLLMetry writes down how a function was called: what it was called with, where that is one thing."""
    if not isinstance(arguments, dict) or not arguments or not _CALLED.issuperset(arguments):
        return arguments
    args, kwargs = arguments.get("args", []), arguments.get("kwargs", {})
    if args == [] and isinstance(kwargs, dict):
        return kwargs
    return arguments_of(args[0]) if not kwargs and isinstance(args, list) and len(args) == 1 else arguments


def _gave(result: Any) -> Any:
    """LlamaIndex writes down what it was called with beside the blocks that it gave."""
    told = arguments_of(result) if isinstance(result, str) and '"raw_output"' in result else None
    return told["blocks"] if isinstance(told, dict) and _GAVE.issubset(told) else result


_GAVE = frozenset({"blocks", "tool_name", "raw_output"})
_CALLED = frozenset({"args", "kwargs"})


def tool_message(attributes: Attributes, answered: str) -> Mapping[str, Any] | None:
    """What a tool answered, where its recorder kept it as the message that the model is sent."""
    output = attributes.values.get(answered)
    if isinstance(output, str) and "tool_call_id" in output:
        output = attributes.tree(answered)
    if isinstance(output, dict) and isinstance(output.get("output"), dict):  # LangSmith's
        output = output["output"]
    if not isinstance(output, dict):
        return None
    message, _ = conversation.unwrapped(output, "")
    told = "tool" in (text(message, "type"), text(message, "role")) or message.keys() >= _TOOL_MESSAGE
    return message if told and text(message, "tool_call_id") else None


_TOOL_MESSAGE = frozenset({"tool_call_id", "content"})


def written(seconds: float) -> str:
    """As RFC 3339; empty where there is no time, or none that a calendar has."""
    try:
        return rfc3339(seconds) if seconds > 0 else ""
    except (ValueError, OverflowError, OSError):
        return ""
