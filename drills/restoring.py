"""Back up while clients write, lose everything, restore into an empty folder, count.

make drill DRILL=restoring                  once a month, as PROMISES asks
.venv/bin/python -m drills.restoring
"""

from __future__ import annotations

import secrets
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from drills.clients import Buyer, Client, Grower, Printer, Told
from drills.house import House
from drills.killer import stop_all
from drills.opening import open_shop

LOAD_S = 4.0
_TABLES = ("order_groups", "label_jobs", "serials", "growing_area_codes", "ledger_entries")


@dataclass
class Outcome:
    """What a restore brought back, and how long it took."""

    backup_s: float
    restore_s: float
    ready_s: float
    size_bytes: int
    rows: dict[str, int]
    acknowledged: int
    wrong: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The report."""
        rows = ", ".join(f"{name} {count}" for name, count in self.rows.items())
        return [
            f"backup under load {self.backup_s:.1f} s ({self.size_bytes:,} bytes), restore "
            f"{self.restore_s:.1f} s, serving again after {self.ready_s:.1f} s more",
            f"restored: {rows}; {self.acknowledged} acknowledged before the backup, "
            f"{len(self.wrong)} missing or wrong",
            *(f"WRONG: {line}" for line in self.wrong),
        ]


def drill(house: House, folder: Path, *, seed: int, load_s: float = LOAD_S) -> Outcome:
    """Back a working house up, wipe it, restore it beside, and look for what was acknowledged."""
    goods = open_shop(house)
    told = Told()
    clients: list[Client] = [
        kind(house, goods, told, number, seed)
        for number, kind in enumerate((Buyer, Printer, Grower))
    ]
    for client in clients:
        client.start()
    time.sleep(load_s)
    orders, printed, codes = dict(told.orders), dict(told.printed), dict(told.codes)
    began = time.monotonic()
    house.nguon("backup", str(folder / "house.tar"))
    backup_s = time.monotonic() - began
    time.sleep(load_s / 4)
    wrong = [f"{name} never finished" for name in stop_all(clients, 60)] + told.complaints
    house.discard()

    restored = House(folder / "restored", log=house.log, start=False)
    began = time.monotonic()
    restored.nguon("restore", str(folder / "house.tar"))
    restore_s = time.monotonic() - began
    restored.start()
    try:
        ready_s = restored.await_ready()
        rows = _rows(restored)
        wrong += _missing(restored, goods.token, orders, printed, codes)
    finally:
        restored.discard()
    size = (folder / "house.tar").stat().st_size
    acknowledged = len(orders) + len(printed) + len(codes)
    return Outcome(backup_s, restore_s, ready_s, size, rows, acknowledged, wrong)


def _rows(house: House) -> dict[str, int]:
    with psycopg.connect(house.database_url(), autocommit=True) as connection:
        found = {}
        for name in _TABLES:
            row = connection.execute(f"SELECT count(*) FROM {name}".encode()).fetchone()
            found[name] = int(row[0]) if row else 0
        return found


def _missing(
    house: House, token: str, orders: dict[str, str], printed: dict[int, int], codes: dict[int, str]
) -> list[str]:
    """What was acknowledged before the backup and does not answer after the restore."""
    wrong = []
    for key, code in orders.items():
        if house.ask("GET", f"/api/v1/orders/{code}").status != 200:
            wrong.append(f"order {key} {code}")
    for job_id in printed:
        sheet = house.ask("GET", f"/api/v1/label-jobs/{job_id}/file", token=token)
        if sheet.status != 200 or not sheet.body.startswith(b"%PDF"):
            wrong.append(f"sheets of label order {job_id}: {sheet.status}")
    for area_id, code in codes.items():
        area = house.ask("GET", f"/api/v1/growing-areas/{area_id}", token=token)
        if area.json.get("code") != code:
            wrong.append(f"area {area_id} {code}")
    verdict = house.nguon("ledger", "verify")
    return wrong if verdict.startswith("ok") else [*wrong, verdict]


def main() -> int:
    """Run the drill; 1 when anything acknowledged did not come back."""
    folder = Path(tempfile.mkdtemp(prefix="nguon-restoring-"))
    house = House(folder / "data", log=folder / "serve.log")
    try:
        house.await_ready()
        outcome = drill(house, folder, seed=secrets.randbelow(10**6), load_s=15.0)
    finally:
        house.discard()
    print("\n".join(outcome.lines()))
    if not outcome.wrong:
        shutil.rmtree(folder)
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
