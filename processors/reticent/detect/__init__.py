"""Detection: leaves of documents to exact spans. Candidates by Hyperscan, spans by RE2, judgement by validators."""

from .clean import Clean
from .database import Store
from .detector import Detector
from .spans import Span

__all__ = ["Clean", "Detector", "Span", "Store"]
