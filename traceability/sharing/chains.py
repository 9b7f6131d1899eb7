"""With which partners an organisation shares the history of its goods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts import organisations, permissions
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import paging
from foundation.errors import Finding, Invalid, NotFound
from foundation.paging import Page
from products.models import Product
from traceability.epcis.querying.models import ChainShare
from traceability.models import Batch

SHARE = "chain.share"


@dataclass(frozen=True)
class NewShare:
    """What is to be shared: all of an organisation's goods, one product or one batch (by code).

    Of what happens from ``since`` to ``until``, both days included; None leaves an end open.
    """

    organisation: str
    partner: str
    product: str | None = None
    batch: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class SharedThings:
    """What shares are of, by id: the names of products, the lots of batches."""

    products: dict[int, str]
    lots: dict[int, str]


def share(session: Session, actor: Actor, new: NewShare, *, now: datetime) -> ChainShare:
    """Let a partner read the history of one's goods, from now on until it is taken back.

    Raises: NotFound, Forbidden, Invalid with all findings.
    """
    organisation = organisations.get_organisation(session, new.organisation)
    permissions.require(actor, SHARE, organisation)
    findings: list[Finding] = []
    partner = organisations.find_organisation(session, new.partner)
    if partner is None or not partner.is_verified:
        findings.append(Finding("share.partner_unknown", {"code": new.partner}, "partner"))
    elif partner.id == organisation.id:
        findings.append(Finding("share.with_oneself", {}, "partner"))
    if new.since and new.until and new.until < new.since:
        findings.append(Finding("share.days", {}, "until"))
    product_id = _product(session, organisation, new.product, findings)
    batch_id = _batch(session, organisation, new.batch, findings)
    if findings or partner is None:
        raise Invalid(findings)
    made = ChainShare(
        organisation_id=organisation.id,
        partner=partner,
        product_id=product_id,
        batch_id=batch_id,
        since=new.since,
        until=new.until,
        made_at=now,
        made_by_id=actor.person_id,
    )
    session.add(made)
    session.flush()
    return made


def _product(
    session: Session, organisation: Organisation, code: str | None, findings: list[Finding]
) -> int | None:
    if code is None:
        return None
    mine = (Product.code == code, Product.organisation_id == organisation.id)
    found = session.scalar(select(Product.id).where(*mine))
    if found is None:
        findings.append(Finding("share.thing_unknown", {"code": code}, "what"))
    return found


def _batch(
    session: Session, organisation: Organisation, code: str | None, findings: list[Finding]
) -> int | None:
    if code is None:
        return None
    mine = (Batch.code == code, Batch.organisation_id == organisation.id)
    found = session.scalar(select(Batch.id).where(*mine))
    if found is None:
        findings.append(Finding("share.thing_unknown", {"code": code}, "what"))
    return found


def get(session: Session, actor: Actor, share_id: int) -> ChainShare:
    """A share of one's own organisation. Raises: NotFound."""
    found = session.scalars(
        select(ChainShare)
        .where(ChainShare.id == share_id)
        .options(joinedload(ChainShare.partner))
        .with_for_update(of=ChainShare)
    ).first()
    if found is None:
        raise NotFound("share.not_found")
    permissions.require(actor, SHARE, found)
    return found


def end(session: Session, actor: Actor, share_id: int, *, now: datetime) -> ChainShare:
    """Take a share back: from now on the partner reads nothing through it; ending twice is once."""
    found = get(session, actor, share_id)
    if found.ended_at is None:
        found.ended_at, found.ended_by_id = now, actor.person_id
        session.flush()
    return found


def list_given(
    session: Session, actor: Actor, *, ended: bool, cursor: str | None = None
) -> Page[ChainShare]:
    """What one's organisations share, or shared until it was taken back; the newest first."""
    permissions.require(actor, SHARE)
    state = ChainShare.ended_at.is_not(None) if ended else ChainShare.ended_at.is_(None)
    statement = (
        select(ChainShare)
        .where(ChainShare.organisation_id.in_(actor.organisation_ids("manager")), state)
        .options(joinedload(ChainShare.partner))
    )
    return paging.fetch(session, statement, (ChainShare.id,), cursor=cursor, descending=True)


def list_got(session: Session, actor: Actor) -> Sequence[tuple[str, datetime]]:
    """Who shares with one's organisations now, and since when, by name."""
    own = actor.organisation_ids()
    rows = session.execute(
        select(Organisation.name, ChainShare.made_at)
        .join(Organisation, Organisation.id == ChainShare.organisation_id)
        .where(ChainShare.partner_id.in_(own), ChainShare.ended_at.is_(None))
        .order_by(Organisation.sort_key, ChainShare.id)
        .limit(200)
    )
    return [(name, made_at) for name, made_at in rows]


def things_of(session: Session, shares: Iterable[ChainShare]) -> SharedThings:
    """The names of what shares are of, in two statements."""
    shares = list(shares)
    products = [each.product_id for each in shares if each.product_id is not None]
    batches = [each.batch_id for each in shares if each.batch_id is not None]
    named = session.execute(select(Product.id, Product.name).where(Product.id.in_(products)))
    lots = session.execute(select(Batch.id, Batch.lot).where(Batch.id.in_(batches)))
    return SharedThings({row.id: row.name for row in named}, {row.id: row.lot for row in lots})
