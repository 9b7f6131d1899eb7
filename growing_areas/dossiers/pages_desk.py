"""The officer's desk: a dossier beside its neighbours and its change, and the decisions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.doors import current_actor
from accounts.permissions import Actor
from foundation import clock, db, inputs, web
from foundation.errors import NguonError, NotFound
from foundation.i18n import N_, _
from growing_areas import acting, answers, areas, labels, overlap, pages_areas
from growing_areas.dossiers import (
    amendments,
    approval,
    certificates,
    codes,
    comparing,
    lifecycle,
    lists,
    overrides,
    papers,
    renewal,
    visit_photos,
)
from growing_areas.dossiers.schemas import CauseInput, OverlapReasonInput, RenewInput
from growing_areas.models import GrowingArea
from growing_areas.parcels import agreements
from growing_areas.parcels import households as plot_households
from growing_areas.schemas import ApprovalInput, AreaNoteInput
from growing_areas.shapes import drawing
from territory import units

blueprint = Blueprint("office", __name__, url_prefix="/office/areas")

_DECISIONS: dict[str, Callable[..., GrowingArea]] = {
    "send_back": approval.send_back,
    "suspend": approval.suspend,
    "restore": approval.restore,
    "revoke": approval.revoke,
    "renew": approval.renew,
    "amend_return": amendments.send_back,
}
_DONE = {
    "send_back": N_("Đã trả hồ sơ về cho hợp tác xã."),
    "suspend": N_("Đã tạm dừng vùng trồng."),
    "restore": N_("Vùng trồng hoạt động lại."),
    "revoke": N_("Đã thu hồi mã vùng trồng."),
    "renew": N_("Đã gia hạn mã vùng trồng."),
    "amend_return": N_("Đã trả đề nghị thay đổi về cho hợp tác xã."),
}
_TAKEN = "<any(send_back, suspend, restore, revoke, renew, amend_return):step>"


@blueprint.get("/<int:area_id>")
@web.guarded("area.office")
def show(area_id: int) -> str:
    """A dossier with its map, its neighbours and overlaps, and the steps it allows."""
    with db.reading() as session:
        area = areas.get_area(session, current_actor(), area_id)
        return web.render("growing_areas/dossier.html", form=web.Form(), **_context(session, area))


@blueprint.post("/<int:area_id>/households")
@web.guarded("area.inspect")
def households(area_id: int) -> str:
    """The household list, for judging the dossier; each look is audited."""
    with db.transaction() as session:
        actor = current_actor()
        area = areas.get_area(session, actor, area_id)
        rows = plot_households.read(session, actor, area_id, now=clock.now())
        may_open = permissions.may(actor, agreements.READ, area)
    return web.render(
        "growing_areas/households.html", area=area, rows=rows, may_open=may_open, labels=labels
    )


@blueprint.post("/<int:area_id>/approve")
@web.guarded("area.approve")
def approve(area_id: int) -> ResponseReturnValue:
    """Approve and give the code."""

    def work(session: Session, actor: Actor) -> None:
        decision = answers.decision_of(_load(ApprovalInput))
        approval.approve(session, actor, area_id, decision, now=clock.now())

    return _carry_out(area_id, work, _("Đã duyệt và cấp mã vùng trồng."))


@blueprint.post("/<int:area_id>/amendment/approve")
@web.guarded("area.approve")
def approve_amendment(area_id: int) -> ResponseReturnValue:
    """Let the change under review hold from now on."""

    def work(session: Session, actor: Actor) -> None:
        reason = _load(OverlapReasonInput)["overlap_reason"]
        amendments.approve(session, actor, area_id, reason, now=clock.now())

    return _carry_out(area_id, work, _("Đã duyệt thay đổi; mã giữ nguyên."))


@blueprint.get(f"/<int:area_id>/{_TAKEN}")
@web.guarded("area.inspect")
def ask(area_id: int, step: str) -> str:
    """Say what a decision will do and ask for the reason."""
    return _confirmation(area_id, step, web.Form())


@blueprint.post(f"/<int:area_id>/{_TAKEN}")
@web.guarded("area.inspect")
def decide(area_id: int, step: str) -> ResponseReturnValue:
    """Carry out a decision."""
    schemas = {"renew": RenewInput, "restore": AreaNoteInput}

    def work(session: Session, actor: Actor) -> None:
        given = _load(schemas.get(step, CauseInput))
        _DECISIONS[step](session, actor, area_id, now=clock.now(), **given)

    def again(error: NguonError) -> ResponseReturnValue:
        return _confirmation(area_id, step, web.Form.kept(error)), error.status

    return acting.carry_out(work, _(_DONE[step]), url_for(".show", area_id=area_id), again)


def _carry_out(area_id: int, work: acting.Work, done: str) -> ResponseReturnValue:
    """Do an act of the dossier page; what forbids it is shown on the page."""

    def again(error: NguonError) -> ResponseReturnValue:
        with db.reading() as session:
            area = areas.get_area(session, current_actor(), area_id)
            context = _context(session, area)
        return web.render_again("growing_areas/dossier.html", error, **context)

    return acting.carry_out(work, done, url_for(".show", area_id=area_id), again)


def _load(schema: Any) -> dict[str, Any]:
    return inputs.load(schema, request.form)


def _context(session: Session, area: GrowingArea) -> dict[str, Any]:
    outline = areas.outline_of(area.version)
    overlaps = [
        each.finding("warning") for each in overrides.held_ground(session, area, area.version)
    ]
    context = pages_areas.context_of(session, area)
    actor = current_actor()
    # What stood when the area was drawn gives way to what stands today.
    stored = [found for found in context["findings"] if found.code != "area.overlaps"]
    visits = context["visits"]
    context.update(
        findings=stored,
        overlaps=overlaps,
        sketch=drawing.sketch(
            drawing.rings_of(outline), overlaps, overlap.neighbours(session, area, outline)
        ),
        may_approve=permissions.may(actor, "area.approve", area),
        may_inspect=permissions.may(actor, "area.inspect", area),
        certificates=certificates.of_area(session, area.id),
        state_on=certificates.state_on,
        photos=visit_photos.of_visits(session, [visit.id for visit in visits]),
        comparison=comparing.of_open(session, area),
        code_row=codes.find_of(session, area.id),
        yields=papers.list_yields(session, area.id),
        papers=papers.list_papers(session, area.id),
    )
    return context


def _confirmation(area_id: int, step: str, form: web.Form) -> str:
    with db.reading() as session:
        area = areas.get_area(session, current_actor(), area_id)
        places = units.labels(session, {area.commune_code}, clock.today())
    if step not in lifecycle.possible_steps(area) and not form.findings:
        raise NotFound("area.step_not_possible")
    return web.render(
        "growing_areas/decide.html",
        area=area,
        step=step,
        labels=labels,
        form=form,
        needs_reason=lifecycle.STEPS[step].needs_reason,
        place=places.get(area.commune_code),
        renewed_until=renewal.next_end(area, clock.today()) if step == "renew" else None,
        causes=[(c.code, c.name) for c in lists.causes_of(step, clock.today())],
    )
