"""Telling the admins at once when somebody proves that there are two ledgers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person, RoleGrant
from foundation import config, mail
from foundation.errors import Conflict
from foundation.i18n import N_, _, number, speaking, word
from ledger import alarms, cosigning
from ledger.alarms import Brought

_SUBJECT = N_("BÁO ĐỘNG sổ truy xuất: có chữ ký trái với sổ ở %(size)s mục")
_LETTER = N_(
    "%(what)s\n\nSổ ở đây và sổ được ký không cùng một gốc ở %(size)s mục. Hãy xem ngay tại"
    " %(link)s, chạy lệnh nguon ledger verify, và đừng xóa gì trước khi biết vì sao."
)


def hand_in(
    session: Session, signed: str, *, now: datetime
) -> tuple[cosigning.HandedIn, Conflict | None]:
    """Take what a witness signed; a note that tells another log is kept and told to the admins.

    The refusal is answered, not raised, so that what was kept stays: the door raises it after the
    transaction. Raises: as `ledger.cosigning.accept`.
    """
    handed = cosigning.accept(session, signed, now=now)
    if handed.alarm is None:
        return handed, None
    sound(session, handed.alarm, now=now)
    return handed, Conflict(handed.alarm.code, size=handed.alarm.size)


def sound(session: Session, brought: Brought, *, now: datetime) -> None:
    """Keep a note that tells another log; the first of its kind is written to every admin."""
    if not alarms.keep(session, brought, now=now):
        return
    for email, locale in _admins(session):
        with speaking(locale):
            size = number(brought.size, 0)
            letter = _(
                _LETTER,
                what=word(brought.code, {"size": brought.size}),
                size=size,
                link=f"{config.current().base_url}/admin/witnesses",
            )
            mail.enqueue(session, email, _(_SUBJECT, size=size), letter)


def _admins(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(
        select(Person.id, Person.email, Person.locale)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.role == "admin",
            RoleGrant.revoked_at.is_(None),
            Person.disabled_at.is_(None),
            Person.email.is_not(None),
        )
        .distinct()
        .order_by(Person.id)
    )
    return [(email, locale) for _id, email, locale in rows if email is not None]
