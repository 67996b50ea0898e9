"""How well people's data is found, beside Presidio where it is: labelled sentences, agent runs, ordinary text.

    python benchmarks/people.py [--corpora FOLDER] [--peers PYTHON] [--made N]

Packs pii, phi and financial as shipped, no dictionary. `--corpora` holds `pii-sentences` and `agent-trajectories`
(default: RETICENT_CORPORA, else ../shared/corpora); without them the made texts stand alone. `--peers` names an
interpreter that has presidio-analyzer. A label counts as found when findings cover half of its characters or more, a
finding as right when half of it or more lies in labels.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import sysconfig
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from people_data.made import Labelled, lookalikes, texts

from reticent.detect import Detector
from reticent.errors import LimitError
from reticent.limits import Limits
from reticent.policy import load_policy
from reticent.policy.packs import load_packs
from reticent.scanner import Scanner

PACKS = ("pii", "phi", "financial")
APART = {"PERSON", "GPE", "ORGANIZATION", "NRP", "TITLE", "DATE_TIME", "DOMAIN_NAME", "ZIP_CODE"}
"""What needs a reader rather than a pattern (names, places), or is nobody's by itself (days, sites, bare codes)."""
Range = tuple[str, int, int]
Find = Callable[[Sequence[str]], list[list[Range]]]


@dataclass
class Tally:
    """Labels, those found by half and whole; findings and those that are right."""

    labels: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    whole: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)


def judged(data: Sequence[Labelled], found: Sequence[Sequence[Range]]) -> Tally:
    """A finding counts for the kind of the label it lies in; a wrong one for none."""
    tally = Tally()
    for each, ranges in zip(data, found, strict=True):
        for start, end, what in each.spans:
            covered = len({at for _, a, b in ranges for at in range(max(a, start), min(b, end))})
            tally.labels[what] += 1
            tally.found[what] += 2 * covered >= end - start
            tally.whole[what] += covered == end - start
        for rule, start, end in ranges:
            shares = [(min(b, end) - max(a, start), what) for a, b, what in each.spans]
            inside = sum(share for share, _ in shares if share > 0)
            kind = max(shares)[1] if shares and max(shares)[0] > 0 else ""
            tally.findings[kind] += 1
            if 2 * inside >= end - start:
                tally.right[kind] += 1
            else:
                tally.wrong[rule] += 1
    return tally


def shown(title: str, data: Sequence[Labelled], finders: dict[str, Find]) -> None:
    results = {name: judged(data, find([each.text for each in data])) for name, find in finders.items()}
    labels = next(iter(results.values())).labels
    print(f"\n{title}: {len(data)} texts, {sum(labels.values())} labels; found, whole | right of the findings there")
    print(f"{'':22}{'labels':>7}" + "".join(f"{name:>28}" for name in results))
    ours = [what for what in labels if what not in APART]
    for group in (sorted(ours, key=lambda what: -labels[what]), None, sorted(set(labels) & APART)):
        for what in ["together"] if group is None else group:
            kinds = ours if group is None else [what]
            line = f"{what:22}{sum(labels[kind] for kind in kinds):>7}"
            for tally in results.values():
                count = sum(labels[kind] for kind in kinds)
                found = sum(tally.found[kind] for kind in kinds) / count
                whole = sum(tally.whole[kind] for kind in kinds) / count
                # what lies in no label was taken for something: it counts against all together
                findings = sum(tally.findings[kind] for kind in kinds) + (tally.findings[""] if group is None else 0)
                right = f"{sum(tally.right[kind] for kind in kinds) / findings:9.1%}" if findings else f"{'-':>9}"
                line += f"{found:>10.1%}{whole:>8.1%} {right}"
            print(
                line + ("   names, places and what is nobody's: apart" if group and what == group[0] in APART else "")
            )
    for name, tally in results.items():
        print(
            f"  {name}: {sum(tally.wrong.values())} wrong: "
            + ", ".join(f"{r} {n}" for r, n in tally.wrong.most_common(8))
        )


def ours(detector: Detector) -> Find:
    def find(given: Sequence[str]) -> list[list[Range]]:
        return [[(span.rule, span.start, span.end) for span in detector.scan_text(text)] for text in given]

    return find


def presidio(python: str) -> Find | None:
    """None where it is not installed."""
    script = Path(__file__).with_name("people_data") / "peer.py"
    probe = [python, "-c", "import presidio_analyzer, spacy"]
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        print("Presidio: skipped, not installed (pip install presidio-analyzer, then --peers PYTHON)")
        return None

    def find(given: Sequence[str]) -> list[list[Range]]:
        out = subprocess.run(
            [python, script], input=json.dumps(list(given)), capture_output=True, text=True, check=True
        )
        told: dict[str, Any] = json.loads(out.stdout)
        size = sum(map(len, given)) / 1e6
        model = told["model"] or "without a language model: its patterns alone"
        print(f"\nPresidio, {model}: {size / told['seconds']:.3f} MB/CPU s")
        return [_apart([(str(kind), int(a), int(b)) for kind, a, b in ranges]) for ranges in told["found"]]

    return find


