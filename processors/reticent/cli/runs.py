"""The recorded-looking agent runs that `reticent demo` publishes: made up, their secrets made at run time."""

from __future__ import annotations

import random
import string
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase


@dataclass(frozen=True, slots=True)
class Run:
    """One trace to publish: who sends it, in which session, what it is, and a title for people."""

    title: str
    tenant: str
    producer: str
    subject: str
    session: str
    content_type: str
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Planted:
    """The values that must not leave: every one of them is looked for in everything the demo writes."""

    email: str
    phone: str
    card: str
    ssn: str
    street: str
    aws_key: str
    aws_secret: str
    github: str
    password: str


def plant(chance: random.Random) -> Planted:
    """Values of the right shapes and checksums, new at every run."""

    def pick(alphabet: str, count: int) -> str:
        return "".join(chance.choices(alphabet, k=count))

    person = chance.choice(["maria.silva", "jonas.weber", "aiko.tanaka", "lena.novak"])
    return Planted(
        email=f"{person}{chance.randint(10, 99)}@example.com",
        phone=f"+49 30 {chance.randint(2_000_000, 8_999_999)}",
        card=_luhn("4" + pick(string.digits, 14)),
        ssn=f"{chance.randint(101, 665)}-{chance.randint(11, 98)}-{chance.randint(1001, 9998)}",
        street=f"{chance.randint(11, 989)} {chance.choice(['Maple', 'Sunset', 'Hillcrest', 'Lincoln'])} Avenue",
        aws_key="AKIA" + pick(string.ascii_uppercase + "234567", 16),
        aws_secret=pick(_BASE62 + "/+", 40),
        github=_github(pick(_BASE62, 30)),
        password=pick(string.ascii_letters + string.digits, 8) + "-" + pick(string.ascii_letters + string.digits, 8),
    )


def runs(planted: Planted) -> list[Run]:
    """Seven traces of three producers of two tenants, in the order they are published."""
    support = ("acme", "support-agent", "svc-support")
    analyst = ("acme", "data-copilot", "svc-analytics")
    deploy = ("globex", "deploy-agent", "svc-platform")
    chat = "application/json"
    native = "application/vnd.reticent.trace+json"
    return [
        Run("refund, first turn", *support, "support-4711", chat, _refund(planted)),
        Run("refund, second turn", *support, "support-4711", chat, _refund_done(planted)),
        Run("opening hours", *support, "support-4712", chat, _opening_hours()),
        Run("monthly report", *analyst, "report-2026-11", native, _report(planted)),
        Run("customer lookup", *analyst, "report-2026-11", native, _lookup(planted)),
        Run("healthy deploy", *deploy, "deploy-118", native, _deploy()),
        Run("debugging a deploy", *deploy, "deploy-119", native, _debug(planted)),
    ]


def _refund(planted: Planted) -> dict[str, Any]:
    return {
        "model": "support-large",
        "messages": [
            {"role": "system", "content": "You help customers of Acme. Never promise a refund above 200 USD."},
            {
                "role": "user",
                "content": f"Hi, I was charged twice. My card is {planted.card}, mail {planted.email}.",
            },
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {
                        "id": "call_1",
                        "type": "function",
                        "function": {"name": "find_customer", "arguments": f'{{"email": "{planted.email}"}}'},
                    }
                ],
            },
            {
                "role": "tool",
                "tool_call_id": "call_1",
                "content": f'{{"address": "{planted.street}, Springfield, IL 62704", "phone": "{planted.phone}"}}',
            },
            {"role": "assistant", "content": f"I see both charges. Shall I refund one of them to {planted.email}?"},
        ],
    }


def _refund_done(planted: Planted) -> dict[str, Any]:
    return {
        "model": "support-large",
        "messages": [
            {"role": "user", "content": f"Yes please, and call me at {planted.phone} when it is done."},
            {"role": "assistant", "content": "Done: 49.90 USD will be back on your card in three days."},
        ],
    }


def _opening_hours() -> dict[str, Any]:
    return {
        "model": "support-large",
        "messages": [
            {"role": "user", "content": "When are you open on Saturdays?"},
            {"role": "assistant", "content": "From ten in the morning to six in the evening."},
        ],
    }


