"""How many copied codes are noticed, and how many honest ones with them, in simulated seasons.

.venv/bin/python -m drills.copies [--seeds 101-110] [--tuning]

The seasons are `drills.scan_world`'s, which was written before what looks for copies and is not
changed with it. Limits were chosen on the seeds `TUNING`; what is published is of others.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from drills import scan_world
from drills.scan_world import Item, Season
from traceability.copies import limits as reading
from traceability.copies import sightings, weighing
from traceability.copies.limits import Limits
from traceability.copies.sightings import Sightings

TUNING = range(1, 7)
HELD_OUT = range(101, 111)
NOTHING = Sightings()


@dataclass
class Outcome:
    """What was noticed of one season: serials by their true story, and the noticed ones of them."""

    seed: int
    copied: int = 0
    noticed_copies: int = 0
    honest: int = 0
    # Honest serials noticed, by their story: genuine, display, shared.
    false_alarms: dict[str, int] = field(default_factory=dict)
    scans: int = 0
    # Copied serials that were not noticed: so many copies, so many scans.
    missed: list[tuple[int, int]] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Of the copied serials, the share noticed by the end of the season."""
        return self.noticed_copies / self.copied

    @property
    def false_alarm_rate(self) -> float:
        """Of the serials that were not copied, the share noticed all the same; shared ones too."""
        return sum(self.false_alarms.values()) / self.honest

    @property
    def precision(self) -> float:
        """Of all that was noticed, the share that was copied."""
        noticed = self.noticed_copies + sum(self.false_alarms.values())
        return self.noticed_copies / noticed if noticed else 1.0


def judge(season: Season, limits: Limits) -> Outcome:
    """Look at a season scan by scan, as they come in; once noticed is noticed."""
    known: dict[tuple[int, int], Sightings] = {}
    noticed: set[tuple[int, int]] = set()
    for seen in season.scans:
        key = (seen.batch, seen.number)
        known[key] = sightings.add(known.get(key, NOTHING), seen.at, seen.place, limits)
        state = _state(season, season.items[key], seen)
        if weighing.score(weighing.weigh(known[key], state, limits)) >= limits["suspicious"]:
            noticed.add(key)
    outcome = Outcome(season.seed, scans=len(season.scans))
    for key, item in season.items.items():
        if item.is_copied:
            outcome.copied += 1
            outcome.noticed_copies += key in noticed
            if key not in noticed:
                outcome.missed.append((item.copies, known.get(key, NOTHING).scans))
            continue
        outcome.honest += 1
        if key in noticed:
            outcome.false_alarms[item.kind] = outcome.false_alarms.get(item.kind, 0) + 1
    return outcome


def judge_lots(seed: int, limits: Limits) -> tuple[int, int, int, int]:
    """Of lots without serials: copied, noticed of them, honest, noticed of them."""
    lots = scan_world.play_lots(seed)
    noticed = [bool(weighing.weigh_lot(lot.scans, lot.printed, limits)) for lot in lots]
    copied = [bool(lot.copies) for lot in lots]
    hits = sum(1 for was, found in zip(copied, noticed, strict=True) if was and found)
    return sum(copied), hits, len(lots) - sum(copied), sum(noticed) - hits


def _state(season: Season, item: Item, seen: scan_world.Seen) -> str:
    """How the label stands in the books of its house when it is scanned."""
    if item.void_at is not None and item.void_at <= seen.at:
        return "void"
    if item.batch not in season.telling:
        return ""
    is_pasted = item.activated_at is not None and item.activated_at <= seen.at
    return "" if is_pasted else "unpasted"


def main(seeds: Iterable[int]) -> int:
    """Print a line a season and one of all; 1 when a bound is missed."""
    limits = reading.read("", date(2026, 11, 22))
    outcomes = []
    print(
        "seed    scans  copied  noticed  recall  honest"
        "  alarms (genuine display shared)  rate  precision"
    )
    for seed in seeds:
        one = judge(scan_world.play(seed), limits)
        outcomes.append(one)
        _print(str(seed), [one])
    _print("all", outcomes)
    lots = [judge_lots(seed, limits) for seed in (one.seed for one in outcomes)]
    copied, hits, honest, alarms = (sum(column) for column in zip(*lots, strict=True))
    print(
        f"lots without serials: {hits} of {copied} copied noticed ({hits / copied:.1%}),"
        f" {alarms} of {honest} honest ({alarms / honest:.2%})"
    )
    print("missed (copies, scans):", sorted(each for one in outcomes for each in one.missed))
    return int(any(one.recall < 0.9 or one.false_alarm_rate > 0.01 for one in outcomes))


def _print(name: str, some: list[Outcome]) -> None:
    copied, hits = sum(o.copied for o in some), sum(o.noticed_copies for o in some)
    honest = sum(o.honest for o in some)
    kinds = [
        sum(o.false_alarms.get(kind, 0) for o in some) for kind in ("genuine", "display", "shared")
    ]
    alarms = sum(kinds)
    print(
        f"{name:>4} {sum(o.scans for o in some):>8} {copied:>7} {hits:>8} {hits / copied:>7.1%}"
        f" {honest:>7} {alarms:>6} ({kinds[0]} {kinds[1]} {kinds[2]})"
        f" {alarms / honest:>7.2%} {hits / (hits + alarms or 1):>7.1%}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", default=f"{HELD_OUT[0]}-{HELD_OUT[-1]}")
    parser.add_argument("--tuning", action="store_true", help="the seeds limits were chosen on")
    given = parser.parse_args()
    first, _, last = given.seeds.partition("-")
    sys.exit(main(TUNING if given.tuning else range(int(first), int(last or first) + 1)))
