"""A season of scans as it might come in: ten thousand labelled items, one in a hundred copied.

Written before anything that looks for copies, and without a look at it. Every figure below is an
assumption with its reason; none of them is measured, for nobody publishes such scans. They were
chosen so that honest goods look suspicious as often as they well may. Days and hours are those of
Vietnam; there are no time zones. PURE but for the seed: one seed, one season.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar

from territory import distances

Kind = TypeVar("Kind", int, str)

ITEMS, COPIED = 10_000, 100
OF_ONE_BATCH = 250
START = datetime(2026, 3, 1, 0, 0, tzinfo=UTC)
LENGTH = timedelta(days=150)

# How often an item is scanned by the household that bought it. Shops and studies of "smart labels"
# speak of a few scans to a hundred packs up to half of them; we take the busy end, for rarer scans
# make fewer false alarms.
HOUSEHOLD_SCANS = ((0, 62), (1, 24), (2, 8), (3, 3), (4, 2), (5, 1))
# The same household looks again while the food lasts.
AGAIN_WITHIN_DAYS = 12.0
# Two in five give or yield no place: no table for their network, or they did not allow it. It is
# the household's phone and choice, so all its scans have a place or none has.
WITHOUT_PLACE = 0.4
# Mobile networks let a whole region out through a gateway in one of three cities: so many of the
# phones that yield a place yield that of the gateway, half of the time.
THROUGH_GATEWAY = 0.06
GATEWAYS = ("01", "48", "79")
# Carried on as a gift, or by a traveller who bought it where it grows (lychee, tea, coffee).
GIFTS, TOURISTS = 0.04, 0.03
# The giver scanned before giving; the one who was given it looks at it sooner or later.
GIVER_SCANS, TAKER_SCANS = 0.35, 0.5
# A flight is two hours and its airports two more; buses and post take a day or four.
FLOWN = 0.3
FLIGHT_HOURS, ROAD_HOURS = (4.0, 12.0), (14.0, 96.0)
# A shop's buyer scans one item of a delivery in so many.
SHOP_ON_ARRIVAL = 0.02
# One item lies open as a specimen and is scanned by whoever passes, for weeks, in one place.
ON_DISPLAY = 0.004
DISPLAY_SCANS, DISPLAY_DAYS = (6, 45), (5, 35)
# Somebody shows the code to everybody: on the net for days, from all over, with no goods copied.
SHARED = 0.001
SHARED_SCANS, SHARED_DAYS = (15, 150), 6.0
# Houses that tell when labels were pasted, and how many of those tell it days late.
TELL_ACTIVATION, TELL_LATE = 0.5, 0.15
LATE_DAYS = (1.0, 6.0)
# Workers try a label before it goes out, more than anybody a torn one.
TRIED_AT_THE_HOUSE = 0.01
TORN, TORN_TRIED = 0.01, 0.15
# A copier prints one code on so many copies (drawn evenly by order of magnitude: fewer do not pay
# for a roll, more do not stay long) and sells them in some provinces over weeks.
COPIES = (10, 500)
COPY_PROVINCES, COPY_DAYS = (2, 6), (14, 70)
# What kind of code gets copied: of goods on sale; of a label not yet pasted; of one taken out of
# use (a stolen or lost roll).
COPIED_KINDS = (("copied", 75), ("copied_unpasted", 15), ("copied_void", 10))
# Where people buy: near where it grows, and where most people live (millions, 2025, rounded).
FALLS_OFF_KM = 250.0
MILLIONS = {
    "01": 8.8, "79": 14.0, "75": 4.5, "38": 3.8, "40": 3.4, "31": 4.7, "33": 3.6, "37": 4.4,
    "25": 4.0, "24": 3.6, "48": 3.1, "52": 3.6, "68": 3.9, "66": 3.3, "82": 4.4, "86": 4.3,
    "91": 5.0, "92": 4.2, "96": 2.6, "80": 3.3, "56": 2.2, "51": 2.2, "46": 1.4, "44": 1.9,
    "42": 1.6, "22": 1.5, "19": 1.8, "08": 1.9, "15": 1.8, "14": 1.3, "20": 0.9, "04": 0.6,
    "11": 0.7, "12": 0.5,
}  # fmt: skip
# Labels that name their lot alone: so many lots, one in twenty of them copied. Each label is
# scanned as often as a household scans, more or less by what goods they are; some houses promise a
# prize for it. Copies are a tenth of what was printed up to twenty times as many.
LOTS, LOTS_COPIED = 2_000, 100
LOT_LABELS = (200, 20_000)
LOT_TO_LOT, PRIZE, PRIZE_SCANS = 0.6, 0.03, (0.8, 2.5)
LOT_COPIES = (0.1, 20.0)
GROWN_IN = ("24", "68", "82", "40", "66", "14", "25", "86", "31", "51")


@dataclass(frozen=True, slots=True)
class Seen:
    """One scan that counts: of which item (batch, number), when, from where if that is known."""

    at: datetime
    batch: int
    number: int
    place: str | None


@dataclass(slots=True)
class Item:
    """An item's true story; `kind`: genuine, display, shared, or how it was copied."""

    batch: int
    number: int
    kind: str
    grown_in: str
    sold_at: datetime
    activated_at: datetime | None = None
    void_at: datetime | None = None
    copies: int = 0

    @property
    def is_copied(self) -> bool:
        return self.kind.startswith("copied")


