"""Input shapes of the EU's plots file: the same for page and API."""

from __future__ import annotations

from marshmallow import fields

from foundation.inputs import Choice, QuerySchema, Text
from growing_areas.eudr.export import PRODUCERS


class EudrPreviewQuery(QuerySchema):
    """What is to go into the file; without an organisation, one's own if there is only one."""

    organisation = Text(max=20)
    commodity = Text(max=40)
    crop = Text(max=40)
    leave_out = fields.List(Text(max=60), load_default=list)
    points = fields.Boolean(load_default=False)
    producer = Choice(PRODUCERS, load_default="organisation")


class EudrQuery(EudrPreviewQuery):
    """What is to go into the file."""

    organisation = Text(max=20, required=True)
