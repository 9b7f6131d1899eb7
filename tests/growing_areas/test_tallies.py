"""Counts and versions of the map's cells say exactly what a reader's snapshot holds."""

from __future__ import annotations

import threading
from datetime import date, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import db
from growing_areas.dossiers import approval, certificates
from growing_areas.mapping import folding, tallies
from growing_areas.mapping.models import MapChange, MapGround, MapTally
from growing_areas.mapping.picked import Picked
from growing_areas.mapping.tallies import Cells, Wanted
from growing_areas.models import GrowingArea
from tests.growing_areas import factories

EVERYWHERE = Cells(6, 0, 0, 63, 63)
FINE = Cells(12, 0, 0, 4095, 4095)


def test_an_area_is_counted_once_it_has_a_code_and_where_it_stands(
    session: Session, now: datetime
) -> None:
    factories.make_area(session, now)
    assert tallies.version(session, EVERYWHERE) == 0

    area = factories.make_approved_area(session, now)

    (cell,) = tallies.by_cell(session, FINE, Wanted())
    (province,) = tallies.by_province(session, Wanted(statuses=["approved"]))
    assert (cell.areas, cell.area_m2) == (1, round(area.version.area_m2))
    assert (province.unit_code, province.areas) == (area.province_code, 1)
    assert tallies.by_cell(session, FINE, Wanted(crop_codes=["rice"])) == []
    assert tallies.by_cell(session, FINE, Wanted(province_code="01")) == []
    assert len(tallies.by_cell(session, FINE, Wanted(commune_code=area.commune_code))) == 1


def test_a_change_of_state_moves_the_count_and_raises_the_version(
    session: Session, now: datetime
) -> None:
    area = factories.make_approved_area(session, now)
    before = tallies.version(session, FINE)

    approval.suspend(session, SYSTEM, area.id, "Dư lượng thuốc", now=now)

    assert tallies.version(session, FINE) > before
    assert tallies.by_province(session, Wanted(statuses=["approved"])) == []
    assert tallies.by_province(session, Wanted(statuses=["suspended"]))[0].areas == 1


def test_only_the_cells_an_area_touches_change(session: Session, now: datetime) -> None:
    factories.make_approved_area(session, now)

    touched = session.execute(
        select(MapChange.tile_x, MapChange.tile_y).where(MapChange.zoom == 12)
    )
    ((x, y), *more) = set(touched.tuples())

    assert len(more) < 4
    assert tallies.version(session, Cells(12, x + 5, y, x + 9, y)) == 0


def test_folding_changes_no_sum(session: Session, now: datetime) -> None:
    areas = [
        factories.make_approved_area(session, now, geometry=factories.field(0.006 * number))
        for number in range(4)
    ]
    approval.suspend(session, SYSTEM, areas[0].id, "Dư lượng thuốc", now=now)
    version = tallies.version(session, EVERYWHERE)
    counts = tallies.by_cell(session, FINE, Wanted())

    saved = folding.fold(session)

    assert saved > 0
    assert folding.fold(session) == 0
    assert tallies.version(session, EVERYWHERE) == version
    assert tallies.by_cell(session, FINE, Wanted()) == counts


def test_counting_anew_finds_the_same(session: Session, now: datetime) -> None:
    area = factories.make_approved_area(session, now)
    factories.make_approved_area(session, now, geometry=factories.field(0.006), crop="tea")
    approval.revoke(session, SYSTEM, area.id, "Bỏ trồng", now=now)
    session.flush()
    version, counts = tallies.version(session, FINE), _rows(session)

    folding.rebuild(session)

    assert _rows(session) == counts
    assert tallies.version(session, FINE) > version


def test_a_reader_between_two_writers_sees_the_later_commit_as_a_new_version(
    own_database: db.Database, now: datetime
) -> None:
    """Two changes begun together commit out of order: neither can hide behind the other."""
    with db.transaction() as session:
        one = factories.make_approved_area(session, now)
        other = factories.make_approved_area(session, now, geometry=factories.field(0.006))
    seen = [_version()]
    first, second = (own_database.primary.connect() for _ in range(2))
    with first, second:
        rename = text("UPDATE growing_areas SET name = 'Đổi tên' WHERE id = :id")
        first.execute(rename, {"id": one.id})
        second.execute(rename, {"id": other.id})
        seen.append(_version())
        second.commit()
        seen.append(_version())
        with db.transaction() as session:
            folding.fold(session)
        seen.append(_version())
        first.commit()
    seen.append(_version())

    assert seen[0] == seen[1] < seen[2] == seen[3] < seen[4]


@pytest.mark.parametrize("zoom", [6, 9, 12])
def test_cells_are_those_of_the_tiles(session: Session, zoom: int) -> None:
    from atlas.tiles import tile_at

    for lon, lat in ((105.28, 21.12), (102.0, 8.1), (114.3, 8.65), (109.4999, 12.0001)):
        row = session.execute(
            text("SELECT growing_map_column(:lon, :z), growing_map_row(:lat, :z)"),
            {"lon": lon, "lat": lat, "z": zoom},
        ).one()
        assert tuple(row) == tile_at(lon, lat, zoom)


