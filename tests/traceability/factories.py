"""Batches as tests need them: opened through the door of the trade, on approved areas."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import SYSTEM
from growing_areas import diary
from growing_areas.diary import Work
from growing_areas.models import GrowingArea
from products.models import Product
from tests.growing_areas.factories import field, make_approved_area, make_organisation
from tests.products.factories import make_product
from traceability import opening, releasing
from traceability.models import Batch
from traceability.opening import NewBatch

GTIN = "08930001000018"
PRODUCED = date(2026, 11, 12)
_fields = itertools.count()


@dataclass(frozen=True)
class Grown:
    """A cooperative with one approved area and one product."""

    organisation: Organisation
    area: GrowingArea
    product: Product

    @property
    def area_code(self) -> str:
        assert self.area.code is not None
        return self.area.code


def grow(session: Session, now: datetime, **product: Any) -> Grown:
    organisation = make_organisation(session, now)
    # Fields of different cooperatives lie side by side: overlapping ones are not approved.
    place = field(lon=0.01 * (next(_fields) % 100))
    area = make_approved_area(session, now, organisation, geometry=place)
    made = make_product(session, organisation, now=now, **product)
    return Grown(organisation, area, made)


def spray(session: Session, grown: Grown, on: date, days: int | None, *, now: datetime) -> None:
    work = Work("spraying", on, product_name="Abamec 1.8EC", pre_harvest_days=days)
    diary.record(session, SYSTEM, grown.area.id, work, now=now)


def new_batch(grown: Grown, **changes: Any) -> NewBatch:
    row: dict[str, Any] = {
        "product": grown.product.code,
        "growing_areas": (grown.area_code,),
        "quantity": Decimal("1200"),
        "unit": "KGM",
        "produced_on": PRODUCED,
    }
    return NewBatch(**{**row, **changes})


def make_batch(session: Session, grown: Grown, now: datetime, **changes: Any) -> Batch:
    """A released batch."""
    batch = opening.open_batch(session, SYSTEM, new_batch(grown, **changes), now=now)
    return releasing.release(session, SYSTEM, batch.code, now=now)
