"""Input and output shapes of lineage."""

from marshmallow import Schema, fields

from foundation.inputs import Choice, Integer, QuerySchema, Text
from traceability.lineage.walks import DIRECTIONS, MOST_NODES


class ChainQuery(QuerySchema):
    """How far the drawing is open, or the file that is wanted instead of the page."""

    steps = Integer(low=1, high=40, load_default=2)
    open = Text(max=2000, load_default="")
    format = Choice(("csv", "xlsx"), load_default="")


class LineageQuery(QuerySchema):
    """Which way, and how many things at most; the answer says whether that was all."""

    direction = Choice(DIRECTIONS, load_default="up")
    limit = Integer(low=1, high=MOST_NODES, load_default=1000)


class LineageNodeSchema(Schema):
    """A thing of the chain; what its reader may not know is null."""

    id = fields.String(required=True, metadata={"description": "Code, address, or a number here"})
    level = fields.Integer(required=True, metadata={"description": "Steps from the batch asked"})
    sight = fields.String(required=True, metadata={"enum": ["own", "near", "far"]})
    code = fields.String(required=True, allow_none=True)
    uri = fields.String(required=True, allow_none=True)
    product = fields.String(required=True, allow_none=True)
    gtin = fields.String(required=True, allow_none=True)
    lot = fields.String(required=True, allow_none=True)
    holder = fields.String(required=True, allow_none=True)
    commune_code = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, allow_none=True)
    quantity = fields.Decimal(required=True, allow_none=True, as_string=True)
    unit = fields.String(required=True, allow_none=True)
    produced_on = fields.Date(required=True, allow_none=True)
    claimed = fields.Boolean(
        required=True, metadata={"description": "Joined by steps alone that nobody confirmed"}
    )


class LineageEdgeSchema(Schema):
    """The child was made of the parent, or (`packed_in`) is the unit that holds it.

    `claimed`: another than the child's owner says so, and nobody confirmed it.
    """

    child = fields.String(required=True)
    parent = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": ["made_of", "packed_in"]})
    quantity = fields.Decimal(required=True, allow_none=True, as_string=True)
    unit = fields.String(required=True, allow_none=True)
    claimed = fields.Boolean(required=True)


class LineageSchema(Schema):
    """A chain, the nearest things first. `whole` is false where `limit` cut the far end off."""

    batch = fields.String(required=True)
    direction = fields.String(required=True, metadata={"enum": list(DIRECTIONS)})
    limit = fields.Integer(required=True)
    whole = fields.Boolean(required=True)
    nodes = fields.List(fields.Nested(LineageNodeSchema), required=True)
    edges = fields.List(fields.Nested(LineageEdgeSchema), required=True)
