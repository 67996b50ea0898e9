"""SWE-agent: a trajectory (.traj), whose history is the run, and whose steps say parts of it again; or a history alone,
whose messages say which agent's they are.

https://swe-agent.com/latest/usage/trajectories
"""

from __future__ import annotations

from typing import Any

from ...model import Step
from ..messages import message_steps
from ..providers.blocks import ASKED, items, text
from ..providers.provider import Provider
from ..providers.streams import Run

_AGAIN = ("response", "thought", "observation")


class SweAgent(Provider):
    name = "swe-agent"
    members = frozenset({"history", "trajectory"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        history, trajectory = items(document, "history"), document.get("trajectory")
        told = [each for each in history[:ASKED] if isinstance(each, dict) and "role" in each and "content" in each]
        if not told:
            return False
        if trajectory is None:
            return all("agent" in each for each in told)
        return "info" in document and isinstance(trajectory, list) and all(map(_is_turn, trajectory[:ASKED]))

    def feed(self, run: Run, path: str, document: Any) -> None:
        known: dict[str, Step] = {}
        for index, message in enumerate(items(document, "history")):
            if not isinstance(message, dict):
                continue
            answering = items(message, "tool_call_ids")
            told = {"tool_call_id": answering[0], **message} if answering else message
            steps = message_steps(told, f"{path}['history'][{index}]")
            run.answered(steps)
            known |= {step.content: step for step in steps if isinstance(step.content, str)}
        for index, turn in enumerate(items(document, "trajectory")):
            for name in _AGAIN if isinstance(turn, dict) else ():
                step = known.get(text(turn, name))
                if step is not None:
                    step.further = [*step.further, f"{path}['trajectory'][{index}]['{name}']"]


def _is_turn(node: Any) -> bool:
    return isinstance(node, dict) and "action" in node and "observation" in node
