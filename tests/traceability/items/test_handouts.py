"""Labels handed to packing lines: nobody is handed what another holds, and all is accounted for."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation.errors import Conflict, Invalid, NotFound
from tests.growing_areas.factories import make_organisation, manager
from tests.traceability.factories import grow, make_batch
from tests.traceability.items.factories import print_labels, states
from traceability.items import acts, handouts, listing
from traceability.items.acts import Change
from traceability.items.handouts import Handing, Settling
from traceability.items.models import ItemHandout
from traceability.models import Batch


@pytest.fixture
def batch(session: Session, now: datetime) -> Batch:
    made = make_batch(session, grow(session, now), now, lot="BUOI-26A")
    # Two orders: a roll does not care which of them printed it.
    print_labels(session, made, now, 60)
    print_labels(session, made, now, 40)
    return made


def hand(
    session: Session,
    batch: Batch,
    now: datetime,
    count: int,
    line: str = "Chuyền 1",
    start: str = "",
) -> ItemHandout:
    wanted = Handing(batch.code, line, count, start)
    return handouts.hand_out(session, SYSTEM, wanted, now=now)


def test_lines_are_handed_the_next_free_labels_in_a_row(
    session: Session, now: datetime, batch: Batch
) -> None:
    acts.change(session, SYSTEM, Change(batch.code, "void", "11", "12", "rách"), now=now)

    got = [hand(session, batch, now, count) for count in (10, 50, 10, 28)]

    assert [(row.first, row.last) for row in got] == [(1, 10), (13, 62), (63, 72), (73, 100)]
    with pytest.raises(Conflict) as refused:
        hand(session, batch, now, 1)
    assert refused.value.code == "item.none_free"
    assert listing.counts(session, batch.id).handed == 98


def test_what_a_line_holds_is_handed_to_nobody_else(
    session: Session, now: datetime, batch: Batch
) -> None:
    hand(session, batch, now, 10, start="21")

    with pytest.raises(Conflict) as refused:
        hand(session, batch, now, 10, "Chuyền 2", start="12")

    assert refused.value.code == "item.handed_out"
    assert refused.value.params == {"line": "Chuyền 1", "first": 21, "last": 30}


def test_pasted_labels_become_active_and_the_rest_goes_back_to_the_shelf(
    session: Session, now: datetime, batch: Batch
) -> None:
    row = hand(session, batch, now, 50)

    handouts.settle(session, SYSTEM, row.id, Settling(30), now=now)

    assert states(session, batch) == [(1, 30, "activated"), (31, 100, "printed")]
    assert (hand(session, batch, now, 70).first, row.left_over) == (31, "kept")


def test_a_lost_rest_is_void_and_what_was_torn_meanwhile_stays_so(
    session: Session, now: datetime, batch: Batch
) -> None:
    row = hand(session, batch, now, 50)
    acts.change(session, SYSTEM, Change(batch.code, "void", "5", reason="rách"), now=now)

    handouts.settle(session, SYSTEM, row.id, Settling(30, "void", "ướt"), now=now)

    assert states(session, batch) == [
        (1, 4, "activated"), (5, 5, "void"), (6, 30, "activated"), (31, 50, "void"),
        (51, 100, "printed"),
    ]  # fmt: skip


def test_a_roll_is_settled_once_and_within_what_was_handed(
    session: Session, now: datetime, batch: Batch
) -> None:
    row = hand(session, batch, now, 50)

    with pytest.raises(Invalid) as wrong:
        handouts.settle(session, SYSTEM, row.id, Settling(51, "void"), now=now)
    handouts.settle(session, SYSTEM, row.id, Settling(0), now=now)
    with pytest.raises(Conflict) as again:
        handouts.settle(session, SYSTEM, row.id, Settling(50), now=now)

    assert [f.code for f in wrong.value.findings] == ["item.used_too_many"]
    assert again.value.code == "item.settled"
    assert states(session, batch) == [(1, 100, "printed")]


def test_another_cooperative_cannot_hand_out_nor_settle(
    session: Session, now: datetime, batch: Batch
) -> None:
    row = hand(session, batch, now, 5)
    stranger = manager(make_organisation(session, now), 55)

    with pytest.raises(NotFound):
        handouts.hand_out(session, stranger, Handing(batch.code, "Chuyền 9", 1), now=now)
    with pytest.raises(NotFound):
        handouts.settle(session, stranger, row.id, Settling(1), now=now)
    assert listing.page_handouts(session, stranger).items == []
