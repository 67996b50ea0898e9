"""No log line holds what an exception says, wherever it was raised, nor what libraries tell of records."""

from __future__ import annotations

import io
import logging
import sys
import threading
from collections.abc import Iterator

import msgspec
import pytest

from reticent.stream import logs

from ...logs import kept

SECRET = "hunter2"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where log lines go; what was set before comes back afterwards."""
    made = io.StringIO()
    with kept():
        logs.configure(made)
        yield made


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    text = stream.getvalue()
    assert SECRET not in text
    return [msgspec.json.decode(line) for line in text.splitlines()]


def fails() -> None:
    raise ValueError(SECRET)


def test_an_exception_is_named_by_type_and_place(stream: io.StringIO) -> None:
    try:
        fails()
    except ValueError:
        logging.getLogger("reticent").exception("it failed")
    (line,) = lines(stream)
    assert (line["message"], str(line["error"]).split(":")[0]) == ("it failed", "ValueError at test_logs.py")


def test_an_exception_that_ends_a_thread_or_the_process_is_too(
    stream: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    thread = threading.Thread(target=fails)
    thread.start()
    thread.join()
    try:
        fails()
    except ValueError:
        kind, error, trace = sys.exc_info()
        assert kind is not None and error is not None
        sys.excepthook(kind, error, trace)
    found = lines(stream)
    assert [str(line["message"]).partition(" ended")[0] for line in found] == ["a thread", "the process"]
    assert all(str(line["error"]).startswith("ValueError at test_logs.py") for line in found)
    assert SECRET not in "".join(capsys.readouterr())


def test_an_exception_in_a_finalizer_is_too(stream: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    class Ends:
        def __del__(self) -> None:
            fails()

    made = Ends()
    del made
    assert lines(stream)[0]["message"] == "a finalizer ended with an exception"
    assert SECRET not in "".join(capsys.readouterr())


@pytest.mark.parametrize("library", ["aiokafka.consumer", "faust", "mode.services", "asyncio", "clickhouse_connect"])
def test_libraries_arguments_are_named_by_type(stream: io.StringIO, library: str) -> None:
    logger = logging.getLogger(library)
    logger.warning("cannot send %s to %s", ValueError(SECRET), 9092)
    logger.warning("cannot send %(value)s", {"value": SECRET.encode()})
    logger.warning("cannot send %s", SECRET * 100)
    assert [line["message"] for line in lines(stream)] == [
        "cannot send <ValueError> to 9092", "cannot send <bytes>", "cannot send <str>",
    ]  # fmt: skip
    logger.info("quiet %s", SECRET)
    assert len(lines(stream)) == 3


def test_what_a_library_says_again_and_again_comes_once_a_minute_with_its_number(
    stream: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As clients do while a broker is away, ten times a second each."""
    library = logging.getLogger("aiokafka.cluster")
    for number in range(20):
        library.error("no node %d", number)
    library.error("another line")
    monkeypatch.setattr(logs, "SPARING_SECONDS", 0.0)
    library.error("no node %d", 20)
    assert [line["message"] for line in lines(stream)] == [
        "no node 0", "another line", "no node 20 (and 19 times since the last such line)",
    ]  # fmt: skip


def test_our_own_lines_all_come(stream: io.StringIO) -> None:
    for _ in range(3):
        logging.getLogger("reticent.stream").error("it failed")
    assert len(lines(stream)) == 3
