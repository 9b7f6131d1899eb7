"""Query shapes of the maps, shared by page and API."""

from marshmallow import fields

from foundation.inputs import Choice, InputSchema, Integer, QuerySchema, Text
from growing_areas.kinds import AREA_KINDS
from growing_areas.mapping.listing import PUBLIC_STATUSES
from growing_areas.schemas import BBox

LAYERS = ("areas", "materials", "cooperatives", "packing", "ocop", "places")


class TileQuery(QuerySchema):
    """Which areas a tile shows; a standard counts while a certificate of it is valid."""

    province = Text(max=2)
    commune = Text(max=5)
    crop = Text(max=40)
    kind = Choice(AREA_KINDS)
    status = Choice(PUBLIC_STATUSES)
    standard = Text(max=40)
    product = Text(max=20)


class MapQuery(TileQuery):
    """Every state of the map's page: what is shown, where, and how far its list was read."""

    layer = Choice(LAYERS)
    q = Text(max=100)
    bbox = BBox(metadata={"type": "string", "description": "west,south,east,north"})
    cursor = Text(max=500)


class OpenAreasQuery(QuerySchema):
    """Which areas are told as open data, and after which one."""

    province = Text(max=2)
    commune = Text(max=5)
    crop = Text(max=40)
    standard = Text(
        max=40,
        metadata={
            "description": "a standard's code, or `organic` for any organic one: areas with"
            " a certificate valid today"
        },
    )
    product = Text(max=20, metadata={"description": "a product's code: areas it came from"})
    bbox = BBox(metadata={"type": "string", "description": "west,south,east,north"})
    after = Integer(load_default=0, metadata={"description": "go on after this id"})
    limit = Integer(low=1, high=5_000, load_default=1_000)


class OutlineInput(InputSchema):
    """Whether everybody may see the exact outline."""

    public = fields.Boolean(required=True)
