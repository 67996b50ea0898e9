"""A folder is walked as git sees it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent.scanning.ignored import walk

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def _git(folder: Path, *arguments: str) -> str:
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments]
    return subprocess.run(command, cwd=folder, env=environ, check=True, capture_output=True, text=True).stdout


def _write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _walked(root: Path, *exclude: str) -> list[str]:
    return [path.relative_to(root).as_posix() for path in walk(root, exclude)]


def _seen_by_git(root: Path) -> list[str]:
    listed = _git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    return sorted({name for name in listed if name})


_NAMES = st.sampled_from(["a", "b", "ab", "build", "x.py", "y.log", "log", "A b", "#c", "!d", "dir"])
_PATHS = st.lists(_NAMES, min_size=1, max_size=4).map("/".join)
_PATTERNS = st.one_of(
    st.sampled_from([
        "*.log", "build/", "/a", "a/", "**/b", "a/**", "a/**/b", "!x.py", "!*.log", "dir/*", "!dir/x.py", "*", "!*/",
        "# comment", "", "\\#c", "\\!d", "A\\ b", "log ", "[ab]", "[!a]*", "?", "/dir/build", "!/a/b", "a/b", "**",
    ]),
    st.builds(lambda sign, path, end: sign + path + end, st.sampled_from(["", "!", "/", "!/"]), _PATHS,
              st.sampled_from(["", "/", "/*", "/**"])),
)  # fmt: skip
_IGNORE = st.lists(_PATTERNS, max_size=5).map("\n".join)


@needs_git
@settings(max_examples=60, deadline=None)
@given(
    files=st.lists(_PATHS, min_size=1, max_size=12, unique=True),
    rules=st.dictionaries(st.sampled_from(["", "a/", "dir/", "a/b/"]), _IGNORE, max_size=3),
    exclude=_IGNORE,
    kept=st.integers(0, 3),
)
def test_what_is_walked_is_what_git_does_not_ignore(
    files: list[str], rules: dict[str, str], exclude: str, kept: int
) -> None:
    with tempfile.TemporaryDirectory() as made:
        root = Path(made, "r")
        root.mkdir()
        _git(root, "init", "-q")
        for name in files:
            path = root / name
            if any((root / above).is_file() for above in Path(name).parents) or path.is_dir():
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("x")
        tracked = [path for path in sorted(root.rglob("*")) if path.is_file() and ".git" not in path.parts][:kept]
        if tracked:
            _git(root, "add", "-f", "--", *(str(path) for path in tracked))
        for folder, text in rules.items():
            if (root / folder).is_dir():
                (root / folder / ".gitignore").write_text(text + "\n")
        (root / ".git" / "info").mkdir(exist_ok=True)
        (root / ".git" / "info" / "exclude").write_text(exclude + "\n")
        assert sorted(_walked(root)) == _seen_by_git(root)


@needs_git
@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_what_is_tracked_is_there_though_it_is_ignored(tmp_path: Path, version: str) -> None:
    _git(tmp_path, "init", "-q")
    _write(tmp_path, {".gitignore": "*.key\nold/\n", "a.key": "", "b.key": "", "old/deep/c.txt": "", "old/d.txt": ""})
    _git(tmp_path, "add", "-f", "a.key", "old/deep/c.txt", ".gitignore")
    if version == "3":
        _git(tmp_path, "add", "-N", "-f", "b.key")
    _git(tmp_path, "update-index", "--force-write-index", "--index-version", version if version != "3" else "2")
    names = [".gitignore", "a.key", *(["b.key"] if version == "3" else []), "old/deep/c.txt"]
    assert _walked(tmp_path) == names


@needs_git
def test_a_part_of_a_repository_has_the_rules_of_the_whole(tmp_path: Path) -> None:
    _git(tmp_path, "init", "-q")
    _write(tmp_path, {".gitignore": "*.log\n/src/build/\n", "src/.gitignore": "!keep.log\n", "src/a.py": "",
                      "src/a.log": "", "src/keep.log": "", "src/build/x": ""})  # fmt: skip
    assert _walked(tmp_path / "src") == [".gitignore", "a.py", "keep.log"]
    assert _walked(tmp_path / "src" / "build") == ["x"]  # named itself: it was meant


@needs_git
def test_a_repository_within_another_has_rules_of_its_own(tmp_path: Path) -> None:
    _write(tmp_path, {".gitignore": "*.txt\n", "inner/a.txt": "", "inner/b.log": "", "inner/.gitignore": "*.log\n"})
    _git(tmp_path, "init", "-q")
    _git(tmp_path / "inner", "init", "-q")
    assert _walked(tmp_path) == [".gitignore", "inner/.gitignore", "inner/a.txt"]


@needs_git
def test_a_worktree_is_under_the_exclude_file_of_the_repository(tmp_path: Path) -> None:
    main, other = tmp_path / "main", tmp_path / "other"
    main.mkdir()
    _git(main, "init", "-q")
    _git(main, "commit", "-q", "--allow-empty", "-m", "m")
    _git(main, "worktree", "add", "-q", str(other))
    (main / ".git" / "info").mkdir(exist_ok=True)
    (main / ".git" / "info" / "exclude").write_text("*.tmp\n")
    _write(other, {"a.tmp": "", "b.txt": ""})
    assert _walked(other) == ["b.txt"]


def test_gitignore_counts_without_a_repository(tmp_path: Path) -> None:
    _write(tmp_path, {".gitignore": "*.log\n", "a.log": "", "b.txt": "", "deep/c.log": "", "deep/.gitignore": "!c.log"})
    assert _walked(tmp_path) == [".gitignore", "b.txt", "deep/.gitignore", "deep/c.log"]


def test_more_can_be_excluded_in_the_same_words(tmp_path: Path) -> None:
    _write(tmp_path, {"a.py": "", "tests/b.py": "", "tests/deep/keep.py": "", "c.json": ""})
    assert _walked(tmp_path, "tests/", "*.json") == ["a.py"]
    assert _walked(tmp_path, "*.py", "!a.py") == ["a.py", "c.json"]


def test_links_are_not_followed_and_an_odd_index_is_no_index(tmp_path: Path) -> None:
    _write(tmp_path, {"a.txt": "", ".git/HEAD": "", ".git/index": "DIRC nonsense", "deep/b.txt": ""})
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    assert _walked(tmp_path) == ["a.txt", "deep/b.txt"]
