"""What every command is given: the configuration, the token, and how to print."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from .. import settings as configuration
from ..errors import ConfigError
from ..settings import Settings

Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        metavar="FILE",
        help="The configuration; default: $RETICENT_CONFIG, then reticent.yaml in the working directory.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout, for programs.")]
TokenFile = Annotated[
    Path | None,
    typer.Option("--token-file", metavar="FILE", help="A file that holds your JWT; default: $RETICENT_TOKEN."),
]
Policy = Annotated[
    Path | None,
    typer.Option(
        "--policy", "-p", metavar="FILE", help="The policy; default: the configuration's, else the shipped one."
    ),
]

_JWT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")


def load_settings(config: Path | None) -> Settings:
    """Raises ConfigError."""
    return configuration.load(config, os.environ)


def token(file: Path | None) -> str:
    """The caller's JWT. Raises ConfigError where there is none; its message never holds the token."""
    if file is not None:
        try:
            found = file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            raise ConfigError(f"the token file cannot be read ({reason})", where=str(file)) from None
        if not found:
            raise ConfigError("the token file is empty", where=str(file), advice="write the JWT into it")
    else:
        found = os.environ.get("RETICENT_TOKEN", "").strip()
        if not found:
            raise ConfigError(
                "there is no token", advice="name a file with --token-file, or set RETICENT_TOKEN; never an argument"
            )
    jwt = found.removeprefix("Bearer ").strip()
    if not _JWT.fullmatch(jwt):
        raise ConfigError(
            "this is no JWT",
            where=str(file or "RETICENT_TOKEN"),
            advice="a JWT is three parts of letters, digits, - and _, joined by dots",
        )
    return jwt


def program() -> str:
    """How this command is called from here: by its name where the shell finds it, else by its path."""
    own = Path(sys.executable).with_name("reticent")
    found = shutil.which("reticent")
    if found is not None and Path(found).resolve() == own.resolve():
        return "reticent"
    here = Path.cwd()
    return str(own.relative_to(here) if own.is_relative_to(here) else own)
