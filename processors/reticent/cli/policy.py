"""`reticent policy`: checks a policy and runs its rules' own examples."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..assembly import policy_path
from ..detect import Detector
from ..errors import ConfigError
from ..limits import Limits
from ..policy import CompiledPolicy, load_policy
from .context import Config, Json, load_settings
from .output import json_line, remark, table

app = typer.Typer(help="Check and test a policy.", no_args_is_help=True)
File = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", help="The policy; default: the configuration's, else the shipped one."),
]


def register(root: typer.Typer) -> None:
    root.add_typer(app, name="policy")


@app.command()
def check(file: File = None, config: Config = None, json: Json = False) -> int:
    """Validate a policy: an error says line, column, and what to write instead. Exit status 1 when it is wrong.

    Example: reticent policy check policy.yaml
    """
    path = file or policy_path(load_settings(config))
    try:
        policy = load_policy(path)
    except ConfigError as error:
        if json:
            json_line({"ok": False, "where": error.where, "what": error.what, "advice": error.advice})
        else:
            remark(str(error))
        return 1
    about = _about(policy)
    if json:
        json_line({"ok": True, **about})
    else:
        table(["policy", "value"], list(about.items()))
    return 0


@app.command("test")
def test_(file: File = None, config: Config = None, json: Json = False) -> int:
    """Run every rule's own examples through the compiled engines. Exit status 1 when one fails.

    Example: reticent policy test policy.yaml
    """
    policy = load_policy(file or policy_path(load_settings(config)))
    detector = Detector(policy.rules, policy.dictionaries, limits=Limits())
    failures = list(detector.failing_examples())
    for rule, kind, number in failures:
        if json:
            json_line({"rule": rule, "example": kind, "number": number})
        else:
            remark(
                f"{rule}: example {kind}[{number}] {'is not found' if kind == 'match' else 'is found, and must not be'}"
            )
    examples = sum(len(rule.match) + len(rule.no_match) for rule in policy.rules)
    remark(f"{examples} examples of {len(policy.rules)} rules, {len(failures)} fail")
    return 1 if failures else 0


def _about(policy: CompiledPolicy) -> dict[str, object]:
    return {
        "digest": policy.digest, "mode": policy.mode, "rules": len(policy.rules),
        "dictionary_entries": sum(len(each.entries) for each in policy.dictionaries),
        "thresholds": len(policy.thresholds), "approvals_minimum": policy.approvals.minimum,
    }  # fmt: skip
