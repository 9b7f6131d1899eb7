"""What indicators and maps read: figures of a day, with the rows behind them."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from growing_areas import facts
from growing_areas.dossiers import approval
from growing_areas.shapes.measure import hectares
from tests.growing_areas import factories


def test_an_area_counts_from_the_day_it_is_coded_until_it_is_held_up(
    session: Session, now: datetime
) -> None:
    area = factories.make_approved_area(session, now)
    later = now + timedelta(days=10)
    approval.suspend(session, SYSTEM, area.id, "Dư lượng", now=later)

    def counted(day: date) -> list[str]:
        return [row.code for row in facts.coded_areas(session, day)]

    assert counted(date(2026, 11, 20)) == []
    assert counted(date(2026, 11, 21)) == [area.code]
    assert counted(date(2026, 11, 30)) == [area.code]
    assert counted(date(2026, 12, 1)) == []


def test_totals_add_up_for_communes_and_provinces(session: Session, now: datetime) -> None:
    factories.make_approved_area(session, now)
    factories.make_approved_area(session, now, geometry=factories.field(0.05))
    day = date(2026, 11, 21)

    (commune,) = facts.coded_totals(session, day)
    (province,) = facts.coded_totals(session, day, level="province")

    assert (commune.unit_code, commune.count) == (factories.COMMUNE, 2)
    assert province.area_ha == commune.area_ha == Decimal("49.4934")
    assert len(facts.coded_areas(session, day, commune_code="00000")) == 0


def test_public_areas_are_coarse_and_in_force(session: Session, now: datetime) -> None:
    area = factories.make_approved_area(session, now)
    factories.make_area(session, now, geometry=factories.field(0.05))

    (found,) = facts.public_areas(session, bbox=(105.2, 21.0, 105.4, 21.2), crop_codes=["pomelo"])

    assert found.code == area.code
    assert all(round(value * 100, 6).is_integer() for value in found.outline.bounds)
    assert facts.public_areas(session, bbox=(106, 21, 107, 22)) == []


def test_one_plot_in_two_registrations_is_counted_once_in_hectares(
    session: Session, now: datetime
) -> None:
    home = factories.make_approved_area(session, now)
    factories.make_approved_area(
        session, now, home.organisation, plot=home.plot_id, geometry=None, crop="tea"
    )
    day = date(2026, 11, 21)

    (commune,) = facts.coded_totals(session, day)
    counted = [row.counted_m2 for row in facts.coded_areas(session, day)]

    assert (commune.count, commune.area_ha) == (2, hectares(home.version.area_m2))
    assert sorted(counted) == [0, home.version.area_m2]
