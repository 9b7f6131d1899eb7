"""Input and output shapes of traceability; one schema serves form and JSON."""

from marshmallow import Schema, fields
from marshmallow.validate import Length

from foundation.i18n import LANGUAGES
from foundation.inputs import Choice, Day, Flag, InputSchema, Integer, Number, QuerySchema, Text
from foundation.tables import FORMATS
from traceability.handling.answer_shapes import PurchaseSchema, StockSchema, UncodedAreaSchema
from traceability.handling.consigning import MOST_LINES
from traceability.handling.purchases import MOST as MOST_PURCHASES
from traceability.handling.schemas import PurchaseInput, TakenInput
from traceability.labels.carriers import CARRIERS
from traceability.labels.printing import FORMATS as LABEL_FORMATS
from traceability.models import BATCH_STATES, ORIGINS


class BatchInput(InputSchema):
    """A batch to open. A program may leave `release` out: it is released if its caller may."""

    product = Text(max=20, required=True)
    growing_areas = fields.List(Text(max=40), load_default=list, validate=Length(max=200))
    areas = fields.List(
        Integer(low=1),
        load_default=list,
        validate=Length(max=200),
        metadata={"description": "Areas whose code is missing or pending, by id"},
    )
    purchases = fields.List(
        fields.Nested(PurchaseInput), load_default=list, validate=Length(max=MOST_PURCHASES)
    )
    inputs = fields.List(
        fields.Nested(TakenInput),
        load_default=list,
        validate=Length(max=MOST_LINES),
        metadata={"description": "Other batches it is made of"},
    )
    # Without it the origin is told by what is given; "none" has to be said.
    origin = Choice(ORIGINS)
    parcels = fields.List(
        Integer(low=1),
        validate=Length(max=1000),
        metadata={"description": "Parcels of the areas; default: whole areas"},
    )
    lot = Text(max=20)
    quantity = Number(low=0, above_low=True, required=True)
    unit = Text(max=20, required=True)
    produced_on = Day(required=True)
    harvested_on = Day()
    packed_on = Day()
    expires_on = Day()
    document_number = Text(max=80)
    market = Text(
        max=2,
        metadata={"description": "Country the goods are for; default: its product's countries"},
    )


class BatchForm(BatchInput):
    """The same from a form, whose purchases are rows of their own."""

    class Meta(BatchInput.Meta):
        exclude = ("purchases", "inputs")


class BatchQuery(QuerySchema):
    """What to list; days are of production, ``q`` is part of a lot or a product's name."""

    state = Choice(("", *BATCH_STATES), load_default="")
    origin = Choice(("", *ORIGINS), load_default="")
    product = Text(max=20, load_default="")
    q = Text(max=80, load_default="")
    since = Day(data_key="from")
    until = Day(data_key="to")
    limit = Integer(low=1, high=200, load_default=50)
    cursor = Text(max=500)


class BatchTableQuery(BatchQuery):
    """The same list as a file."""

    format = Choice(FORMATS, load_default="xlsx")


class BatchSchema(Schema):
    """A batch as its organisation sees it."""

    code = fields.String(required=True)
    lot = fields.String(required=True)
    trace_url = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": list(BATCH_STATES)})
    product = fields.String(required=True)
    organisation = fields.String(required=True)
    growing_areas = fields.List(fields.String(), required=True)
    parcels = fields.List(fields.Integer(), required=True)
    quantity = fields.String(required=True)
    unit = fields.String(required=True)
    produced_on = fields.Date(required=True)
    origin = fields.String(required=True, metadata={"enum": list(ORIGINS)})
    harvested_on = fields.Date(required=True, allow_none=True)
    packed_on = fields.Date(allow_none=True)
    uncoded_areas = fields.List(fields.Nested(UncodedAreaSchema))
    purchases = fields.List(fields.Nested(PurchaseSchema))
    stock = fields.Nested(StockSchema, allow_none=True)
    expires_on = fields.Date(allow_none=True)
    market = fields.String(allow_none=True)
    voided_at = fields.AwareDateTime(allow_none=True)
    opened_at = fields.AwareDateTime(required=True)
    released_at = fields.AwareDateTime(allow_none=True)


class MadeSchema(Schema):
    """The batches a step made; ``lost`` is what went in less what came out, null if unmeasured."""

    items = fields.List(fields.Nested(BatchSchema), required=True)
    next = fields.String(allow_none=True, required=True)
    lost = fields.String(allow_none=True)
    lost_unit = fields.String(allow_none=True)


class BatchListSchema(Schema):
    items = fields.List(fields.Nested(BatchSchema), required=True)
    next = fields.String(allow_none=True, required=True)


class LabelOrderInput(InputSchema):
    """Labels to print; `start` is the first free place of a sheet already begun."""

    batch = Text(max=40, required=True)
    count = Integer(low=1, high=1_000_000, required=True)
    layout = Text(max=40, required=True)
    serialised = Flag(load_default=False)
    start = Integer(low=1, high=1000, load_default=1)
    language = Choice(LANGUAGES, load_default="vi")
    carrier = Choice(CARRIERS, load_default="qr")
    format = Choice(LABEL_FORMATS, load_default="pdf")
    design = Integer(
        allow_none=True,
        load_default=None,
        metadata={"description": "A design of one's own; 0: the standard one; default: the usual"},
    )
    price_vnd = Integer(high=10**12, allow_none=True, load_default=None)


class LabelPageInput(LabelOrderInput):
    """The same on the page of one batch."""

    class Meta(LabelOrderInput.Meta):
        exclude = ("batch",)


class PreviewQuery(QuerySchema):
    """A label to look at before it is ordered."""

    layout = Text(max=40, load_default="a4-24")
    count = Integer(low=1, high=1_000_000, load_default=1)
    serialised = fields.Boolean(load_default=False)
    start = Integer(low=1, high=1000, load_default=1)
    language = Choice(LANGUAGES, load_default="vi")
    carrier = Choice(CARRIERS, load_default="qr")
    format = Choice(LABEL_FORMATS, load_default="pdf")
    design = Integer(load_default=None)
    price_vnd = Integer(high=10**12, load_default=None)


class LabelJobSchema(Schema):
    """How far an order of labels is."""

    id = fields.Integer(required=True)
    batch = fields.String(required=True)
    layout = fields.String(required=True)
    count = fields.Integer(required=True)
    serialised = fields.Boolean(required=True)
    carrier = fields.String(required=True, metadata={"enum": list(CARRIERS)})
    format = fields.String(required=True, metadata={"enum": list(LABEL_FORMATS)})
    state = fields.String(
        required=True, metadata={"enum": ["queued", "running", "done", "failed", "cancelled"]}
    )
    done = fields.Integer(required=True)
    total = fields.Integer(required=True)
    file_url = fields.String(allow_none=True)


class LayoutSchema(Schema):
    """A paper; lengths in millimetres."""

    code = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": ["sheet", "roll"]})
    page_width_mm = fields.Float(required=True)
    page_height_mm = fields.Float(required=True)
    columns = fields.Integer(required=True)
    rows = fields.Integer(required=True)
    per_page = fields.Integer(required=True)
    label_width_mm = fields.Float(required=True)
    label_height_mm = fields.Float(required=True)


class LayoutListSchema(Schema):
    items = fields.List(fields.Nested(LayoutSchema), required=True)
    next = fields.String(allow_none=True, required=True)
