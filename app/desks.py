"""What the front page and the two desks show: a few counts, each leading to its list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import clock, counting, i18n
from foundation.i18n import _, many, ngettext
from growing_areas.models import GrowingArea
from shop import catalogue
from shop import facts as shop_facts
from traceability.handling.trade_models import Consignment
from traceability.models import Batch
from traceability.scan.models import ScanTally

SCANS_OVER_DAYS = 30


@dataclass(frozen=True)
class Tile:
    """One thing that waits, or one way on."""

    label: str
    href: str
    count: int | None = None
    hint: str = ""


def front_figures(session: Session) -> list[dict[str, Any]]:
    """What stands in the register now; one statement for all counts."""
    since = clock.today() - timedelta(days=SCANS_OVER_DAYS)
    areas = select(func.count()).where(GrowingArea.status == "approved")
    makers = select(func.count()).where(Organisation.verified_at.is_not(None))
    batches = select(func.count()).where(Batch.state == "released")
    scans = select(func.coalesce(func.sum(ScanTally.scans), 0)).where(ScanTally.day > since)
    row = session.execute(
        select(*(part.scalar_subquery() for part in (areas, makers, batches, scans)))
    ).one()
    shown = (
        (_("Vùng trồng đã cấp mã"), row[0], "/map"),
        (_("Tổ chức đã xác minh"), row[1], "/map"),
        (_("Lô hàng truy xuất được"), row[2], "/shop"),
        (_("Lượt quét trong 30 ngày"), row[3], "/plans"),
    )
    return [
        {"label": label, "value": i18n.number(value, 0), "href": href}
        for label, value, href in shown
    ]


def newest_products(session: Session, *, on: date) -> list[dict[str, Any]]:
    """The newest products on the shelf, as the front page's cards."""
    wish = catalogue.Wish(sort="newest", size=6)
    is_english = i18n.get_language() == "en"
    page = catalogue.list_cards(session, wish, now=clock.now())
    return [
        {
            "name": (is_english and card.product.name_en) or card.product.name,
            "href": f"/products/{card.product.slug}",
            "producer": card.seller,
            "photo_url": f"/files/{card.photo.card_hash}" if card.photo else None,
            "group": card.product.ocop_group,
            "stars": card.stars,
            "price_vnd": card.offer.price_vnd,
        }
        for card in page.items
    ]


def workspace_tiles(session: Session, actor: Actor) -> list[Tile]:
    """What waits in the actor's own organisations."""
    own = actor.organisation_ids()
    if not own:
        return []
    areas = _count(GrowingArea, GrowingArea.organisation_id.in_(own))
    drafts = _count(
        GrowingArea, GrowingArea.organisation_id.in_(own), GrowingArea.status == "draft"
    )
    batches = _count(Batch, Batch.organisation_id.in_(own))
    back = _count(Batch, Batch.organisation_id.in_(own), Batch.state.in_(("open", "held")))
    held = _count(Batch, Batch.organisation_id.in_(own), Batch.state == "held")
    coming = _count(Consignment, Consignment.recipient_id.in_(own), Consignment.state == "sent")
    row = session.execute(
        select(*(part.scalar_subquery() for part in (areas, drafts, batches, back, held, coming)))
    ).one()
    drafted = ngettext("%(num)s bản nháp chưa nộp", "%(num)s bản nháp chưa nộp", row[1])
    held_back = ngettext("%(num)s lô chưa phát hành", "%(num)s lô chưa phát hành", row[3])
    tiles = [
        Tile(many("Vùng trồng"), "/workspace/areas", row[0], drafted),
        Tile(_("Lô sản xuất"), "/workspace/batches", row[2], held_back),
    ]
    if row[4]:
        tiles.append(Tile(_("Lô bị tạm giữ"), "/workspace/batches?state=held", row[4]))
    if row[5]:
        arriving = "/workspace/consignments?way=in&state=sent"
        tiles.append(Tile(_("Chuyến hàng chờ nhận"), arriving, row[5]))
    sellers = actor.organisation_ids("manager", "seller")
    if sellers:
        waiting = shop_facts.count_waiting(session, sellers)
        tiles.append(Tile(_("Đơn chờ xác nhận"), "/workspace/orders", waiting))
    return tiles


def office_tiles(session: Session, actor: Actor) -> list[Tile]:
    """What waits for a decision within the actor's territory."""
    filed = _count(GrowingArea, _within(actor, GrowingArea), GrowingArea.status == "submitted")
    visited = _count(GrowingArea, _within(actor, GrowingArea), GrowingArea.status == "inspected")
    makers = _count(Organisation, _within(actor, Organisation), Organisation.verified_at.is_(None))
    held = _count(Batch, _within(actor, Batch), Batch.state == "held")
    row = session.execute(
        select(*(part.scalar_subquery() for part in (filed, visited, makers, held)))
    ).one()
    return [
        Tile(_("Vùng trồng chờ kiểm tra"), "/office/areas?status=submitted", row[0]),
        Tile(_("Vùng trồng chờ phê duyệt"), "/office/areas?status=inspected", row[1]),
        Tile(_("Tổ chức chờ xác minh"), "/office/organisations?status=unverified", row[2]),
        Tile(_("Lô bị tạm giữ"), "/office/holds", row[3]),
        Tile(_("Kế hoạch và chỉ tiêu"), "/plans"),
        Tile(_("Sổ cái: mốc ký, bản in"), "/ledger/checkpoint"),
    ]


def _count(table: Any, *conditions: ColumnElement[bool]) -> Select[Any]:
    """How many rows a tile tells of, bounded as lists are."""
    return counting.bounded(select(table.id).where(*conditions))


def _within(actor: Actor, table: Any) -> ColumnElement[bool]:
    scopes = actor.scopes("officer", "inspector")
    if actor.has_role("admin") or "" in scopes:
        return true()
    return or_(table.commune_code.in_(scopes), table.province_code.in_(scopes))
