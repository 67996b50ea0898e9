"""chDB behind ClickHouse's HTTP interface: `python -m reticent.embedded.clickhouse FOLDER HOST:PORT`.

chDB is the real engine, but a folder belongs to one process and there is no server. This is that process; clients
need not know that it is not a server. It ends when its stdin does, which its owner holds, and on SIGTERM. A password,
if there is one, comes in the environment (PASSWORD_VARIABLE). HTTP sessions are not kept: each request stands alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import ipaddress
import os
import signal
import sys
import threading
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from . import encodings
from .dialect import BAD_ARGUMENTS, NOT_IMPLEMENTED, RefusedError, understand
from .engine import Answer, Engine
from .reach import ACCESS_DENIED
from .service import PASSWORD_VARIABLE

MOST_BYTES = 1 << 30
THREADS = 4
"""Requests at once; further ones wait."""
STOP_SECONDS = 5.0
AUTHENTICATION_FAILED = 516

# as a server answers, by ClickHouse's code; what is not here is 500
_STATUS: Mapping[int, int] = {
    **dict.fromkeys((6, 25, 26, 27, 33, 36, 38, 41, 53, 56, 62, 72, 117, 321, 456, 457), 400),
    **dict.fromkeys((192, 193, AUTHENTICATION_FAILED, ACCESS_DENIED), 403),
    **dict.fromkeys((46, 47, 50, 56, 60, 63, 73, 81, 115), 404),
    NOT_IMPLEMENTED: 501,
}


class Server:
    """The pages of the HTTP interface over one engine."""

    def __init__(self, engine: Engine, password: str = "") -> None:
        self._engine, self._password = engine, password
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="query")

    def application(self) -> web.Application:
        application = web.Application(client_max_size=MOST_BYTES)
        for path in ("/ping", "/replicas_status"):
            application.router.add_get(path, _alive)
        for path in ("/", "/query"):
            application.router.add_route("*", path, self._answer)
        return application

    def close(self) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._engine.close()

    async def _answer(self, request: web.Request) -> web.Response:
        query_id = request.query.get("query_id") or str(uuid.uuid4())
        try:
            _refuse_pages(request)
            self._authenticate(request)
            given, body = await _contents(request)
            if not given.get("query") and not body:
                return await _alive(request)
            # large bodies take their time: the loop has other clients to serve
            answer, content, encoding = await asyncio.get_running_loop().run_in_executor(
                self._threads, self._run, request, given, body
            )
        except RefusedError as error:
            return _failed(error, query_id)
        return self._done(answer, content, encoding, query_id)

    def _run(self, request: web.Request, given: Mapping[str, str], body: bytes) -> tuple[Answer, bytes, str]:
        """The answer, and its content in the encoding named. Raises RefusedError."""
        try:
            plain = encodings.inflate(body, request.headers.get("Content-Encoding", ""))
        except ValueError as error:
            raise RefusedError(BAD_ARGUMENTS, str(error)) from None
        meant = understand(given, request.headers, plain, read_only=request.method in ("GET", "HEAD"))
        answer = self._engine.run(meant)
        encoding = ""
        if given.get("enable_http_compression", "0") not in ("0", "false"):
            encoding = encodings.accepted(request.headers.get("Accept-Encoding", ""))
        return answer, encodings.deflate(answer.content, encoding) if encoding else answer.content, encoding

    def _authenticate(self, request: web.Request) -> None:
        """One user, whatever its name; only its password counts, when there is one."""
        if self._password and not hmac.compare_digest(_password(request).encode(), self._password.encode()):
            raise RefusedError(
                AUTHENTICATION_FAILED,
                "default: Authentication failed: password is incorrect, or there is no user with such name.",
            )

    def _done(self, answer: Answer, content: bytes, encoding: str, query_id: str) -> web.Response:
        summary = {
            "read_rows": answer.read_rows,
            "read_bytes": answer.read_bytes,
            "written_rows": answer.written_rows,
            "written_bytes": answer.written_bytes,
            "result_rows": 0,
            "result_bytes": len(answer.content),
            "elapsed_ns": int(answer.seconds * 1e9),
        }
        headers = {
            "X-ClickHouse-Query-Id": query_id,
            "X-ClickHouse-Server-Display-Name": "reticent",
            "X-ClickHouse-Summary": "{" + ",".join(f'"{name}":"{value}"' for name, value in summary.items()) + "}",
            "X-ClickHouse-Timezone": self._engine.timezone,
            "Content-Type": "text/plain; charset=UTF-8",
        }
        if answer.format is not None:
            headers["X-ClickHouse-Format"] = answer.format
            headers["Content-Type"] = _CONTENT_TYPES.get(answer.format, headers["Content-Type"])
        if encoding:
            headers["Content-Encoding"] = encoding
        return web.Response(body=content, headers=headers)


_CONTENT_TYPES = {
    "JSON": "application/json; charset=UTF-8",
    "JSONCompact": "application/json; charset=UTF-8",
    "JSONEachRow": "application/x-ndjson; charset=UTF-8",
    "TabSeparated": "text/tab-separated-values; charset=UTF-8",
    "TabSeparatedWithNames": "text/tab-separated-values; charset=UTF-8",
    "CSV": "text/csv; charset=UTF-8; header=absent",
    "CSVWithNames": "text/csv; charset=UTF-8; header=present",
    "Native": "application/octet-stream",
    "RowBinary": "application/octet-stream",
    "Arrow": "application/octet-stream",
    "Parquet": "application/octet-stream",
}


async def _alive(_: web.Request) -> web.Response:
    return web.Response(text="Ok.\n")


async def _contents(request: web.Request) -> tuple[dict[str, str], bytes]:
    """The parameters of the URL, and of a form when the body is one; and the body, as it came."""
    given = dict(request.query)
    if request.content_type == "multipart/form-data":
        for name, value in (await request.post()).items():
            if not isinstance(value, str):
                raise RefusedError(NOT_IMPLEMENTED, "external tables are not supported here")
            given[name] = value
        return given, b""
    return given, await request.read()


def _refuse_pages(request: web.Request) -> None:
    """A web page in a browser of this machine must not reach the engine: neither by a request across origins, nor
    under a name that somebody made to point here."""
    host = urlsplit(f"//{request.host}").hostname or ""
    if "Origin" in request.headers or request.headers.get("Sec-Fetch-Site", "none") != "none" or not _literal(host):
        raise RefusedError(ACCESS_DENIED, "requests of web pages are refused; use the address itself or localhost")


def _literal(host: str) -> bool:
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(host)
        return True
    return host == "localhost"


def _password(request: web.Request) -> str:
    with contextlib.suppress(ValueError):
        given: str = aiohttp.BasicAuth.decode(request.headers.get("Authorization", "")).password
        return given
    return request.headers.get("X-ClickHouse-Key") or request.query.get("password", "")


def _failed(error: RefusedError, query_id: str) -> web.Response:
    headers = {"X-ClickHouse-Exception-Code": str(error.code), "X-ClickHouse-Query-Id": query_id}
    if error.code == AUTHENTICATION_FAILED:
        headers["WWW-Authenticate"] = 'Basic realm="ClickHouse server HTTP API"'
    return web.Response(status=_STATUS.get(error.code, 500), text=f"{error}\n", headers=headers)


async def _serve(folder: str, address: str) -> None:
    os.environ["TZ"] = "UTC"
    host, _, port = address.rpartition(":")
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    _end_with_owner(loop, stop)
    server = Server(Engine(folder), os.environ.pop(PASSWORD_VARIABLE, ""))
    # inflating is `encodings`' part; and a client that keeps its connection open must not hold the end up
    runner = web.AppRunner(server.application(), access_log=None, auto_decompress=False, shutdown_timeout=STOP_SECONDS)
    await runner.setup()
    await web.TCPSite(runner, host.strip("[]"), int(port)).start()
    await stop.wait()
    await runner.cleanup()
    with contextlib.suppress(TimeoutError):  # a query that does not end leaves the tables as they were
        await asyncio.wait_for(asyncio.to_thread(server.close), STOP_SECONDS)


def _end_with_owner(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    def watch() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 1024):
                pass
        loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=watch, name="owner", daemon=True).start()


if __name__ == "__main__":
    asyncio.new_event_loop().run_until_complete(_serve(sys.argv[1], sys.argv[2]))
    os._exit(0)  # the engine's own threads have nothing left to do, and must not be waited for
