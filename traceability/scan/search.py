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
from traceability.models import Batch, Serial
from traceability.scan import typed_codes
from traceability.scan.typed_codes import Typed

_MOST_FOUND = 20


@dataclass(frozen=True)
class Target:
    """A page that what was typed may mean: `kind` is item, batch, lot, area or product."""

    kind: str
    title: str
    note: str
    href: str


def find_target(session: Session, typed: str) -> list[Target]:
    """Every page the typed text may mean; one when it is a code, several when a lot is shared.

    Addresses and element strings of labels, pasted or scanned, are read as what they name.
    """
    meant = typed_codes.read(typed)
    if meant.gtin is not None:
        return _of_label(session, meant)
    if meant.serial is not None:
        # As the scan itself would answer: the lot alone would tell that the item is wrong.
        found = _item(session, meant.serial) or _area(session, meant.text)
        return [found] if found else []
    for find in (_item, _batch, _area, _product):
        found = find(session, meant.text)
        if found is not None:
            return [found]
    return _lots(session, meant.text) or _named(session, meant.text)


def near_misses(session: Session, typed: str) -> list[Target]:
    """Labels whose codes a misread or mistyped one may be: shown, never gone to unasked."""
    readings = typed_codes.spellings(typed_codes.read(typed).text)
    items = session.scalars(select(Serial).where(Serial.code.in_(readings)).limit(_MOST_FOUND))
    serials_of = {serial.batch_id: serial.code for serial in items}
    named = or_(Batch.code.in_(readings), Batch.id.in_(serials_of))
    found = session.scalars(
        select(Batch)
        .where(named)
        .options(joinedload(Batch.product), joinedload(Batch.organisation))
        .order_by(Batch.id)
        .limit(_MOST_FOUND)
    )
    return [
        _target("item" if batch.id in serials_of else "batch", batch, serials_of.get(batch.id))
        for batch in found
    ]


def _of_label(session: Session, meant: Typed) -> list[Target]:
    """The item, the lot or the product that a label's own text names."""
    if meant.lot is None:
        product = _product(session, meant.gtin or "")
        return [product] if product else []
    batch = batches.find_by_lot(session, meant.gtin or "", meant.lot)
    if batch is None:
        return []
    item = serials.find_serial(session, meant.serial) if meant.serial else None
    if item is not None and item.batch_id != batch.id:
        item = None
    if meant.serial and item is None:
        # As the scan itself would answer: a serial that is not the lot's names nothing.
        return []
    return [_target("item" if item else "batch", batch, item.code if item else None)]


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
