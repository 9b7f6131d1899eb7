"""Settings: read once from the environment, every problem named at once.

``SETTINGS`` is the table behind ``docs/settings.md``; a test holds the two together.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from foundation import operator_contact
from foundation.errors import Finding, Invalid
from foundation.operator_contact import Operator


@dataclass(frozen=True)
class Setting:
    """One line of ``docs/settings.md``."""

    name: str
    default: str
    meaning: str


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "PORT", "8000", "TCP port of the web server, on 127.0.0.1 unless NGUON_HOST says more."
    ),
    Setting("NGUON_HOST", "127.0.0.1", "Address the web server binds to."),
    Setting("NGUON_WEB_WORKERS", "1", "Web server processes."),
    Setting("NGUON_WEB_THREADS", "4", "Requests that each web server process works on at once."),
    Setting("NGUON_JOB_CONCURRENCY", "2", "Jobs one worker runs at a time."),
    Setting("NGUON_DATA_DIR", "var", "Embedded database, files, keys, journals."),
    Setting("NGUON_DATABASE_URL", "", "PostgreSQL to use instead of the embedded one."),
    Setting("NGUON_REPLICA_URL", "", "PostgreSQL replica for reads; the primary when empty."),
    Setting("NGUON_BASE_URL", "http://127.0.0.1:{PORT}", "Public address; QR codes carry it."),
    Setting("NGUON_SECRET_KEY", "", "Signs and encrypts; 32 characters or more in production."),
    Setting("NGUON_MODE", "demonstration", "'demonstration' or 'production'."),
    Setting("NGUON_CLOCK_OFFSET", "0", "Seconds to shift the clock; refused in production."),
    Setting("NGUON_SMTP_URL", "", "smtp[s]://user:password@host:port; else the console."),
    Setting("NGUON_MAIL_FROM", "Nguồn <khong-tra-loi@localhost>", "Sender of mail."),
    Setting("NGUON_MESSAGE_URL", "", "HTTP gateway for SMS/Zalo; else the console."),
    Setting("NGUON_MESSAGE_TOKEN", "", "Bearer token of that gateway."),
    Setting("NGUON_FILES_URL", "", "Where files lie; file://{NGUON_DATA_DIR}/files when empty."),
    Setting("NGUON_METRICS_TOKEN", "", "Bearer token for /metrics from beyond loopback."),
    Setting("NGUON_TRUSTED_PROXIES", "0", "Reverse proxies in front whose X-Forwarded-* count."),
    Setting("NGUON_PRIVATE_WEBHOOKS", "", "'yes': webhooks may go to private addresses (drills)."),
    Setting(
        "NGUON_GS1_PREFIXES",
        "",
        "GS1 company prefixes, for EPC names: '8930001,893=9' (beginning=digits where known).",
    ),
    Setting("NGUON_MQTT_URL", "", "mqtt[s]://user:password@host:port of sensors; none when empty."),
    Setting("NGUON_READINGS_MONTHS", "36", "Months readings of sensors are kept; 0: for ever."),
    Setting("NGUON_SCANS_DAYS", "400", "Days scans are kept, their counts for ever; 0: for ever."),
    Setting("NGUON_NETWORK_PLACES", "", "CSV of networks and their provinces; see docs/scans.md."),
    Setting("NGUON_COPY_LIMITS", "", "CSV of limits for suspecting copies; see docs/scans.md."),
    Setting("NGUON_BACKUP_DIR", "", "Nightly backups are written here when set."),
    Setting("NGUON_MAP_TILES", "", "Images under drawing maps: 'https://…/{z}/{x}/{y} credit'."),
    Setting(operator_contact.NAME, "", "Who runs this Nguồn, as public pages tell it."),
    Setting(operator_contact.EMAIL, "", "Where the operator answers mail, told in public."),
    Setting(operator_contact.URL, "", "The operator's web address, told in public."),
    Setting("NGUON_LOG_LEVEL", "info", "debug, info, warning or error."),
)

_DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


@dataclass(frozen=True)
class MapTiles:
    """Where drawing maps take aerial images from, and whom they credit."""

    address: str
    credit: str

    @property
    def host(self) -> str:
        """The origin that pages with a drawing map may load images from."""
        return f"https://{urlsplit(self.address).netloc}"


@dataclass(frozen=True)
class Config:
    """What the process runs with."""

    port: int
    host: str
    web_workers: int
    web_threads: int
    job_concurrency: int
    data_dir: Path
    # Whatever holds a password or key stays out of what a traceback or a log may print.
    database_url: str = field(repr=False)
    replica_url: str = field(repr=False)
    base_url: str
    secret_key: str = field(repr=False)
    production: bool
    clock_offset: timedelta
    smtp_url: str = field(repr=False)
    mail_from: str
    message_url: str
    message_token: str = field(repr=False)
    files_url: str
    metrics_token: str = field(repr=False)
    trusted_proxies: int
    mqtt_url: str = field(repr=False)
    readings_months: int
    scans_days: int
    network_places: str
    copy_limits: str
    backup_dir: str
    private_webhooks: str
    gs1_prefixes: tuple[tuple[str, int], ...]
    map_tiles: MapTiles | None
    operator: Operator | None
    log_level: str

    @property
    def https(self) -> bool:
        """Whether the public address is served over TLS."""
        return self.base_url.startswith("https://")


def read(environ: Mapping[str, str] | None = None) -> Config:
    """Read all settings; raises Invalid naming every one that is missing or wrong."""
    env = dict(_DEFAULTS)
    env.update({k: v for k, v in (environ or os.environ).items() if k in _DEFAULTS and v != ""})
    findings: list[Finding] = []
    numbers = {
        name: _number(env, name, low, high, findings)
        for name, low, high in (
            ("PORT", 1, 65535),
            ("NGUON_WEB_WORKERS", 1, 64),
            ("NGUON_WEB_THREADS", 1, 256),
            ("NGUON_JOB_CONCURRENCY", 1, 64),
            ("NGUON_CLOCK_OFFSET", -(10**9), 10**9),
            ("NGUON_TRUSTED_PROXIES", 0, 5),
            ("NGUON_READINGS_MONTHS", 0, 1200),
            ("NGUON_SCANS_DAYS", 0, 36_500),
        )
    }
    base_url = env["NGUON_BASE_URL"].replace("{PORT}", env["PORT"]).rstrip("/")
    findings += _word_findings(env, base_url)
    if findings:
        raise Invalid(findings, "settings.invalid")
    return _config(env, numbers, base_url)


def _config(env: Mapping[str, str], numbers: Mapping[str, int], base_url: str) -> Config:
    data_dir = Path(env["NGUON_DATA_DIR"]).absolute()
    return Config(
        port=numbers["PORT"],
        host=env["NGUON_HOST"],
        web_workers=numbers["NGUON_WEB_WORKERS"],
        web_threads=numbers["NGUON_WEB_THREADS"],
        job_concurrency=numbers["NGUON_JOB_CONCURRENCY"],
        data_dir=data_dir,
        database_url=_driver(env["NGUON_DATABASE_URL"]),
        replica_url=_driver(env["NGUON_REPLICA_URL"]),
        base_url=base_url,
        secret_key=env["NGUON_SECRET_KEY"] or kept_secret(data_dir),
        production=env["NGUON_MODE"] == "production",
        clock_offset=timedelta(seconds=numbers["NGUON_CLOCK_OFFSET"]),
        smtp_url=env["NGUON_SMTP_URL"],
        mail_from=env["NGUON_MAIL_FROM"],
        message_url=env["NGUON_MESSAGE_URL"],
        message_token=env["NGUON_MESSAGE_TOKEN"],
        files_url=env["NGUON_FILES_URL"] or f"file://{data_dir}/files",
        metrics_token=env["NGUON_METRICS_TOKEN"],
        trusted_proxies=numbers["NGUON_TRUSTED_PROXIES"],
        mqtt_url=env["NGUON_MQTT_URL"],
        readings_months=numbers["NGUON_READINGS_MONTHS"],
        scans_days=numbers["NGUON_SCANS_DAYS"],
        network_places=env["NGUON_NETWORK_PLACES"],
        copy_limits=env["NGUON_COPY_LIMITS"],
        backup_dir=env["NGUON_BACKUP_DIR"],
        private_webhooks=env["NGUON_PRIVATE_WEBHOOKS"],
        gs1_prefixes=_gs1_prefixes(env["NGUON_GS1_PREFIXES"]) or (),
        map_tiles=_map_tiles(env["NGUON_MAP_TILES"]),
        operator=operator_contact.operator_of(env),
        log_level=env["NGUON_LOG_LEVEL"],
    )


_current: Config | None = None


def use(config: Config | None) -> None:
    """Make these the process's settings (``create_app`` and tests do)."""
    global _current
    _current = config


