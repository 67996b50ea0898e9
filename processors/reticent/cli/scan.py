"""`reticent scan` and `reticent mask`: detection and masking of files, without Kafka."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, BinaryIO

import msgspec
import typer

from ..cache import Cache
from ..errors import ConfigError, RecordError, ReticentError
from ..formats.registry import choose
from ..policy import CompiledPolicy, load_policy
from ..scanner import Scanner
from ..scanning import sarif as sarif_form
from ..scanning.baseline import Baseline
from ..scanning.hits import Hit
from ..scanning.inputs import files
from ..scanning.mask import mask as masked
from ..scanning.pieces import Skipped, Trouble, choices
from ..scanning.run import STDIN, Done, Event, Work, opened, processes_for
from ..scanning.run import scan as run
from ..scanning.schemas import formats_with
from ..scanning.streams import Stream
from .context import Config, Json, Policy, load_settings
from .output import counted, json_line, muted, progress, remark, table, watched

SHOWN_MOST = 200
"""Findings that are listed on a terminal; the summary counts all."""


def register(app: typer.Typer) -> None:
    app.command()(scan)
    app.command()(mask)


Format = Annotated[str, typer.Option("--format", "-f", help="auto, text, json, jsonl, native, openai-chat, ...")]


def scan(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH...|-]", help="Files, folders, archives, or -. Default: here.")
    ] = None,
    format: Format = "auto",
    policy: Policy = None,
    config: Config = None,
    json: Json = False,
    sarif: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a SARIF 2.1.0 report, for code-scanning tools.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Accepted findings, which do not count for the exit status.")
    ] = None,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="Accept what is found now: write it to the baseline.")
    ] = False,
    exclude: Annotated[
        list[str] | None, typer.Option(metavar="PATTERN", help="Leave out of folders what this fits, as in .gitignore.")
    ] = None,
    processes: Annotated[
        int, typer.Option(min=0, help="Scan with so many processes; 0: as many as the size is worth.")
    ] = 0,
) -> int:
    """Report what would be masked, without any value. Exit status 1 when something was found, 2 when something could
    not be scanned.

    Folders are walked as git sees them; zip, tar, gz and zst are opened. Example: reticent scan src logs.tar.gz
    """
    check_format(format)
    if update_baseline and baseline is None:
        raise ConfigError(
            "there is no baseline to update", where="--update-baseline", advice="name it: --baseline FILE"
        )
    if sarif is not None and str(sarif) == "-":
        raise ConfigError(
            "what is found is told on standard output already", where="--sarif", advice="name a file: --sarif FILE"
        )
    settings = load_settings(config)
    chosen = policy or settings.policy_path
    compiled = load_policy(chosen)  # a mistake in it is one sentence, not one of each process
    known = Baseline.load(baseline, new=update_baseline) if baseline is not None else None
    names = list(files(paths or ["."], exclude or ()))
    work = Work(chosen, settings.limits, format, known.salt if known is not None else None, settings.schemas)
    report = _Report(known, json=json, keeping=sarif is not None or update_baseline)
    unread = False
    for event in _watching(run(names, work, processes or processes_for(names)), len(names)):
        try:
            report.add(event)
        except BrokenPipeError:
            if not muted():
                raise
            unread = True
        if unread and report.status and sarif is None and not update_baseline:
            return report.status
    if update_baseline and known is not None:
        known.update((hit for hit, _ in report.hits), report.scanned)
    if sarif is not None:
        _write_sarif(sarif, compiled, report)
    return report.end(updated=known if update_baseline else None)


class _Report:
    """Prints findings as they come, or, where people watch, at the end."""

    def __init__(self, baseline: Baseline | None, *, json: bool, keeping: bool) -> None:
        self._baseline, self._json, self._keeping = baseline, json, keeping
        self.hits: list[tuple[Hit, bool | None]] = []
        self.scanned: list[str] = []
        self.troubles: list[Trouble] = []
        self._shown: list[Hit] = []
        self._counts: Counter[tuple[str, str, str]] = Counter()
        self._size = self._binary = self._known = 0

    def add(self, event: Event) -> None:
        if isinstance(event, Hit):
            self._found(event)
        elif isinstance(event, Trouble):
            self.troubles.append(event)
            remark(f"{event.file}: {event.message}")
        elif isinstance(event, Skipped):
            self._binary += 1
        else:
            self.scanned.append(event.file)
            self._size += event.size

    def _found(self, hit: Hit) -> None:
        known = self._baseline.takes(hit) if self._baseline is not None else None
        if self._keeping:
            self.hits.append((hit, known))
        if known:
            self._known += 1
        else:
            self._counts[hit.rule, hit.category, hit.severity] += 1
        # counted first: nobody may read what is printed
        if self._json:
            json_line(hit.report() if known is None else {**hit.report(), "baseline": known})
        elif known:
            return
        elif not watched():
            table([], [_row(hit)])
        elif len(self._shown) < SHOWN_MOST:
            self._shown.append(hit)

    @property
    def status(self) -> int:
        """The exit status by what came so far."""
        return 2 if self.troubles else 1 if self._counts else 0

    def end(self, *, updated: Baseline | None) -> int:
        """The summary, and the exit status."""
        found = sum(self._counts.values())
        if watched() and not self._json and found:
            table(["place", "rule", "category", "severity", "path"], [_row(hit) for hit in self._shown])
            if found > len(self._shown):
                remark(f"and {counted(found - len(self._shown), 'more finding')}; --json lists them all")
            rows = [(*about, count) for about, count in self._counts.most_common()]
            table(["rule", "category", "severity", "findings"], rows, title="By rule")
        parts = [f"{counted(found, 'finding')} in {counted(len(self.scanned), 'file')} ({self._size / 1e6:,.1f} MB)"]
        if self._known:
            parts.append(f"{self._known:,} in the baseline")
        if self._binary:
            parts.append(f"{self._binary:,} binary, skipped")
        if self.troubles:
            parts.append(f"{len(self.troubles):,} not scanned")
        remark("; ".join(parts))
        if updated is not None:
            remark(f"{updated.path} holds {counted(len(updated), 'finding')}")
            return 2 if self.troubles else 0
        return self.status


def _row(hit: Hit) -> tuple[str, ...]:
    place = f"{hit.file}:{hit.line}:{hit.column}" if hit.line is not None else hit.file
    return place, hit.rule, hit.category, hit.severity, hit.path if hit.path != "$" else ""


def _watching(events: Iterable[Event], total: int) -> Iterator[Event]:
    with progress("scanning", total) as bar:
        for event in events:
            if isinstance(event, Done):
                bar.advance(bar.task_ids[0])
            yield event


def _write_sarif(path: Path, policy: CompiledPolicy, report: _Report) -> None:
    form = sarif_form.log(policy, report.hits, report.troubles, base=Path.cwd())
    path.write_bytes(msgspec.json.format(msgspec.json.encode(form), indent=2) + b"\n")


def mask(
    path: Annotated[str, typer.Argument(metavar="[PATH|-]", help="A file, or - for standard input.")] = "-",
    format: Format = "auto",
    policy: Policy = None,
    config: Config = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write there; all of it, or nothing.")
    ] = None,
    tenant: Annotated[
        str, typer.Option(help="Whose tokens to make, when the configuration has a masking key.")
    ] = "local",
) -> None:
    """Write the masked document to standard output, in the format it came in.

    Text and JSON Lines are masked as they are read. Example: cat run.json | reticent mask > masked.json
    """
    check_format(format)
    if path != STDIN and Path(path).is_dir():
        raise ConfigError("this is a folder", where=path, advice="mask its files one by one")
    settings = load_settings(config)
    key = settings.masking.key() if Path(settings.masking.key_file).exists() else None
    scanner = Scanner(
        load_policy(policy or settings.policy_path),
        limits=settings.limits,
        key=key,
        tenant=tenant,
        store=Cache.of_user(),
        formats=formats_with(settings.schemas),
    )
    with opened(path) as source, _written(output) as target:
        try:
            for piece in masked(scanner, Stream(source), format):
                target.write(piece)
        except RecordError as error:
            raise ReticentError(f"{path}: {error.message}") from None
        except ConfigError as error:
            raise ConfigError(error.what, where=path, advice=error.advice) from None
        target.flush()


@contextmanager
def _written(output: Path | None) -> Iterator[BinaryIO]:
    if output is None:
        yield sys.stdout.buffer
        return
    with NamedTemporaryFile(dir=output.resolve().parent, prefix=f".{output.name}.", delete=False) as file:
        try:
            yield file  # type: ignore[misc]  # it is one in all but name
            file.flush()
            os.chmod(file.name, output.stat().st_mode & 0o777 if output.exists() else 0o666 & ~_umask())
            os.replace(file.name, output)
        except BaseException:
            os.unlink(file.name)
            raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def check_format(format: str) -> None:
    """Raises ConfigError."""
    if format not in choices():
        raise ConfigError(f"there is no format {format}", where="--format", advice=choose(choices(), format))
