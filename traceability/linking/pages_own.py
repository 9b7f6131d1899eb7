"""Workspace: the links a label leads to besides its own page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts.doors import current_actor
from foundation import clock, db, inputs, web
from foundation.errors import Invalid, Refused
from foundation.i18n import _, get_language
from products import register
from traceability.linking import own_links
from traceability.linking.kinds import LANGUAGES, kinds
from traceability.linking.own_links import NewLink
from traceability.linking.schemas import OwnLinkForm

blueprint = Blueprint("links", __name__)


@blueprint.get("/workspace/products/<code>/links")
@web.guarded("product.read")
def list_links(code: str) -> ResponseReturnValue:
    """A product's links, and the form for another."""
    return web.render("traceability/links.html", form=web.Form(), **_context(code))


@blueprint.post("/workspace/products/<code>/links")
@web.guarded("product.write")
def add_link(code: str) -> ResponseReturnValue:
    """Add a link."""
    try:
        given = inputs.load(OwnLinkForm, request.form)
        given["valid_from"] = given.get("valid_from") or clock.today()
        with db.transaction() as session:
            own_links.add(session, current_actor(), code, NewLink(**given), now=clock.now())
    except (Invalid, Refused) as error:
        return web.render_again("traceability/links.html", error, **_context(code))
    web.flash_done(_("Đã thêm liên kết. Tem đã in cũng dẫn tới đó."))
    return redirect(url_for("traceability.links.list_links", code=code), 303)


@blueprint.post("/workspace/products/<code>/links/<int:link_id>/remove")
@web.guarded("product.write")
def remove_link(code: str, link_id: int) -> ResponseReturnValue:
    """Take a link off."""
    with db.transaction() as session:
        own_links.remove(session, current_actor(), code, link_id, now=clock.now())
    web.flash_done(_("Đã bỏ liên kết."))
    return redirect(url_for("traceability.links.list_links", code=code), 303)


def _context(code: str) -> dict[str, Any]:
    language, now = get_language(), clock.now()
    with db.reading() as session:
        product = register.get_own_product(session, current_actor(), code)
        found = own_links.of_product(session, product.id)
    return {
        "product": product,
        "links": found,
        "kinds": kinds(),
        "kind_options": [(kind.code, kind.name(language)) for kind in kinds().values()],
        "languages": {name: _(words) for name, words in LANGUAGES.items()},
        "in_force": {link.id for link in found if own_links.is_in_force(link, now)},
    }
