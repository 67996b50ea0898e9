"""What is done about a span: the policy's choice for where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from .detect import Span
from .formats.document import Document, Part
from .masking import Choose
from .model import Action
from .policy import CompiledPolicy
from .steps import StepIndex


def chooser(policy: CompiledPolicy, document: Document, tenant: str, spans: Sequence[Span]) -> Choose:
    """What the policy's applications say about each of the spans; steps are read where the policy asks for them, and
    before anything is masked."""
    format = document.format
    index = StepIndex(document.traces()) if policy.needs_steps and spans else None

    def choose(span: Span, path: str) -> Action:
        step = ""
        if index is not None:
            step = index.kind(path, document.leaves().now(span.leaf) if span.part is Part.VALUE else "", span.start)
        return policy.action(span.rule, span.category, format=format, tenant=tenant, step=step, path=path)

    return choose
