"""Telling the province a scan was made in: for who wishes, on a page of its own."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from foundation import clock, config, db, i18n, inputs, web
from foundation.errors import Invalid, NguonError, Refused
from foundation.inputs import InputSchema, Text
from territory import units
from traceability.complaints.subjects import Subject, find_subject
from traceability.copies import limits, placing
from traceability.scan import guessing
from traceability.scan.noting import Looked
from traceability.scan.typed_codes import read

blueprint = Blueprint("place", __name__)


class PlaceInput(InputSchema):
    """A code that was just looked at, and a province."""

    code = Text(max=200, required=True)
    serial = Text(max=40)
    province = Text(max=8, required=True)


_SCHEMA: type[Schema] = PlaceInput


@blueprint.get("/place")
@web.public
@web.in_label_languages
def ask() -> str:
    """The provinces to choose from; the item is the one of the page its reader comes from."""
    code = request.args.get("code", "").strip()[:200]
    # The page of an item is told by its own address alone, which browsers send within a site.
    came_from = read(request.referrer or "")
    return _page(web.Form({"code": code, "serial": came_from.serial or ""}))


@blueprint.post("/place")
@web.public
@web.in_label_languages
def tell() -> ResponseReturnValue:
    """Write the province to the scan that the same browser has just made."""
    now = clock.now()
    address = request.remote_addr or ""
    guessing.refuse(address, now)
    looked = Looked(request.headers.get("User-Agent", ""), address, i18n.get_language(), now)
    known = limits.read(config.current().copy_limits, clock.business_day(now))
    try:
        given = inputs.load(_SCHEMA, request.form)
        with db.transaction() as session:
            subject = find_subject(session, given["code"], given.get("serial"))
            if subject is None or subject.is_misnamed:
                guessing.missed(address, now)
                raise Refused("scan.not_just_seen")
            batch_id, number = subject.batch.id, _number(subject)
            placing.place(session, looked, batch_id, number, given["province"], known)
    except (Invalid, Refused) as error:
        return _page(web.Form.kept(error)), _status(error)
    return _page(web.Form(), is_told=True)


def _number(subject: Subject) -> int | None:
    return subject.serial.number if subject.serial else None


def _status(error: NguonError) -> int:
    return error.status


def _page(form: web.Form, *, is_told: bool = False) -> str:
    with db.reading() as session:
        names = units.province_names(session, clock.today())

    return web.render(
        "traceability/complaints/place.html",
        form=form,
        is_told=is_told,
        provinces=list(names.items()),
        label_languages=i18n.LABEL_LANGUAGES,
        here=lambda language: f"/place?lang={language}",
    )
