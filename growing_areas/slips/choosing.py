"""Choosing whose goods are on the scales: the households of a cooperative, found by a few letters.

For members of the organisation only. A telephone is searched by its last digits and never shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation.i18n import number
from foundation.vietnamese import collation_key, fold
from growing_areas.models import GrowingArea
from growing_areas.parcels.models import Parcel, PlotHousehold
from growing_areas.slips import listing
from growing_areas.slips.listing import SlipQuery

FEWEST_DIGITS = 3
"""Of a telephone's end; fewer would find everybody."""
_LOOKED_AT, _RECENT = 40, 6


@dataclass(frozen=True)
class Seller:
    """A household where it may sell: one tap each."""

    area: GrowingArea
    household: int
    name: str


@dataclass(frozen=True)
class Offered:
    """What the first step shows: who sold last, every area with its households, how many."""

    recent: Sequence[Seller]
    groups: Sequence[tuple[GrowingArea, Sequence[Seller]]]
    total: int


def offered(session: Session, actor: Actor, areas: Sequence[GrowingArea], q: str = "") -> Offered:
    """The households of some areas, those that match ``q`` where something is looked for."""
    by_plot: dict[int, list[PlotHousehold]] = {}
    plots = {area.plot_id for area in areas}
    for row in session.scalars(select(PlotHousehold).where(PlotHousehold.plot_id.in_(plots))):
        by_plot.setdefault(row.plot_id, []).append(row)
    for rows in by_plot.values():
        rows.sort(key=lambda row: collation_key(row.name))
    told = _told_apart(session, by_plot)
    groups = [
        (
            area,
            [
                Seller(area, row.id, told.get(row.id, row.name))
                for row in by_plot.get(area.plot_id, ())
                if matches(q, row.name, row.phone)
            ],
        )
        for area in areas
    ]
    total = sum(len(rows) for rows in by_plot.values())
    recent = () if q.strip() else _recent(session, actor, groups)
    return Offered(recent, [each for each in groups if each[1] or not q.strip()], total)


def choices_of(sellers: Sequence[Seller]) -> list[tuple[int, str]]:
    """Households as a select offers them."""
    return [(each.household, each.name) for each in sellers]


def matches(q: str, name: str, phone: str | None) -> bool:
    """Whether what was typed finds a household: every word in its name, or how its phone ends."""
    typed = fold(q)
    digits = "".join(typed.split())
    if digits.isascii() and digits.isdigit():
        return len(digits) >= FEWEST_DIGITS and (phone or "").endswith(digits)
    folded = fold(name)
    return all(word in folded for word in typed.split())


def _told_apart(session: Session, by_plot: Mapping[int, Sequence[PlotHousehold]]) -> dict[int, str]:
    """Households of one name on one list, told apart by parcels, size, or their place there."""
    alike = {
        row.id: (row, place)
        for rows in by_plot.values()
        for place, row in enumerate(rows, start=1)
        if sum(other.name == row.name for other in rows) > 1
    }
    parcels: dict[int, list[str]] = {}
    if alike:
        statement = select(Parcel.household_id, Parcel.label).where(
            Parcel.household_id.in_(alike), Parcel.removed_at.is_(None)
        )
        for household_id, label in session.execute(statement.order_by(Parcel.number)):
            parcels.setdefault(household_id or 0, []).append(label)
    return {
        household_id: f"{row.name} · {_mark(row, place, parcels.get(household_id, []))}"
        for household_id, (row, place) in alike.items()
    }


def _mark(row: PlotHousehold, place: int, parcels: Sequence[str]) -> str:
    if parcels:
        return ", ".join(parcels[:3])
    return f"{number(row.area_ha, 4)} ha" if row.area_ha else f"#{place}"


def _recent(
    session: Session, actor: Actor, groups: Sequence[tuple[GrowingArea, Sequence[Seller]]]
) -> Sequence[Seller]:
    """Who sold last, newest first: at the scales the same people come again."""
    known = {(area.id, each.household): each for area, some in groups for each in some}
    last = listing.list_slips(session, actor, SlipQuery(size=_LOOKED_AT)).items
    keys = ((line.slip.area_id, line.slip.household_id) for line in last)
    return [known[key] for key in dict.fromkeys(keys) if key in known][:_RECENT]
