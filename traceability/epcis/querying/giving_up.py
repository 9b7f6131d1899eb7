"""Giving a subscriber up that has taken nothing for days, telling its owner, and trying again.

A dead receiver would be asked four times a day for ever; what it was not told is kept for it.
"""

from __future__ import annotations

import csv
from datetime import datetime
from functools import cache
from importlib import resources
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person
from accounts.permissions import Actor
from foundation import config, mail
from foundation.i18n import N_, _, speaking
from traceability.epcis.querying import order, subscribing
from traceability.epcis.querying.models import NamedQuery, Subscription

_SUBJECT = N_("Đã ngừng gửi sự kiện truy vấn %(query)s tới nơi nhận của bạn")
_LETTER = N_(
    "Nơi nhận %(dest)s không nhận gói nào sau %(times)s lần gửi liên tiếp (lần cuối: %(fault)s),"
    " nên từ nay không gửi nữa. Sự kiện chưa gửi vẫn được giữ.\n\nKhi nơi nhận đã chạy lại,"
    " hãy gọi:\nPOST %(address)s"
)


@cache
def most_failures() -> int:
    """So many deliveries in a row that were not taken, and the subscriber is given up."""
    table = resources.files("traceability.epcis").joinpath("data/delivery_limits.csv")
    rows = csv.DictReader(table.read_text("utf-8").splitlines())
    return next(int(row["value"]) for row in rows if row["code"] == "failures")


def is_given_up(found: Subscription) -> bool:
    """Whether nothing is sent any more until somebody asks for it."""
    return found.failures >= most_failures()


def tell_owner(session: Session, found: Subscription) -> None:
    """Write to whose program made the query that its subscriber is given up, and what to do."""
    owner = session.execute(
        select(Person.email, Person.locale, NamedQuery.name)
        .join(NamedQuery, NamedQuery.person_id == Person.id)
        .where(NamedQuery.id == found.query_id, Person.disabled_at.is_(None))
    ).first()
    if owner is None or owner.email is None:
        return
    with speaking(owner.locale):
        base = f"{config.current().base_url}/epcis/queries"
        letter = _(
            _LETTER,
            dest=found.dest,
            times=found.failures,
            fault=found.last_error,
            address=f"{base}/{quote(owner.name, safe='')}/subscriptions/{found.id}/resume",
        )
        mail.enqueue(session, owner.email, _(_SUBJECT, query=owner.name), letter)


def resume(
    session: Session, actor: Actor, query_name: str, subscription_id: str, *, now: datetime
) -> Subscription:
    """Send to a subscriber again, from what it was not told on. Again does no harm.

    Raises: NoSuchName.
    """
    found = subscribing.get(session, actor, query_name, subscription_id)
    session.refresh(found, with_for_update=True)
    if found.failures:
        found.failures, found.due_at = 0, subscribing.first_due(found.schedule, now)
        order.wake(session)
    return found
