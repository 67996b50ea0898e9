"""The OpenTelemetry Collector's redaction processor beside us: the same OTLP protobuf records, the same patterns.

    python benchmarks/collector.py --collector PATH [--megabytes N]

Prints MB per CPU second: of the Collector with 25 patterns (its process, from OTLP/HTTP to an exporter that does
nothing), without them, and of the redaction alone, which is the difference; of our core, decode to encode, with the
same patterns as an operator's rules and with the whole shipped policy. Without a Collector it says how one is made.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.format_data.tracing import otlp_protobuf
from benchmarks.formats import records
from benchmarks.measured import Core, as_a_worker, speed
from tests.integration.kafka import free_port

from reticent.policy import CompiledPolicy, load_policy

PATTERNS = {
    "aws-key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "github-token": r"\bgh[pousr]_[0-9A-Za-z]{36}\b",
    "github-pat": r"\bgithub_pat_[0-9A-Za-z_]{82}\b",
    "gitlab-pat": r"\bglpat-[0-9A-Za-z_-]{20}\b",
    "slack-token": r"\bxox[abprs]-[0-9A-Za-z-]{10,72}\b",
    "slack-hook": r"hooks\.slack\.com/services/T[0-9A-Z]+/B[0-9A-Z]+/[0-9A-Za-z]+",
    "stripe-key": r"\b[sr]k_(?:live|test)_[0-9A-Za-z]{24,99}\b",
    "google-key": r"\bAIza[0-9A-Za-z_-]{35}\b",
    "openai-key": r"\bsk-(?:proj-)?[0-9A-Za-z_-]{32,180}\b",
    "anthropic-key": r"\bsk-ant-[0-9A-Za-z_-]{80,120}\b",
    "npm-token": r"\bnpm_[0-9A-Za-z]{36}\b",
    "pypi-token": r"\bpypi-[0-9A-Za-z_-]{50,200}",
    "sendgrid-key": r"\bSG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}\b",
    "twilio-key": r"\bSK[0-9a-f]{32}\b",
    "huggingface-token": r"\bhf_[0-9A-Za-z]{34}\b",
    "jwt": r"\beyJ[0-9A-Za-z_-]{10,500}\.eyJ[0-9A-Za-z_-]{10,500}\.[0-9A-Za-z_-]{10,500}",
    "private-key": r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----",
    "bearer": r"(?i)\bbearer\s{1,4}[0-9a-z._~+/-]{20,500}",
    "url-password": r"\b[a-z]{3,10}://[^\s:/@]{1,40}:[^\s/@]{1,80}@[0-9A-Za-z.-]{1,80}",
    "email-address": r"\b[0-9A-Za-z._%+-]{1,64}@[0-9A-Za-z.-]{1,80}\.[A-Za-z]{2,10}\b",
    "us-ssn": r"\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b",
    "card": r"\b(?:4[0-9]{3}|5[1-5][0-9]{2})(?:[ -]?[0-9]{4}){3}\b",
    "iban": r"\b[A-Z]{2}[0-9]{2}(?: ?[0-9A-Z]{4}){3,7}\b",
    "phone": r"\+[1-9][0-9]{0,2}[ -]?(?:[0-9]{2,4}[ -]?){2,4}[0-9]{2,4}\b",
    "ipv4": r"\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b",
}
"""Well-known shapes of credentials and of people's data, as somebody writes them into a Collector's configuration."""
CHEAPER = 20
"""Times more data where nothing is redacted: the kernel counts CPU time in hundredths of a second."""
START_SECONDS = 30
HOW = """not measured: name a Collector with --collector PATH or RETICENT_COLLECTOR. Its builder makes one:
    go install go.opentelemetry.io/collector/cmd/builder@v0.165.0
    builder --config manifest.yaml
where manifest.yaml is
    dist: {name: otelcol, output_path: ./otelcol}
    receivers: [{gomod: go.opentelemetry.io/collector/receiver/otlpreceiver v0.165.0}]
    processors:
      - gomod: github.com/open-telemetry/opentelemetry-collector-contrib/processor/redactionprocessor v0.165.1
    exporters:
      - gomod: go.opentelemetry.io/collector/exporter/nopexporter v0.165.0
      - gomod: go.opentelemetry.io/collector/exporter/debugexporter v0.165.0"""


@dataclass(frozen=True, slots=True)
class Collector:
    """A running one. `log`: where it says what it exports, if it does."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def cpu(self) -> float:
        """Seconds of user and system time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def send(self, payloads: Sequence[bytes]) -> None:
        """One request a record over one connection. Ends the benchmark where one is not taken."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            for payload in payloads:
                connection.request("POST", "/v1/traces", payload, {"content-type": "application/x-protobuf"})
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    raise SystemExit(f"the Collector answered {answer.status}")


