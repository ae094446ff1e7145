"""The systems: where they come from, how they are started, and who talks to them."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

FLOWS: Final = Path(__file__).resolve().parent / "flows"


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A server of others with a client that its users use.

    Attributes:
        name: of the system, here and on the command line.
        server: what people call it, with the version.
        client: likewise.
        traits: what makes it hard.
        python: requirements of a virtual environment of its own, each with its version.
        node: packages of a folder of its own, likewise.
        command: how it is started, in an empty folder; `{port}` is filled.
        ready: a path that answers, with whatever status, once it is up.
        prepare: files that are written into the folder first.
        before: a command that is run in the folder before the start.
        flow: the file in `flows` that talks to it.
        slots: secrets that come from outside, by name.

    """

    name: str
    server: str
    client: str
    traits: str
    python: Sequence[str] = ()
    node: Sequence[str] = ()
    command: Sequence[str]
    ready: str = "/"
    prepare: Mapping[str, str] = field(default_factory=dict)
    before: Sequence[str] = ()
    flow: str
    slots: Mapping[str, str] = field(default_factory=dict)


_KINTO: Final = """\
[server:main]
use = egg:waitress#main
host = 127.0.0.1
port = %(http_port)s
threads = 4
[app:main]
use = egg:kinto
kinto.includes = kinto.plugins.accounts
multiauth.policies = account
multiauth.policy.account.use = kinto.plugins.accounts.authentication.AccountsAuthenticationPolicy
kinto.account_create_principals = system.Everyone
kinto.bucket_create_principals = system.Authenticated
kinto.storage_backend = kinto.core.storage.memory
kinto.cache_backend = kinto.core.cache.memory
kinto.permission_backend = kinto.core.permission.memory
kinto.userid_hmac_secret = an-example
"""
_POSTS: Final = (
    '{"posts": [{"id": 1, "title": "hello world", "author": "typicode", "views": 100},'
    ' {"id": 2, "title": "second post", "author": "ann", "views": 7}],'
    ' "comments": [{"id": 1, "body": "some comment", "postId": 1}],'
    ' "profile": {"name": "typicode", "verified": true}}'
)


def _basic(name: str, password: str) -> str:
    return base64.b64encode(f"{name}:{password}".encode()).decode()


_TOKEN: Final = "5b1f0c3d7e9a4b62"
_MOTO: Final = ("moto[server]==5.2.5", "boto3==1.44.5")
_MOTO_SERVER: Final = ("moto_server", "-H", "127.0.0.1", "-p", "{port}")

SYSTEMS: Final = (
    System(
        name="kinto",
        server="kinto 26.5.0",
        client="kinto_http 11.11.0",
        traits="JSON, accounts, entity tags, names chosen by clients",
        python=("kinto==26.5.0", "kinto-http==11.11.0", "setuptools<81"),
        command=("kinto", "start", "--ini", "config.ini", "--port", "{port}"),
        ready="/v1/",
        prepare={"config.ini": _KINTO},
        flow="kinto",
    ),
    System(
        name="s3",
        server="moto 5.2.5, S3",
        client="boto3 1.44.5",
        traits="XML, objects of any type, entity tags, signed requests",
        python=_MOTO,
        command=_MOTO_SERVER,
        flow="s3",
    ),
    System(
        name="dynamodb",
        server="moto 5.2.5, DynamoDB",
        client="boto3 1.44.5",
        traits="JSON over one path, operation in a header",
        python=_MOTO,
        command=_MOTO_SERVER,
        flow="dynamodb",
    ),
    System(
        name="sqs",
        server="moto 5.2.5, SQS",
        client="boto3 1.44.5",
        traits="messages, receipts, digests",
        python=_MOTO,
        command=_MOTO_SERVER,
        flow="sqs",
    ),
    System(
        name="radicale",
        server="Radicale 3.9.0",
        client="caldav 3.6.0",
        traits="WebDAV, XML, iCalendar, entity tags",
        python=("radicale==3.9.0", "caldav==3.6.0"),
        command=(
            "radicale",
            "--storage-filesystem-folder=store",
            "--server-hosts=127.0.0.1:{port}",
            "--auth-type=none",
            "--rights-type=authenticated",
        ),
        flow="radicale",
        slots={"basic_credentials": _basic("ann", "pw-Ann-77")},
    ),
    System(
        name="jsonserver",
        server="json-server 0.17.4",
        client="fetch of Node",
        traits="JSON, running numbers, filters and pages, seed data",
        node=("json-server@0.17.4",),
        command=("json-server", "--host", "127.0.0.1", "--port", "{port}", "db.json"),
        ready="/posts",
        prepare={"db.json": _POSTS},
        flow="jsonserver.mjs",
    ),
    System(
        name="pypiserver",
        server="pypiserver 2.4.2",
        client="twine 7.0.0, pip",
        traits="multipart uploads, archives, HTML, duplicates",
        python=("pypiserver==2.4.2", "twine==7.0.0", "setuptools<81"),
        command=(
            "pypi-server",
            "run",
            "--interface=127.0.0.1",
            "--port={port}",
            "--authenticate=.",
            "--passwords=.",
            "--disable-fallback",
            ".",
        ),
        flow="pypiserver",
        slots={"basic_credentials": _basic("ann", "pw-Ann-77")},
    ),
    System(
        name="jupyter",
        server="Jupyter Server 2.21.1",
        client="requests 2.34.2",
        traits="JSON, files in texts, a token from outside, times of a file system",
        python=("jupyter-server==2.21.1", "requests==2.34.2"),
        command=(
            "jupyter-server",
            "--no-browser",
            "--allow-root",
            "--ServerApp.ip=127.0.0.1",
            "--ServerApp.port={port}",
            "--ServerApp.port_retries=0",
            "--ServerApp.root_dir=.",
            f"--IdentityProvider.token={_TOKEN}",
        ),
        ready="/api",
        flow="jupyter",
        slots={"token": _TOKEN},
    ),
    System(
        name="wsgidav",
        server="WsgiDAV 4.4.0",
        client="webdav4 0.11.0",
        traits="WebDAV, XML, copies and moves, files",
        python=("wsgidav==4.4.0", "cheroot==11.1.2", "webdav4==0.11.0"),
        command=("wsgidav", "--host=127.0.0.1", "--port={port}", "--root=.", "--auth=anonymous", "--no-config"),
        flow="wsgidav",
    ),
    System(
        name="pouchdb",
        server="PouchDB Server 4.2.0",
        client="nano 11.0.5",
        traits="CouchDB's protocol: documents with revisions, conflicts, bulk calls, feeds",
        node=("pouchdb-server@4.2.0", "nano@11.0.5"),
        command=("pouchdb-server", "--in-memory", "--host", "127.0.0.1", "--port", "{port}"),
        flow="pouchdb.mjs",
    ),
)