def _version() -> int:
    with db.reading() as session:
        return tallies.version(session, FINE)


def _rows(session: Session) -> set[tuple[object, ...]]:
    folding.fold(session)
    columns = [column for column in MapTally.__table__.columns if column.key != "id"]
    return {tuple(row) for row in session.execute(select(*columns)) if row.areas}


def test_a_plot_in_two_registrations_gives_its_ground_once(session: Session, now: datetime) -> None:
    area = factories.make_approved_area(session, now)
    other = _again(session, area, now, crop="tea", market="CN")
    ground = round(area.version.area_m2)

    (cell,) = tallies.by_cell(session, FINE, Wanted(["approved"]))
    (province,) = tallies.by_province(session, Wanted(["approved"]))
    (of_tea,) = tallies.by_province(session, Wanted(["approved"], ["tea"]))
    (of_both,) = tallies.by_province(session, Wanted(["approved"], ["tea", "pomelo"]))
    assert (cell.areas, cell.area_m2) == (2, ground)
    assert (province.areas, province.area_m2) == (2, ground)
    assert (of_tea.areas, of_tea.area_m2) == (1, ground)
    assert (of_both.areas, of_both.area_m2) == (2, ground)

    approval.suspend(session, SYSTEM, other.id, "Dư lượng thuốc", now=now)
    (left,) = tallies.by_province(session, Wanted(["approved"]))
    (held_up,) = tallies.by_province(session, Wanted(["suspended"]))
    assert (left.areas, left.area_m2) == (held_up.areas, held_up.area_m2) == (1, ground)
    assert tallies.by_province(session, Wanted(["approved"], ["tea"])) == []


def test_ground_counted_anew_is_the_ground_counted_step_by_step(
    session: Session, now: datetime
) -> None:
    area = factories.make_approved_area(session, now)
    other = _again(session, area, now, crop="tea")
    factories.make_approved_area(session, now, geometry=factories.field(0.006))
    approval.revoke(session, SYSTEM, other.id, "Bỏ trồng", now=now)
    session.flush()
    step_by_step = _grounds(session)

    folding.rebuild(session)

    assert _grounds(session) == step_by_step


def test_two_registrations_of_a_plot_changed_at_once_are_both_counted(
    own_database: db.Database, now: datetime
) -> None:
    """The second waits for the first, and then sees what the first one left."""
    with db.transaction() as session:
        area = factories.make_approved_area(session, now)
        other = _again(session, area, now, crop="tea")
    suspend = text("UPDATE growing_areas SET status = 'suspended' WHERE id = :id")
    first, second = (own_database.primary.connect() for _ in range(2))
    with first, second:
        first.execute(suspend, {"id": area.id})
        done = threading.Thread(target=lambda: second.execute(suspend, {"id": other.id}))
        done.start()
        first.commit()
        done.join()
        second.commit()

    with db.reading() as session:
        (ground,) = tallies.by_province(session, Wanted(["suspended"]))
        assert (ground.areas, ground.area_m2) == (2, round(area.version.area_m2))
        assert tallies.by_province(session, Wanted(["approved"])) == []


def test_certificates_count_on_their_days_alone(session: Session, now: datetime) -> None:
    area = factories.make_approved_area(session, now)
    factories.make_approved_area(session, now, geometry=factories.field(0.006))
    before = tallies.version(session, FINE)
    paper = certificates.Certified(
        "vietgap", "VG-1", "Quacert", date(2026, 1, 1), date(2026, 12, 31)
    )
    held = certificates.record(session, SYSTEM, area.id, paper, now=now)
    seen = tallies.version(session, FINE)
    assert seen > before

    def counted(day: date, *standards: str) -> list[int]:
        wanted = Wanted(["approved"], picked=Picked(standards, day))
        by_cell = tallies.by_cell(session, FINE, wanted)
        assert [each.areas for each in tallies.by_province(session, wanted)] == [
            each.areas for each in by_cell
        ]
        assert all(each.area_m2 == round(area.version.area_m2) for each in by_cell)
        return [each.areas for each in by_cell]

    assert counted(date(2026, 11, 22), "vietgap") == [1]
    assert counted(date(2026, 12, 31), "vietgap", "globalgap") == [1]
    assert counted(date(2027, 1, 1), "vietgap") == []
    assert counted(date(2025, 12, 31), "vietgap") == []
    assert counted(date(2026, 11, 22), "globalgap") == []

    certificates.remove(session, SYSTEM, area.id, held.id, now=now)
    assert counted(date(2026, 11, 22), "vietgap") == []
    assert tallies.version(session, FINE) > seen


def _again(session: Session, area: GrowingArea, now: datetime, **changes: object) -> GrowingArea:
    """Another registration of an area's plot."""
    return factories.make_approved_area(
        session, now, area.organisation, plot=area.plot_id, geometry=None, **changes
    )


def _grounds(session: Session) -> set[tuple[object, ...]]:
    folding.fold(session)
    columns = [column for column in MapGround.__table__.columns if column.key != "id"]
    rows = session.execute(select(*columns))
    return {tuple(map(str, row)) for row in rows if row.plots}
