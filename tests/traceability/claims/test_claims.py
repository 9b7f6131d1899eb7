"""What somebody tells of another's goods holds and recalls nothing until it was confirmed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM, Actor
from accounts.permissions import Held as Role
from foundation.errors import Conflict, Forbidden, Invalid, NotFound
from foundation.models import OutboxMail
from ledger.models import LedgerEntry
from tests.accounts.factories import make_member, make_official
from tests.traceability.claims.factories import Rivals, make_rivals, tell, the_claim
from tests.traceability.factories import grow, make_batch
from traceability import events
from traceability.certifying import standing
from traceability.certifying.models import LaboratoryResult
from traceability.claims import deciding, listing, notices
from traceability.happenings import Happening, Portion
from traceability.lineage import nodes
from traceability.lineage.models import StepClaim
from traceability.models import Batch
from traceability.quality import holds, inheriting, reach, settling
from traceability.quality.settling import Cause
from traceability.recalls import announced, holding, renewing
from traceability.recalls import deciding as recall_deciding
from traceability.recalls import reach as recall_reach
from traceability.recalls.deciding import Notice
from traceability.recalls.holding import Held, Wish
from traceability.recalls.models import RecallBatch
from traceability.recalls.reach import Suspicion

NOTICE = Notice("Có độc", "Trả lại")


class People:
    """Managers of both, and an officer of the country."""

    def __init__(self, session: Session, rivals: Rivals, now: datetime) -> None:
        self.teller = make_member(session, rivals.teller, now)
        self.owner = make_member(session, rivals.owner, now)
        self.officer = make_official(session, now, role="officer", scope="")


@pytest.fixture
def rivals(session: Session, now: datetime) -> Rivals:
    found = make_rivals(session, now)
    tell(session, found.teller, found.lot, found.theirs, now=now)
    return found


@pytest.fixture
def people(session: Session, rivals: Rivals, now: datetime) -> People:
    return People(session, rivals, now)


def _recall(session: Session, by: Actor, batch: Batch, now: datetime) -> Held:
    return holding.hold(session, by, Wish(Suspicion("batch", batch.code), "Nghi"), now=now)


def _states(session: Session, rivals: Rivals) -> tuple[str, str, str]:
    session.expire_all()
    return rivals.theirs.state, rivals.lot.state, rivals.cakes.state


def _reached(session: Session, held: Held) -> dict[int, bool]:
    statement = select(RecallBatch.batch_id, RecallBatch.by_claim)
    rows = session.execute(statement.where(RecallBatch.recall_id == held.recall.id))
    return dict(rows.all())


def test_a_rivals_recall_of_its_own_lot_leaves_the_goods_it_named_alone(
    session: Session, now: datetime, rivals: Rivals, people: People
) -> None:
    held = _recall(session, people.teller, rivals.theirs, now)
    recall_deciding.announce(session, people.teller, held.recall.code, NOTICE, now=now)

    assert _states(session, rivals) == ("recalled", "released", "released")
    assert (held.batches, held.claims) == (1, 1)
    assert not held.recall.follows_claims


def test_a_failed_sample_and_a_harvest_come_no_further_than_a_claim(
    session: Session, now: datetime, rivals: Rivals
) -> None:
    cause = Cause("laboratory:1", "laboratory", {})
    settling.settle(session, cause, [rivals.theirs.id], "withdrawn", now=now)

    assert _states(session, rivals) == ("held", "released", "released")
    sources = reach.sources_of(session, [rivals.lot.id])[rivals.lot.id]
    assert [each.batch_id for each in sources] == [rivals.lot.id]


def test_the_owners_word_brings_a_running_recall_and_holds_down(
    session: Session, now: datetime, rivals: Rivals, people: People
) -> None:
    cause = Cause("laboratory:1", "laboratory", {})
    settling.settle(session, cause, [rivals.theirs.id], "withdrawn", now=now)
    held = _recall(session, people.teller, rivals.theirs, now)
    recall_deciding.announce(session, people.teller, held.recall.code, NOTICE, now=now)
    later = now + timedelta(hours=1)

    deciding.confirm(session, people.owner, the_claim(session).id, now=later)

    assert _states(session, rivals) == ("recalled", "recalled", "recalled")
    assert _reached(session, held) == dict.fromkeys(
        (rivals.theirs.id, rivals.lot.id, rivals.cakes.id), False
    )
    spread = reach.spread(session, {"laboratory:1": [rivals.theirs.id]})["laboratory:1"]
    assert rivals.cakes.id in spread
    listed = {each.lot: each.added_at for each in announced.lots(session, held.recall)}
    assert listed == {"CUA-HO": None, "LO-Y": later, "BANH-Y": later}
    row = the_claim(session)
    assert (row.state, row.decided_as) == ("confirmed", "owner")


def test_the_office_follows_claims_says_so_and_lets_go_what_proves_untrue(
    session: Session, now: datetime, rivals: Rivals, people: People
) -> None:
    held = _recall(session, people.officer, rivals.theirs, now)
    recall_deciding.announce(session, people.officer, held.recall.code, NOTICE, now=now)
    assert _states(session, rivals) == ("recalled", "recalled", "recalled")
    assert _reached(session, held) == {
        rivals.theirs.id: False, rivals.lot.id: True, rivals.cakes.id: True,
    }  # fmt: skip

    claim = the_claim(session)
    deciding.reject(session, people.officer, claim.id, "Không có phiếu giao", now=now)

    assert _states(session, rivals) == ("recalled", "released", "released")
    assert set(_reached(session, held)) == {rivals.theirs.id}
    gone = {each.lot for each in announced.lots(session, held.recall) if each.left_at}
    assert gone == {"LO-Y", "BANH-Y"}

    deciding.confirm(session, people.officer, claim.id, "Có phiếu 12", now=now)
    assert _states(session, rivals) == ("recalled", "recalled", "recalled")
    assert not any(each.left_at for each in announced.lots(session, held.recall))


def test_the_office_takes_its_word_back_and_what_only_that_held_is_let_go(
    session: Session, now: datetime, rivals: Rivals, people: People
) -> None:
    settling.settle(session, _failed(session, rivals, now), [rivals.theirs.id], "-", now=now)
    held = _recall(session, people.teller, rivals.theirs, now)
    claim = the_claim(session)
    deciding.confirm(session, people.officer, claim.id, "Có phiếu 12", now=now)
    assert _states(session, rivals) == ("held", "held", "held")
    with pytest.raises(Forbidden):
        deciding.take_back(session, people.owner, claim.id, "Không phải", now=now)
    with pytest.raises(Invalid):
        deciding.take_back(session, people.officer, claim.id, " ", now=now)

    deciding.take_back(session, people.officer, claim.id, "Phiếu của lô khác", now=now)

    session.expire_all()
    assert set(_reached(session, held)) == {rivals.theirs.id}
    assert not holds.open_holds(session, [rivals.lot.id, rivals.cakes.id])
    assert holds.open_holds(session, [rivals.theirs.id])
    assert (claim.state, claim.taken_back_as, claim.decided_at) == ("open", "office", None)
    told = session.scalars(select(OutboxMail.text).order_by(OutboxMail.id)).all()
    assert sum("Cán bộ đã rút xác nhận" in (each or "") for each in told) == 3
    kinds = session.scalars(select(LedgerEntry.kind).where(LedgerEntry.kind.startswith("claim")))
    assert {*kinds} == {"claim.confirmed", "claim.taken_back"}
    with pytest.raises(Conflict, match=r"claim\.not_confirmed"):
        deciding.take_back(session, people.officer, claim.id, "Lần nữa", now=now)


def test_an_owners_word_taken_back_frees_nothing_before_an_officer_has_decided(
    session: Session, now: datetime, rivals: Rivals, people: People
) -> None:
    cause = _failed(session, rivals, now)
    settling.settle(session, cause, [rivals.theirs.id], "-", now=now)
    held = _recall(session, people.teller, rivals.theirs, now)
    claim = the_claim(session)
    deciding.confirm(session, people.owner, claim.id, now=now)

    deciding.take_back(session, people.owner, claim.id, "Nhầm lô", now=now)
    # Whatever judges the same goods anew meanwhile lets nothing go either.
    settling.settle(session, cause, [rivals.theirs.id], "-", now=now)
    renewing.renew(session, [claim.child_id], now=now)

    assert (claim.state, claim.taken_back_as) == ("denied", "owner")
    assert _reached(session, held) == {
        rivals.theirs.id: False, rivals.lot.id: True, rivals.cakes.id: True,
    }  # fmt: skip
    stopped = [rivals.lot.id, rivals.cakes.id]
    assert {len(some) for some in holds.open_holds(session, stopped).values()} == {2}
    assert listing.awaiting_office(session, people.officer) == 1
    # Nothing new follows it.
    settling.settle(session, Cause("office:X-1", "manual", {}), [rivals.theirs.id], "-", now=now)
    assert {len(some) for some in holds.open_holds(session, stopped).values()} == {2}

    deciding.reject(session, people.officer, claim.id, "Đúng là nhầm", now=now)

    session.expire_all()
    assert set(_reached(session, held)) == {rivals.theirs.id}
    assert not holds.open_holds(session, stopped)


def _failed(session: Session, rivals: Rivals, now: datetime) -> Cause:
    """A failed sample of the teller's own lot."""
    batch = rivals.theirs
    result = LaboratoryResult(
        organisation_id=batch.organisation_id, commune_code=batch.commune_code,
        province_code=batch.province_code, batch_id=batch.id, laboratory="Trung tâm",
        number="1", sampled_on=now.date(), reported_on=now.date(), applies_from=now.date(),
        outcome="failed", recorded_at=now, accreditation="", food_group="", readings=[],
    )  # fmt: skip
    session.add(result)
    session.flush()
    return standing.cause_of_result(result)


