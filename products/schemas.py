"""Input shapes of the product register; one schema serves form, JSON and import."""

from marshmallow import Schema, fields

from foundation.inputs import Choice, Day, Integer, Number, QuerySchema, Text
from foundation.inputs import InputSchema as Input
from foundation.paging import DEFAULT_SIZE, MAX_SIZE
from products import ocop_groups
from products.places.schemas import WebAddress

GROUP_CODES = tuple(ocop_groups.groups())


class ProductDetailsInput(Input):
    """What a maker says about a product."""

    name = Text(max=200, required=True)
    name_en = Text(max=200)
    gtin = Text(max=20)
    ocop_group = Choice(GROUP_CODES)
    net_content = Number(above_low=True, high=10**9)
    net_unit = Text(max=20)
    shelf_life_days = Integer(low=1, high=36_500)
    storage = Text(max=1000, multiline=True)
    ingredients = Text(max=2000, multiline=True)
    brand = Text(max=120)
    warnings = Text(max=1000, multiline=True)
    portal_url = WebAddress(max=300)
    description = Text(max=5000, multiline=True)
    description_en = Text(max=5000, multiline=True)


class ProductInput(ProductDetailsInput):
    """A new product: whose it is and what it is counted in."""

    organisation = Text(max=20, required=True)
    unit = Text(max=20, required=True)


class NumberInput(Input):
    """The right number for a product whose number was entered wrong, and why it was wrong."""

    gtin = Text(max=20, required=True)
    reason = Text(max=500, required=True)


class ProductQuery(QuerySchema):
    """What to list: words, an OCOP group, the page after a cursor."""

    q = Text(max=200, load_default="")
    group = Choice(GROUP_CODES, load_default="")
    cursor = Text(max=500)


class PhotoInput(Input):
    """What is said about a photo; the picture itself is a file."""

    caption = Text(max=200)


class CertificateInput(Input):
    """An OCOP star certificate; it runs for the term in force when no end is given."""

    stars = Integer(low=1, high=5, required=True)
    number = Text(max=60, required=True)
    decision = Text(max=120, required=True)
    valid_from = Day(required=True)
    valid_to = Day()


class ProductSchema(Schema):
    """A product as programs see it."""

    code = fields.String(required=True)
    slug = fields.String(required=True)
    organisation = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(allow_none=True)
    gtin = fields.String(allow_none=True)
    ocop_group = fields.String(allow_none=True)
    stars = fields.Integer(allow_none=True)
    unit = fields.String(required=True)
    net_content = fields.Decimal(as_string=True, allow_none=True)
    net_unit = fields.String(allow_none=True)
    shelf_life_days = fields.Integer(allow_none=True)
    storage = fields.String(allow_none=True)
    ingredients = fields.String(allow_none=True)
    brand = fields.String(allow_none=True)
    warnings = fields.String(allow_none=True)
    portal_url = fields.String(allow_none=True)
    description = fields.String(allow_none=True)
    description_en = fields.String(allow_none=True)
    commune_code = fields.String(required=True)
    province_code = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)


class ProductListSchema(Schema):
    """One page of products."""

    items = fields.List(fields.Nested(ProductSchema), required=True)
    next = fields.String(allow_none=True, required=True)


class ProductListQuery(ProductQuery):
    """What to list, for programs, which say how long a page is."""

    limit = Integer(low=1, high=MAX_SIZE, load_default=DEFAULT_SIZE)


class CertificateSchema(Schema):
    """A star certificate as programs see it."""

    product = fields.String(required=True)
    stars = fields.Integer(required=True)
    number = fields.String(required=True)
    decision = fields.String(required=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)
