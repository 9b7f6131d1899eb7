"""The product register for officers: what is made in their territory, and its certificates."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts import facts
from accounts.doors import current_actor
from foundation import clock, db, inputs, web
from foundation.downloads import table_response
from foundation.errors import Invalid, Refused
from foundation.i18n import _
from foundation.tables import Notes
from products import certificates, ocop_groups, office_table, register
from products.certificates import Recognition
from products.schemas import CertificateInput, ProductQuery

blueprint = Blueprint("office", __name__)


@blueprint.get("/office/products")
@web.guarded("product.certify")
def list_products() -> ResponseReturnValue:
    """The products of one's territory, in dictionary order."""
    query = inputs.load(ProductQuery, request.args)
    with db.reading() as session:
        page = register.list_products(session, current_actor(), **query)
        stars = certificates.stars_on(session, [p.id for p in page.items], clock.today())
        makers = facts.organisations_by_id(session, {p.organisation_id for p in page.items})
    return web.render(
        "products/office_list.html",
        page=page,
        stars=stars,
        makers=makers,
        groups=ocop_groups.groups(),
    )


@blueprint.get("/office/products/table")
@web.guarded("product.certify")
def export() -> ResponseReturnValue:
    """The whole list under the same filters, as XLSX, CSV or JSON."""
    query = inputs.load(ProductQuery, request.args)
    today, kind = clock.today(), request.args.get("format", "xlsx")
    with db.reading() as session:
        rows = office_table.rows(
            session, current_actor(), q=query["q"], group=query["group"], today=today
        )
        taken_on = _("Ngày xuất: %(on)s", on=f"{today:%d/%m/%Y}")
        notes = Notes(_("Sản phẩm trên địa bàn"), (taken_on,))
        return table_response(office_table.COLUMNS, rows, kind, "san-pham", notes=notes)


@blueprint.get("/office/products/<code>")
@web.guarded("product.certify")
def show_product(code: str) -> ResponseReturnValue:
    """A product's certificates, and the form for the next one."""
    with db.reading() as session:
        return web.render("products/office_show.html", form=web.Form(), **_shown(session, code))


@blueprint.post("/office/products/<code>/certificates")
@web.guarded("product.certify")
def record_certificate(code: str) -> ResponseReturnValue:
    """Record a star certificate."""
    try:
        recognition = Recognition(**inputs.load(CertificateInput, request.form))
        with db.transaction() as session:
            certificates.record(session, current_actor(), code, recognition, now=clock.now())
    except (Invalid, Refused) as error:
        with db.reading() as session:
            return web.render_again("products/office_show.html", error, **_shown(session, code))
    web.flash_done(_("Đã ghi giấy chứng nhận."))
    return redirect(url_for("products.office.show_product", code=code), 303)


def _shown(session: Session, code: str) -> dict[str, Any]:
    product = register.get_own_product(session, current_actor(), code)
    makers = facts.organisations_by_id(session, {product.organisation_id})
    return {
        "product": product,
        "maker": makers[product.organisation_id],
        "certificates": certificates.history(session, product.id),
        "is_valid_on": certificates.is_valid_on,
        "group": ocop_groups.groups().get(product.ocop_group or ""),
        "star_options": [(str(n), _("%(stars)s sao", stars=n)) for n in (5, 4, 3)],
    }
