"""What a suspicion reaches: listed materials, suppliers' lots, goods still on their way."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation.errors import Invalid
from growing_areas import diary
from growing_areas.catalogue import catalogue
from growing_areas.catalogue.models import PermittedMaterial
from growing_areas.diary import Work
from tests.traceability.factories import Grown, grow, make_batch
from tests.traceability.handling.factories import open_none
from traceability import releasing
from traceability.handling import consigning, receiving
from traceability.handling.acting import Taken
from traceability.handling.consigning import Shipment
from traceability.handling.purchases import NewPurchase
from traceability.handling.receiving import Receipt
from traceability.handling.trade_models import Consignment
from traceability.models import Batch
from traceability.quality import holds
from traceability.recalls import deciding, holding, listing
from traceability.recalls.deciding import Notice
from traceability.recalls.holding import Held, Wish
from traceability.recalls.models import RecallBatch
from traceability.recalls.reach import Suspicion

SPRAYED = date(2026, 9, 1)
NOTICE = Notice("Thuốc giả", "Trả hàng lại nơi đã mua")


def _listed(
    session: Session, now: datetime, name: str, number: str, *, crop: str = ""
) -> PermittedMaterial:
    row = PermittedMaterial(
        kind="pesticide", name=name, name_key=name.lower(), active_ingredient="Etofenprox",
        registration_number=number, crop_name=crop, target="", pre_harvest_days=3,
        valid_from=date(2026, 1, 1), source="thử", verified=False, added_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _sprayed(
    session: Session, now: datetime, material: PermittedMaterial | None, name: str | None = None
) -> Batch:
    """A lot of a field where something was sprayed months before its harvest."""
    grown = grow(session, now)
    work = Work(
        "spraying", SPRAYED, product_name=name, pre_harvest_days=3,
        material=material.id if material else None,
    )  # fmt: skip
    entry = diary.record(session, SYSTEM, grown.area.id, work, now=now).entry
    # As a list of another year would have named it: by the row that was chosen, whatever the crop.
    session.execute(text("SET LOCAL session_replication_role = replica"))
    entry.material_id = material.id if material else None
    session.flush()
    session.execute(text("SET LOCAL session_replication_role = origin"))
    return make_batch(session, grown, now)


def _hold(session: Session, now: datetime, suspicion: Suspicion) -> Held:
    return holding.hold(session, SYSTEM, Wish(suspicion, "Nghi"), now=now)


def _lots(session: Session, held: Held) -> set[int]:
    found = select(RecallBatch.batch_id).where(RecallBatch.recall_id == held.recall.id)
    return set(session.scalars(found))


def test_a_material_of_the_catalogue_reaches_lines_of_all_its_rows_and_unlisted_names(
    session: Session, now: datetime
) -> None:
    meant = _listed(session, now, "trebon 10ec", "123/CNĐKT")
    next_crop = _listed(session, now, "trebon 10ec", "123/CNĐKT", crop="Lúa")
    other = _listed(session, now, "trebon 10ec", "999/CNĐKT")
    reached = {
        _sprayed(session, now, meant).id,
        _sprayed(session, now, next_crop).id,
        _sprayed(session, now, None, "TREBON  10EC").id,
    }
    spared = _sprayed(session, now, other)

    held = _hold(session, now, Suspicion("material", "", meant.id))

    assert _lots(session, held) == reached
    assert spared.state == "released"
    assert (held.recall.origin_key, held.recall.material_id) == ("trebon 10ec", meant.id)
    told = listing.suspected(session, [held.recall])
    assert told[held.recall.id] == "trebon 10ec (số đăng ký 123/CNĐKT)"


def test_a_registration_number_means_its_product_and_a_name_of_two_means_both(
    session: Session, now: datetime
) -> None:
    first = _listed(session, now, "trebon 10ec", "123/CNĐKT")
    second = _listed(session, now, "trebon 10ec", "999/CNĐKT")
    one, two = _sprayed(session, now, first), _sprayed(session, now, second)

    by_number = _hold(session, now, Suspicion("material", " 999/cnđkt "))
    by_name = _hold(session, now, Suspicion("material", "Trebon 10EC"))

    assert _lots(session, by_number) == {two.id}
    assert by_number.recall.material_id == second.id
    assert _lots(session, by_name) == {one.id, two.id}
    assert by_name.recall.material_id is None
    assert catalogue.only_product(session, "trebon 10ec") is None


def test_a_line_that_was_struck_out_reaches_nothing(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    work = Work("spraying", SPRAYED, product_name="Thuốc nhầm", pre_harvest_days=3)
    line = diary.record(session, SYSTEM, grown.area.id, work, now=now).entry
    make_batch(session, grown, now)
    diary.strike_out(session, SYSTEM, line.id, "Ghi nhầm", now=now)

    with pytest.raises(Invalid):
        _hold(session, now, Suspicion("material", "Thuốc nhầm"))


def test_a_suppliers_lot_reaches_every_batch_it_went_into(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    bought = NewPurchase("Công ty Chè", supplier_lot="LO-A7")
    other = NewPurchase("Công ty Chè", supplier_lot="LO-B1")
    first, second, spared = (
        open_none(
            session, grown.product, now, origin="purchase", lot=lot, purchases=(purchase,)
        )
        for lot, purchase in (("MUA-1", bought), ("MUA-2", bought), ("MUA-3", other))
    )  # fmt: skip

    held = _hold(session, now, Suspicion("supplier_lot", " lo-a7 "))

    assert _lots(session, held) == {first.id, second.id}
    assert spared.state == "open"


def test_equal_lot_numbers_of_two_suppliers_are_kept_apart(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    one, other = (
        open_none(
            session, grown.product, now, origin="purchase", lot=lot,
            purchases=(NewPurchase(supplier, supplier_lot="LO-A7"),),
        )
        for lot, supplier in (("MUA-1", "Công ty Chè"), ("MUA-2", "Công ty Đường"))
    )  # fmt: skip

    with pytest.raises(Invalid) as unclear:
        _hold(session, now, Suspicion("supplier_lot", "LO-A7"))
    held = _hold(session, now, Suspicion("supplier_lot", "LO-A7", supplier="công ty  chè"))

    (finding,) = unclear.value.findings
    assert finding.code == "recall.supplier_ambiguous"
    assert finding.params["suppliers"] == "Công ty Chè; Công ty Đường"
    assert _lots(session, held) == {one.id}
    assert other.state == "open"
    assert listing.suspected(session, [held.recall])[held.recall.id] == "LO-A7 (Công ty Chè)"


@pytest.fixture
def on_its_way(session: Session, now: datetime) -> tuple[Batch, Consignment]:
    giver, taker = grow(session, now), grow(session, now)
    batch = make_batch(session, giver, now)
    return batch, _send(session, batch, taker, now)


def _send(session: Session, batch: Batch, taker: Grown, now: datetime) -> Consignment:
    goods = (Taken(batch.code, Decimal(400)),)
    wanted = Shipment(goods, recipient=taker.organisation.code)
    return consigning.ship(session, SYSTEM, wanted, now=now)


def _arrived(session: Session, sent: Consignment, now: datetime) -> Batch:
    done = receiving.receive(session, SYSTEM, Receipt(sent.code), now=now)
    return session.get_one(Batch, done.lines[0].received_batch_id)


@pytest.mark.parametrize(
    ("stage", "state"), [("held", "held"), ("recalled", "recalled"), ("closed", "recalled")]
)
def test_goods_that_arrive_later_join_the_recall_of_their_lot(
    session: Session, now: datetime, on_its_way: tuple[Batch, Consignment], stage: str, state: str
) -> None:
    batch, sent = on_its_way
    held = _hold(session, now, Suspicion("batch", batch.code))
    if stage != "held":
        deciding.announce(session, SYSTEM, held.recall.code, NOTICE, now=now)
    if stage == "closed":
        deciding.close(session, SYSTEM, held.recall.code, "Đã thu đủ", now=now)

    made = _arrived(session, sent, now)

    assert made.state == state
    assert _lots(session, held) == {batch.id, made.id}


def test_a_lot_that_joined_is_free_again_when_the_recall_is_lifted(
    session: Session, now: datetime, on_its_way: tuple[Batch, Consignment]
) -> None:
    batch, sent = on_its_way
    held = _hold(session, now, Suspicion("batch", batch.code))
    made = _arrived(session, sent, now)

    deciding.lift(session, SYSTEM, held.recall.code, "Nhầm", now=now)

    session.expire_all()
    assert (batch.state, made.state) == ("released", "open")
    assert holds.open_holds(session, [made.id]) == {}
    assert releasing.release(session, SYSTEM, made.code, now=now).state == "released"
