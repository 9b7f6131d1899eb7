"""Receiving goods another organisation sent: what arrived becomes lots of one's own products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation import codes, quantity
from foundation.errors import Conflict, Finding, Invalid
from products import register
from products.models import Product
from products.register import ProductDetails
from traceability import batches, events
from traceability.handling import (
    acting,
    amounts,
    balance,
    consigning,
    consignments,
    making,
    packing,
    processing,
)
from traceability.handling.making import Making
from traceability.handling.trade_models import Consignment, ConsignmentLine
from traceability.happenings import Happening, Portion
from traceability.lineage import nodes
from traceability.models import Batch
from traceability.quality import inheriting


@dataclass(frozen=True)
class Arrival:
    """What arrived of one line, and as which product of the recipient it is booked.

    ``quantity`` in the sender's unit, None for all of it; ``product`` None makes one of the
    same name in the recipient's register.
    """

    line: int
    quantity: Decimal | None = None
    product: str | None = None
    lot: str | None = None


@dataclass(frozen=True)
class Receipt:
    """A consignment that arrived; lines not named arrived whole."""

    consignment: str
    arrivals: tuple[Arrival, ...] = ()
    happened_at: datetime | None = None


def receive(session: Session, actor: Actor, wanted: Receipt, *, now: datetime) -> Consignment:
    """Confirm what arrived: each line becomes a batch of the recipient, made of the sender's.

    A batch whose source is held or called back meanwhile is held for the same reasons.
    Raises: NotFound, Forbidden, Invalid, Conflict("consignment.settled"),
    Conflict("consignment.more_than_sent"), Conflict("batch.balance") when a line would weigh more
    as the recipient's product than it did.
    """
    happened_at = wanted.happened_at or now
    acting.refuse_future(happened_at, now)
    sent = consignments.get_to_receive(session, actor, wanted.consignment)
    _refuse_early(sent, happened_at)
    batches.lock_batches(session, [line.batch.code for line in sent.lines])
    arrivals = _arrivals(sent, wanted.arrivals)
    consignments.settle(session, sent, "sent", "received", now=now)
    arrived = [line for line in sent.lines if _amount(line, arrivals[line.id]) > 0]
    products = _products(session, actor, sent, arrived, arrivals, now)
    things = consigning.lines_as_portions(session, arrived)
    consigning.tell(session, sent, "receiving", "in_progress", things, happened_at, now=now)
    for line in sent.lines:
        line.received = _amount(line, arrivals[line.id])
    for line in arrived:
        made = _book(
            session, sent, line, products[line.id], arrivals[line.id].lot, happened_at, now
        )
        line.received_batch_id = made.id
    units = [line.unit_id for line in sent.lines if line.unit_id is not None]
    for unit in packing.lock_units(session, units).values():
        unit.state = "received"
    session.flush()
    session.expire_all()
    return consignments.get(session, sent.code)


def _refuse_early(sent: Consignment, happened_at: datetime) -> None:
    """Raises: Invalid("consignment.received_early"): nothing arrives before it left."""
    if acting.is_before(happened_at, sent.sent_at):
        told = {"on": acting.moment(sent.sent_at, happened_at)}
        raise Invalid([Finding("consignment.received_early", told, "happened_at")])


def _arrivals(sent: Consignment, given: Sequence[Arrival]) -> dict[int, Arrival]:
    """What arrived by line. Raises: Invalid, Conflict("consignment.more_than_sent")."""
    lines = {line.id: line for line in sent.lines}
    findings = []
    named: dict[int, Arrival] = {}
    for place, arrival in enumerate(given):
        line = lines.get(arrival.line)
        if named.setdefault(arrival.line, arrival) is not arrival:
            params = {"line": arrival.line}
            findings.append(Finding("consignment.line_twice", params, f"lines.{place}.line"))
        if line is None:
            params = {"line": arrival.line}
            findings.append(Finding("consignment.line_unknown", params, f"lines.{place}.line"))
        elif arrival.quantity is not None and arrival.quantity > line.quantity:
            raise Conflict(
                "consignment.more_than_sent",
                lot=line.batch.lot,
                arrived=arrival.quantity,
                sent=line.quantity,
                unit=quantity.get_unit(line.batch.unit).symbol(),
            )
        findings += making.lot_findings(arrival.lot, f"lines.{place}.lot")
    if findings:
        raise Invalid(findings)
    return {line_id: named.get(line_id, Arrival(line_id)) for line_id in lines}


def _amount(line: ConsignmentLine, arrival: Arrival) -> Decimal:
    return line.quantity if arrival.quantity is None else quantity.stored(arrival.quantity)


def _products(
    session: Session,
    actor: Actor,
    sent: Consignment,
    arrived: Sequence[ConsignmentLine],
    arrivals: Mapping[int, Arrival],
    now: datetime,
) -> dict[int, Product]:
    """The recipient's product each line is booked as. Raises: Invalid, Forbidden."""
    wanted = {
        line.id: codes.normalise(arrivals[line.id].product or "")
        for line in arrived
        if arrivals[line.id].product
    }
    rows = session.scalars(
        select(Product).where(
            Product.code.in_(wanted.values()), Product.organisation_id == sent.recipient_id
        )
    )
    known = {row.code: row for row in rows}
    findings = [
        Finding("consignment.product_unknown", {"product": code[:40]}, "lines")
        for code in sorted(set(wanted.values()) - known.keys())
    ]
    if findings:
        raise Invalid(findings)
    found = {line_id: known[code] for line_id, code in wanted.items()}
    missing = [line for line in arrived if line.id not in found]
    same = _of_same_name(session, actor, sent, missing, now)
    return found | {line.id: same[line.batch.product.name_key] for line in missing}


