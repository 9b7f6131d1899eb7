"""The cooperative's dossier: what is there, what is missing and where to supply it."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from accounts import permissions
from accounts.doors import current_actor
from accounts.permissions import Actor
from foundation import clock, db, inputs, web
from foundation.downloads import file_response
from foundation.errors import NguonError
from foundation.i18n import _
from growing_areas import acting, areas, labels, registration
from growing_areas.crops import find_crop
from growing_areas.dossiers import amendment_rows, certificates, editions, lists, papers, pieces
from growing_areas.dossiers import labels as words
from growing_areas.dossiers.certificates import Certified
from growing_areas.dossiers.receiving import receive
from growing_areas.dossiers.schemas import CertificateInput, PaperInput, YieldsInput
from growing_areas.dossiers.uploads import Judged
from growing_areas.models import GrowingArea
from growing_areas.schemas import AreaNoteInput
from growing_areas.shapes import drawing

blueprint = Blueprint("dossier", __name__, url_prefix="/workspace/areas/<int:area_id>")


@blueprint.get("/dossier")
@web.guarded("area.read")
def show(area_id: int) -> str:
    """The pieces of a dossier, how far it is, its papers, certificates and yields."""
    return _page(area_id, web.Form())


@blueprint.post("/papers")
@web.guarded("area.propose")
def add_paper(area_id: int) -> ResponseReturnValue:
    """Add a paper to a piece."""

    def work(session: Session, actor: Actor) -> None:
        papers.add(session, actor, area_id, piece, judged, now=clock.now())

    try:
        piece = inputs.load(PaperInput, request.form)["piece"]
        judged = _judged(area_id)
    except NguonError as error:
        return _again(area_id, error)
    return _carry_out(area_id, work, _("Đã thêm giấy tờ."))


@blueprint.get("/papers/<int:paper_id>")
@web.guarded("area.read")
def paper(area_id: int, paper_id: int) -> Response:
    """A paper as a download; an outsider's look is written down."""
    with db.transaction() as session:
        stored = papers.read_paper(session, current_actor(), area_id, paper_id, now=clock.now())
        return _private(file_response(stored, f"ho-so-{area_id}-{paper_id}"))


@blueprint.post("/papers/<int:paper_id>/remove")
@web.guarded("area.propose")
def remove_paper(area_id: int, paper_id: int) -> ResponseReturnValue:
    """Take a paper out."""

    def work(session: Session, actor: Actor) -> str:
        paper = papers.remove(session, actor, area_id, paper_id, now=clock.now())
        return _("Đã bỏ giấy tờ.") if paper.file_digest is None else _kept_with_decision()

    return _carry_out(area_id, work)


@blueprint.post("/yields")
@web.guarded("area.propose")
def tell_yields(area_id: int) -> ResponseReturnValue:
    """Tell the yields of earlier years."""

    def work(session: Session, actor: Actor) -> None:
        told = inputs.load(YieldsInput, {"yields": _yield_rows()})["yields"]
        by_year = {row["year"]: row["quantity_kg"] for row in told}
        papers.tell_yields(session, actor, area_id, by_year, now=clock.now())

    return _carry_out(area_id, work, _("Đã ghi sản lượng các năm trước."))


@blueprint.post("/certificates")
@web.guarded("area.propose")
def add_certificate(area_id: int) -> ResponseReturnValue:
    """Enter a certificate with its file."""

    def work(session: Session, actor: Actor) -> None:
        certificates.record(session, actor, area_id, certified, judged, now=clock.now())

    try:
        certified = Certified(**inputs.load(CertificateInput, request.form))
        judged = _judged(area_id) if _upload() is not None else None
    except NguonError as error:
        return _again(area_id, error)
    return _carry_out(area_id, work, _("Đã ghi giấy chứng nhận."))


@blueprint.get("/certificates/<int:certificate_id>")
@web.guarded("area.read")
def certificate_file(area_id: int, certificate_id: int) -> Response:
    """A certificate's file as a download."""
    with db.transaction() as session:
        stored = certificates.read_file(
            session, current_actor(), area_id, certificate_id, now=clock.now()
        )
        return _private(file_response(stored, f"chung-nhan-{area_id}-{certificate_id}"))


@blueprint.post("/certificates/<int:certificate_id>/remove")
@web.guarded("area.propose")
def remove_certificate(area_id: int, certificate_id: int) -> ResponseReturnValue:
    """Take a certificate off."""

    def work(session: Session, actor: Actor) -> str:
        removed = certificates.remove(session, actor, area_id, certificate_id, now=clock.now())
        is_gone = removed.file_digest is None
        return _("Đã bỏ giấy chứng nhận.") if is_gone else _kept_with_decision()

    return _carry_out(area_id, work)


