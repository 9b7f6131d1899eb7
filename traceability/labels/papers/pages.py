"""Label papers at the desk: listed, measured, tried on the printer, set aside."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from accounts import organisations, permissions
from accounts.doors import current_actor
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import clock, config, db, i18n, inputs, web
from foundation.errors import Forbidden, Invalid
from foundation.i18n import _
from growing_areas import acting
from traceability.labels import choosing
from traceability.labels.layouts import list_layouts
from traceability.labels.papers import drawing, keeping, ruler
from traceability.labels.papers.keeping import Grid
from traceability.labels.papers.models import LabelPaper
from traceability.labels.papers.schemas import GridInput, PapersQuery

blueprint = Blueprint("label_papers", __name__)

_LIST = "traceability/labels_papers.html"
_EDIT = "traceability/labels_paper.html"
_BEGIN = {
    "page_width_mm": "210", "page_height_mm": "297", "columns": "3", "rows": "7",
    "label_width_mm": "63,5", "label_height_mm": "38,1", "left_mm": "7,2", "top_mm": "15,1",
    "gap_x_mm": "2,5", "gap_y_mm": "0", "padding_mm": "3",
}  # fmt: skip


@blueprint.get("/workspace/labels/papers")
@web.guarded("label.issue")
def index() -> str:
    """The papers labels can be printed on: the cooperative's own, and those everybody can buy."""
    query = inputs.load(PapersQuery, request.args)
    with db.reading() as session:
        told = _listed(session, archived=bool(query["archived"]))
        return web.render(_LIST, form=web.Form(), **told)


@blueprint.get("/workspace/labels/papers/new")
@web.guarded("label.issue")
def new() -> ResponseReturnValue:
    """A sheet to measure, and how its labels lie on the page."""
    with db.reading() as session:
        owner = _owner(session, request.args.get("organisation"))
        if owner is None:
            return redirect(url_for(".index"), 303)
        values = request.args if "columns" in request.args else MultiDict(_BEGIN)
        return web.render(_EDIT, **_editor(owner, None, web.Form(values)))


@blueprint.post("/workspace/labels/papers/new")
@web.guarded("label.issue")
def add() -> ResponseReturnValue:
    """Keep a sheet; or only look at it."""
    code = request.form.get("organisation")
    if request.form.get("act") == "preview":
        with db.reading() as session:
            told = _editor(_given_owner(session, code), None, web.Form(request.form))
            return web.render(_EDIT, **told)
    try:
        with db.transaction() as session:
            grid = _grid(request.form)
            owner = _given_owner(session, code)
            keeping.add(session, current_actor(), owner.code, grid, now=clock.now())
    except Invalid as error:
        with db.reading() as session:
            told = _editor(_given_owner(session, code), None, web.Form.kept(error))
            return web.render_again(_EDIT, error, **told)
    web.flash_done(_("Đã lưu khổ giấy. Hãy in tờ thử trước khi in tem."))
    return redirect(url_for(".index"), 303)


@blueprint.get("/workspace/labels/papers/<int:paper_id>")
@web.guarded("label.issue")
def show(paper_id: int) -> str:
    """A sheet to measure anew."""
    with db.reading() as session:
        paper = keeping.get(session, current_actor(), paper_id)
        values = request.args if "columns" in request.args else _filled(paper)
        return web.render(_EDIT, **_editor(paper.organisation, paper, web.Form(values)))


@blueprint.post("/workspace/labels/papers/<int:paper_id>")
@web.guarded("label.issue")
def change(paper_id: int) -> ResponseReturnValue:
    """Measure a sheet anew; or only look at it."""
    only_shown = request.form.get("act") == "preview"
    try:
        with db.transaction() as session:
            paper = keeping.get(session, current_actor(), paper_id)
            if only_shown:
                told = _editor(paper.organisation, paper, web.Form(request.form))
                return web.render(_EDIT, **told)
            grid = _grid(request.form)
            keeping.change(session, current_actor(), paper_id, grid, now=clock.now())
    except Invalid as error:
        with db.reading() as session:
            paper = keeping.get(session, current_actor(), paper_id)
            told = _editor(paper.organisation, paper, web.Form.kept(error))
            return web.render_again(_EDIT, error, **told)
    web.flash_done(_("Đã lưu khổ giấy. Hãy in tờ thử trước khi in tem."))
    return redirect(url_for(".index"), 303)


