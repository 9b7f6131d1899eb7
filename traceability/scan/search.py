"""From what somebody typed to the page it means."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from foundation import codes
from growing_areas import areas
from products import gtin, register, search_keys
from products.models import Product
from traceability import batches
from traceability.labels import serials
from traceability.models import Batch

_MOST_FOUND = 20


@dataclass(frozen=True)
class Target:
    """A page that what was typed may mean: `kind` is item, batch, lot, area or product."""

    kind: str
    title: str
    note: str
    href: str


def find_target(session: Session, typed: str) -> list[Target]:
    """Every page the typed text may mean; one when it is a code, several when a lot is shared."""
    for find in (_item, _batch, _area, _product):
        found = find(session, typed)
        if found is not None:
            return [found]
    return _lots(session, typed) or _named(session, typed)


def _item(session: Session, typed: str) -> Target | None:
    serial = serials.find_serial(session, typed)
    if serial is None:
        return None
    batch = batches.get_batch_by_id(session, serial.batch_id)
    return _target("item", batch, serial.code)


def _batch(session: Session, typed: str) -> Target | None:
    if not codes.is_valid(codes.normalise(typed)):
        return None
    batch = batches.find_batch(session, typed)
    return _target("batch", batch) if batch else None


def _area(session: Session, typed: str) -> Target | None:
    area = areas.find_by_code(session, typed)
    if area is None or area.code is None:
        return None
    return Target("area", area.name, area.code, f"/areas/{area.code}")


def _product(session: Session, typed: str) -> Target | None:
    if gtin.find_fault(typed):
        return None
    product = register.find_by_gtin(session, typed)
    return Target("product", product.name, typed, f"/products/{product.slug}") if product else None


def _lots(session: Session, typed: str) -> list[Target]:
    spellings = {typed, typed.upper(), typed.lower()}
    found = session.scalars(
        select(Batch)
        .where(
            Batch.lot.in_(spellings),
            Batch.state != "open",
            # A lot opened by mistake that let its name go is not what it names any more.
            or_(Batch.voided_at.is_(None), Batch.name_kept_because.is_not(None)),
        )
        .options(joinedload(Batch.product), joinedload(Batch.organisation))
        .order_by(Batch.opened_at.desc(), Batch.id.desc())
        .limit(_MOST_FOUND)
    )
    return [_target("lot", batch) for batch in found]


def _named(session: Session, typed: str) -> list[Target]:
    """Products whose names hold the typed words, with or without diacritics."""
    query = search_keys.folded_query(typed)
    if query is None:
        return []
    found = session.scalars(
        select(Product)
        .where(Product.search_folded.op("@@")(query))
        .order_by(Product.name_key, Product.id)
        .limit(_MOST_FOUND)
    )
    return [Target("product", each.name, each.code, f"/products/{each.slug}") for each in found]


def _target(kind: str, batch: Batch, serial: str | None = None) -> Target:
    href = batches.trace_path(batch, serial)
    return Target(kind, batch.product.name, f"{batch.lot} – {batch.organisation.name}", href)