def _apart(ranges: Iterable[Range]) -> list[Range]:
    """Of findings that overlap, the longer one: it finds the same place under several names."""
    kept: list[Range] = []
    for each in sorted(ranges, key=lambda r: r[1] - r[2]):
        if all(each[2] <= other[1] or other[2] <= each[1] for other in kept):
            kept.append(each)
    return kept


def sentences(folder: Path) -> Iterator[Labelled]:
    for each in json.loads((folder / "pii-sentences" / "synthetic-dev.json").read_text("utf-8")):
        spans = ((s["start_position"], s["end_position"], s["entity_type"]) for s in each["spans"])
        yield Labelled(each["full_text"], tuple(spans))


def runs(folder: Path) -> None:
    """Customers' values in recorded runs, before and after masking by the whole policy as shipped, no dictionary."""
    values: dict[str, set[str]] = defaultdict(set)
    for handle, each in json.loads((folder / "airline-customers.json").read_text("utf-8")).items():
        values["user ids"].add(handle)
        values["e-mail addresses"].add(each["email"])
        values["birth dates"] |= {each["dob"], *(other["dob"] for other in each["saved_passengers"])}
        values["street addresses"] |= {each["address"]["address1"], each["address"]["address2"]}
        values["payment ids"].update(each["payment_methods"])
        values["names, wherever"].add(" ".join(each["name"].values()))
    scanner = Scanner(load_policy(None))
    documents = [each["traj"] for each in json.loads((folder / "airline-dev.json").read_text("utf-8"))]
    began = time.process_time()
    masked = "\n".join(scanner.mask(document).text for document in documents)
    spent = time.process_time() - began
    raw = "\n".join(json.dumps(document, ensure_ascii=False) for document in documents)
    size = len(raw) / 1e6
    print(f"\nRecorded agent runs, {len(documents)} of {size:.1f} MB, {size / spent:.1f} MB/CPU s; no dictionary")
    for what, known in values.items():
        words = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, sorted(known, key=len, reverse=True)))})(?!\w)")
        there, left = len(words.findall(raw)), len(words.findall(masked))
        print(f"  {what:20}{there:>6} times, {1 - left / max(1, there):.1%} masked")


def false_alarms(detector: Detector) -> None:
    data = list(lookalikes(200))
    wrong = Counter(family for family, text in data for _ in detector.scan_text(text))
    rate = sum(wrong.values()) / len(data)
    print(
        f"\nLook-alikes, {len(data)} of {len({f for f, _ in data})} families: {rate:.2%} taken for somebody's data",
        dict(wrong),
    )
    folder = Path(sysconfig.get_path("stdlib"))
    lines, size, spent, rules = 0, 0, 0.0, Counter[str]()
    for path in sorted(folder.rglob("*.py")):
        inside = path.relative_to(folder).parts
        if "site-packages" in inside or {"test", "tests", "idle_test"} & set(inside):
            continue
        text = path.read_text("utf-8", "replace")
        began = time.process_time()
        try:
            rules.update(span.rule for span in detector.scan_text(text))
        except LimitError:
            continue
        spent += time.process_time() - began
        lines, size = lines + text.count("\n"), size + len(text)
    print(f"Ordinary code, {folder.name} without tests: {sum(rules.values())} findings in {size / 1e6:.1f} MB, "
          f"{sum(rules.values()) / size * 1e6:.1f} per MB, {1000 * sum(rules.values()) / lines:.2f} per 1,000 lines; "
          f"{size / 1e6 / spent:.1f} MB/CPU s")  # fmt: skip
    people = {rule: count for rule, count in rules.items() if rule.startswith(("email", "name-"))}
    print(f"  {sum(people.values())} of them are authors and their mail: people's data")
    print("  the others: " + ", ".join(f"{r} {n}" for r, n in rules.most_common() if r not in people))


def main() -> None:
    beside = Path(__file__).resolve().parents[2] / "shared" / "corpora"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=Path(os.environ.get("RETICENT_CORPORA") or beside))
    parser.add_argument("--peers", default=sys.executable)
    parser.add_argument("--made", type=int, default=1500)
    asked = parser.parse_args()
    detector = Detector(load_packs(PACKS), limits=Limits(findings=100_000))
    finders: dict[str, Find] = {"reticent": ours(detector)}
    peer = presidio(asked.peers)
    if peer is not None:
        finders["Presidio"] = peer
    shown("Made texts", list(texts(asked.made)), finders)
    if (asked.corpora / "pii-sentences").is_dir():
        shown("Sentences of the corpora", list(sentences(asked.corpora)), finders)
    else:
        print("\nSentences of the corpora: skipped, --corpora names a folder without pii-sentences")
    if (asked.corpora / "agent-trajectories").is_dir():
        runs(asked.corpora / "agent-trajectories")
    else:
        print("Recorded agent runs: skipped, --corpora names a folder without agent-trajectories")
    false_alarms(detector)


if __name__ == "__main__":
    main()
