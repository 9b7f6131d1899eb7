"""Who goods are sent to: an organisation of the platform by its code or its name."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from foundation import codes
from traceability.handling.trade_models import Consignment

_MOST = 20


def code_of(session: Session, typed: str | None) -> str | None:
    """The code of the organisation that was meant; what nobody bears is given back as typed.

    A name serves when exactly one verified organisation bears it.
    """
    if not typed:
        return None
    named = session.scalars(
        select(Organisation.code)
        .where(
            func.lower(Organisation.name) == typed.strip().lower(),
            Organisation.status == "verified",
        )
        .limit(2)
    ).all()
    return named[0] if len(named) == 1 else codes.normalise(typed)


def earlier(session: Session, organisation_id: int) -> list[tuple[str, str]]:
    """Organisations goods were sent to before, by code and name, the most recent first."""
    last = func.max(Consignment.id)
    rows = session.execute(
        select(Organisation.code, Organisation.name)
        .join(Consignment, Consignment.recipient_id == Organisation.id)
        .where(Consignment.organisation_id == organisation_id)
        .group_by(Organisation.code, Organisation.name)
        .order_by(last.desc())
        .limit(_MOST)
    )
    return [(code, name) for code, name in rows]
