"""Production batches (lô sản xuất): finding them and showing them to those who may see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, or_, select, true, update
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from accounts import permissions
from accounts.permissions import Actor
from foundation import codes, paging
from foundation.errors import NotFound
from foundation.paging import Page
from products import register, search_keys
from products.models import Product
from traceability import digital_link
from traceability.models import Batch


def find_batch(session: Session, code: str) -> Batch | None:
    """The batch of a code, however it was typed, with its product, organisation and areas."""
    return session.scalar(whole().where(Batch.code == codes.normalise(code)))


def get_batch(session: Session, code: str) -> Batch:
    """The batch of a code. Raises: NotFound("batch.not_found")."""
    batch = find_batch(session, code)
    if batch is None:
        raise NotFound("batch.not_found")
    return batch


def get_batch_by_id(session: Session, batch_id: int) -> Batch:
    """The batch of an id another row names. Raises: NotFound("batch.not_found")."""
    batch = session.scalar(whole().where(Batch.id == batch_id))
    if batch is None:
        raise NotFound("batch.not_found")
    return batch


def get_own_batch(session: Session, actor: Actor, code: str) -> Batch:
    """The batch of a code, for those who may see it in the workspace. Raises: NotFound."""
    batch = get_batch(session, code)
    permissions.require(actor, "batch.read", batch)
    return batch


def find_by_lot(session: Session, gtin: str, lot: str) -> Batch | None:
    """The batch a Digital Link names: by any GTIN its product bore, and lot.

    One opened by mistake only where no other bears its name.
    """
    product = register.find_by_gtin(session, gtin)
    if product is None:
        return None
    bearing = whole().where(Batch.product_id == product.id, Batch.lot == lot)
    return session.scalar(bearing.order_by(Batch.voided_at.is_not(None), Batch.id.desc()).limit(1))


@dataclass(frozen=True)
class BatchFilter:
    """Which batches: by state, origin, product code, day of production, words of lot or product."""

    state: str = ""
    origin: str = ""
    product: str = ""
    q: str = ""
    since: date | None = None
    until: date | None = None


def list_batches(
    session: Session,
    actor: Actor,
    wanted: BatchFilter | None = None,
    *,
    cursor: str | None = None,
    size: int = paging.DEFAULT_SIZE,
) -> Page[Batch]:
    """The batches an actor may see, the newest first. Raises: Forbidden, Invalid."""
    permissions.require(actor, "batch.read")
    return paging.fetch(
        session,
        _filtered(whole().where(_visible(actor)), wanted or BatchFilter()),
        [Batch.opened_at, Batch.id],
        cursor=cursor,
        size=size,
        descending=True,
    )


def _filtered(statement: Select[Batch], wanted: BatchFilter) -> Select[Batch]:
    if wanted.state:
        statement = statement.where(Batch.state == wanted.state)
    if wanted.origin:
        statement = statement.where(Batch.origin == wanted.origin)
    if wanted.product:
        named = select(Product.id).where(Product.code == codes.normalise(wanted.product))
        statement = statement.where(Batch.product_id.in_(named))
    if wanted.since is not None:
        statement = statement.where(Batch.produced_on >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(Batch.produced_on <= wanted.until)
    if wanted.q:
        statement = statement.where(says(wanted.q))
    return statement


def says(text: str) -> ColumnElement[bool]:
    """Whether a lot begins like a text, a code is it, or the product's name has its words."""
    named = [Batch.lot.startswith(text, autoescape=True), Batch.code == codes.normalise(text)]
    query = search_keys.folded_query(text)
    if query is not None:
        called = select(Product.id).where(Product.search_folded.op("@@")(query))
        named.append(Batch.product_id.in_(called))
    return or_(*named)


def trace_url(batch: Batch, base_url: str) -> str:
    """The address its labels carry: GS1 Digital Link when the product has a GTIN, else our own.

    A batch that let its name go has only our own: the other may lead to the one that has it now.
    """
    if batch.product.gtin and not batch.is_nameless:
        return digital_link.build(base_url, batch.product.gtin, lot=batch.lot)
    return digital_link.build_own(base_url, batch.code)


def trace_path(batch: Batch, serial: str | None = None) -> str:
    """The same address within this site, down to one item when its serial is given."""
    path = trace_url(batch, "")
    if serial is None:
        return path
    own = path.startswith("/t/")
    return f"{path}/{serial}" if own else f"{path}/21/{serial}"


def whole() -> Select[Batch]:
    """Batches with all that pages and steps read of them."""
    return select(Batch).options(
        joinedload(Batch.product),
        joinedload(Batch.organisation),
        selectinload(Batch.areas),
        selectinload(Batch.parcels),
    )


def _visible(actor: Actor) -> ColumnElement[bool]:
    scopes = actor.scopes("officer", "inspector")
    if actor.system or actor.has_role("admin") or "" in scopes:
        return true()
    return or_(
        Batch.organisation_id.in_(actor.organisation_ids()),
        Batch.commune_code.in_(scopes),
        Batch.province_code.in_(scopes),
    )


def get_locked_batch(session: Session, code: str) -> Batch:
    """The batch of a code, held against others until the transaction ends. Raises: NotFound."""
    statement = whole().where(Batch.code == codes.normalise(code)).with_for_update(of=Batch)
    batch = session.scalar(statement.execution_options(populate_existing=True))
    if batch is None:
        raise NotFound("batch.not_found")
    return batch


def lock_batches(session: Session, wanted: Iterable[str]) -> dict[str, Batch]:
    """Batches of these codes by code, held in id order against others until the transaction ends.

    Codes nobody bears are missing from the answer.
    """
    statement = (
        whole()
        .where(Batch.code.in_(sorted(set(wanted))))
        .order_by(Batch.id)
        .with_for_update(of=Batch)
        .execution_options(populate_existing=True)
    )
    return {batch.code: batch for batch in session.scalars(statement)}


def lock_by_ids(session: Session, ids: Iterable[int]) -> dict[int, Batch]:
    """Batches by id, held in id order against others until the transaction ends."""
    statement = (
        whole()
        .where(Batch.id.in_(sorted(set(ids))))
        .order_by(Batch.id)
        .with_for_update(of=Batch)
        .execution_options(populate_existing=True)
    )
    return {batch.id: batch for batch in session.scalars(statement)}


def by_ids(session: Session, ids: Iterable[int]) -> dict[int, Batch]:
    """Batches by id in one query."""
    rows = session.scalars(whole().where(Batch.id.in_(sorted(set(ids)))))
    return {batch.id: batch for batch in rows}


def tell_anew(session: Session, found: Iterable[Batch], *, now: datetime) -> None:
    """Batches have something new to tell: stories kept of them are thrown away.

    One batch is named by its key, so that the statement returns what the ledger is to record.
    """
    told = {batch.id: batch for batch in found}
    ids = sorted(told)
    session.execute(
        update(Batch)
        .where(Batch.id == ids[0] if len(ids) == 1 else Batch.id.in_(ids))
        .values(changed_at=now)
        .execution_options(synchronize_session=False)
    )
    for batch in told.values():
        set_committed_value(batch, "changed_at", now)


def fresh(session: Session, made: Iterable[Batch]) -> list[Batch]:
    """Batches just written, read again with all that belongs to them, in their order."""
    rows = list(made)
    ids = [batch.id for batch in rows]
    for batch in rows:
        session.expire(batch)
    found = by_ids(session, ids)
    return [found[batch_id] for batch_id in ids]
