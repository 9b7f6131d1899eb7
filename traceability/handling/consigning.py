"""Goods that leave for another organisation: sent, called back, refused, taken back."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from accounts import organisations, permissions
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import clock, codes
from foundation.errors import Conflict, Finding, Invalid, NotFound
from traceability import batches, events
from traceability.epcis.models import EpcisEvent
from traceability.handling import acting, consignments, demands, packing, statements
from traceability.handling.acting import Drawn, Taken
from traceability.handling.trade_models import Consignment, ConsignmentLine, LogisticUnit
from traceability.happenings import Happening, Portion
from traceability.models import Batch

CODE_LENGTH = 10
MOST_LINES = 100
_CHANCE = secrets.SystemRandom()


@dataclass(frozen=True)
class Shipment:
    """What is sent and to whom: an organisation of the platform by its code, or one by its name."""

    goods: tuple[Taken, ...] = ()
    units: tuple[str, ...] = ()
    recipient: str | None = None
    recipient_name: str | None = None
    recipient_place: str | None = None
    market: str | None = None
    document_number: str | None = None
    happened_at: datetime | None = None


def ship(
    session: Session,
    actor: Actor,
    wanted: Shipment,
    *,
    now: datetime,
    chance: codes.Chooser = _CHANCE,
) -> Consignment:
    """Send goods, loose and in units; an organisation of the platform confirms what arrives.

    Raises: NotFound, Forbidden, Invalid, Conflict("batch.is_…"), Conflict("batch.short"),
    Conflict("unit.not_packed").
    """
    happened_at = wanted.happened_at or now
    acting.refuse_future(happened_at, now)
    packed = packing.get_units(session, wanted.units)
    inside = [content.batch.code for unit in packed for content in unit.contents]
    found = acting.lock(session, actor, [*(line.batch for line in wanted.goods), *inside], "ship")
    _refuse_early(session, found, packed, happened_at)
    recipient = _recipient(session, wanted, found)
    _refuse_missing(session, wanted, found, now)
    _lock_packed(session, packed, found)
    drawn = acting.amounts_of(session, wanted.goods, found, "goods")
    owner = next(iter(found.values()))
    sent = Consignment(
        code=codes.new_code(CODE_LENGTH, chance),
        organisation_id=owner.organisation_id,
        commune_code=owner.commune_code,
        province_code=owner.province_code,
        recipient_id=recipient.id if recipient else None,
        recipient_name=None if recipient else wanted.recipient_name,
        recipient_place=wanted.recipient_place,
        market=wanted.market,
        document_number=wanted.document_number,
        state="sent",
        sent_at=happened_at,
    )
    session.add(sent)
    session.flush()
    _write_lines(session, sent, drawn, packed)
    things = [*acting.portions(session, drawn), *_unit_portions(packed)]
    event = tell(session, sent, "shipping", "in_transit", things, happened_at, now=now)
    acting.draw(session, actor, drawn, "ship", event, now=now)
    return consignments.get(session, sent.code)


def call_back(session: Session, actor: Actor, code: str, *, now: datetime) -> Consignment:
    """Undo a sending nobody has confirmed: the goods stand on the sender's shelf again.

    Raises: NotFound, Forbidden, Conflict("consignment.settled").
    """
    sent = consignments.get(session, code)
    permissions.require(actor, "batch.write", sent)
    return _bring_back(session, actor, sent, "sent", "void", "void_shipping", now=now)


def refuse(
    session: Session, actor: Actor, code: str, because: str, *, now: datetime
) -> Consignment:
    """Refuse goods on arrival; they travel back until their sender confirms them.

    Raises: NotFound, Forbidden, Invalid, Conflict("consignment.settled").
    """
    sent = consignments.get_to_receive(session, actor, code)
    if not because.strip():
        raise Invalid([Finding("consignment.reason_missing", {}, "reason")])
    consignments.settle(session, sent, "sent", "refused", now=now)
    sent.refused_because = because.strip()
    things = lines_as_portions(session, sent.lines)
    tell(session, sent, "receiving", "returned", things, now, now=now)
    return sent


def take_back(session: Session, actor: Actor, code: str, *, now: datetime) -> Consignment:
    """Confirm that refused goods are back on the sender's shelf.

    Raises: NotFound, Forbidden, Conflict("consignment.settled").
    """
    sent = consignments.get(session, code)
    permissions.require(actor, "batch.write", sent)
    return _bring_back(session, actor, sent, "refused", "returned", "receiving", now=now)


def tell(
    session: Session,
    sent: Consignment,
    biz_step: str,
    disposition: str,
    things: Sequence[Portion],
    happened_at: datetime,
    *,
    now: datetime,
) -> EpcisEvent:
    """Record a step of a consignment as an event of who takes it, naming giver and taker."""
    giver = session.get_one(Organisation, sent.organisation_id)
    taker = session.get(Organisation, sent.recipient_id) if sent.recipient_id else None
    by_taker = taker is not None and sent.state in ("received", "refused")
    happening = Happening(
        "ObjectEvent",
        biz_step,
        happened_at=happened_at,
        action="OBSERVE",
        disposition=disposition,
        things=tuple(things),
        transactions=(("desadv", f"/consignments/{sent.code}"),),
        sources=(("possessing_party", party_uri(giver)),),
        destinations=(("possessing_party", party_uri(taker)),) if taker else (),
        details={"step": sent.state},
    )
    owner = taker if by_taker and taker is not None else giver
    return events.record(session, owner.id, happening, now=now)


def party_uri(organisation: Organisation) -> str:
    """The stable name of an organisation in events: its code, never a person's name."""
    return f"/organisations/{organisation.code}"


