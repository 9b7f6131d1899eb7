"""Packing goods into a crate or pallet that travels as one, and unpacking it again."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from accounts import permissions
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import codes
from foundation.errors import Conflict, Finding, Invalid, NotFound
from products import gtin
from traceability import batches, events
from traceability.epcis.models import EpcisEvent
from traceability.handling import acting, unit_numbers
from traceability.handling.acting import Drawn, Taken
from traceability.handling.trade_models import LogisticUnit, UnitContent
from traceability.happenings import Action, Happening
from traceability.models import Batch

CODE_LENGTH = 12
_CHANCE = secrets.SystemRandom()


@dataclass(frozen=True)
class Packing:
    """What goes into one unit; ``sscc`` as printed on it (18 digits).

    Without one it gets the next number of its packer's company prefix, else a code of ours alone.
    """

    contents: tuple[Taken, ...]
    sscc: str | None = None
    happened_at: datetime | None = None


def pack(
    session: Session,
    actor: Actor,
    wanted: Packing,
    *,
    now: datetime,
    chance: codes.Chooser = _CHANCE,
) -> LogisticUnit:
    """Put goods into a unit; they are off the shelf until it is shipped or unpacked.

    Raises: NotFound, Forbidden, Invalid, Conflict("batch.is_…"), Conflict("batch.short"),
    Conflict("unit.sscc_taken").
    """
    happened_at = wanted.happened_at or now
    acting.refuse_future(happened_at, now)
    found = acting.lock(session, actor, [each.batch for each in wanted.contents], "pack")
    acting.refuse_before(session, found.values(), happened_at)
    sscc = _refuse_wrong(wanted, found)
    drawn = acting.amounts_of(session, wanted.contents, found, "contents")
    owner = drawn[0].batch
    packer = session.get_one(Organisation, owner.organisation_id)
    unit = LogisticUnit(
        code=codes.new_code(CODE_LENGTH, chance),
        sscc=sscc or unit_numbers.draw(session, packer),
        organisation_id=owner.organisation_id,
        commune_code=owner.commune_code,
        province_code=owner.province_code,
        state="packed",
        packed_at=happened_at,
    )
    write(session, [unit])
    code = unit.code
    session.add_all(
        UnitContent(unit_id=unit.id, batch_id=each.batch.id, quantity=each.amount) for each in drawn
    )
    event = _event(session, unit, drawn, "packing", "ADD", happened_at, now=now)
    acting.draw(session, actor, drawn, "pack", event, now=now)
    # Read anew, with what has been written of its contents.
    session.expire(unit)
    return get_unit(session, code)


def unpack(session: Session, actor: Actor, code: str, *, now: datetime) -> LogisticUnit:
    """Take everything out of a unit of one's own again: back on the shelf, lot by lot.

    Raises: NotFound, Forbidden, Conflict("unit.not_packed"), Conflict("unit.is_pallet").
    """
    unit = get_unit(session, code)
    permissions.require(actor, "batch.write", unit)
    # Batches first, the unit after them: the order every step locks in.
    held = batches.lock_batches(session, [each.batch.code for each in unit.contents])
    locked = lock_units(session, [unit.id])[unit.id]
    if locked.state != "packed":
        raise Conflict("unit.not_packed", unit=unit.name)
    if is_pallet(session, locked.id):
        # Its goods stand in its cartons: it is taken apart (`cartons.pallets`), not emptied.
        raise Conflict("unit.is_pallet", unit=unit.name)
    by_id = {batch.id: batch for batch in held.values()}
    for batch in by_id.values():
        acting.refuse_by_state(batch, "unpack")
    brought = [Drawn(by_id[each.batch_id], each.quantity) for each in unit.contents]
    locked.state = "unpacked"
    event = _event(session, locked, brought, "unpacking", "DELETE", now, now=now)
    acting.bring_back(session, actor, brought, "return", event, now=now)
    return unit


def get_unit(session: Session, code: str) -> LogisticUnit:
    """The unit of a code of ours or an SSCC, with what is in it. Raises: NotFound."""
    return get_units(session, [code])[0]


def get_units(session: Session, names: Sequence[str]) -> list[LogisticUnit]:
    """The units of some names, each once though its code and its SSCC were both given.

    Raises: NotFound when one is nobody's.
    """
    # Of units that bear one number the one counts that was not declared wrong.
    newest = (LogisticUnit.state == "void", LogisticUnit.id.desc())
    named = or_(*(_named(name) for name in names)) if names else false()
    by_name: dict[str, LogisticUnit] = {}
    for unit in session.scalars(whole_units().where(named).order_by(*newest)):
        for name in (unit.code, unit.sscc):
            if name is not None:
                by_name.setdefault(name, unit)
    found = {}
    for name in names:
        unit_of = by_name.get(codes.normalise(name)) or by_name.get(name.strip())
        if unit_of is None:
            raise NotFound("unit.not_found")
        found[unit_of.id] = unit_of
    return list(found.values())


def get_unit_by_uri(session: Session, uri: str, organisation_id: int | None) -> LogisticUnit:
    """The newest unit of an organisation that events name so. Raises: NotFound."""
    name = uri.rpartition("/")[2]
    statement = whole_units().where(_named(name), LogisticUnit.organisation_id == organisation_id)
    newest = (LogisticUnit.state == "void", LogisticUnit.id.desc())
    unit = session.scalar(statement.order_by(*newest).limit(1))
    if unit is None:
        raise NotFound("unit.not_found")
    return unit


def get_own_unit(session: Session, actor: Actor, code: str) -> LogisticUnit:
    """The same, for those who may see it in the workspace. Raises: NotFound, Forbidden."""
    unit = get_unit(session, code)
    permissions.require(actor, "batch.read", unit)
    return unit


def lock_units(session: Session, unit_ids: list[int]) -> dict[int, LogisticUnit]:
    """Units held against others until the transaction ends, by id, in the state they are in now."""
    if not unit_ids:
        return {}
    wanted = sorted(set(unit_ids))
    states = session.execute(
        select(LogisticUnit.id, LogisticUnit.state)
        .where(LogisticUnit.id.in_(wanted))
        .order_by(LogisticUnit.id)
        .with_for_update()
    ).all()
    found = {
        unit.id: unit
        for unit in session.scalars(select(LogisticUnit).where(LogisticUnit.id.in_(wanted)))
    }
    for unit_id, state in states:
        # What was read before the lock may be somebody else's past; what is in it never changes.
        set_committed_value(found[unit_id], "state", state)
    return found


def is_pallet(session: Session, unit_id: int) -> bool:
    """Whether cartons stand on a unit."""
    on_it = select(LogisticUnit.id).where(LogisticUnit.parent_id == unit_id).limit(1)
    return session.scalar(on_it) is not None


def packed_units(session: Session, organisation_ids: tuple[int, ...]) -> list[LogisticUnit]:
    """The units that stand packed in these organisations, with what is in them."""
    statement = whole_units().where(
        LogisticUnit.organisation_id.in_(organisation_ids), LogisticUnit.state == "packed"
    )
    return list(session.scalars(statement.order_by(LogisticUnit.id).limit(200)))


def units_of_batch(session: Session, batch_id: int) -> list[LogisticUnit]:
    """The units a batch is or was packed in, the newest first."""
    holding = select(UnitContent.unit_id).where(UnitContent.batch_id == batch_id)
    statement = whole_units().where(LogisticUnit.id.in_(holding))
    return list(session.scalars(statement.order_by(LogisticUnit.id.desc()).limit(100)))


def whole_units() -> Select[LogisticUnit]:
    """Units with what is in them, lot by lot."""
    contents = selectinload(LogisticUnit.contents).joinedload(UnitContent.batch)
    return select(LogisticUnit).options(contents.joinedload(Batch.product))


def _named(code: str) -> ColumnElement[bool]:
    return (LogisticUnit.code == codes.normalise(code)) | (LogisticUnit.sscc == code.strip())


def _refuse_wrong(wanted: Packing, found: dict[str, Batch]) -> str | None:
    """The SSCC as it is kept. Raises: Invalid."""
    findings = []
    if not found:
        findings.append(Finding("batch.inputs_missing", {}, "contents"))
    if len({batch.organisation_id for batch in found.values()}) > 1:
        findings.append(Finding("batch.owners_differ", {}, "contents"))
    sscc = "".join((wanted.sscc or "").split()) or None
    if sscc is not None and not is_sscc(sscc):
        findings.append(Finding("unit.sscc_form", {"sscc": sscc[:40]}, "sscc"))
    if findings:
        raise Invalid(findings)
    return sscc


def is_sscc(digits: str) -> bool:
    """Whether these are eighteen digits of which the last checks the others."""
    if len(digits) != 18 or not digits.isascii() or not digits.isdigit():
        return False
    return int(digits[-1]) == gtin.check_digit(digits[:-1])


def write(session: Session, units: Sequence[LogisticUnit]) -> None:
    """Enter units. Raises: Conflict("unit.sscc_taken") when another bears the number of one."""
    try:
        with session.begin_nested():
            session.add_all(units)
            session.flush()
    except IntegrityError as error:
        if "sscc" not in str(error.orig):
            raise
        raise Conflict("unit.sscc_taken", sscc=units[0].sscc) from None


def _event(
    session: Session,
    unit: LogisticUnit,
    contents: list[Drawn],
    biz_step: str,
    action: Action,
    happened_at: datetime,
    *,
    now: datetime,
) -> EpcisEvent:
    happening = Happening(
        "AggregationEvent",
        biz_step,
        happened_at=happened_at,
        action=action,
        disposition="in_progress",
        parent_uri=unit.uri,
        things=acting.portions(session, contents),
        details={"step": "pack" if action == "ADD" else "unpack"},
    )
    return events.record(session, unit.organisation_id, happening, now=now)
