"""Modern sales channels of OCOP owners: our own shop as seen, others as an officer confirmed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation import clock
from foundation.errors import Conflict
from foundation.i18n import N_, _
from foundation.paging import Page, fetch
from foundation.vietnamese import spelling_key
from indicators.models import ChannelClaim
from indicators.registers import entering
from ledger import log
from shop import facts as shop_facts

OWN_SHOP = N_("cửa hàng Nguồn")


@dataclass(frozen=True)
class Owner:
    """An OCOP owner in at least one modern channel on a day; `channels` names them."""

    code: str
    name: str
    commune_code: str
    channels: str


def record(session: Session, actor: Actor, entry: dict[str, Any], *, now: datetime) -> ChannelClaim:
    """Enter a claim (a loaded `ChannelSchema`). Raises: Invalid, Forbidden."""
    place = entering.place_for(session, actor, entry["commune_code"], clock.business_day(now))
    entering.refuse_backwards(entry["valid_from"], entry.get("valid_to"), "valid_to")
    claim = ChannelClaim(
        owner_name=entry["owner_name"],
        owner_key=spelling_key(entry["owner_name"])[:400],
        organisation_id=entering.organisation_id(session, entry.get("organisation")),
        commune_code=place.commune_code,
        province_code=place.province_code,
        kind=entry["kind"],
        channel=entry["channel"],
        valid_from=entry["valid_from"],
        valid_to=entry.get("valid_to"),
        evidence=entry["evidence"],
        entered_by=entering.person_of(actor),
        entered_at=now,
    )
    session.add(claim)
    session.flush()
    _log(session, "channel.recorded", claim, now)
    return claim


def end(session: Session, actor: Actor, claim_id: int, on: date, *, now: datetime) -> ChannelClaim:
    """Say until when an owner sold there; the figures of the days before keep it.

    Raises: NotFound, Forbidden, Conflict("register.ended"), Invalid("register.ends_before").
    """
    claim = entering.get_locked(session, actor, ChannelClaim, claim_id)
    if claim.valid_to is not None:
        raise Conflict("register.ended")
    entering.refuse_backwards(claim.valid_from, on, "valid_to")
    claim.valid_to = on
    session.flush()
    _log(session, "channel.ended", claim, now)
    return claim


def list_owners(session: Session, day: date) -> list[Owner]:
    """Return every OCOP owner that sells through a modern channel on a day, each once.

    An owner is one organisation; one that is not on the platform is its name in its commune.
    """
    found: dict[tuple[str, str], Owner] = {}
    for owner in shop_facts.ocop_owners(session, day):
        if owner.on_sale:
            key = ("organisation", str(owner.organisation_id))
            found[key] = Owner(owner.organisation, owner.name, owner.commune_code, _(OWN_SHOP))
    for claim in _valid_claims(session, day):
        key = _key(claim)
        known = found.get(key)
        channels = f"{known.channels}, {claim.channel}" if known else claim.channel
        code = known.code if known else f"KB-{claim.id}"
        commune = known.commune_code if known else claim.commune_code
        found[key] = Owner(code, claim.owner_name, commune, channels)
    return list(found.values())


def list_entered(
    session: Session, actor: Actor, *, commune_code: str | None = None, cursor: str | None = None
) -> Page[ChannelClaim]:
    """Return the claims of an officer's territory, newest first. Raises: Forbidden."""
    statement = selection(actor, commune_code)
    return fetch(session, statement, (ChannelClaim.id,), cursor=cursor, descending=True)


def selection(actor: Actor, commune_code: str | None = None) -> Select[Any]:
    """The claims of an officer's territory or of one commune of it. Raises: Forbidden."""
    permissions.require(actor, "register.write")
    statement = select(ChannelClaim)
    scopes = entering.scopes(actor)
    if "" not in scopes:
        statement = statement.where(
            or_(ChannelClaim.commune_code.in_(scopes), ChannelClaim.province_code.in_(scopes))
        )
    if commune_code:
        statement = statement.where(ChannelClaim.commune_code == commune_code)
    return statement


def _valid_claims(session: Session, day: date) -> list[ChannelClaim]:
    statement = (
        select(ChannelClaim)
        .where(
            ChannelClaim.valid_from <= day,
            or_(ChannelClaim.valid_to.is_(None), ChannelClaim.valid_to >= day),
        )
        .order_by(ChannelClaim.id)
    )
    return list(session.scalars(statement))


def _key(claim: ChannelClaim) -> tuple[str, str]:
    if claim.organisation_id is not None:
        return ("organisation", str(claim.organisation_id))
    return (claim.commune_code, claim.owner_key)


def _log(session: Session, kind: str, claim: ChannelClaim, now: datetime) -> None:
    body = {
        "commune_code": claim.commune_code,
        "kind": claim.kind,
        "valid_from": claim.valid_from,
        "valid_to": claim.valid_to,
    }
    log.append(session, kind=kind, subject=f"KB-{claim.id}", body=body, now=now)
