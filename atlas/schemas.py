"""Query shapes of the maps, shared by page and API."""

from marshmallow import fields

from foundation.inputs import Choice, InputSchema, Integer, QuerySchema, Text
from growing_areas.kinds import AREA_KINDS
from growing_areas.mapping.listing import PUBLIC_STATUSES
from growing_areas.schemas import BBox

LAYERS = ("areas", "cooperatives", "packing", "ocop", "places")


class MapQuery(QuerySchema):
    """Every state of the map's page: what is shown, where, and how far its list was read."""

    province = Text(max=2)
    commune = Text(max=5)
    crop = Text(max=40)
    kind = Choice(AREA_KINDS)
    status = Choice(PUBLIC_STATUSES)
    layer = Choice(LAYERS)
    q = Text(max=100)
    bbox = BBox(metadata={"type": "string", "description": "west,south,east,north"})
    cursor = Text(max=500)


class TileQuery(QuerySchema):
    """Which areas a tile shows: of one crop, in one status."""

    crop = Text(max=40)
    status = Choice(PUBLIC_STATUSES)


class OpenAreasQuery(QuerySchema):
    """Which areas are told as open data, and after which one."""

    province = Text(max=2)
    commune = Text(max=5)
    crop = Text(max=40)
    bbox = BBox(metadata={"type": "string", "description": "west,south,east,north"})
    after = Integer(load_default=0, metadata={"description": "go on after this id"})
    limit = Integer(low=1, high=5_000, load_default=1_000)


class OutlineInput(InputSchema):
    """Whether everybody may see the exact outline."""

    public = fields.Boolean(required=True)
