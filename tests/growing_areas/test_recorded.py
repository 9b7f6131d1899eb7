"""What the ledger recorded of areas and diaries is compared with the rows."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from growing_areas import diary, recorded, registration
from growing_areas.diary import Work
from growing_areas.dossiers import approval, inspection
from growing_areas.dossiers.inspection import Visit
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
        ("UPDATE diary_entries SET pre_harvest_days = 1", "diary line"),
        ("UPDATE diary_entries SET notes = 'x'", "diary line"),
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


def test_the_ledger_holds_no_person_and_no_words(session: Session, code: str) -> None:
    told = " ".join(entry.body for entry in session.query(LedgerEntry))

    for secret in ("Trần Thị Bình", "0901", "Lệch", "Thiếu", "Trebon", "Nguyễn"):
        assert secret not in told
