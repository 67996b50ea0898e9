"""What a person writes in a policy file, as it is written."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


Count = Annotated[int, msgspec.Meta(ge=1)]


class Examples(_Part, frozen=True, kw_only=True):
    match: tuple[str, ...] = ()
    no_match: tuple[str, ...] = ()


class ContextSpec(_Part, frozen=True, kw_only=True):
    support: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    window: int = 80
    required: bool = False


class AtSpec(_Part, frozen=True, kw_only=True):
    key: str = ""
    path: str = ""
    step: str = ""


class ShapeSpec(_Part, frozen=True, kw_only=True):
    kind: Literal["table", "code", "diff", "blob"]
    least: Annotated[int, msgspec.Meta(ge=2)]


class RuleSpec(_Part, frozen=True, kw_only=True):
    """`pattern`, `at` or `shape`: one of them."""

    id: str
    pattern: str = ""
    at: AtSpec | None = None
    shape: ShapeSpec | None = None
    trigger: str = ""
    title: str = ""
    category: str = "custom"
    severity: Literal["low", "medium", "high", "critical"] = "high"
    keywords: tuple[str, ...] = ()
    validators: tuple[str, ...] = ()
    context: ContextSpec | None = None
    entropy: float = 0.0
    allow: tuple[str, ...] = ()
    examples: Examples = Examples()


class DictionarySpec(_Part, frozen=True, kw_only=True):
    id: str
    file: str
    category: str = "custom"
    severity: Literal["low", "medium", "high", "critical"] = "high"


class Where(_Part, frozen=True, kw_only=True):
    """All that is given must hold."""

    format: str | None = None
    tenant: str | None = None
    step: str | None = None
    path: str | None = None
    category: str | None = None


class ApplySpec(_Part, frozen=True, kw_only=True):
    rules: tuple[str, ...]
    action: Literal["redact", "partial", "hash", "drop", "summarise"]
    where: Where = Where()


class When(_Part, frozen=True, kw_only=True):
    """All that is given must hold. `bytes`, `steps`, `leaves`: at least so many. `findings`: at least so many of
    those that `category`, `severity` (at least) and `rules` select; `distinct`: so many different values;
    `repeated`: one value so many times."""

    bytes: Count | None = None
    steps: Count | None = None
    leaves: Count | None = None
    findings: Count | None = None
    distinct: Count | None = None
    repeated: Count | None = None
    category: str | None = None
    severity: Literal["low", "medium", "high", "critical"] | None = None
    rules: tuple[str, ...] = ()
    tenant: str | None = None
    format: str | None = None


class ThresholdSpec(_Part, frozen=True, kw_only=True):
    id: str
    when: When
    action: Literal["hold", "block"]


BlobDeed = Literal["replace", "drop", "pass"]


class OpaqueSpec(_Part, frozen=True, kw_only=True):
    """What becomes of values that are no text, by kind; `default` of those not named."""

    default: BlobDeed = "replace"
    signature: BlobDeed | None = None
    reasoning: BlobDeed | None = None
    image: BlobDeed | None = None
    audio: BlobDeed | None = None
    video: BlobDeed | None = None
    file: BlobDeed | None = None
    binary: BlobDeed | None = None


class ApprovalsSpec(_Part, frozen=True, kw_only=True):
    groups: tuple[str, ...] = ()
    minimum: int = 1
    expires: Any = "24h"


class PolicySpec(_Part, frozen=True, kw_only=True):
    version: Literal[1]
    mode: Literal["enforce", "shadow"] = "enforce"
    packs: tuple[str, ...] = ()
    disable: tuple[str, ...] = ()
    enable: tuple[str, ...] = ()
    rules: tuple[RuleSpec, ...] = ()
    dictionaries: tuple[DictionarySpec, ...] = ()
    apply: tuple[ApplySpec, ...] = (ApplySpec(rules=("*",), action="redact"),)
    thresholds: tuple[ThresholdSpec, ...] = ()
    approvals: ApprovalsSpec = ApprovalsSpec()
    opaque: OpaqueSpec = OpaqueSpec()
