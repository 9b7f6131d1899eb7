"""Ten thousand serial labels from the request to the stored file, against blabel, in one run.

`nguon serve` (web and worker, as installed) on loopback: an order by the API, its serials drawn and
entered, the sheets written, the file kept; the clock stops when the order's own address says done.
The reference prints as many other labels of the same words as it can be waited for, records at
hand, to a file: no serials, no store. One line on standard output; a label that does not decode to
an issued serial ends with exit status 1.

.venv/bin/python bench/label_job.py [--rounds 3]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench import label_sheet  # noqa: E402
from drills.house import House  # noqa: E402
from drills.opening import open_shop  # noqa: E402

COUNT = 10_000
POLL_S = 0.02
PATIENCE_S = 300.0


def order(house: House, token: str, batch: str) -> tuple[float, int]:
    """Seconds from the request until the file is kept, and the order's number."""
    body = {"batch": batch, "count": COUNT, "layout": "a4-24", "serialised": True}
    started = time.perf_counter()
    taken = house.ask("POST", "/api/v1/label-jobs", body, token=token)
    if taken.status != 202:
        sys.exit(f"label_job: the order was answered {taken.status}")
    number = taken.json["id"]
    while time.perf_counter() - started < PATIENCE_S:
        state = house.ask("GET", f"/api/v1/label-jobs/{number}", token=token).json["state"]
        if state == "done":
            return time.perf_counter() - started, number
        if state != "queued" and state != "running":
            sys.exit(f"label_job: the order is {state}")
        time.sleep(POLL_S)
    sys.exit("label_job: the order is never done")


def check(house: House, token: str, number: int, folder: Path) -> int:
    """The first and the last page decode to as many serials; the size of the file."""
    path = folder / "ours.pdf"
    path.write_bytes(house.ask("GET", f"/api/v1/label-jobs/{number}/file", token=token).body)
    pages = -(-COUNT // 24)
    found = label_sheet.decoded(path, 1, 1) | label_sheet.decoded(path, pages, pages)
    if len(found) != 24 + COUNT % 24:
        sys.exit(f"label_job: {len(found)} codes on two pages")
    for address in found:
        if house.ask("GET", address.removeprefix(house.url)).status != 200:
            sys.exit("label_job: a printed serial is not known")
    return path.stat().st_size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    ours, theirs, size = [], [], 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        house = House(folder / "data", log=folder / "serve.log")
        try:
            house.await_ready()
            opened = open_shop(house, batches=1)
            for seed in range(rounds):
                seconds, number = order(house, opened.token, opened.batches[0])
                ours.append(COUNT / seconds)
                taken = label_sheet.run_theirs(folder / "theirs.pdf", folder, seed)
                theirs.append(label_sheet.THEIRS / taken)
            size = check(house, opened.token, number, folder)
        finally:
            house.discard()
    fast, slow = statistics.median(ours), statistics.median(theirs)
    print(
        f"label_job: ours {fast:,.0f} labels/s from request to stored file"
        f" ({size / COUNT:.0f} B/label), reference {slow:,.0f} labels/s (blabel),"
        f" ratio {fast / slow:,.0f}"
    )


if __name__ == "__main__":
    main()
