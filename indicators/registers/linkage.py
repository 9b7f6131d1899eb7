"""Linkage models (mô hình liên kết): entered by an officer with evidence, ended, never erased."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation import clock
from foundation.errors import Conflict, Finding, Invalid, NotFound
from foundation.paging import Page, fetch
from growing_areas.raw_materials import grouping
from indicators.models import LinkageModel
from indicators.registers import entering
from ledger import log


def record(session: Session, actor: Actor, entry: dict[str, Any], *, now: datetime) -> LinkageModel:
    """Enter a model (a loaded `LinkageSchema`). Raises: Invalid, Forbidden."""
    place = entering.place_for(session, actor, entry["commune_code"], clock.business_day(now))
    entering.refuse_backwards(entry["started_on"], entry.get("ended_on"), "ended_on")
    raw_id = _raw_material_area_id(session, entry.get("raw_material_area"))
    model = LinkageModel(
        name=entry["name"],
        organisation_id=entering.organisation_id(session, entry.get("organisation")),
        commune_code=place.commune_code,
        province_code=place.province_code,
        crop=entry["crop"],
        buyer=entry["buyer"],
        has_area=entry["has_area"] or raw_id is not None,
        raw_material_area_id=raw_id,
        digital_means=entry["digital_means"],
        started_on=entry["started_on"],
        ended_on=entry.get("ended_on"),
        evidence=entry["evidence"],
        entered_by=entering.person_of(actor),
        entered_at=now,
    )
    session.add(model)
    session.flush()
    _log(session, "linkage.recorded", model, now)
    return model


def end(session: Session, actor: Actor, model_id: int, on: date, *, now: datetime) -> LinkageModel:
    """Say that a model ended; the figures of the days before keep it.

    Raises: NotFound, Forbidden, Conflict("register.ended"), Invalid("register.ends_before").
    """
    model = entering.get_locked(session, actor, LinkageModel, model_id)
    if model.ended_on is not None:
        raise Conflict("register.ended")
    entering.refuse_backwards(model.started_on, on, "ended_on")
    model.ended_on = on
    session.flush()
    _log(session, "linkage.ended", model, now)
    return model


def list_running(session: Session, day: date) -> Sequence[LinkageModel]:
    """Return the models that run on a day."""
    statement = (
        select(LinkageModel)
        .where(
            LinkageModel.started_on <= day,
            or_(LinkageModel.ended_on.is_(None), LinkageModel.ended_on >= day),
        )
        .order_by(LinkageModel.id)
    )
    return session.scalars(statement).all()


def list_entered(
    session: Session, actor: Actor, *, commune_code: str | None = None, cursor: str | None = None
) -> Page[LinkageModel]:
    """Return the models of an officer's territory, newest first. Raises: Forbidden."""
    statement = selection(actor, commune_code)
    return fetch(session, statement, (LinkageModel.id,), cursor=cursor, descending=True)


def selection(actor: Actor, commune_code: str | None = None) -> Select[Any]:
    """The models of an officer's territory or of one commune of it. Raises: Forbidden."""
    permissions.require(actor, "register.write")
    statement = select(LinkageModel)
    scopes = entering.scopes(actor)
    if "" not in scopes:
        statement = statement.where(
            or_(LinkageModel.commune_code.in_(scopes), LinkageModel.province_code.in_(scopes))
        )
    if commune_code:
        statement = statement.where(LinkageModel.commune_code == commune_code)
    return statement


def _raw_material_area_id(session: Session, code: str | None) -> int | None:
    """The raw-material area a model is tied to; raises Invalid for a code nobody bears."""
    if code is None:
        return None
    try:
        return grouping.get_area(session, code).id
    except NotFound as unknown:
        raise Invalid([Finding(unknown.code, {}, "raw_material_area")]) from None


def _log(session: Session, kind: str, model: LinkageModel, now: datetime) -> None:
    body = {
        "commune_code": model.commune_code,
        "has_area": model.has_area,
        "is_digital": model.is_digital,
        "started_on": model.started_on,
        "ended_on": model.ended_on,
    }
    log.append(session, kind=kind, subject=f"LK-{model.id}", body=body, now=now)
