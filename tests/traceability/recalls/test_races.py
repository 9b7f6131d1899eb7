"""A lot is recalled while it is being split: whichever comes first, nothing of it escapes."""

from __future__ import annotations

import threading
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from accounts.permissions import SYSTEM
from foundation import db
from foundation.errors import Conflict
from tests.traceability.factories import grow, make_batch
from tests.traceability.handling.factories import is_kept
from traceability.handling import parting
from traceability.handling.parting import Part, Split
from traceability.models import Batch
from traceability.recalls import holding
from traceability.recalls.holding import Wish
from traceability.recalls.models import RecallBatch
from traceability.recalls.reach import Suspicion

SPLITS, HOLDS = 24, 8


def test_no_descendant_escapes_while_its_lot_is_being_split(
    own_database: db.Database, now: datetime
) -> None:
    with db.transaction() as session:
        whole = make_batch(session, grow(session, now), now, quantity=Decimal(100))
        code, batch_id = whole.code, whole.id
    together = threading.Barrier(SPLITS + HOLDS)
    answers: list[str] = []

    def part() -> None:
        together.wait()
        try:
            with db.transaction() as session:
                parting.split(session, SYSTEM, Split(code, (Part(Decimal(1)),)), now=now)
            answers.append("split")
        except Conflict:
            answers.append("refused")
        except OperationalError:
            # Waited too long for its turn, on a laden machine: it did nothing.
            answers.append("gave up")

    def hold() -> None:
        together.wait()
        wish = Wish(Suspicion("batch", code), "Nghi")
        try:
            with db.transaction() as session:
                holding.hold(session, SYSTEM, wish, now=now)
            answers.append("held")
        except Conflict as twice:
            answers.append(twice.code)
        except OperationalError:
            answers.append("gave up")

    threads = [threading.Thread(target=part) for _ in range(SPLITS)]
    # Holds start in the middle of the splits, so that some wait for splits under way.
    threads[SPLITS // 2 : SPLITS // 2] = [threading.Thread(target=hold) for _ in range(HOLDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with db.reading() as session:
        assert len(answers) == SPLITS + HOLDS
        assert answers.count("held") == 1
        lots = session.scalars(select(Batch)).all()
        assert len(lots) == 1 + answers.count("split")
        assert {lot.state for lot in lots} == {"held"}
        under = session.execute(select(RecallBatch.recall_id, RecallBatch.batch_id)).all()
        # Eight asked at once and one was opened; nothing can be split any more, and it has all.
        assert len({recall for recall, _batch in under}) == 1
        assert {batch for _recall, batch in under} == {lot.id for lot in lots}
        assert is_kept(session, session.get_one(Batch, batch_id))
