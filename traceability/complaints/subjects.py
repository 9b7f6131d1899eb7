"""What a complaint is about: the lot, and the item, that a typed or scanned code names."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation import codes
from traceability import batches
from traceability.labels import serials
from traceability.models import Batch, Serial
from traceability.scan import typed_codes
from traceability.scan.typed_codes import Typed


@dataclass(frozen=True)
class Subject:
    """A lot, and one item of it where its own code was given.

    `is_misnamed`: a code of an item was given that is none of this lot's.
    """

    batch: Batch
    serial: Serial | None = None
    is_misnamed: bool = False


def find_subject(session: Session, code: str, serial: str | None = None) -> Subject | None:
    """What a code names, however it was typed; None for what names nothing here.

    ``serial`` is looked for among the lot's own: one of another lot is no part of it.
    """
    link = typed_codes.read(code)
    batch, item = _named(session, link)
    if batch is None:
        return None
    if item is None and serial:
        found = serials.find_serial(session, serial)
        item = found if found is not None and found.batch_id == batch.id else None
    return Subject(batch, item, is_misnamed=item is None and bool(serial or link.serial))


def serial_code(session: Session, batch_id: int | None, number: int | None) -> str | None:
    """The code of an item by its number."""
    if batch_id is None or number is None:
        return None
    known = select(Serial.code).where(Serial.batch_id == batch_id, Serial.number == number)
    return session.scalar(known)


def _named(session: Session, link: Typed) -> tuple[Batch | None, Serial | None]:
    if link.gtin and link.lot:
        batch = batches.find_by_lot(session, link.gtin, link.lot)
        item = serials.find_serial(session, link.serial) if link.serial else None
        return batch, item if batch is not None and item and item.batch_id == batch.id else None
    item = serials.find_serial(session, link.serial or link.text)
    if item is not None:
        return batches.get_batch_by_id(session, item.batch_id), item
    normal = codes.normalise(link.text)
    return (batches.find_batch(session, normal) if codes.is_valid(normal) else None), None
