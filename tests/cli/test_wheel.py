"""The built wheel is whole: code, packs and schemas come out of it, in an empty directory."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import reticent

from .policies import few_rules
from .shell import session

ROOT = Path(__file__).resolve().parents[2]
_WHERE = """
import reticent, reticent.resources, reticent.policy.packs as packs
print(reticent.__file__, packs.__file__, *(reticent.resources.schema_path(n) for n in ("clickhouse", "trace.avsc")))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    pip(f"wheel --quiet --no-deps --no-build-isolation --no-index -w {folder} {ROOT}")
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel alone; what it depends on is this environment's."""
    target = tmp_path_factory.mktemp("target")
    pip(f"install --quiet --no-deps --no-index --no-compile --target {target} {wheel}")
    return target


def pip(arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments.split()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def tracked(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(folder)


def test_every_file_of_the_package_and_every_schema_is_in_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert wheel.name.startswith(f"reticent-{reticent.__version__}-py3-none-any")
        for folder, inside in ((ROOT / "processors/reticent", "reticent"), (ROOT / "schemas", "reticent/schemas")):
            for path in tracked(folder):
                assert archive.read(f"{inside}/{path}") == (folder / path).read_bytes(), path
        names = [name for name in archive.namelist() if not name.startswith("reticent-")]
        assert all(name.startswith("reticent/") for name in names)


def test_code_packs_and_schemas_come_from_it(installed: Path, tmp_path: Path) -> None:
    command, environ = [sys.executable, "-c", _WHERE], {"PYTHONPATH": str(installed)}
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=True)
    places = done.stdout.split()
    assert len(places) == 4
    assert all(place.startswith(str(installed)) for place in places), places


def test_its_command_works_in_an_empty_directory(installed: Path, tmp_path: Path) -> None:
    script, policy = str(installed / "bin" / "reticent"), few_rules(tmp_path)
    command, environ = [sys.executable, script, "mask", "--policy", policy], {"PYTHONPATH": str(installed)}
    text = "order AC-4711"
    done = subprocess.run(command, input=text, cwd=tmp_path, env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("order [REDACTED:own:")


@pytest.mark.slow
def test_its_demo_runs_in_an_empty_directory(installed: Path, tmp_path: Path) -> None:
    with session(tmp_path, "demo", PYTHONPATH=str(installed)) as demo:
        assert demo.wait(120) == 0
        assert "gateway: 0." in demo.text
