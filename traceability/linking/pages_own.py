"""Workspace: the links that labels, and other codes, lead to besides their own page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts import organisations
from accounts.doors import current_actor
from foundation import clock, db, inputs, web
from foundation.errors import Invalid, Refused
from foundation.i18n import _, get_language
from products import register
from traceability.linking import own_links
from traceability.linking.kinds import CONTEXTS, LANGUAGES, kinds
from traceability.linking.models import OwnLink
from traceability.linking.new_links import NewLink
from traceability.linking.own_links import OfKey, OfProduct
from traceability.linking.schemas import KeyLinkForm, KeyLinksQuery, OwnLinkForm

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
            own_links.add(
                session, current_actor(), OfProduct(code), NewLink(**given), now=clock.now()
            )
    except (Invalid, Refused) as error:
        return web.render_again("traceability/links.html", error, **_context(code))
    web.flash_done(_("Đã thêm liên kết. Tem đã in cũng dẫn tới đó."))
    return redirect(url_for("traceability.links.list_links", code=code), 303)


@blueprint.post("/workspace/products/<code>/links/<int:link_id>/remove")
@web.guarded("product.write")
def remove_link(code: str, link_id: int) -> ResponseReturnValue:
    """Take a link off."""
    with db.transaction() as session:
        own_links.remove(session, current_actor(), OfProduct(code), link_id, now=clock.now())
    web.flash_done(_("Đã bỏ liên kết."))
    return redirect(url_for("traceability.links.list_links", code=code), 303)


@blueprint.get("/workspace/organisations/<code>/links")
@web.guarded("product.read")
def list_keys(code: str) -> ResponseReturnValue:
    """The codes of an organisation's own and the pages they lead to, and the form for another."""
    query = inputs.load(KeyLinksQuery, request.args)
    form = web.Form({"path": query.get("path") or ""})
    return web.render("traceability/key_links.html", form=form, **_keys(code, query))


@blueprint.post("/workspace/organisations/<code>/links")
@web.guarded("product.write")
def add_to_key(code: str) -> ResponseReturnValue:
    """Add a link to one code."""
    try:
        given = inputs.load(KeyLinkForm, request.form)
        given["valid_from"] = given.get("valid_from") or clock.today()
        of = OfKey(code, given.pop("path"))
        with db.transaction() as session:
            made = own_links.add(session, current_actor(), of, NewLink(**given), now=clock.now())
            path = made.path
    except (Invalid, Refused) as error:
        context = _keys(code, inputs.load(KeyLinksQuery, {}))
        return web.render_again("traceability/key_links.html", error, **context)
    web.flash_done(_("Đã thêm liên kết. Ai quét mã này đều tới được trang đó."))
    return redirect(url_for("traceability.links.list_keys", code=code, path=path), 303)


@blueprint.post("/workspace/organisations/<code>/links/<int:link_id>/remove")
@web.guarded("product.write")
def remove_from_key(code: str, link_id: int) -> ResponseReturnValue:
    """Take a link off a code."""
    with db.transaction() as session:
        own_links.remove(session, current_actor(), OfKey(code), link_id, now=clock.now())
    web.flash_done(_("Đã bỏ liên kết."))
    return redirect(url_for("traceability.links.list_keys", code=code), 303)


def _keys(code: str, query: dict[str, Any]) -> dict[str, Any]:
    actor, typed = current_actor(), query.get("path")
    of, size = OfKey(code, typed), query["limit"]
    with db.reading() as session:
        page = own_links.list_keys(session, actor, of, cursor=query.get("cursor"), size=size)
        organisation = organisations.get_organisation(session, code)
    return {"organisation": organisation, "page": page, **_choices(page.items)}


def _choices(found: Sequence[OwnLink]) -> dict[str, Any]:
    language, now = get_language(), clock.now()
    return {
        "kinds": kinds(),
        "kind_options": [(kind.code, kind.name(language)) for kind in kinds().values()],
        "languages": {name: _(words) for name, words in LANGUAGES.items()},
        "contexts": {name: _(words) for name, words in CONTEXTS.items()},
        "in_force": {link.id for link in found if own_links.is_in_force(link, now)},
    }


def _context(code: str) -> dict[str, Any]:
    with db.reading() as session:
        product = register.get_own_product(session, current_actor(), code)
        found = own_links.list_links(session, current_actor(), OfProduct(code))
    return {"product": product, "links": found, **_choices(found)}
