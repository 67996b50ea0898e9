"""What a document that no format claims holds of a conversation, in an envelope of somebody's own making: requests
beside responses, lists of messages beside the answer to them, whether of a format or in everybody's words (worded.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..model import Step, StepKind
from .providers.blocks import all_are, arguments_of, items
from .providers.provider import Provider
from .providers.resembling import resembling
from .providers.rows import claiming, feed
from .providers.streams import Run
from .tree import escaped_name
from .worded import ANSWERS, SYSTEM, turn, worded

_DEPTH = 6
_LOOKED_AT = 10_000
"""Objects and lists of a document."""
_GOALS = ("goal", "task", "intent", "instruction", "objective", "problem_statement")
_DONE = ("steps", "trajectory", "actions")
_FOUND = frozenset({
    "documents", "source_documents", "sourceDocuments", "retrieved_documents", "retrievedDocuments",
    "retrieval_results", "retrievalResults", "retrieved_chunks", "retrievedReferences", "contexts", "chunks", "sources",
    "source_nodes", "search_results", "searchResults", "references", "citations", "matches",
})  # fmt: skip
"""Names of lists of what was looked up."""
_TEXTS = ("content", "text", "page_content", "pageContent", "snippet", "chunkInfo", "node", "document")
_LOOKED_UP = frozenset({"score", "distance", "similarity", "relevance_score", "relevanceScore", "metadata", "meta",
                        "page_content", "pageContent", "location", "chunkInfo"})  # fmt: skip
"""One of these it has beside its text, or an object around that."""
_BRACKETS = ("{", "[")
_DATA = "data:"
_EVENTS = (_DATA, "event:")
"""How a text of server-sent events begins."""
_RANK = {**dict.fromkeys(SYSTEM, -1), **dict.fromkeys(ANSWERS, 1)}


def tell(run: Run, node: Any, path: str) -> bool:
    """Tells the run what its parts say together; False where nobody says anything in it. Raises nothing on any tree."""
    return isinstance(node, dict | list) and _Reader(run).tell(node, path, _DEPTH)


class _Reader:
    def __init__(self, run: Run) -> None:
        self._run = run
        self._left = _LOOKED_AT

    def tell(self, node: Any, path: str, depth: int) -> bool:
        """Whether anything was told in it. What came back is told last, whatever the order in which it is written."""
        self._left -= 1
        if self._left < 0:
            return False
        if self._claimed(node, path):
            return True
        if steps := worded(node, path):
            self._run.answered(steps)
            return True
        found = isinstance(node, dict) and (self._aimed(node, path) | self._instructed(node, path))
        for name in _order(node):
            value = node[name]
            if isinstance(value, str):
                if value[:1] in _BRACKETS and isinstance(inner := arguments_of(value), dict | list):
                    found |= bool(depth) and self.tell(inner, f"{path}{_segment(name)}$", depth - 1)
                elif value.startswith(_EVENTS) and (events := _events(value)):
                    found |= self._streamed(events, f"{path}{_segment(name)}$")
                elif found and name in ANSWERS:
                    self._answer(value, path + _segment(name))
            elif name in _FOUND and isinstance(value, list) and all_are(value, _is_found):
                self._run.answered([Step(0, StepKind.RETRIEVAL, value, path=path + _segment(name))])
                found = True
            elif isinstance(value, dict | list) and value and depth:
                told = self.tell(value, path + _segment(name), depth - 1)
                if found and not told and name in ANSWERS:
                    self._answers(value, path + _segment(name))
                found |= told
        return found

    def _aimed(self, node: dict[str, Any], path: str) -> bool:
        """What an agent was to reach stands beside what it did."""
        name = next((name for name in _GOALS if isinstance(node.get(name), str) and node[name]), "")
        if not name or not any(worded(node[each], "") for each in _DONE if isinstance(node.get(each), list)):
            return False
        self._run.answered([Step(0, StepKind.PROMPT, node[name], path=path + _segment(name))])
        return True

    def _instructed(self, node: dict[str, Any], path: str) -> bool:
        """Instructions stand beside the turns that follow them."""
        name = next((name for name in SYSTEM if isinstance(node.get(name), str) and node[name]), "")
        if not name or not any(isinstance(each, list) and each and worded(each, "") for each in node.values()):
            return False
        self._run.answered([Step(0, StepKind.SYSTEM, node[name], path=path + _segment(name))])
        return True

    def _claimed(self, node: Any, path: str) -> bool:
        """Of a format: a document, or a list of them."""
        provider: Provider | None = claiming(node) if isinstance(node, dict) else resembling(node)
        if provider is None:
            return False
        if isinstance(node, list):
            self._tell_items(provider, node, path)
        else:
            provider.tell(self._run, path, node)
        if isinstance(node, dict) and items(node, "messages"):
            for name in ANSWERS:
                self._answer(node.get(name), path + escaped_name(name))
        return True

    def _tell_items(self, provider: Provider, nodes: list[Any], path: str) -> None:
        """Those that are not claimed may say in everybody's words whose they are."""
        places = [f"{path}[{index}]" for index in range(len(nodes))]
        odd = [() if provider.claims(node) else turn(node, at) for node, at in zip(nodes, places, strict=True)]
        if not any(odd):
            provider.tell(self._run, path, nodes)
            return
        for node, place, steps in zip(nodes, places, odd, strict=True):
            if steps:
                self._run.answered(steps)
            else:
                provider.tell(self._run, place, node)

    def _streamed(self, events: list[Any], path: str) -> bool:
        """What a body says whose client asked for a stream."""
        self._left -= len(events)
        told = [feed(self._run, f"{path}[{at}]", event) for at, event in enumerate(events if self._left >= 0 else ())]
        return any(told)

    def _answers(self, said: Any, path: str) -> None:
        """A text in an object, or several in a list."""
        if isinstance(said, dict):
            self._answer(said.get("text"), path + "['text']")
        elif all(isinstance(each, str) for each in said):
            for index, each in enumerate(said[:_LOOKED_AT]):
                self._answer(each, f"{path}[{index}]")

    def _answer(self, said: Any, path: str) -> None:
        step = Step(0, StepKind.OUTPUT, said, path=path)
        if isinstance(said, str) and said and not self._run.again(step):
            self._run.answered([step])


def _is_found(node: Any) -> bool:
    if not isinstance(node, dict) or _LOOKED_UP.isdisjoint(node):
        return False
    held = next((node[name] for name in _TEXTS if node.get(name)), None)
    return isinstance(held, str) or (isinstance(held, dict) and any(isinstance(held.get(name), str) for name in _TEXTS))


def _events(text: str) -> list[Any]:
    """Objects that the lines of server-sent events hold."""
    lines = (line.removeprefix(_DATA) for line in text.splitlines() if line.startswith(_DATA))
    return [event for line in lines if isinstance(event := arguments_of(line.strip()), dict)]


def _order(node: dict[str, Any] | list[Any]) -> Iterable[Any]:
    """Names or indices: what came back last, whatever the order in which they were written."""
    if isinstance(node, list):
        return range(len(node))
    return node if _RANK.keys().isdisjoint(node) else sorted(node, key=lambda name: _RANK.get(name, 0))


def _segment(name: str | int) -> str:
    return escaped_name(name) if isinstance(name, str) else f"[{name}]"
