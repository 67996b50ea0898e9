"""Puts the rooms together from the settings: what a worker process runs, and what the command line borrows."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from . import outcome
from .approvals.desk import ApprovalDesk
from .cache import Cache
from .detect import Detector
from .errors import AuthenticationError, ConfigError
from .formats.registry import Formats
from .identity import Authenticator
from .limits import Limits
from .masking import Sealer, Tokens, mask_text
from .model import Action, Outgoing, RawRecord
from .pipeline import Pipeline
from .policy import CompiledPolicy, load_policy
from .schemaregistry import SchemaStore
from .schemaregistry.store import numbers_of
from .settings import Settings
from .sinks.clickhouse import ClickHouseStore
from .sinks.registry import Sink, make_sinks

log = logging.getLogger(__name__)

_YOUNG = (100_000, 20, 20)
"""Objects between two looks of the collector: a batch makes hundreds of thousands, and none of them in circles."""
RELOAD_SECONDS = 5.0
"""How often a worker looks whether its policy file has changed."""


class Gateway:
    """The processor of a worker: a pipeline, its keys, and a policy that can be exchanged while it runs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._master = settings.masking.key()
        self._authenticator = authenticator(settings)
        self._schemas = SchemaStore(settings.schemas)
        self._formats = Formats(self._schemas)
        self._files: Sequence[Path] = ()
        self._stamps: Sequence[_Stamp] = ()
        self._pipeline = self._compiled()
        self._announce = True
        self._looked = time.monotonic()
        # rules and engines stay for good: the collector need not look at them with every batch of documents
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_YOUNG)
        _give_back()

    def _compiled(self) -> Pipeline:
        policy = load_policy(self._settings.policy_path)
        self._files, self._stamps = policy.files, _stamps(policy.files)
        pipeline = Pipeline(
            policy,
            self._authenticator,
            master=self._master,
            limits=self._settings.limits,
            store=Cache.of_user(),
            formats=self._formats,
        )
        pipeline.self_test()
        log.info("policy %s: %d rules, mode %s", policy.digest, len(policy.rules), policy.mode)
        return pipeline

    async def prepare(self, records: Sequence[RawRecord]) -> None:
        await self._authenticator.prepare(records)
        framed = [record for record in records if numbers_of(record)]
        await self._schemas.prepare([record for record in framed if self._knows(record)])
        if time.monotonic() - self._looked >= RELOAD_SECONDS:
            self._looked = time.monotonic()
            await self._reload()

    def _knows(self, record: RawRecord) -> bool:
        """Whose record it is: strangers do not choose what is fetched."""
        try:
            self._authenticator.authenticate(record, time.time())
        except AuthenticationError:
            return False
        return True

    async def _reload(self) -> None:
        """A changed policy takes the place of the old one when it compiles and passes its own examples; a changed
        dictionary is a changed policy."""
        stamps = _stamps(self._files)
        if stamps == self._stamps:
            return
        self._stamps = stamps
        try:
            self._pipeline = await asyncio.to_thread(self._compiled)
        except ConfigError as error:
            log.error("the changed policy is not taken, the old one goes on: %s", error)  # noqa: TRY400 - for people
        else:
            self._announce = True

    def process(self, records: Sequence[RawRecord], now: float) -> Sequence[Sequence[Outgoing]]:
        pipeline = self._pipeline
        outputs = pipeline.process(records, now)
        if self._announce and outputs:
            self._announce = False
            outputs[0].append(outcome.policy_loaded(pipeline.policy, now))
        return outputs

    def replace(self, record: RawRecord, now: float) -> Sequence[Outgoing]:
        return self._pipeline.block(
            record, now, "output-too-large", "the masked record is larger than the broker takes; send smaller traces"
        )

    def block(self, record: RawRecord, now: float) -> Sequence[Outgoing]:
        return self._pipeline.block(
            record, now, "internal", "judging the record ended the gateway's process again and again, so it is blocked"
        )


def _give_back() -> None:
    """Gives memory that was freed back to the system, where the C library knows how (glibc)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def authenticator(settings: Settings) -> Authenticator:
    """Raises ConfigError when nobody could ever be authenticated."""
    if not settings.identity.issuers:
        raise ConfigError(
            "no issuer is configured, so no producer could be authenticated",
            where="identity.issuers",
            advice="name at least one: {issuer: https://idp.example, audience: reticent}",
        )
    return Authenticator(
        settings.identity, lag_seconds=settings.limits.lag_seconds, topics=settings.topics_of_tenants()
    )


def reason_masker(policy: CompiledPolicy, master: bytes, limits: Limits) -> Callable[[str, str], str]:
    """Masks what an approver wrote, under the tenant's key."""
    detector = Detector(policy.rules, policy.dictionaries, limits=limits, store=Cache.of_user())
    turn = threading.Lock()  # desks of several partitions share it, each in a thread of its own

    def mask(tenant: str, text: str) -> str:
        with turn:
            return mask_text(text, detector, lambda *_: Action.REDACT, Tokens(master, tenant))

    return mask


_Stamp = tuple[int, int] | None


def _stamps(files: Sequence[Path]) -> list[_Stamp]:
    """By which a changed file is known: when it was written, and its size; None where it is not there."""
    found: list[_Stamp] = []
    for file in files:
        try:
            status = file.stat()
        except OSError:
            found.append(None)
        else:
            found.append((status.st_mtime_ns, status.st_size))
    return found


def make_desk(settings: Settings) -> Callable[[int], ApprovalDesk]:
    master = settings.masking.key()
    mask = reason_masker(load_policy(settings.policy_path), master, settings.limits)
    known = authenticator(settings)
    sealer = Sealer(master)
    return lambda partition: ApprovalDesk(partition, authenticator=known, sealer=sealer, mask_reason=mask)


class Assembly:
    """The factories of a worker process; it travels there by pickle."""

    processor = staticmethod(Gateway)
    desk = staticmethod(make_desk)

    @staticmethod
    def archive(settings: Settings) -> Sink:
        return ClickHouseStore(settings.clickhouse, SchemaStore(settings.schemas))

    @staticmethod
    def forward(settings: Settings) -> Sequence[Sink]:
        return make_sinks(settings)


def check_worker(settings: Settings) -> None:
    """What a person would rather hear before processes start. Raises ConfigError."""
    settings.masking.key()
    authenticator(settings)
    Formats(SchemaStore(settings.schemas))
    load_policy(settings.policy_path)
