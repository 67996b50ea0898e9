"""Every format there is, one row each, and how a payload finds its own."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import DecodeError
from ..limits import Limits
from . import jsontext, thirdparty
from .agents.adk_evaluation import ADK_EVALUATION
from .agents.ai_sdk_data import AiSdkData
from .agents.aider import Aider
from .agents.chatgpt_export import CHATGPT_EXPORT
from .agents.claude_export import CLAUDE_EXPORT
from .agents.desktop import DESKTOP
from .agents.genkit import GENKIT
from .agents.inspect_ai import INSPECT_AI
from .agents.librechat import LIBRECHAT
from .agents.mastra import MASTRA
from .agents.open_webui import OPEN_WEBUI
from .agents.openai_agents import OPENAI_AGENTS
from .agents.tapeagents import TAPE_AGENTS
from .avro.native import NativeAvro
from .avro.registered import MAGIC, NAMED, Avro, JsonSchema, NoSchemas, Schemas, schema_id
from .candidates import Candidates
from .document import Document, Format
from .json import Json
from .jsonl import JsonLines
from .native import Native
from .otlp.format import LOGS, TRACES, Otlp
from .protobuf.document import EncodedFormat
from .providers.aws_events import AwsEvents
from .providers.batch_api import BatchApi
from .providers.bedrock_log import BEDROCK_LOG
from .providers.resembling import resembling
from .providers.rows import AWS_EVENTS, PROVIDERS
from .providers.sse import EventStream
from .recorders.agentops import AGENTOPS
from .recorders.azure_apim import AZURE_APIM
from .recorders.braintrust import BRAINTRUST
from .recorders.call_trees import CALL_TREES
from .recorders.cloudflare_gateway import CLOUDFLARE_GATEWAY
from .recorders.datadog import DATADOG
from .recorders.deepeval import DEEPEVAL
from .recorders.helicone import HELICONE
from .recorders.jaeger import JAEGER
from .recorders.kong import KONG
from .recorders.langfuse import LANGFUSE
from .recorders.langsmith import LangSmith
from .recorders.litellm import LITELLM
from .recorders.mlflow import MLFLOW
from .recorders.n8n import N8N
from .recorders.new_relic import NEW_RELIC
from .recorders.opik import OPIK
from .recorders.otel_attributes import OtelAttributes
from .recorders.otel_spans import OTEL_SPANS
from .recorders.portkey import PORTKEY
from .recorders.posthog import POSTHOG
from .recorders.promptfoo import PROMPTFOO
from .recorders.samples import SAMPLES
from .recorders.sentry import Sentry
from .recorders.stored import STORED
from .recorders.vertex_log import VERTEX_LOG
from .recorders.weave import WEAVE
from .recorders.zipkin import ZIPKIN
from .text import Text
from .trajectories import Trajectories
from .wrapped import Wrapped

_DOCUMENTS: Sequence[Format] = (
    NativeAvro(),
    Native(),
    Otlp(TRACES),
    Otlp(LOGS),
    OTEL_SPANS,
    *STORED,
    NEW_RELIC,
    *CALL_TREES,
    OtelAttributes(),
    LANGFUSE,
    LangSmith(),
    WEAVE,
    LITELLM,
    MLFLOW,
    OPENAI_AGENTS,
    DATADOG,
    BRAINTRUST,
    OPIK,
    POSTHOG,
    Sentry(),
    MASTRA,
    GENKIT,
    AiSdkData(),
    Aider(),
    JAEGER,
    ZIPKIN,
    HELICONE,
    PORTKEY,
    VERTEX_LOG,
    AZURE_APIM,
    KONG,
    CLOUDFLARE_GATEWAY,
    INSPECT_AI,
    ADK_EVALUATION,
    TAPE_AGENTS,
    PROMPTFOO,
    DEEPEVAL,
    AGENTOPS,
    N8N,
    *SAMPLES,
    CHATGPT_EXPORT,
    CLAUDE_EXPORT,
    OPEN_WEBUI,
    LIBRECHAT,
    BEDROCK_LOG,
    BatchApi(),
    *PROVIDERS,
    *DESKTOP,
    Trajectories(),
)


_OF_BYTES = (Avro, JsonSchema, NativeAvro, Otlp, EncodedFormat, LangSmith, Sentry, EventStream, AiSdkData, AwsEvents,
             Aider)  # fmt: skip
"""What a payload may be that is no JSON text."""
_OURS = frozenset(each.name for each in (*_DOCUMENTS, Wrapped(()), JsonLines(()), Text(), Json()))
ENCODINGS: Mapping[str, Sequence[str]] = {
    f"{name}_{encoding}": formats
    for name, formats in {"otlp": (TRACES.name, LOGS.name), "jaeger": (JAEGER.name,), "zipkin": (ZIPKIN.name,)}.items()
    for encoding in ("proto", "json")
}
"""What the OpenTelemetry Collector's Kafka exporter calls them, which `reticent-format` may say, too."""
_NO_JSON = 'the payload is not JSON; text is sent as text/plain, or with the format "text"'
_LISTED = "docs/formats.md"
_NEAR = 3
"""Names that are told to who gave none that is known."""
_BY_CONTENT = frozenset({"", "application/json", "application/octet-stream"})
"""Media types that say nothing of the format: its content tells."""


