"""Label designs at the desk: listed, made, copied, changed, set aside, made the usual one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from accounts import organisations, permissions
from accounts.doors import current_actor
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import clock, db, inputs, web
from foundation.errors import Forbidden, Invalid, NguonError
from foundation.i18n import _
from growing_areas import acting
from products import register as products
from traceability.labels import choosing
from traceability.labels.designs import editing, keeping
from traceability.labels.designs.design import FACTS, from_json
from traceability.labels.designs.schemas import CopyInput, DesignsQuery, UseInput
from traceability.labels.papers import keeping as papers

blueprint = Blueprint("label_designs", __name__)

_EDIT = "traceability/labels_design.html"
_SHOWN = ("preview", "up:", "down:")


@blueprint.get("/workspace/labels/designs")
@web.guarded("label.issue")
def index() -> str:
    """The cooperative's designs, and where each is the usual one."""
    query = inputs.load(DesignsQuery, request.args)
    with db.reading() as session:
        return _list(session, web.Form(), archived=bool(query["archived"]))


@blueprint.get("/workspace/labels/designs/new")
@web.guarded("label.issue")
def new() -> ResponseReturnValue:
    """A design to fill in, and the label it makes."""
    with db.reading() as session:
        owner = _owner(session, request.args.get("organisation"))
        if owner is None:
            return redirect(url_for(".index"), 303)
        values = request.args if "name" in request.args else editing.beginning()
        return web.render(_EDIT, **editing.context(session, owner, None, web.Form(values)))


@blueprint.post("/workspace/labels/designs/new")
@web.guarded("label.issue")
def add() -> ResponseReturnValue:
    """Keep a new design; or only look at it, or move a fact."""
    code = request.form.get("organisation")
    if _is_only_shown():
        with db.reading() as session:
            return _shown(session, _given_owner(session, code), None)
    try:
        with db.transaction() as session:
            name, design = editing.read(request.form)
            owner = _given_owner(session, code)
            keeping.add(session, current_actor(), owner.code, name, design, now=clock.now())
    except Invalid as error:
        with db.reading() as session:
            return _again(session, error, _given_owner(session, code), None)
    web.flash_done(_("Đã lưu mẫu tem."))
    return redirect(url_for(".index"), 303)


@blueprint.get("/workspace/labels/designs/<int:design_id>")
@web.guarded("label.issue")
def show(design_id: int) -> str:
    """A design to change, and the label it makes."""
    with db.reading() as session:
        row = keeping.get(session, current_actor(), design_id)
        kept = editing.filled(row.name, from_json(row.content))
        values = request.args if "name" in request.args else kept
        return web.render(
            _EDIT, **editing.context(session, row.organisation, row, web.Form(values))
        )


@blueprint.post("/workspace/labels/designs/<int:design_id>")
@web.guarded("label.issue")
def change(design_id: int) -> ResponseReturnValue:
    """Change a design; or only look at it, or move a fact."""
    if _is_only_shown():
        with db.reading() as session:
            row = keeping.get(session, current_actor(), design_id)
            return _shown(session, row.organisation, design_id)
    try:
        with db.transaction() as session:
            keeping.get(session, current_actor(), design_id)
            name, design = editing.read(request.form)
            keeping.change(session, current_actor(), design_id, name, design, now=clock.now())
    except Invalid as error:
        with db.reading() as session:
            row = keeping.get(session, current_actor(), design_id)
            return _again(session, error, row.organisation, design_id)
    web.flash_done(_("Đã lưu mẫu tem. Tem đã đặt in giữ nguyên nội dung cũ."))
    return redirect(url_for(".index"), 303)


@blueprint.post("/workspace/labels/designs/<int:design_id>/copy")
@web.guarded("label.issue")
def copy(design_id: int) -> ResponseReturnValue:
    """Begin another design with what this one says."""

    def work(session: Session, actor: Actor) -> None:
        name = inputs.load(CopyInput, request.form)["name"]
        keeping.copy(session, actor, design_id, name, now=clock.now())

    return acting.carry_out(work, _("Đã chép mẫu tem."), url_for(".index"), _list_again)


