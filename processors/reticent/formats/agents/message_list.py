"""What frameworks that keep messages share: one message, or an object whose `messages` are a list of them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from ...model import Step
from ..providers.blocks import ASKED, items
from ..providers.provider import Provider
from ..providers.streams import Run


class MessageList(Provider):
    @abstractmethod
    def is_message(self, node: Any) -> bool:
        """Of any JSON value."""

    @abstractmethod
    def steps(self, message: Mapping[str, Any], path: str) -> list[Step]:
        """Of one message, which stands at `path`."""

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        messages = items(document, "messages")
        return all(map(self.is_message, messages[:ASKED])) if messages else self.is_message(document)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        messages = items(document, "messages")
        for index, message in enumerate(messages):
            if isinstance(message, dict):
                run.answered(self.steps(message, f"{path}['messages'][{index}]"))
        if not messages:
            run.answered(self.steps(document, path))