def current() -> Config:
    """The process's settings; read from the environment once when nobody has set them."""
    global _current
    if _current is None:
        _current = read()
    return _current


def kept_secret(data_dir: Path) -> str:
    """The machine's own secret, made at the first start and kept under the data folder (0600)."""
    path = data_dir / "secret-key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        own = data_dir / f"secret-key.{os.getpid()}"
        own.touch(mode=0o600)
        own.write_text(secrets.token_urlsafe(48))
        # Two processes may start at once: the first link wins, and no one reads a half-written key.
        with contextlib.suppress(FileExistsError):
            os.link(own, path)
        own.unlink()
    return path.read_text().strip()


def _word_findings(env: Mapping[str, str], base_url: str) -> list[Finding]:
    findings = []
    if env["NGUON_MODE"] not in ("demonstration", "production"):
        findings.append(_wrong("NGUON_MODE", env["NGUON_MODE"]))
    if env["NGUON_PRIVATE_WEBHOOKS"] not in ("", "yes", "no"):
        findings.append(_wrong("NGUON_PRIVATE_WEBHOOKS", env["NGUON_PRIVATE_WEBHOOKS"]))
    if _gs1_prefixes(env["NGUON_GS1_PREFIXES"]) is None:
        findings.append(_wrong("NGUON_GS1_PREFIXES", env["NGUON_GS1_PREFIXES"]))
    if env["NGUON_LOG_LEVEL"] not in ("debug", "info", "warning", "error"):
        findings.append(_wrong("NGUON_LOG_LEVEL", env["NGUON_LOG_LEVEL"]))
    if not base_url.startswith(("http://", "https://")):
        findings.append(_wrong("NGUON_BASE_URL", base_url))
    if env["NGUON_MAP_TILES"] and _map_tiles(env["NGUON_MAP_TILES"]) is None:
        findings.append(_wrong("NGUON_MAP_TILES", env["NGUON_MAP_TILES"]))
    findings += [_wrong(name, env[name]) for name in operator_contact.wrong_settings(env)]
    if env["NGUON_MODE"] == "production":
        findings += _production_findings(env)
    return findings


