"""The product register in the workspace: list, enter, change, photos."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts import facts
from accounts.doors import current_actor
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import clock, db, inputs, quantity, web
from foundation.errors import Finding, Forbidden, Invalid, NguonError, Refused
from foundation.i18n import _, get_language
from products import certificates, gtin, numbers, ocop_groups, pages_office, photos, register
from products.models import Product
from products.register import ProductDetails
from products.schemas import (
    NumberInput,
    PhotoInput,
    ProductDetailsInput,
    ProductInput,
    ProductQuery,
)

blueprint = Blueprint("products", __name__)
blueprint.register_blueprint(pages_office.blueprint)

# What goods are counted in, the usual ones first.
STOCK_UNITS = ("KGM", "LTR", "H87", "XBX", "XBG", "XBO", "XJR", "XCT", "TNE", "DZN", "SET", "IE")
NET_UNITS = ("GRM", "KGM", "MLT", "LTR", "H87")


@blueprint.get("/workspace/products")
@web.guarded("product.read")
def list_products() -> ResponseReturnValue:
    """The products one may see, in dictionary order."""
    query = inputs.load(ProductQuery, request.args)
    with db.reading() as session:
        page = register.list_products(session, current_actor(), **query)
        covers = photos.covers(session, [product.id for product in page.items])
        stars = certificates.stars_on(session, [p.id for p in page.items], clock.today())
        makers = facts.organisations_by_id(session, {p.organisation_id for p in page.items})
    return web.render(
        "products/list.html",
        page=page,
        covers=covers,
        stars=stars,
        makers=makers,
        groups=ocop_groups.groups(),
        group_options=group_options(),
        shown_gtin=gtin.shown,
    )


@blueprint.get("/workspace/products/new")
@web.guarded("product.write")
def new_product() -> ResponseReturnValue:
    """An empty form."""
    with db.reading() as session:
        return web.render("products/new.html", form=web.Form(), **_choices(session))


@blueprint.post("/workspace/products/new")
@web.guarded("product.write")
def create_product() -> ResponseReturnValue:
    """Enter a product."""
    try:
        given = inputs.load(ProductInput, request.form)
        organisation, unit = given.pop("organisation"), given.pop("unit")
        with db.transaction() as session:
            made = register.create(
                session,
                current_actor(),
                organisation,
                unit,
                ProductDetails(**given),
                now=clock.now(),
            )
            code = made.code
    except (Invalid, Refused) as error:
        with db.reading() as session:
            return web.render_again("products/new.html", _on_field(error), **_choices(session))
    web.flash_done(_("Đã ghi sản phẩm. Hãy thêm ảnh để người mua nhìn thấy."))
    return redirect(url_for("products.show_product", code=code), 303)


@blueprint.get("/workspace/products/<code>")
@web.guarded("product.read")
def show_product(code: str) -> ResponseReturnValue:
    """A product with its photos and certificates."""
    with db.reading() as session:
        product = register.get_own_product(session, current_actor(), code)
        return web.render("products/show.html", form=web.Form(), **_shown(session, product))


@blueprint.get("/workspace/products/<code>/edit")
@web.guarded("product.write")
def edit_product(code: str) -> ResponseReturnValue:
    """The form with what is known."""
    with db.reading() as session:
        product = register.get_own_product(session, current_actor(), code)
        return web.render(
            "products/edit.html", form=web.Form(), product=product, **_choices(session)
        )


@blueprint.post("/workspace/products/<code>/edit")
@web.guarded("product.write")
def update_product(code: str) -> ResponseReturnValue:
    """Change what is said about a product."""
    try:
        details = ProductDetails(**inputs.load(ProductDetailsInput, request.form))
        with db.transaction() as session:
            register.update(session, current_actor(), code, details, now=clock.now())
    except (Invalid, Refused) as error:
        with db.reading() as session:
            product = register.get_own_product(session, current_actor(), code)
            return web.render_again(
                "products/edit.html", _on_field(error), product=product, **_choices(session)
            )
    web.flash_done(_("Đã lưu sản phẩm."))
    return redirect(url_for("products.show_product", code=code), 303)


@blueprint.get("/workspace/products/<code>/gtin")
@web.guarded("product.write")
def ask_number(code: str) -> ResponseReturnValue:
    """What becomes of labels when a wrong number is corrected, and the form for it."""
    with db.reading() as session:
        return web.render("products/number.html", form=web.Form(), **_numbered(session, code))


@blueprint.post("/workspace/products/<code>/gtin")
@web.guarded("product.write")
def correct_number(code: str) -> ResponseReturnValue:
    """Correct the number under the bar code."""
    try:
        given = inputs.load(NumberInput, request.form)
        with db.transaction() as session:
            numbers.correct(
                session, current_actor(), code, given["gtin"], given["reason"], now=clock.now()
            )
    except (Invalid, Refused) as error:
        with db.reading() as session:
            return web.render_again(
                "products/number.html", _on_field(error), **_numbered(session, code)
            )
    web.flash_done(_("Đã sửa mã vạch. Tem in mã cũ vẫn quét được."))
    return redirect(url_for("products.show_product", code=code), 303)


@blueprint.post("/workspace/products/<code>/photos")
@web.guarded("product.write")
def add_photo(code: str) -> ResponseReturnValue:
    """Add a photo."""
    try:
        given = inputs.load(PhotoInput, request.form)
        sent = request.files.get("photo")
        if sent is None or not sent.filename:
            raise Invalid([Finding("photo.missing", {}, "photo")])
        with db.transaction() as session:
            photos.add(
                session,
                current_actor(),
                code,
                sent.stream,
                given.get("caption"),
                now=clock.now(),
            )
    except (Invalid, Refused) as error:
        with db.reading() as session:
            product = register.get_own_product(session, current_actor(), code)
            return web.render_again("products/show.html", error, **_shown(session, product))
    web.flash_done(_("Đã thêm ảnh."))
    return redirect(url_for("products.show_product", code=code), 303)


@blueprint.post("/workspace/products/<code>/photos/<int:photo_id>/remove")
@web.guarded("product.write")
def remove_photo(code: str, photo_id: int) -> ResponseReturnValue:
    """Take a photo off."""
    with db.transaction() as session:
        photos.remove(session, current_actor(), code, photo_id)
    web.flash_done(_("Đã bỏ ảnh."))
    return redirect(url_for("products.show_product", code=code), 303)


@blueprint.post("/workspace/products/<code>/photos/<int:photo_id>/cover")
@web.guarded("product.write")
def choose_cover(code: str, photo_id: int) -> ResponseReturnValue:
    """Show a photo first."""
    with db.transaction() as session:
        photos.make_cover(session, current_actor(), code, photo_id)
    return redirect(url_for("products.show_product", code=code), 303)


def group_options() -> list[Any]:
    """OCOP groups as a choice list: the kinds within their group; a group without kinds itself."""
    language = get_language()
    options: list[Any] = []
    for group in ocop_groups.main_groups():
        kinds = ocop_groups.kinds_of(group.code) or [group]
        options.append((group.name(language), [(k.code, k.name(language)) for k in kinds]))
    return options


def _numbered(session: Session, code: str) -> dict[str, Any]:
    product = register.get_own_product(session, current_actor(), code)
    past = numbers.past_numbers(session, product.id)
    return {"product": product, "past": past, "shown_gtin": gtin.shown}


def _shown(session: Session, product: Product) -> dict[str, Any]:
    maker = facts.organisations_by_id(session, {product.organisation_id})
    return {
        "product": product,
        "maker": maker[product.organisation_id],
        "is_number_foreign": numbers.is_outside_own_prefix(
            product, session.get_one(Organisation, product.organisation_id)
        ),
        "photos": photos.of_product(session, product.id),
        "certificates": certificates.history(session, product.id),
        "is_valid_on": certificates.is_valid_on,
        "group": ocop_groups.groups().get(product.ocop_group or ""),
        "shown_gtin": gtin.shown,
        "units": quantity.units(),
        "most_photos": photos.MOST_PHOTOS,
    }


def _choices(session: Session) -> dict[str, Any]:
    language = get_language()
    known = quantity.units()
    return {
        "organisations": _writable(session, current_actor()),
        "group_options": group_options(),
        "unit_options": [(code, known[code].name(language)) for code in STOCK_UNITS],
        "net_unit_options": [(code, known[code].symbol(language)) for code in NET_UNITS],
        "units": known,
        "shown_gtin": gtin.shown,
    }


def _writable(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Whose products the actor may enter; an admin those of everybody vouched for."""
    if actor.has_role("admin"):
        found = facts.verified_organisations(session)
    else:
        ids = actor.organisation_ids("manager", "seller")
        found = list(facts.organisations_by_id(session, ids).values())
    if not found:
        raise Forbidden
    return sorted(((row.code, row.name) for row in found), key=lambda row: row[1])


def _on_field(error: NguonError) -> NguonError:
    """A refusal about the number stands beside the number."""
    if error.code.startswith("product.gtin"):
        return Refused(error.code, [Finding(error.code, error.params, "gtin")], **error.params)
    return error
