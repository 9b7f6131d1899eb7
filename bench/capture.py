"""EPCIS events captured a second: ours over HTTP, beside quartet-epcis in process.

`nguon serve` (web and worker, as installed) on loopback with a real bearer token takes EPCIS 2.0
documents; one client sends them one after another and at last asks for the last event, so that
the time runs until everything can be queried. quartet-epcis 4.1.5 (GPL: a peer to measure
against, installed here into a throw-away place of its own and never a dependency) parses EPCIS
1.2 documents of the same events with its production parser, in one process without HTTP, into a
database of its own on the same PostgreSQL server. Where the peer cannot be installed or run, that
is said and only ours is told.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.overlap import migrate  # noqa: E402
from bench.registrations import NGUON, nguon, wait_for  # noqa: E402

PEER = "quartet-epcis==4.1.5"
# What it imports without declaring it.
_PEER_NEEDS = ("quartet-capture==4.1.0", "haikunator", "django-filter", "djangorestframework")
PER_REQUEST, REQUESTS, PEER_REQUESTS, LEAST = 100, 10, 2, 5.0
CONTEXT = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
_DRIVER = """
import io, json, sys, time
asked = json.load(sys.stdin)
from django.conf import settings
settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth",
                    "quartet_capture", "quartet_epcis"],
    DATABASES={"default": asked["database"]}, USE_TZ=True, DEBUG=False,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField", SECRET_KEY="k" * 50)
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from quartet_epcis.models.events import Event
from quartet_epcis.parsing.context_parser import BusinessEPCISParser
rates = []
for documents in asked["documents"]:
    before = Event.objects.count()
    started = time.perf_counter()
    for text in documents:
        BusinessEPCISParser(io.BytesIO(text.encode())).parse()
    stored = Event.objects.count() - before
    rates.append([stored, time.perf_counter() - started])
