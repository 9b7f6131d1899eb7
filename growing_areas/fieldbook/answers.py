"""Answers: lines of the diary as programs get them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from marshmallow import Schema, fields

from foundation.errors import Finding
from growing_areas.answer_shapes import FoundSchema
from growing_areas.answers import finding_json
from growing_areas.catalogue.catalogue import Judgement
from growing_areas.fieldbook.book import BookLine
from growing_areas.fieldbook.models import DiaryEntry, DiaryPhoto

_AS_THEY_STAND = (
    "id", "activity", "done_on", "product_name", "active_ingredient", "pre_harvest_days", "dose",
    "target", "equipment", "water_source", "treated_ha", "quantity", "unit", "notes",
    "recorded_at", "void", "reason", "catalogue_days", "dose_amount", "dose_unit",
    "dose_per_amount", "dose_per", "weather", "head_count", "waste_kind", "disposal",
    "first_permitted_on",
)  # fmt: skip


class DiaryPhotoSchema(Schema):
    """A photo of work; erased ones stay as numbers."""

    id = fields.Integer(required=True)
    work_key = fields.UUID()
    added_at = fields.AwareDateTime()
    erased = fields.Boolean()


class CatalogueTodaySchema(Schema):
    """What today's catalogue says of a line's material on the day it was used."""

    material = fields.Integer(allow_none=True)
    catalogue_days = fields.Integer(allow_none=True)
    flags = fields.List(fields.String())


class EntrySchema(Schema):
    """A line of the diary."""

    id = fields.Integer(required=True)
    area = fields.Integer()
    activity = fields.String()
    done_on = fields.Date()
    product_name = fields.String(allow_none=True)
    active_ingredient = fields.String(allow_none=True)
    pre_harvest_days = fields.Integer(allow_none=True)
    dose = fields.String(allow_none=True)
    target = fields.String(allow_none=True)
    equipment = fields.String(allow_none=True)
    water_source = fields.String(allow_none=True)
    treated_ha = fields.Decimal(as_string=True, allow_none=True)
    quantity = fields.Decimal(as_string=True, allow_none=True)
    unit = fields.String(allow_none=True)
    notes = fields.String(allow_none=True)
    parcels = fields.List(fields.Integer(), metadata={"description": "None named: the whole area"})
    corrects = fields.Integer(allow_none=True)
    void = fields.Boolean(metadata={"description": "Only says: the line it corrects never was"})
    reason = fields.String(allow_none=True)
    recorded_at = fields.AwareDateTime()
    work_key = fields.UUID(allow_none=True)
    is_share = fields.Boolean(metadata={"description": "Amounts are this area's share by size"})
    worker = fields.String(allow_none=True, metadata={"description": "For members only"})
    material = fields.Integer(allow_none=True, metadata={"description": "Its catalogue row"})
    catalogue_days = fields.Integer(allow_none=True)
    interval_days = fields.Integer(
        allow_none=True, metadata={"description": "The longer of the two; null is unknown, not 0"}
    )
    first_permitted_on = fields.Date(allow_none=True)
    flags = fields.List(fields.String())
    dose_amount = fields.Decimal(as_string=True, allow_none=True)
    dose_unit = fields.String(allow_none=True)
    dose_per_amount = fields.Decimal(as_string=True, allow_none=True)
    dose_per = fields.String(allow_none=True)
    weather = fields.String(allow_none=True)
    head_count = fields.Integer(allow_none=True)
    waste_kind = fields.String(allow_none=True)
    disposal = fields.String(allow_none=True)
    photo_count = fields.Integer(metadata={"description": "Photos that stand beside it"})
    catalogue_today = fields.Nested(
        CatalogueTodaySchema,
        allow_none=True,
        metadata={"description": "A later list may say otherwise than the line; null: no material"},
    )
    findings = fields.List(fields.Nested(FoundSchema))


class EntryListSchema(Schema):
    items = fields.List(fields.Nested(EntrySchema))
    next = fields.String(allow_none=True)


class EntryDetailSchema(EntrySchema):
    """A line with its photos and every line it takes the place of, or that took its place."""

    photos = fields.List(fields.Nested(DiaryPhotoSchema))
    chain = fields.List(fields.Nested(EntrySchema))


def entry_json(
    entry: DiaryEntry, findings: Iterable[Finding] = (), *, worker: str | None = None
) -> dict[str, Any]:
    """A diary line; ``worker`` only for who may read the name."""
    told = {name: getattr(entry, name) for name in _AS_THEY_STAND}
    return {
        **told,
        "area": entry.area_id,
        "parcels": list(entry.parcel_ids),
        "corrects": entry.corrects_id,
        "work_key": entry.work_key,
        "is_share": bool(entry.is_share),
        "worker": worker,
        "material": entry.material_id,
        "interval_days": entry.days_that_count,
        "flags": list(entry.flags or ()),
        "findings": [finding_json(finding) for finding in findings],
    }


def line_json(line: BookLine) -> dict[str, Any]:
    """A line of a list, with what stands beside it."""
    return {
        **entry_json(line.entry, worker=line.worker),
        "photo_count": line.photos,
        "catalogue_today": today_json(line.today) if line.today else None,
    }


def today_json(today: Judgement) -> dict[str, Any]:
    """What the catalogue says today."""
    return {
        "material": today.material_id,
        "catalogue_days": today.days,
        "flags": list(today.flags),
    }


def photo_json(photo: DiaryPhoto) -> dict[str, Any]:
    """A photo."""
    return {
        "id": photo.id,
        "work_key": photo.work_key,
        "added_at": photo.added_at,
        "erased": photo.erased_at is not None,
    }