@dataclass
class Season:
    """What happened (`items`, by (batch, number)) and what came in of it (`scans`, by time)."""

    seed: int
    items: dict[tuple[int, int], Item] = field(default_factory=dict)
    scans: list[Seen] = field(default_factory=list)
    # Batches whose house tells when it pastes labels.
    telling: set[int] = field(default_factory=set)


def play(seed: int, *, items: int = ITEMS, copied: int = COPIED) -> Season:
    """One season from its seed; of `items` labels exactly `copied` are copied."""
    chance = Random(seed)
    season = Season(seed)
    kinds = _kinds(chance, items, copied)
    for batch in range(1, items // OF_ONE_BATCH + 1):
        _play_batch(chance, season, batch, kinds[(batch - 1) * OF_ONE_BATCH :][:OF_ONE_BATCH])
    season.scans = sorted(
        (seen for seen in season.scans if seen.at < START + LENGTH),
        key=lambda seen: (seen.at, seen.batch, seen.number),
    )
    return season


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot whose labels bear no serial: how many were printed, copied, and scanned in the end."""

    printed: int
    copies: int
    scans: int


def play_lots(seed: int) -> list[Lot]:
    """Lots whose labels are alike, from their seed."""
    chance = Random(seed)
    each = sum(count * weight for count, weight in HOUSEHOLD_SCANS) / 100
    lots = []
    for number in range(LOTS):
        printed = _by_magnitude(chance, *LOT_LABELS)
        copies = 0
        if number < LOTS_COPIED:
            copies = round(printed * math.exp(chance.uniform(*map(math.log, LOT_COPIES))))
        rate = each * chance.lognormvariate(0, LOT_TO_LOT)
        if chance.random() < PRIZE:
            rate = chance.uniform(*PRIZE_SCANS)
        lots.append(Lot(printed, copies, round((printed + copies) * rate)))
    return lots


def _by_magnitude(chance: Random, least: float, most: float) -> int:
    return round(math.exp(chance.uniform(math.log(least), math.log(most))))


def _kinds(chance: Random, items: int, copied: int) -> list[str]:
    shared, shown = round(items * SHARED), round(items * ON_DISPLAY)
    kinds = [_drawn(chance, COPIED_KINDS) for _ in range(copied)]
    kinds += ["shared"] * shared + ["display"] * shown
    kinds += ["genuine"] * (items - len(kinds))
    chance.shuffle(kinds)
    return kinds


def _play_batch(chance: Random, season: Season, batch: int, kinds: list[str]) -> None:
    grown_in = chance.choice(GROWN_IN)
    packed_at = START + timedelta(days=chance.uniform(0, 60))
    tells, late = chance.random() < TELL_ACTIVATION, timedelta()
    if tells:
        season.telling.add(batch)
        if chance.random() < TELL_LATE:
            late = timedelta(days=chance.uniform(*LATE_DAYS))
    for number, kind in enumerate(kinds, start=1):
        sold_at = packed_at + timedelta(days=chance.uniform(1, 30))
        item = Item(batch, number, kind, grown_in, sold_at)
        if tells and kind != "copied_unpasted":
            item.activated_at = packed_at + late
        if kind == "copied_void" or (kind == "genuine" and chance.random() < TORN):
            item.activated_at, item.void_at = None, packed_at
        season.items[batch, number] = item
        season.scans.extend(_of_item(chance, item, packed_at))


def _of_item(chance: Random, item: Item, packed_at: datetime) -> Iterator[Seen]:
    """Everything that came in of one item's code."""
    if chance.random() < TRIED_AT_THE_HOUSE:
        yield from _looks(chance, item, packed_at, item.grown_in, 1)
    if item.void_at is not None and item.kind == "genuine":
        if chance.random() < TORN_TRIED:
            yield from _looks(chance, item, packed_at, item.grown_in, 1)
        return
    if item.kind not in ("copied_unpasted", "copied_void"):
        yield from _of_goods(chance, item, item.sold_at, _market(chance, item.grown_in))
    if item.kind == "display":
        yield from _passers_by(chance, item)
    if item.kind == "shared":
        yield from _onlookers(chance, item)
    if item.is_copied:
        yield from _of_copies(chance, item)


def _of_goods(chance: Random, item: Item, sold_at: datetime, market: str) -> Iterator[Seen]:
    """One thing on its way: into a shop, home, perhaps on to somebody far away."""
    if chance.random() < SHOP_ON_ARRIVAL:
        before = timedelta(days=chance.uniform(0.2, 6))
        yield from _looks(chance, item, sold_at - before, market, 1)
    luck = chance.random()
    if luck >= GIFTS + TOURISTS:
        yield from _looks(chance, item, sold_at, market, _drawn(chance, HOUSEHOLD_SCANS))
        return
    bought_in = market if luck < GIFTS else item.grown_in
    if chance.random() < GIVER_SCANS:
        yield from _looks(chance, item, sold_at, bought_in, 1)
    if chance.random() < TAKER_SCANS:
        hours = FLIGHT_HOURS if chance.random() < FLOWN else ROAD_HOURS
        arrived = sold_at + timedelta(hours=chance.uniform(*hours))
        taken_to = _drawn(chance, tuple(MILLIONS.items()))
        yield from _looks(chance, item, arrived, taken_to, max(1, _drawn(chance, HOUSEHOLD_SCANS)))


def _looks(chance: Random, item: Item, at: datetime, place: str, count: int) -> Iterator[Seen]:
    """One household, or one shop, looking some times from one phone."""
    has_place = chance.random() >= WITHOUT_PLACE
    gateway = chance.choice(GATEWAYS) if chance.random() < THROUGH_GATEWAY else None
    for number in range(count):
        if number:
            at += timedelta(days=AGAIN_WITHIN_DAYS / 3 * chance.expovariate(1.0))
        where = gateway if gateway and chance.random() < 0.5 else place
        yield Seen(at, item.batch, item.number, where if has_place else None)


def _passers_by(chance: Random, item: Item) -> Iterator[Seen]:
    place = _market(chance, item.grown_in)
    days = chance.uniform(*DISPLAY_DAYS)
    for _ in range(chance.randint(*DISPLAY_SCANS)):
        at = item.sold_at + timedelta(days=chance.uniform(0, days))
        yield from _looks(chance, item, at, place, 1)


def _onlookers(chance: Random, item: Item) -> Iterator[Seen]:
    for _ in range(chance.randint(*SHARED_SCANS)):
        at = item.sold_at + timedelta(days=1 + chance.expovariate(3 / SHARED_DAYS))
        yield from _looks(chance, item, at, _drawn(chance, tuple(MILLIONS.items())), 1)


def _of_copies(chance: Random, item: Item) -> Iterator[Seen]:
    """Each copy is bought and looked at as a genuine thing would be."""
    item.copies = _by_magnitude(chance, *COPIES)
    sold_in = [_market(chance, item.grown_in) for _ in range(chance.randint(*COPY_PROVINCES))]
    begun = item.sold_at + timedelta(days=chance.uniform(3, 20))
    days = chance.uniform(*COPY_DAYS)
    for _ in range(item.copies):
        at = begun + timedelta(days=chance.uniform(0, days))
        yield from _of_goods(chance, item, at, chance.choice(sold_in))


def _market(chance: Random, grown_in: str) -> str:
    """A province where goods of another are bought: many people, or not far."""
    near = (
        (code, people * math.exp(-(distances.apart_km(grown_in, code) or 0.0) / FALLS_OFF_KM))
        for code, people in MILLIONS.items()
    )
    return _drawn(chance, tuple(near))


def _drawn(chance: Random, among: tuple[tuple[Kind, float], ...]) -> Kind:
    return chance.choices([kind for kind, _ in among], [weight for _, weight in among])[0]