def lines_as_portions(session: Session, lines: Sequence[ConsignmentLine]) -> list[Portion]:
    """The loose goods of a consignment by lot, those in units by their unit."""
    units = {line.unit_id: line.unit for line in lines if line.unit is not None}
    loose = [Drawn(line.batch, line.quantity) for line in lines if line.unit_id is None]
    return [
        *acting.portions(session, loose),
        *_unit_portions([unit for unit in units.values() if unit]),
    ]


def _unit_portions(units: Sequence[LogisticUnit]) -> list[Portion]:
    return [Portion(unit.uri, is_class=False) for unit in units]


def _recipient(session: Session, wanted: Shipment, found: dict[str, Batch]) -> Organisation | None:
    """Who gets the goods. Raises: Invalid with all findings."""
    findings = []
    owners = {batch.organisation_id for batch in found.values()}
    if not found:
        findings.append(Finding("batch.inputs_missing", {}, "goods"))
    if len(owners) > 1:
        findings.append(Finding("batch.owners_differ", {}, "goods"))
    recipient = None
    if wanted.recipient:
        recipient = organisations.find_organisation(session, wanted.recipient)
        if recipient is None or recipient.id in owners:
            findings.append(Finding("consignment.recipient_unknown", {}, "recipient"))
    if bool(wanted.recipient) == bool(wanted.recipient_name):
        findings.append(Finding("consignment.recipient_missing", {}, "recipient"))
    if findings:
        raise Invalid(findings)
    return recipient


def _refuse_early(
    session: Session, found: dict[str, Batch], packed: Sequence[LogisticUnit], happened_at: datetime
) -> None:
    """Raises: Invalid naming the goods not there yet and the units not packed yet."""
    early = acting.early_findings(session, list(found.values()), happened_at)
    early += [
        Finding(
            "unit.shipped_early",
            {"unit": unit.name, "on": acting.moment(unit.packed_at, happened_at)},
            "happened_at",
        )
        for unit in packed
        if acting.is_before(happened_at, unit.packed_at)
    ]
    if early:
        raise Invalid(early)


def _refuse_missing(
    session: Session, wanted: Shipment, found: dict[str, Batch], now: datetime
) -> None:
    on = clock.business_day(now)
    unknown = demands.market_findings(wanted.market, on)
    if unknown:
        raise Invalid(unknown)
    goods = [(batch.product_id, batch.market) for batch in found.values()]
    declared = statements.markets_for(session, goods)
    markets = {*declared, *([wanted.market] if wanted.market else [])}
    given = {
        "recipient_place": wanted.recipient_place,
        "document_number": wanted.document_number,
    }
    findings = demands.missing("ship", markets, given, on)
    if findings:
        raise Invalid(findings)


def _lock_packed(session: Session, packed: Sequence[LogisticUnit], found: dict[str, Batch]) -> None:
    owners = {batch.organisation_id for batch in found.values()}
    locked = packing.lock_units(session, [unit.id for unit in packed])
    for unit in locked.values():
        if unit.organisation_id not in owners:
            raise NotFound("unit.not_found")
        if unit.state != "packed":
            raise Conflict("unit.not_packed", unit=unit.name)
        unit.state = "shipped"


def _write_lines(
    session: Session, sent: Consignment, drawn: Sequence[Drawn], packed: Sequence[LogisticUnit]
) -> None:
    session.add_all(
        ConsignmentLine(consignment_id=sent.id, batch_id=each.batch.id, quantity=each.amount)
        for each in drawn
    )
    session.add_all(
        ConsignmentLine(
            consignment_id=sent.id,
            batch_id=content.batch_id,
            unit_id=unit.id,
            quantity=content.quantity,
        )
        for unit in packed
        for content in unit.contents
    )
    session.flush()


def _bring_back(
    session: Session,
    actor: Actor,
    sent: Consignment,
    before: str,
    after: str,
    biz_step: str,
    *,
    now: datetime,
) -> Consignment:
    """Loose goods stand on the shelf again; units stand packed as they left."""
    held = batches.lock_batches(session, [line.batch.code for line in sent.lines])
    consignments.settle(session, sent, before, after, now=now)
    by_id = {batch.id: batch for batch in held.values()}
    acting.open_again(session, by_id.values())
    things = lines_as_portions(session, sent.lines)
    event = tell(session, sent, biz_step, "in_progress", things, now, now=now)
    loose = [Drawn(by_id[x.batch_id], x.quantity) for x in sent.lines if x.unit_id is None]
    acting.bring_back(session, actor, loose, "return", event, now=now)
    units = [line.unit_id for line in sent.lines if line.unit_id is not None]
    for unit in packing.lock_units(session, units).values():
        unit.state = "packed"
    session.flush()
    return sent
