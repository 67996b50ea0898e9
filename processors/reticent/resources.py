"""Where the schemas are: inside the installed package, or beside the sources in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def schema_path(name: str) -> Path:
    """A file or folder of `schemas/`. Raises FileNotFoundError when the installation is broken."""
    for base in (_PACKAGE / "schemas", _PACKAGE.parent.parent / "schemas"):
        if (base / name).exists():
            return base / name
    raise FileNotFoundError(f"schemas/{name} is missing from this installation of reticent")
