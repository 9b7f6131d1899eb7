"""The form of the diary: what it offers, and what is read from it; shared by its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from flask import request
from marshmallow import Schema
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.doors import current_actor
from foundation import clock, db, inputs, web
from foundation.spoken_amounts import with_amount
from growing_areas.catalogue import catalogue
from growing_areas.dossiers import uploads
from growing_areas.fieldbook import persons, photos
from growing_areas.models import GrowingArea

_BESIDE = ("act", "photo", "area")


@dataclass(frozen=True)
class Known:
    """What a form offers while somebody types."""

    materials: Sequence[str]
    workers: Sequence[str]


def known(session: Session, areas: Sequence[GrowingArea]) -> Known:
    """Products permitted today for these areas' crops, and workers their organisations named."""
    own = set(current_actor().organisation_ids())
    owners = {area.organisation_id for area in areas} & own
    people = persons.list_known(session, owners, "worker") if owners else []
    crops = {area.crop_code for area in areas}
    names = catalogue.suggestions(session, crops, clock.today())
    return Known(names, [person.name for person in people if person.name])


def read(schema: type[Schema]) -> dict[str, Any]:
    """The form by a schema; raises Invalid with every finding."""
    plain = request.form.copy()
    for name in _BESIDE:
        plain.pop(name, None)
    return inputs.load(schema, with_amount(plain))


def key_of(form: web.Form) -> UUID:
    """The key a form travels under: its own when it comes back, else a new one."""
    try:
        return UUID(str(form.values.get("work_key") or ""))
    except ValueError:
        return uuid4()


def keep_photos() -> None:
    """Keep the photos sent along at once, so that a mistyped day loses none of them."""
    sent = [upload for upload in request.files.getlist("photo") if upload.filename]
    if not sent:
        return
    actor = current_actor()
    permissions.require(actor, "diary.write")
    key = key_of(web.Form(request.form))
    for upload in sent:
        judged = uploads.judge(upload.stream, "photo", "photo")
        with db.transaction() as session:
            photos.add(session, actor, key, judged, now=clock.now())
