"""Inspecting, approving, holding up and ending areas; codes and the ledger."""

import threading
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import AuditEntry
from accounts.permissions import SYSTEM
from foundation import db
from foundation.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from growing_areas import areas, registration
from growing_areas.dossiers import approval, codes, inspection, lifecycle
from growing_areas.dossiers.inspection import Visit
from growing_areas.models import GrowingArea, GrowingAreaCode
from ledger import facts as ledger_facts
from tests.growing_areas import factories

PASSED = Visit(True, date(2026, 11, 20))


def inspected(session: Session, now: datetime, **changes: Any) -> GrowingArea:
    area = factories.make_area(session, now, **changes)
    registration.submit(session, SYSTEM, area.id, now=now)
    return inspection.record(session, SYSTEM, area.id, PASSED, now=now)


def test_an_approved_area_gets_the_next_code_of_its_commune(
    session: Session, now: datetime
) -> None:
    first = factories.make_approved_area(session, now)
    second = factories.make_approved_area(session, now, geometry=factories.field(0.05))

    assert (first.code, second.code) == ("VN-25-08674-01-26", "VN-25-08674-02-26")
    assert first.status == "approved"
    assert areas.get_by_code(session, "vn-25-08674-01-26 ").id == first.id


def test_an_area_for_a_market_of_unknown_pattern_gets_our_own_code(
    session: Session, now: datetime
) -> None:
    area = factories.make_approved_area(session, now, market="JP")

    assert area.code == "NV.08674.0001"


def test_a_code_issued_elsewhere_is_kept_verbatim_with_its_decision(
    session: Session, now: datetime
) -> None:
    area = inspected(session, now, market="CN")
    official = codes.OfficialCode("VN-PTOR-0017", "123/QĐ-BVTV", "Cục BVTV", date(2026, 5, 1))

    approved = approval.approve(
        session, SYSTEM, area.id, approval.Decision(official=official), now=now
    )

    kept = session.get(GrowingAreaCode, "VN-PTOR-0017")
    assert approved.code == "VN-PTOR-0017"
    assert kept is not None
    assert kept.decision_number == "123/QĐ-BVTV"


def test_an_official_code_of_another_grammar_is_refused(session: Session, now: datetime) -> None:
    area = inspected(session, now, market="CN")
    official = codes.OfficialCode("XX-1", "1", "Cục", date(2026, 5, 1))

    with pytest.raises(Invalid) as caught:
        approval.approve(session, SYSTEM, area.id, approval.Decision(official), now=now)

    assert caught.value.findings[0].code == "area.code_grammar"


def test_overlapping_area_is_refused_naming_the_neighbour(session: Session, now: datetime) -> None:
    first = factories.make_approved_area(session, now)
    second = inspected(session, now, geometry=factories.field(0.003))

    with pytest.raises(Refused) as caught:
        approval.approve(session, SYSTEM, second.id, now=now)

    (finding,) = caught.value.findings
    assert finding.params["other"] == first.code
    assert finding.params["shared_ha"] > 0
    assert finding.coordinate is not None


def test_an_overlap_may_stand_for_a_reason_which_is_audited(
    session: Session, now: datetime
) -> None:
    factories.make_approved_area(session, now)
    second = inspected(session, now, geometry=factories.field(0.003))
    decision = approval.Decision(overlap_reason="Xen canh dưới tán, đã đối chiếu thực địa")

    approved = approval.approve(session, factories.officer(), second.id, decision, now=now)

    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "area.overlap_accepted")
    ).one()
    assert approved.status == "approved"
    assert entry.reason.startswith("Xen canh")


def test_neighbours_that_share_an_edge_do_not_overlap(session: Session, now: datetime) -> None:
    left = [[105.28, 21.12], [105.29, 21.12], [105.29, 21.13], [105.28, 21.13], [105.28, 21.12]]
    right = [[lon + 0.00999, lat] for lon, lat in left]
    factories.make_approved_area(session, now, geometry={"type": "Polygon", "coordinates": [left]})

    second = inspected(session, now, geometry={"type": "Polygon", "coordinates": [right]})

    assert approval.approve(session, SYSTEM, second.id, now=now).status == "approved"


