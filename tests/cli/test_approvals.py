"""`reticent approvals`: held traces are listed, shown masked, decided on with one's own token, and waited for."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from reticent.cli import approvals
from reticent.settings import load

from .conftest import Done, Running
from .records import held, session_name


@pytest.fixture
def identifier(up: Running, tmp_path: Path) -> str:
    """A trace that is held now."""
    trace = held(tmp_path, session_name())
    sent = up.command("produce", trace, "--wait", "--json", "--token-file", up.token("producer"))
    return str(sent.rows[0]["approval_id"])


def decide(up: Running, decision: str, identifier: str, *options: str, who: str = "approver") -> Done:
    return up.command("approvals", decision, identifier, *options, "--token-file", up.token(who))


def test_what_waits_is_listed_for_programs_and_people(up: Running, identifier: str) -> None:
    rows = [row for row in up.command("approvals", "list", "--json").rows if row["approval_id"] == identifier]
    assert [(row["state"], row["votes"], row["tenant"], row["groups"]) for row in rows] == [
        ("pending", 0, "acme", ["security"])
    ]
    assert not {"content", "seal", "trace"} & set(rows[0])
    lines = up.command("approvals", "list").out.splitlines()
    assert [line.split("\t")[:3] for line in lines if line.startswith(identifier)] == [[identifier, "pending", "acme"]]
    assert identifier in up.command("approvals", "list", columns=140).out


def test_it_is_shown_as_it_would_be_released_masked(up: Running, identifier: str) -> None:
    (whole,) = up.command("approvals", "show", identifier, "--json").rows
    assert whole["trace"]["steps"][0]["content"].count("[REDACTED:") == 3
    for columns in (None, 80):
        shown = up.command("approvals", "show", identifier, columns=columns)
        assert shown.code == 0
        assert shown.out.count("[REDACTED:") == 3
        assert "0 of 1, of security" in shown.out
        assert "many-secrets: 3 different secrets" in " ".join(shown.out.split())


def test_approving_releases_it_once_and_is_told(up: Running, identifier: str) -> None:
    done = decide(up, "approve", identifier, "--reason", "looked at it")
    assert (done.code, done.out, done.err) == (0, "", "approved: 1 of 1 approvals\n")
    waited = up.command("approvals", "wait", identifier)
    assert (waited.code, waited.out) == (0, f"{identifier}\treleased\n")
    assert "the approval is released already" in decide(up, "approve", identifier).sentence
    assert identifier not in up.command("approvals", "list").out
    states = {row["approval_id"]: row["state"] for row in up.command("approvals", "list", "--all", "--json").rows}
    assert states[identifier] == "released"


def test_rejecting_ends_it_and_waiting_for_it_fails(up: Running, identifier: str) -> None:
    (event,) = decide(up, "reject", identifier, "--json").rows
    assert (event["approval_id"], event["decision"], event["event"]) == (identifier, "reject", "approval.rejected")
    waited = up.command("approvals", "wait", identifier, "--json")
    assert waited.code == 1
    assert waited.rows == [{"approval_id": identifier, "state": "rejected", "votes": 1}]


def test_waiting_ends_when_somebody_decides(up: Running, identifier: str) -> None:
    def decided() -> None:  # not by the command, which would replace this process's streams meanwhile
        asyncio.run(approvals.decide(load(up.config, {}), token, "approve", identifier, ""))

    token = Path(up.token("approver")).read_text()
    later = threading.Timer(1.0, decided)
    later.start()
    assert up.command("approvals", "wait", identifier, "--timeout", "60").code == 0
    later.join()


def test_waiting_gives_up_in_time(up: Running, identifier: str) -> None:
    assert "the approval is pending still after 0 s" in (
        up.command("approvals", "wait", identifier, "--timeout", "0.1").sentence
    )


def test_nobody_decides_on_their_own_trace(up: Running, identifier: str) -> None:
    done = decide(up, "approve", identifier, who="producer")
    assert done.code == 2
    assert "the decision does not count: nobody decides on what they or their own service submitted" in done.sentence


@pytest.mark.parametrize("command", ["show", "approve", "reject", "wait"])
def test_an_id_that_is_unknown_is_one_sentence(up: Running, command: str) -> None:
    token = () if command in ("show", "wait") else ("--token-file", up.token("approver"))
    done = up.command("approvals", command, "ap-unknown", *token)
    assert done.code == 2
    assert done.sentence == "there is no approval ap-unknown; see `reticent approvals list --all`"
