"""Folders walked as git sees them: .gitignore files, .git/info/exclude, and what is tracked all the same."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .gitindex import tracked
from .gitpatterns import Patterns


@dataclass(frozen=True, slots=True)
class _Rules:
    """The lines of one file; they are about what lies below `folder`."""

    folder: str
    patterns: Patterns


class _Repository:
    """Names are relative to `root`, with / between."""

    def __init__(self, root: Path) -> None:
        self.root = root
        git = _git_folder(root)
        self.tracked = tracked(git) if git is not None else frozenset()
        self.holding = {path[:at] for path in self.tracked for at in _slashes(path)}
        """Folders in which something is tracked."""
        common = _common_folder(git) if git is not None else None
        self.first = _rules("", common / "info" / "exclude") if common is not None else []


def walk(folder: Path, exclude: Sequence[str] = ()) -> Iterator[Path]:
    """Every regular file below a folder that git would not ignore, in the order of names. `exclude`: more lines, as in
    a .gitignore of the folder, which leave out what is tracked, too.

    Symbolic links are not followed. What is ignored but tracked is there. A repository within another has rules of its
    own. Outside of any, .gitignore files count all the same. A folder that is ignored itself was meant: it is walked.
    """
    top = folder.resolve()
    root = next((each for each in (top, *top.parents) if _is_repository(each)), top)
    repository = _Repository(root)
    rules = list(repository.first)
    name = ""
    for part in top.relative_to(root).parts:
        rules += _rules(name, root / name / ".gitignore")
        name += f"{part}/"
        if _ignored(rules, name[:-1], folder=True):
            repository, rules, name = _Repository(top), [], ""
            break
    own = Patterns(exclude)
    prefix = str(folder)
    for path in _walk(repository, name, rules, ignored=False, base=name, own=own):
        yield Path(prefix, path)


def _walk(
    repository: _Repository,
    name: str,
    above: list[_Rules],
    *,
    ignored: bool,
    base: str,
    own: Patterns,
    shift: str = "",
) -> Iterator[str]:
    """Names relative to the folder that is walked: without `base`, behind `shift`."""
    folder = repository.root / name
    rules = above + _rules(name, folder / ".gitignore")
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield shift + name[len(base) :]  # whoever opens it says why it cannot be read
        return
    for entry in entries:
        path = name + entry.name
        shown = shift + path[len(base) :]
        if entry.name == ".git" or entry.is_symlink():
            continue
        if entry.is_dir(follow_symlinks=False):
            if own.says(shown, folder=True):
                continue
            hidden = ignored or _ignored(rules, path, folder=True)
            if hidden and path not in repository.holding and path not in repository.tracked:
                continue
            if _is_repository(folder / entry.name):
                inner = _Repository(folder / entry.name)
                yield from _walk(inner, "", list(inner.first), ignored=False, base="", own=own, shift=shown + "/")
            else:
                yield from _walk(repository, path + "/", rules, ignored=hidden, base=base, own=own, shift=shift)
        elif (
            entry.is_file(follow_symlinks=False)
            and not own.says(shown, folder=False)
            and (path in repository.tracked or not (ignored or _ignored(rules, path, folder=False)))
        ):
            yield shown


def _ignored(rules: Sequence[_Rules], path: str, *, folder: bool) -> bool:
    """The nearest file that says anything decides."""
    for each in reversed(rules):
        said = each.patterns.says(path[len(each.folder) :], folder=folder)
        if said is not None:
            return said
    return False


def _rules(folder: str, file: Path) -> list[_Rules]:
    try:
        if file.is_symlink():  # git does not follow them either
            return []
        text = file.read_text("utf-8", "surrogateescape")
    except OSError:
        return []
    lines = text.removeprefix("\ufeff").split("\n")
    return [_Rules(folder, Patterns(line.removesuffix("\r") for line in lines))]


def _slashes(path: str) -> Iterator[int]:
    at = path.find("/")
    while at >= 0:
        yield at
        at = path.find("/", at + 1)


def _is_repository(folder: Path) -> bool:
    return _git_folder(folder) is not None


def _git_folder(root: Path) -> Path | None:
    """A folder, or the one that a file names (worktrees, submodules)."""
    git = root / ".git"
    if (git / "HEAD").is_file():
        return git
    try:
        if git.is_file():
            named = git.read_text("utf-8", "surrogateescape").strip()
            if named.startswith("gitdir:"):
                return (root / named.removeprefix("gitdir:").strip()).resolve()
    except OSError:
        pass
    return None


def _common_folder(git: Path) -> Path:
    """Where the exclude file of a worktree lies: with the main one's."""
    try:
        return (git / (git / "commondir").read_text("utf-8", "surrogateescape").strip()).resolve()
    except OSError:
        return git
