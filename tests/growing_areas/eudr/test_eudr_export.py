"""The plots file of an organisation: what goes in, what is refused and why, whose name it bears."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
import shapely
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from accounts.models import AuditEntry, Organisation
from accounts.permissions import SYSTEM
from foundation import clock
from foundation.errors import Invalid, NotFound, Refused
from growing_areas import areas, registration
from growing_areas.dossiers import approval, inspection
from growing_areas.eudr import export, rules
from growing_areas.eudr.export import Preview, Wish
from growing_areas.models import GrowingArea
from growing_areas.parcels.models import Parcel, PlotHousehold
from tests.accounts import browser
from tests.accounts import factories as people
from tests.growing_areas import factories

SMALL = [(105.2800, 21.1200), (105.2812, 21.1200), (105.2812, 21.1210), (105.2800, 21.1210)]
Grow = Callable[..., GrowingArea]


@pytest.fixture
def organisation(session: Session, now: datetime) -> Organisation:
    return factories.make_organisation(session, now, name="HTX Cà phê Đắk Mil")


@pytest.fixture
def grow(session: Session, now: datetime, organisation: Organisation) -> Grow:
    def approved(number: int = 0, **changes: Any) -> GrowingArea:
        told = {"crop": "coffee", "name": f"Đồi {number}", **changes}
        told.setdefault("geometry", factories.field(lon=0.02 * number))
        return factories.make_approved_area(session, now, organisation, **told)

    return approved


def polygon(ring: list[tuple[float, float]], *holes: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]], *holes]}


def look(session: Session, organisation: Organisation, now: datetime, **wish: Any) -> Preview:
    return export.look(session, SYSTEM, organisation.code, Wish(**wish), now=now)


def written(session: Session, organisation: Organisation, now: datetime, **wish: Any) -> Any:
    text = export.write(session, SYSTEM, organisation.code, Wish(**wish), now=now)
    return json.loads(text)["features"]


def refusals(error: pytest.ExceptionInfo[Refused]) -> list[tuple[str, Any]]:
    return [(found.code, found.params.get("area")) for found in error.value.findings]


def test_areas_in_force_go_in_and_others_are_told(
    session: Session, organisation: Organisation, grow: Grow, now: datetime
) -> None:
    area = grow()
    factories.make_area(session, now, organisation, crop="cocoa", geometry=factories.field(lon=0.1))
    grow(3, crop="pomelo")

    preview = look(session, organisation, now)
    (feature,) = written(session, organisation, now)

    assert [entry.state for entry in preview.entries] == ["in", "not_in_force"]
    assert feature["properties"] == {
        "ProducerName": "HTX Cà phê Đắk Mil",
        "ProducerCountry": "VN",
        "ProductionPlace": f"{area.code} Đồi 0, Xã Thanh Thuỷ, Phú Thọ",
        "Area": pytest.approx(area.version.area_m2 / 10_000, abs=1e-4),
    }
    drawn = shapely.geometry.shape(feature["geometry"])
    assert drawn.exterior.is_ccw
    assert drawn.symmetric_difference(areas.outline_of(area.version)).area < 1e-9


def test_every_refusal_of_every_area_comes_at_once(
    session: Session, organisation: Organisation, grow: Grow, now: datetime
) -> None:
    hole = [(105.283, 21.121), (105.284, 21.121), (105.284, 21.122), (105.283, 21.121)]
    near = [*factories.FIELD[:1], (105.2800003, 21.1200001), *factories.FIELD[1:]]
    holed = grow(geometry=polygon(factories.FIELD, hole))
    doubled = grow(2, geometry=polygon([(lon + 0.1, lat) for lon, lat in near]))
    grow(4)

    with pytest.raises(Refused) as error:
        written(session, organisation, now)
    left = written(session, organisation, now, left_out=(holed.code, doubled.code))

    assert error.value.code == "eudr.refused"
    assert refusals(error) == [
        ("eudr.has_hole", holed.code), ("eudr.doubled_corner", doubled.code),
    ]  # fmt: skip
    assert len(left) == 1


def test_a_point_stands_only_for_small_ground_and_inside_it(
    session: Session, organisation: Organisation, grow: Grow, now: datetime
) -> None:
    horn = [*SMALL[:3], (105.28005, 21.12005)]
    small, large = grow(geometry=polygon(horn)), grow(3)

    features = written(session, organisation, now, points=True)

    assert [feature["geometry"]["type"] for feature in features] == ["Point", "Polygon"]
    point = shapely.geometry.shape(features[0]["geometry"])
    assert areas.outline_of(small.version).contains(point)
    assert features[0]["properties"]["Area"] < 4
    assert features[1]["properties"]["ProductionPlace"].startswith(str(large.code))
    plain = written(session, organisation, now)
    assert {feature["geometry"]["type"] for feature in plain} == {"Polygon"}


def test_a_commodity_narrows_the_file(
    session: Session, organisation: Organisation, grow: Grow, now: datetime
) -> None:
    grow()
    cocoa = grow(2, crop="cocoa")

    (feature,) = written(session, organisation, now, commodity="cocoa")

    assert feature["properties"]["ProductionPlace"].startswith(str(cocoa.code))
    assert len(written(session, organisation, now)) == 2
    assert len(written(session, organisation, now, crop="coffee")) == 1
    with pytest.raises(Refused, match=r"eudr\.nothing"):
        written(session, organisation, now, commodity="rubber")
    with pytest.raises(Invalid):
        written(session, organisation, now, commodity="durian")
    with pytest.raises(Invalid):
        written(session, organisation, now, left_out=("NV.00000.0001",))


def test_the_same_ground_goes_in_once(
    session: Session, organisation: Organisation, grow: Grow, now: datetime
) -> None:
    first = grow()
    second = factories.make_area(
        session, now, organisation,
        crop="coffee", market="EU", name="Đồi 0", plot=first.plot_id, geometry=None,
    )  # fmt: skip
    registration.submit(session, SYSTEM, second.id, now=now)
    inspection.record(
        session, SYSTEM, second.id, inspection.Visit(True, date(2026, 11, 20)), now=now
    )
    approval.approve(session, SYSTEM, second.id, now=now)

    with pytest.raises(Refused) as error:
        written(session, organisation, now)

    assert [code for code, _ in refusals(error)] == ["eudr.same_ground"]
    assert len(written(session, organisation, now, left_out=(str(second.code),))) == 1


def parcel(
    session: Session, area: GrowingArea, now: datetime, number: int, household: PlotHousehold | None
) -> None:
    ring = [(lon + 0.0012 * number, lat) for lon, lat in SMALL]
    outline = shapely.Polygon(ring)
    session.add(
        Parcel(
            plot_id=area.plot_id, number=number, label=f"Thửa {number}",
            household_id=household.id if household else None, geometry=shapely.to_wkb(outline),
            area_m2=13_000.0, origin="drawn", created_at=now,
        )
    )  # fmt: skip


def household(session: Session, area: GrowingArea, name: str, agreed: bool) -> PlotHousehold:
    found = PlotHousehold(
        plot_id=area.plot_id, name=name, agreed_on=date(2026, 11, 1) if agreed else None,
        agreed_how="paper" if agreed else None,
    )  # fmt: skip
    session.add(found)
    session.flush()
    return found


def test_households_are_named_only_on_request_and_only_who_agreed(
    session: Session, organisation: Organisation, grow: Grow, now: datetime
) -> None:
    area, bare = grow(), grow(3)
    parcel(session, area, now, 0 + 1, household(session, area, "Trần Thị Bình", True))
    parcel(session, area, now, 2, household(session, area, "Y Blăng Êban", False))
    session.flush()

    with pytest.raises(Refused) as error:
        written(session, organisation, now, producer="households", left_out=())
    session.execute(update(Parcel).where(Parcel.number == 2).values(removed_at=now))
    session.expire_all()
    preview = look(session, organisation, now, producer="households", left_out=(str(bare.code),))
    (feature,) = written(
        session, organisation, now, producer="households", left_out=(str(bare.code),)
    )

    assert refusals(error) == [("eudr.no_producer", area.code), ("eudr.no_parcels", bare.code)]
    assert feature["properties"]["ProducerName"] == "Trần Thị Bình"
    assert [note.code for note in preview.entries[0].notes] == ["eudr.ground_left"]
    assert "Bình" not in json.dumps(written(session, organisation, now), ensure_ascii=False)
    looks = select(func.count()).where(AuditEntry.action == "area.households_read")
    assert session.scalar(looks) == 3


def test_a_file_too_large_for_the_eu_is_refused(
    session: Session,
    organisation: Organisation,
    grow: Grow,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    grow()
    narrow = replace(rules.rules_on(clock.business_day(now)), most_bytes=100)
    monkeypatch.setattr(export, "rules_on", lambda day: narrow)

    with pytest.raises(Refused, match=r"eudr\.too_large"):
        written(session, organisation, now)


def test_another_cooperatives_file_is_not_there(
    session: Session, organisation: Organisation, grow: Grow, now: datetime
) -> None:
    grow()
    stranger = factories.manager(factories.make_organisation(session, now))

    with pytest.raises(NotFound):
        export.look(session, stranger, organisation.code, Wish(), now=now)


@pytest.fixture
def coop(
    client: FlaskClient, session: Session, organisation: Organisation, now: datetime
) -> FlaskClient:
    manager = people.make_member(session, organisation, now)
    browser.sign_in_as(client, session, manager, clock.now())
    return client


def test_the_page_tells_what_goes_in_what_not_and_leads_to_the_file(
    coop: FlaskClient, session: Session, organisation: Organisation, grow: Grow
) -> None:
    grow(planting_year=2023)
    hole = [(105.483, 21.121), (105.484, 21.121), (105.484, 21.122), (105.483, 21.121)]
    ring = [(lon + 0.2, lat) for lon, lat in factories.FIELD]
    holed = grow(10, geometry=polygon(ring, hole))

    page = coop.get("/workspace/areas/eudr").text
    mended = coop.get(f"/workspace/areas/eudr?leave_out={holed.code}").text

    assert "có phần khoét" in page
    assert f'href="/workspace/areas/{holed.id}"' in page
    assert "Trồng năm 2023" in page
    assert "eudr.geojson" not in page
    link = re.search(r'href="(/workspace/areas/eudr\.geojson[^"]+)"', mended)
    assert link is not None
    answer = coop.get(link[1].replace("&amp;", "&"))
    assert answer.status_code == 200
    assert len(json.loads(answer.text)["features"]) == 1
    assert answer.headers["X-Row-Count"] == "1"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="eudr-')


def test_a_cooperative_without_a_regulated_crop_is_told_so(coop: FlaskClient, grow: Grow) -> None:
    grow(crop="pomelo")

    page = coop.get("/workspace/areas/eudr")

    assert page.status_code == 200
    assert "Chưa có vùng nào thuộc EUDR" in page.text
    assert coop.get("/workspace/areas/eudr?commodity=gold").status_code == 422
