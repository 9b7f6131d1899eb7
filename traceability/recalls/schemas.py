"""Input and output shapes of recalls; one schema serves form and JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validates_schema

from foundation.inputs import (
    Choice,
    Day,
    Flag,
    InputSchema,
    Integer,
    Number,
    Problem,
    QuerySchema,
    Text,
)
from traceability.recalls.deciding import Notice
from traceability.recalls.holding import Wish
from traceability.recalls.models import ORIGINS, STATES
from traceability.recalls.reach import Suspicion

ONLY_THE_LOT = "batch"
_NAMED = {
    "batch": "batch",
    "growing_area": "area",
    "material": "material",
    "material_id": "material",
    "supplier_lot": "supplier_lot",
}


class SuspicionInput(InputSchema):
    """What is suspected, one of these; days narrow an area, a material or a supplier's lot down."""

    batch = Text(max=20)
    growing_area = Text(max=40)
    material = Text(
        max=200, metadata={"description": "Its name or registration number, as diaries tell it"}
    )
    material_id = Integer(
        low=1, high=2**63 - 1, metadata={"description": "An id of GET /materials, any of its rows"}
    )
    supplier_lot = Text(max=80)
    supplier = Text(
        max=200, metadata={"description": "Whose lot, where several suppliers number theirs so"}
    )
    harvested_from = Day()
    harvested_to = Day()
    scope = Text(
        max=500,
        metadata={
            "description": "`batch`: that lot alone. `descendants` or left out: with all made of"
            " it. Any other words tell readers how far the recall goes, and reach the same."
        },
    )

    @validates_schema
    def _one_suspicion(self, given: dict[str, Any], **_kwargs: Any) -> None:
        if sum(1 for name in _NAMED if given.get(name)) != 1:
            raise Problem("recall.one_suspicion", at_field="batch")


class RecallInput(SuspicionInput):
    """A recall. With `hold_only` the lots are held and nothing is told to buyers yet."""

    reason = Text(max=1000, required=True)
    instructions = Text(max=2000)
    hold_only = Flag(load_default=False)


class HoldForm(InputSchema):
    """The form: what kind of thing is suspected, and what it is called."""

    origin = Choice(ORIGINS, required=True)
    key = Text(max=200, required=True)
    supplier = Text(max=200)
    harvested_from = Day()
    harvested_to = Day()
    reason = Text(max=1000, required=True)
    only_the_lot = Flag(load_default=False)


class AnnounceInput(InputSchema):
    """What the public reads of a recall."""

    reason = Text(max=1000, required=True)
    instructions = Text(max=2000, required=True)
    scope_words = Text(max=500)


class EndInput(InputSchema):
    """Why a recall ends."""

    reason = Text(max=1000, required=True)


class EffectInput(InputSchema):
    """What was found, came back or was destroyed of a lot, in its unit."""

    batch = Text(
        max=40,
        required=True,
        metadata={"description": "Trace code, or the lot's code where it is the only one"},
    )
    found = Number()
    returned = Number()
    destroyed = Number()


class RecallQuery(QuerySchema):
    """What to list."""

    state = Choice(STATES, load_default="")
    cursor = Text(max=500)
    limit = Integer(low=1, high=200, load_default=50)


class RecallPageQuery(QuerySchema):
    """Where in the lots of a recall to begin, or the file that is wanted instead."""

    after = Integer(low=0, high=2**63 - 1, load_default=0)
    format = Choice(("csv", "xlsx"), load_default="")


class PublicQuery(QuerySchema):
    """Where in a public list to begin."""

    after = Integer(low=0, high=2**63 - 1, load_default=0)
    cursor = Text(max=500)


class ReachedSchema(Schema):
    """How far a recall reaches: lots, orders not called off, their buyers, orders unsent."""

    batches = fields.Integer(required=True)
    orders = fields.Integer(required=True)
    buyers = fields.Integer(required=True)
    unsent = fields.Integer(required=True)

    claims = fields.Integer(
        required=True,
        metadata={"description": "Steps into others' goods met that nobody confirmed yet"},
    )


class OpenedRecallSchema(ReachedSchema):
    code = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": list(STATES)})
    notice_url = fields.String(required=True, allow_none=True)


class DrillSchema(ReachedSchema):
    """What a recall would reach, and how long finding and holding it took. Nothing is changed."""

    milliseconds = fields.Integer(required=True)


class RecallSchema(Schema):
    """A recall as those concerned see it."""

    code = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": list(STATES)})
    origin = fields.String(required=True, metadata={"enum": list(ORIGINS)})
    origin_key = fields.String(required=True)
    material_id = fields.Integer(required=True, allow_none=True)
    supplier = fields.String(required=True, allow_none=True)
    with_descendants = fields.Boolean(required=True)
    follows_claims = fields.Boolean(
        required=True,
        metadata={"description": "The office's: also by steps that nobody confirmed"},
    )
    reason = fields.String(required=True)
    scope = fields.String(required=True, allow_none=True)
    instructions = fields.String(required=True, allow_none=True)
    ended_because = fields.String(required=True, allow_none=True)
    held_at = fields.AwareDateTime(required=True)
    recalled_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    batches = fields.Integer(required=True)


class RecallListSchema(Schema):
    items = fields.List(fields.Nested(RecallSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class FiguresSchema(Schema):
    """One holder's part, of one unit."""

    holder = fields.String(required=True)
    unit = fields.String(required=True)
    batches = fields.Integer(required=True)
    made = fields.Decimal(required=True, as_string=True)
    free = fields.Decimal(required=True, as_string=True)
    sold = fields.Decimal(required=True, as_string=True)
    found = fields.Decimal(required=True, as_string=True)
    returned = fields.Decimal(required=True, as_string=True)
    destroyed = fields.Decimal(required=True, as_string=True)


class RecallFiguresSchema(Schema):
    items = fields.List(fields.Nested(FiguresSchema), required=True)


def wish_of(given: dict[str, Any], reason: str) -> Wish:
    """What a program wants recalled."""
    name = next(name for name in _NAMED if given.get(name))
    suspicion = Suspicion(
        _NAMED[name],
        "" if name == "material_id" else given[name],
        given.get("material_id"),
        given.get("harvested_from"),
        given.get("harvested_to"),
        given.get("supplier") or None,
    )
    scope = given.get("scope")
    words = None if scope in (None, ONLY_THE_LOT, "descendants") else scope
    return Wish(
        suspicion,
        reason,
        with_descendants=scope != ONLY_THE_LOT,
        scope_words=words,
        instructions=given.get("instructions"),
    )


def wish_of_form(given: dict[str, Any]) -> Wish:
    """What somebody wants held, as they filled the form in."""
    suspicion = Suspicion(
        given["origin"],
        given["key"],
        harvested_from=given.get("harvested_from"),
        harvested_to=given.get("harvested_to"),
        supplier=given.get("supplier") or None,
    )
    return Wish(suspicion, given["reason"], with_descendants=not given["only_the_lot"])


def notice_of(given: dict[str, Any]) -> Notice:
    """What the public is to read."""
    return Notice(given["reason"], given["instructions"], given.get("scope_words"))
