"""Input and answer shapes of dossiers; one schema serves form and JSON."""

from __future__ import annotations

from typing import Any

from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validates_schema
from marshmallow.validate import Length

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
from foundation.paging import DEFAULT_SIZE, MAX_SIZE
from growing_areas.answer_shapes import AreaSchema, FoundSchema
from growing_areas.dossiers import bulk
from growing_areas.dossiers.checklists import ANSWERS, VISITS
from growing_areas.dossiers.inbox import SORTS
from growing_areas.dossiers.models import AMENDMENT_STATUSES
from growing_areas.dossiers.requirements import OWN_PAPERS
from growing_areas.kinds import AREA_KINDS
from growing_areas.models import STATUSES
from growing_areas.schemas import GeoJson


class CauseInput(InputSchema):
    """Why something is sent back, held up or ended: reasons of the list, words, or both."""

    reason = Text(max=2000, multiline=True, load_default="")
    causes = fields.List(Text(max=40), load_default=list)


class VisitInput(InputSchema):
    """The outcome of a visit; ``answers`` by item of the checklist: yes, no or na."""

    passed = Flag(required=True)
    inspected_on = Day(required=True)
    notes = Text(max=4000, multiline=True, load_default="")
    kind = Choice(VISITS)
    answers = fields.Dict(keys=Text(max=40), values=Choice(ANSWERS), load_default=dict)
    lon = fields.Float(allow_nan=False)
    lat = fields.Float(allow_nan=False)
    form_key = Text(max=40)

    @validates_schema
    def _one_place(self, data: dict[str, Any], **_: Any) -> None:
        lon, lat = data.get("lon"), data.get("lat")
        if (lon is None) != (lat is None):
            raise Problem("inspection.bad_place")
        if lon is not None and lat is not None and not (abs(lon) <= 180 and abs(lat) <= 90):
            raise Problem("inspection.bad_place")


class InboxInput(QuerySchema):
    """The filters of the officers' inbox."""

    q = Text(max=200)
    crop = Text(max=40)
    kind = Choice(AREA_KINDS)
    status = Choice(STATUSES)
    commune_code = Text(max=100)
    organisation = Text(max=20)
    overdue = fields.Boolean(load_default=False)
    overlap = fields.Boolean(load_default=False)
    amending = fields.Boolean(load_default=False)
    sort = Choice(SORTS, load_default="due_on")
    cursor = Text(max=500)
    limit = Integer(low=1, high=MAX_SIZE, load_default=DEFAULT_SIZE)


class BulkQuery(InboxInput):
    """Which dossiers are to be approved together: those ticked, or all under the filters."""

    area = fields.List(Integer(low=1), load_default=list, validate=Length(max=MAX_SIZE))
    all = fields.Boolean(load_default=False)


class BulkInput(InputSchema):
    """The dossiers to approve; ``back`` is the list they were ticked in."""

    area = fields.List(Integer(low=1), required=True, validate=Length(min=1, max=bulk.MOST))
    back = Text(max=2000)


class RenewInput(InputSchema):
    """A renewal; the overlap reason only for an expired area over others' ground."""

    reason = Text(max=2000, multiline=True, load_default="")
    overlap_reason = Text(max=2000, multiline=True, load_default="")


class AmendmentInput(InputSchema):
    """A change to an area in force: what is absent stays as it is."""

    reason = Text(max=2000, multiline=True, required=True)
    geometry = GeoJson(metadata={"type": "object", "description": "GeoJSON, WGS 84, lon first"})
    name = Text(max=200)
    variety = Text(max=120)
    planting_year = Integer(low=1900, high=2100)
    expected_yield_kg = Number(high=10**12)


class OverlapReasonInput(InputSchema):
    """Why an overlap may stand."""

    overlap_reason = Text(max=2000, multiline=True, load_default="")


class CertificateInput(InputSchema):
    """A certificate of a standard; its file comes beside it."""

    standard = Text(max=40, required=True, metadata={"description": "vietgap, globalgap …"})
    number = Text(max=80, required=True)
    body = Text(max=200, required=True)
    valid_from = Day(required=True)
    valid_to = Day(required=True)


class PaperInput(InputSchema):
    """Which piece of the dossier a paper proves."""

    piece = Choice(OWN_PAPERS, required=True)


class PaperFile(Schema):
    """The paper or photo itself."""

    file = Upload(required=True)


class OptionalFile(Schema):
    """A file that may come along."""

    file = Upload()


class YieldInput(InputSchema):
    """What an area yielded in one year."""

    year = Integer(low=1900, high=2100, required=True)
    quantity_kg = Number(high=10**12, required=True)


class YieldsInput(InputSchema):
    """What an area yielded in earlier years; takes the place of what was told before."""

    yields = fields.List(fields.Nested(YieldInput), required=True)


class EvidenceSchema(Schema):
    """Of how many households the signed agreement is here, of how many listed."""

    there = fields.Integer()
    listed = fields.Integer()


class PieceSchema(Schema):
    """A piece of a dossier: there, missing, or returned by an officer."""

    piece = fields.String(required=True)
    name = fields.String()
    severity = fields.String(metadata={"enum": ["error", "warning"]})
    state = fields.String(metadata={"enum": ["there", "missing", "returned"]})
    causes = fields.List(fields.String())
    papers = fields.Nested(EvidenceSchema, allow_none=True)
    source = fields.String()
    verified = fields.Boolean()


class DossierSchema(Schema):
    """A dossier: its pieces and how far it is."""

    percent = fields.Integer()
    pieces = fields.List(fields.Nested(PieceSchema))


class AreaCertificateSchema(Schema):
    """A certificate as recorded; ``state``: valid, ending, ended, not_yet."""

    id = fields.Integer()
    standard = fields.String()
    number = fields.String()
    body = fields.String()
    valid_from = fields.Date()
    valid_to = fields.Date()
    state = fields.String()
    has_file = fields.Boolean()


class AreaCertificateListSchema(Schema):
    items = fields.List(fields.Nested(AreaCertificateSchema))
    next = fields.String(allow_none=True)


class EditionSchema(Schema):
    """What an area was from an instant on."""

    edition = fields.Integer()
    in_force_at = fields.AwareDateTime()
    name = fields.String()
    variety = fields.String(allow_none=True)
    planting_year = fields.Integer(allow_none=True)
    area_ha = fields.Float()
    geometry = fields.Dict()


class EditionListSchema(Schema):
    items = fields.List(fields.Nested(EditionSchema))
    next = fields.String(allow_none=True)


class AmendedSchema(AreaSchema):
    """An area with the amendment just handed in."""

    amendment = fields.String(metadata={"enum": list(AMENDMENT_STATUSES)})
    findings = fields.List(fields.Nested(FoundSchema))


class PhotoSchema(Schema):
    """A photo kept for the visit being written down."""

    id = fields.Integer(required=True)
    distance_m = fields.Integer(allow_none=True)
