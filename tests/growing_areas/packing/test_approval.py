"""Approving, holding up, renewing and ending packing houses; their codes and the ledger."""

import threading
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import db
from foundation.errors import Conflict, Invalid, NotFound, Refused
from growing_areas.packing import approval, facts, houses, lifecycle, recorded
from growing_areas.packing.approval import HouseDecision
from growing_areas.packing.codes import OfficialCode
from growing_areas.packing.houses import HouseQuery
from growing_areas.packing.models import PackingCode
from ledger.models import LedgerEntry
from tests.growing_areas import factories as land
from tests.growing_areas.packing import factories

DECIDED = date(2026, 6, 1)


def official(printed: str, *, agreed: bool = False) -> HouseDecision:
    return HouseDecision(OfficialCode(printed, "77/QĐ-BVTV", "Cục BVTV", DECIDED, agreed))


def test_an_approved_house_gets_the_next_of_our_codes(session: Session, now: datetime) -> None:
    first = factories.make_approved_house(session, now)
    second = factories.make_approved_house(session, now)

    assert (first.code, second.code) == ("NDG.08674.0001", "NDG.08674.0002")
    assert first.valid_until == date(2028, 11, 20)
    assert houses.get_public(session, "ndg.08674.0001 ").id == first.id


def test_an_unverified_operator_gets_no_code(session: Session, now: datetime) -> None:
    unknown = land.make_organisation(session, now, status="unverified")
    house = factories.make_inspected_house(session, now, unknown)

    with pytest.raises(Refused, match=r"organisation\.unverified"):
        approval.approve(session, SYSTEM, house.id, now=now)


def test_an_official_code_is_kept_letter_by_letter(session: Session, now: datetime) -> None:
    house = factories.make_inspected_house(session, now)

    approval.approve(session, SYSTEM, house.id, official("VN-DTPH-0001"), now=now)

    kept = session.get_one(PackingCode, "VN-DTPH-0001")
    assert (kept.as_printed, kept.decision_number) == ("VN-DTPH-0001", "77/QĐ-BVTV")


def test_a_missing_hyphen_is_offered_never_put_in_silently(session: Session, now: datetime) -> None:
    house = factories.make_inspected_house(session, now)

    with pytest.raises(Invalid) as caught:
        approval.approve(session, SYSTEM, house.id, official("VNDTPH-0001"), now=now)
    approval.approve(session, SYSTEM, house.id, official("VNDTPH-0001", agreed=True), now=now)

    (finding,) = caught.value.findings
    assert finding.code == "packing.code_without_hyphen"
    assert finding.params["normal"] == "VN-DTPH-0001"
    assert session.get_one(PackingCode, "VN-DTPH-0001").as_printed == "VNDTPH-0001"
    assert houses.get_public(session, "VNDTPH-0001").id == house.id


def test_a_code_is_given_once_in_either_spelling(session: Session, now: datetime) -> None:
    first = factories.make_inspected_house(session, now)
    second = factories.make_inspected_house(session, now)
    approval.approve(session, SYSTEM, first.id, official("VN-DTPH-0001"), now=now)

    with pytest.raises(Conflict, match=r"packing\.code_taken"):
        approval.approve(session, SYSTEM, second.id, official("VNDTPH0001", agreed=True), now=now)


@pytest.mark.parametrize("printed", ["VN-DTOR-0001", "NDG.08674.0001", "123"])
def test_a_code_of_another_grammar_is_refused(
    session: Session, now: datetime, printed: str
) -> None:
    house = factories.make_inspected_house(session, now)

    with pytest.raises(Invalid) as caught:
        approval.approve(session, SYSTEM, house.id, official(printed), now=now)

    assert caught.value.findings[0].code == "packing.code_grammar"


