"""A registry on loopback."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

PERSON = {"type": "record", "name": "acme.Person", "fields": [{"name": "name", "type": "string"}]}
EVENT = {"type": "record", "name": "acme.Event", "fields": [{"name": "who", "type": "acme.Person"}]}


class Registry:
    """Answers as Confluent's does, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.status = 200
        self.failing = 0

    def add(self, number: int, schema: Any, kind: str | None = None, **more: Any) -> None:
        about = {} if kind is None else {"schemaType": kind}
        text = schema if isinstance(schema, str) else json.dumps(schema)
        self.answers[f"/schemas/ids/{number}"] = {"schema": text, **about, **more}

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.rel_url.raw_path)
        self.headers.append(dict(request.headers))
        if len(self.asked) <= self.failing:
            return web.Response(status=503)
        if self.status != 200:
            return web.Response(status=self.status, headers={"Location": "/elsewhere"})
        found = self.answers.get(request.rel_url.raw_path)
        if found is None:
            return web.json_response({"error_code": 40403, "message": "Schema not found"}, status=404)
        return web.Response(body=found if isinstance(found, bytes) else json.dumps(found).encode())


@pytest.fixture
async def registry() -> AsyncIterator[tuple[Registry, str]]:
    made = Registry()
    app = web.Application()
    app.router.add_route("GET", "/{path:.*}", made.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield made, f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()
