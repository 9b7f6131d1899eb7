"""Certificates and laboratory results: what they hold, what they free, who hears of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import files
from foundation.errors import Forbidden, Invalid, NotFound, Refused
from foundation.models import StoredFile
from growing_areas.dossiers.uploads import Judged
from ledger.models import LedgerEntry
from tests.accounts.factories import make_member
from tests.growing_areas.factories import make_organisation, manager, officer
from tests.traceability.factories import PRODUCED, Grown, grow, make_batch, new_batch
from tests.traceability.quality.factories import make_child, open_causes, state_of
from traceability import opening, releasing
from traceability.certifying import certificates, laboratory, reminders
from traceability.certifying.certificates import Certified
from traceability.certifying.judging import Reading
from traceability.certifying.laboratory import Report
from traceability.certifying.papers import Papers
from traceability.certifying.subjects import Named
from traceability.models import Batch
from traceability.quality import deciding, holds
from traceability.quality.deciding import Decision
from traceability.quality.models import BatchHold

BAD = Reading("lead", "mg/kg", Decimal("0.3"))
GOOD = Reading("lead", "mg/kg", None)


@pytest.fixture
def grown(session: Session, now: datetime) -> Grown:
    return grow(session, now)


def report(*readings: Reading, on: date = PRODUCED, **more: Any) -> Report:
    return Report("Trung tâm Kiểm nghiệm 1", "KN-26/118", on, "fruit", readings, **more)


def certified(**changes: Any) -> Certified:
    row = {"standard": "haccp", "number": "HA-77", "issuer": "Quacert",
           "valid_from": date(2026, 1, 1), "valid_to": date(2026, 12, 31)}  # fmt: skip
    return Certified(**{**row, **changes})


def hold_of(session: Session, batch: Batch) -> BatchHold:
    return session.scalars(select(BatchHold).where(BatchHold.batch_id == batch.id)).one()


def test_a_failed_result_of_a_batch_holds_it_and_what_was_made_of_it(
    session: Session, now: datetime, grown: Grown
) -> None:
    batch = make_batch(session, grown, now)
    child = make_child(session, [batch], now)

    found = laboratory.record(
        session, manager(grown.organisation), Named(batch=batch.code), report(BAD, GOOD), now=now
    )

    assert found.outcome == "failed"
    assert open_causes(session, batch) == open_causes(session, child) == [found.cause]
    assert state_of(session, batch) == "held"


def test_a_failed_result_of_an_area_holds_what_was_harvested_there_since_the_sample(
    session: Session, now: datetime, grown: Grown
) -> None:
    early, late = (
        make_batch(session, grown, now, produced_on=PRODUCED + timedelta(days=days))
        for days in (-5, 2)
    )
    elsewhere = make_batch(session, grow(session, now), now)

    found = laboratory.record(session, officer(), Named(area=grown.area.id), report(BAD), now=now)
    after = opening.open_batch(session, SYSTEM, new_batch(grown), now=now)

    assert [state_of(session, each) for each in (early, late, elsewhere)] == [
        "released", "held", "released"
    ]  # fmt: skip
    assert open_causes(session, after) == [found.cause]


def test_a_passing_retest_lets_an_officer_lift_and_later_goods_go_free(
    session: Session, now: datetime, grown: Grown
) -> None:
    batch = make_batch(session, grown, now)
    named = Named(product=grown.product.code)
    failed = laboratory.record(session, SYSTEM, named, report(BAD), now=now)
    decision = Decision("Đạt khi thử lại", "Phiếu KN")
    with pytest.raises(Refused) as refused:
        deciding.lift(session, officer(), hold_of(session, batch).id, decision, now=now)

    day = PRODUCED + timedelta(days=4)
    other = report(Reading("cadmium", "mg/kg", None), on=day, retest_of=failed.id)
    with pytest.raises(Invalid):
        laboratory.record(session, SYSTEM, named, other, now=now)
    retest = report(GOOD, on=day, retest_of=failed.id)
    passed = laboratory.record(session, SYSTEM, named, retest, now=now)
    proof = Decision("Đạt khi thử lại", result_id=passed.id)
    with pytest.raises(Forbidden):
        deciding.lift(
            session, manager(grown.organisation), hold_of(session, batch).id, proof, now=now
        )
    deciding.lift(session, officer(), hold_of(session, batch).id, proof, now=now)
    later = opening.open_batch(session, SYSTEM, new_batch(grown, produced_on=day), now=now)

    assert refused.value.code == "hold.no_retest"
    assert releasing.release(session, SYSTEM, batch.code, now=now).state == "released"
    assert later.state == "open"


def test_a_retest_frees_later_goods_and_its_removal_holds_them_again(
    session: Session, now: datetime, grown: Grown
) -> None:
    day = PRODUCED + timedelta(days=4)
    named = Named(product=grown.product.code)
    failed = laboratory.record(session, SYSTEM, named, report(BAD), now=now)
    earlier, later = (
        opening.open_batch(session, SYSTEM, new_batch(grown, produced_on=on), now=now)
        for on in (PRODUCED, day)
    )
    assert open_causes(session, later) == [failed.cause]

    passed = laboratory.record(
        session, SYSTEM, named, report(GOOD, on=day, retest_of=failed.id), now=now
    )
    assert open_causes(session, later) == []
    assert hold_of(session, later).lifted_because == "retested"
    assert open_causes(session, earlier) == [failed.cause]
    meanwhile = opening.open_batch(session, SYSTEM, new_batch(grown, produced_on=day), now=now)
    laboratory.remove(session, SYSTEM, passed.id, "Nhầm phiếu", now=now)

    assert open_causes(session, meanwhile) == open_causes(session, later) == [failed.cause]


def test_what_a_failed_result_speaks_of_is_not_talked_away(
    session: Session, now: datetime, grown: Grown
) -> None:
    named = Named(product=grown.product.code)
    tomorrow = report(BAD, applies_from=PRODUCED + timedelta(days=1))

    with pytest.raises(Invalid) as late:
        laboratory.record(session, SYSTEM, named, tomorrow, now=now)
    # By the name on the sheet, with a limit of the report's own.
    spelled = Reading("Chì (Pb)", "mg/kg", Decimal("0.3"), stated_limit=Decimal(1))
    found = laboratory.record(session, SYSTEM, named, report(spelled), now=now)

    (finding,) = late.value.findings
    assert (finding.code, finding.field) == ("laboratory.applies_late", "applies_from")
    assert (found.outcome, found.readings[0].parameter) == ("failed", "lead")


def test_a_failed_result_entered_by_mistake_only_an_officer_takes_off(
    session: Session, now: datetime, grown: Grown
) -> None:
    batch = make_batch(session, grown, now)
    failed = laboratory.record(session, SYSTEM, Named(batch=batch.code), report(BAD), now=now)

    with pytest.raises(Forbidden):
        laboratory.remove(session, manager(grown.organisation), failed.id, "Nhầm", now=now)
    laboratory.remove(session, officer(), failed.id, "Nhầm lô", now=now)

    assert open_causes(session, batch) == []
    assert hold_of(session, batch).lifted_because == "withdrawn"


def test_an_officer_takes_off_the_passed_result_they_entered_and_lots_are_judged_anew(
    session: Session, now: datetime, grown: Grown
) -> None:
    batch = make_batch(session, grown, now)
    child = make_child(session, [batch], now)
    named = Named(batch=batch.code)
    failed = laboratory.record(session, SYSTEM, named, report(BAD), now=now)
    one, another = officer(), replace(officer(), person_id=9_000_778)
    deciding.hold(session, another, batch.code, "Kiểm tra", now=now)
    (visit,) = (each for each in open_causes(session, batch) if each != failed.cause)
    passed = laboratory.record(session, one, named, report(GOOD, retest_of=failed.id), now=now)
    for cause in (failed.cause, visit):
        hold = session.scalars(
            select(BatchHold).where(BatchHold.batch_id == batch.id, BatchHold.cause == cause)
        ).one()
        proof = Decision("Đạt", "Biên bản", passed.id if cause == visit else None, True)
        deciding.lift(session, one, hold.id, proof, now=now)
    assert open_causes(session, batch) == open_causes(session, child) == []

    with pytest.raises(Forbidden):
        laboratory.remove(session, another, passed.id, "Nhầm phiếu", now=now)
    laboratory.remove(session, one, passed.id, "Nhầm phiếu", now=now)

    assert sorted(open_causes(session, batch)) == sorted([failed.cause, visit])
    assert sorted(open_causes(session, child)) == sorted([failed.cause, visit])
    assert not laboratory.may_remove(one, passed)


@pytest.mark.parametrize(("cause", "reason"), [(holds.OWN, "manual"), (holds.OFFICE, "manual"),
    ("yield:1", "yield")])  # fmt: skip
def test_a_hold_whose_cause_many_lots_share_comes_back_alone(
    session: Session, now: datetime, grown: Grown, cause: str, reason: str
) -> None:
    batch, other = make_batch(session, grown, now), make_batch(session, grown, now)
    for each in (batch, other):
        holds.place(session, each, reason, cause, {}, now=now, by=None)
    passed = laboratory.record(session, SYSTEM, Named(batch=batch.code), report(GOOD), now=now)
    deciding.lift(
        session, officer(), hold_of(session, batch).id, Decision("Đạt", "", passed.id), now=now
    )

    laboratory.remove(session, SYSTEM, passed.id, "Nhầm phiếu", now=now)

    assert open_causes(session, batch) == open_causes(session, other) == [cause]


def test_everything_wrong_with_a_report_is_told_at_once(
    session: Session, now: datetime, grown: Grown
) -> None:
    weighed = (Reading("lead", "thúng"),)
    wrong = Report("TT", "1", date(2027, 1, 1), "đá", weighed, date(2026, 1, 1))
    with pytest.raises(Invalid) as refused:
        laboratory.record(session, SYSTEM, Named(product=grown.product.code), wrong, now=now)

    assert {finding.code for finding in refused.value.findings} == {
        "laboratory.group_unknown", "laboratory.reported_early", "laboratory.in_future",
        "laboratory.unit_unknown",
    }  # fmt: skip


def test_a_certificate_its_issuer_took_back_holds_what_was_made_since(
    session: Session, now: datetime, grown: Grown
) -> None:
    before, since = (
        make_batch(session, grown, now, produced_on=PRODUCED + timedelta(days=days))
        for days in (-3, 1)
    )
    boss = manager(grown.organisation)
    named = Named(product=grown.product.code)
    row = certificates.record(session, boss, named, certified(), now=now)

    certificates.withdraw(session, officer(), row.id, PRODUCED, "Vi phạm", now=now)

    assert state_of(session, before) == "released"
    assert open_causes(session, since) == [row.cause]
    assert certificates.state_on(row, now.date()) == "withdrawn"
    kinds = select(LedgerEntry.kind).where(LedgerEntry.subject == row.cause)
    assert list(session.scalars(kinds.order_by(LedgerEntry.id))) == [
        "certificate.recorded", "certificate.withdrawn"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("valid_to", "state"),
    [("2026-11-20", "ended"), ("2026-11-21", "ending"), ("2027-01-20", "ending"),
     ("2027-01-21", "valid")],
)  # fmt: skip
def test_an_ended_certificate_shows_and_holds_nothing(
    session: Session, now: datetime, grown: Grown, valid_to: str, state: str
) -> None:
    batch = make_batch(session, grown, now)
    told = certified(valid_to=date.fromisoformat(valid_to))

    row = certificates.record(session, SYSTEM, Named(batch=batch.code), told, now=now)

    assert certificates.state_on(row, now.date()) == state
    assert open_causes(session, batch) == []


def test_strangers_neither_see_nor_write_papers(
    session: Session, now: datetime, grown: Grown
) -> None:
    named = Named(product=grown.product.code)
    row = certificates.record(session, SYSTEM, named, certified(), now=now)
    stranger = manager(make_organisation(session, now), person_id=77)

    with pytest.raises(NotFound):
        certificates.get(session, stranger, row.id)
    with pytest.raises(NotFound):
        certificates.record(session, stranger, named, certified(), now=now)
    with pytest.raises(NotFound):
        laboratory.record(session, stranger, named, report(GOOD), now=now)


def test_the_public_copy_has_an_address_until_it_is_taken_back(
    session: Session, now: datetime, grown: Grown, tmp_path: Path
) -> None:
    files.use(f"file://{tmp_path}/files")
    kept = Papers(
        Judged("application/pdf", b"%PDF-1.7 ten nguoi %%EOF", None, None),
        Judged("application/pdf", b"%PDF-1.7 da che ten %%EOF", None, None),
    )
    named = Named(product=grown.product.code)
    row = certificates.record(session, SYSTEM, named, certified(), kept, now=now)
    private, public = (session.get_one(StoredFile, d) for d in (row.file_digest, row.public_digest))
    assert (private.is_public, public.is_public) == (False, True)

    certificates.remove(session, SYSTEM, row.id, "Nhập nhầm", now=now)
    session.expire_all()

    assert (row.file_digest, row.public_digest) == (None, None)
    assert session.get_one(StoredFile, public.digest).is_public is False


def test_managers_are_reminded_once_at_each_threshold_and_told_of_holds(
    session: Session, now: datetime, grown: Grown
) -> None:
    make_member(session, grown.organisation, now)
    named = Named(product=grown.product.code)
    certificates.record(session, SYSTEM, named, certified(), now=now)

    assert [reminders.remind(session, now=now) for _ in range(2)] == [1, 0]
    assert reminders.remind(session, now=now + timedelta(days=11)) == 1
    sent = _messages(session)
    batch = make_batch(session, grown, now)
    laboratory.record(session, SYSTEM, Named(batch=batch.code), report(BAD), now=now)
    assert sent == 2
    assert _messages(session) == 3


def test_nobody_is_reminded_of_a_certificate_that_a_newer_one_follows(
    session: Session, now: datetime, grown: Grown
) -> None:
    make_member(session, grown.organisation, now)
    product, batch = Named(product=grown.product.code), make_batch(session, grown, now)
    old = certified()
    certificates.record(session, SYSTEM, product, old, now=now)
    certificates.record(session, SYSTEM, Named(batch=batch.code), old, now=now)
    after = replace(old, valid_from=old.valid_to + timedelta(days=1), number="MỚI")
    after = replace(after, valid_to=after.valid_from + timedelta(days=365))
    newer = certificates.record(session, SYSTEM, product, after, now=now)
    halal = replace(after, standard="halal")
    other = certificates.record(session, SYSTEM, product, halal, now=now)

    assert reminders.remind(session, now=now) == 0

    certificates.withdraw(session, SYSTEM, newer.id, old.valid_from, "Bị thu hồi", now=now)
    assert reminders.remind(session, now=now) == 2
    assert other.warned_days is None


def _messages(session: Session) -> int:
    """What waits to be sent: by mail or as a short message."""
    return int(session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) or 0)
