"""reticent keeps AI reasoning traces from leaking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .scanner import Scanner

__version__ = "0.1.0"
__all__ = ["Scanner", "__version__"]


def __getattr__(name: str) -> Any:
    """The engines take a moment to load, and most imports of the package do not need them."""
    if name == "Scanner":
        from .scanner import Scanner  # noqa: PLC0415 - see above

        return Scanner
    raise AttributeError(name)