def test_a_claim_made_while_the_office_recalls_lets_nothing_join_before_it_is_confirmed(
    session: Session, now: datetime
) -> None:
    rivals = make_rivals(session, now)
    officer = make_official(session, now, role="officer", scope="")
    _recall(session, officer, rivals.theirs, now)

    tell(session, rivals.teller, rivals.lot, rivals.theirs, now=now)
    renewing.renew(session, [nodes.node_of(session, rivals.lot).id], now=now)

    assert _states(session, rivals) == ("held", "released", "released")
    assert listing.of_ids(session, [the_claim(session).id])[0].is_urgent

    tell(session, rivals.owner, rivals.lot, rivals.theirs, now=now)
    renewing.renew(session, [nodes.node_of(session, rivals.lot).id], now=now)
    assert _states(session, rivals) == ("held", "held", "held")


def test_what_the_owner_tells_itself_is_no_claim_and_inherits_holds(
    session: Session, now: datetime
) -> None:
    rivals = make_rivals(session, now)
    cause = Cause("laboratory:1", "laboratory", {})
    settling.settle(session, cause, [rivals.theirs.id], "withdrawn", now=now)

    tell(session, rivals.owner, rivals.lot, rivals.theirs, now=now)
    inheriting.carry(session, [nodes.node_of(session, rivals.lot).id], now=now)

    assert session.scalar(select(func.count(StepClaim.id))) == 0
    assert _states(session, rivals) == ("held", "held", "held")