def _native(session: str, number: int, steps: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "trace_id": f"{session}-{number}",
        "session_id": session,
        "started_at": "2026-11-24T08:00:00.000Z",
        "ended_at": "2026-11-24T08:00:04.200Z",
        "attributes": {"model": "analyst-medium", "temperature": 0.2},
        "steps": [{"seq": seq, **step} for seq, step in enumerate(steps)],
    }


def _report(planted: Planted) -> dict[str, Any]:
    return _native(
        "report-2026-11",
        1,
        [
            {"kind": "prompt", "content": "How many orders did we ship in October, by country?"},
            {"kind": "thinking", "content": "I need orders joined with countries, grouped; no personal columns."},
            {
                "kind": "db_query",
                "name": "warehouse",
                "call_id": "q1",
                "content": "SELECT country, count(*) FROM orders GROUP BY country",
            },
            {
                "kind": "db_result",
                "name": "warehouse",
                "call_id": "q1",
                "content": [{"country": "DE", "orders": 1204}, {"country": "US", "orders": 3377}],
            },
            {"kind": "output", "content": "Germany 1,204 and the United States 3,377 orders."},
        ],
    )


def _lookup(planted: Planted) -> dict[str, Any]:
    return _native(
        "report-2026-11",
        2,
        [
            {"kind": "prompt", "content": "Who placed order 8841? I want to thank them."},
            {
                "kind": "db_query",
                "name": "warehouse",
                "call_id": "q2",
                "content": "SELECT email, ssn FROM customers WHERE id = 8841",
            },
            {
                "kind": "db_result",
                "name": "warehouse",
                "call_id": "q2",
                "content": [{"email": planted.email, "ssn": planted.ssn, "address": planted.street}],
            },
            {"kind": "thinking", "content": f"The SSN {planted.ssn} is not needed. Only use the mail address."},
            {"kind": "output", "content": f"Order 8841 was placed by {planted.email}."},
        ],
    )


def _deploy() -> dict[str, Any]:
    return _native(
        "deploy-118",
        1,
        [
            {"kind": "prompt", "content": "Deploy the checkout service to staging."},
            {"kind": "plan", "content": ["build the image", "roll out", "watch the error rate"]},
            {
                "kind": "tool_call",
                "name": "rollout",
                "call_id": "r1",
                "content": {"service": "checkout", "to": "staging"},
            },
            {"kind": "tool_result", "name": "rollout", "call_id": "r1", "content": "3 of 3 replicas ready"},
            {"kind": "output", "content": "checkout runs on staging; the error rate is unchanged."},
        ],
    )


def _debug(planted: Planted) -> dict[str, Any]:
    environment = (
        f"AWS_ACCESS_KEY_ID={planted.aws_key}\nAWS_SECRET_ACCESS_KEY={planted.aws_secret}\n"
        f"GITHUB_TOKEN={planted.github}\nDATABASE_URL=postgres://app:{planted.password}@db.example.com:5432/checkout\n"
    )
    return _native(
        "deploy-119",
        1,
        [
            {"kind": "prompt", "content": "The rollout of checkout hangs. Find out why."},
            {"kind": "tool_call", "name": "shell", "call_id": "s1", "content": {"command": "env | sort"}},
            {"kind": "tool_result", "name": "shell", "call_id": "s1", "content": environment},
            {"kind": "thinking", "content": f"The token {planted.github} may have expired, which would explain it."},
            {"kind": "output", "content": "The registry refuses the token; rotate it and roll out again."},
        ],
    )


def _luhn(digits: str) -> str:
    """The digits with their Luhn check digit (ISO/IEC 7812-1)."""
    weighted = (int(digit) * (1 + (place % 2 == 0)) for place, digit in enumerate(reversed(digits)))
    return digits + str(-sum(value - 9 if value > 9 else value for value in weighted) % 10)


def _github(body: str) -> str:
    """A token with GitHub's own checksum: CRC-32 of the body in base 62, six digits."""
    rest, digits = zlib.crc32(body.encode()), ""
    for _ in range(6):
        rest, digit = divmod(rest, 62)
        digits = _BASE62[digit] + digits
    return f"ghp_{body}{digits}"
