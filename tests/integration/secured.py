"""An Apache Kafka as careful people run it: TLS of its own CA, client certificates, SASL and an authorizer."""

from __future__ import annotations

import datetime
import ipaddress
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aiokafka.protocol.admin import CreateAclsRequest, DeleteAclsRequest
from aiokafka.protocol.api import Request, RequestStruct
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from reticent.settings import Kafka, Sasl, Tls
from reticent.stream.connection import admin

from .kafka import Apache

PROTOCOLS = {"TLS": "SSL", "MUTUAL": "SSL", "SASL": "SASL_PLAINTEXT", "BOTH": "SASL_SSL", "OTHER": "SSL"}
"""OTHER has a certificate for a name that is not the broker's."""
TOPIC, GROUP, CLUSTER, TRANSACTIONAL = 2, 3, 4, 5
OPERATIONS = {"All": 2, "Read": 3, "Write": 4, "Create": 5, "Describe": 8, "DescribeConfigs": 10, "IdempotentWrite": 12}
_LOGIN = "org.apache.kafka.common.security"
_ALLOW, _ANY_HOST, _LITERAL, _PREFIXED = 3, "*", 3, 4


class Authority:
    """A CA of its own, and the certificates it gives."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._key = folder, ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.file = folder / f"{name}.pem"
        self._certificate = self._sign(self._name, self._key.public_key(), [], ca=True)
        self.file.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def give(self, name: str, addresses: Sequence[str] = ()) -> tuple[Path, Path]:
        """Files of a certificate with its chain, and of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = self._sign(subject, key.public_key(), addresses)
        files = self._folder / f"{name}.crt", self._folder / f"{name}.key"
        files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + self.file.read_bytes())
        files[1].write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return files

    def _sign(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, addresses: Sequence[str], *, ca: bool = False
    ) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(hours=6))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if addresses:
            names = [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self._key, hashes.SHA256())


@dataclass
class Secured:
    """The broker, its authority, and the passwords of its users. On the plain listener everybody may do everything."""

    folder: Path
    users: Sequence[str] = ("alice", "bob")
    passwords: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.authority = Authority(self.folder, "authority")
        self.stranger = Authority(self.folder, "stranger")
        self.passwords = {name: secrets.token_hex(12) for name in self.users}
        for name, password in self.passwords.items():
            (self.folder / f"{name}.password").write_text(password + "\n")
        self.certificate, self.key = self.authority.give("client")
        self.broker = Apache(
            self.folder, protocols=PROTOCOLS, properties="\n".join(self._properties()), scram=list(self._scram())
        )

    def _properties(self) -> Iterable[str]:
        def store(name: str, addresses: Sequence[str]) -> Path:
            certificate, key = self.authority.give(name, addresses)
            made = self.folder / f"{name}.store.pem"
            made.write_bytes(key.read_bytes() + certificate.read_bytes())
            return made

        right, wrong = store("broker", ["127.0.0.1"]), store("elsewhere", ["10.9.8.7"])
        yield "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer"
        yield "super.users=User:ANONYMOUS"
        yield "sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512"
        for listener in ("TLS", "MUTUAL", "BOTH", "OTHER"):
            prefix = f"listener.name.{listener.lower()}.ssl"
            yield f"{prefix}.keystore.type=PEM"
            yield f"{prefix}.keystore.location={wrong if listener == 'OTHER' else right}"
            yield f"{prefix}.truststore.type=PEM"
            yield f"{prefix}.truststore.location={self.authority.file}"
            yield f"{prefix}.client.auth={'required' if listener == 'MUTUAL' else 'none'}"
        plain = " ".join(f'user_{name}="{password}"' for name, password in self.passwords.items())
        for listener in ("sasl", "both"):
            prefix = f"listener.name.{listener}"
            yield f"{prefix}.plain.sasl.jaas.config={_LOGIN}.plain.PlainLoginModule required {plain};"
            for hashed in ("scram-sha-256", "scram-sha-512"):
                yield f"{prefix}.{hashed}.sasl.jaas.config={_LOGIN}.scram.ScramLoginModule required;"

    def _scram(self) -> Iterable[str]:
        for name, password in self.passwords.items():
            for hashed in ("SCRAM-SHA-256", "SCRAM-SHA-512"):
                yield f"{hashed}=[name={name},password={password}]"

    def tls(self, *, mutual: bool = False, ca: Path | None = None) -> Tls:
        own = {"cert_file": str(self.certificate), "key_file": str(self.key)} if mutual else {}
        return Tls(ca_file=str(ca or self.authority.file), **own)

    def sasl(self, user: str = "alice", mechanism: str = "SCRAM-SHA-512") -> Sasl:
        return Sasl(mechanism=mechanism, username=user, password_file=str(self.folder / f"{user}.password"))  # type: ignore[arg-type]  # one of them

    @property
    def plain(self) -> Kafka:
        return Kafka(bootstrap=self.broker.bootstrap)

    async def allow(self, user: str, rights: Iterable[tuple[int, str, str]]) -> None:
        """`rights`: kind of resource, its name (a prefix where it ends in `*`), operation."""
        await self._change(CreateAclsRequest, [
            (kind, name.removesuffix("*"), _PREFIXED if name.endswith("*") else _LITERAL, f"User:{user}", _ANY_HOST,
             OPERATIONS[operation], _ALLOW)
            for kind, name, operation in rights
        ])  # fmt: skip

    async def forbid(self, user: str) -> None:
        """Everything."""
        await self._change(DeleteAclsRequest, [(1, None, 1, f"User:{user}", None, 1, 1)])

    async def _change(self, kind: type[Request[RequestStruct]], changes: Sequence[tuple[object, ...]]) -> None:
        class Several(kind):  # type: ignore[misc,valid-type]  # aiokafka's own takes the fields of one, and sends no array
            ALLOW_UNKNOWN_API_VERSION = False

            def __init__(self) -> None: ...

            def build(self, struct: type[RequestStruct]) -> RequestStruct:
                return struct(changes)

        async with admin(self.plain) as client:
            _, answers = (await client._send_request(Several())).to_object().values()
        assert [answer["error_code"] for answer in answers if answer["error_code"]] == []
