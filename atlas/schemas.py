"""Query shapes of the maps, shared by page and API."""

from foundation.inputs import Choice, QuerySchema, Text


class MapQuery(QuerySchema):
    """Which province and which crop, by code."""

    province = Text(max=2)
    crop = Text(max=40)


class TileQuery(QuerySchema):
    """Which areas a tile shows: of one crop, in one status."""

    crop = Text(max=40)
    status = Choice(("approved", "suspended", "revoked", "expired"))