class Formats:
    """The formats of one installation, whose records' schemas are those of `schemas`. Raises ConfigError for a third
    party's format that is none."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        ours = _rows(schemas, _DOCUMENTS)
        self._all = _rows(schemas, (*_DOCUMENTS, *thirdparty.load(frozenset(each.name for each in ours))))
        self._by_name = {each.name: each for each in self._all}
        self._of_bytes = [each for each in self._all if isinstance(each, _OF_BYTES) or each.name not in _OURS]
        self._of_tree = Candidates(self._all)
        self._by_media_type: dict[str, list[Format]] = {}
        for each in self._all:
            for media in each.media_types:
                self._by_media_type.setdefault(media, []).append(each)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the formats."""
        return tuple(self._by_name)

    def open(
        self, payload: bytes, *, content_type: str | None, forced: str | None, limits: Limits, schema: bytes = b""
    ) -> Document:
        """Decodes by the forced name, else by media type, else by content. `schema`: what a record's header says of its
        schema, from then on in front of the payload, where every client finds it. Raises DecodeError or LimitError."""
        if schema and forced in (None, Avro.name, JsonSchema.name):
            forced, payload = self._framed(payload, schema, forced)
        if forced is not None:
            if forced in ENCODINGS:
                return self._one_of([self._by_name[name] for name in ENCODINGS[forced]], forced, payload, limits)
            chosen = self._by_name.get(forced)
            if chosen is None:
                advice = choose((*self._by_name, *ENCODINGS), forced)
                raise DecodeError("unknown-format", f"there is no such format; {advice}")
            return chosen.decode(payload, limits)
        media = (content_type or "").partition(";")[0].strip().lower()
        if media in _BY_CONTENT:
            return self._by_content(payload, limits)
        named = self._by_media_type.get(media)
        if named is None:
            known = ", ".join(sorted(self._by_media_type))
            raise DecodeError("unknown-content-type", f"the content-type is none of {known}")
        return self._one_of(named, media, payload, limits)

    def _one_of(self, named: Sequence[Format], said: str, payload: bytes, limits: Limits) -> Document:
        """The one that the content is, where several go by one name."""
        if len(named) == 1:
            return named[0].decode(payload, limits)
        for each in named:
            if each.recognises(payload, None):
                return each.decode(payload, limits)
        tree = jsontext.parse(payload, limits) if payload.lstrip()[:1] in (b"{", b"[") else None
        for each in named if tree is not None else ():
            if each.recognises(payload, tree):
                return each.decode(payload, limits, tree)
        if named[-1].name == Text.name:
            return named[-1].decode(payload, limits)
        names = " or ".join(each.name for each in named)
        raise DecodeError("wrong-format", f"the content says nothing that {said} may be; send reticent-format: {names}")

    def _framed(self, payload: bytes, schema: bytes, forced: str | None) -> tuple[str | None, bytes]:
        """JSON is read without its schema, too, where nobody knows that."""
        try:
            kind = self._schemas.get(schema_id(schema) or 0).kind
        except DecodeError as error:
            if error.code == "unknown-schema" and payload.lstrip()[:1] in (b"{", b"["):
                return forced if forced != JsonSchema.name else None, payload
            raise
        head = MAGIC + schema[1:] if schema[:1] in NAMED else schema
        return Avro.name if kind != "JSON" else JsonSchema.name, head + payload

    def _by_content(self, payload: bytes, limits: Limits) -> Document:
        for each in self._of_bytes:
            if each.recognises(payload, None):
                return each.decode(payload, limits)
        try:
            tree: Any = jsontext.parse(payload, limits)
        except DecodeError as error:
            lines = self._as_lines(payload, limits) if error.code == "not-json" else None
            if lines is None:
                if error.code == "not-json" and payload.lstrip()[:1] not in (b"{", b"["):
                    raise DecodeError("not-json", _NO_JSON) from None
                raise
            return lines
        found = next((each for each in self._candidates(tree) if each.recognises(payload, tree)), None)
        if found is None or found.name == Json.name:  # nobody claims it, or `null`
            found = resembling(tree) or self._by_name[Json.name]
        return found.decode(payload, limits, tree)

    def _candidates(self, tree: Any) -> Sequence[Format]:
        """By the names of an object, or of those that stand in a list. What a list of lists is of is seldom told so."""
        if type(tree) is list:
            if tree and type(tree[0]) is list:
                return self._all
            return self._of_tree.of_all(each for each in tree if type(each) is dict)
        return self._of_tree.of(tree if type(tree) is dict else {})

    def _as_lines(self, payload: bytes, limits: Limits) -> Document | None:
        if payload.strip().count(b"\n") == 0 or payload.lstrip()[:1] not in (b"{", b"["):
            return None
        try:
            return self._by_name["jsonl"].decode(payload, limits)
        except DecodeError:
            return None