@blueprint.get("/withdraw")
@web.guarded("area.submit")
def ask_withdraw(area_id: int) -> str:
    """Say what taking the dossier back does."""
    with db.reading() as session:
        area = areas.get_area(session, current_actor(), area_id)
    return web.render("growing_areas/withdraw.html", area=area, form=web.Form(), labels=labels)


@blueprint.post("/withdraw")
@web.guarded("area.submit")
def withdraw(area_id: int) -> ResponseReturnValue:
    """Take the dossier back."""

    def work(session: Session, actor: Actor) -> None:
        reason = inputs.load(AreaNoteInput, request.form)["reason"]
        registration.withdraw(session, actor, area_id, reason, now=clock.now())

    return _carry_out(area_id, work, _("Đã rút hồ sơ về bản nháp."))


@blueprint.get("/editions/<int:number>")
@web.guarded("area.read")
def edition(area_id: int, number: int) -> str:
    """What the area was in one of its editions."""
    with db.reading() as session:
        area, found = editions.get_edition(session, current_actor(), area_id, number)
        sketch = drawing.sketch(drawing.rings_of(areas.outline_of(found.version)))
    return web.render(
        "growing_areas/edition.html", area=area, edition=found, sketch=sketch, labels=labels
    )


def _page(area_id: int, form: web.Form) -> str:
    now, actor = clock.now(), current_actor()
    with db.reading() as session:
        area = areas.get_area(session, actor, area_id)
        crop = find_crop(area.crop_code)
        context = {
            "area": area,
            "labels": labels,
            "words": words,
            "dossier": pieces.read(session, area, now=now),
            "papers": papers.list_papers(session, area.id),
            "yields": {row.year: row.quantity_kg for row in papers.list_yields(session, area.id)},
            "missing": (
                pieces.missing_pieces(session, area, now=clock.now())
                if area.status == "draft"
                else []
            ),
            "certificates": certificates.of_area(session, area.id),
            "state_on": certificates.state_on,
            "amendments": amendment_rows.list_all(session, area.id),
            "editions": editions.list_editions(session, area.id),
            "may_write": area.status != "revoked" and permissions.may(actor, "area.propose", area),
            "may_submit": permissions.may(actor, "area.submit", area),
            "day": clock.today(),
            "years": [clock.today().year - back for back in range(1, 6)],
            "standards": [
                (s.code, s.name)
                for s in lists.standards_of(crop.kind if crop else "", clock.today())
            ],
            "links": _links(actor, area),
        }
    return web.render("growing_areas/dossier_pieces.html", form=form, **context)


def _links(actor: Actor, area: GrowingArea) -> dict[str, str]:
    """Where each piece is supplied; what this reader cannot change now leads nowhere."""
    diary = url_for("growing_areas.diary.show", area_id=area.id)
    listed = url_for("growing_areas.parcels.households.show", area_id=area.id)
    here = {"agreement": "#papers", "past_yields": "#yields", "standard": "#certificates"}
    here |= {"agreement_papers": listed, "diary": diary}
    own = ("variety", "planting_year", "expected_yield", "outline")
    if area.status in ("approved", "suspended") and permissions.may(actor, "area.submit", area):
        details = url_for("growing_areas.amend.form", area_id=area.id)
        return {**here, **dict.fromkeys(own, details), "representative": listed}
    if area.status == "draft" and permissions.may(actor, "area.propose", area):
        details = url_for("growing_areas.drafts.edit", area_id=area.id)
        all_of_it = (*own, "crop", "target_market", "households")
        return {
            **here,
            **dict.fromkeys(all_of_it, details),
            "representative": f"{details}#f-households",
        }
    return {**here, "representative": listed}


def _kept_with_decision() -> str:
    return _("Đã bỏ khỏi hồ sơ. Tệp vẫn được lưu riêng vì một quyết định đã dựa vào nó.")


def _carry_out(area_id: int, work: acting.Work, done: str = "") -> ResponseReturnValue:
    """Do the work and say what was done: ``done``, or what the work itself answers."""
    onward = url_for(".show", area_id=area_id)
    return acting.carry_out(work, done, onward, lambda error: _again(area_id, error))


def _again(area_id: int, error: NguonError) -> ResponseReturnValue:
    if error.status in (401, 403, 404):
        raise error
    return _page(area_id, web.Form.kept(error)), error.status


def _upload() -> FileStorage | None:
    sent = request.files.get("file")
    return sent if sent is not None and sent.filename else None


def _judged(area_id: int) -> Judged:
    sent = _upload() or FileStorage()
    return receive(current_actor(), area_id, sent.stream)


def _yield_rows() -> list[dict[str, str]]:
    return [
        {"year": key.removeprefix("yield."), "quantity_kg": value}
        for key, value in request.form.items()
        if key.startswith("yield.") and value.strip()
    ]


def _private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