def _production_findings(env: Mapping[str, str]) -> list[Finding]:
    findings = []
    if len(env["NGUON_SECRET_KEY"]) < 32:
        findings.append(Finding("settings.missing", {"name": "NGUON_SECRET_KEY"}))
    if env["NGUON_BASE_URL"] == _DEFAULTS["NGUON_BASE_URL"]:
        findings.append(Finding("settings.missing", {"name": "NGUON_BASE_URL"}))
    if env["NGUON_CLOCK_OFFSET"] != "0":
        findings.append(Finding("settings.clock_in_production", {"name": "NGUON_CLOCK_OFFSET"}))
    return findings


def _number(env: Mapping[str, str], name: str, low: int, high: int, findings: list[Finding]) -> int:
    try:
        value = int(env[name])
    except ValueError:
        findings.append(_wrong(name, env[name]))
        return low
    if not low <= value <= high:
        findings.append(_wrong(name, env[name]))
    return value


def _map_tiles(text: str) -> MapTiles | None:
    """A source of map images; one that names nobody to credit, or no whole address, is none."""
    address, _, credit = text.partition(" ")
    parts = urlsplit(address)
    plain = re.fullmatch(r"[a-z0-9.-]+(:\d{1,5})?", parts.netloc)
    whole = all(part in address for part in ("{z}", "{x}", "{y}"))
    if parts.scheme != "https" or plain is None or not whole or not credit.strip():
        return None
    return MapTiles(address, credit.strip())


def _gs1_prefixes(text: str) -> tuple[tuple[str, int], ...] | None:
    """How keys begin and how long their company prefixes are; None when it is not to be read."""
    found = []
    for part in filter(None, map(str.strip, text.split(","))):
        start, _, digits = part.partition("=")
        length = digits or str(len(start))
        if not re.fullmatch(r"[0-9]{1,12}", start) or not re.fullmatch(r"[6-9]|1[0-2]", length):
            return None
        found.append((start, int(length)))
    return tuple(found)


def _wrong(name: str, value: str) -> Finding:
    return Finding("settings.wrong", {"name": name, "value": value})


def _driver(url: str) -> str:
    """PostgreSQL URLs as people write them, with the driver SQLAlchemy is to use."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url[len(prefix) :]
    return url
