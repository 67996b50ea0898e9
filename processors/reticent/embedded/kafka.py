"""The embedded broker: noida-db's process, which speaks Kafka's protocol."""

from __future__ import annotations

from pathlib import Path

from ..errors import ServiceError
from .service import Service, choose, port_open, warn_unless_local

NAME = "the embedded broker"


def start_kafka(folder: Path, bind: str | None = None) -> Service:
    """Starts it with its data in `folder`/kafka, on `bind` (host:port) or a free port of loopback. It may not answer
    yet: `wait_kafka`. Raises ServiceError when the address is taken or noida-db is not installed."""
    try:
        import noida_db  # noqa: PLC0415 - only where the embedded broker is wanted
    except ImportError:
        raise ServiceError(f"{NAME} needs noida-db: pip install noida-db") from None
    # its binary itself: a wrapper in between would not pass signals on
    binary = Path(noida_db.__file__).with_name("noida-db")
    address = choose(bind, NAME)
    warn_unless_local(address, NAME)
    host, _, port = address.rpartition(":")
    data = folder / "kafka"
    data.mkdir(parents=True, exist_ok=True)
    command = [str(binary), "start", "--only", "kafka", "--host", host.strip("[]"), "--kafka-port", port]
    return Service(NAME, [*command, "--data-dir", str(data)], address, folder / "kafka.log")


def wait_kafka(service: Service) -> None:
    """Until it answers. Raises ServiceError."""
    service.wait(lambda: port_open(service.address))
