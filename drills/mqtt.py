"""A Mosquitto of one's own, and devices that report to it."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from app.children import die_with_parent
from drills.house import ROOT, free_port

MOSQUITTO = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
# The settings that docker/ runs a broker with and docs/sensors.md asks of any.
KEEPING = ROOT / "docker" / "mosquitto" / "keeping.conf"
# A reading without a receipt for so long is sent again, the oldest first and not all at once:
# whoever sends everything again in haste keeps a slow house from ever catching up.
_PATIENCE_S = 5.0
_AGAIN = 200


class Broker:
    """A Mosquitto that keeps what it has on disk."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.port = free_port()
        self._settings = folder / "mosquitto.conf"
        # Started by root it would become another user, who may not write here.
        own = (
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\nuser root\n"
            f"persistence_location {folder}/\n"
        )
        self._settings.write_text(own + KEEPING.read_text("utf-8"))
        self._process = self._start()

    def kill(self) -> None:
        """Kill it without warning and start it again."""
        self._process.kill()
        self._process.wait()
        self._process = self._start()

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(timeout=10)

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [MOSQUITTO, "-c", str(self._settings)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=die_with_parent,
        )


class Device(Protocol):
    """What sends numbered readings and knows when it may forget them."""

    def send(self, number: int, body: str) -> None:
        """Send a reading."""

    def finish(self, until: float) -> bool:
        """Whether everything may be forgotten by then."""

    def stop(self) -> None:
        """Go away."""


class PlainDevice:
    """A device that trusts the broker: it sends until that has acknowledged, and forgets."""

    def __init__(self, port: int, code: str) -> None:
        self._topic = f"nguon/sensors/{code}"
        self._client = _client(port)
        self._published = self._acknowledged = 0
        self._client.on_publish = self._count
        self._client.loop_start()

    def send(self, number: int, body: str) -> None:
        """Send a reading."""
        self._published += 1
        self._client.publish(self._topic, body, qos=1)

    def finish(self, until: float) -> bool:
        """Whether the broker has acknowledged everything in time."""
        while time.monotonic() < until and self._acknowledged < self._published:
            time.sleep(0.05)
        return self._acknowledged >= self._published

    def stop(self) -> None:
        """Go away."""
        _leave(self._client)

    def _count(self, *_told: Any) -> None:
        self._acknowledged += 1


class CarefulDevice:
    """A device that keeps each reading until the house's receipt, and sends it again without."""

    def __init__(self, port: int, code: str) -> None:
        self._code = code
        # By number: what was sent, and when last.
        self._kept: dict[int, tuple[str, float]] = {}
        self._lock = Lock()
        self._next_look = 0.0
        self._client = _client(port)
        self._client.on_connect = self._subscribe
        self._client.on_message = self._forget
        self._client.loop_start()

    def send(self, number: int, body: str) -> None:
        """Send a reading, and again what has no receipt yet."""
        self._publish(number, body)
        self._send_again()

    def finish(self, until: float) -> bool:
        """Whether a receipt came for everything in time."""
        while self._kept and time.monotonic() < until:
            self._send_again()
            time.sleep(0.05)
        return not self._kept

    def stop(self) -> None:
        """Go away."""
        _leave(self._client)

    def _publish(self, number: int, body: str) -> None:
        with self._lock:
            self._kept[number] = (body, time.monotonic())
        self._client.publish(f"nguon/sensors/{self._code}", body, qos=1)

    def _send_again(self) -> None:
        now = time.monotonic()
        if now < self._next_look or not self._client.is_connected():
            return
        self._next_look = now + _PATIENCE_S / 5
        with self._lock:
            late = [(n, body) for n, (body, at) in self._kept.items() if at < now - _PATIENCE_S]
        for number, body in sorted(late)[:_AGAIN]:
            self._publish(number, body)

    def _subscribe(self, client: Client, *_told: Any) -> None:
        client.subscribe(f"nguon/receipts/{self._code}", qos=0)

    def _forget(self, _client: Client, _state: Any, message: MQTTMessage) -> None:
        receipt = json.loads(message.payload)
        with self._lock:
            for first, last in [*receipt["kept"], *receipt["refused"]]:
                for number in range(first, last + 1):
                    self._kept.pop(number, None)


def _client(port: int) -> Client:
    client = Client(CallbackAPIVersion.VERSION2, client_id="drill-device", clean_session=False)
    client.reconnect_delay_set(1, 1)
    client.connect_async("127.0.0.1", port)
    return client


def _leave(client: Client) -> None:
    client.disconnect()
    client.loop_stop()
