"""How well credentials behind telling names are found, beside other scanners, and how fast.

    python benchmarks/credentials.py [--samples N] [--peers PYTHON] [--corpus FOLDER]

Made-up secrets and look-alikes, of families and in places that the model was not made from, and real code: the
standard library and what is installed. `--peers` names an interpreter that has `detect-secrets` and `credsweeper`
(default: this one); a peer that is not there is skipped. `--corpus` is the folder that `credential_model.py make` has
filled: packages held out from the model, with a secret put where each candidate stands.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from credential_data import places, sources, values
from credential_data.extract import Extractor

from reticent.detect import Detector
from reticent.errors import LimitError
from reticent.limits import Limits
from reticent.policy.packs import load_packs

SEED = 20
_SUFFIX = {"code": ".py", "config": ".conf", "prose": ".md"}
Found = Callable[[Path], dict[str, set[int]]]
"""Lines with a finding, by file name, of a folder."""


@dataclass(frozen=True, slots=True)
class Sample:
    name: str
    group: str
    text: str
    line: int
    secret: bool
    span: tuple[int, int]


def samples(count: int) -> Iterator[Sample]:
    """Half of them hold a secret, half a look-alike in the same place."""
    rng = random.Random(SEED)
    for number in range(count):
        form, kind = rng.choice(list(_SUFFIX)), rng.choice(("password", "key"))
        secret = number % 2 == 0
        if secret:
            _, value = values.secret(rng, kind, values.HELD_OUT)
        else:
            value = rng.choice(values.LOOKALIKES)[1](rng)
        text, at = places.place(rng, form, kind, places.HELD_OUT, value)
        text, before = places.wrapped(rng, text)
        at += before
        line = text.count("\n", 0, at) + 1
        yield Sample(f"{number:05d}{_SUFFIX[form]}", f"{form} {kind}", text, line, secret, (at, at + len(value)))


def ours(detector: Detector) -> Found:
    def find(folder: Path) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for path in sorted(folder.iterdir()):
            text = path.read_text("utf-8")
            spans = detector.scan_text(text)
            found[path.name] = {text.count("\n", 0, span.start) + 1 for span in spans}
        return found

    return find


def _detect_secrets(python: str) -> Found:
    def find(folder: Path) -> dict[str, set[int]]:
        out = _run([python, "-m", "detect_secrets", "scan", "--all-files", "--no-verify", "."], folder)
        found: dict[str, set[int]] = {}
        for name, hits in json.loads(out)["results"].items():
            found.setdefault(Path(name).name, set()).update(hit["line_number"] for hit in hits)
        return found

    return find


def _credsweeper(python: str) -> Found:
    def find(folder: Path) -> dict[str, set[int]]:
        with tempfile.NamedTemporaryFile(suffix=".json") as report:
            _run([python, "-m", "credsweeper", "--path", ".", "--save-json", report.name], folder)
            found: dict[str, set[int]] = {}
            for hit in json.loads(Path(report.name).read_text("utf-8")):
                for line in hit["line_data_list"]:
                    found.setdefault(Path(line["path"]).name, set()).add(line["line_num"])
            return found

    return find


def _run(command: list[str], folder: Path) -> str:
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=1800).stdout


def _has(python: str, module: str) -> bool:
    return subprocess.run([python, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0


def made_up(count: int, scanners: dict[str, Found]) -> None:
    print(f"\nMade-up credentials and look-alikes, {count} of families and places held out from the model:")
    data = list(samples(count))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for each in data:
            (folder / each.name).write_text(each.text, "utf-8")
        size = sum(len(each.text) for each in data) / 1e6
        print(f"{'':16}{'recall':>8}{'false alarms':>14}{'MB/CPU s':>10}   recall by place")
        for scanner, find in scanners.items():
            began = _cpu()
            found = find(folder)
            spent = _cpu() - began
            total: Counter[tuple[str, bool]] = Counter((each.group, each.secret) for each in data)
            hits = Counter((each.group, each.secret) for each in data if each.line in found.get(each.name, ()))
            recall = _share(hits, total, secret=True)
            alarms = _share(hits, total, secret=False)
            groups = sorted({each.group for each in data})
            places_ = "  ".join(f"{group} {hits[group, True] / total[group, True]:.0%}" for group in groups)
            print(f"{scanner:16}{recall:>8.1%}{alarms:>14.1%}{size / spent:>10.2f}   {places_}")


def _share(hits: Counter[tuple[str, bool]], total: Counter[tuple[str, bool]], *, secret: bool) -> float:
    return sum(n for (_, s), n in hits.items() if s is secret) / sum(n for (_, s), n in total.items() if s is secret)


def _cpu() -> float:
    import resource  # noqa: PLC0415 - not on every system

    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def real_code(detector: Detector) -> None:
    """Findings in code that holds hardly any credential."""
    folders = [Path(sysconfig.get_path("stdlib")), Path(sysconfig.get_path("purelib"))]
    for folder in folders:
        lines, rules, spent, size = 0, Counter[str](), 0.0, 0
        for text in _texts(folder):
            began = time.process_time()
            try:
                rules.update(span.rule for span in detector.scan_text(text))
            except LimitError:
                continue
            spent += time.process_time() - began
            lines, size = lines + text.count("\n"), size + len(text)
        print(f"\nReal code, {folder.name}: {sum(rules.values())} findings in {lines:,} lines, "
              f"{1000 * sum(rules.values()) / lines:.3f} per 1,000; {size / 1e6 / spent:.0f} MB/CPU s")  # fmt: skip
        print("  " + ", ".join(f"{rule} {count}" for rule, count in rules.most_common(12)))


def _texts(folder: Path) -> Iterable[str]:
    paths = sorted(folder.rglob("*.py"))
    for path in paths:
        inside = path.relative_to(folder).parts
        if path.stat().st_size < 1_000_000 and "site-packages" not in inside and "__pycache__" not in inside:
            yield path.read_text("utf-8", "replace")


def held_out_packages(folder: Path) -> None:
    """Real places of packages that the model has not seen, as they are and with a secret put there."""
    rng = random.Random(SEED)
    extractor = Extractor(load_packs(["secrets"]))
    seen: set[tuple[str, str]] = set()
    tally: dict[str, Counter[str]] = {}
    for package, path in sources.files(folder / "held"):
        for place in extractor.places(path.read_text("utf-8", "replace")):
            match = place.match
            key = (package, match.text[max(0, match.start - 30) : match.end])
            if key in seen:
                continue
            seen.add(key)
            counts = tally.setdefault(place.kind, Counter())
            counts["places"] += 1
            counts["flagged"] += place.judged()
            filled = place.filled(rng, values.HELD_OUT)
            if filled is not None:
                counts["filled"] += 1
                counts["found"] += filled.judged()
    print("\nPlaces of packages held out from the model (credentials among them count as false alarms, too):")
    for kind, counts in sorted(tally.items()):
        recall = f"{counts['found'] / counts['filled']:.1%} of {counts['filled']}" if counts["filled"] else "-"
        alarms = counts["flagged"] / counts["places"]
        print(f"  {kind:10}{counts['places']:>7} places, {alarms:.2%} taken for secrets; with a secret: {recall} found")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=2000)
    parser.add_argument("--peers", default=sys.executable)
    parser.add_argument("--corpus", type=Path)
    asked = parser.parse_args()
    detector = Detector(load_packs(["secrets"]), limits=Limits())
    scanners: dict[str, Found] = {"reticent": ours(detector)}
    for module, name, make in (
        ("detect_secrets", "detect-secrets", _detect_secrets),
        ("credsweeper", "credsweeper", _credsweeper),
    ):
        if _has(asked.peers, module):
            scanners[name] = make(asked.peers)
        else:
            print(f"{name}: skipped, not installed (pip install {name}, then --peers PYTHON)")
    made_up(asked.samples, scanners)
    real_code(detector)
    if asked.corpus is not None:
        held_out_packages(asked.corpus)


if __name__ == "__main__":
    main()