def test_a_house_is_held_up_let_go_and_ended(session: Session, now: datetime) -> None:
    house = factories.make_approved_house(session, now)

    with pytest.raises(Invalid):
        approval.suspend(session, SYSTEM, house.id, " ", now=now)
    approval.suspend(session, SYSTEM, house.id, "Bẫy có ruồi đục quả", now=now)
    approval.restore(session, SYSTEM, house.id, "", now=now)
    approval.revoke(session, SYSTEM, house.id, "Cho mượn mã", now=now)

    actions = [event.action for event in lifecycle.list_events(session, house.id)]
    assert actions == ["submit", "inspect", "approve", "suspend", "restore", "revoke"]
    with pytest.raises(Conflict):
        approval.restore(session, SYSTEM, house.id, "", now=now)


def test_a_code_expires_with_its_day_and_is_renewed(session: Session, now: datetime) -> None:
    house = factories.make_approved_house(session, now, valid_until=date(2026, 11, 30))
    later = now + timedelta(days=10)

    assert house.status_on(date(2026, 11, 30)) == "approved"
    assert house.status_on(later.date()) == "expired"
    assert facts.public_packing_houses(session, on=later.date()) == []
    asked = HouseQuery(status="expired")
    assert len(houses.list_houses(session, SYSTEM, asked, on=later.date()).items) == 1
    assert approval.expire_due(session, now=later) == 1
    assert approval.expire_due(session, now=later) == 0
    assert house.status == "expired"

    with pytest.raises(Invalid, match=r"input\.invalid"):
        approval.renew(session, SYSTEM, house.id, date(2026, 11, 25), now=later)
    approval.renew(session, SYSTEM, house.id, date(2028, 11, 30), now=later)

    assert (house.status, house.valid_until) == ("approved", date(2028, 11, 30))
    assert list(recorded.check_rows(session)) == []


def test_a_suspended_house_past_its_day_is_not_restored(session: Session, now: datetime) -> None:
    house = factories.make_approved_house(session, now, valid_until=date(2026, 11, 30))
    approval.suspend(session, SYSTEM, house.id, "Chờ kết quả", now=now)

    with pytest.raises(Refused, match=r"packing\.validity_over"):
        approval.restore(session, SYSTEM, house.id, "", now=now + timedelta(days=30))


def test_officers_of_elsewhere_do_not_decide(session: Session, now: datetime) -> None:
    house = factories.make_inspected_house(session, now)

    with pytest.raises(NotFound):
        approval.approve(session, land.officer("51"), house.id, now=now)


def test_every_step_is_in_the_ledger_under_the_code(session: Session, now: datetime) -> None:
    house = factories.make_approved_house(session, now)
    approval.suspend(session, SYSTEM, house.id, "Nguyễn Văn A báo", now=now)

    wanted = select(LedgerEntry).filter_by(subject=house.code).order_by(LedgerEntry.id)
    entries = session.scalars(wanted).all()
    assert [entry.kind for entry in entries] == ["packing.approved", "packing.suspended"]
    assert "Nguyễn" not in "".join(entry.body for entry in entries)


@pytest.mark.parametrize(
    ("statement", "explanation"),
    [
        ("UPDATE packing_houses SET status = 'suspended'", "status"),
        ("UPDATE packing_houses SET code = 'X'", "code"),
        ("UPDATE packing_houses SET valid_until = '2099-01-01'", "valid_until"),
    ],
)
def test_a_row_altered_behind_our_back_is_named(
    session: Session, now: datetime, statement: str, explanation: str
) -> None:
    house = factories.make_approved_house(session, now)
    factories.make_house(session, now)
    session.execute(text(f"{statement} WHERE id = {house.id}"))
    session.expire_all()

    assert [found.explanation for found in recorded.check_rows(session)] == [explanation]


def test_serials_have_no_gaps_or_doubles_under_many_officers(
    own_database: db.Database, now: datetime
) -> None:
    with db.transaction() as session:
        owner = land.make_organisation(session, now)
        ids = [factories.make_inspected_house(session, now, owner).id for _ in range(12)]
    codes: list[str] = []

    def approve(house_id: int) -> None:
        with db.transaction() as session:
            codes.append(str(approval.approve(session, SYSTEM, house_id, now=now).code))

    threads = [threading.Thread(target=approve, args=(each,)) for each in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(codes) == [f"NDG.08674.{n:04d}" for n in range(1, 13)]
