"""Input and answer shapes of the shop; one schema serves form and JSON."""

from marshmallow import Schema, fields, validate

from foundation.inputs import Choice, Day, Flag, InputSchema, Integer, Number, QuerySchema, Text
from foundation.money import MAX_VND
from foundation.paging import DEFAULT_SIZE, MAX_SIZE
from foundation.tables import FORMATS
from products.schemas import GROUP_CODES
from shop.carts import MOST_LINES, MOST_PACKS
from shop.catalogue import SORTS
from shop.orders import STATES

MAX_PRICE_VND = 100_000_000_000
MOST_ASKED = 1_000_000_000


class OfferTermsInput(InputSchema):
    """A price for a pack."""

    price_vnd = Integer(low=1, high=MAX_PRICE_VND, required=True)
    pack = Text(max=60)
    pack_quantity = Number(above_low=True, high=10**6)
    min_quantity = Integer(low=1, high=MOST_PACKS, load_default=1)
    active = Flag(load_default=True)


class OfferInput(OfferTermsInput):
    """A new offer: what is sold, at which price."""

    product = Text(max=20, required=True)


class OfferForm(OfferInput):
    """The same from a form, where an unticked box sends nothing."""

    active = Flag(load_default=False)


class OfferTermsForm(OfferTermsInput):
    """A changed offer from a form."""

    active = Flag(load_default=False)


class TermsInput(InputSchema):
    """A seller's delivery fee and return terms."""

    delivery_vnd = Integer(high=100_000_000, load_default=0)
    free_from_vnd = Integer(low=1, high=MAX_PRICE_VND)
    delivery_days = Text(max=60)
    returns = Text(max=2000, multiline=True)


class CatalogueQuery(QuerySchema):
    """What a visitor looks for; ``stars`` means at least so many."""

    q = Text(max=200, load_default="")
    group = Choice(GROUP_CODES, load_default="")
    stars = Integer(low=1, high=5, load_default=None)
    province = Text(max=8, load_default="")
    seller = Text(max=120, load_default="")
    sort = Choice(SORTS, load_default="relevance")
    cursor = Text(max=500)


class OffersQuery(CatalogueQuery):
    """The same for programs, which say how long a page is."""

    limit = Integer(low=1, high=MAX_SIZE, load_default=DEFAULT_SIZE)


class CartLineInput(InputSchema):
    """Packs to put into the cart."""

    offer = Text(max=20, required=True)
    quantity = Integer(low=1, high=MOST_PACKS, load_default=1)


class QuantityInput(InputSchema):
    """How many packs a line is to be; 0 takes it out."""

    quantity = Integer(low=0, high=MOST_PACKS, required=True)


class BuyerInput(InputSchema):
    """Who orders and where it goes."""

    name = Text(max=200, required=True)
    phone = Text(max=30, required=True)
    email = Text(max=254)
    address = Text(max=300, required=True)
    commune_code = Text(
        max=100, required=True, metadata={"description": "Code (or plain name) of a commune"}
    )
    note = Text(max=500, multiline=True)


class CheckoutInput(BuyerInput):
    """A reviewed basket as its form sends it: every line with the price that was shown."""

    line = fields.List(Text(max=60), required=True, validate=validate.Length(1, MOST_LINES))
    order_key = Text(max=64, required=True)
    total_vnd = Integer(low=1, high=MAX_VND, required=True)


class MineQuery(QuerySchema):
    """Where in one's own list to go on."""

    cursor = Text(max=500)


class OrderLineInput(InputSchema):
    """Packs of an offer; with ``price_vnd`` the order is refused should the price be another."""

    offer = Text(max=20, required=True)
    # A program may ask for more than a cart holds: the shelf answers what is left.
    quantity = Integer(low=1, high=MOST_ASKED, required=True)
    price_vnd = Integer(low=1, high=MAX_PRICE_VND)


class OrderInput(InputSchema):
    """A basket, who it is for and how it is paid."""

    lines = fields.List(
        fields.Nested(OrderLineInput), required=True, validate=validate.Length(1, MOST_LINES)
    )
    buyer = fields.Nested(BuyerInput, required=True)
    payment = Text(max=16, load_default="cod", metadata={"enum": ["cod"]})
    total_vnd = Integer(low=1, high=MAX_VND)


