"""What is masked where its format's own readers take no text is something that they take, and nothing else is touched;
readers of other languages and of packages that are not installed here were asked once, with the same documents."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from .test_provider_models import NUMBER
from .test_sse import KEY, _masked

PICTURE = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(64))).decode()
WORDS = base64.b64encode(f"the key is {KEY}".encode()).decode()


def masked(document: Any) -> Any:
    written = _masked(json.dumps(document).encode())
    assert KEY.encode() not in written and str(NUMBER).encode() not in written
    assert json.loads(_masked(written)) == json.loads(written), "masked twice is masked once"
    return json.loads(written)


def gemini(part: dict[str, Any]) -> Any:
    return {"contents": [{"role": "user", "parts": [{"text": "hello"}, part]}]}


def mcp(content: dict[str, Any]) -> Any:
    return {"jsonrpc": "2.0", "id": 1, "result": {"content": [content]}}


def converse(block: dict[str, Any]) -> Any:
    return {"modelId": "m", "messages": [{"role": "user", "content": [{"text": "hello"}, block]}]}


def bytes_in(document: Any) -> bytes:
    """The one value in base64 of a document."""
    found = []
    stack = [document]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            if node.startswith(("W0", "W1", "data:")):
                found.append(base64.b64decode(node.rpartition(",")[2], validate=True))
        else:
            stack += node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    (only,) = found
    return only


@pytest.mark.parametrize("value", [PICTURE, WORDS, f"{PICTURE} {KEY}"], ids=["no text", "text", "both"])
@pytest.mark.parametrize(
    "made",
    [
        lambda value: gemini({"inlineData": {"mimeType": "image/png", "data": value}}),
        lambda value: gemini({"inline_data": {"mime_type": "text/plain", "data": value}}),
        lambda value: gemini({"text": "hm", "thoughtSignature": value}),
        lambda value: mcp({"type": "image", "mimeType": "image/png", "data": value}),
        lambda value: mcp({"type": "resource", "resource": {"uri": "file:///a", "blob": value}}),
        lambda value: converse({"image": {"format": "png", "source": {"bytes": value}}}),
        lambda value: converse({"reasoningContent": {"redactedContent": value}}),
        lambda value: {"model": "m", "messages": [{"role": "user", "content": "hello", "images": [value]}]},
        lambda value: [{"kind": "request", "parts": [{"part_kind": "user-prompt", "content": [
            {"kind": "binary", "media_type": "image/png", "data": value}]}]}],
        lambda value: {"message": {"messageId": "m", "role": "ROLE_USER", "parts": [{"raw": value}]}},
    ],
)  # fmt: skip
def test_bytes_stay_base64_in_every_alphabet(made: Any, value: str) -> None:
    document = made(value)
    held = bytes_in(masked(document))
    assert held.startswith((b"[OPAQUE:", b"[REDACTED:"))
    written = base64.b64encode(held).decode()
    assert not set(written) & set("+/-_="), "with padding and without, it is the same"


def test_a_data_uri_stays_one_where_it_is_read_as_one() -> None:
    blocks = [{"block_type": "image", "url": f"data:image/png;base64,{PICTURE}", "detail": None}]
    held = masked([{"role": "user", "additional_kwargs": {}, "blocks": blocks}])
    assert held[0]["blocks"][0]["url"].startswith("data:image/png;base64,")
    assert bytes_in(held).startswith(b"[OPAQUE:image:")


def test_urls_of_langchain4j_have_no_brackets() -> None:
    for url in (KEY, f"https://x.example/{KEY}?q={KEY}"):
        held = masked([{"type": "USER", "contents": [{"type": "IMAGE", "image": {"url": url}, "detailLevel": "LOW"}]}])
        found = held[0]["contents"][0]["image"]["url"]
        assert "REDACTED" in found and not set(found) & set("[] ") and urlsplit(found).scheme in ("", "https")


@pytest.mark.parametrize(
    "node",
    [
        {"usage": {"input": NUMBER}}, {"usage": {"prompt_tokens": NUMBER}}, {"created": NUMBER},
        {"usageMetadata": {"promptTokenCount": NUMBER}}, {"costDetails": {"total": float(NUMBER)}},
        {"output_index": NUMBER}, {"startTimeUnixNano": NUMBER}, {"latencyMs": NUMBER}, {"timestamp": NUMBER},
    ],
)  # fmt: skip
def test_numbers_of_formats_stay_numbers(node: Any) -> None:
    changed = masked({"id": "x", **node})
    assert json.dumps(changed, sort_keys=True) == json.dumps({"id": "x", **json.loads(_zero(node))}, sort_keys=True)


def _zero(node: Any) -> str:
    return json.dumps(node).replace(f"{NUMBER}.0", "0").replace(str(NUMBER), "0")


@pytest.mark.parametrize(
    "name", ["number", "cardNumber", "account_number", "phone_count", "account", "credit_score", "token", "n"]
)
def test_numbers_of_people_say_what_they_were(name: str) -> None:
    assert masked({name: NUMBER, "list": [NUMBER]})[name].startswith("[REDACTED:number:")


@pytest.mark.parametrize(
    "node",
    [
        {"data": KEY}, {"blob": KEY}, {"raw": KEY}, {"bytes": KEY}, {"data": {"url": KEY}},
        {"source": {"bytes": KEY, "encoding": "text"}}, {"usage": KEY}, {"count": KEY},
    ],
)  # fmt: skip
def test_other_texts_are_masked_as_texts(node: Any) -> None:
    assert json.dumps(masked(node)).count('"[REDACTED:key:') == 1


def test_what_only_looks_like_ours_is_masked() -> None:
    for held in (f"[OPAQUE:image:12:{KEY}]", f"[REDACTED:x:abcdefgh] {KEY}", f"[SUMMARY:a:abcdefgh:{KEY}]"):
        document = gemini({"inlineData": {"mimeType": "image/png", "data": base64.b64encode(held.encode()).decode()}})
        assert KEY.encode() not in bytes_in(masked(document))