@blueprint.post("/workspace/labels/papers/<int:paper_id>/archive")
@web.guarded("label.issue")
def archive(paper_id: int) -> ResponseReturnValue:
    """Offer a paper no more."""
    with db.transaction() as session:
        keeping.archive(session, current_actor(), paper_id, now=clock.now())
    undo = url_for(".restore", paper_id=paper_id)
    web.flash_done(_("Đã cất khổ giấy; tem đã in không đổi."), undo)
    return redirect(url_for(".index"), 303)


@blueprint.post("/workspace/labels/papers/<int:paper_id>/restore")
@web.guarded("label.issue")
def restore(paper_id: int) -> ResponseReturnValue:
    """Offer a paper again."""

    def work(session: Session, actor: Actor) -> None:
        keeping.restore(session, actor, paper_id)

    def again(error: Any) -> ResponseReturnValue:
        with db.reading() as session:
            return web.render_again(_LIST, error, **_listed(session, archived=True))

    return acting.carry_out(work, _("Khổ giấy dùng lại được."), url_for(".index"), again)


@blueprint.get("/workspace/labels/papers/<code>/test.pdf")
@web.guarded("label.issue")
def test_page(code: str) -> Response:
    """A page that shows whether the printer prints true: rulers, outlines, a code in each size."""
    with db.reading() as session:
        layout = keeping.named(session, current_actor(), code)
    stream = io.BytesIO()
    ruler.render(layout, choosing.layout_name(layout), config.current().base_url, stream)
    response = make_response(stream.getvalue())
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="to-thu-{layout.code}.pdf"'
    return response


def _owner(session: Session, code: str | None) -> Organisation | None:
    """Whose paper it is to be; nobody's for who works in no house and names none."""
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


def _grid(values: Any) -> Grid:
    given = inputs.load(GridInput, values)
    return Grid(
        **{name: each for name, each in given.items() if name not in ("organisation", "act")}
    )


def _filled(paper: LabelPaper) -> MultiDict[str, str]:
    measures = {name: i18n.number(getattr(paper, name), 2) for name in _BEGIN}
    return MultiDict({**measures, "name": paper.name})


def _editor(owner: Organisation, paper: LabelPaper | None, form: web.Form) -> dict[str, Any]:
    return {"form": form, "owner": owner, "paper": paper, "sheet": _sheet(form.values)}


def _sheet(values: Any) -> dict[str, Any]:
    """How the labels lie, and every measure by which they do not fit."""
    try:
        grid = _grid(MultiDict({**MultiDict(values).to_dict(flat=False), "name": ["-"]}))
    except Invalid as error:
        return {"findings": error.findings}
    findings: Any = ()
    try:
        keeping.check(grid)
    except Invalid as error:
        findings = error.findings
    if grid.columns * grid.rows > keeping.MOST_PLACES:
        return {"findings": findings}
    layout = keeping.layout_of(LabelPaper(id=0, **vars(grid)))
    return {"findings": findings, "drawing": drawing.draw(layout), "per_page": layout.per_page}


def _listed(session: Session, *, archived: bool) -> dict[str, Any]:
    own = organisations.list_own(session, current_actor())
    rows = keeping.list_own(session, tuple(each.id for each in own), archived=archived)
    return {
        "own": own,
        "archived": archived,
        "rows": [(row, keeping.layout_of(row)) for row in rows],
        "standard": list_layouts(),
        "layout_name": choosing.layout_name,
    }