class OrdersQuery(QuerySchema):
    """The filters of a seller's list."""

    state = Choice(STATES, load_default="")
    code = Text(max=20, load_default="")
    placed_from = Day(load_default=None)
    placed_to = Day(load_default=None)
    cursor = Text(max=500)
    limit = Integer(low=1, high=MAX_SIZE, load_default=DEFAULT_SIZE)


class ExportQuery(OrdersQuery):
    """The same as a whole table."""

    format = Choice(FORMATS, load_default="xlsx")


class WaybillInput(InputSchema):
    """How a parcel travels."""

    waybill = Text(max=120)


class ReasonInput(InputSchema):
    """Why an order is called off."""

    reason = Text(max=500, multiline=True, required=True)


class RefusalInput(ReasonInput):
    """Why a parcel came back, and whether its goods can be sold again."""

    goods = Choice(("resellable", "spoiled"), required=True)


class OfferSchema(Schema):
    """An offer as programs see it."""

    code = fields.String(required=True)
    product = fields.String(required=True)
    name = fields.String(required=True)
    slug = fields.String(required=True)
    gtin = fields.String(allow_none=True)
    seller = fields.String(required=True)
    ocop_group = fields.String(allow_none=True)
    stars = fields.Integer(allow_none=True)
    price_vnd = fields.Integer(required=True)
    pack = fields.String(required=True)
    pack_quantity = fields.Decimal(as_string=True, required=True)
    unit = fields.String(required=True)
    min_quantity = fields.Integer(required=True)
    in_stock = fields.Integer(required=True, metadata={"description": "whole packs left"})
    commune_code = fields.String(required=True)
    province_code = fields.String(required=True)
    active = fields.Boolean(required=True)
    url = fields.String(required=True)


class OfferListSchema(Schema):
    """One page of offers."""

    items = fields.List(fields.Nested(OfferSchema), required=True)
    next = fields.String(allow_none=True, required=True)


class LotSchema(Schema):
    """Packs of a line that come from one lot."""

    batch = fields.String(required=True)
    lot = fields.String(required=True)
    packs = fields.Integer(required=True)
    expires_on = fields.Date(allow_none=True)
    trace_url = fields.String(required=True)


class LineSchema(Schema):
    """A line as it was agreed."""

    offer = fields.String(required=True)
    product = fields.String(required=True)
    name = fields.String(required=True)
    pack = fields.String(required=True)
    price_vnd = fields.Integer(required=True)
    quantity = fields.Integer(required=True)
    total_vnd = fields.Integer(required=True)
    lots = fields.List(fields.Nested(LotSchema), required=True)


class SellerOrderSchema(Schema):
    """What one seller delivers of a checkout."""

    code = fields.String(required=True)
    seller = fields.String(required=True)
    seller_name = fields.String(required=True)
    state = fields.String(required=True)
    items_vnd = fields.Integer(required=True)
    delivery_vnd = fields.Integer(required=True)
    total_vnd = fields.Integer(required=True)
    waybill = fields.String(allow_none=True)
    placed_at = fields.AwareDateTime(required=True)
    delivered_at = fields.AwareDateTime(allow_none=True)


class PaymentSchema(Schema):
    """How a checkout is paid and how far."""

    method = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": ["due", "collected", "void"]})


class DeliverySchema(Schema):
    """Where it goes; telephone and address are veiled for whoever only knows the code."""

    name = fields.String(required=True)
    phone = fields.String(required=True)
    email = fields.String(allow_none=True)
    address = fields.String(required=True)
    place = fields.String(required=True)
    note = fields.String(allow_none=True)


class OrderSchema(Schema):
    """A checkout: its sellers' orders and every line with its lots."""

    code = fields.String(required=True)
    total_vnd = fields.Integer(required=True)
    placed_at = fields.AwareDateTime(required=True)
    payment = fields.Nested(PaymentSchema, required=True)
    orders = fields.List(fields.Nested(SellerOrderSchema), required=True)
    lines = fields.List(fields.Nested(LineSchema), required=True)
    buyer = fields.Nested(DeliverySchema, allow_none=True)


class SellerOrderListSchema(Schema):
    """One page of a seller's orders."""

    items = fields.List(fields.Nested(SellerOrderSchema), required=True)
    next = fields.String(allow_none=True, required=True)
