"""Members of a group on this machine: who died leaves at once, and who comes joins after the one before.

A broker gives a dead member's partitions to others when its session has ended; the embedded one never does. Who
starts on the same machine knows sooner: the id of a member's client says which process it is, and whether that one
still runs can be looked up. And of two who join an empty group within a moment, the embedded broker may answer
neither. What is delivered once and in which order is `delivery`'s affair, and does not depend on any of this.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import logging
import os
import re
import socket
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from aiokafka.protocol.group import LeaveGroupRequest

from ..errors import ServiceError
from ..settings import Kafka
from .connection import admin

log = logging.getLogger(__name__)

SECONDS = 10.0
"""The most that looking for the dead may take; without it a start is only slower."""
TURN_SECONDS, JOINING_SECONDS = 20.0, 10.0
"""How long one waits for its turn to join, and how long one has it at most."""
_PROC = Path("/proc")
_OURS = re.compile(r"\.([0-9a-f]{8})\.(\d+)\.(\d+)")


def client_id(group: str) -> str:
    """Of this process's member of the group: the group, the machine, the process and when it began."""
    return f"{group}.{_machine()}.{os.getpid()}.{_began(os.getpid()) or 0}"


async def leave_for_dead(kafka: Kafka, group: str) -> int:
    """How many members of this machine, whose processes are gone, left the group now. Never raises for long: whoever
    cannot be asked or told is left to the broker."""
    try:
        async with asyncio.timeout(SECONDS), admin(kafka) as client:
            found = await client.describe_consumer_groups([group])
            dead = list(_dead(group, found))
            for member in dead:
                await _leave(client, group, member)
    except (KafkaError, ServiceError, OSError, TimeoutError) as error:
        log.info("%s: its members cannot be looked at (%s)", group, type(error).__name__)
        return 0
    if dead:
        log.info("%s: %d members of this machine had died; they have left now", group, len(dead))
    return len(dead)


async def turn_to_join(kafka: Kafka, group: str) -> socket.socket | None:
    """Something to close once the group is joined; meanwhile nobody else of this machine joins it. It is closed with
    the process, too. None: it is not given back in time, or there is no such thing here; then all join at once."""
    name = hashlib.sha256(f"{kafka.bootstrap} {group}".encode()).hexdigest()[:16]
    turn = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    end = time.monotonic() + TURN_SECONDS
    while sys.platform == "linux" and time.monotonic() < end:
        try:
            turn.bind(f"\0reticent-{os.getuid()}-{name}")  # a name that one socket has at a time, and no file
        except OSError:
            await asyncio.sleep(0.05)
        else:
            return turn
    turn.close()
    return None


async def _leave(client: AIOKafkaAdminClient, group: str, member: str) -> None:
    coordinator = await client.find_coordinator(group)
    # the admin client has no method of its own for it
    await client._send_request(LeaveGroupRequest(group, member), coordinator)


def _dead(group: str, described: list[Any]) -> Iterator[str]:
    for response in described:
        for each in response.to_object()["groups"]:
            for member in each["members"]:
                name = member["client_id"]
                ours = _OURS.fullmatch(name.removeprefix(group)) if name.startswith(group) else None
                if ours is not None and ours[1] == _machine() and not _runs(int(ours[2]), int(ours[3])):
                    yield member["member_id"]


def _runs(process: int, began: int) -> bool:
    if _PROC.is_dir():
        return _began(process) == began
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is somebody else's
        pass
    return True


def _began(process: int) -> int | None:
    """When a process began, in ticks since the machine did; None when it is gone, or has no /proc to look into."""
    try:
        text = (_PROC / str(process) / "stat").read_text()
    except OSError:
        return None
    state, *fields = text.rpartition(")")[2].split()  # proc(5): the name in brackets may hold anything
    return None if state in "ZX" else int(fields[18])


@functools.cache
def _machine() -> str:
    """This machine since it was started; in a container, that container: processes are numbered anew in each."""
    parts = [socket.gethostname()]
    try:
        parts += [(_PROC / "sys/kernel/random/boot_id").read_text(), str((_PROC / "self/ns/pid").readlink())]
    except OSError:
        parts.append(hex(uuid.getnode()))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]
