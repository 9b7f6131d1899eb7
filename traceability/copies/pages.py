"""Suspected codes at the desk: the cooperative's own, and the officer's of the territory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from accounts.models import Person
from accounts.permissions import Actor
from foundation import clock, config, db, inputs, web
from foundation.downloads import table_response
from foundation.errors import NguonError
from foundation.i18n import N_, _
from foundation.tables import Notes
from growing_areas import acting
from territory import units
from traceability import batches
from traceability.copies import deciding, limits, listing, telling
from traceability.copies.listing import SuspicionQuery
from traceability.copies.models import CopySuspicion
from traceability.copies.schemas import DecisionInput, SuspicionsQuery

blueprint = Blueprint("suspicions", __name__)

_WORKSPACE, _OFFICE = {"desk": "workspace"}, {"desk": "office"}
_ONE = "/<any(workspace, office):desk>/suspicions/<int:suspicion_id>"

_WORDS: dict[str, tuple[Callable[..., CopySuspicion], str]] = {
    "explained": (
        deciding.explain,
        N_("Đã ghi lời giải thích; trang truy xuất thôi nhắc người mua."),
    ),
    "confirmed": (
        deciding.confirm,
        N_("Đã ghi; trang truy xuất của mã này nhắc người mua xem kỹ."),
    ),
}


@blueprint.get("/workspace/suspicions", defaults=_WORKSPACE)
@blueprint.get("/office/suspicions", defaults=_OFFICE)
@web.guarded("copy.read")
def index(desk: str) -> str:
    """Codes of which more was seen than one thing explains."""
    query = _query()
    with db.reading() as session:
        page = listing.list_suspicions(session, current_actor(), query, office=desk == "office")
        places = units.province_names(session, clock.today())
        communes = units.labels(session, {row.commune_code for row in page.items}, clock.today())
    return web.render(
        "traceability/copies/index.html",
        desk=desk,
        page=page,
        places=places,
        communes=communes,
        telling=telling,
        query=query,
    )


@blueprint.get("/workspace/suspicions/table", defaults=_WORKSPACE)
@blueprint.get("/office/suspicions/table", defaults=_OFFICE)
@web.guarded("copy.read")
def export(desk: str) -> ResponseReturnValue:
    """The whole list under the same filters, as XLSX, CSV or JSON."""
    query, today = _query(), clock.today()
    with db.reading() as session:
        columns, rows = listing.table(
            session, current_actor(), query, office=desk == "office", on=today
        )
        notes = Notes(_("Mã đáng ngờ"), (_("Ngày xuất: %(on)s", on=f"{today:%d/%m/%Y}"),))
        format_ = request.args.get("format", "xlsx")
        return table_response(columns, rows, format_, "ma-dang-ngo", notes=notes)


@blueprint.get(_ONE)
@web.guarded("copy.read")
def show(desk: str, suspicion_id: int) -> str:
    """What was seen of one code, when and where, and what somebody found."""
    with db.reading() as session:
        context = _context(session, desk, suspicion_id)
    return web.render("traceability/copies/show.html", form=web.Form(), **context)


@blueprint.post(f"{_ONE}/decide")
@web.guarded("copy.decide")
def decide(desk: str, suspicion_id: int) -> ResponseReturnValue:
    """Somebody looked: there is an explanation, or its labels were copied."""

    def work(session: Session, actor: Actor) -> str:
        given = inputs.load(DecisionInput, request.form)
        word, done = _WORDS[given["verdict"]]
        word(session, actor, suspicion_id, given["because"], now=clock.now())
        return _(done)

    return _carry_out(desk, suspicion_id, work, "")


@blueprint.post(f"{_ONE}/reopen")
@web.guarded("copy.decide")
def reopen(desk: str, suspicion_id: int) -> ResponseReturnValue:
    """The decision is taken back."""

    def work(session: Session, actor: Actor) -> None:
        deciding.reopen(session, actor, suspicion_id, now=clock.now())

    return _carry_out(desk, suspicion_id, work, _("Đã mở lại; mã này chờ xem."))


def _carry_out(desk: str, suspicion_id: int, work: acting.Work, done: str) -> ResponseReturnValue:
    def again(error: NguonError) -> ResponseReturnValue:
        with db.reading() as session:
            context = _context(session, desk, suspicion_id)
        return web.render_again("traceability/copies/show.html", error, **context)

    onward = url_for(".show", desk=desk, suspicion_id=suspicion_id)
    return acting.carry_out(work, done, onward, again)


def _context(session: Session, desk: str, suspicion_id: int) -> dict[str, Any]:
    actor, now, today = current_actor(), clock.now(), clock.today()
    row = listing.get(session, actor, suspicion_id)
    days = limits.read(config.current().copy_limits, today)["watched_days"]
    looks = listing.looks_of(session, row, days=days, now=now)
    seen = listing.seen_of(session, row)
    names = units.province_names(session, today)
    code = listing.code_of(session, row)
    may_decide = deciding.may_decide(actor, row)
    return {
        "desk": desk,
        "suspicion": row,
        "seen": seen,
        "stations": sorted(seen.places.items(), key=lambda each: each[1].first_at) if seen else [],
        "looks": looks,
        "days": days,
        "names": names,
        "reasons": telling.weighed(row, names),
        "telling": telling,
        "code": code,
        "trace_path": batches.trace_path(row.batch, code),
        "decided_by": _name(session, row) if may_decide else None,
        "may_decide": may_decide and row.state == "open",
        "may_reopen": row.state != "open" and deciding.may_reopen(actor, row),
    }


def _name(session: Session, row: CopySuspicion) -> str | None:
    """Who decided, for those who decide to know."""
    person = session.get(Person, row.decided_by_id) if row.decided_by_id else None
    return person.name if person else None


def _query() -> SuspicionQuery:
    given = inputs.load(SuspicionsQuery, request.args)
    size = given.pop("limit")
    return SuspicionQuery(**given, size=size)
