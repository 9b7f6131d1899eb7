"""Scans in figures at the desk: a cooperative's own goods, and an officer's territory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from foundation import charts, clock, db, rank_charts, web
from foundation.downloads import table_response
from foundation.i18n import _, vn_date
from foundation.tables import Notes
from territory import filters, units
from traceability import ports
from traceability.scan_figures import counting, stretches
from traceability.scan_figures.counting import UNKNOWN, Asked, Counted
from traceability.scan_figures.schemas import ScansQuery, range_of

blueprint = Blueprint("scan_figures", __name__)

_WORKSPACE, _OFFICE = {"desk": "workspace"}, {"desk": "office"}
_RANGES = (7, 30, 90, 365)
_DRAWN, _LISTED = 10, 100


@dataclass(frozen=True)
class Goods:
    """A product: how often it was scanned, and how often ordered in the same days."""

    name: str
    scans: int
    orders: int

    @property
    def per_hundred(self) -> float:
        """Orders for each hundred scans."""
        return round(100 * self.orders / self.scans, 1) if self.scans else 0.0


@blueprint.get("/workspace/scans", defaults=_WORKSPACE)
@blueprint.get("/office/scans", defaults=_OFFICE)
@web.guarded("scan.read")
def index(desk: str) -> ResponseReturnValue:
    """How often codes were scanned, when, where, of what; and what was ordered meanwhile."""
    given = filters.read(ScansQuery)
    if given.moved:
        return redirect(given.moved)
    asked = _asked(given.given, desk)
    actor = current_actor()
    with db.reading() as session:
        counted = counting.count(session, actor, asked)
        context = _shown(session, asked, counted)
        options = [] if desk == "office" else counting.choices(session, actor)
    return web.render(
        "traceability/scan_figures/index.html",
        form=given.form,
        desk=desk,
        asked=asked,
        counted=counted,
        products=options,
        ranges=_ranges(desk, asked),
        **context,
    ), given.status


@blueprint.get("/workspace/scans/table", defaults=_WORKSPACE)
@blueprint.get("/office/scans/table", defaults=_OFFICE)
@web.guarded("scan.read")
def export(desk: str) -> ResponseReturnValue:
    """Every sum of the range by day, product, province and device, as XLSX, CSV or JSON."""
    asked, today = _asked(filters.read(ScansQuery).given, desk), clock.today()
    with db.reading() as session:
        columns, rows = counting.table(session, current_actor(), asked, on=today)
        span = _("Từ %(first)s đến %(last)s", first=vn_date(asked.first), last=vn_date(asked.last))
        notes = Notes(_("Lượt quét"), (span,))
        format_ = request.args.get("format", "xlsx")
        return table_response(columns, rows, format_, "luot-quet", notes=notes)


def _asked(given: Mapping[str, Any], desk: str) -> Asked:
    first, last = range_of(dict(given), clock.today())
    return Asked(
        first, last, given["product"], given["commune_code"] or None, office=desk == "office"
    )


def _shown(session: Session, asked: Asked, counted: Counted) -> dict[str, Any]:
    """Charts and the rows of the tables beneath them."""
    names = units.province_names(session, clock.today())
    ids = [product_id for product_id, _scans in counted.by_product[:_LISTED]]
    products = counting.products_of(session, ids)
    houses = counting.houses_of(session, [key for key, _scans in counted.by_house[:_LISTED]])
    orders = ports.orders_of(session, ids, asked.first, asked.last)
    places = [(names.get(code, code), n) for code, n in counted.by_place if code != UNKNOWN]
    unplaced = [(_("Không rõ tỉnh"), n) for code, n in counted.by_place if code == UNKNOWN]
    sold = _ordered(orders)
    goods = [
        Goods(products[key], scans, sold.get(key, 0))
        for key, scans in counted.by_product[:_LISTED] if key in products
    ]  # fmt: skip
    made = [(houses.get(key, ""), scans) for key, scans in counted.by_house[:_LISTED]]
    return {
        "days": _by_day(asked, {_("Lượt quét"): counted.by_day}),
        "orders_by_day": _by_day(asked, {_("Đơn hàng"): _orders_by_day(orders)}),
        "ordered": sum(sold.values()),
        "places": [(name, n, _share(n, counted.total)) for name, n in places + unplaced],
        "places_chart": rank_charts.rank(places[:_DRAWN]),
        "goods": goods,
        "goods_chart": rank_charts.rank([(row.name, row.scans) for row in goods[:_DRAWN]]),
        "houses": [(name, scans, _share(scans, counted.total)) for name, scans in made],
        "houses_chart": rank_charts.rank(made[:_DRAWN]),
        "drawn": _DRAWN,
        "beyond": max(0, len(counted.by_product) - _LISTED),
    }


def _by_day(asked: Asked, series: Mapping[str, Mapping[date, int]]) -> charts.Drawing:
    parts = stretches.of_range(asked.first, asked.last)
    drawn = {name: stretches.sums(parts, by_day) for name, by_day in series.items()}
    return charts.bars([part.label for part in parts], drawn)


def _ordered(orders: Sequence[ports.OrdersOn]) -> dict[int, int]:
    found: dict[int, int] = {}
    for each in orders:
        found[each.product_id] = found.get(each.product_id, 0) + each.orders
    return found


def _orders_by_day(orders: Sequence[ports.OrdersOn]) -> dict[date, int]:
    found: dict[date, int] = {}
    for each in orders:
        found[each.day] = found.get(each.day, 0) + each.orders
    return found


def _share(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


def _ranges(desk: str, asked: Asked) -> list[dict[str, Any]]:
    """The ranges offered, each with its address; which of them is shown."""
    today = clock.today()
    found = []
    for days in _RANGES:
        first = today - timedelta(days=days - 1)
        is_shown = (asked.first, asked.last) == (first, today)
        href = url_for(
            ".index",
            desk=desk,
            since=first.isoformat(),
            until=today.isoformat(),
            product=asked.product or None,
            commune_code=asked.commune_code,
        )
        found.append({"days": days, "href": href, "is_shown": is_shown})
    return found
