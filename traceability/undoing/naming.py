"""The name of a batch that never was: given again only while nobody outside was told of it.

An identifier once told means one thing for ever (GS1 General Specifications, 4.3: no reuse). As
long as it stands in our own books alone, a batch opened by mistake is opened again under the name
its goods bear. Labels, laboratory results and certificates forbid the undoing itself.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, case, exists, or_, select
from sqlalchemy.orm import Session, aliased

from foundation import config
from traceability.epcis.index_models import EventWord
from traceability.epcis.models import EpcisEvent, EventThing
from traceability.epcis.querying.models import ChainShare
from traceability.lineage.models import TraceNode
from traceability.models import Batch
from traceability.recalls.models import RecallBatch
from traceability.scan import scans
from traceability.scan.models import ScanTally


def told_outside(session: Session, batch_ids: Collection[int]) -> dict[int, str]:
    """How somebody outside heard of the name of some batches, by id; the others nobody did.

    ``recalled``, ``released`` (the public was told, and only such goods are sent), ``told`` (an
    event names a partner, or a partner told one), ``shared``, ``scanned``. Two statements.
    """
    if not batch_ids:
        return {}
    # First: what comes in from a journal meanwhile is in the database when that is asked.
    folder = scans.journal_folder(config.current().data_dir)
    waiting = scans.waiting(session, folder, batch_ids)
    why = case(*((heard, name) for name, heard in _WAYS.items()))
    rows = session.execute(select(Batch.id, why).where(Batch.id.in_(sorted(batch_ids))))
    told = {batch_id: name for batch_id, name in rows if name is not None}
    return dict.fromkeys(waiting, "scanned") | told


def bearer_of(session: Session, void: Batch) -> Batch | None:
    """The batch that bears the name of a void one now, if any was opened under it."""
    return session.scalar(
        select(Batch).where(
            Batch.product_id == void.product_id, Batch.lot == void.lot, Batch.voided_at.is_(None)
        )
    )


def _in_events(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether an event that names the batch fulfils some conditions."""
    return exists().where(
        TraceNode.batch_id == Batch.id,
        EventThing.node_id == TraceNode.id,
        EpcisEvent.id == EventThing.event_id,
        *conditions,
    )


_BY_OTHERS = EpcisEvent.organisation_id.is_distinct_from(Batch.organisation_id)
_NAMES_A_PARTY = exists().where(
    EventWord.event_id == EpcisEvent.id, EventWord.kind.in_(("source", "destination"))
)
# A partner who reads of one batch reads of all that its events name beside it.
_BESIDE, _ITS_NODE, _ITS_PART = aliased(Batch), aliased(TraceNode), aliased(EventThing)
_SHARED = exists().where(
    ChainShare.organisation_id == Batch.organisation_id,
    or_(ChainShare.ended_at.is_(None), ChainShare.ended_at > Batch.opened_at),
    or_(
        and_(ChainShare.batch_id.is_(None), ChainShare.product_id.is_(None)),
        _in_events(
            _ITS_PART.event_id == EpcisEvent.id,
            _ITS_NODE.id == _ITS_PART.node_id,
            _BESIDE.id == _ITS_NODE.batch_id,
            or_(ChainShare.batch_id == _BESIDE.id, ChainShare.product_id == _BESIDE.product_id),
        ),
    ),
)
_WAYS: dict[str, ColumnElement[bool]] = {
    "recalled": exists().where(RecallBatch.batch_id == Batch.id),
    "released": or_(
        Batch.released_at.is_not(None),
        _in_events(and_(EpcisEvent.biz_step == "inspecting", ~EpcisEvent.is_error_declaration)),
    ),
    "told": _in_events(or_(_BY_OTHERS, _NAMES_A_PARTY)),
    "shared": _SHARED,
    "scanned": exists().where(ScanTally.batch_id == Batch.id),
}