def test_a_no_of_the_owner_waits_for_the_office(
    session: Session, now: datetime, rivals: Rivals, people: People
) -> None:
    claim = the_claim(session)

    deciding.deny(session, people.owner, claim.id, "Chưa từng mua", now=now)

    assert claim.state == "denied"
    with pytest.raises(Conflict):
        deciding.deny(session, people.owner, claim.id, "Chưa từng mua", now=now)
    with pytest.raises(Invalid):
        deciding.reject(session, people.officer, claim.id, " ", now=now)
    deciding.reject(session, people.officer, claim.id, "Đúng là chưa mua", now=now)
    with pytest.raises(Conflict):
        deciding.confirm(session, people.owner, claim.id, now=now)


def test_whoever_told_it_confirms_nothing_and_strangers_know_of_nothing(
    session: Session, now: datetime, rivals: Rivals, people: People
) -> None:
    claim = the_claim(session)
    stranger = make_member(session, grow(session, now).organisation, now)

    with pytest.raises(Forbidden):
        deciding.confirm(session, people.teller, claim.id, now=now)
    with pytest.raises(NotFound):
        deciding.confirm(session, stranger, claim.id, now=now)
    seen = [len(listing.list_claims(session, each).items) for each in (people.teller, stranger)]
    assert seen == [1, 0]


