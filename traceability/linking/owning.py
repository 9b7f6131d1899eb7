"""Whose a code is: who may say what it leads to.

An organisation answers for the lots and articles it registered, for its own location number and
what stands behind it, for units it packed, and for every code that begins with the company prefix
an officer confirmed to be its own. A prefix that only the organisation itself claims opens nothing.
"""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from accounts import company_prefixes
from accounts.models import Organisation
from foundation.errors import Refused
from products import register
from traceability.digital_link import Link
from traceability.epcis import urns
from traceability.handling.trade_models import LogisticUnit
from traceability.models import Batch
from traceability.scan import lookup

_LOCATIONS = ("414", "415", "417")


def require_owned(session: Session, organisation: Organisation, link: Link) -> None:
    """Raises: Refused("link.not_yours"), Refused("link.lot_unknown")."""
    if link.key in ("01", "8006"):
        _require_article(session, organisation, link)
    elif not (
        _is_own_location(organisation, link)
        or _is_own_unit(session, organisation, link)
        or company_prefixes.is_confirmed_giver(organisation, urns.body(link))
    ):
        raise Refused("link.not_yours")


def _require_article(session: Session, organisation: Organisation, link: Link) -> None:
    """An article of theirs; a lot or serial of it must be on record, that nothing else is told."""
    product = register.find_by_gtin(session, link.value[:14])
    if product is None or product.organisation_id != organisation.id:
        raise Refused("link.not_yours")
    if not link.qualifiers:
        return
    found = lookup.find_by_lot(link.value[:14], link.lot, link.serial) if link.lot else None
    if found is None:
        raise Refused("link.lot_unknown")
    if session.get_one(Batch, found.batch_id).organisation_id != organisation.id:
        raise Refused("link.not_yours")


def _is_own_location(organisation: Organisation, link: Link) -> bool:
    return link.key in _LOCATIONS and organisation.gln == link.value


def _is_own_unit(session: Session, organisation: Organisation, link: Link) -> bool:
    mine = exists().where(
        LogisticUnit.sscc == link.value,
        LogisticUnit.organisation_id == organisation.id,
        LogisticUnit.state != "void",
    )
    return link.key == "00" and bool(session.scalar(select(mine)))
