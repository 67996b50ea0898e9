"""`reticent doctor`: looks at everything the gateway depends on, and says what to do about what it finds."""

from __future__ import annotations

import dataclasses

import typer

from .context import Config, Json, load_settings
from .examine import examine
from .output import json_line, table


def register(app: typer.Typer) -> None:
    app.command()(doctor)


def doctor(config: Config = None, json: Json = False) -> int:
    """Check what the gateway depends on. Exit status 1 when something is wrong.

    The policy and its examples, the masking key, the issuers' keys, the brokers, the topics with their retention,
    ClickHouse and its schema: what is wrong comes with what to do about it.

    Example: reticent doctor --json
    """
    settings = load_settings(config)
    rows = []
    for name, finding in examine(settings):
        if json:
            json_line({"check": name, **dataclasses.asdict(finding)})
        rows.append((name, finding.state, finding.message, finding.advice))
    if not json:
        table(["check", "state", "what", "what to do"], rows)
    return 1 if any(state == "bad" for _, state, *_ in rows) else 0