def test_owner_and_officer_are_written_to_at_once_and_not_flooded(
    session: Session, now: datetime, rivals: Rivals, people: People
) -> None:
    first = notices.tell_due(session, now=now)
    written = session.scalar(select(func.count(OutboxMail.id)))
    for lot in ("A", "B"):
        more = make_batch(session, grow(session, now), now, lot=lot)
        tell(session, rivals.teller, rivals.lot, more, now=now)

    assert (first, written) == (1, 2)
    assert notices.tell_due(session, now=now + timedelta(hours=2)) == 0
    assert notices.tell_due(session, now=now + timedelta(hours=25)) == 2
    assert session.scalar(select(func.count(OutboxMail.id))) == 4
    text = session.scalars(select(OutboxMail.text).order_by(OutboxMail.id)).first() or ""
    assert "CUA-HO" in text
    assert "LO-Y" in text


def test_a_recall_has_owner_and_officer_written_to_again_within_the_hour(
    session: Session, now: datetime, rivals: Rivals, people: People
) -> None:
    notices.tell_due(session, now=now)
    _recall(session, people.teller, rivals.theirs, now + timedelta(hours=2))

    assert notices.tell_due(session, now=now + timedelta(hours=2)) == 1
    texts = session.scalars(select(OutboxMail.text)).all()
    assert sum("Gấp: hàng đi vào đang bị tạm giữ" in (text or "") for text in texts) == 2


def test_a_lot_opened_under_a_name_that_another_spoke_of_first_is_its_owners(
    session: Session, now: datetime, rivals: Rivals
) -> None:
    owner = grow(session, now, gtin="08930001000018")
    uri = "https://id.gs1.org/01/08930001000018/10/LO-MOI"
    nodes.ensure(session, [uri], rivals.teller.id, now=now)
    ghost = nodes.known(session, [uri])[uri]
    _tell_of(session, rivals, uri, now)
    assert session.scalar(select(func.count(StepClaim.id))) == 1

    mine = make_batch(session, owner, now, lot="LO-MOI", produced_on=date(2026, 11, 12))

    assert nodes.node_of(session, mine).id == ghost
    assert session.scalar(select(func.count(StepClaim.id))) == 2
    held = _recall(session, make_member(session, rivals.teller, now), rivals.theirs, now)
    session.expire_all()
    assert (held.batches, mine.state) == (1, "released")


def _tell_of(session: Session, rivals: Rivals, uri: str, now: datetime) -> None:
    source = Portion(nodes.node_of(session, rivals.theirs).uri, Decimal(1), "KGM")
    happening = Happening(
        "TransformationEvent", "commissioning", now, inputs=(source,),
        outputs=(Portion(uri, Decimal(1), "KGM"),),
    )  # fmt: skip
    events.record(session, rivals.teller.id, happening, now=now)


def test_the_office_is_whoever_watches_over_every_suspected_lot(
    session: Session, now: datetime, rivals: Rivals, people: People
) -> None:
    lot = [rivals.theirs.id]
    near = make_official(session, now, role="officer", scope=rivals.theirs.commune_code)
    far = Actor(1, held=(Role("officer", "99999"),))
    who = (SYSTEM, people.officer, near, far, people.teller)
    assert [recall_reach.watches(session, each, lot) for each in who] == [
        True, True, True, False, False,
    ]  # fmt: skip
