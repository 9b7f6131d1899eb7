"""Cartons put on a pallet, which is then sent like any other unit, and taken down again.

A pallet has everything in its cartons for its contents, so whoever sends, receives or recalls it
needs to know of nothing but the pallet. The goods left the shelf when the cartons were packed.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import codes
from foundation.errors import Conflict, Finding, Invalid
from traceability import batches, events
from traceability.handling import acting, packing, unit_numbers
from traceability.handling.trade_models import LogisticUnit, UnitContent
from traceability.happenings import Action, Happening, Portion

MOST_CARTONS = 500
_CHANCE = secrets.SystemRandom()


@dataclass(frozen=True)
class Loading:
    """The cartons of one pallet by code or number; ``sscc`` as printed on the pallet already."""

    cartons: tuple[str, ...]
    sscc: str | None = None
    happened_at: datetime | None = None


def load(
    session: Session,
    actor: Actor,
    wanted: Loading,
    *,
    now: datetime,
    chance: codes.Chooser = _CHANCE,
) -> LogisticUnit:
    """Put packed cartons on a new pallet.

    Raises: NotFound, Forbidden, Invalid, Conflict("unit.not_packed"), Conflict("unit.is_pallet"),
    Conflict("unit.sscc_taken"), Conflict("batch.is_…").
    """
    happened_at = wanted.happened_at or now
    acting.refuse_future(happened_at, now)
    sscc = _refuse_wrong(wanted)
    cartons = _lock(session, actor, wanted.cartons, happened_at)
    first = cartons[0]
    packer = session.get_one(Organisation, first.organisation_id)
    pallet = LogisticUnit(
        code=codes.new_code(packing.CODE_LENGTH, chance),
        sscc=sscc or unit_numbers.draw(session, packer),
        organisation_id=first.organisation_id,
        commune_code=first.commune_code,
        province_code=first.province_code,
        state="packed",
        packed_at=happened_at,
    )
    packing.write(session, [pallet])
    session.add_all(
        UnitContent(unit_id=pallet.id, batch_id=batch_id, quantity=amount)
        for batch_id, amount in _together(cartons).items()
    )
    for carton in cartons:
        carton.state, carton.parent_id = "loaded", pallet.id
    _tell(session, pallet, cartons, "ADD", happened_at, now=now)
    code = pallet.code
    session.flush()
    session.expire(pallet)
    return packing.get_unit(session, code)


def take_apart(session: Session, actor: Actor, code: str, *, now: datetime) -> LogisticUnit:
    """Empty a unit of one's own: a pallet's cartons stand by themselves, a carton's goods do.

    Raises: NotFound, Forbidden, Conflict("unit.not_packed").
    """
    unit = packing.get_unit(session, code)
    permissions.require(actor, "batch.write", unit)
    if not packing.is_pallet(session, unit.id):
        return packing.unpack(session, actor, code, now=now)
    batches.lock_batches(session, [each.batch.code for each in unit.contents])
    on_it = list(session.scalars(select(LogisticUnit.id).where(LogisticUnit.parent_id == unit.id)))
    locked = packing.lock_units(session, [unit.id, *on_it])
    pallet = locked.pop(unit.id)
    if pallet.state != "packed":
        raise Conflict("unit.not_packed", unit=unit.name)
    pallet.state = "unpacked"
    for carton in locked.values():
        carton.state, carton.parent_id = "packed", None
    _tell(session, pallet, list(locked.values()), "DELETE", now, now=now)
    session.flush()
    return unit


def cartons_on(session: Session, unit_id: int) -> list[LogisticUnit]:
    """The cartons of a pallet, in the order they were packed."""
    statement = packing.whole_units().where(LogisticUnit.parent_id == unit_id)
    return list(session.scalars(statement.order_by(LogisticUnit.id).limit(MOST_CARTONS)))


def _refuse_wrong(wanted: Loading) -> str | None:
    findings = []
    if not 1 <= len(wanted.cartons) <= MOST_CARTONS:
        findings.append(Finding("carton.none_chosen", {"most": MOST_CARTONS}, "cartons"))
    sscc = "".join((wanted.sscc or "").split()) or None
    if sscc is not None and not packing.is_sscc(sscc):
        findings.append(Finding("unit.sscc_form", {"sscc": sscc[:40]}, "sscc"))
    if findings:
        raise Invalid(findings)
    return sscc


def _lock(
    session: Session, actor: Actor, names: Sequence[str], happened_at: datetime
) -> list[LogisticUnit]:
    """The cartons, held; batches first, as every step locks."""
    found = packing.get_units(session, names)
    for unit in found:
        permissions.require(actor, "batch.write", unit)
    inside = {each.batch.code for unit in found for each in unit.contents}
    for batch in batches.lock_batches(session, sorted(inside)).values():
        acting.refuse_by_state(batch, "load")
    packing.lock_units(session, [unit.id for unit in found])
    _refuse_unfit(session, found, happened_at)
    return found


def _refuse_unfit(session: Session, found: Sequence[LogisticUnit], happened_at: datetime) -> None:
    if len({unit.organisation_id for unit in found}) > 1:
        raise Invalid([Finding("batch.owners_differ", {}, "cartons")])
    wrong = next((unit for unit in found if unit.state != "packed"), None)
    if wrong is not None:
        raise Conflict("unit.not_packed", unit=wrong.name)
    early = next((x for x in found if acting.is_before(happened_at, x.packed_at)), None)
    if early is not None:
        told = {"unit": early.name, "on": acting.moment(early.packed_at, happened_at)}
        raise Invalid([Finding("unit.shipped_early", told, "happened_at")])
    ids = [unit.id for unit in found]
    under = select(LogisticUnit.parent_id).where(LogisticUnit.parent_id.in_(ids)).limit(1)
    holder = session.scalar(under)
    if holder is not None:
        name = next(unit.name for unit in found if unit.id == holder)
        raise Conflict("unit.is_pallet", unit=name)


def _together(cartons: Sequence[LogisticUnit]) -> dict[int, Decimal]:
    """What is in all of them, lot by lot."""
    amounts: dict[int, Decimal] = {}
    for carton in cartons:
        for each in carton.contents:
            amounts[each.batch_id] = amounts.get(each.batch_id, Decimal(0)) + each.quantity
    return dict(sorted(amounts.items()))


def _tell(
    session: Session,
    pallet: LogisticUnit,
    cartons: Sequence[LogisticUnit],
    action: Action,
    happened_at: datetime,
    *,
    now: datetime,
) -> None:
    happening = Happening(
        "AggregationEvent",
        "packing" if action == "ADD" else "unpacking",
        happened_at=happened_at,
        action=action,
        disposition="in_progress",
        parent_uri=pallet.uri,
        things=tuple(Portion(carton.uri, is_class=False) for carton in cartons),
        details={"step": "load" if action == "ADD" else "unload"},
    )
    events.record(session, pallet.organisation_id, happening, now=now)
