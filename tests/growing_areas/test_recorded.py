"""What the ledger recorded of areas and diaries is compared with the rows."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, selectinload

from accounts.permissions import SYSTEM
from growing_areas import diary, recorded, registration
from growing_areas.diary import Work
from growing_areas.dossiers import approval, inspection
from growing_areas.dossiers.inspection import Visit
from growing_areas.models import DiaryEntry
from ledger import log
from ledger.models import LedgerEntry
from tests.growing_areas import factories


@pytest.fixture
def code(session: Session, now: datetime) -> str:
    """A register with an approved area, a failed one, a draft and a diary."""
    area = factories.make_approved_area(session, now)
    factories.make_area(session, now, geometry=factories.field(0.02))
    failed = factories.make_area(session, now, geometry=factories.field(0.04))
    registration.submit(session, SYSTEM, failed.id, now=now)
    visit = Visit(False, date(2026, 11, 20), "Lệch ranh giới")
    inspection.record(session, SYSTEM, failed.id, visit, now=now)
    returned = factories.make_area(session, now, geometry=factories.field(0.06))
    registration.submit(session, SYSTEM, returned.id, now=now)
    approval.send_back(session, SYSTEM, returned.id, "Thiếu hộ", now=now)
    registration.revise(
        session, SYSTEM, returned.id,
        factories.make_proposal(geometry=factories.field(0.08)), now=now,
    )  # fmt: skip
    diary.record(
        session, SYSTEM, area.id,
        Work(
            "spraying", date(2026, 11, 1), "Trebon", dose="20 ml", pre_harvest_days=14,
            treated_ha=Decimal("1.5"), quantity=Decimal("20"), unit="LTR",
        ), now=now,
    )  # fmt: skip
    return str(area.code)


def mismatches(session: Session) -> list[tuple[str, str]]:
    session.expire_all()
    return [(found.subject, found.explanation) for found in recorded.check_rows(session)]


def test_untouched_rows_say_what_was_recorded(session: Session, code: str) -> None:
    assert mismatches(session) == []


@pytest.mark.parametrize(
    ("statement", "explanation"),
    [
        ("UPDATE growing_areas SET status = 'suspended' WHERE code IS NOT NULL", "status"),
        ("UPDATE growing_areas SET code = 'VN-1' WHERE code IS NOT NULL", "code"),
        ("UPDATE growing_plot_versions SET geometry = '\\x00' WHERE id ="
         " (SELECT version_id FROM growing_areas WHERE code IS NOT NULL)", "outline"),
        ("UPDATE diary_entries SET recorded_at = recorded_at + interval '1 second'", "diary line"),
        ("DELETE FROM diary_entries", "missing"),
    ],
)  # fmt: skip
def test_altered_rows_are_named(
    session: Session, code: str, statement: str, explanation: str
) -> None:
    # Whoever can switch triggers off can alter rows; the ledger still tells.
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text(statement))
    session.execute(text("SET LOCAL session_replication_role = origin"))

    (found,) = mismatches(session)

    assert found[0] == code
    assert explanation in found[1]


@pytest.mark.parametrize("change", ["pre_harvest_days = 1", "notes = 'x'"])
def test_a_line_of_before_rows_were_committed_to_is_held_to_its_digest(
    session: Session, code: str, now: datetime, change: str
) -> None:
    line = session.scalars(select(DiaryEntry).options(selectinload(DiaryEntry.parcel_links))).one()
    digest = recorded.diary_digest(line)
    body = {"entry": line.id, "digest": digest}
    log.append(session, kind="diary.recorded", subject=code, body=body, now=now)
    assert [found[1] for found in mismatches(session)] == []

    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text(f"UPDATE diary_entries SET {change}"))

    assert mismatches(session) == [(code, f"diary line {line.id}")]


def test_the_ledger_holds_no_person_and_no_words(session: Session, code: str) -> None:
    told = " ".join(entry.body for entry in session.query(LedgerEntry))

    for secret in ("Trần Thị Bình", "0901", "Lệch", "Thiếu", "Trebon", "Nguyễn"):
        assert secret not in told
