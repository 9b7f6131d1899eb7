"""Where rooms meet: ``app`` fills the ports that lower rooms declare."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import ports as accounts_ports
from accounts.models import Organisation
from accounts.ports import ProducerLink, ProducerSection
from app import ledgered
from foundation import clock
from foundation.i18n import _
from growing_areas import ports as growing_areas_ports
from growing_areas import recorded
from growing_areas.crops import find_crop
from growing_areas.fieldbook import recorded as fieldbook_recorded
from growing_areas.models import GrowingArea
from growing_areas.packing import recorded as packing_recorded
from growing_areas.slips import recorded as slips_recorded
from ledger import ports as ledger_ports
from products import certificates
from products.models import Product
from shop import trace_offers
from shop.models import Offer
from shop.recall_notices import RecallSales
from traceability import ports as traceability_ports
from traceability.certifying import standing
from traceability.epcis import recorded as epcis_recorded
from traceability.lineage import recorded as lineage_recorded


def install() -> None:
    """Fill every port; calling it again changes nothing."""
    traceability_ports.fill_where_to_buy(trace_offers.where_to_buy)
    traceability_ports.fill_sales(RecallSales())
    growing_areas_ports.fill_certificates_changed(standing.area_told_anew)
    accounts_ports.producer_sections[:] = [_areas_of, _products_of]
    ledgered.install()
    ledger_ports.register_row_check("growing_areas", recorded.check_rows)
    ledger_ports.register_row_check("growing_areas.fieldbook", fieldbook_recorded.check_rows)
    ledger_ports.register_row_check("growing_areas.slips", slips_recorded.check_rows)
    ledger_ports.register_row_check(packing_recorded.ROOM, packing_recorded.check_rows)
    ledger_ports.register_row_check(lineage_recorded.ROOM, lineage_recorded.check_rows)
    ledger_ports.register_row_check(epcis_recorded.ROOM, epcis_recorded.check_rows)


def _areas_of(session: Session, organisation: Organisation) -> ProducerSection | None:
    areas = session.scalars(
        select(GrowingArea)
        .where(
            GrowingArea.organisation_id == organisation.id,
            GrowingArea.status == "approved",
            GrowingArea.code.is_not(None),
        )
        .order_by(GrowingArea.code)
    ).all()
    if not areas:
        return None
    links = tuple(
        ProducerLink(f"{area.code} – {area.name}", f"/areas/{area.code}", _crop_name(area))
        for area in areas
    )
    return ProducerSection(_("Vùng trồng đã cấp mã"), links)


def _crop_name(area: GrowingArea) -> str:
    crop = find_crop(area.crop_code)
    return "" if crop is None else crop.name


def _products_of(session: Session, organisation: Organisation) -> ProducerSection | None:
    products = session.scalars(
        select(Product)
        .where(
            Product.organisation_id == organisation.id,
            Product.id.in_(select(Offer.product_id).where(Offer.active.is_(True))),
        )
        .order_by(Product.name_key)
    ).all()
    if not products:
        return None
    now: datetime = clock.now()
    stars = certificates.stars_on(
        session, [product.id for product in products], clock.business_day(now)
    )
    links = tuple(
        ProducerLink(
            product.name,
            f"/products/{product.slug}",
            _("OCOP %(stars)s sao", stars=stars[product.id]) if product.id in stars else "",
        )
        for product in products
    )
    return ProducerSection(_("Sản phẩm đang bán"), links)
