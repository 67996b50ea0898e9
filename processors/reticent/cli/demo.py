"""`reticent demo`: the main job from end to end on an embedded stack of its own, which is gone afterwards."""

from __future__ import annotations

import contextlib
import shlex
import shutil
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.text import Text

from ..embedded.service import Service, choose
from ..embedded.stack import Stack
from ..errors import ServiceError
from ..sinks.migrate import migrate
from ..stream import topics
from . import workspace
from .context import program
from .interrupts import Interrupted, Interrupts
from .output import err, out
from .scenes import Show

PARTITIONS = 2
READY_SECONDS = 300.0
"""The first gateway of a user compiles the packs, on a busy machine for minutes; one that ends is told at once."""
PEOPLE = [
    workspace.Person("support-agent", "svc-support", "acme", "support-agent"),
    workspace.Person("data-copilot", "svc-analytics", "acme", "data-copilot"),
    workspace.Person("deploy-agent", "svc-platform", "globex", "deploy-agent"),
    workspace.Person("approver", "noor@globex.example", "globex", "reticent-cli", ("security",)),
]


def register(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Leave the stack running, and say how to look around.")] = False,
) -> int:
    """See the main job on a stack of its own, in less than a minute.

    Publish, authenticate, mask, hold, approve, archive, replay, audit: on free ports of loopback and in a temporary
    folder. Ctrl-C ends it at any moment; nothing is left behind but compiled rules in your cache.

    Example: reticent demo --keep
    """
    began = time.monotonic()
    with Interrupts() as interrupts, contextlib.ExitStack() as cleanup:
        with interrupts.held():
            folder = Path(tempfile.mkdtemp(prefix="reticent-demo-"))
            cleanup.callback(shutil.rmtree, folder, ignore_errors=True)
        try:
            place = _start(folder, interrupts, cleanup)
            Show(place, interrupts, began).run()
            if keep:
                _stay(place)
        except ServiceError as error:
            raise ServiceError(f"{error}{_last_words(folder)}") from None
        finally:
            interrupts.ignore()
    return 0


def _start(folder: Path, interrupts: Interrupts, cleanup: contextlib.ExitStack) -> workspace.Workspace:
    out.print(Text("reticent demo", style="bold"))
    out.print(
        "AI agents publish their traces to Kafka. reticent masks them where they are, holds what is risky for a person,"
        " and lets nothing else through. The runs are made up, and their secrets are made at run time.\n"
    )
    with _waiting("starting a broker and a ClickHouse engine"), interrupts.held():
        stack = cleanup.enter_context(Stack(folder))
    if stack.bootstrap is None or stack.dsn is None:
        raise ServiceError("the embedded stack is not complete")
    _started("broker", stack.bootstrap, "noida-db, which speaks Kafka's protocol")
    _started("ClickHouse", stack.dsn.rpartition("@")[2].partition("/")[0], "chDB, which speaks ClickHouse's HTTP")
    place = workspace.make(folder, PEOPLE, bootstrap=stack.bootstrap, dsn=stack.dsn, bind=choose(None, "the gateway"))
    with _waiting("making topics and tables, and starting a gateway"):
        interrupts.run(topics.init(place.settings, PARTITIONS))
        migrate(place.settings)
        _worker(place, interrupts, cleanup)
    _started("gateway", place.settings.http.bind, "reticent worker: policy tested, partitions taken")
    return place


def _worker(place: workspace.Workspace, interrupts: Interrupts, cleanup: contextlib.ExitStack) -> None:
    command = [sys.executable, "-m", "reticent.cli.main", "worker", "--config", str(place.config)]
    address = place.settings.http.bind
    with interrupts.held():
        log, environ = place.folder / "worker.log", {"TMPDIR": str(place.folder)}
        worker = Service("the gateway", command, address, log, guarded=True, environ=environ)
        cleanup.callback(worker.stop)

    def ready() -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://{address}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
        return False

    worker.wait(ready, READY_SECONDS)


@contextlib.contextmanager
def _waiting(what: str) -> Iterator[None]:
    """A spinner where people watch."""
    with err.status(what) if err.is_terminal else contextlib.nullcontext():
        yield


def _started(name: str, address: str, what: str) -> None:
    out.print(f"  {name:12}{address:18}{what}")


def _last_words(folder: Path) -> str:
    """What the log that was written last ends with: the folder goes, and the logs with it."""
    logs = sorted(folder.glob("*.log"), key=lambda log: log.stat().st_mtime)
    lines = [line for log in logs[-1:] for line in log.read_text("utf-8", "replace").splitlines()]
    return f"; {logs[-1].name} ends with: {lines[-1][:300]}" if lines else ""


def _stay(place: workspace.Workspace) -> None:
    """Until a signal comes, which is the normal end here."""
    run = {"messages": [{"role": "user", "content": "mail the invoice to ana@example.org"}]}
    (place.folder / "run.json").write_bytes(msgspec.json.encode(run))
    engine = place.settings.clickhouse.dsn.rpartition("@")[2].partition("/")[0]
    for line in (
        "\nThe stack keeps running until Ctrl-C. Look around in another terminal:\n",
        *([] if program() == "reticent" else [f"  export PATH={shlex.quote(str(Path(sys.executable).parent))}:$PATH"]),
        f"  cd {shlex.quote(str(place.folder))}",
        "  reticent doctor",
        "  reticent sessions list",
        "  reticent replay support-4711",
        "  reticent approvals list --all",
        '  reticent audit query "SELECT * FROM exposure"',
        "  reticent produce run.json --wait --token-file support-agent.jwt",
        f"  curl 'http://{engine}/?query=SELECT+*+FROM+reticent.traces+FORMAT+Vertical'",
    ):
        out.print(line, markup=False, soft_wrap=True)
    with contextlib.suppress(Interrupted):
        while True:
            time.sleep(3600)
