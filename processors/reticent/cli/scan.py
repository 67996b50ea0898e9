"""`reticent scan` and `reticent mask`: detection and masking of files, without Kafka."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import pathspec
import typer

from ..assembly import master_key, policy_path
from ..errors import ConfigError, RecordError
from ..model import Finding
from ..policy import load_policy
from ..scanner import Scanner
from .context import Config, Json, Policy, load_settings
from .output import json_line, progress, remark, table

_BINARY_HEAD = 8192


def register(app: typer.Typer) -> None:
    app.command()(scan)
    app.command()(mask)


Format = Annotated[str, typer.Option("--format", "-f", help="auto, text, json, native, openai-chat, ...")]


def scan(
    paths: Annotated[list[str] | None, typer.Argument(metavar="[PATH...|-]", help="Files, folders, or -.")] = None,
    format: Format = "auto",
    policy: Policy = None,
    config: Config = None,
    json: Json = False,
) -> int:
    """Report what would be masked, without any value. Exit status 1 when something was found.

    Folders are walked as git sees them (.gitignore). Example: reticent scan src logs/app.log
    """
    scanner = _scanner(config, policy, keyed=False)
    counts: Counter[tuple[str, str, str]] = Counter()
    unread = 0
    files = list(_files(paths or ["."]))
    with progress("scanning", len(files)) as bar:
        for name in files:
            bar.advance(bar.task_ids[0])
            try:
                payload = _read(name)
                if payload is None:
                    continue
                findings, text = _findings(scanner, payload, name, format)
            except RecordError as error:
                unread += 1
                remark(f"{name}: {error.message}")
                continue
            for finding in findings:
                counts[finding.rule, finding.category, finding.severity] += 1
                place = _line(text, finding.start) if text is not None else {}
                if json:
                    json_line({"file": name, **_report(finding), **place})
                elif sys.stdout.isatty() is False:
                    where = f":{place['line']}:{place['column']}" if place else f" {finding.path}"
                    table([], [(f"{name}{where}", finding.rule, finding.category, finding.severity)])
                else:
                    where = f":{place['line']}:{place['column']}" if place else f"  {finding.path}"
                    remark(f"{name}{where}  {finding.rule}")
    if not json and sys.stdout.isatty():
        rows = [(rule, category, severity, count) for (rule, category, severity), count in counts.most_common()]
        table(
            ["rule", "category", "severity", "findings"],
            rows,
            title=f"{sum(counts.values())} findings in {len(files)} files",
        )
    if unread:
        return 2
    return 1 if counts else 0


def mask(
    path: Annotated[str, typer.Argument(metavar="[PATH|-]", help="A file, or - for standard input.")] = "-",
    format: Format = "auto",
    policy: Policy = None,
    config: Config = None,
) -> None:
    """Write the masked document to standard output, in the format it came in.

    Example: cat run.json | reticent mask > masked.json
    """
    scanner = _scanner(config, policy, keyed=True)
    payload = _read(path) or b""
    forced = None if format == "auto" else format
    try:
        content = scanner.mask(payload, format=forced).content
    except RecordError as error:
        if format != "auto" or error.code not in ("not-json", "truncated", "empty"):
            raise
        content = scanner.mask(payload, format="text").content
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _scanner(config: Path | None, policy: Path | None, *, keyed: bool) -> Scanner:
    settings = load_settings(config)
    key_file = Path(settings.masking.key_file)
    key = master_key(key_file) if keyed and key_file.exists() else None
    return Scanner(load_policy(policy or policy_path(settings)), limits=settings.limits, key=key)


def _findings(scanner: Scanner, payload: bytes, name: str, format: str) -> tuple[list[Finding], str | None]:
    """Findings, and the text they are offsets into where the file was taken as text."""
    if not payload:
        return [], None
    if (format == "auto" and Path(name).suffix in (".json", ".jsonl", ".ndjson", ".avro", "")) or format not in (
        "auto",
        "text",
    ):
        try:
            return scanner.scan(payload, format=None if format == "auto" else format), None
        except RecordError as error:
            if format != "auto" or error.code not in ("not-json", "truncated", "duplicate-keys", "not-finite"):
                raise
    text = payload.decode("utf-8", "replace")
    return scanner.scan(text, format="text"), text


def _report(finding: Finding) -> dict[str, object]:
    keep = ("rule", "category", "severity", "path", "start", "end", "part")
    return {name: value for name, value in msgspec.structs.asdict(finding).items() if name in keep}


def _line(text: str, start: int) -> dict[str, int]:
    before = text.rfind("\n", 0, start)
    return {"line": text.count("\n", 0, start) + 1, "column": start - before}


def _files(paths: list[str]) -> Iterator[str]:
    for path in paths:
        root = Path(path)
        if path == "-" or not root.is_dir():
            yield path
        else:
            yield from _walk(root, pathspec.GitIgnoreSpec.from_lines([]), root)


def _walk(folder: Path, above: pathspec.GitIgnoreSpec, root: Path) -> Iterator[str]:
    ignore = folder / ".gitignore"
    spec = above
    if ignore.is_file():
        prefix = "" if folder == root else f"/{folder.relative_to(root).as_posix()}"
        lines = [
            line if not prefix or not line.strip() or line.startswith("#") else _below(prefix, line)
            for line in ignore.read_text("utf-8", "replace").splitlines()
        ]
        spec = above + pathspec.GitIgnoreSpec.from_lines(lines)
    for entry in sorted(folder.iterdir()):
        name = entry.relative_to(root).as_posix()
        if entry.name == ".git" or entry.is_symlink() or spec.match_file(name + "/" if entry.is_dir() else name):
            continue
        if entry.is_dir():
            yield from _walk(entry, spec, root)
        elif entry.is_file():
            yield str(entry)


def _below(prefix: str, line: str) -> str:
    """A line of a nested .gitignore as one of the root's."""
    negated, bare = line.startswith("!"), line.removeprefix("!")
    anchored = "/" in bare.rstrip("/")
    return (
        ("!" if negated else "")
        + prefix
        + ("/" if anchored and not bare.startswith("/") else "" if anchored else "/**/")
        + bare
    )


def _read(name: str) -> bytes | None:
    """The file's bytes; None for what is no text."""
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        payload = Path(name).read_bytes()
    except OSError as error:
        raise ConfigError(f"the file cannot be read ({error.strerror})", where=name) from None
    binary = b"\x00" in payload[:_BINARY_HEAD] and not payload.startswith(b"\xc3\x01")
    return None if binary else payload
