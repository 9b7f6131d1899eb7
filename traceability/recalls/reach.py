"""How far a suspicion reaches: the lots it starts from and all that was made of them.

Set-based throughout: five thousand lots are found and held by as many statements as five.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, text, true
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import TABLE, Actor
from foundation import codes, vietnamese
from foundation.errors import Finding, Invalid, NotFound
from growing_areas import season
from growing_areas.catalogue import catalogue
from growing_areas.models import DiaryEntry, GrowingArea
from traceability.handling.trade_models import BatchPurchase
from traceability.lineage import hearing
from traceability.models import Batch, BatchArea
from traceability.recalls import suppliers

SEASON = timedelta(days=365)
_ACTION = "recall.decide"

WALK = """
WITH RECURSIVE {first}, walk(id) AS (
    SELECT id FROM trace_nodes WHERE batch_id = ANY(CAST(:starts AS bigint[]))
    UNION
    SELECT e.child_id FROM walk w JOIN trace_edges e ON e.parent_id = w.id
    WHERE {counts}
)"""
"""SQL: everything made of some lots; ``first`` and ``counts`` say by which steps (hearing)."""
_FOUND = """
SELECT n.batch_id FROM walk w JOIN trace_nodes n ON n.id = w.id WHERE n.batch_id IS NOT NULL"""
_HEARD = text(WALK.format(first=hearing.HEARD_FIRST, counts=hearing.HEARD) + _FOUND)
_TOLD = text(WALK.format(first=hearing.TOLD_FIRST, counts=hearing.TOLD) + _FOUND)
_STANDING = text(WALK.format(first=hearing.HEARD_FIRST, counts=hearing.STANDING) + _FOUND)


@dataclass(frozen=True)
class Suspicion:
    """What is suspected: one batch, or what came from an area, a material or a supplier's lot.

    For an area or a material, goods harvested between two days (both may be open). A material is
    named by a row of the catalogue, or by its name or registration number; a supplier's lot also by
    its supplier, whose lots another's of the same number have nothing to do with.
    """

    origin: str
    key: str
    material_id: int | None = None
    harvested_from: date | None = None
    harvested_to: date | None = None
    supplier: str | None = None
    purchase_id: int | None = None


def starts(session: Session, actor: Actor, suspicion: Suspicion) -> list[int]:
    """The ids of the lots a suspicion starts from, of those the actor may recall.

    Raises: Forbidden, NotFound, Invalid("recall.nothing_found").
    """
    permissions.require(actor, _ACTION)
    if suspicion.origin == "batch":
        return [_batch(session, actor, suspicion.key).id]
    statement = _SELECTIONS[suspicion.origin](session, actor, suspicion)
    found = list(session.scalars(statement.where(recallable(actor)).order_by(Batch.id)))
    if not found:
        raise Invalid([Finding("recall.nothing_found", {"key": suspicion.key}, "key")])
    return found


def recallable(actor: Actor) -> ColumnElement[bool]:
    """The batches whose recall the actor decides on."""
    if actor.system or actor.has_role("admin"):
        return true()
    places = actor.scopes(*(role for role, how in TABLE[_ACTION].items() if how == "scope"))
    if "" in places:
        return true()
    owners = actor.organisation_ids(*(r for r, how in TABLE[_ACTION].items() if how == "own"))
    return or_(
        Batch.organisation_id.in_(owners),
        Batch.commune_code.in_(places),
        Batch.province_code.in_(places),
    )


def watches(session: Session, actor: Actor, batch_ids: Collection[int]) -> bool:
    """Whether somebody decides about these lots for the office, not as whoever owns them."""
    if actor.system or actor.has_role("admin"):
        return True
    places = actor.scopes("officer")
    if not places or "" in places:
        return bool(places)
    outside = select(Batch.id).where(
        Batch.id.in_(batch_ids),
        Batch.commune_code.not_in(places),
        Batch.province_code.not_in(places),
    )
    return session.scalar(outside.limit(1)) is None


def descendants(
    session: Session, batch_ids: Iterable[int], *, with_claims: bool = False
) -> list[int]:
    """The given batches and every batch made of them, however many steps away.

    By the steps that count alone, or also by those that somebody merely claims of another's goods.
    """
    rows = session.scalars(_TOLD if with_claims else _HEARD, {"starts": list(batch_ids)})
    return sorted({*batch_ids, *rows})


def still_standing(session: Session, batch_ids: Sequence[int]) -> set[int]:
    """What a recall of some batches may not let go: also what an owner's word alone would free."""
    return {*batch_ids, *session.scalars(_STANDING, {"starts": list(batch_ids)})}


def _batch(session: Session, actor: Actor, named: str) -> Batch:
    """A lot by its trace code, or by its own code where the actor may recall one lot of it."""
    name = " ".join(named.split())
    of_code = session.scalar(select(Batch).where(Batch.code == codes.normalise(name)))
    of_lot = (
        select(Batch)
        .where(Batch.lot == name, Batch.voided_at.is_(None), recallable(actor))
        .order_by(Batch.id)
        .limit(2)
    )
    found = [of_code] if of_code is not None else session.scalars(of_lot).all()
    if len(found) > 1:
        raise Invalid([Finding("recall.lot_ambiguous", {"lot": name}, "key")])
    if not found:
        raise NotFound("batch.not_found")
    batch = found[0]
    permissions.require(actor, _ACTION, batch)
    return batch


