"""Batches and what is done with them, as the API tells them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from foundation import quantity
from traceability import batches
from traceability.handling import grounds, purchases, stock
from traceability.handling.counting import Counted
from traceability.handling.history import Movement
from traceability.handling.trade_models import (
    BatchPurchase,
    Consignment,
    LogisticUnit,
    ProductRecovery,
    YieldFinding,
)
from traceability.models import Batch


def of_batches(session: Session, found: Sequence[Batch], base_url: str) -> list[dict[str, Any]]:
    """Batches with their stock and purchases, in two queries for all."""
    ids = [batch.id for batch in found]
    shelves = stock.shelves_of(session, ids)
    bought: dict[int, list[BatchPurchase]] = {}
    for row in purchases.of_batches(session, ids):
        bought.setdefault(row.batch_id, []).append(row)
    return [
        {
            **of_batch(batch, base_url),
            "stock": _stock(shelves.get(batch.id)),
            "purchases": [of_purchase(row) for row in bought.get(batch.id, ())],
        }
        for batch in found
    ]


def of_batch(batch: Batch, base_url: str) -> dict[str, Any]:
    """What a batch itself says."""
    return {
        "code": batch.code,
        "lot": batch.lot,
        "trace_url": batches.trace_url(batch, base_url),
        "state": batch.state,
        "product": batch.product.code,
        "organisation": batch.organisation.code,
        "origin": batch.origin,
        "growing_areas": [area.code for area in batch.areas if area.code],
        "uncoded_areas": [
            {"id": area.id, "name": area.name, "status": area.status}
            for area in batch.areas
            if area.status in grounds.UNCODED
        ],
        "parcels": list(batch.parcel_ids),
        "quantity": told(batch.quantity),
        "unit": batch.unit,
        "produced_on": batch.produced_on,
        "harvested_on": batch.harvested_on,
        "packed_on": batch.packed_on,
        "expires_on": batch.expires_on,
        "market": batch.market,
        "voided_at": batch.voided_at,
        "opened_at": batch.opened_at,
        "released_at": batch.released_at,
    }


def of_purchase(row: BatchPurchase) -> dict[str, Any]:
    """A purchase, for those who may see its batch inside."""
    return {
        "id": row.id,
        "supplier": row.supplier,
        "is_person": row.is_person,
        "supplier_lot": row.supplier_lot,
        "commune_code": row.commune_code,
        "bought_on": row.bought_on,
        "document_number": row.document_number,
        "has_paper": row.file_digest is not None,
    }


def of_counted(counted: Counted) -> dict[str, Any]:
    """A stock-taking."""
    return {
        "batch": counted.batch.code,
        "expected": told(counted.expected),
        "counted": told(counted.counted),
        "difference": told(counted.difference),
    }


def of_movement(movement: Movement) -> dict[str, Any]:
    """A step that moved stock."""
    return {
        "kind": movement.kind,
        "amount": told(movement.amount),
        "happened_at": movement.happened_at,
        "event": movement.event_id,
    }


def of_unit(unit: LogisticUnit) -> dict[str, Any]:
    """A packed unit and what is in it."""
    return {
        "code": unit.code,
        "sscc": unit.sscc,
        "state": unit.state,
        "contents": [
            {
                "batch": content.batch.code,
                "lot": content.batch.lot,
                "quantity": told(content.quantity),
                "unit": content.batch.unit,
            }
            for content in unit.contents
        ],
    }


def of_consignment(sent: Consignment) -> dict[str, Any]:
    """A consignment with its lines."""
    return {
        "code": sent.code,
        "state": sent.state,
        "sender": sent.sender.code,
        "recipient": sent.recipient.code if sent.recipient else None,
        "recipient_name": sent.recipient.name if sent.recipient else sent.recipient_name,
        "recipient_place": sent.recipient_place,
        "market": sent.market,
        "document_number": sent.document_number,
        "sent_at": sent.sent_at,
        "settled_at": sent.settled_at,
        "refused_because": sent.refused_because,
        "lines": [
            {
                "line": line.id,
                "lot": line.batch.lot,
                "product": line.batch.product.name,
                "logistic_unit": line.unit.name if line.unit else None,
                "quantity": told(line.quantity),
                "unit": line.batch.unit,
                "received": None if line.received is None else told(line.received),
                "received_batch": line.received_batch.code if line.received_batch else None,
            }
            for line in sent.lines
        ],
    }


def of_recovery(row: ProductRecovery) -> dict[str, Any]:
    """What a maker states."""
    return {
        "id": row.id,
        "input": row.input.code,
        "taken": told(row.taken),
        "taken_unit": row.taken_unit,
        "least": None if row.least is None else told(row.least),
        "most": told(row.most),
        "given_unit": row.given_unit,
        "source": row.source,
        "stated_at": row.stated_at,
    }


def of_finding(batch_code: str, finding: YieldFinding) -> dict[str, Any]:
    """An odd yield."""
    return {
        "batch": batch_code,
        "crop": finding.crop_code,
        "harvested_kg": told(finding.harvested_kg),
        "area_ha": f"{finding.area_ha:f}",
        "ceiling_kg": told(finding.ceiling_kg),
        "found_at": finding.found_at,
        "note": finding.note,
        "noted_at": finding.noted_at,
    }


def told(amount: Decimal) -> str:
    """An amount as programs read it: three decimals, never rounded by a float."""
    return f"{quantity.stored(amount):f}"


def _stock(shelf: stock.Shelf | None) -> dict[str, Any] | None:
    if shelf is None:
        return None
    return {
        "made": told(shelf.made),
        "used": told(shelf.used),
        "promised": told(shelf.promised),
        "free": told(shelf.free),
    }
