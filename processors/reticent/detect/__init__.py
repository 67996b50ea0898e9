"""Detection: leaves of documents to exact spans. Candidates by Hyperscan, spans by RE2, judgement by validators."""

from .database import Store
from .detector import Detector
from .spans import Span

__all__ = ["Detector", "Span", "Store"]
