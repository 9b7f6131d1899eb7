"""Who goods are sent to: an organisation of the platform by its code or its name."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from foundation import codes
from foundation.errors import Finding, Invalid
from foundation.vietnamese import fold, words
from traceability.handling.trade_models import Consignment

_MOST = 20
_NAMED = 5
# A word alone ("xã") means nobody: fewer letters are not looked up.
_FEWEST_LETTERS = 4


def code_of(session: Session, typed: str | None) -> str | None:
    """The code of the organisation that was meant; what nobody bears is given back as typed.

    A name serves, with or without marks, when exactly one verified organisation bears it. Part of
    a name is no choice: Invalid("consignment.recipient_unclear") tells whose it may be.
    """
    if not typed:
        return None
    wanted = fold(typed)
    alike = _alike(session, typed) if len(wanted) >= _FEWEST_LETTERS else ()
    named = [code for code, name in alike if fold(name) == wanted]
    if len(named) == 1:
        return named[0]
    if alike and codes.normalise(typed) not in {code for code, _name in alike}:
        told = "; ".join(f"{name} ({code})" for code, name in alike[:_NAMED])
        params = {"typed": typed[:80], "named": told}
        raise Invalid([Finding("consignment.recipient_unclear", params, "recipient")])
    return codes.normalise(typed)


def _alike(session: Session, typed: str) -> Sequence[tuple[str, str]]:
    """Verified organisations whose names hold every word, by code and name, shortest first."""
    key, wanted = Organisation.name_key, words(typed)[:_MOST]
    if not wanted:
        return ()
    rows = session.execute(
        select(Organisation.code, Organisation.name)
        .where(
            Organisation.status == "verified",
            *(key.contains(word, autoescape=True) for word in wanted),
        )
        .order_by(func.length(key), Organisation.id)
        .limit(_MOST)
    )
    return [(code, name) for code, name in rows]


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
