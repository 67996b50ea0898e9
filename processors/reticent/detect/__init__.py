"""Detection: leaves of documents to exact spans. Candidates by Hyperscan, spans by RE2, judgement by validators."""

from .candidates.database import Store
from .detector import Detector
from .memory import Memory
from .spans import Span

__all__ = ["Detector", "Memory", "Span", "Store"]
