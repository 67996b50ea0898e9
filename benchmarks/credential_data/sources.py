"""Open-source packages as text: what the model learns of code that holds no secret, fetched by each registry's client.

Packages are split whole: what is measured was never learned from.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final


def _words(text: str) -> list[str]:
    return text.split()


LEARNED: Final = {
    "pypi": """
        requests django flask sqlalchemy celery paramiko boto3 keyring twine salt jupyter-server authlib
        oauthlib passlib pyjwt python-jose django-allauth social-auth-core apache-libcloud docker kubernetes
        pymysql redis pymongo tornado aiohttp httpx scrapy buildbot ldap3 elasticsearch google-auth slack-sdk
        netmiko fabric starlette mercurial ansible-core trac pgcli mitmproxy openstacksdk python-novaclient
        cinder keystoneauth1 hvac locust
    """,
    "npm": """
        express passport jsonwebtoken mongoose sequelize knex typeorm axios firebase-admin next-auth crypto-js
        node-forge tough-cookie mysql2 pg ioredis nodemailer twilio stripe parse-server n8n-nodes-base
        directus node-red ghost aws-sdk oidc-provider
    """,
    "go": """
        github.com/hashicorp/vault github.com/gophercloud/gophercloud github.com/go-sql-driver/mysql
        github.com/docker/cli github.com/spf13/viper github.com/golang-jwt/jwt/v5
        github.com/prometheus/prometheus github.com/rclone/rclone code.gitea.io/gitea
        github.com/traefik/traefik/v3 github.com/hashicorp/terraform github.com/minio/minio-go/v7
    """,
    "maven": """
        org.springframework.security:spring-security-core:6.3.4
        org.springframework.boot:spring-boot-autoconfigure:3.3.5 org.apache.kafka:kafka-clients:3.8.0
        org.apache.shiro:shiro-core:2.0.1 redis.clients:jedis:5.1.5 org.postgresql:postgresql:42.7.4
        org.apache.hadoop:hadoop-common:3.4.0 org.apache.tomcat:tomcat-catalina:10.1.30
        org.bouncycastle:bcprov-jdk18on:1.78.1 com.amazonaws:aws-java-sdk-core:1.12.770
        org.keycloak:keycloak-services:25.0.6
    """,
    "debian": """
        wordpress phpmyadmin roundcube-core mediawiki redmine puppet-agent ruby-devise ruby-omniauth
        icingaweb2 openssh-server postfix dovecot-core bacula-director freeradius-config logwatch
    """,
    "crates": "openssl-src curl-sys rdkafka-sys oauth2 reqwest sqlx-core",
}
HELD_OUT: Final = {
    "pypi": "werkzeug keystone moto pyramid swift glance barbican django-oauth-toolkit psycopg asyncssh impacket",
    "npm": "@feathersjs/authentication verdaccio @nestjs/jwt mariadb lucia node-oauth2-server grunt-ssh soap",
    "go": "github.com/ory/hydra github.com/dexidp/dex github.com/caddyserver/caddy/v2 github.com/hashicorp/consul",
    "maven": """
        org.eclipse.jetty:jetty-security:12.0.14 org.apache.activemq:activemq-broker:6.1.3
        com.mysql:mysql-connector-j:9.0.0 org.apache.camel:camel-ftp:4.8.0
    """,
    "debian": "dokuwiki ruby-rails-controller-testing tt-rss slapd proftpd-core zabbix-server-mysql",
    "crates": "libssh2-sys lettre mysql_common",
}
_SUFFIXES: Final = frozenset(
    _words(
        """.py .pyi .java .js .mjs .cjs .ts .tsx .jsx .go .c .h .cc .cpp .hpp .cs .php .inc .rb .erb .pp .sh .bash .zsh
        .ps1 .yaml .yml .json .toml .ini .cfg .conf .cnf .xml .properties .tf .hcl .tfvars .md .rst .txt .adoc .html
        .env .sql .kt .scala .rs .swift .pl .lua .groovy .gradle .template .example .sample .dist .log .proto .vue
        .po"""
    )
)
_LARGEST: Final = 400_000


def fetch(packages: dict[str, str], folder: Path) -> None:
    """Downloads and unpacks each package into a folder of its own; one that cannot be had is named and left out."""
    for registry, names in packages.items():
        for name in names.split():
            target = folder / registry / name.replace("/", "+").replace(":", "+")
            if target.exists():
                continue
            scratch = target.with_name(target.name + ".part")
            shutil.rmtree(scratch, ignore_errors=True)
            scratch.mkdir(parents=True)
            try:
                _FETCHERS[registry](name, scratch)
            except (subprocess.SubprocessError, OSError, tarfile.TarError, zipfile.BadZipFile) as error:
                print(f"  {registry} {name}: not to be had ({type(error).__name__})", file=sys.stderr)
                shutil.rmtree(scratch, ignore_errors=True)
                scratch.mkdir()
            scratch.rename(target)


def files(folder: Path) -> Iterator[tuple[str, Path]]:
    """(package, file) of every file of text, in an order that repeats."""
    for package in sorted(path for path in folder.glob("*/*") if path.is_dir()):
        for path in sorted(package.rglob("*")):
            wanted = path.suffix in _SUFFIXES or (not path.suffix and path.name in ("Dockerfile", "Makefile", ".env"))
            if wanted and path.is_file() and not path.is_symlink() and path.stat().st_size <= _LARGEST:
                yield f"{package.parent.name}/{package.name}", path


def _run(*command: str, cwd: Path) -> str:
    return subprocess.run(
        command, cwd=cwd, check=True, timeout=300, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ).stdout


def _unpack(folder: Path) -> None:
    for archive in list(folder.iterdir()):
        if archive.name.endswith((".tar.gz", ".tgz", ".tar.bz2", ".crate")):
            with tarfile.open(archive) as content:
                content.extractall(folder, filter="data")
        elif archive.suffix in (".zip", ".whl", ".jar"):
            with zipfile.ZipFile(archive) as content:
                content.extractall(folder)  # noqa: S202 - zipfile keeps names inside
        else:
            continue
        archive.unlink()


def _pypi(name: str, folder: Path) -> None:
    """A source archive where there is one: it has the tests. Nothing of it is built."""
    for kind in (["--no-binary", ":all:", "--no-build-isolation"], []):
        done = subprocess.run(
            [sys.executable, "-m", "pip", "download", "-q", "--no-deps", *kind, "-d", ".", name],
            cwd=folder, capture_output=True, timeout=300, check=False,
        )  # fmt: skip
        if done.returncode == 0 and any(folder.iterdir()):
            return _unpack(folder)
    raise OSError


def _npm(name: str, folder: Path) -> None:
    _run("npm", "pack", "--silent", name, cwd=folder)
    _unpack(folder)


def _go(name: str, folder: Path) -> None:
    _run("go", "mod", "init", "corpus", cwd=folder)
    out = _run("go", "mod", "download", "-json", f"{name}@latest", cwd=folder)
    found = next(line for line in out.splitlines() if '"Zip"' in line).split('"')[3]
    with zipfile.ZipFile(found) as content:
        content.extractall(folder)  # noqa: S202 - zipfile keeps names inside


def _maven(name: str, folder: Path) -> None:
    group, artifact, version = name.split(":")
    _run(
        "mvn", "-q", "dependency:copy", f"-Dartifact={group}:{artifact}:{version}:jar:sources",
        f"-DoutputDirectory={folder}", cwd=folder,
    )  # fmt: skip
    _unpack(folder)


def _debian(name: str, folder: Path) -> None:
    _run("apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", name, cwd=folder)
    for archive in folder.glob("*.deb"):
        _run("dpkg-deb", "-x", archive.name, ".", cwd=folder)
        archive.unlink()


def _crates(name: str, folder: Path) -> None:
    _run("cargo", "init", "-q", "--vcs", "none", "--name", "corpus", cwd=folder)
    _run("cargo", "add", "-q", name, cwd=folder)
    _run("cargo", "vendor", "-q", "vendor", cwd=folder)
    for other in (folder / "vendor").iterdir():
        if other.name != name:
            shutil.rmtree(other)


_FETCHERS: Final = {
    "pypi": _pypi, "npm": _npm, "go": _go, "maven": _maven, "debian": _debian, "crates": _crates,
}  # fmt: skip