@blueprint.post("/workspace/labels/designs/<int:design_id>/archive")
@web.guarded("label.issue")
def archive(design_id: int) -> ResponseReturnValue:
    """Offer a design no more."""
    with db.transaction() as session:
        keeping.archive(session, current_actor(), design_id, now=clock.now())
    undo = url_for(".restore", design_id=design_id)
    web.flash_done(_("Đã cất mẫu tem; tem đã in không đổi."), undo)
    return redirect(url_for(".index"), 303)


@blueprint.post("/workspace/labels/designs/<int:design_id>/restore")
@web.guarded("label.issue")
def restore(design_id: int) -> ResponseReturnValue:
    """Offer a design again."""

    def work(session: Session, actor: Actor) -> None:
        keeping.restore(session, actor, design_id)

    return acting.carry_out(work, _("Mẫu tem dùng lại được."), url_for(".index"), _list_again)


@blueprint.post("/workspace/labels/designs/<int:design_id>/uses")
@web.guarded("label.issue")
def make_usual(design_id: int) -> ResponseReturnValue:
    """Use a design by itself for a product, on a paper, or everywhere."""

    def work(session: Session, actor: Actor) -> None:
        given = inputs.load(UseInput, request.form)
        keeping.make_usual(session, actor, design_id, given["product"], given["layout"])

    return acting.carry_out(work, _("Đã đặt làm mẫu thường dùng."), url_for(".index"), _list_again)


@blueprint.post("/workspace/labels/designs/<int:design_id>/uses/<int:use_id>/drop")
@web.guarded("label.issue")
def drop_use(design_id: int, use_id: int) -> ResponseReturnValue:
    """Use a design by itself there no more."""
    with db.transaction() as session:
        keeping.drop_use(session, current_actor(), design_id, use_id)
    web.flash_done(_("Đã thôi dùng mẫu ở đó."))
    return redirect(url_for(".index"), 303)


def _owner(session: Session, code: str | None) -> Organisation | None:
    """Whose design it is to be: the one named, else the first the reader works in, if any."""
    actor = current_actor()
    if code:
        owner = organisations.get_organisation(session, code)
        permissions.require(actor, keeping.ACTION, owner)
        return owner
    return next(iter(organisations.list_own(session, actor)), None)


def _given_owner(session: Session, code: str | None) -> Organisation:
    owner = _owner(session, code)
    if owner is None:
        raise Forbidden("forbidden", action=keeping.ACTION)
    return owner


def _is_only_shown() -> bool:
    return request.form.get("act", "").startswith(_SHOWN)


def _shown(session: Session, owner: Organisation, design_id: int | None) -> str:
    values: MultiDict[str, str] = request.form
    if values.get("act") != "preview":
        values = editing.moved(values, values.get("act", ""))
    row = keeping.get(session, current_actor(), design_id) if design_id else None
    return web.render(_EDIT, **editing.context(session, owner, row, web.Form(values)))


def _again(
    session: Session, error: NguonError, owner: Organisation, design_id: int | None
) -> ResponseReturnValue:
    row = keeping.get(session, current_actor(), design_id) if design_id else None
    told = editing.context(session, owner, row, web.Form.kept(error))
    return web.render_again(_EDIT, error, **told)


def _list(session: Session, form: web.Form, *, archived: bool) -> str:
    return web.render("traceability/labels_designs.html", **_listed(session, form, archived))


def _list_again(error: NguonError) -> ResponseReturnValue:
    with db.reading() as session:
        told = _listed(session, web.Form.kept(error), archived=False)
        return web.render_again("traceability/labels_designs.html", error, **told)


def _listed(session: Session, form: web.Form, archived: bool) -> dict[str, Any]:
    own = organisations.list_own(session, current_actor())
    ids = tuple(each.id for each in own)
    usable = [layout for each in own[:1] for layout in papers.usable(session, each.id)]
    names = {layout.code: choosing.layout_name(layout) for layout in usable}
    uses: dict[int, list[Any]] = {}
    for use in keeping.uses(session, ids):
        uses.setdefault(use.design_id, []).append(use)
    return {
        "form": form,
        "own": own,
        "rows": keeping.list_own(session, ids, archived=archived),
        "uses": uses,
        "archived": archived,
        "fact_names": FACTS,
        "layout_names": names,
        "layouts": list(names.items()),
        "products": [
            (each.code, each.name) for each in products.list_of_organisations(session, ids)
        ],
    }
