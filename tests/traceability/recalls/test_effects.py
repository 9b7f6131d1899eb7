"""Figures of a recall: goods counted once however often they were parted, rows the ledger keeps."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation.errors import Invalid
from ledger.rows import checking, recording
from ledger.rows.forms import in_use
from tests.products.factories import make_product
from tests.traceability.factories import Grown, grow, make_batch
from tests.traceability.lineage.factories import make_of
from traceability.handling import consigning, parting, receiving, stock
from traceability.handling.acting import Taken
from traceability.handling.consigning import Shipment
from traceability.handling.parting import Part, Split
from traceability.handling.receiving import Receipt
from traceability.models import Batch
from traceability.recalls import effects, holding
from traceability.recalls.holding import Wish
from traceability.recalls.models import Recall
from traceability.recalls.reach import Suspicion


def _hold(
    session: Session, batch: Batch, now: datetime, *, with_descendants: bool = True
) -> Recall:
    wish = Wish(Suspicion("batch", batch.code), "Nghi", with_descendants=with_descendants)
    return holding.hold(session, SYSTEM, wish, now=now).recall


@pytest.fixture
def parted(session: Session, now: datetime) -> tuple[Grown, Grown, Batch]:
    """1,200 kg: 400 split off in two, 300 sent to another who confirmed them, 100 sold."""
    farm, factory = grow(session, now), grow(session, now)
    rice = make_batch(session, farm, now)
    parts = (Part(Decimal(250)), Part(Decimal(150)))
    parting.split(session, SYSTEM, Split(rice.code, parts), now=now)
    goods = (Taken(rice.code, Decimal(300)),)
    shipment = Shipment(goods, recipient=factory.organisation.code)
    sent = consigning.ship(session, SYSTEM, shipment, now=now)
    receiving.receive(session, SYSTEM, Receipt(sent.code), now=now)
    assert stock.take(session, rice.id, Decimal(100))
    return farm, factory, rice


def test_goods_that_were_split_and_sent_are_counted_once(
    session: Session, now: datetime, parted: tuple[Grown, Grown, Batch]
) -> None:
    farm, factory, rice = parted

    found = {row.holder: row for row in effects.figures(session, _hold(session, rice, now).id)}

    own, theirs = found[farm.organisation.name], found[factory.organisation.name]
    assert (own.batches, own.made, own.free, own.sold) == (3, *map(Decimal, (900, 800, 100)))
    assert (theirs.batches, theirs.made, theirs.free) == (1, Decimal(300), Decimal(300))
    assert own.made + theirs.made == Decimal(1200)


def test_a_recall_of_the_lot_alone_counts_all_that_was_made(
    session: Session, now: datetime, parted: tuple[Grown, Grown, Batch]
) -> None:
    recall = _hold(session, parted[2], now, with_descendants=False)

    (only,) = effects.figures(session, recall.id)

    assert (only.batches, only.made) == (1, Decimal(1200))


def test_a_lot_is_named_by_its_own_code_where_it_is_the_only_one(
    session: Session, now: datetime
) -> None:
    farm, factory = grow(session, now), grow(session, now)
    rice = make_batch(session, farm, now, lot="LO-1")
    cakes = make_batch(session, factory, now, lot="BANH-1")
    flour = make_product(session, factory.organisation, now=now, name="Bột").code
    same = make_batch(session, factory, now, product=flour, lot="LO-1")
    make_of(session, cakes, rice, now=now)
    make_of(session, same, rice, now=now)
    recall = _hold(session, rice, now)

    effects.note(session, SYSTEM, recall.code, "BANH-1", {"found": Decimal(3)}, now=now)
    with pytest.raises(Invalid) as twice:
        effects.note(session, SYSTEM, recall.code, "LO-1", {"found": Decimal(3)}, now=now)

    assert [finding.code for finding in twice.value.findings] == ["recall.lot_ambiguous"]
    assert effects.of_batches(session, recall.id, [cakes.id]) == {cakes.id: {"found": Decimal(3)}}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE recall_effects SET amount = amount + 1",
        "UPDATE recall_effects SET kind = 'destroyed'",
        "DELETE FROM recall_effects",
    ],
)
def test_the_ledger_finds_a_changed_figure(session: Session, now: datetime, change: str) -> None:
    rice = make_batch(session, grow(session, now), now)
    recall = _hold(session, rice, now)
    effects.note(session, SYSTEM, recall.code, rice.code, {"found": Decimal(3)}, now=now)
    recording.settle(session)
    form = in_use()["recall_effects"]
    assert list(checking.faults_of(session, form)) == []

    # As somebody would who is master of the database: the table itself refuses changes.
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text(change))

    (fault,) = checking.faults_of(session, form)
    assert fault.table == "recall_effects"
