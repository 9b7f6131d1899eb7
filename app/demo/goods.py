"""The story's products, stars, batches, labels and scans."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import Actor
from app.demo import pictures
from foundation import clock, config
from growing_areas.models import GrowingArea
from products import certificates, photos, register
from products.certificates import Recognition
from products.models import Product
from products.register import ProductDetails
from shop import offers
from shop.offers import OfferTerms
from traceability import opening, releasing
from traceability.labels import orders as label_orders
from traceability.labels.orders import LabelOrder
from traceability.models import Batch
from traceability.opening import NewBatch
from traceability.scan import scans
from traceability.scan.scans import ScanNote

_DEVICES = ("phone", "phone", "phone", "phone", "computer")
# Two looks in five have no place.
_PLACES = (None, None, "01", "79", "48")
_COPIED_DAYS = 8


def tell(
    session: Session,
    admin: Actor,
    manager: Actor,
    organisation: Organisation,
    part: dict[str, Any],
    areas: list[GrowingArea],
    *,
    now: datetime,
) -> None:
    """Products with their offers, then batches in the order of their days."""
    products = {
        entry["key"]: _product(session, admin, manager, organisation, entry, now)
        for entry in part["products"]
    }
    is_copied = False
    for entry in sorted(part["batches"], key=lambda batch: -batch["produced"]):
        batch = _batch(session, manager, products[entry["product"]], areas, entry, now)
        if entry.get("labels"):
            _labels(session, manager, batch, entry["labels"], now)
        if entry.get("release", True):
            _scans(session, batch, entry["produced"], now)
            if entry.get("labels") and not is_copied and entry["produced"] >= _COPIED_DAYS:
                _copied(session, batch, entry["labels"], now)
                is_copied = True


def _product(
    session: Session,
    admin: Actor,
    manager: Actor,
    organisation: Organisation,
    entry: dict[str, Any],
    now: datetime,
) -> Product:
    entered_at = now - timedelta(days=200)
    amount, unit = entry["net"]
    details = ProductDetails(
        name=entry["name"],
        name_en=entry["name_en"],
        gtin=entry.get("gtin"),
        ocop_group=entry["group"],
        net_content=Decimal(amount),
        net_unit=unit,
        shelf_life_days=entry["shelf_life_days"],
        storage=entry.get("storage"),
        ingredients=entry.get("ingredients"),
        brand=entry.get("brand"),
        warnings=entry.get("warnings"),
        description=entry["description"],
        description_en=entry["description_en"],
    )
    product = register.create(
        session, manager, organisation.code, entry["unit"], details, now=entered_at
    )
    if entry.get("stars"):
        ranked_at = entered_at + timedelta(days=20)
        recognition = Recognition(
            stars=entry["stars"],
            number=f"TD-{product.code[:6]}",
            decision="Quyết định trình diễn",
            valid_from=clock.business_day(ranked_at),
        )
        certificates.record(session, admin, product.code, recognition, now=ranked_at)
    terms = OfferTerms(
        price_vnd=entry["price_vnd"], pack=entry["pack"], pack_quantity=Decimal(amount)
    )
    offers.create(session, manager, product.code, terms, now=entered_at + timedelta(days=30))
    picture = pictures.of_product(entry["key"])
    if picture is not None:
        photos.add(session, manager, product.code, picture, None, now=entered_at)
    return product


def _batch(
    session: Session,
    manager: Actor,
    product: Product,
    areas: list[GrowingArea],
    entry: dict[str, Any],
    now: datetime,
) -> Batch:
    produced_at = now - timedelta(days=entry["produced"])
    new = NewBatch(
        product=product.code,
        growing_areas=tuple(areas[place].code or "" for place in entry["areas"]),
        quantity=Decimal(entry["quantity"]),
        unit=product.unit,
        produced_on=clock.business_day(produced_at),
        harvested_on=clock.business_day(now - timedelta(days=entry["harvested"])),
    )
    batch = opening.open_batch(session, manager, new, now=produced_at)
    if entry.get("release", True):
        released_at = min(produced_at + timedelta(hours=5), now)
        releasing.release(session, manager, batch.code, now=released_at)
    return batch


def _labels(session: Session, manager: Actor, batch: Batch, count: int, now: datetime) -> None:
    layout = "a4-65" if count % 65 == 0 else "a4-40" if count % 40 == 0 else "a4-24"
    order = LabelOrder(batch=batch.code, count=count, layout=layout, serialised=True)
    base_url = config.read().base_url
    job = label_orders.place(session, manager, order, base_url=base_url, now=now)
    label_orders.queue(session, job)


def _scans(session: Session, batch: Batch, days: int, now: datetime) -> None:
    """Shoppers who looked: more at week-ends, each label a few times at most."""
    chance = random.Random(batch.lot)  # noqa: S311 — a story, not a secret
    where = random.Random(f"{batch.lot} where")  # noqa: S311
    looked = []
    for day in range(days):
        scanned_at = now - timedelta(days=day)
        weekend = scanned_at.weekday() >= 5
        for _ in range(chance.randint(0, 5 if weekend else 2)):
            looked.append(
                ScanNote(
                    scanned_at=scanned_at - timedelta(minutes=chance.randint(0, 600)),
                    batch_id=batch.id,
                    serial_number=None,
                    device=chance.choice(_DEVICES),
                    language="vi" if chance.random() < 0.9 else "en",
                    place=where.choice(_PLACES),
                )
            )
    scans.enter(session, looked)


def _copied(session: Session, batch: Batch, label: int, now: datetime) -> None:
    """A label that turns up in Hanoi and two hours later in Cần Thơ, and again days later."""
    begun = now - timedelta(days=_COPIED_DAYS)
    after = (("01", 0), ("92", 2), ("01", 31), ("48", 80), ("92", 81), ("79", 120), (None, 140))
    looked = [
        ScanNote(begun + timedelta(hours=hours), batch.id, label, "phone", "vi", place)
        for place, hours in after
    ]
    scans.enter(session, looked)
