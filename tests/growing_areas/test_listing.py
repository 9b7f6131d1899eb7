"""The list of areas: counts, map, what each lacks; read in a fixed number of statements."""

from __future__ import annotations

import re
from datetime import date, datetime

import numpy as np
import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import SYSTEM
from foundation import clock
from growing_areas import listing, registration
from growing_areas.dossiers import pieces
from growing_areas.parcels import households
from growing_areas.registration import AreaQuery
from growing_areas.shapes import drawing
from growing_areas.shapes.drawing import Shape
from tests.accounts import browser
from tests.accounts import factories as people
from tests.growing_areas import factories


@pytest.fixture
def organisation(session: Session, now: datetime) -> Organisation:
    return factories.make_organisation(session, now)


@pytest.fixture
def coop(
    client: FlaskClient, session: Session, organisation: Organisation, now: datetime
) -> FlaskClient:
    manager = people.make_member(session, organisation, now)
    browser.sign_in_as(client, session, manager, clock.now())
    return client


def test_the_page_tells_state_map_and_what_is_lacking(
    coop: FlaskClient, session: Session, organisation: Organisation, now: datetime
) -> None:
    factories.make_area(session, now, organisation, name="Gò Nháp")
    factories.make_approved_area(session, now, organisation, geometry=factories.field(0.02))
    factories.make_area(session, now, name="Nhà người")
    session.commit()

    page = coop.get("/workspace/areas").text

    assert "Nháp (1)" in page
    assert "Đang hiệu lực (1)" in page
    assert "Nhà người" not in page
    assert page.count("<title>Gò Nháp</title>") == 1
    assert re.search(r"Đủ \d+%", page)
    assert "Giống" in page
    assert "Phú Thọ" in page


def test_filters_sort_and_commune_stand_in_the_address(
    coop: FlaskClient, session: Session, organisation: Organisation, now: datetime
) -> None:
    for place, name in enumerate(("Bãi B", "Ao A", "Cồn C")):
        factories.make_area(
            session, now, organisation, name=name, geometry=factories.field(0.01 * place)
        )
    session.commit()

    def names(query: str) -> list[str]:
        text = coop.get(f"/workspace/areas?{query}").text
        return re.findall(r'href="/workspace/areas/\d+">([^<]+)</a>', text)

    assert names("sort=name") == ["Ao A", "Bãi B", "Cồn C"]
    assert names("sort=-name") == ["Cồn C", "Bãi B", "Ao A"]
    assert names(f"commune_code={factories.COMMUNE}&q=ao") == ["Ao A"]
    assert names("commune_code=00004") == []
    assert "Không có vùng nào hợp điều kiện" in coop.get("/workspace/areas?q=zz").text
    assert coop.get("/workspace/areas?sort=color").status_code == 422
    for sort in registration.SORTS:
        page = registration.list_areas(session, SYSTEM, AreaQuery(sort=sort, size=2))
        rest = registration.list_areas(
            session, SYSTEM, AreaQuery(sort=sort, size=2, cursor=page.next_cursor)
        )
        assert len({area.id for area in page.items + rest.items}) == 3


def test_many_dossiers_are_read_as_each_alone(
    session: Session, organisation: Organisation, now: datetime
) -> None:
    plain = factories.make_area(session, now, organisation, households=())
    told = factories.make_area(
        session, now, organisation, geometry=factories.field(0.02), variety="Da xanh"
    )
    (household,) = households.of_plot(session, told.plot_id)
    households.agree(session, SYSTEM, told.id, [household.id], date(2026, 11, 1), "paper", now=now)

    found = pieces.read_many(session, [plain, told], now=now)

    assert found[told.id] == pieces.read(session, told, now=now)
    there = {piece.code for piece in found[told.id].pieces if piece.is_there}
    assert {"variety", "households", "agreement"} <= there
    assert {"variety", "households"} <= {piece.code for piece in found[plain.id].lacking}


def test_more_areas_need_no_more_statements(
    coop: FlaskClient, session: Session, organisation: Organisation, now: datetime
) -> None:
    def statements() -> int:
        seen: list[str] = []
        engine = session.get_bind()
        keep = lambda *told: seen.append(told[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", keep)
        assert coop.get("/workspace/areas").status_code == 200
        event.remove(engine, "before_cursor_execute", keep)
        return len([text for text in seen if text.startswith("SELECT")])

    factories.make_area(session, now, organisation)
    session.commit()
    coop.get("/workspace/areas")
    one = statements()
    for place in range(1, 4):
        factories.make_area(session, now, organisation, geometry=factories.field(0.01 * place))
    session.commit()

    assert statements() == one


def test_areas_far_apart_are_dots_and_those_close_by_are_shapes() -> None:
    def shape(number: int, lon: float) -> Shape:
        ring = np.array([(x + lon, y) for x, y in factories.FIELD])
        return Shape(number, str(number), listing.tone("approved"), [ring])

    close = drawing.gather([shape(1, 0.0), shape(2, 0.01)])
    far = drawing.gather([shape(1, 0.0), shape(2, 1.0)])

    assert close is not None
    assert far is not None
    assert [item.is_tiny for item in close.items] == [False, False]
    assert [item.is_tiny for item in far.items] == [True, True]
    assert drawing.gather([]) is None
