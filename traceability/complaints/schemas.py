"""Input and output shapes of complaints; one schema serves form and JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validates_schema

from accounts.schemas import ContactField
from foundation.inputs import (
    INT64,
    Choice,
    Flag,
    InputSchema,
    Integer,
    Problem,
    QuerySchema,
    Text,
)
from foundation.paging import DEFAULT_SIZE, MAX_SIZE
from traceability.complaints.models import KINDS, REMARKS, SIDES, STATES

MOST_WORDS = 3000


class ComplaintInput(InputSchema):
    """What a consumer tells. `website` is a trap for programs: people do not see it."""

    code = Text(max=200, required=True)
    serial = Text(max=40)
    kind = Choice(KINDS, required=True)
    words = Text(max=MOST_WORDS, multiline=True, required=True)
    bought_at = Text(max=200)
    bought_in = Text(max=8)
    contact = ContactField(max=254)
    contact_shown = Flag(load_default=False)
    agreed = Flag(load_default=False)
    website = Text(max=200)

    @validates_schema
    def _is_a_person(self, given: dict[str, Any], **_kwargs: Any) -> None:
        if given.get("website"):
            raise Problem("complaint.not_a_person", at_field="website")

    @validates_schema
    def _agreed(self, given: dict[str, Any], **_kwargs: Any) -> None:
        if given.get("contact") and not given.get("agreed"):
            raise Problem("complaint.not_agreed", at_field="agreed")


class MoreInput(InputSchema):
    """What its sender adds."""

    words = Text(max=MOST_WORDS, multiline=True, required=True)


class NumberInput(InputSchema):
    """The private number its sender was given."""

    number = Text(max=60, required=True)


class WordsInput(InputSchema):
    """Words of who answers: a reply, a note, a last word."""

    words = Text(max=MOST_WORDS, multiline=True, required=True)


class ReferInput(InputSchema):
    """To which body an officer hands it on (an organisation always to the office), and why."""

    to = Text(max=120)
    words = Text(max=MOST_WORDS, multiline=True, required=True)


class ComplaintQuery(QuerySchema):
    """What to list: what waits for an answer unless a state is named (`all`: everything)."""

    state = Choice((*STATES, "all"), load_default="")
    kind = Choice(KINDS, load_default="")
    q = Text(max=100, load_default="")
    batch = Text(max=40, load_default="")
    cursor = Text(max=500)
    limit = Integer(low=1, high=MAX_SIZE, load_default=DEFAULT_SIZE)


class RemarkSchema(Schema):
    """Something said; notes are told to the side that wrote them alone."""

    kind = fields.String(required=True, metadata={"enum": list(REMARKS)})
    side = fields.String(required=True, metadata={"enum": list(SIDES)})
    words = fields.String(required=True)
    said_at = fields.AwareDateTime(required=True)


class ComplaintSchema(Schema):
    """A consumer's complaint about a lot, an item, or a code that names nothing here."""

    id = fields.Integer(required=True, metadata={"maximum": INT64})
    kind = fields.String(required=True, metadata={"enum": list(KINDS)})
    state = fields.String(required=True, metadata={"enum": list(STATES)})
    batch = fields.String(required=True, allow_none=True)
    lot = fields.String(required=True, allow_none=True)
    product = fields.String(required=True, allow_none=True)
    organisation = fields.String(required=True, allow_none=True)
    serial = fields.String(required=True, allow_none=True)
    bought_in = fields.String(required=True, allow_none=True)
    filed_at = fields.AwareDateTime(required=True)
    seen_at = fields.AwareDateTime(required=True, allow_none=True)
    answered_at = fields.AwareDateTime(required=True, allow_none=True)
    referred_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)


class WholeComplaintSchema(ComplaintSchema):
    """With what its sender told (null once erased) and what was said since."""

    words = fields.String(required=True, allow_none=True)
    typed_code = fields.String(required=True, allow_none=True)
    bought_at = fields.String(required=True, allow_none=True)
    photos = fields.Integer(required=True)
    remarks = fields.List(fields.Nested(RemarkSchema), required=True)


class ComplaintListSchema(Schema):
    items = fields.List(fields.Nested(ComplaintSchema), required=True)
    next = fields.String(required=True, allow_none=True)
