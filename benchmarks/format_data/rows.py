"""The rows of the table: a format in an encoding, what writes a talk in it, and what reads and writes it plainly."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import fastavro
import msgspec
from opentelemetry.proto.logs.v1.logs_pb2 import LogsData
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

from reticent.formats.avro import native as avro

from . import provider, tracing
from .talk import Talk

Plain = Callable[[bytes], bytes]
"""Decodes and encodes a record with a library, and looks at nothing in it."""
_PART = re.compile(rb"\r\n\r\n(.*)\r\n--")
_JSON, _PROTOBUF = "application/json", "application/x-protobuf"


def _json_libraries() -> Mapping[str, Plain]:
    encode, decode = msgspec.json.Encoder().encode, msgspec.json.Decoder().decode
    found: dict[str, Plain] = {"msgspec": lambda payload: encode(decode(payload))}
    try:
        import orjson  # type: ignore[import-not-found]  # noqa: PLC0415 - optional
    except ImportError:
        return found
    loads, dumps = orjson.loads, orjson.dumps
    return found | {"orjson": lambda payload: dumps(loads(payload))}


JSON = _json_libraries()


def _each(split: Callable[[bytes], Sequence[bytes]]) -> Mapping[str, Plain]:
    """Of a payload that holds several JSON texts."""

    def of(library: Plain) -> Plain:
        return lambda payload: b"".join([library(text) for text in split(payload)])

    return {name: of(library) for name, library in JSON.items()}


def _events(payload: bytes) -> Sequence[bytes]:
    return [line[6:] for line in payload.split(b"\n\n") if line.startswith(b"data: {")]


def _named_events(payload: bytes) -> Sequence[bytes]:
    return [event.partition(b"\ndata: ")[2] for event in payload.split(b"\n\n") if event]


def _parts(payload: bytes) -> Sequence[bytes]:
    return [part.group(1) for part in _PART.finditer(payload)]


def _protobuf(message: Any) -> Mapping[str, Plain]:
    return {"protobuf": lambda payload: message.FromString(payload).SerializeToString()}


def _avro(schema: Any, header: int) -> Mapping[str, Plain]:
    def plain(payload: bytes) -> bytes:
        source, out = io.BytesIO(payload), io.BytesIO()
        source.seek(header)
        fastavro.schemaless_writer(out, schema, fastavro.schemaless_reader(source, schema, None))
        return out.getvalue()

    return {"fastavro": plain}


@dataclass(frozen=True, slots=True)
class Row:
    """`content_type` as clients send it. `plain`: by library."""

    title: str
    format: str
    content_type: str
    make: Callable[[Talk], bytes]
    plain: Mapping[str, Plain]


ROWS: Sequence[Row] = (
    Row("native", "native", _JSON, tracing.native, JSON),
    Row("native Avro", "native-avro", avro.MEDIA_TYPE, tracing.native_avro, _avro(avro._schema()[0], avro._HEADER)),
    Row("OTLP traces, protobuf", "otlp-traces", _PROTOBUF, tracing.otlp_protobuf, _protobuf(TracesData)),
    Row("OTLP traces, JSON", "otlp-traces", _JSON, tracing.otlp_json, JSON),
    Row("OTLP logs, protobuf", "otlp-logs", _PROTOBUF, tracing.logs_protobuf, _protobuf(LogsData)),
    Row("OTLP logs, JSON", "otlp-logs", _JSON, tracing.logs_json, JSON),
    Row("OpenInference, protobuf", "otlp-traces", _PROTOBUF, tracing.openinference, _protobuf(TracesData)),
    Row("Langfuse", "langfuse", _JSON, tracing.langfuse, JSON),
    Row("LangSmith, single", "langsmith", _JSON, tracing.langsmith, JSON),
    Row("LangSmith, multipart", "langsmith", "multipart/form-data", tracing.langsmith_parts, _each(_parts)),
    Row("Weave", "weave", _JSON, tracing.weave, JSON),
    Row("LiteLLM", "litellm", _JSON, tracing.litellm, JSON),
    Row("OpenAI Chat", "openai-chat", _JSON, provider.openai_chat, JSON),
    Row("OpenAI Chat, streamed", "sse", "text/event-stream", provider.openai_chat_streamed, _each(_events)),
    Row("OpenAI Responses", "openai-responses", _JSON, provider.openai_responses, JSON),
    Row("Anthropic", "anthropic-messages", _JSON, provider.anthropic, JSON),
    Row("Anthropic, streamed", "sse", "text/event-stream", provider.anthropic_streamed, _each(_named_events)),
    Row("Gemini", "gemini", _JSON, provider.gemini, JSON),
    Row("Bedrock", "bedrock-converse", _JSON, provider.bedrock, JSON),
    Row("MCP", "mcp", _JSON, provider.mcp, JSON),
    Row("JSON", "json", _JSON, provider.plain_json, JSON),
    Row("JSON Lines", "jsonl", "application/x-ndjson", provider.json_lines, _each(bytes.splitlines)),
    Row("text", "text", "text/plain", provider.text, {"str": lambda payload: payload.decode().encode()}),
    Row("schema registry, Avro", "avro", "application/avro", tracing.registered, _avro(tracing.CALL, 5)),
)