def _of_same_name(
    session: Session,
    actor: Actor,
    sent: Consignment,
    lines: Sequence[ConsignmentLine],
    now: datetime,
) -> dict[str, Product]:
    """The recipient's products called like the sender's, entered now where there are none."""
    models = {line.batch.product.name_key: line.batch.product for line in lines}
    rows = session.scalars(
        select(Product)
        .where(Product.organisation_id == sent.recipient_id, Product.name_key.in_(models))
        .order_by(Product.id.desc())
    )
    found = {row.name_key: row for row in rows}
    assert sent.recipient is not None
    for key in sorted(models.keys() - found.keys()):
        model = models[key]
        if not permissions.may(actor, "product.write", sent.recipient):
            # Who may receive but not enter products books the goods as one that is there.
            raise Invalid(
                [Finding("consignment.product_missing", {"product": model.name}, "lines")]
            )
        details = ProductDetails(
            name=model.name,
            name_en=model.name_en,
            net_content=model.net_content,
            net_unit=model.net_unit,
            shelf_life_days=model.shelf_life_days,
        )
        found[key] = register.create(
            session, actor, sent.recipient.code, model.unit, details, now=now
        )
    return found


def _book(
    session: Session,
    sent: Consignment,
    line: ConsignmentLine,
    product: Product,
    lot: str | None,
    happened_at: datetime,
    now: datetime,
) -> Batch:
    """The batch of the recipient that one line became. Raises: Invalid, Conflict."""
    source, arrived = line.batch, line.received or line.quantity
    amount, unit = amounts.countable(arrived, source.unit, product)
    if amount is None:
        raise Invalid([amounts.unit_finding(source.unit, product, "lines")])
    making_it = Making(
        origin="batches",
        quantity=amount,
        unit=unit,
        produced_on=source.produced_on,
        packed_on=source.packed_on,
        expires_on=source.expires_on,
        lot=lot,
        # What its country wants to be told is wanted of whoever has the goods now.
        market=source.market or sent.market,
    )
    went_in = amounts.goods(source.product, arrived, source.unit)
    came_out = amounts.goods(product, making_it.quantity, unit)
    weighed = balance.weigh([went_in], [came_out])
    processing.refuse_unbalanced(weighed, [(product, making_it)], None)
    told = {"received_from": source.code}
    made = making.make(session, product, making_it, told=told, now=now)
    given = Portion(nodes.uris_of(session, [source.id])[source.id], arrived, source.unit)
    happening = Happening(
        "TransformationEvent",
        "commissioning",
        happened_at=happened_at,
        disposition="active",
        inputs=(given,),
        outputs=acting.whole(session, [made]),
        details={"step": "receive"},
    )
    events.record(session, made.organisation_id, happening, now=now)
    inheriting.hold_new(session, made, [source.id], now=now)
    return made