def _of_area(session: Session, actor: Actor, suspicion: Suspicion) -> Select[int]:
    wanted = GrowingArea.code == suspicion.key.strip().upper()
    if suspicion.key.isdigit() and len(suspicion.key) < 19:
        wanted = or_(wanted, GrowingArea.id == int(suspicion.key))
    area = session.scalars(select(GrowingArea).where(wanted).limit(1)).first()
    if area is None:
        raise NotFound("area.not_found")
    inside = select(BatchArea.batch_id).where(BatchArea.area_id == area.id)
    return select(Batch.id).where(Batch.id.in_(inside), _harvested(suspicion))


def _of_material(session: Session, actor: Actor, suspicion: Suspicion) -> Select[int]:
    """Lots harvested within a season after the material went onto one of their areas.

    By the catalogue's rows of that product, whatever the list and the crop; and by name where a
    line names none of them: with or without diacritics, any case, as people write. Lines that
    were corrected or struck out do not count.
    """
    went_on = _named(session, suspicion)
    if went_on is None:
        return select(Batch.id).where(false())
    used = (
        select(BatchArea.batch_id)
        .join(DiaryEntry, DiaryEntry.area_id == BatchArea.area_id)
        .join(Batch, Batch.id == BatchArea.batch_id)
        .where(
            went_on,
            season.stands(),
            DiaryEntry.done_on <= Batch.harvested_on,
            DiaryEntry.done_on >= Batch.harvested_on - func.make_interval(0, 0, 0, SEASON.days),
        )
    )
    return select(Batch.id).where(Batch.id.in_(used), _harvested(suspicion))


def _named(session: Session, suspicion: Suspicion) -> ColumnElement[bool] | None:
    """The diary lines that speak of a material; None where nobody ever did."""
    listed = catalogue.same_product(session, suspicion.material_id, suspicion.key)
    wanted = {vietnamese.fold(suspicion.key), *(row.name_key for row in listed)}
    meant = _names_written(session, wanted, only_unlisted=suspicion.material_id is not None)
    if not listed and not meant:
        return None
    said = or_(DiaryEntry.product_name.in_(meant), DiaryEntry.active_ingredient.in_(meant))
    if suspicion.material_id is not None:
        said &= DiaryEntry.material_id.is_(None)
    return or_(DiaryEntry.material_id.in_([row.id for row in listed]), said)


def _names_written(session: Session, wanted: set[str], *, only_unlisted: bool) -> set[str]:
    """The names of diaries that mean one of the folded names wanted."""
    statement = select(DiaryEntry.product_name, DiaryEntry.active_ingredient).where(
        or_(DiaryEntry.product_name.is_not(None), DiaryEntry.active_ingredient.is_not(None))
    )
    if only_unlisted:
        statement = statement.where(DiaryEntry.material_id.is_(None))
    names = {name for row in session.execute(statement.distinct()) for name in row if name}
    return {name for name in names if vietnamese.fold(name) in wanted - {""}}


def _of_supplier_lot(session: Session, actor: Actor, suspicion: Suspicion) -> Select[int]:
    """Lots into which bought material of one supplier's lot went, as its papers name both."""
    bought = session.get(BatchPurchase, suspicion.purchase_id or 0)
    theirs = suppliers.purchases_of(session, suspicion.key, recallable(actor))
    meant = [row.batch_id for row in theirs if suppliers.same(row.supplier, bought)]
    return select(Batch.id).where(Batch.id.in_(meant), _harvested(suspicion))


def _harvested(suspicion: Suspicion) -> ColumnElement[bool]:
    day = func.coalesce(Batch.harvested_on, Batch.produced_on)
    return and_(
        true() if suspicion.harvested_from is None else day >= suspicion.harvested_from,
        true() if suspicion.harvested_to is None else day <= suspicion.harvested_to,
    )


_SELECTIONS = {
    "area": _of_area,
    "material": _of_material,
    "supplier_lot": _of_supplier_lot,
}


def settled(session: Session, actor: Actor, suspicion: Suspicion) -> Suspicion:
    """A suspicion as it is kept: a lot by its trace code, a listed material by its full name.

    Raises: Forbidden, NotFound, Invalid("recall.lot_ambiguous", "recall.supplier_ambiguous",
    "recall.nothing_found").
    """
    permissions.require(actor, _ACTION)
    if suspicion.origin == "batch":
        return replace(suspicion, key=_batch(session, actor, suspicion.key).code)
    key = " ".join(suspicion.key.split())[:200]
    if suspicion.origin == "supplier_lot":
        row = suppliers.meant(session, key, suspicion.supplier, recallable(actor))
        return replace(suspicion, key=key, purchase_id=row.id)
    if suspicion.origin != "material":
        return replace(suspicion, key=key)
    material_id = suspicion.material_id or catalogue.only_product(session, key)
    if material_id is None:
        return replace(suspicion, key=key)
    material = catalogue.get_material(session, material_id)
    return replace(suspicion, key=material.name, material_id=material.id)
