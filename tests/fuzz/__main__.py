"""`python -m tests.fuzz run [TARGET ...] --seconds N --findings FOLDER`, and `... replay FILE ...`."""

from __future__ import annotations

import argparse
import importlib.util
import re
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

from .targets import TARGETS

_FIGURES = re.compile(r"^#(\d+)\s.*?\bcov: (\d+) ft: (\d+) corp: (\d+)", re.MULTILINE)
_ROW = "{:<10}{:>12}{:>10}{:>10}{:>10}{:>10}"
_BYTES_MOST, _HANG_SECONDS, _MEMORY = 16_384, 30, 2_048


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="fuzz targets, one after the other")
    run.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    run.add_argument("--seconds", type=int, default=60, help="of each target")
    run.add_argument("--findings", type=Path, default=Path("findings"), help="folder for inputs that break a law")
    run.add_argument("--corpus", type=Path, help="folder in which what was found to be new stays for another run")
    replay = commands.add_parser("replay", help="run inputs that were kept, and show where they fail")
    replay.add_argument("files", nargs="+", type=Path, metavar="FILE")
    given = parser.parse_args()
    if given.command == "replay":
        return _replay(given.files)
    unknown = set(given.targets) - set(TARGETS)
    if unknown:
        parser.error(f"there is no target {', '.join(sorted(unknown))}; there are {', '.join(TARGETS)}")
    if importlib.util.find_spec("atheris") is None:
        parser.error("atheris is not installed: it has wheels for Linux on x86-64 and Python 3.11 to 3.13")
    given.findings.mkdir(parents=True, exist_ok=True)
    print(_ROW.format("target", "executions", "edges", "features", "corpus", "findings"))
    return max([_fuzz(name, given) for name in given.targets or TARGETS])


def _fuzz(name: str, given: argparse.Namespace) -> int:
    """1 where something was found or the process ended before its time."""
    with tempfile.TemporaryDirectory() as scratch:
        corpus = Path(given.corpus or scratch, name)
        corpus.mkdir(parents=True, exist_ok=True)
        options = (
            f"-max_total_time={given.seconds}", f"-max_len={_BYTES_MOST}", "-len_control=0",
            f"-timeout={_HANG_SECONDS}", f"-rss_limit_mb={_MEMORY}", "-report_slow_units=60",
            f"-artifact_prefix={given.findings}/{name}-",
        )  # fmt: skip
        command = [sys.executable, "-m", f"{__package__}.engine", name, str(given.findings), str(corpus), *options]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    figures = _FIGURES.findall(done.stderr)
    found = [line for line in done.stderr.splitlines() if line.startswith(("FINDING", "==", "SUMMARY"))]
    print(_ROW.format(name, *(figures[-1] if figures else ("-",) * 4), len(found)), flush=True)
    for line in found:
        print(f"  {line}")
    if done.returncode:
        print(f"  the process ended with status {done.returncode}:", *done.stderr.splitlines()[-12:], sep="\n  ")
    return int(bool(found) or done.returncode != 0)


def _replay(files: list[Path]) -> int:
    """The traceback of each; 1 where a law does not hold."""
    failed = 0
    for file in files:
        target = TARGETS[file.name.partition("-")[0]]()
        try:
            target(file.read_bytes())
        except Exception:
            failed = 1
            print(f"{file}:")
            traceback.print_exc(file=sys.stdout)
        else:
            print(f"{file}: all laws hold")
    return failed


if __name__ == "__main__":
    sys.exit(main())
