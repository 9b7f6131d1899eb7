"""Addresses that stand in events: what anybody may know of a consignment or a packed unit.

Never to whom goods went, nor how much of them: that is between those who trade.
"""

from __future__ import annotations

from flask import Blueprint

from foundation import db, web
from foundation.i18n import N_, _, named
from traceability.handling import consignments, packing, public_facts
from traceability.handling.pages_consignments import state_name

blueprint = Blueprint("handling_public", __name__)

_UNIT_STATES = {
    "packed": N_("Đang ở kho"),
    "loaded": N_("Trên pa-lét"),
    "shipped": N_("Đang đi"),
    "received": N_("Đã tới nơi"),
    "unpacked": N_("Đã dỡ"),
    "void": N_("Ghi nhầm, đã hủy"),
}


@blueprint.get("/consignments/<code>")
@web.public
def consignment(code: str) -> str:
    """That goods were sent, when, by whom (if vouched for), and whether they arrived."""
    with db.reading() as session:
        sent = consignments.get(session, code)
        return web.render(
            "traceability/handling/public.html",
            title=_("Chuyến hàng %(code)s", code=sent.code),
            owner=sent.sender if sent.sender.is_verified else None,
            owner_label=_("Bên gửi"),
            at=sent.sent_at,
            at_label=_("Ngày gửi"),
            state=sent.state,
            state_name=state_name(sent.state),
            lots=(),
        )


@blueprint.get("/units/<code>")
@web.public
def unit(code: str) -> str:
    """What a packed unit holds, as far as the lots in it are public themselves."""
    with db.reading() as session:
        found = packing.get_unit(session, code)
        owner = public_facts.owner_of(session, found.organisation_id)
        return web.render(
            "traceability/handling/public.html",
            title=_("Kiện hàng %(code)s", code=found.name),
            owner=owner,
            owner_label=_("Đơn vị xếp kiện"),
            at=found.packed_at,
            at_label=_("Ngày xếp"),
            state=found.state,
            state_name=named(_UNIT_STATES, found.state),
            lots=() if found.state == "void" else public_facts.lots_in(found),
        )