def configuration(port: int, *, redaction: bool, exporter: str) -> dict[str, Any]:
    redact = {"allow_all_keys": True, "blocked_values": list(PATTERNS.values()), "summary": "silent"}
    processors = {"redaction": redact} if redaction else {}
    return {
        "receivers": {"otlp": {"protocols": {"http": {"endpoint": f"127.0.0.1:{port}"}}}},
        "processors": processors,
        "exporters": {exporter: {"verbosity": "detailed"} if exporter == "debug" else {}},
        "service": {
            "telemetry": {"metrics": {"level": "none"}, "logs": {"level": "info" if exporter == "debug" else "error"}},
            "pipelines": {"traces": {"receivers": ["otlp"], "processors": list(processors), "exporters": [exporter]}},
        },
    }


@contextlib.contextmanager
def running(program: Path, *, redaction: bool, exporter: str = "nop") -> Iterator[Collector]:
    """Ends with the block. Ends the benchmark where it does not start."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="reticent-collector-") as folder:
        file, log = Path(folder, "config.yaml"), Path(folder, "log")
        file.write_text(yaml.safe_dump(configuration(port, redaction=redaction, exporter=exporter)), encoding="utf-8")
        with log.open("wb") as out:
            process = subprocess.Popen([program, "--config", file], stdout=out, stderr=subprocess.STDOUT, cwd=folder)
        try:
            _wait(process, port, log)
            yield Collector(process, port, log)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=1).connect()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"the Collector does not start:\n{log.read_text(errors='replace')[-2000:]}")


def check(program: Path, payload: bytes, address: str) -> None:
    """That it masks what it is measured with: the address is in what goes out without redaction, and not with it."""
    for redaction in (False, True):
        with running(program, redaction=redaction, exporter="debug") as collector:
            collector.send([payload])
            time.sleep(0.5)
            text = collector.log.read_text(errors="replace")
        if "gen_ai.input.messages" not in text or (address in text) is redaction:
            raise SystemExit("the Collector does not do what it is measured for")


def measured(program: Path, payloads: Sequence[bytes], size: float, *, redaction: bool) -> float:
    """MB per CPU second over `size` MB."""
    with running(program, redaction=redaction) as collector:
        collector.send(payloads[:20])
        began, sent = collector.cpu(), 0
        while sent < size * 1e6:
            collector.send(payloads)
            sent += sum(map(len, payloads))
        return sent / 1e6 / (collector.cpu() - began)


def operators_policy() -> CompiledPolicy:
    """The same patterns, as they stand in somebody's policy file."""
    rules = [{"id": f"own-{name}", "pattern": pattern} for name, pattern in PATTERNS.items()]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "policy.yaml")
        file.write_text(yaml.safe_dump({"version": 1, "packs": [], "rules": rules}), encoding="utf-8")
        return load_policy(file)


def ours(policy: CompiledPolicy, payloads: Sequence[bytes], seconds: float) -> float:
    core = Core(policy)
    if not core.findings(payloads[0]):
        raise SystemExit("our rules do not find the address")
    as_a_worker()
    return speed(core.masking(payloads), seconds)


def main() -> None:
    reader = argparse.ArgumentParser(description="The Collector's redaction processor beside us")
    known = os.environ.get("RETICENT_COLLECTOR")
    reader.add_argument("--collector", type=Path, default=known, help="a program (default: RETICENT_COLLECTOR)")
    reader.add_argument("--megabytes", type=float, default=8.0, help="that are redacted")
    reader.add_argument("--seconds", type=float, default=3.0, help="for each figure of ours")
    said = reader.parse_args()
    if said.collector is None:
        print(HOW)
        return
    program = said.collector.resolve()
    payloads = records(otlp_protobuf, mail=True)
    check(program, payloads[0], "mail.example.org")
    whole = measured(program, payloads, said.megabytes, redaction=True)
    transport = measured(program, payloads, said.megabytes * CHEAPER, redaction=False)
    alone = 1 / (1 / whole - 1 / transport)
    same, shipped = (ours(policy, payloads, said.seconds) for policy in (operators_policy(), load_policy(None)))
    mean = sum(map(len, payloads)) / len(payloads) / 1024
    print(f"OTLP protobuf of {mean:.1f} KB with one e-mail address; {len(PATTERNS)} patterns; MB per CPU second\n")
    for title, figure in (
        ("Collector with redaction", whole),
        ("Collector without it", transport),
        ("redaction alone (the difference)", alone),
        ("ours, the same patterns", same),
        ("ours, the whole shipped policy", shipped),
    ):
        print(f"{title:36} {figure:8.2f}   {figure / whole:7.1f} of it   {figure / alone:7.1f} of the redaction alone")


if __name__ == "__main__":
    main()
