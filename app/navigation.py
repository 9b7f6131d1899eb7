"""The side menu of the signed-in desks: what this reader may open, by the permission table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from accounts.permissions import Actor, may_anywhere
from foundation import db
from foundation.i18n import N_, _, many
from traceability.claims import listing as claims
from traceability.complaints import listing as complaints
from traceability.copies import listing as suspicions

# Section, action that opens it, label, address, icon.
_ITEMS: tuple[tuple[str, str, str, str, str], ...] = (
    ("/workspace", "area.propose", N_("Vùng trồng"), "/workspace/areas", "field"),
    ("/workspace", "diary.write", N_("Nhật ký sản xuất"), "/workspace/diary", "edit"),
    ("/workspace", "slip.write", N_("Phiếu thu mua"), "/workspace/slips", "box"),
    ("/workspace", "packing.propose", N_("Cơ sở đóng gói"), "/workspace/packing-houses", "box"),
    (
        "/workspace",
        "material.read",
        N_("Vùng nguyên liệu"),
        "/workspace/raw-material-areas",
        "box",
    ),
    ("/workspace", "product.read", N_("Sản phẩm"), "/workspace/products", "leaf"),
    ("/workspace", "batch.read", N_("Lô sản xuất"), "/workspace/batches", "leaf"),
    ("/workspace", "label.issue", N_("Tem"), "/workspace/labels", "scan"),
    ("/workspace", "batch.write", N_("Thùng, pa-lét"), "/workspace/cartons", "box"),
    ("/workspace", "batch.read", N_("Chuyến hàng"), "/workspace/consignments", "truck"),
    ("/workspace", "chain.share", N_("Chia sẻ với đối tác"), "/workspace/partners", "people"),
    ("/workspace", "sensor.write", N_("Cảm biến"), "/workspace/sensors", "chart"),
    ("/workspace", "recall.read", N_("Thu hồi hàng"), "/workspace/recalls", "stop"),
    ("/workspace", "claim.read", N_("Lời khai cần xác nhận"), "/workspace/claims", "question"),
    ("/workspace", "scan.read", N_("Lượt quét"), "/workspace/scans", "chart"),
    ("/workspace", "copy.read", N_("Mã đáng ngờ"), "/workspace/suspicions", "alert"),
    (
        "/workspace",
        "complaint.read",
        N_("Phản ánh của người mua"),
        "/workspace/complaints",
        "info",
    ),
    ("/workspace", "quality.read", N_("Chứng nhận"), "/workspace/certificates", "check"),
    ("/workspace", "quality.read", N_("Kiểm nghiệm"), "/workspace/laboratory", "check"),
    ("/workspace", "offer.write", N_("Gian hàng"), "/workspace/offers", "cart"),
    ("/workspace", "order.handle", N_("Đơn hàng"), "/workspace/orders", "truck"),
    ("/workspace", "household.enter", N_("Nhập hộ dân"), "/workspace/households/new", "person"),
    ("/workspace", "organisation.read", N_("Tổ chức của tôi"), "/workspace/organisation", "people"),
    ("/office", "area.office", N_("Vùng trồng"), "/office/areas", "field"),
    ("/office", "diary.read", N_("Nhật ký sản xuất"), "/office/diary", "edit"),
    ("/office", "catalogue.import", N_("Danh mục vật tư"), "/workspace/materials", "leaf"),
    ("/office", "batch.note", N_("Sản lượng vượt diện tích"), "/office/yields", "chart"),
    ("/office", "product.certify", N_("Sản phẩm trên địa bàn"), "/office/products", "leaf"),
    ("/office", "packing.office", N_("Cơ sở đóng gói"), "/office/packing-houses", "box"),
    (
        "/office",
        "material.office",
        N_("Vùng nguyên liệu"),
        "/office/raw-material-areas",
        "box",
    ),
    ("/office", "hold.office", N_("Lô bị tạm giữ"), "/office/holds", "stop"),
    ("/office", "claim.decide", N_("Lời khai cần xác nhận"), "/office/claims", "question"),
    ("/office", "scan.read", N_("Lượt quét"), "/office/scans", "chart"),
    ("/office", "copy.read", N_("Mã đáng ngờ"), "/office/suspicions", "alert"),
    ("/office", "complaint.read", N_("Phản ánh của người mua"), "/office/complaints", "info"),
    ("/office", "organisation.list", N_("Tổ chức, hợp tác xã"), "/office/organisations", "people"),
    ("/office", "cooperative.list", N_("Hồ sơ hợp tác xã"), "/office/cooperatives", "box"),
    ("/office", "recall.read", N_("Thu hồi hàng"), "/workspace/recalls", "stop"),
    ("/office", "place.write", N_("Điểm du lịch"), "/office/places", "pin"),
    ("/office", "person.invite", N_("Người dùng"), "/office/people", "person"),
    ("/office", "register.write", N_("Sổ theo dõi chỉ tiêu"), "/office/registers", "chart"),
    ("/admin", "system.operate", N_("Công việc nền"), "/admin/jobs", "clock"),
    (
        "/admin",
        "system.operate",
        N_("Tin bị gác lại"),
        "/admin/sensors/dead-letters",
        "alert",
    ),
    ("/admin", "witness.manage", N_("Bên làm chứng của sổ"), "/admin/witnesses", "eye"),
    ("/admin", "voucher.hand_out", N_("Trao phiếu riêng"), "/admin/vouchers", "download"),
    ("/admin", "person.manage", N_("Người dùng"), "/admin/people", "person"),
)
# How much waits behind an item; one statement each, asked when the menu is drawn.
_WAITING: dict[str, Callable[[Session, Actor], int]] = {
    "/workspace/claims": claims.awaiting_owner,
    "/office/claims": claims.awaiting_office,
    "/workspace/suspicions": suspicions.waiting_own,
    "/office/suspicions": suspicions.waiting_office,
    "/workspace/complaints": complaints.awaiting_owner,
    "/office/complaints": complaints.awaiting_office,
}
# What lies deeper in an item under an address of its own.
_BELOW = {
    "/workspace/labels": ("/workspace/label-jobs",),
    "/workspace/offers": ("/workspace/shops",),
    "/workspace/organisation": ("/workspace/organisations",),
    "/office/people": ("/office/invitations",),
}
_HOME = {
    "/workspace": N_("Bàn làm việc"),
    "/office": N_("Cơ quan"),
    "/admin": N_("Quản trị"),
}


@dataclass(frozen=True)
class Item:
    """An entry of the menu; `current` says how the reader stands to it."""

    label: str
    href: str
    icon: str
    current: str
    waiting: Waiting | None = None

    @property
    def count(self) -> int:
        """How much waits there."""
        return 0 if self.waiting is None else self.waiting.counts.get(self.href, 0)


class Waiting:
    """What waits behind the items of a menu, asked in one go when the first of them is drawn.

    Pages that draw no menu, as of errors, ask no database.
    """

    def __init__(self, addresses: Iterable[str]) -> None:
        self._asked = [address for address in addresses if address in _WAITING]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How much, by address."""
        if not self._asked:
            return {}
        with db.reading() as session:
            return {each: _WAITING[each](session, current_actor()) for each in self._asked}


def side_navigation() -> dict[str, Any]:
    """``side_nav`` for the section the reader is in; nothing on public pages."""
    section = next((home for home in _HOME if _within(home)), None)
    if section is None:
        return {}
    actor = current_actor()
    shown = [
        (label, address, icon)
        for place, action, label, address, icon in _ITEMS
        if place == section and may_anywhere(actor, action)
    ]
    waiting = Waiting(address for _label, address, _icon in shown)
    items = [
        Item(many(label), address, icon, _standing(address), waiting)
        for label, address, icon in shown
    ]
    standing = "page" if request.path == section else ""
    home = Item(_(_HOME[section]), section, "office", standing)
    return {"side_nav": [home, *items]}


def _standing(address: str) -> str:
    """How the reader stands to an item: on its page, deeper in it, or elsewhere."""
    if request.path == address:
        return "page"
    places = (address, *_BELOW.get(address, ()))
    return "true" if f"{request.path}/".startswith(tuple(f"{place}/" for place in places)) else ""


def _within(home: str) -> bool:
    return request.path == home or request.path.startswith(home + "/")
