"""Alarms: a morning digest to every officer and inspector of what is late or due in their place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from accounts import messages
from accounts.models import Person, RoleGrant
from accounts.people import Contact
from foundation import clock, config
from foundation.i18n import _, speaking, vn_date
from growing_areas.dossiers import labels
from growing_areas.dossiers.models import AlarmSent
from growing_areas.models import GrowingArea

SOON_DAYS = 3
MOST_NAMED = 20
WATCHING = ("officer", "inspector")
OFFICE_STEPS = ("inspect", "decide", "amend_inspect", "amend_decide", "monitor", "renew")
"""Whose turn it is with the office; ``mend`` is the cooperative's."""


@dataclass(frozen=True)
class Digest:
    """What waits in an officer's territory: counts, and the most urgent by name."""

    late: int
    soon: int
    first: tuple[GrowingArea, ...]


def officers(session: Session) -> list[int]:
    """Everybody who watches over growing areas and has an e-mail address, by id."""
    return list(
        session.scalars(
            select(Person.id)
            .where(
                Person.email.is_not(None),
                Person.disabled_at.is_(None),
                Person.id.in_(
                    select(RoleGrant.person_id).where(
                        RoleGrant.role.in_(WATCHING), RoleGrant.revoked_at.is_(None)
                    )
                ),
            )
            .order_by(Person.id)
        )
    )


def tell_officer(session: Session, person_id: int, *, now: datetime) -> bool:
    """Send an officer the digest of the day, once; nothing on a day on which nothing waits."""
    today = clock.business_day(now)
    sent = insert(AlarmSent).values(day=today, person_id=person_id).on_conflict_do_nothing()
    if not session.execute(sent.returning(AlarmSent.person_id)).all():
        return False
    digest = read_digest(session, person_id, today)
    person = session.get_one(Person, person_id)
    if not digest.first or person.email is None:
        return False
    with speaking(person.locale):
        subject = _("Hồ sơ vùng trồng: %(late)s quá hạn, %(soon)s sắp tới hạn",
                    late=digest.late, soon=digest.soon)  # fmt: skip
        messages.send(session, Contact(email=person.email), subject, _text(digest, today))
    return True


def read_digest(session: Session, person_id: int, today: date) -> Digest:
    """What is late or due within three days where a person is officer or inspector."""
    scopes = session.scalars(
        select(RoleGrant.scope_unit_code).where(
            RoleGrant.person_id == person_id,
            RoleGrant.role.in_(WATCHING),
            RoleGrant.revoked_at.is_(None),
        )
    ).all()
    wanted = and_(
        GrowingArea.due_on <= today + timedelta(days=SOON_DAYS),
        GrowingArea.due_step.in_(OFFICE_STEPS),
        _within([scope for scope in scopes if scope is not None]),
    )
    late, soon = session.execute(
        select(
            func.count().filter(GrowingArea.due_on < today),
            func.count().filter(GrowingArea.due_on >= today),
        ).where(wanted)
    ).one()
    first = session.scalars(
        select(GrowingArea)
        .where(wanted)
        .order_by(GrowingArea.due_on, GrowingArea.id)
        .limit(MOST_NAMED)
    ).all()
    return Digest(late, soon, tuple(first))


def _within(scopes: list[str]) -> ColumnElement[bool]:
    if "" in scopes:
        return true()
    return or_(GrowingArea.commune_code.in_(scopes), GrowingArea.province_code.in_(scopes))


def _text(digest: Digest, today: date) -> str:
    base = config.current().base_url
    lines = [
        _("Quá hạn: %(late)s. Tới hạn trong %(days)s ngày: %(soon)s.",
          late=digest.late, soon=digest.soon, days=SOON_DAYS),
        "",
    ]  # fmt: skip
    for area in digest.first:
        lines.append(
            f"{vn_date(area.due_on)} · {labels.due_step(area.due_step or '')} · "
            f"{area.code or area.name} · {labels.time_left(area.due_on, today)}\n"
            f"  {base}/office/areas/{area.id}"
        )
    lines += ["", _("Cả danh sách: %(link)s", link=f"{base}/office/areas?overdue=1")]
    return "\n".join(lines)
