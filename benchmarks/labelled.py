"""How many of the labelled credentials of public repositories are found, and how many labelled look-alikes with them.

    python benchmarks/labelled.py CREDDATA [--only REPOSITORY ...]

CREDDATA is a checkout of Samsung/CredData whose `data/` its own `download_data.py` has filled; files that are not
there are left out, and counted. A label is found when a finding touches one of its lines, as CredSweeper's own
benchmark counts. `value`: of labels that say no, those whose own value was masked, and not another of the same line.
"""

from __future__ import annotations

import argparse
import csv
import re
import time
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reticent import Scanner, yamlfile
from reticent.errors import LimitError
from reticent.policy.compile import compile_policy

POLICIES = {
    "default secrets": "version: 1\npacks: [secrets]\n",
    "with identifiers, placeholders": "version: 1\npacks: [secrets, identifiers, placeholders]\n",
}
_LINE = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Label:
    """Lines count from 1. `value`: first and last character in its first line, where the label says them."""

    first: int
    last: int
    credential: bool
    uuid: bool
    value: tuple[int, int] | None


def labels(root: Path, only: frozenset[str]) -> dict[Path, list[Label]]:
    """Labels by file; those that its authors leave out of their own count (X) are left out."""
    found: defaultdict[Path, list[Label]] = defaultdict(list)
    for table in sorted((root / "meta").glob("*.csv")):
        if only and table.stem not in only:
            continue
        with table.open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                if row["GroundTruth"] not in ("T", "F"):
                    continue
                start, end = (int(float(row[name] or -1)) for name in ("ValueStart", "ValueEnd"))
                found[root / row["FilePath"]].append(
                    Label(
                        int(row["LineStart"]),
                        int(row["LineEnd"]),
                        row["GroundTruth"] == "T",
                        row["Category"] == "UUID",
                        (start, end) if 0 <= start < end else None,
                    )
                )
    return found


def judged(scanner: Scanner, text: str, wanted: list[Label]) -> Iterator[tuple[Label, bool, bool]]:
    """Each label, whether its lines are touched, and whether its own value is. Raises LimitError."""
    begins = [0, *(end.end() for end in _LINE.finditer(text))]
    spans = [(each.start, each.end) for each in scanner.scan(text)]
    touched = {
        line
        for start, end in spans
        for line in range(bisect_right(begins, start), bisect_right(begins, max(start, end - 1)) + 1)
    }
    for label in wanted:
        if label.last > len(begins):
            continue
        hit = any(line in touched for line in range(label.first, label.last + 1))
        own = hit
        if label.value is not None:
            first, last = (begins[label.first - 1] + place for place in label.value)
            own = any(start < last and first < end for start, end in spans)
        yield label, hit, own


def measure(name: str, policy: str, files: dict[Path, list[Label]]) -> None:
    scanner = Scanner(compile_policy(yamlfile.parse(policy, name), Path()))
    count: Counter[str] = Counter()
    size, began = 0, time.process_time()
    for path, wanted in files.items():
        text = path.read_bytes().decode("utf-8", "replace")
        size += len(text)
        try:
            for label, hit, own in judged(scanner, text, wanted):
                group = ("uuid " if label.uuid else "") + ("yes" if label.credential else "no")
                count[group] += 1
                count[group + " hit"] += hit
                count[group + " own"] += own
        except LimitError as error:
            count[error.code] += 1
    speed = size / 1e6 / (time.process_time() - began)
    yes, uuids, no = count["yes"], count["uuid yes"], max(1, count["no"] + count["uuid no"])
    found, false = count["yes hit"], count["no hit"] + count["uuid no hit"]
    value = count["no own"] + count["uuid no own"]
    print(
        f"{name:32}{found / max(1, yes):8.1%}{(found + count['uuid yes hit']) / max(1, yes + uuids):8.1%}"
        f"{false / no:9.1%}{value / no:8.1%}{speed:9.1f}   of {yes}, {yes + uuids}, {no}"
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("creddata", type=Path)
    arguments.add_argument("--only", nargs="*", default=[], help="repositories, by the names of their tables")
    given = arguments.parse_args()
    wanted = labels(given.creddata, frozenset(given.only))
    files = {path: found for path, found in wanted.items() if path.is_file()}
    if not files:
        raise SystemExit(f"{given.creddata}: no labelled file is there; run its download_data.py first")
    print(f"{len(files)} files, {len(wanted) - len(files)} that are not there")
    print(f"{'':32}{'found':>8}{'+ UUID':>8}{'false':>9}{'value':>8}{'MB/s CPU':>9}")
    for name, policy in POLICIES.items():
        measure(name, policy, files)


if __name__ == "__main__":
    main()
