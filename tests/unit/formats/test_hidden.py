"""Values that are no text, where only a second look finds them: each is set apart in all its places."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from reticent.formats.document import KEY, Leaves
from reticent.formats.hidden import LEAST, hidden, may_hide
from reticent.model import Masked, Topic

from ...contract.recorded import any_value, resource, spans, traces_proto
from ..judging import Judge, event_of

EMAIL = "ana.silva@mail.example.org"
_POLICY = """version: 1
packs: [secrets, pii, phi, financial, code, traces-shape]
apply: [{rules: ['*'], action: redact}]
"""


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(_POLICY)


def encoded() -> str:
    return base64.b64encode(bytes(range(136, 256))).decode()


def said(signature: str) -> list[Any]:
    """Messages in the words of a provider."""
    thought = {"type": "thinking", "thinking": "hm", "signature": signature}
    picture = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{signature}"}}
    return [{"role": "assistant", "content": [thought]}, {"role": "user", "content": [picture]}]


def part(data: str) -> list[Any]:
    """A message of the GenAI conventions."""
    return [{"role": "user", "parts": [{"type": "blob", "mime_type": "image/png", "content": data}]}]


def otlp(attributes: dict[str, Any]) -> bytes:
    return json.dumps({"resourceSpans": [resource(*spans(attributes))]}).encode()


def protobuf(attributes: dict[str, Any]) -> bytes:
    return traces_proto(attributes).SerializeToString()


def langfuse(attributes: dict[str, Any]) -> bytes:
    body = {"id": "g", "traceId": "t", "input": next(iter(attributes.values()))}
    event = {"id": "1", "timestamp": "2025-10-09T08:53:20Z", "type": "generation-create", "body": body}
    return json.dumps({"batch": [event]}).encode()


def unknown(attributes: dict[str, Any]) -> bytes:
    return json.dumps({"anything": attributes}).encode()


def sanitized(judge: Judge, payload: bytes) -> bytes:
    (found,) = judge(judge.record(payload))
    value = found[Topic.SANITIZED].value
    assert isinstance(value, Masked)
    return value.content


@pytest.mark.parametrize("written", [otlp, protobuf, langfuse, unknown])
@pytest.mark.parametrize(
    "value",
    [
        lambda data: json.dumps(said(data)),
        lambda data: json.dumps({"messages": json.dumps(said(data))}),
        lambda data: json.dumps(said(data)).replace("/", "\\/"),
        lambda data: json.dumps({"messages": json.dumps(said(data)).replace("+", "\\u002B")}),
        lambda data: json.dumps(json.dumps(said(data))),
        lambda data: json.dumps(part(data)),
        part,
        said,
    ],
    ids=[
        "in a string",
        "in a string in a string",
        "with slashes escaped",
        "with signs escaped",
        "twice over",
        "part in a string",
        "part",
        "structured",
    ],
)
def test_what_is_no_text_does_not_pass_wherever_it_stands(
    judge: Judge, written: Callable[[dict[str, Any]], bytes], value: Callable[[str], Any]
) -> None:
    data = encoded()
    content = sanitized(judge, written({"gen_ai.input.messages": value(data)}))
    assert data.encode() not in content
    assert data.replace("/", "\\/").encode() not in content
    assert b"[OPAQUE:image:" in content


def test_events_that_are_alike_hide_nothing(judge: Judge) -> None:
    signed = [base64.b64encode(bytes([number]) * 60).decode() for number in range(5)]
    deltas = [{"content": json.dumps({"type": "thinking", "signature": each})} for each in signed]
    events = [{"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": each}]} for each in deltas]
    content = sanitized(judge, "".join(f"data: {json.dumps(each)}\n\n" for each in events).encode())
    assert content.count(b"[OPAQUE:signature:") == len(signed)
    assert not any(each.encode() in content for each in signed)


@pytest.mark.parametrize("written", [otlp, protobuf, unknown])
def test_names_with_dots_say_what_is_no_text(judge: Judge, written: Callable[[dict[str, Any]], bytes]) -> None:
    data, above = encoded(), "llm.output_messages.0.message.contents.0.message_content"
    picture = {f"{above}.image.image.url": f"data:image/png;base64,{data}"}
    content = sanitized(judge, written({f"{above}.signature": data, **picture}))
    assert data.encode() not in content
    assert b"[OPAQUE:signature:" in content
    assert b"[OPAQUE:image:" in content


@pytest.mark.parametrize("written", [otlp, protobuf, unknown])
def test_thinking_that_is_encrypted_and_signatures_of_calls_of_openinference_are_no_text(
    judge: Judge, written: Callable[[dict[str, Any]], bytes]
) -> None:
    data, above = encoded(), "llm.output_messages.0.message"
    content = sanitized(judge, written({f"{above}.contents.0.message_content.data": data}))
    assert data.encode() not in content and b"[OPAQUE:reasoning:" in content
    content = sanitized(judge, written({f"{above}.tool_calls.0.tool_call.reasoning_signature": data}))
    assert data.encode() not in content and b"[OPAQUE:signature:" in content


def test_signatures_of_thinking_in_messages_of_pydantic_ai_are_no_text(judge: Judge) -> None:
    data = encoded()
    part = {"content": "look it up", "id": None, "signature": data, "part_kind": "thinking"}
    messages = [{"kind": "response", "parts": [part, {"content": "at home", "part_kind": "text"}]}]
    for document in (messages, {"pydantic_ai.all_messages": json.dumps(messages)}):
        content = sanitized(judge, json.dumps(document).encode())
        assert data.encode() not in content and b"[OPAQUE:signature:" in content and b"look it up" in content


def test_the_string_stays_json_and_what_stands_beside_it_is_masked_too(judge: Judge) -> None:
    data = encoded()
    text = json.dumps([{"type": "thinking", "thinking": f"écrire à {EMAIL}", "signature": data}], ensure_ascii=False)
    (span,) = spans_of(sanitized(judge, otlp({"output.value": text, "n": 1})))
    ((thought,), number) = (json.loads(span["output.value"]["stringValue"]), span["n"])
    assert thought["thinking"].startswith("écrire à [REDACTED:email:")
    assert thought["signature"].startswith(f"[OPAQUE:signature:{len(data)}:")
    assert number == any_value(1)


FILES = {"image": (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"RIFF\x24\0\0\0WEBP"),
         "audio": (b"RIFF\x24\0\0\0WAVE", b"OggS\0\2\0\0", b"fLaC\0\0\0\x22"), "video": (b"RIFF\x24\0\0\0AVI ",),
         "file": (b"%PDF-1.7", b"RIFF\x24\0\0\0CDXA")}  # fmt: skip


@pytest.mark.parametrize("written", [otlp, langfuse, unknown])
@pytest.mark.parametrize("at", [{"data": {"image/png": 0}}, {"screenshot": 0}, {"shots": [0]}], ids=str)
def test_files_that_say_themselves_what_they_are_do_not_pass_under_any_name(
    judge: Judge, written: Callable[[dict[str, Any]], bytes], at: dict[str, Any]
) -> None:
    for kind, begins in FILES.items():
        data = [base64.b64encode(each + bytes(range(60))).decode() for each in begins]
        trees = [json.loads(json.dumps(at).replace("0", json.dumps(each))) for each in data]
        for value in (trees, json.dumps(trees)):
            content = sanitized(judge, written({"gen_ai.input.messages": value}))
            assert content.count(f"[OPAQUE:{kind}:".encode()) == len(data)
            assert not any(each.encode() in content for each in data)


@pytest.mark.parametrize(
    "text", ["iVBORw0KGgo and then words that go on for more than it takes", "/9j/4AAQ", "/9j/path/" + "a/" * 40]
)
def test_what_only_begins_as_a_file_is_read_as_text(judge: Judge, text: str) -> None:
    assert b"OPAQUE" not in sanitized(judge, unknown({"note": text}))


def spans_of(content: bytes) -> list[dict[str, Any]]:
    (outer,) = json.loads(content)["resourceSpans"]
    return [{each["key"]: each["value"] for each in span["attributes"]} for span in outer["scopeSpans"][0]["spans"]]


@pytest.mark.parametrize("also", ["quiet", f"mail {EMAIL}"])
@pytest.mark.parametrize(("action", "left"), [("drop", None), ("pass", encoded())])
def test_a_policy_drops_it_or_lets_it_through(action: str, left: str | None, also: str) -> None:
    judge = Judge(f"{_POLICY}opaque: {{signature: {action}}}\n")
    inner = json.dumps({"type": "thinking", "thinking": also, "signature": encoded()})
    (span,) = spans_of(sanitized(judge, otlp({"output.value": json.dumps({"raw": inner})})))
    assert json.loads(json.loads(span["output.value"]["stringValue"])["raw"])["signature"] == left


def test_it_is_counted_and_not_scanned(judge: Judge) -> None:
    data = base64.b64encode(f"mail {EMAIL} ".encode() * 8).decode()
    record = judge.record(otlp({"output.value": json.dumps({"type": "thinking", "signature": data})}))
    (found,) = judge(record)
    details = event_of(found).details
    assert details["opaque"] == {"signature replace": 1}
    assert not details["findings"]


def test_base64_of_another_place_is_read_as_text(judge: Judge) -> None:
    data = base64.b64encode(f"mail {EMAIL} ".encode() * 8).decode()
    assert b"[REDACTED:email:" in sanitized(judge, otlp({"output.value": json.dumps({"note": data})}))


def test_a_key_that_is_the_same_goes_with_it() -> None:
    judge = Judge(f"{_POLICY}opaque: {{signature: drop}}\n")
    text = json.dumps({encoded(): 1, "type": "thinking", "signature": encoded()})
    (span,) = spans_of(sanitized(judge, otlp({"output.value": text})))
    assert json.loads(span["output.value"]["stringValue"]) == {"": 1, "type": "thinking", "signature": None}


def test_many_of_them_take_no_longer_than_their_text_is_long() -> None:
    many = [{"type": "thinking", "signature": f"{number:08}{encoded()}"} for number in range(2000)]
    leaves = Leaves()
    leaves.add(f"a{KEY}{json.dumps(many)}", head=2)
    began = time.process_time()
    assert len(list(hidden(leaves))) == len(many)
    assert time.process_time() - began < 1


def test_records_without_so_much_base64_in_a_row_are_not_looked_into() -> None:
    assert may_hide(b'{"a":"' + b"x" * LEAST + b'"}')
    assert not may_hide(b'{"a":"' + b"x" * (LEAST - 1) + b'"}')
    assert not may_hide(b"")


def test_a_digest_that_masking_put_there_hides_nothing() -> None:
    digest = b'{"a": "[HASH:pii.email:' + b"abcdefghijklmnopqrstuvwxyz234567"[:26] * 2 + b']", "signature": "c2lnbmVk"}'
    assert not may_hide(digest)
    assert may_hide(digest + b"c2ln" * 12)
