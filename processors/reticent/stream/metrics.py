"""What a worker counts: plain numbers that processes can send one another, rendered for Prometheus in one place.

No label ever holds a payload value, a token or an id.
"""

from __future__ import annotations

import bisect
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds of the histograms, in seconds."""


@dataclass(frozen=True, slots=True)
class _Definition:
    kind: type[CounterMetricFamily] | type[GaugeMetricFamily] | type[HistogramMetricFamily]
    help: str
    labels: tuple[str, ...]


_DEFINITIONS: Mapping[str, _Definition] = {
    "reticent_records": _Definition(CounterMetricFamily, "Records processed and committed.", ("role",)),
    "reticent_bytes": _Definition(CounterMetricFamily, "Bytes of the values of those records.", ("role",)),
    "reticent_skipped": _Definition(CounterMetricFamily, "Records read again below the committed offset.", ("role",)),
    "reticent_outputs": _Definition(CounterMetricFamily, "Records written, by logical topic.", ("role", "topic")),
    "reticent_verdicts": _Definition(CounterMetricFamily, "Verdicts, by kind.", ("role", "verdict")),
    "reticent_retries": _Definition(CounterMetricFamily, "Transactions and writes tried again.", ("role", "cause")),
    "reticent_replaced": _Definition(CounterMetricFamily, "Records with an output beyond the limit.", ("role",)),
    "reticent_lag": _Definition(GaugeMetricFamily, "Records waiting.", ("role", "topic", "partition")),
    "reticent_owned": _Definition(GaugeMetricFamily, "Partitions owned.", ("role",)),
    "reticent_transaction_seconds": _Definition(HistogramMetricFamily, "Time of a transaction.", ("role",)),
    "reticent_process_seconds": _Definition(HistogramMetricFamily, "Time of judging a chunk.", ("role",)),
    "reticent_write_seconds": _Definition(HistogramMetricFamily, "Time of a sink's write.", ("role",)),
    "reticent_restarts": _Definition(CounterMetricFamily, "Worker processes started again after a crash.", ()),
    "reticent_processes": _Definition(GaugeMetricFamily, "Worker processes that run.", ()),
}

GAUGES = frozenset(name for name, definition in _DEFINITIONS.items() if definition.kind is GaugeMetricFamily)

Labels = tuple[str, ...]
Snapshot = dict[str, dict[Labels, list[float]]]
"""Metric to label values to numbers: [value], or for a histogram one count a bucket, the last one's overflow, and
the sum."""


class Metrics:
    """Counters of one process. Not for several threads."""

    def __init__(self) -> None:
        self._values: Snapshot = {}

    def count(self, name: str, *labels: str, by: float = 1.0) -> None:
        self._cell(name, labels, 1)[0] += by

    def set(self, name: str, *labels: str, to: float) -> None:
        self._cell(name, labels, 1)[0] = to

    def clear(self, name: str) -> None:
        """Forgets a gauge's values (partitions that went to another worker)."""
        self._values.pop(name, None)

    def observe(self, name: str, *labels: str, seconds: float) -> None:
        cell = self._cell(name, labels, len(BUCKETS) + 2)
        cell[bisect.bisect_left(BUCKETS, seconds)] += 1
        cell[-1] += seconds

    @contextmanager
    def timed(self, name: str, *labels: str) -> Iterator[None]:
        """Observes the time of a block that ends without an exception."""
        start = time.perf_counter()
        yield
        self.observe(name, *labels, seconds=time.perf_counter() - start)

    def snapshot(self) -> Snapshot:
        return {name: {labels: list(cell) for labels, cell in cells.items()} for name, cells in self._values.items()}

    def _cell(self, name: str, labels: Labels, size: int) -> list[float]:
        cells = self._values.setdefault(name, {})
        if labels not in cells:
            if len(labels) != len(_DEFINITIONS[name].labels):
                raise ValueError(f"{name} has the labels {_DEFINITIONS[name].labels}")
            cells[labels] = [0.0] * size
        return cells[labels]


def merge(snapshots: Iterable[Snapshot]) -> Snapshot:
    """Sums of several processes' numbers; also right for gauges here, because a partition has one owner."""
    total: Snapshot = {}
    for snapshot in snapshots:
        for name, cells in snapshot.items():
            into = total.setdefault(name, {})
            for labels, cell in cells.items():
                into[labels] = [a + b for a, b in zip(into[labels], cell, strict=True)] if labels in into else cell
    return total


def render(snapshot: Snapshot) -> bytes:
    """Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(snapshot))
    return generate_latest(registry)


class _Collector:
    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def collect(self) -> Iterator[Metric]:
        for name, definition in _DEFINITIONS.items():
            family = definition.kind(name, definition.help, labels=definition.labels)
            for labels, cell in self._snapshot.get(name, {}).items():
                if isinstance(family, HistogramMetricFamily):
                    family.add_metric(labels, buckets=_cumulated(cell[:-1]), sum_value=cell[-1])
                else:
                    family.add_metric(labels, cell[0])
            yield family


def _cumulated(counts: list[float]) -> list[tuple[str, float]]:
    total, buckets = 0.0, []
    for bound, count in zip([*map(str, BUCKETS), "+Inf"], counts, strict=True):
        total += count
        buckets.append((bound, total))
    return buckets
