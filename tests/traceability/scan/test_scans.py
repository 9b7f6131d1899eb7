"""A scan once written down is counted once, whatever dies in between."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from foundation import db
from tests.traceability.factories import grow, make_batch
from traceability import facts
from traceability.models import Batch
from traceability.scan import days, journal, limits, network_places, scans
from traceability.scan.journal import Journal
from traceability.scan.models import Scan, ScanJournal, ScanTally, SerialScans
from traceability.scan.scans import ScanNote


@pytest.fixture
def batch(session: Session, now: datetime) -> Batch:
    made = make_batch(session, grow(session, now), now)
    session.commit()
    return made


def note_of(batch: Batch, now: datetime, serial: int | None = None) -> ScanNote:
    return ScanNote(now, batch.id, serial, "phone", "vi")


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Scan)) or 0


def test_notes_become_rows_and_reading_again_adds_none(
    session: Session, now: datetime, batch: Batch, tmp_path: Path
) -> None:
    kept = Journal(tmp_path)
    for number in range(3):
        assert scans.note(kept, note_of(batch, now + timedelta(minutes=number), 7))

    assert scans.import_journals(tmp_path) == 3
    assert scans.import_journals(tmp_path) == 0

    assert count(session) == 3
    tally = scans.tally(session, batch.id, 7)
    assert (tally.count, tally.first_at) == (3, now)


def test_a_half_written_line_waits_until_it_is_whole(
    session: Session, now: datetime, batch: Batch, tmp_path: Path
) -> None:
    line = f'[1795226400000,{batch.id},null,"phone","vi"]\n'.encode()
    kept = Journal(tmp_path)
    kept.append(line + line[:9])
    assert scans.import_journals(tmp_path) == 1

    kept.append(line[9:])
    assert scans.import_journals(tmp_path) == 1
    assert count(session) == 2


def test_a_journal_is_thrown_away_only_when_its_writer_is_gone(
    session: Session, now: datetime, batch: Batch, tmp_path: Path
) -> None:
    kept = Journal(tmp_path)
    scans.note(kept, note_of(batch, now))
    scans.import_journals(tmp_path)
    assert len(journal.list_journals(tmp_path)) == 1

    kept.close()
    scans.import_journals(tmp_path)

    assert journal.list_journals(tmp_path) == []
    assert count(session) == 1


def test_lines_nobody_can_read_and_batches_nobody_knows_are_passed_over(
    session: Session, now: datetime, batch: Batch, tmp_path: Path
) -> None:
    good = f'[1795226400000,{batch.id},null,"phone","vi"]'
    lines = ["not json", "[1]", '[1795226400000,999999999,null,"phone","vi"]', good]
    (tmp_path / f"host-1-aa{journal.SUFFIX}").write_text("\n".join(lines) + "\n")

    scans.import_journals(tmp_path)

    assert count(session) == 1


def test_a_disk_that_takes_no_more_does_not_break_the_page(
    session: Session, now: datetime, batch: Batch, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")

    assert scans.note(Journal(blocked), note_of(batch, now)) is False


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148", "phone"),
        ("Mozilla/5.0 (Linux; Android 14; SM-A155F) Chrome/129 Mobile Safari/537.36", "phone"),
        ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X)", "tablet"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/130", "computer"),
        ("okhttp/4.12", "other"),
        ("", "other"),
        ("facebookexternalhit/1.1", None),
        ("WhatsApp/2.24", None),
        ("Mozilla/5.0 (compatible; Googlebot/2.1)", None),
    ],
)
def test_robots_are_told_from_people(agent: str, device: str | None) -> None:
    assert scans.device_of(agent) == device
    # They are looked for in small letters.
    assert limits.robots().pattern.islower()


def test_scans_are_counted_by_vietnamese_day_and_place_of_the_batch(
    session: Session, now: datetime, batch: Batch, tmp_path: Path
) -> None:
    kept = Journal(tmp_path)
    # 17:30 UTC is past midnight in Vietnam.
    late = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
    for at in (late, late - timedelta(hours=1), now):
        scans.note(kept, note_of(batch, at))
    scans.import_journals(tmp_path)

    found = facts.scans_by_day(session, late.date(), now.date())

    told = [(row.day.isoformat(), row.commune_code, row.scans) for row in found]
    commune = batch.commune_code
    assert told == [("2026-11-20", commune, 1), ("2026-11-21", commune, 2)]


def test_the_mark_and_the_rows_commit_together(
    session: Session, now: datetime, batch: Batch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Journal(tmp_path)
    scans.note(kept, note_of(batch, now))
    broken = scans._INSERTED.replace("count(*)\nFROM", "count(*) / 0\nFROM")
    assert broken != scans._INSERTED
    with monkeypatch.context() as patched:
        patched.setattr(scans, "_INSERTED", broken)
        with pytest.raises(Exception, match="division by zero"):
            scans.import_journals(tmp_path)

    with db.transaction() as fresh:
        assert fresh.scalar(select(func.count()).select_from(ScanJournal)) == 0
    assert scans.import_journals(tmp_path) == 1
    assert session.execute(text("SELECT count(*) FROM scans")).scalar() == 1


def test_what_comes_in_is_counted_by_serial_and_by_day_place_and_device(
    session: Session, now: datetime, batch: Batch
) -> None:
    later = now + timedelta(minutes=5)
    for given in ([(now, 7, None), (later, 7, "48")], [(now - timedelta(minutes=9), 7, "48")]):
        notes = [
            ScanNote(at, batch.id, serial, "phone", "vi", place) for at, serial, place in given
        ]
        scans.enter(session, notes)

    of_serial = session.get_one(SerialScans, (batch.id, 7))
    assert (of_serial.scans, of_serial.first_at, of_serial.last_at) == (
        3,
        now - timedelta(minutes=9),
        later,
    )
    by_place = session.execute(select(ScanTally.place, ScanTally.scans).order_by(ScanTally.place))
    assert [tuple(row) for row in by_place] == [("", 1), ("48", 2)]


def test_a_day_is_made_ahead_takes_what_waited_and_goes_with_its_counts_kept(
    session: Session, now: datetime, batch: Batch
) -> None:
    old = now - timedelta(days=500)
    scans.enter(session, [ScanNote(old, batch.id, 7, "phone", "vi"), note_of(batch, now)])
    waiting = text("SELECT count(*) FROM scans_default")
    assert session.execute(waiting).scalar() == 2

    assert days.prepare(session, now=now) >= 9
    assert days.prepare(session, now=now) == 0
    assert session.execute(waiting).scalar() == 0
    assert count(session) == 2

    assert days.drop_old(session, 400, now=now) == 1
    assert count(session) == 1
    assert scans.tally(session, batch.id, 7) == scans.Tally(1, old)
    assert days.drop_old(session, 0, now=now) == 0


def test_lines_of_journals_with_and_without_a_place_are_read(
    session: Session, batch: Batch, tmp_path: Path
) -> None:
    before = f'[1795226400000,{batch.id},null,"phone","vi"]\n'
    (tmp_path / f"host-1-aa{journal.SUFFIX}").write_text(before)
    moment = datetime.fromtimestamp(1795226400, UTC)
    # A province's code is the operator's own word.
    for place in ("48", 'a"\\b'):
        scans.note(Journal(tmp_path), ScanNote(moment, batch.id, 7, "phone", "vi", place))

    assert scans.import_journals(tmp_path) == 3
    assert {scan.place for scan in session.scalars(select(Scan))} == {None, "48", 'a"\\b'}


def test_a_networks_province_comes_from_the_operators_table_the_narrowest_first(
    tmp_path: Path,
) -> None:
    table = tmp_path / "networks.csv"
    table.write_text(
        "network,province_code\n203.0.113.0/24,48\n203.0.113.128/25,01\n2001:db8::/32,79\n"
    )

    def found(address: str) -> str | None:
        return network_places.find_province(str(table), address)

    assert found("203.0.113.5") == "48"
    assert found("::ffff:203.0.113.200") == "01"
    assert found("2001:db8:1::1") == "79"
    assert found("198.51.100.1") is None
    assert found("no address") is None
    assert network_places.find_province("", "203.0.113.5") is None
    assert network_places.find_province(str(tmp_path / "missing.csv"), "203.0.113.5") is None
