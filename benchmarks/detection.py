"""Detection and masking beside a bare Hyperscan scan of the same bytes with the same database, in one run.

    python benchmarks/detection.py [SECONDS]

Prints MB per CPU second: decode to encode over 8 KB traces with the whole shipped policy; 1,000 rules beside 100; one
text from 1 KB to 4 MB; other languages; talks whose history is sent with every call; the code and the prose of this
repository; texts made to hurt. With presidio-analyzer installed, it stands beside on 10 KB of prose.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import hyperscan

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.format_data.provider import openai_chat
from benchmarks.format_data.talk import talk
from benchmarks.measured import BATCH, LIMITS, Core, as_a_worker, batches, speed
from benchmarks.pipeline import trace

from reticent.cache import Cache
from reticent.detect import Detector
from reticent.detect.candidates.database import Database
from reticent.formats.document import Leaves
from reticent.model import Severity
from reticent.patterns.expression import expression
from reticent.policy import load_policy
from reticent.policy.rule import Rule


def scanning(rules: Sequence[Rule], texts: Sequence[str]) -> Callable[[], int]:
    """Scan of plain texts."""
    detector = Detector(rules, limits=LIMITS)

    def work() -> int:
        for text in texts:
            leaves = Leaves()
            leaves.add(text)
            detector.scan([leaves])
        return sum(len(text.encode()) for text in texts)

    return work


def bare(rules: Sequence[Rule], payloads: Sequence[bytes]) -> Callable[[], int]:
    """Hyperscan alone: the databases that detection uses, no start-of-match, a callback that does nothing."""
    databases = [part.database for part in Detector(rules, limits=LIMITS)._matcher._databases]
    joined = [b"\x00".join(batch) for batch in batches(payloads)]

    def work() -> int:
        for data in joined:
            for database in databases:
                database.scan(data, lambda *_: None)
        return sum(map(len, joined))

    return work


def as_written(rules: Sequence[Rule], payloads: Sequence[bytes]) -> tuple[Callable[[], int], int]:
    """Hyperscan alone with the rules' own patterns, but for wide bounds, as one would give them to it, and how many it
    does not take."""
    patterns = [expression(rule.pattern) for rule in rules]
    taken = [pattern for pattern in patterns if _takes(pattern)]
    database = Database(taken, store=Cache.of_user())
    joined = [b"\x00".join(batch) for batch in batches(payloads)]

    def work() -> int:
        for data in joined:
            database.scan(data, lambda *_: None)
        return sum(map(len, joined))

    return work, len(patterns) - len(taken)


def _takes(pattern: bytes) -> bool:
    try:
        Database([pattern])
    except hyperscan.error:
        return False
    return True


def operators_rules(count: int) -> list[Rule]:
    """Rules as operators write them: a prefix of their own and some digits or letters."""
    return [
        Rule(f"own-{n}", "", "custom", Severity.HIGH, rf"\bAC{n:04d}-[0-9A-Z]{{6,12}}\b", keywords=(f"ac{n:04d}-",))
        for n in range(count)
    ]


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    chance = random.Random(7)
    policy = load_policy(None)
    rules = [rule for rule in policy.rules if rule.pattern]
    payloads = [trace(chance, number) for number in range(1000)]
    print(f"{len(policy.rules)} rules; traces of {len(payloads[0]) / 1024:.1f} KB; MB per CPU second\n")
    core = Core(policy)
    as_a_worker()
    alone = speed(bare(rules, payloads), seconds)
    whole = speed(core.masking(payloads), seconds)
    written, refused = as_written(rules, payloads[:200])
    naive = speed(written, seconds)
    print(f"{'bare Hyperscan scan, our databases':48} {alone:8.1f}")
    print(f"{f'the patterns as written ({refused} it does not take)':48} {naive:8.1f}")
    print(f"{'decode, scan, mask, encode':48} {whole:8.1f}   {whole / alone:.2f} and {whole / naive:.1f} of these\n")

    texts = [payload.decode() for payload in payloads]
    few, many = (speed(scanning(operators_rules(count), texts), seconds) for count in (100, 1000))
    print(f"{'scan with 100 rules of an operator':48} {few:8.1f}")
    print(f"{'scan with 1,000 rules of an operator':48} {many:8.1f}   {many / few:.2f} of 100\n")

    text = "".join(texts)
    for size in (1024, 16 * 1024, 256 * 1024, 4 * 1024 * 1024):
        part = [text[at : at + size] for at in range(0, 4 * 1024 * 1024, max(size, 64 * 1024))]
        print(f"{f'scan of one text of {size // 1024:5} KB':48} {speed(scanning(rules, part), seconds):8.1f}")
    print()

    for name, phrase in LANGUAGES.items():
        other = speed(core.masking([in_part(payload, phrase) for payload in payloads]), seconds)
        print(f"{'the same traces, half of each ' + name:48} {other:8.1f}   {other / whole:.2f}")
    print()

    calls = talks(chance)
    each = [core.masking(of_a_turn) for of_a_turn in calls]
    anew = speed(lambda: sum(work() for work in each), seconds)
    known = speed(core.masking([payload for of_a_turn in calls for payload in of_a_turn]), seconds)
    print(f"{'talks of 40 messages, each call as if the first':48} {anew:8.1f}")
    print(f"{'the same, with what was found in earlier calls':48} {known:8.1f}   {known / anew:.2f}\n")

    for name, real in of_this_repository().items():
        alone = speed(bare(rules, [each.encode() for each in real]), seconds)
        whole = speed(scanning(rules, real), seconds)
        print(f"{f'{name} of this repository, {len(real)} files':48} {whole:8.1f}   {whole / alone:.2f} of a bare scan")
    print()

    for name, hurting in hurtful(chance).items():
        print(f"{'made to hurt: ' + name:48} {speed(scanning(rules, [hurting]), seconds):8.1f}")
    presidio(text[:10_240])


def talks(chance: random.Random) -> list[list[bytes]]:
    """The calls of a model in as many talks as a batch has records, turn by turn: each sends all that was said."""
    whole = [talk(chance, 40, f"{chance.choice('abcdef')}.{number}@mail.example.org") for number in range(BATCH)]
    return [[openai_chat(each.first(count)) for each in whole] for count in range(2, 41, 2)]


def of_this_repository() -> dict[str, list[str]]:
    """Texts that people write, with a candidate in every other line."""
    folder = Path(__file__).resolve().parent.parent
    kinds = {"code": ("processors/**/*.py", "tests/**/*.py"), "prose": ("*.md", "docs/*.md")}
    return {
        kind: [path.read_text(encoding="utf-8") for pattern in patterns for path in sorted(folder.glob(pattern))]
        for kind, patterns in kinds.items()
    }


LANGUAGES = {
    "German": "Für die Übersicht prüfen wir täglich, ob größere Änderungen nötig wären. ",
    "Russian": "Сегодня мы проверили, что все заказы клиента были доставлены вовремя. ",
    "Greek": "Σήμερα ελέγξαμε όλες τις παραγγελίες του πελάτη και είναι εντάξει. ",
    "Chinese": "今天我们检查了客户的所有订单，确认它们都已按时送达。系统运行正常；没有发现任何问题。",
    "Japanese": "本日はお客様のご注文をすべて確認しました。システムは正常に動作しています。",
    "emoji": "all good ✅ shipped 🚀 thanks ❤️ ",
}


def in_part(payload: bytes, phrase: str) -> bytes:
    """A trace of JSON, the first half of each longer text of which says this again and again."""

    def said(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: said(value) for key, value in node.items()}
        if isinstance(node, list):
            return [said(value) for value in node]
        if not isinstance(node, str) or len(node) < len(phrase):
            return node
        half = len(node) // 2
        return (phrase * (half // len(phrase) + 1))[:half] + " " + node[half:]

    return json.dumps(said(json.loads(payload)), ensure_ascii=False).encode()


def hurtful(chance: random.Random) -> dict[str, str]:
    """Texts in which every byte is a candidate of something."""
    size = 300_000

    def of(alphabet: str) -> str:
        return "".join(chance.choices(alphabet, k=size))

    return {
        "digits": of("0123456789"),
        "digits and blanks": of("0123456789 -."),
        "numbers of mobile telephones": " ".join(f"0{chance.randrange(10**9, 10**10)}" for _ in range(size // 12)),
        "one letter": "a" * size,
        "signs of mail": of("a@.b"),
        "keys": ("password=" * (size // 9)),
        "hex": of("0123456789abcdef"),
        "base64": of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
        "escapes": "\\u0041" * (size // 6),
        "brackets": "[{" * (size // 2),
        "look-alikes": "p\u0430" * (size // 3),
        "words of look-alikes": "\u0430\u0441 " * (size // 5),
        "zero-width": "a\u200b" * (size // 4),
        "full-width": "\uff11" * (size // 3),
    }


def presidio(text: str) -> None:
    try:
        from presidio_analyzer import AnalyzerEngine  # type: ignore[import-not-found]  # noqa: PLC0415 - optional
    except ImportError:
        print("\npresidio-analyzer is not installed: not measured beside")
        return
    engine = AnalyzerEngine()
    policy = load_policy(None)
    theirs = speed(lambda: len(engine.analyze(text, language="en")) * 0 + len(text), 3)
    ours = speed(scanning([rule for rule in policy.rules if rule.pattern], [text]), 3)
    print(f"\n{'presidio-analyzer, 10 KB':48} {theirs:8.2f}")
    print(f"{'ours, the same text':48} {ours:8.2f}   {ours / theirs:.0f} times")


if __name__ == "__main__":
    main()
