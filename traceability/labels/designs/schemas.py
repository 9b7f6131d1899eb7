"""What the page of a label design sends."""

from __future__ import annotations

from marshmallow import fields

from foundation.i18n import LANGUAGES, N_
from foundation.inputs import Choice, InputSchema, Integer, Number, QuerySchema, Text
from traceability.labels.designs.design import FACTS

INKS: dict[str, str] = {
    "#000000": N_("Đen"),
    "#0d3c22": N_("Xanh lá đậm"),
    "#12306b": N_("Xanh dương đậm"),
    "#4a2c14": N_("Nâu đậm"),
    "#b01818": N_("Đỏ"),
    "#c9a227": N_("Vàng đồng"),
    "#ffffff": N_("Trắng"),
}
STOCKS: dict[str, str] = {
    "#ffffff": N_("Trắng"),
    "#f6efdc": N_("Ngà"),
    "#ffe14d": N_("Vàng"),
    "#c49a6c": N_("Giấy kraft"),
    "#bfe3b4": N_("Xanh lá nhạt"),
    "#f7c6d0": N_("Hồng nhạt"),
    "#c8ccd0": N_("Bạc"),
    "#1c1c1c": N_("Đen"),
}
OVERFLOWS = ("refuse", "leave_out")


class DesignInput(InputSchema):
    """A design as its page sends it: the facts that are on, in the order they stand in."""

    organisation = Text(max=20)
    name = Text(max=80, required=True)
    facts = fields.List(Choice(tuple(FACTS)), required=True)
    # Every fact in its place, those that are off as well: the page remembers where they stood.
    order = fields.List(Choice(tuple(FACTS)))
    second_language = Choice(LANGUAGES, load_default="")
    brand = Text(max=80, load_default="")
    product_name = Text(max=120, load_default="")
    product_name_second = Text(max=120, load_default="")
    note = Text(max=160, load_default="")
    least_pt = Number(low=4, high=14, digits=1, required=True)
    title_pt = Number(low=5, high=36, digits=1, required=True)
    overflow = Choice(OVERFLOWS, load_default="refuse")
    ink = Choice(tuple(INKS), load_default="#000000")
    stock = Choice(tuple(STOCKS), load_default="#ffffff")
    # What the preview is drawn with; none of the design's own.
    batch = Text(max=40, load_default="")
    layout = Text(max=40, load_default="a4-24")
    act = Text(max=40, load_default="")


class CopyInput(InputSchema):
    """What the copy of a design is called."""

    name = Text(max=80, required=True)


class UseInput(InputSchema):
    """Where a design is the usual one."""

    product = Text(max=20, load_default="")
    layout = Text(max=40, load_default="")


class DesignsQuery(QuerySchema):
    """Which designs are listed."""

    archived = Integer(low=0, high=1, load_default=0)