def _rows(schemas: Schemas, documents: Sequence[Format]) -> Sequence[Format]:
    """In the order they are asked whether a payload is theirs; `json` takes what is left."""
    return (
        AWS_EVENTS,  # a checksum tells it, one byte what is framed for a registry
        JsonSchema(schemas, documents),
        Avro(schemas),
        *(each for each in documents if each is not AWS_EVENTS),
        Wrapped(documents),
        EventStream(),
        JsonLines((*documents, Wrapped(documents))),
        Text(),
        Json(),
    )


@functools.cache
def without_schemas() -> Formats:
    """What needs no configuration. Raises ConfigError as `Formats` does."""
    return Formats(NoSchemas())


def format_names() -> tuple[str, ...]:
    """The formats. Raises ConfigError as `Formats` does."""
    return without_schemas().names


def forcing_names() -> tuple[str, ...]:
    """What `reticent-format` may say. Raises ConfigError as `Formats` does."""
    return (*format_names(), *ENCODINGS)


def choose(names: Sequence[str], given: str) -> str:
    """Advice for a format's name that is none of these."""
    word = given.lower()
    near = sorted((name for name in names if word and (word in name or name in word)), key=len)
    near += [name for name in difflib.get_close_matches(word, names, _NEAR, 0.65) if name not in near]
    if near:
        *others, last = near[:_NEAR]
        return f"did you mean {', '.join(others)}{' or ' if others else ''}{last}?"
    return f"{_LISTED} lists all {len(names)}, such as {Json.name}, {JsonLines.name} and {Text.name}"


def open_document(
    payload: bytes,
    *,
    content_type: str | None,
    forced: str | None,
    limits: Limits,
    formats: Formats | None = None,
    schema: bytes = b"",
) -> Document:
    """By an installation's formats, or without schemas. Raises DecodeError or LimitError."""
    return (formats or without_schemas()).open(
        payload, content_type=content_type, forced=forced, limits=limits, schema=schema
    )
