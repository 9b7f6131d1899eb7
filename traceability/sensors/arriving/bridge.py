"""The bridge from an MQTT broker (3.1.1) to the readings.

QoS 1, a session the broker keeps, and acknowledgements by hand: a message is acknowledged only
after its reading has committed, so whatever dies in between, the broker sends it again; then the
device that counts its readings gets a receipt. One thread does everything.

Brokers acknowledge a message before they have saved it. One that is killed in between has already
passed it on to a bridge that is there: so what a connection brought is kept also when it broke.
"""

from __future__ import annotations

import ssl
import threading
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import structlog
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

from foundation import clock, db
from foundation.errors import Finding, Invalid
from traceability.sensors.arriving import messages, months, receipts, receiving
from traceability.sensors.arriving.keeping import Kept, Message
from traceability.sensors.arriving.receiving import Receiver

log = structlog.get_logger()

CLIENT_ID = "nguon-bridge"
_KEEPALIVE_S = 30
_LOOK_S = 0.25
_MOST_AT_ONCE = 500
_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 10.0
_PORTS = {"mqtt": 1883, "mqtts": 8883}


@dataclass(frozen=True)
class Broker:
    """Where the broker is, and who the bridge is to it."""

    host: str
    port: int
    is_tls: bool
    user: str | None
    password: str | None


def broker_of(url: str) -> Broker:
    """Read `mqtt[s]://user:password@host:port`. Raises: Invalid("settings.wrong")."""
    wrong = Invalid([Finding("settings.wrong", {"name": "NGUON_MQTT_URL", "value": "…"})])
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise wrong from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise wrong
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    return Broker(parts.hostname, port, parts.scheme == "mqtts", user, password)


class Bridge:
    """One connection to the broker, and what it brought that is not yet kept."""

    def __init__(self, broker: Broker, stopping: threading.Event) -> None:
        self._broker = broker
        self._stopping = stopping
        self._waiting: list[MQTTMessage] = []
        self._month = ""
        self._receiver = Receiver(stopping.wait)
        self._client = self._new_client()

    def run(self) -> None:
        """Bring messages in until told to stop; broker and database may come and go."""
        pause = _PAUSE_S
        while not self._stopping.is_set():
            if not self._is_open():
                pause = min(2 * pause, _LONGEST_PAUSE_S)
                self._stopping.wait(pause)
                continue
            pause = _PAUSE_S
            while not self._stopping.is_set() and self._turn():
                pass
            self._keep_rest()
        self._client.disconnect()

    def _new_client(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=CLIENT_ID,
            clean_session=False,
            manual_ack=True,
        )
        if self._broker.user is not None:
            client.username_pw_set(self._broker.user, self._broker.password)
        if self._broker.is_tls:
            client.tls_set_context(ssl.create_default_context())
        client.on_connect = self._on_connect
        client.on_message = lambda _client, _state, message: self._waiting.append(message)
        return client

    def _is_open(self) -> bool:
        try:
            self._client.connect(self._broker.host, self._broker.port, _KEEPALIVE_S)
        except (OSError, ValueError) as error:
            log.warning("sensor_broker_away", error=type(error).__name__)
            return False
        return True

    def _on_connect(self, client: Client, *told: object) -> None:
        log.info("sensor_broker_connected", reason=str(told[2]))
        client.subscribe(f"{messages.TOPIC}+", qos=1)

    def _turn(self) -> bool:
        """Take what has come, keep it, acknowledge it; False when the connection is gone."""
        before, count = -1, len(self._waiting)
        # Only the first look waits: what has come by then is kept together.
        while before < count and (before < 0 or count < _MOST_AT_ONCE):
            before = count
            done = self._client.loop(0.0 if count else _LOOK_S)
            if done != MQTTErrorCode.MQTT_ERR_SUCCESS:
                return False
            count = len(self._waiting)
        if self._waiting and (kept := self._kept()):
            for message in self._waiting:
                self._client.ack(message.mid, message.qos)
            self._waiting.clear()
            for code, body in receipts.bodies(kept.answered).items():
                # Lost ones do no harm: the device sends again, and what is known is told anew.
                self._client.publish(receipts.TOPIC + code, body, qos=0)
        return True

    def _keep_rest(self) -> None:
        """Keep what a connection that is no more brought: the broker may not have saved it."""
        while self._waiting and not self._kept() and not self._stopping.is_set():
            pass
        self._waiting.clear()

    def _kept(self) -> Kept | None:
        """Keep what has come; None, after a pause, when the database is away."""
        told = [_plain(message) for message in self._waiting]
        kept = self._receiver.receive(told) if self._is_prepared() else None
        if kept is None:
            self._stopping.wait(_PAUSE_S)
        elif kept.refused:
            log.warning("sensor_messages_refused", **kept.refused)
        return kept

    def _is_prepared(self) -> bool:
        """Make this month's place ready, once a month: a worker may not have run for long.

        Where that fails for another reason than an absent database, readings wait in the default
        part; the nightly job tries again.
        """
        now = clock.now()
        if self._month == f"{now:%Y%m}":
            return True
        try:
            with db.transaction() as session:
                months.prepare(session, now=now)
        except Exception as error:
            if receiving.is_away(error):
                return False
            log.exception("sensor_months_not_prepared")
        self._month = f"{now:%Y%m}"
        return True


def _plain(message: MQTTMessage) -> Message:
    try:
        topic = message.topic
    except UnicodeDecodeError:
        topic = ""
    return Message(topic, bytes(message.payload))
