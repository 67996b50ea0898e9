"""What model providers say of the tokens of an answer: it is the answer once more, in pieces, and in bytes.

Where an answer is masked, or one of its tokens, what else tells them goes, too: bytes, numbers of tokens, and the
alternatives to a token, of which the first is that token.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NAMES = ("logprobs", "logprobsResult")
"""What it stands under, beside a text or in an object beside it."""
TOKENS = ("logprobs/tokens/*/", "logprobs/token_strings/*/")
"""How trails of lists end whose items carry one text on: those of the older interface."""
_TELLING = ("bytes", "tokenId", "token_id")
_OTHERS = ("top_logprobs", "topLogprobs")
_CHOSEN, _CANDIDATES = "chosenCandidates", "topCandidates"

Parents = Mapping[int, tuple[Any, Any]]


class Logprobs:
    """Of one document."""

    def __init__(self) -> None:
        self._bare: set[int] = set()

    def follow(self, container: Any, key: Any, parents: Parents) -> None:
        """Takes away what tells a text that is masked at this place."""
        node, at = container, key
        while True:
            if type(node) is dict:
                for name in _OTHERS:
                    _without_others(node.get(name), node, name, at, key)
                if at == _CHOSEN and type(held := node.get(_CANDIDATES)) is list and type(node.get(at)) is list:
                    _empty(held, self._index(container, node[_CHOSEN], parents))
                for name in NAMES:
                    if type(found := node.get(name)) is dict or type(found) is list:
                        self._strip(found)
                        return
            if (above := parents.get(id(node))) is None:
                return
            node, at = above

    def _strip(self, found: Any) -> None:
        if id(found) in self._bare:
            return
        self._bare.add(id(found))
        stack = [found]
        while stack:
            node = stack.pop()
            if type(node) is dict:
                for name in _TELLING:
                    if name in node:
                        node[name] = [] if type(node[name]) is list else None  # some readers want a list
            stack += [child for child in (node.values() if type(node) is dict else node) if type(child) in (dict, list)]

    @staticmethod
    def _index(container: Any, chosen: Any, parents: Parents) -> int:
        """Of the item of a list in which a container is, or which it is."""
        node: Any = container
        while (above := parents.get(id(node))) is not None:
            if above[0] is chosen:
                return int(above[1])
            node = above[0]
        return -1


def _without_others(held: Any, node: dict[str, Any], name: str, at: Any, key: Any) -> None:
    """Of one token, an object's own list; of lists of tokens, what stands at the same place."""
    if type(held) is list and "token" in node:
        node[name] = []
    elif type(held) is list and at in ("tokens", "token_strings") and type(key) is int and key < len(held):
        held[key] = None
    elif type(held) is dict and "token" in node:
        node[name] = {}


def _empty(held: list[Any], index: int) -> None:
    if 0 <= index < len(held) and type(held[index]) is dict and "candidates" in held[index]:
        held[index]["candidates"] = []
