"""What the form for a new batch offers: products, areas with and without a code, harvests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from accounts.permissions import Actor, may
from foundation import clock, i18n, quantity
from foundation.i18n import _
from growing_areas import areas, offering, season
from growing_areas.models import DiaryEntry, GrowingArea
from growing_areas.parcels import choosing
from products import register
from products.models import Product
from traceability import batch_table
from traceability.handling import demands, grounds

OPENED_BY_FORM = ("harvest", "purchase", "none")
"""Origins a batch is opened from by this form; from other batches it is processing."""

_RECENT_HARVESTS = timedelta(days=60)
_CHOICES = 200


@dataclass(frozen=True)
class HarvestChoice:
    """A harvest from the diary that a batch can be opened from with one tap."""

    area: GrowingArea
    harvested_on: date
    quantity: Decimal | None
    unit: str | None
    parcels: tuple[int, ...]

    @property
    def query(self) -> dict[str, Any]:
        """What fills the form in."""
        given = {
            "parcels": list(self.parcels),
            "growing_areas": self.area.code or "",
            "areas": "" if self.area.code else str(self.area.id),
            "harvested_on": self.harvested_on.isoformat(),
            "quantity": i18n.number(self.quantity),
            "unit": self.unit or "",
        }
        return {name: value for name, value in given.items() if value}


def of(session: Session, actor: Actor, values: Mapping[str, Any]) -> dict[str, Any]:
    """Everything the form offers this person."""
    products = _products(session, actor)
    owners = sorted({product.organisation_id for product in products})
    coded = areas.areas_in_force(session, owners)
    uncoded = grounds.uncoded_areas(session, owners)
    named = offering.owners(session, [*coded, *uncoded])
    chosen = next((p for p in products if p.code == values.get("product")), None)
    origin = str(values.get("origin") or "harvest")
    return {
        "origin": origin if origin in OPENED_BY_FORM else "harvest",
        "origins": [(each, batch_table.origin_name(each)) for each in OPENED_BY_FORM],
        "products": [(product.code, product.name) for product in products],
        "areas": [(area.code, area.code, _whose(area, named)) for area in coded],
        "uncoded": [
            (str(area.id), area.name, *filter(None, [named.get(area.organisation_id)]))
            for area in uncoded
        ],
        "units": _units(chosen),
        "markets": market_choices(),
        "harvests": _harvests(session, [*coded, *uncoded]),
        "parcels": choosing.choices_of_areas(session, actor, coded),
    }


def _whose(area: GrowingArea, owners: Mapping[int, str]) -> str:
    """An area's name, and whose it is where the reader works for several organisations."""
    owner = owners.get(area.organisation_id)
    return f"{area.name}, {owner}" if owner else area.name


def market_choices() -> list[tuple[str, str]]:
    """The countries goods can be said to be for, home first."""
    known = sorted(demands.markets(clock.today()).items())
    return [(demands.HOME, _("Trong nước")), *known]


def _products(session: Session, actor: Actor) -> list[Product]:
    page = register.list_products(session, actor, size=_CHOICES)
    return [product for product in page.items if may(actor, "batch.write", product)]


def _units(chosen: Product | None) -> list[tuple[str, str]]:
    language = i18n.get_language()
    units = [(unit.code, unit.name(language)) for unit in quantity.units().values()]
    first = chosen.unit if chosen else "KGM"
    return sorted(units, key=lambda unit: unit[0] != first)


def _harvests(session: Session, found: Sequence[GrowingArea]) -> list[HarvestChoice]:
    """The latest harvests of each area, those of one day (parcel by parcel) as one choice."""
    by_id = {area.id: area for area in found}
    today = clock.today()
    entries = season.entries_between(session, by_id, today - _RECENT_HARVESTS, today)
    days: dict[tuple[date, int, str | None], list[DiaryEntry]] = {}
    for entry in reversed(entries):
        if entry.activity == "harvest":
            days.setdefault((entry.done_on, entry.area_id, entry.unit), []).append(entry)
    return [
        HarvestChoice(by_id[area_id], on, _together(lines), unit, _parcels(lines))
        for (on, area_id, unit), lines in days.items()
    ]


def _together(lines: list[DiaryEntry]) -> Decimal | None:
    amounts = [line.quantity for line in lines if line.quantity is not None]
    return sum(amounts, Decimal(0)) if amounts else None


def _parcels(lines: list[DiaryEntry]) -> tuple[int, ...]:
    """The parcels of some harvests; none named when one of them was of the whole area."""
    if any(not line.parcel_ids for line in lines):
        return ()
    return tuple(sorted({parcel_id for line in lines for parcel_id in line.parcel_ids}))
