"""The officer's desk for packing houses: the queue, the checklist, codes and decisions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from accounts import permissions
from accounts.doors import current_actor
from accounts.permissions import Actor
from foundation import clock, db, inputs, web
from foundation.downloads import table_response
from foundation.errors import NguonError, NotFound
from foundation.i18n import N_, _
from foundation.tables import Notes
from growing_areas import acting
from growing_areas.packing import (
    answers,
    approval,
    houses,
    inspection,
    labels,
    lifecycle,
    pages_own,
    tables,
)
from growing_areas.packing.inspection import HouseVisit
from growing_areas.packing.models import PackingHouse
from growing_areas.packing.schemas import (
    HouseApprovalInput,
    HousesQuery,
    HouseVisitInput,
    RenewalInput,
)
from growing_areas.packing.steps import STEPS
from growing_areas.schemas import AreaNoteInput, AreaReasonInput
from territory import filters

blueprint = Blueprint("office", __name__, url_prefix="/office/packing-houses")

_TEMPLATE = "growing_areas/packing/dossier.html"
_POINT = "point."
_DECISIONS: dict[str, Callable[..., PackingHouse]] = {
    "send_back": approval.send_back,
    "suspend": approval.suspend,
    "restore": approval.restore,
    "revoke": approval.revoke,
}
_DONE = {
    "send_back": N_("Đã trả hồ sơ về cho cơ sở."),
    "suspend": N_("Đã tạm dừng cơ sở đóng gói."),
    "restore": N_("Cơ sở đóng gói hoạt động lại."),
    "revoke": N_("Đã thu hồi mã cơ sở đóng gói."),
}


@blueprint.get("")
@web.guarded("packing.office")
def queue() -> ResponseReturnValue:
    """Houses of the officer's territory; by status, crop, words."""
    return pages_own.list_page("growing_areas/packing/queue.html")


@blueprint.get("/table")
@web.guarded("packing.office")
def export() -> ResponseReturnValue:
    """The whole list under the same filters, as XLSX, CSV or JSON."""
    query = pages_own.query_of(filters.read(HousesQuery).given)
    today = clock.today()
    with db.reading() as session:
        columns, rows = tables.of_list(session, current_actor(), query, today)
        notes = Notes(_("Hồ sơ cơ sở đóng gói"), (_("Ngày xuất: %(on)s", on=f"{today:%d/%m/%Y}"),))
        format_ = request.args.get("format", "xlsx")
        return table_response(columns, rows, format_, "co-so-dong-goi", notes=notes)


@blueprint.get("/<int:house_id>")
@web.guarded("packing.office")
def show(house_id: int) -> str:
    """A house with its visits and the steps it allows."""
    with db.reading() as session:
        house = houses.get_house(session, current_actor(), house_id)
        return web.render(_TEMPLATE, form=web.Form(), **_context(session, house))


@blueprint.post("/<int:house_id>/inspect")
@web.guarded("packing.inspect")
def inspect(house_id: int) -> ResponseReturnValue:
    """Write down a visit: every point of the checklist and the outcome."""
    plain = {name: told for name, told in request.form.items() if not name.startswith(_POINT)}
    points = {
        name.removeprefix(_POINT): told
        for name, told in request.form.items()
        if name.startswith(_POINT)
    }
    plain.pop("csrf_token", None)

    def work(session: Session, actor: Actor) -> None:
        visit = HouseVisit(**inputs.load(HouseVisitInput, MultiDict({**plain, "answers": points})))
        inspection.record(session, actor, house_id, visit, now=clock.now())

    return _carry_out(house_id, work, _("Đã ghi kết quả kiểm tra."))


@blueprint.post("/<int:house_id>/approve")
@web.guarded("packing.approve")
def approve(house_id: int) -> ResponseReturnValue:
    """Approve and give the code."""

    def work(session: Session, actor: Actor) -> None:
        decision = answers.decision_of(inputs.load(HouseApprovalInput, request.form))
        approval.approve(session, actor, house_id, decision, now=clock.now())

    return _carry_out(house_id, work, _("Đã duyệt và cấp mã cơ sở đóng gói."))


@blueprint.post("/<int:house_id>/renew")
@web.guarded("packing.approve")
def renew(house_id: int) -> ResponseReturnValue:
    """Let the code hold until a later day."""

    def work(session: Session, actor: Actor) -> None:
        until = inputs.load(RenewalInput, request.form)["valid_until"]
        approval.renew(session, actor, house_id, until, now=clock.now())

    return _carry_out(house_id, work, _("Đã gia hạn."))


@blueprint.get("/<int:house_id>/<any(send_back, suspend, restore, revoke):step>")
@web.guarded("packing.inspect")
def ask(house_id: int, step: str) -> str:
    """Say what a decision will do and ask for the reason."""
    return _confirmation(house_id, step, web.Form())


@blueprint.post("/<int:house_id>/<any(send_back, suspend, restore, revoke):step>")
@web.guarded("packing.inspect")
def decide(house_id: int, step: str) -> ResponseReturnValue:
    """Carry out a decision."""
    schema = AreaReasonInput if STEPS[step].needs_reason else AreaNoteInput

    def work(session: Session, actor: Actor) -> None:
        reason = inputs.load(schema, request.form)["reason"]
        _DECISIONS[step](session, actor, house_id, reason, now=clock.now())

    def again(error: NguonError) -> ResponseReturnValue:
        return _confirmation(house_id, step, web.Form.kept(error)), error.status

    return acting.carry_out(work, _(_DONE[step]), url_for(".show", house_id=house_id), again)


def _carry_out(house_id: int, work: acting.Work, done: str) -> ResponseReturnValue:
    """Do an act of the dossier page; what forbids it is shown on the page."""

    def again(error: NguonError) -> ResponseReturnValue:
        with db.reading() as session:
            house = houses.get_house(session, current_actor(), house_id)
            context = _context(session, house)
        return web.render_again(_TEMPLATE, error, **context)

    return acting.carry_out(work, done, url_for(".show", house_id=house_id), again)


def _context(session: Session, house: PackingHouse) -> dict[str, Any]:
    actor = current_actor()
    return {
        **pages_own.context_of(session, house),
        "points": labels.points_on(clock.today()),
        "may_approve": permissions.may(actor, "packing.approve", house),
        "may_inspect": permissions.may(actor, "packing.inspect", house),
    }


def _confirmation(house_id: int, step: str, form: web.Form) -> str:
    with db.reading() as session:
        house = houses.get_house(session, current_actor(), house_id)
    if step not in lifecycle.possible_steps(house) and not form.findings:
        raise NotFound("packing.step_not_possible")
    return web.render(
        "growing_areas/packing/decide.html", house=house, step=step, labels=labels, form=form
    )
