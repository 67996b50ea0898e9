"""Whether what is done with a text takes time that grows as the text does."""

from __future__ import annotations

import time
from collections.abc import Callable

TIMES = 10


def is_linear(work: Callable[[int], object], size: int, least: float) -> bool:
    """Whether ten times as much takes at most twenty times as long. `work` is given the characters to work on; of
    `size` it is taken to need at least so many seconds, below which clocks say little."""

    def spent(characters: int) -> float:
        begun = time.process_time()
        work(characters)
        return time.process_time() - begun

    spent(1000)
    return spent(TIMES * size) < 2 * TIMES * max(spent(size), least)
