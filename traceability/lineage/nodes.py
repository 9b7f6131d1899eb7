"""The things of the graph: naming them once, whoever speaks of them first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Boolean, literal_column, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from traceability.digital_link import Link
from traceability.lineage import claiming, owning
from traceability.lineage.models import TraceNode
from traceability.models import Batch


def uri_of(batch: Batch) -> str:
    """The canonical name of a batch; its product is loaded."""
    if batch.product.gtin:
        return Link("01", batch.product.gtin, (("10", batch.lot),)).canonical()
    return f"/t/{batch.code}"


def name_batch(session: Session, batch: Batch, *, now: datetime) -> TraceNode:
    """Give a batch its place in the graph, or the one a partner spoke of before it was opened.

    What was told of the name before it was declared wrong stays with the name.
    """
    _part_from(session, batch, now)
    statement = insert(TraceNode).values(
        uri=uri_of(batch),
        batch_id=batch.id,
        organisation_id=batch.organisation_id,
        created_at=now,
    )
    row = session.execute(
        statement.on_conflict_do_update(
            index_elements=[TraceNode.uri],
            set_={"batch_id": batch.id, "organisation_id": batch.organisation_id},
        ).returning(TraceNode.id, literal_column("xmax <> 0", Boolean()))
    ).one()
    node = session.get_one(TraceNode, row[0], populate_existing=True)
    if row[1]:
        claiming.take_over(session, node, now=now)
    return node


def _part_from(session: Session, batch: Batch, now: datetime) -> None:
    """Let a batch that was opened by mistake stand by its code where its name is given anew."""
    void = session.execute(
        select(TraceNode, Batch.code)
        .join(Batch, Batch.id == TraceNode.batch_id)
        .where(TraceNode.uri == uri_of(batch), Batch.id != batch.id, Batch.voided_at.is_not(None))
    ).one_or_none()
    if void is None:
        return
    node, code = void
    void_id, node.batch_id = node.batch_id, None
    session.flush()
    session.add(
        TraceNode(
            uri=f"/t/{code}",
            batch_id=void_id,
            organisation_id=node.organisation_id,
            created_at=now,
        )
    )
    session.flush()


def node_of(session: Session, batch: Batch) -> TraceNode:
    """A batch's place in the graph: every batch has one from its opening on."""
    return session.scalars(select(TraceNode).where(TraceNode.batch_id == batch.id)).one()


def uris_of(session: Session, batch_ids: Iterable[int]) -> dict[int, str]:
    """The canonical names of batches, by batch id."""
    rows = session.execute(
        select(TraceNode.batch_id, TraceNode.uri).where(TraceNode.batch_id.in_(list(batch_ids)))
    )
    return {batch_id: uri for batch_id, uri in rows if batch_id is not None}


def ensure(
    session: Session, uris: Iterable[str], organisation_id: int | None, *, now: datetime
) -> dict[str, int]:
    """The ids of things by canonical name; those nobody spoke of yet are named now.

    They are the organisation's, but for units that are another's by their number.
    """
    wanted = sorted(set(uris))
    if not wanted:
        return {}
    givers = owning.givers(session, wanted)
    owning.hand_over(session, givers, now=now)
    there = known(session, wanted)
    new = [uri for uri in wanted if uri not in there]
    if not new:
        return there
    rows = [
        {"uri": uri, "organisation_id": givers.get(uri, organisation_id), "created_at": now}
        for uri in new
    ]
    session.execute(insert(TraceNode).on_conflict_do_nothing(), rows)
    return there | known(session, new)


def known(session: Session, uris: list[str]) -> dict[str, int]:
    """The ids of things by canonical name, as far as anybody spoke of them."""
    return {row.uri: row.id for row in session.execute(_KNOWN, {"uris": uris})}


# An array and not a list of parameters: a recall names thousands.
_KNOWN = text("SELECT uri, id FROM trace_nodes WHERE uri = ANY(CAST(:uris AS text[]))")
