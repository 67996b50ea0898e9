"""What the cells of a table are, however it is written."""

from __future__ import annotations

import re

Cell = tuple[str, int, int]
"""The name of its column, and where it begins and ends, in characters of the text."""
CELL_LEAST = 2
"""Characters of a cell that may tell something of somebody."""
NAME_MOST = 60
"""Characters of a column's name: its end."""
MARKUP = re.compile(r"<[^<>]*+>")