json.dump(rates, sys.stdout)
"""


def items(size: int, request: int, number: int) -> list[str]:
    serial = (request * PER_REQUEST + number) * size
    return [f"urn:epc:id:sgtin:8930{size:03d}.000001.{serial + k}" for k in range(size)]


def ours(size: int, request: int) -> bytes:
    events = [
        {
            "type": "ObjectEvent",
            "eventID": f"urn:uuid:00000000-0000-4000-8{size:03d}-{request * 1000 + n:012d}",
            "eventTime": "2026-11-20T03:00:00Z",
            "eventTimeZoneOffset": "+07:00",
            "action": "ADD",
            "bizStep": "commissioning",
            "disposition": "active",
            "readPoint": {"id": "urn:epc:id:sgln:8930001.00001.0"},
            "bizLocation": {"id": "urn:epc:id:sgln:8930001.00001.0"},
            "epcList": items(size, request, n),
        }
        for n in range(PER_REQUEST)
    ]
    return json.dumps(
        {
            "@context": CONTEXT,
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-11-20T03:00:00Z",
            "epcisBody": {"eventList": events},
        }
    ).encode()


def theirs(size: int, request: int) -> str:
    events = "".join(
        "<ObjectEvent><eventTime>2026-11-20T03:00:00Z</eventTime>"
        "<eventTimeZoneOffset>+07:00</eventTimeZoneOffset>"
        f"<epcList>{''.join(f'<epc>{epc}</epc>' for epc in items(size, request, n))}</epcList>"
        "<action>ADD</action><bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep>"
        "<disposition>urn:epcglobal:cbv:disp:active</disposition>"
        "<readPoint><id>urn:epc:id:sgln:8930001.00001.0</id></readPoint>"
        "<bizLocation><id>urn:epc:id:sgln:8930001.00001.0</id></bizLocation></ObjectEvent>"
        for n in range(PER_REQUEST)
    )
    return (
        '<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" schemaVersion="1.2"'
        ' creationDate="2026-11-20T03:00:00Z"><EPCISBody><EventList>'
        f"{events}</EventList></EPCISBody></epcis:EPCISDocument>"
    )


def call(
    connection: http.client.HTTPConnection, token: str, path: str, body: bytes | None = None
) -> bytes:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST" if body else "GET", path, body, headers)
    answer = connection.getresponse()
    told = answer.read()
    if answer.status not in (200, 202):
        sys.exit(f"capture: {answer.status} {told[:300]!r}")
    return told


def send(port: int, token: str, size: int, requests: range) -> float:
    """Events a second, until the last one can be asked for."""
    bodies = [ours(size, request) for request in requests]
    last = json.loads(bodies[-1])["epcisBody"]["eventList"][-1]["eventID"]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    started = time.perf_counter()
    for body in bodies:
        call(connection, token, "/epcis/capture", body)
    found = call(connection, token, f"/epcis/events/{quote(last, safe='')}")
    taken = time.perf_counter() - started
    if last.encode() not in found:
        sys.exit("capture: the last event cannot be queried")
    return len(bodies) * PER_REQUEST / taken


def serve(url: str, folder: str) -> dict[int, float]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "NGUON_DATABASE_URL": url,
        "NGUON_DATA_DIR": folder,
        "NGUON_SECRET_KEY": "k" * 48,
        "NGUON_LOG_LEVEL": "error",
        "PORT": str(port),
    }
    mail = ("--email", "do@vidu.vn")
    nguon("user", "create", *mail, "--name", "Người đo", "--role", "admin", environment=environment)
    token = nguon("token", "create", *mail, environment=environment)
    server = subprocess.Popen(
        [NGUON, "serve"], cwd=ROOT, env=environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port)
        send(port, token, 2, range(2))
        return {size: send(port, token, size, range(REQUESTS)) for size in (1, 10)}
    finally:
        os.kill(server.pid, signal.SIGTERM)
        server.wait(timeout=60)


def peer(url: str, folder: Path) -> dict[int, float] | str:
    """The peer's events a second by size, or why it could not be run."""
    from sqlalchemy import create_engine, text

    python = folder / "peer" / "bin" / "python"
    for command in (
        [sys.executable, "-m", "venv", str(folder / "peer")],
        [str(python), "-m", "pip", "install", "-q", PEER, *_PEER_NEEDS, "psycopg[binary]"],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return f"cannot be installed: {done.stderr.strip()[-200:]}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE peer"))
    admin.dispose()
    parts = urlsplit(url)
    asked = {
        "database": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "peer",
            "USER": parts.username,
            "PASSWORD": parts.password or "",
            "HOST": parts.hostname or parse_qs(parts.query)["host"][0],
            "PORT": str(parts.port or parse_qs(parts.query).get("port", [""])[0]),
        },
        "documents": [
            [theirs(size, request) for request in range(count)]
            for size, count in ((2, 1), (1, PEER_REQUESTS), (10, PEER_REQUESTS))
        ],
    }
    done = subprocess.run(
        [str(python), "-c", _DRIVER],
        input=json.dumps(asked), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        return f"cannot be run: {done.stderr.strip()[-300:]}"
    rates = json.loads(done.stdout)
    if [stored for stored, _ in rates[1:]] != [PEER_REQUESTS * PER_REQUEST] * 2:
        return f"did not store what it was given: {rates}"
    return {size: rates[at][0] / rates[at][1] for at, size in ((1, 1), (2, 10))}


def main() -> None:
    from foundation import embedded

    with tempfile.TemporaryDirectory(prefix="nguon-bench-") as name:
        url = embedded.start(Path(name) / "data")
        try:
            migrate(url)
            ours_told = serve(url, name)
            theirs_told = peer(url, Path(name))
        finally:
            embedded.stop(Path(name) / "data")
    told = f"{PER_REQUEST} events a request, one client, until queryable"
    if isinstance(theirs_told, str):
        rates = ", ".join(f"{rate:,.0f}/s of {size} EPC" for size, rate in ours_told.items())
        print(f"capture: ours {rates}; {told}; not compared: quartet-epcis {theirs_told}")
        return
    for size, rate in ours_told.items():
        ratio = rate / theirs_told[size]
        print(
            f"capture: ours {rate:,.0f} events/s of {size} EPC, reference"
            f" {theirs_told[size]:,.0f} (quartet-epcis 4.1.5 in process), ratio {ratio:.1f}; {told}"
        )
    if any(ours_told[size] < LEAST * theirs_told[size] for size in ours_told):
        sys.exit("capture: slower than promised")


if __name__ == "__main__":
    main()
