"""Lists taken out as map files: as many rows as the list, exact, whole, nobody else's."""

from __future__ import annotations

import io
import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import actors, members, tokens
from accounts.models import Membership, Organisation
from accounts.permissions import SYSTEM, Actor
from foundation import clock, files, jobs
from foundation.errors import Conflict, Invalid, NotFound
from foundation.jobs import Cancelled
from growing_areas import areas, registration
from growing_areas.exports import listing, orders
from growing_areas.exports.columns import COLUMNS
from growing_areas.files import reader
from growing_areas.models import GrowingArea
from growing_areas.registration import AreaQuery
from growing_areas.writing import formats
from tests.accounts import browser
from tests.accounts import factories as people
from tests.growing_areas import factories

NAME = '=HYPERLINK("x") Đồi Chè Ưu Việt, "thửa" <3>'
QUERY = AreaQuery()


@pytest.fixture(autouse=True)
def _store(tmp_path: Path, _app: Any) -> Iterator[None]:
    files.use(f"file://{tmp_path}/files")
    yield
    files.use(_app.config["NGUON"].files_url)


@pytest.fixture
def organisation(session: Session, now: datetime) -> Organisation:
    return factories.make_organisation(session, now, name="HTX Chè Đường Thượng")


@pytest.fixture
def manager(session: Session, organisation: Organisation, now: datetime) -> Actor:
    return people.make_member(session, organisation, now)


