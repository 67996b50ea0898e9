"""chDB behind ClickHouse's HTTP interface: `python -m reticent.embedded.clickhouse FOLDER HOST:PORT`.

chDB is the real engine, but a folder belongs to one process and there is no server. This is that process; clients
need not know that it is not a server. One query at a time: the engine's session is not made for more.
"""

from __future__ import annotations

import asyncio
import gzip
import re
import signal
import sys
import tempfile
import uuid
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import zstandard
from aiohttp import web

MOST_BYTES = 1 << 30
_INSERT = re.compile(
    r"\s*(insert\s+into\s.*?)\s+(?:settings\s+.*?\s+)?format\s+(\w+)\s*;?\s*(?:\n|$)", re.IGNORECASE | re.DOTALL
)
_CODE = re.compile(r"Code:\s*(\d+)")
_NOT_SETTINGS = frozenset({
    "query", "database", "user", "password", "default_format", "session_id", "session_timeout", "session_check",
    "query_id", "compress", "decompress", "quota_key", "wait_end_of_query", "client_protocol_version", "role",
    "enable_http_compression", "http_zlib_compression_level", "buffer_size",
})  # fmt: skip
_NAME = re.compile(r"[a-z_0-9]+")
_STATUS = {60: 404, 81: 404, 47: 404, 62: 400, 516: 403, 497: 403}
"""ClickHouse's own codes: unknown table, database, identifier; syntax; authentication; access."""


class Server:
    def __init__(self, folder: str) -> None:
        from chdb import session  # noqa: PLC0415 - a second to load, and only in this process

        make: Any = session.Session  # untyped
        self._session: Any = make(folder)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="chdb")
        self._scratch = tempfile.mkdtemp(prefix="reticent-insert-")

    async def answer(self, request: web.Request) -> web.Response:
        if request.path in ("/ping", "/replicas_status"):
            return web.Response(text="Ok.\n")
        try:
            body = _inflated(await request.read(), request.headers.get("Content-Encoding", ""))
        except (zlib.error, zstandard.ZstdError, OSError, ValueError):
            return web.Response(
                status=400, text="Code: 432. DB::Exception: the request's Content-Encoding is not understood\n"
            )
        query = request.query.get("query", "")
        if not query and not body:
            return web.Response(text="Ok.\n")
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._thread, self._run, query, body, dict(request.query), request)
        except Exception as error:
            return _failed(str(error))
        return found

    def _run(self, query: str, body: bytes, given: dict[str, str], request: web.Request) -> web.Response:
        database = given.get("database") or request.headers.get("X-ClickHouse-Database") or "default"
        self._session.query(f"USE {_quoted(database)}" if self._exists(database) else "USE default")
        settings = {
            k: v
            for k, v in given.items()
            if k not in _NOT_SETTINGS and not k.startswith("param_") and _NAME.fullmatch(k)
        }
        format = given.get("default_format") or request.headers.get("X-ClickHouse-Format") or "TabSeparated"
        insert = _INSERT.match(query) if query else _INSERT.match(body[:65536].decode("utf-8", "replace"))
        if insert is not None and (body if query else body[len(insert.group().encode()) :]).strip(b"\n"):
            data = body if query else body[len(insert.group().encode()) :]
            self._insert(insert.group(1), insert.group(2), data, settings)
            return _done(b"", format)
        text = query + ("\n" + body.decode() if body else "") if query else body.decode()
        parameters = {k[6:]: v for k, v in given.items() if k.startswith("param_")}
        text = _with_settings(text, settings)
        result: Any = (
            self._session.query(text, format, params=parameters) if parameters else self._session.query(text, format)
        )
        return _done(result.bytes() or b"", format)

    def _exists(self, database: str) -> bool:
        found = self._session.query("SELECT name FROM system.databases", "TabSeparated").bytes() or b""
        return database.encode() in found.split(b"\n")

    def _insert(self, head: str, format: str, data: bytes, settings: dict[str, str]) -> None:
        """The engine reads rows from a file; the settings go with the statement."""
        path = Path(self._scratch, uuid.uuid4().hex)
        try:
            path.write_bytes(data)
            named = ", ".join(f"{name}={_text(value)}" for name, value in settings.items())
            self._session.query(f"{head} FROM INFILE '{path}' {'SETTINGS ' + named if named else ''} FORMAT {format}")
        finally:
            path.unlink(missing_ok=True)

    def close(self) -> None:
        self._thread.shutdown(wait=True)
        self._session.close()


def _with_settings(query: str, settings: dict[str, str]) -> str:
    """Settings of the URL, for statements that take them at their end."""
    wanted = {k: v for k, v in settings.items() if k in _QUERY_SETTINGS}
    if not wanted or not re.match(r"\s*(?:--[^\n]*\n|/\*.*?\*/|\s)*(select|with)\b", query, re.IGNORECASE | re.DOTALL):
        return query
    if re.search(r"\bsettings\b", query, re.IGNORECASE):
        return query
    text = query.rstrip().rstrip(";")
    named = ", ".join(f"{name}={_text(value)}" for name, value in wanted.items())
    format = re.search(r"\s+format\s+\w+\s*$", text, re.IGNORECASE)
    end = format.start() if format else len(text)
    return f"{text[:end]}\nSETTINGS {named}{text[end:]}"


_QUERY_SETTINGS = frozenset({"max_result_rows", "max_execution_time", "max_rows_to_read", "final", "readonly"})


def _text(value: str) -> str:
    return value if value.isdigit() else "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _quoted(name: str) -> str:
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def _inflated(body: bytes, encoding: str) -> bytes:
    kind = encoding.strip().lower()
    if kind in ("", "identity"):
        return body
    if kind == "gzip":
        return gzip.decompress(body)
    if kind == "deflate":
        return zlib.decompress(body)
    if kind == "zstd":
        return zstandard.ZstdDecompressor().decompressobj().decompress(body)
    raise ValueError(kind)


def _done(content: bytes, format: str) -> web.Response:
    headers = {
        "X-ClickHouse-Summary": '{"read_rows":"0","read_bytes":"0","written_rows":"0","written_bytes":"0"}',
        "X-ClickHouse-Query-Id": str(uuid.uuid4()),
        "X-ClickHouse-Format": format,
        "X-ClickHouse-Timezone": "UTC",
    }
    return web.Response(body=content, headers=headers)


def _failed(message: str) -> web.Response:
    found = _CODE.search(message)
    code = int(found.group(1)) if found else 1001
    text = message if found else f"Code: {code}. DB::Exception: {message}"
    headers = {"X-ClickHouse-Exception-Code": str(code)}
    return web.Response(status=_STATUS.get(code, 500), text=text[:4000] + "\n", headers=headers)


async def _serve(folder: str, address: str) -> None:
    server = Server(folder)
    app = web.Application(client_max_size=MOST_BYTES)
    app.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    host, _, port = address.rpartition(":")
    await web.TCPSite(runner, host, int(port)).start()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
    await runner.cleanup()
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], sys.argv[2]))
