"""What holds of any document, whatever stands in it."""

from __future__ import annotations

from collections.abc import Callable

from reticent.errors import RecordError
from reticent.formats.document import Document, Part


def check_read_masked_and_written(opened: Callable[[], Document]) -> None:
    """It is refused, or read, masked in every part, and written with the same number of traces."""
    try:
        document = opened()
        leaves = document.leaves()
        count = len(document.traces())
        for leaf in range(len(leaves.texts)):
            document.replace(leaf, Part.VALUE, None if leaf % 3 == 0 else "MASKED")
            document.replace(leaf, Part.KEY, "MASKED")
            document.path(leaf)
        assert len(document.traces()) == count
        document.encode()
        document.encode([0])
    except RecordError as error:
        assert error.code  # noqa: PT017 - either it is refused or all of the above holds