def grow(session: Session, organisation: Organisation, now: datetime, number: int) -> GrowingArea:
    return factories.make_area(
        session, now, organisation, name=f"{NAME} {number}", crop="tea",
        geometry=factories.field(lon=0.01 * (number % 9), lat=0.01 * (number // 9)),
    )  # fmt: skip


def rows_of(content: bytes, format_: str) -> list[dict[str, Any]]:
    suffix = formats.FORMATS[format_].suffix
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(content)
        file.flush()
        found: list[dict[str, Any]] = reader.answer(Path(file.name), suffix)["features"]
    return found


def taken(session: Session, actor: Actor, format_: str, now: datetime, **query: Any) -> bytes:
    pieces, written = listing.write(
        session, actor, AreaQuery(**query), format_, on=clock.business_day(now)
    )
    content = b"".join(pieces)
    assert written.rows == listing.count(session, actor, AreaQuery(**query))
    return content


@pytest.mark.parametrize("format_", list(formats.FORMATS))
@pytest.mark.parametrize("count", [0, 1, 23])
def test_a_file_holds_as_many_rows_as_the_list(
    session: Session,
    organisation: Organisation,
    manager: Actor,
    now: datetime,
    format_: str,
    count: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listing, "_BATCH", 10)
    grow(session, factories.make_organisation(session, now), now, 70)
    outlines = [
        areas.outline_of(grow(session, organisation, now, number).version)
        for number in range(count)
    ]
    session.flush()

    content = taken(session, manager, format_, now)

    if count == 0 and format_ in ("kml", "gpx", "csv", "wkt"):
        assert b"Placemark" not in content
        assert b"<trk>" not in content
        assert b"POLYGON" not in content
        return
    found = rows_of(content, format_)
    assert len(found) == count
    shapes = {shapely.from_geojson(json.dumps(row["geometry"])).normalize() for row in found}
    for outline in outlines:
        assert any(shape.equals_exact(outline.normalize(), 1.1e-9) for shape in shapes)
    if formats.FORMATS[format_].tells:
        assert {row["name"] for row in found} == {f"{NAME} {n}" for n in range(count)}
        assert all(row["properties"]["org_name"] == "HTX Chè Đường Thượng" for row in found)


def test_filters_of_the_list_are_kept_and_no_cell_is_a_formula(
    session: Session, organisation: Organisation, manager: Actor, now: datetime
) -> None:
    grow(session, organisation, now, 1)
    factories.make_area(session, now, organisation, name="Bưởi", geometry=factories.field(lon=0.2))

    content = taken(session, manager, "csv", now, crop="tea").decode("utf-8-sig")

    assert content.startswith("name,id,code,status,org_code")
    assert "'=HYPERLINK" in content
    assert "Bưởi" not in content
    assert not re.search(r'(^|,)"?[=@+]', content, re.M)


def test_an_officers_file_is_their_territorys(
    session: Session, organisation: Organisation, now: datetime
) -> None:
    grow(session, organisation, now, 1)

    here = taken(session, factories.officer(), "geojson", now)
    elsewhere = taken(session, factories.officer("01"), "geojson", now)

    assert len(rows_of(here, "geojson")) == 1
    assert json.loads(elsewhere)["features"] == []


def test_columns_fit_every_format_and_stand_in_the_document() -> None:
    told = (Path(__file__).parents[3] / "docs/area-files.md").read_text("utf-8")

    assert all(len(column.code) <= 10 for column in COLUMNS)
    assert re.findall(r"^\| `(\w+)` \|", told.split("| `name` |")[1], re.M) == [
        column.code for column in COLUMNS
    ]
    assert all(f"`{code}`" in told for code in formats.FORMATS)


def run(order_id: int, session: Session, now: datetime) -> list[tuple[int, int]]:
    told: list[tuple[int, int]] = []
    orders.write_to_shelf(session, order_id, lambda *step: told.append(step), now=now)
    return told


def test_a_long_list_is_written_by_a_worker_once(
    session: Session, organisation: Organisation, manager: Actor, now: datetime
) -> None:
    for number in range(3):
        grow(session, organisation, now, number)
    order = orders.place(session, manager, AreaQuery(crop="tea"), "geojson", now=now)
    assert orders.state_of(session, order).state == "queued"

    steps = run(order.id, session, now)
    again = run(order.id, session, now)

    order = orders.get_order(session, manager, order.id)
    assert steps[-1] == (3, 3)
    assert again == []
    assert (order.row_count, orders.state_of(session, order).state) == (3, "done")
    assert order.digest is not None
    with orders.shelf().open(order.digest) as file:
        assert len(rows_of(file.read(), "geojson")) == 3


def test_an_order_is_its_own_persons_and_can_be_stopped(
    session: Session, organisation: Organisation, manager: Actor, now: datetime
) -> None:
    order = orders.place(session, manager, QUERY, "kml", now=now)

    with pytest.raises(NotFound):
        orders.get_order(session, factories.manager(organisation), order.id)
    with pytest.raises(Conflict, match=r"export\.nobody"):
        orders.place(session, SYSTEM, QUERY, "kml", now=now)
    with pytest.raises(Invalid):
        orders.place(session, manager, QUERY, "dwg", now=now)
    orders.cancel(session, manager, order.id, now=now)
    with pytest.raises(Cancelled):
        run(order.id, session, now)
    with pytest.raises(Conflict, match=r"export\.finished"):
        orders.cancel(session, manager, order.id, now=now)
    assert orders.state_of(session, order).state == "cancelled"


def test_who_moved_to_another_house_fetches_nothing_ordered_before(
    session: Session, organisation: Organisation, manager: Actor, now: datetime
) -> None:
    order = orders.place(session, manager, QUERY, "kml", now=now)
    assert manager.person_id is not None
    other = factories.make_organisation(session, now, name="HTX Chè Khác")
    mine = select(Membership).where(Membership.person_id == manager.person_id)
    session.scalars(mine).one().ended_at = now + timedelta(hours=1)
    members.add(session, other.id, manager.person_id, "manager", now=now + timedelta(hours=1))
    session.flush()
    moved = actors.find_actor(session, manager.person_id)
    assert moved is not None

    with pytest.raises(NotFound):
        orders.get_order(session, moved, order.id)
    later = orders.place(session, moved, QUERY, "kml", now=now + timedelta(hours=2))
    assert orders.get_order(session, moved, later.id).id == later.id


def test_files_are_removed_after_their_time_unless_another_order_names_them(
    session: Session, organisation: Organisation, manager: Actor, now: datetime
) -> None:
    grow(session, organisation, now, 1)
    old = orders.place(session, manager, QUERY, "csv", now=now - timedelta(days=8))
    new = orders.place(session, manager, QUERY, "csv", now=now)
    for order in (old, new):
        run(order.id, session, now)

    kept = orders.forget_before(session, now - orders.KEPT)
    spent = orders.forget_before(session, now + timedelta(seconds=1))

    assert kept == []
    assert len(spent) == 1
    orders.shelf().discard(spent[0])
    with pytest.raises(NotFound):
        orders.shelf().open(spent[0])
    assert jobs.registered()["growing_areas.forget_exports"].cron


@pytest.fixture
def coop(
    client: FlaskClient, session: Session, organisation: Organisation, now: datetime
) -> FlaskClient:
    person = people.make_member(session, organisation, now)
    browser.sign_in_as(client, session, person, clock.now())
    return client


def test_the_page_leads_from_the_filtered_list_to_a_whole_file(
    coop: FlaskClient, session: Session, organisation: Organisation, now: datetime
) -> None:
    grow(session, organisation, now, 1)

    listed = coop.get("/workspace/areas?crop=tea").text
    page = coop.get("/workspace/areas/export?crop=tea").text
    answer = coop.get("/workspace/areas/export/file?crop=tea&format=gpkg")

    assert 'href="/workspace/areas/export?crop=tea"' in listed
    assert "1 vùng" in page
    assert 'href="/workspace/areas/export/file?format=gpkg&amp;crop=tea"' in page
    assert answer.headers["X-Row-Count"] == "1"
    assert "vung-trong-" in answer.headers["Content-Disposition"]
    assert len(rows_of(answer.data, "gpkg")) == 1
    assert coop.get("/workspace/areas/export/file?format=dwg").status_code == 422
    assert coop.get("/workspace/areas/export?status=odd").status_code == 422


def test_a_long_list_is_ordered_watched_and_fetched(
    coop: FlaskClient,
    session: Session,
    organisation: Organisation,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listing, "INLINE_MOST", 0)
    grow(session, organisation, now, 1)
    session.commit()

    page = coop.get("/workspace/areas/export?crop=tea").text
    refused = coop.get("/workspace/areas/export/file?format=csv")
    sent = browser.post(coop, "/workspace/areas/export", format="csv", crop="tea")
    waiting = coop.get(sent.location).text
    early = coop.get(f"{sent.location}/file")
    run(int(sent.location.rsplit("/", 1)[1]), session, clock.now())
    session.commit()
    answer = coop.get(f"{sent.location}/file")

    assert "chạy nền" in page
    assert refused.status_code == early.status_code == 409
    assert sent.status_code == 303
    assert "Tệp CSV" in waiting
    assert answer.headers["X-Row-Count"] == "1"
    assert len(rows_of(answer.data, "csv")) == 1
    assert "Tải CSV" in coop.get(sent.location).text


def test_a_program_takes_a_list_at_once_or_orders_it(
    client: FlaskClient, session: Session, organisation: Organisation, now: datetime
) -> None:
    actor = people.make_member(session, organisation, now)
    plain = tokens.create(session, actor, "Máy", now=clock.now()).plain
    grow(session, organisation, now, 1)
    session.commit()
    bearer = {"Authorization": f"Bearer {plain}"}
    base = "/api/v1/growing-areas"

    at_once = client.get(f"{base}/export?format=geojson&crop=tea", headers=bearer)
    made: Any = client.post(f"{base}/exports", json={"format": "geojson"}, headers=bearer)
    where = made.headers["Location"]
    run(int(where.rsplit("/", 1)[1]), session, clock.now())
    session.commit()
    told: Any = client.get(where, headers=bearer)

    assert at_once.mimetype == "application/geo+json"
    assert len(json.loads(at_once.data)["features"]) == 1
    assert (made.status_code, made.json["state"]) == (202, "queued")
    assert told.json["row_count"] == 1
    fetched = client.get(told.json["file_url"], headers=bearer)
    assert io.BytesIO(fetched.data).read(1) == b"{"
    assert client.get(f"{base}/export?format=geojson").status_code == 401


def test_a_list_narrowed_to_what_is_late_and_handed_in_leaves_as_it_was_shown(
    session: Session, organisation: Organisation, manager: Actor, now: datetime
) -> None:
    grow(session, organisation, now, 0)
    late = grow(session, organisation, now, 1)
    registration.submit(session, SYSTEM, late.id, now=now)
    on = late.due_on
    assert on is not None
    query = AreaQuery(handed_in=True, due_before=on + timedelta(days=1), sort="name")

    order = orders.place(session, manager, query, "csv", now=now)

    assert orders.query_of(order) == query
    assert order.expected_rows == 1
    assert listing.count_bounded(session, manager, replace(query, due_before=on)) == 0


def test_the_inbox_leads_to_an_export_of_the_very_rows_it_shows(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    organisation = factories.make_organisation(session, now)
    grow(session, organisation, now, 0)
    shown = grow(session, organisation, now, 1)
    registration.submit(session, SYSTEM, shown.id, now=now)
    officer = people.make_official(session, now, scope=factories.PROVINCE)
    browser.sign_in_as(client, session, officer, now)

    inbox = client.get(f"/office/areas?sort=-due_on&commune_code={factories.COMMUNE}").text
    address = re.search(r'href="(/office/areas/export[^"]+)"', inbox)
    assert address
    page = client.get(address[1].replace("&amp;", "&"))

    assert page.status_code == 200
    assert "1 vùng, với ranh giới" in page.text
    assert "<strong>Đã nộp</strong>" in page.text