def test_an_area_not_inspected_is_not_approved(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    registration.submit(session, SYSTEM, area.id, now=now)

    with pytest.raises(Conflict, match="wrong_status"):
        approval.approve(session, SYSTEM, area.id, now=now)


def test_a_failed_visit_leaves_the_area_waiting(session: Session, now: datetime) -> None:
    area = inspected(session, now)

    failed = Visit(False, date(2026, 11, 21), "Ranh giới lệch 40 m")
    assert inspection.record(session, SYSTEM, area.id, failed, now=now).status == "submitted"
    with pytest.raises(Conflict):
        approval.approve(session, SYSTEM, area.id, now=now)
    assert [visit.passed for visit in inspection.list_visits(session, area.id)] == [False, True]


def test_a_visit_is_neither_tomorrow_nor_failed_without_a_word(
    session: Session, now: datetime
) -> None:
    area = factories.make_area(session, now)
    registration.submit(session, SYSTEM, area.id, now=now)

    with pytest.raises(Invalid) as caught:
        inspection.record(session, SYSTEM, area.id, Visit(False, date(2027, 1, 1)), now=now)

    assert {f.code for f in caught.value.findings} == {
        "inspection.in_future", "inspection.notes_needed",
    }  # fmt: skip


def test_unverified_cooperatives_get_no_code(session: Session, now: datetime) -> None:
    organisation = factories.make_organisation(session, now, status="unverified")
    area = inspected(session, now, organisation=organisation)

    with pytest.raises(Refused, match="unverified"):
        approval.approve(session, SYSTEM, area.id, now=now)


def test_the_life_of_an_area_is_written_down_step_by_step(session: Session, now: datetime) -> None:
    area = factories.make_approved_area(session, now)
    actor = factories.officer()
    approval.suspend(session, actor, area.id, "Dư lượng vượt mức", now=now)
    approval.restore(session, actor, area.id, "Đã khắc phục", now=now)
    approval.revoke(session, actor, area.id, "Chuyển đổi cây trồng", now=now)

    steps = [(e.action, e.to_status) for e in lifecycle.list_events(session, area.id)]
    kinds = [p.kind for p in ledger_facts.list_positions(session, [str(area.code)])]
    assert steps == [
        ("submit", "submitted"), ("inspect", "inspected"), ("approve", "approved"),
        ("suspend", "suspended"), ("restore", "approved"), ("revoke", "revoked"),
    ]  # fmt: skip
    assert kinds == ["area.approved", "area.suspended", "area.restored", "area.revoked"]
    assert area.code == "VN-25-08674-01-26"


def test_a_revoked_code_is_never_given_again(session: Session, now: datetime) -> None:
    area = factories.make_approved_area(session, now)
    approval.revoke(session, SYSTEM, area.id, "Chuyển đổi", now=now)

    following = factories.make_approved_area(session, now)

    assert following.code == "VN-25-08674-02-26"


def test_a_reason_is_asked_for(session: Session, now: datetime) -> None:
    area = factories.make_approved_area(session, now)

    with pytest.raises(Invalid) as caught:
        approval.suspend(session, SYSTEM, area.id, "  ", now=now)

    assert caught.value.findings[0].code == "area.reason_needed"


def test_a_dossier_is_sent_back_with_a_reason(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    registration.submit(session, SYSTEM, area.id, now=now)

    returned = approval.send_back(session, factories.officer(), area.id, "Thiếu hộ", now=now)

    assert returned.status == "draft"


def test_only_officers_of_the_place_decide(session: Session, now: datetime) -> None:
    organisation = factories.make_organisation(session, now)
    area = inspected(session, now, organisation=organisation)

    with pytest.raises(Forbidden):
        approval.approve(session, factories.manager(organisation), area.id, now=now)
    with pytest.raises((Forbidden, NotFound)):
        approval.approve(session, factories.officer("48"), area.id, now=now)


def test_serials_have_no_gap_and_no_double_when_many_officers_approve_at_once(
    own_database: db.Database, now: datetime
) -> None:
    with db.transaction() as session:
        organisation = factories.make_organisation(session, now)
        ids = [
            inspected(
                session, now, organisation=organisation, geometry=factories.field(0.02 * number)
            ).id
            for number in range(32)
        ]
    start = threading.Barrier(len(ids))
    got: list[str] = []

    def approve(area_id: int) -> None:
        start.wait()
        with db.transaction() as session:
            got.append(str(approval.approve(session, SYSTEM, area_id, now=now).code))

    threads = [threading.Thread(target=approve, args=(area_id,)) for area_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(got) == [f"VN-25-08674-{n:02d}-26" for n in range(1, 33)]
