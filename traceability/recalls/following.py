"""Following a recall up: holders and officers are told of every stage, buyers of the recall."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Select, or_, select, union
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from accounts.models import Membership, Person, RoleGrant
from foundation import config, db
from foundation.i18n import N_, _, number
from growing_areas import recipients
from traceability import ports
from traceability.ports import RecallTold
from traceability.recalls.joining import LASTING
from traceability.recalls.models import Recall, RecallBatch
from traceability.recalls.models import RecallTold as ToldRow

_WATCHING = ("officer", "inspector")
_SUBJECTS = {
    "held": N_("Tạm giữ hàng để xem xét thu hồi: %(code)s"),
    "recalled": N_("Thu hồi hàng: %(code)s"),
    "lifted": N_("Đã gỡ đợt giữ, thu hồi: %(code)s"),
    "closed": N_("Đã kết thúc thu hồi: %(code)s"),
}


def run(code: str, *, now: datetime, report: Callable[[int, int], None]) -> None:
    """Tell whoever is not told yet; each part in a transaction of its own."""
    with db.transaction() as session:
        recall = session.scalars(select(Recall).where(Recall.code == code)).one()
        tell_holders(session, recall, now=now)
        told = _as_told(session, recall)
    if recall.state in LASTING:
        ports.sales().follow(told, now, report)
    elif recall.state == "lifted" and recall.recalled_at is not None:
        ports.sales().take_back(told, now, report)


def tell_holders(session: Session, recall: Recall, *, now: datetime) -> int:
    """Tell the holders of its lots and the officers of their places of its stage; how many."""
    wanted = sorted({*session.scalars(_holders(recall)), *session.scalars(_officers(recall))})
    if not wanted:
        return 0
    rows = [
        {"recall_id": recall.id, "person_id": person, "stage": recall.state, "told_at": now}
        for person in wanted
    ]
    new = session.scalars(
        insert(ToldRow).values(rows).on_conflict_do_nothing().returning(ToldRow.person_id)
    ).all()
    people = session.scalars(select(Person).where(Person.id.in_(new)).order_by(Person.id)).all()
    count = batch_count(session, recall)
    recipients.tell(session, people, lambda: _words(recall, count))
    return len(people)


def batch_count(session: Session, recall: Recall) -> int:
    """How many lots a recall reaches."""
    return len(_batch_ids(session, recall))


def _words(recall: Recall, count: int) -> tuple[str, str]:
    lines = [
        _("Số lô: %(count)s.", count=number(count, 0)),
        _("Lý do: %(reason)s", reason=recall.reason),
    ]
    if recall.state == "recalled" and recall.instructions:
        lines.append(_("Việc cần làm: %(what)s", what=recall.instructions))
    if recall.ended_because:
        lines.append(_("Kết luận: %(words)s", words=recall.ended_because))
    link = f"{config.current().base_url}/workspace/recalls/{recall.code}"
    lines.append(_("Xem các lô và ghi số thu được tại: %(link)s", link=link))
    return _(_SUBJECTS[recall.state], code=recall.code), "\n".join(lines)


def _holders(recall: Recall) -> Select[int]:
    owners = select(RecallBatch.organisation_id).where(RecallBatch.recall_id == recall.id)
    return (
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.organisation_id.in_(owners),
            Membership.role.in_(("manager", "seller")),
            Membership.ended_at.is_(None),
            Person.disabled_at.is_(None),
        )
        .distinct()
    )


def _officers(recall: Recall) -> Select[int]:
    reached = RecallBatch.recall_id == recall.id
    places = union(
        select(RecallBatch.commune_code).where(reached),
        select(RecallBatch.province_code).where(reached),
    ).scalar_subquery()
    return (
        select(RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.role.in_(_WATCHING),
            RoleGrant.revoked_at.is_(None),
            or_(RoleGrant.scope_unit_code == "", RoleGrant.scope_unit_code.in_(places)),
            Person.disabled_at.is_(None),
        )
        .distinct()
    )


def _batch_ids(session: Session, recall: Recall) -> list[int]:
    return list(
        session.scalars(select(RecallBatch.batch_id).where(RecallBatch.recall_id == recall.id))
    )


def _as_told(session: Session, recall: Recall) -> RecallTold:
    return RecallTold(
        recall.id,
        recall.code,
        recall.reason,
        recall.instructions or "",
        _batch_ids(session, recall),
        recall.ended_because or "",
    )
