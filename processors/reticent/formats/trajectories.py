"""Recorded runs of agents as benchmarks write them: an object a run with messages under `traj` or
`chat_history` (AG2), or a list of them; and tau2's results, which list runs with `messages` under `simulations`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import DecodeError
from ..limits import Limits
from ..model import Trace
from . import jsontext
from .blobs import find_blobs
from .document import Document
from .messages import message_steps
from .providers.blocks import ASKED, ROLES, all_are, first, items, text
from .sides import sided
from .transcript import Transcript
from .tree import Dialect, TreeDocument

MEDIA_TYPE = "application/json"
_NAMES = ("traj", "trajectory", "chat_history")
_LIST, _SAID = "simulations", "messages"
_IDS = ("trace_id", "run_id", "instance_id", "task_id", "id")


class Trajectories:
    name = "trajectories"
    members = frozenset({*_NAMES, _LIST})
    holding = members
    media_types: Sequence[str] = ()

    def recognises(self, payload: bytes, tree: Any) -> bool:
        runs = tree if isinstance(tree, list) else [tree]
        if told := items(tree, _LIST):
            return all(_is_run(run, (_SAID,)) for run in told[:ASKED])
        return tree is not None and all_are(runs, _is_run)

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        found = jsontext.parse(payload, limits) if tree is None else tree
        if not any(isinstance(run, dict) for run in (found if isinstance(found, list) else [found])):
            raise DecodeError(
                "wrong-format",
                "trajectories wants an object with messages under `traj`, a list of them, or `simulations`",
            )
        return TreeDocument(found, _DIALECT, source=payload, limits=limits)


def _is_run(node: Any, names: Sequence[str] = _NAMES) -> bool:
    for name in names:
        messages = items(node, name)[:ASKED]
        if messages:
            return all(isinstance(each, dict) and text(each, "role") in ROLES for each in messages)
    return False


def _runs(tree: Any) -> Sequence[tuple[str, Mapping[str, Any]]]:
    nodes, path = (tree, "$") if isinstance(tree, list) else (items(tree, _LIST), f"$['{_LIST}']")
    if nodes:
        return [(f"{path}[{index}]", run) for index, run in enumerate(nodes) if isinstance(run, dict)]
    return [("$", tree)] if isinstance(tree, dict) else []


def _read(tree: Any) -> Sequence[Trace]:
    return [_trace(path, run) for path, run in _runs(tree)]


def _trace(path: str, run: Mapping[str, Any]) -> Trace:
    transcript = Transcript()
    own = any(name in run for name in _NAMES)
    for name in _NAMES if own else (_SAID,):
        for index, message in enumerate(sided(items(run, name))):
            if isinstance(message, dict):
                transcript.extend(message_steps(_worded(message), f"{path}['{name}'][{index}]"))
    attributes = {"model": run["model"]} if isinstance(run.get("model"), str) else {}
    identity = text(run, "trace_id") or first(run, _IDS if own else _IDS[::-1])  # tau2 runs a task several times
    return Trace(identity, text(run, "session_id"), attributes=attributes, steps=transcript.steps)


def _worded(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """Some say it as a text, a system as its prompt."""
    said = first(message, ("text", "system_prompt")) if "content" not in message and "parts" not in message else ""
    return {**message, "content": said} if said else message


def _split(tree: Any) -> Sequence[Sequence[Any]]:
    return [[run] for _, run in _runs(tree)] if isinstance(tree, list) or items(tree, _LIST) else ()


_DIALECT = Dialect(
    "trajectories", MEDIA_TYPE, _read, check=jsontext.refuse_repeats, blobs=find_blobs, split=_split, ties=_IDS
)
