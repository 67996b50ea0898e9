"""The configuration of one installation: what `reticent.yaml` and the environment may say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args, get_origin
from urllib.parse import SplitResult, urlsplit

import msgspec

from . import yamlfile
from .errors import ConfigError
from .limits import KEY_LEAST, Count, Limits, Seconds, SecondsOrNone
from .yamlfile import Node, Place


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Tls(_Section, frozen=True, kw_only=True):
    """`ca_file` verifies the other side (default: the system's store); certificate and key are the client's own."""

    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None


class Sasl(_Section, frozen=True, kw_only=True):
    """The password comes from `password_file` or the environment (`RETICENT_KAFKA__SASL__PASSWORD`)."""

    mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    username: str
    password_file: str | None = None
    password: str | None = None


class Kafka(_Section, frozen=True, kw_only=True):
    """`group` prefixes the consumer groups and transactional ids of this installation."""

    bootstrap: str = "127.0.0.1:9092"
    group: str = "reticent"
    tls: Tls | None = None
    sasl: Sasl | None = None
    session_timeout: Seconds = 10.0
    transaction_timeout: Seconds = 60.0
    chunk_records: Count = 500
    chunk_bytes: Count = 4 * 1024 * 1024


class Topics(_Section, frozen=True, kw_only=True):
    """Names on the broker; each but approval_state may contain `{tenant}`."""

    raw: str = "traces.raw"
    sanitized: str = "traces.sanitized"
    approvals: str = "traces.approvals"
    decisions: str = "traces.decisions"
    verdicts: str = "traces.verdicts"
    audit: str = "traces.audit"
    rejected: str = "traces.rejected"
    approval_state: str = "traces.approvals-state"


class ClickHouse(_Section, frozen=True, kw_only=True):
    """The password comes from `password_file` or the environment, never from the DSN in a file."""

    dsn: str = "http://default@127.0.0.1:8123/reticent"
    password_file: str | None = None
    password: str | None = None
    batch_rows: Count = 10_000
    batch_seconds: Seconds = 1.0


class Claims(_Section, frozen=True, kw_only=True):
    """Which claim holds what; a dotted path reaches into nested claims (realm_access.roles)."""

    tenant: str | None = None
    producer: str | None = None
    subject: str | None = None
    groups: str | None = None


class Issuer(_Section, frozen=True, kw_only=True):
    """`jwks` is a file or an https URL (http on loopback only); default: the issuer's discovery document."""

    issuer: str
    audience: str
    jwks: str | None = None
    preset: Literal["okta", "entra", "google", "keycloak"] | None = None
    claims: Claims = Claims()
    tenant: str | None = None
    leeway: SecondsOrNone = 30.0


class Identity(_Section, frozen=True, kw_only=True):
    """`tenants`, when given, are the only ones accepted. `refresh` and `cooldown` (seconds) are for key sets."""

    issuers: tuple[Issuer, ...] = ()
    tenants: tuple[str, ...] | None = None
    refresh: Seconds = 3600.0
    cooldown: SecondsOrNone = 30.0


class Masking(_Section, frozen=True, kw_only=True):
    """32 bytes or more in `key_file`; per-tenant keys are derived from it by HKDF-SHA-256."""

    key_file: str = "token.key"

    def key(self) -> bytes:
        """What the file holds, without trailing line ends. Raises ConfigError."""
        path = Path(self.key_file)
        try:
            key = path.read_bytes().rstrip(b"\r\n")
        except OSError as error:
            raise ConfigError(
                f"the masking key {path} cannot be read ({error.strerror})",
                where="masking.key_file",
                advice="make one: head -c 48 /dev/urandom | base64 > token.key; chmod 600 token.key",
            ) from None
        if len(key) < KEY_LEAST:
            raise ConfigError(
                f"the masking key has {len(key)} bytes", where="masking.key_file", advice=f"give {KEY_LEAST} or more"
            )
        return key


class Http(_Section, frozen=True, kw_only=True):
    bind: str = "127.0.0.1:6066"


class Schemas(_Section, frozen=True, kw_only=True):
    """Of records in a schema registry's framing, by their ids: in `folder` as `<id>.avsc`, else at `registry` (https;
    http on loopback only). `auth_file` holds `user:password` or `Bearer TOKEN`. `cooldown` (seconds): for how long an
    id that is not there is not asked for again."""

    registry: str | None = None
    folder: str | None = None
    auth_file: str | None = None
    tls: Tls | None = None
    cooldown: SecondsOrNone = 30.0


class Sink(_Section, frozen=True, kw_only=True):
    """One allow-listed place the forward agent writes masked traces to.

    `otlp`: OTLP/HTTP with JSON at `url`; `webhook`: masked records by POST to `url`; `file`: JSON Lines at `path`.
    `headers_file` holds `Name: value` lines (credentials). `tenants` limits what is forwarded.
    """

    name: str
    type: Literal["otlp", "webhook", "file"]
    url: str | None = None
    path: str | None = None
    headers_file: str | None = None
    tenants: tuple[str, ...] | None = None
    timeout: Seconds = 10.0


class Settings(_Section, frozen=True, kw_only=True):
    kafka: Kafka = Kafka()
    topics: Topics = Topics()
    clickhouse: ClickHouse = ClickHouse()
    identity: Identity = Identity()
    policy: str | None = None
    masking: Masking = Masking()
    http: Http = Http()
    limits: Limits = Limits()
    schemas: Schemas = Schemas()
    sinks: tuple[Sink, ...] = ()

    @property
    def policy_path(self) -> Path | None:
        return Path(self.policy) if self.policy else None

    def names(self, topic: str) -> dict[str, str]:
        """The names that a logical topic has on the broker, each with its tenant, or with none."""
        template: str = getattr(self.topics, topic)
        tenants = (self.identity.tenants or ()) if "{tenant}" in template else ("",)
        return {template.replace("{tenant}", tenant): tenant for tenant in tenants}

    def topics_of_tenants(self) -> dict[str, str]:
        """The tenant of every topic that records with tokens come by, where it belongs to one."""
        named = {**self.names("raw"), **self.names("decisions")}
        return {name: tenant for name, tenant in named.items() if tenant}


ENVIRONMENT = "RETICENT_"
_NOT_SETTINGS = frozenset({"RETICENT_CONFIG", "RETICENT_TOKEN", "RETICENT_CORPORA"})
_FILES = (
    ("policy",), ("masking", "key_file"), ("clickhouse", "password_file"), ("kafka", "sasl", "password_file"),
    ("kafka", "tls", "ca_file"), ("kafka", "tls", "cert_file"), ("kafka", "tls", "key_file"),
    ("schemas", "folder"), ("schemas", "auth_file"),
    ("schemas", "tls", "ca_file"), ("schemas", "tls", "cert_file"), ("schemas", "tls", "key_file"),
)  # fmt: skip
_PASSWORDS = (("kafka", "sasl", "password"), ("clickhouse", "password"))
_FIELD = re.compile(r" - at `\$\.?(.*?)`$")
_UNKNOWN = re.compile(r"unknown field `(.*?)`")
_INVALID = re.compile(r"Invalid enum value '(.*)'")
_ADDRESS = re.compile(r"(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """The settings of `path`, else of RETICENT_CONFIG, else of reticent.yaml in the working directory, else the
    defaults; RETICENT_KAFKA__BOOTSTRAP overrides kafka.bootstrap, and so on. Paths in a file are relative to it.

    Raises ConfigError with line and column, or the variable's name, and what to write instead."""
    given = path or (Path(environ["RETICENT_CONFIG"]) if environ.get("RETICENT_CONFIG") else None)
    if given is None and Path("reticent.yaml").exists():
        given = Path("reticent.yaml")
    if given is not None:
        root = yamlfile.load(given)
        base = given.resolve().parent
    else:
        root, base = Node({}, Place("the defaults", 1, 1), {}), Path.cwd()
    if not isinstance(root.value, dict):
        raise root.error("a configuration is a mapping", "begin with sections such as kafka: and identity:")
    for place in _PASSWORDS:
        if _get(root.value, place) is not None:
            raise root.child(*place).error("a password stands in the file", f"use {place[-1]}_file, or the environment")
    tree = _absolute(root.value, base)
    origin = _Origin(root, _override(tree, environ))
    try:
        settings = msgspec.convert(tree, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise _explained(str(error), origin) from None
    _check(settings, origin)
    return settings


class _Origin:
    """Where a setting was given: a variable, else a place in the file."""

    def __init__(self, root: Node, variables: Mapping[tuple[str, ...], str]) -> None:
        self._root, self._variables = root, variables

    def error(self, path: Sequence[str | int], what: str, advice: str = "") -> ConfigError:
        variable = self._variables.get(tuple(str(part) for part in path))
        if variable is None and not self._stands(path):
            below = (name for names, name in self._variables.items() if names[: len(path)] == tuple(map(str, path)))
            variable = next(below, None)
        if variable is not None:
            return ConfigError(what, where=variable, advice=advice)
        return self._root.child(*path).error(what, advice)

    def _stands(self, path: Sequence[str | int]) -> bool:
        """In the file."""
        return not path or self._root.child(*path) is not self._root.child(*path[:-1])


def _get(tree: Any, place: tuple[str, ...]) -> Any:
    for name in place:
        tree = tree.get(name) if isinstance(tree, dict) else None
    return tree


def _listed(tree: Any, place: tuple[str, ...]) -> list[Any]:
    found = _get(tree, place)
    return found if isinstance(found, list) else []


def _absolute(tree: dict[str, Any], base: Path) -> dict[str, Any]:
    """A copy in which files are absolute."""
    copied: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(tree))

    def fix(owner: Any, name: str) -> None:
        if isinstance(owner, dict) and isinstance(owner.get(name), str) and "://" not in owner[name]:
            owner[name] = str(base / owner[name])

    for *above, name in _FILES:
        fix(_get(copied, tuple(above)), name)
    for issuer in _listed(copied, ("identity", "issuers")):
        fix(issuer, "jwks")
    for sink in _listed(copied, ("sinks",)):
        fix(sink, "path")
        fix(sink, "headers_file")
    if _get(copied, ("masking", "key_file")) is None and isinstance(copied.setdefault("masking", {}), dict):
        copied["masking"]["key_file"] = str(base / "token.key")
    return copied


def _override(tree: dict[str, Any], environ: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """The variables that were used, by the path of what they set."""
    used = {}
    for variable, text in environ.items():
        if not variable.startswith(ENVIRONMENT) or variable in _NOT_SETTINGS or variable.startswith("RETICENT_TEST"):
            continue
        names = variable.removeprefix(ENVIRONMENT).lower().split("__")
        if names[0] not in Settings.__struct_fields__:
            advice = yamlfile.did_you_mean(names[0], Settings.__struct_fields__)
            raise ConfigError(f"there is no section {names[0]}", where=variable, advice=advice)
        node = tree
        for name in names[:-1]:
            inner = node.setdefault(name, {})
            if not isinstance(inner, dict):
                raise ConfigError(f"{name} is no section", where=variable)
            node = inner
        node[names[-1]] = text
        used[tuple(names)] = variable
    return used


def _explained(message: str, origin: _Origin) -> ConfigError:
    """msgspec's complaint at its place in the file."""
    found = _FIELD.search(message)
    path: list[str | int] = []
    for part in re.findall(r"[^.\[\]]+", found.group(1)) if found else ():
        path.append(int(part) if part.isdigit() else part)
    what = _FIELD.sub("", message)
    unknown = _UNKNOWN.search(what)
    dotted = ".".join(str(part) for part in path)
    struct: Any = Settings
    if unknown:
        name = unknown.group(1)
        for part in path:
            struct = _struct(struct, part)
        advice = yamlfile.did_you_mean(name, getattr(struct, "__struct_fields__", ()))
        return origin.error([*path, name], f"there is no setting {dotted + '.' if dotted else ''}{name}", advice)
    said = f"{dotted or 'the configuration'}: {what[:1].lower()}{what[1:]}"
    invalid = _INVALID.fullmatch(what)
    if invalid:
        for part in path[:-1]:
            struct = _struct(struct, part)
        return origin.error(path, said, yamlfile.did_you_mean(invalid.group(1), _choices(struct, path[-1])))
    return origin.error(path, said, "see docs/configuration.md")


def _choices(struct: Any, name: str | int) -> list[str]:
    """What a setting of few values may be."""
    kinds = [kind for field in msgspec.structs.fields(struct) if field.name == name for kind in _types(field.type)]
    return [value for kind in kinds if get_origin(kind) is Literal for value in get_args(kind)]


def _struct(struct: Any, part: str | int) -> Any:
    if isinstance(part, int) or struct is None:
        return struct
    for field in msgspec.structs.fields(struct):
        if field.name == part:
            return next((t for t in _types(field.type) if isinstance(t, type) and issubclass(t, msgspec.Struct)), None)
    return None


def _types(kind: Any) -> list[Any]:
    inner = [each for argument in get_args(kind) for each in _types(argument)]
    return [kind, *inner]


def _check(settings: Settings, origin: _Origin) -> None:
    if not all(_is_address(server.strip()) for server in settings.kafka.bootstrap.split(",")):
        raise origin.error(
            ["kafka", "bootstrap"], "this names no brokers", "write host:port, and commas between several"
        )
    dsn = _url(settings.clickhouse.dsn)
    if dsn is not None and dsn.password:
        advice = "use password_file or the environment"
        raise origin.error(["clickhouse", "dsn"], "a password stands in the DSN", advice)
    if not _is_dsn(settings.clickhouse.dsn):
        raise origin.error(["clickhouse", "dsn"], "this is no DSN", "write http://user@host:8123/database")
    if ":" not in settings.http.bind or not _is_address(settings.http.bind):
        raise origin.error(["http", "bind"], "this is no address", "write host:port, such as 127.0.0.1:6066")
    _check_topics(settings, origin)
    _check_schemas(settings.schemas, origin)
    for index, issuer in enumerate(settings.identity.issuers):
        for name in ("issuer", "jwks"):
            value = getattr(issuer, name) or ""
            if "://" in value and not safe_url(value):
                why = "plain http would let anybody on the way choose the keys"
                raise origin.error(["identity", "issuers", index, name], why, "use https")
    names: set[str] = set()
    for index, sink in enumerate(settings.sinks):
        if sink.name in names:
            raise origin.error(["sinks", index, "name"], f"two sinks are called {sink.name}", "give each its own name")
        names.add(sink.name)
        needed = "path" if sink.type == "file" else "url"
        if not getattr(sink, needed):
            raise origin.error(["sinks", index], f"a sink of type {sink.type} needs {needed}")
        if sink.url and not safe_url(sink.url):
            raise origin.error(["sinks", index, "url"], "traces would travel in clear", "use https")


def _check_schemas(schemas: Schemas, origin: _Origin) -> None:
    url = schemas.registry
    if url is None:
        return
    if not safe_url(url):
        raise origin.error(["schemas", "registry"], "anybody on the way could choose the schemas", "use https")
    if "@" in urlsplit(url).netloc:
        raise origin.error(["schemas", "registry"], "credentials stand in the URL", "use auth_file")


def _check_topics(settings: Settings, origin: _Origin) -> None:
    """A topic is read for one purpose only: what leaves by one must never come in by another."""
    owners: dict[str, str] = {}
    for topic in Topics.__struct_fields__:
        for name in settings.names(topic):
            if name in owners:
                what = f"topics.{topic} and topics.{owners[name]} are the same topic, {name}"
                raise origin.error(["topics", topic], what, "give each a name of its own")
            owners[name] = topic


def _is_address(text: str) -> bool:
    """host:port; a broker without a port is asked on Kafka's own."""
    found = _ADDRESS.fullmatch(text)
    return found is not None and int(found.group(1) or 0) < 65536


def _url(text: str) -> SplitResult | None:
    """Its parts, or None where it is no URL."""
    try:
        return urlsplit(text)
    except ValueError:
        return None


def _is_dsn(text: str) -> bool:
    parts = _url(text)
    return parts is not None and parts.scheme in ("http", "https") and _is_address(parts.netloc.rpartition("@")[2])


def safe_url(url: str) -> bool:
    """https, or http on loopback."""
    parts = _url(url)
    return parts is not None and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK))
