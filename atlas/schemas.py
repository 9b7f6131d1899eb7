"""Query shapes of the maps, shared by page and API."""

from foundation.inputs import QuerySchema, Text


class MapQuery(QuerySchema):
    """Which province and which crop, by code."""

    province = Text(max=2)
    crop = Text(max=40)
