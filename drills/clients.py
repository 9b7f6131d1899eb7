"""Clients who do not give up: the same key again until the house has acknowledged the write.

Each keeps what it was told, for the checker of history.
"""

from __future__ import annotations

import random
import re
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from app.demo import fields
from drills.house import PATIENCE_S, Answer, House

CENTRE = (108.3397, 15.5104)
COMMUNE = "20854"
LABELS_ON_A_SHEET = 24
# A refusal of these kinds means "not now", and never that something was done.
_NOT_NOW = {0, 429, 502, 503, 504}
_GIVE_UP_S = 120.0


@dataclass
class Goods:
    """What the drill sells, prints and plants."""

    token: str
    organisation: str
    batches: list[str]
    offers: list[str]
    today: str


@dataclass
class Told:
    """What the house acknowledged, and what it should never have said."""

    orders: dict[str, str] = field(default_factory=dict)
    label_jobs: dict[int, int] = field(default_factory=dict)
    printed: dict[int, int] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    replayed: int = 0
    retries: dict[str, int] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    slowest_s: float = 0.0


FLOWS = ("orders", "labels", "areas")


class Client(threading.Thread):
    """One caller in a loop, until told to stop; what it has begun it finishes."""

    flow = ""

    def __init__(self, house: House, goods: Goods, told: Told, number: int, seed: int) -> None:
        super().__init__(name=f"{self.flow}-{number}", daemon=True)
        self.house = house
        self.goods = goods
        self.told = told
        self.number = number
        self.chance = random.Random(f"{seed}-{self.name}")
        self.stopping = threading.Event()
        self.count = 0
        self.is_under_way = False

    def run(self) -> None:
        """Go on until told to stop."""
        while not self.stopping.is_set():
            self.count += 1
            self.is_under_way = True
            try:
                self.once(f"{self.name}-{self.count}")
            except Exception as error:
                self.told.complaints.append(f"{self.name}: {type(error).__name__} {error}")
            finally:
                self.is_under_way = False
            time.sleep(self.chance.uniform(0, 0.1))

    def once(self, key: str) -> None:
        """One whole errand."""
        raise NotImplementedError

    def insist(
        self, method: str, path: str, body: Any = None, *, key: str = "", token: bool = True
    ) -> Answer:
        """Ask until there is an answer other than "not now"."""
        if key:
            self.told.keys.add(key)
        until = time.monotonic() + _GIVE_UP_S
        while time.monotonic() < until:
            answer = self.house.ask(
                method, path, body, token=self.goods.token if token else "", key=key
            )
            self.told.slowest_s = max(self.told.slowest_s, answer.took_s)
            if answer.took_s > PATIENCE_S + 0.5:
                self._complain(f"{answer.took_s:.1f} s for {method} {path}")
            if answer.status == 503 and "retry-after" not in answer.headers:
                self._complain(f"503 without Retry-After: {path}")
            if answer.status not in _NOT_NOW and answer.code != "idempotency.under_way":
                return answer
            self.told.retries[self.flow] = self.told.retries.get(self.flow, 0) + 1
            time.sleep(self.chance.uniform(0.05, 0.3))
        raise AssertionError(f"{method} {path}: no answer in {_GIVE_UP_S:.0f} s")

    def expect(self, answer: Answer, status: int, what: str) -> Any:
        """The answer's content, also when the process that made it died with it."""
        if answer.status == status:
            self.told.replayed += "idempotency-replayed" in answer.headers
            return answer.json
        raise AssertionError(f"{what}: {answer.status} {answer.body[:300]!r}")

    def _complain(self, words: str) -> None:
        self.told.complaints.append(f"{self.name}: {words}")


class Buyer(Client):
    """Orders one pack after another, without an account."""

    flow = "orders"

    def once(self, key: str) -> None:
        """One order; its address says which key it came under."""
        body = {
            "lines": [
                {"offer": offer, "quantity": self.chance.randint(1, 3)}
                for offer in self.chance.sample(self.goods.offers, self.chance.randint(1, 2))
            ],
            "buyer": {
                "name": "Người Mua",
                "phone": f"09{self.number:02d}{self.count:06d}",
                "address": f"khóa {key}",
                "commune_code": COMMUNE,
            },
            "payment": "cod",
        }
        made = self.expect(
            self.insist("POST", "/api/v1/orders", body, key=key, token=False), 201, key
        )
        self.told.orders[key] = made["code"]


class Printer(Client):
    """Orders label sheets with serials, waits for them and fetches them."""

    flow = "labels"

    def once(self, key: str) -> None:
        """One order of labels, followed to the last sheet."""
        count = self.chance.randint(1, 120)
        body = {
            "batch": self.chance.choice(self.goods.batches),
            "count": count,
            "layout": "a4-24",
            "serialised": True,
        }
        made = self.expect(self.insist("POST", "/api/v1/label-jobs", body, key=key), 202, key)
        self.told.label_jobs[made["id"]] = count
        place = f"/api/v1/label-jobs/{made['id']}"
        while (state := self.insist("GET", place).json).get("state") != "done":
            if state.get("state") in ("failed", "cancelled"):
                raise AssertionError(f"{key}: {state}")
            time.sleep(0.1)
        sheet = self.insist("GET", f"{place}/file")
        assert sheet.status == 200, (key, sheet.status)
        self.told.printed[made["id"]] = pages_of(sheet.body)


class Grower(Client):
    """Takes growing areas from the outline to the code."""

    flow = "areas"

    def once(self, key: str) -> None:
        """One area: proposed, submitted, inspected, approved."""
        made = self.expect(
            self.insist("POST", "/api/v1/growing-areas", self._proposal(key), key=key), 201, key
        )
        place = f"/api/v1/growing-areas/{made['id']}"
        visit = {"passed": True, "inspected_on": self.goods.today}
        for step, body in (("submit", {}), ("inspections", visit), ("approve", {})):
            answer = self.insist("POST", f"{place}/{step}", body, key=f"{key}-{step}")
            self.expect(answer, 200, f"{key}-{step}")
        self.told.codes[made["id"]] = self.insist("GET", place).json["code"]

    def _proposal(self, key: str) -> dict[str, Any]:
        # A grid of 250 m: 1 ha each, never touching a neighbour.
        place = self.number * 2_000 + self.count
        lon, lat = CENTRE
        centre = (lon + 0.0025 * (place % 100), lat + 0.0025 * (place // 100))
        return {
            "organisation": self.goods.organisation,
            "name": f"Thửa {key}",
            "crop": "coffee",
            "commune_code": COMMUNE,
            "geometry": fields.polygon(centre, 1.0, key),
            "households": [{"name": "Nguyễn Văn Diễn Tập"}],
        }


def pages_of(pdf: bytes) -> int:
    """How many pages the sheets have."""
    found = re.search(rb"/Type/Pages/Count (\d+)", pdf)
    return int(found[1]) if pdf.startswith(b"%PDF") and found else 0
