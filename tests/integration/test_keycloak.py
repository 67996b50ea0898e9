"""A real Keycloak with the realm of deploy/: its tokens say what the `keycloak` preset takes them to say."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from reticent import settings
from reticent.errors import AuthenticationError
from reticent.identity import Authenticator

from ..unit.records import Record
from .kafka import DOWNLOADS, free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

VERSION = "26.4.0"
REALM = Path(__file__).parents[2] / "deploy" / "keycloak" / "reticent-realm.json"
_POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>reticent.tests</groupId><artifactId>keycloak</artifactId><version>1</version><dependencies>
<dependency><groupId>org.keycloak</groupId><artifactId>keycloak-quarkus-dist</artifactId><version>{VERSION}</version>
<type>zip</type><exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>
</dependency></dependencies></project>"""


@dataclass(frozen=True)
class Keycloak:
    port: int
    producer_secret: str
    password: str

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}/realms/reticent"

    async def token(self, **form: str) -> str:
        """An access token by the token endpoint."""
        url = f"{self.issuer}/protocol/openid-connect/token"
        async with aiohttp.ClientSession() as session, session.post(url, data=form) as answer:
            given = await answer.json()
            assert answer.status == 200, given.get("error_description")
            return str(given["access_token"])

    async def service(self, client: str) -> str:
        return await self.token(grant_type="client_credentials", client_id=client, client_secret=self.producer_secret)

    async def person(self, name: str) -> str:
        return await self.token(
            grant_type="password", client_id="reticent-approvals", username=name, password=self.password
        )

    def authenticator(self, audience: str = "reticent") -> Authenticator:
        row = settings.Issuer(issuer=self.issuer, audience=audience, preset="keycloak")
        return Authenticator(settings.Identity(issuers=(row,)), lag_seconds=60)


def distribution(folder: Path) -> Path:
    """Keycloak unpacked into `folder`; skips where it cannot be had."""
    for tool in ("java", "mvn"):
        if shutil.which(tool) is None:
            pytest.skip(f"Keycloak needs Java 17 and Maven; there is no {tool} here")
    cache = DOWNLOADS / f"keycloak-{VERSION}"
    archive = cache / "libs" / f"keycloak-quarkus-dist-{VERSION}.zip"
    if not archive.exists():
        cache.mkdir(parents=True, exist_ok=True)
        (cache / "pom.xml").write_text(_POM)
        command = ["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=libs"]
        done = subprocess.run(command, cwd=cache, capture_output=True, timeout=400, check=False)
        if done.returncode or not archive.exists():
            pytest.skip("Maven cannot resolve Keycloak here")
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    return folder / f"keycloak-{VERSION}"


@pytest.fixture(scope="module")
def keycloak(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keycloak]:
    home = distribution(tmp_path_factory.mktemp("keycloak"))
    (home / "data" / "import").mkdir(parents=True)
    shutil.copy(REALM, home / "data" / "import")
    made = Keycloak(free_port(), secrets.token_urlsafe(16), secrets.token_urlsafe(16))
    environment = {
        **os.environ, "PRODUCER_SECRET": made.producer_secret, "APPROVER_PASSWORD": made.password,
        "JAVA_OPTS_KC_HEAP": "-Xmx512m",
    }  # fmt: skip
    command = ["sh", str(home / "bin" / "kc.sh"), "start-dev", "--import-realm", f"--http-port={made.port}",
               "--http-host=127.0.0.1", "--cache=local"]  # fmt: skip
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _await(made, process)
        yield made
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        shutil.rmtree(home, ignore_errors=True)  # pytest keeps folders of several runs, and this one is large


def _await(made: Keycloak, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 180
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", made.port), 1):
            return
        time.sleep(0.5)
    pytest.fail("Keycloak did not start")


def record(token: str) -> Record:
    return Record(headers=[("authorization", f"Bearer {token}".encode())], timestamp=int(time.time() * 1000))


async def test_services_and_people_are_who_the_realm_says(keycloak: Keycloak) -> None:
    known = keycloak.authenticator()
    services = await asyncio.gather(*(keycloak.service(f"inference-{name}") for name in ("acme", "globex")))
    people = await asyncio.gather(*(keycloak.person(name) for name in ("alice", "bob", "carol")))
    records = [record(token) for token in (*services, *people)]
    await known.prepare(records)
    found = [known.authenticate(each, time.time()) for each in records]
    assert [(who.tenant, who.producer) for who in found] == [
        ("acme", "inference-acme"), ("globex", "inference-globex"),
        ("acme", "reticent-approvals"), ("acme", "reticent-approvals"), ("globex", "reticent-approvals"),
    ]  # fmt: skip
    assert [who.groups for who in found] == [(), (), ("security",), ("security",), ("security",)]
    assert len({who.person for who in found}) == 5
    await known.aclose()


async def test_a_token_for_another_audience_is_refused(keycloak: Keycloak) -> None:
    known = keycloak.authenticator(audience="another")
    given = record(await keycloak.service("inference-acme"))
    await known.prepare([given])
    with pytest.raises(AuthenticationError) as caught:
        known.authenticate(given, time.time())
    assert caught.value.code == "wrong-audience"
    await known.aclose()
