"""Imports of many areas: stored all or none, listed, undone as one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import SYSTEM, Actor
from foundation import clock, files, jobs
from foundation.config import Config
from foundation.errors import Conflict, Invalid, NotFound
from growing_areas import diary, registration
from growing_areas.diary import Work
from growing_areas.dossiers import papers, visit_photos
from growing_areas.dossiers.uploads import Judged
from growing_areas.files.reading import DrawnFeature
from growing_areas.imports import batches, uploads
from growing_areas.imports.importing import ShapeTold
from growing_areas.imports.jobs import store_import
from growing_areas.imports.models import AreaUpload
from growing_areas.imports.wishes import Wishes, columns_of, crop_code
from growing_areas.models import GrowingArea, PlotVersion
from growing_areas.parcels import households
from growing_areas.proposals import Household
from tests.accounts import factories as people
from tests.growing_areas import factories

DIGEST = "cd" * 32


def shape(number: int, **properties: Any) -> DrawnFeature:
    return DrawnFeature(number, "", properties, factories.field(lon=0.01 * number))


@pytest.fixture
def organisation(session: Session, now: datetime) -> Organisation:
    return factories.make_organisation(session, now)


@pytest.fixture
def manager(session: Session, organisation: Organisation, now: datetime) -> Actor:
    return people.make_member(session, organisation, now)


def send(session: Session, actor: Actor, features: list[DrawnFeature], now: datetime) -> AreaUpload:
    assert actor.person_id is not None
    uploads.keep(session, actor.person_id, DIGEST, "vung.kml", features, now=now, wishes={})
    return uploads.get_upload(session, actor.person_id, DIGEST, now=now)


def wishes(organisation: Organisation, **changes: Any) -> Wishes:
    told: dict[str, Any] = {"crop": "pomelo", "commune_code": factories.COMMUNE, **changes}
    return Wishes(organisation.code, **told)


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(GrowingArea)) or 0


def test_chosen_shapes_become_one_batch_and_are_undone_as_one(
    session: Session, manager: Actor, organisation: Organisation, now: datetime
) -> None:
    upload = send(session, manager, [shape(1), shape(2), shape(3)], now)

    batch = batches.order(session, manager, upload, wishes(organisation, take=(1, 3)), now=now)

    assert (batch.state, batch.area_count) == ("stored", 2)
    assert [area.name for area in batches.areas_of(session, batch)] == ["Vùng 1", "Vùng 3"]
    undone = batches.undo(session, manager, batch.id, now=now)
    assert (undone.state, undone.undone_by_id) == ("undone", manager.person_id)
    assert count(session) == 0
    assert session.scalar(select(func.count()).select_from(PlotVersion)) == 2
    with pytest.raises(Conflict, match=r"import\.not_stored"):
        batches.undo(session, manager, batch.id, now=now)


def test_columns_and_words_of_ones_own_name_each_shape(
    session: Session, manager: Actor, organisation: Organisation, now: datetime
) -> None:
    features = [shape(1, ten="Gò Cao", cay="Lúa"), shape(2, ten="Gò Thấp", cay="rice"), shape(3)]
    upload = send(session, manager, features, now)
    columns = {"name": "ten", "crop": "cay", "commune_code": ""}
    told = {2: ShapeTold(name="Bãi Bồi")}

    batch = batches.order(
        session, manager, upload, wishes(organisation, columns=columns, told=told), now=now
    )

    rows = [(area.name, area.crop_code) for area in batches.areas_of(session, batch)]
    assert rows == [("Gò Cao", "rice"), ("Bãi Bồi", "rice"), ("Vùng 3", "pomelo")]
    assert columns_of(features) == ["ten", "cay"]
    assert crop_code("Oryza sativa") == "rice"
    assert crop_code("không có") == "không có"


@pytest.mark.parametrize("step", ["submit", "diary"])
def test_nothing_is_undone_when_one_area_was_gone_on_with(
    session: Session, manager: Actor, organisation: Organisation, now: datetime, step: str
) -> None:
    upload = send(session, manager, [shape(1), shape(2)], now)
    batch = batches.order(session, manager, upload, wishes(organisation), now=now)
    used = batches.areas_of(session, batch)[1]
    if step == "submit":
        used.status = "submitted"
        session.flush()
    else:
        diary.record(session, SYSTEM, used.id, Work("planting", date(2026, 11, 1)), now=now)

    with pytest.raises(Conflict, match=r"import\.built_upon") as refusal:
        batches.undo(session, manager, batch.id, now=now)

    assert [finding.params["name"] for finding in refusal.value.findings] == ["Vùng 2"]
    assert count(session) == 2


def test_an_area_thrown_away_by_hand_does_not_stop_the_undoing(
    session: Session, manager: Actor, organisation: Organisation, now: datetime
) -> None:
    upload = send(session, manager, [shape(1), shape(2)], now)
    batch = batches.order(session, manager, upload, wishes(organisation), now=now)
    registration.discard(session, manager, batches.areas_of(session, batch)[0].id)

    batches.undo(session, manager, batch.id, now=now)

    assert count(session) == 0


def test_one_faulty_shape_stores_none(
    session: Session, manager: Actor, organisation: Organisation, now: datetime
) -> None:
    bow = {"type": "Polygon", "coordinates": [[[105.28, 21.12], [105.29, 21.13],
           [105.29, 21.12], [105.28, 21.13], [105.28, 21.12]]]}  # fmt: skip
    upload = send(session, manager, [shape(1), DrawnFeature(2, "", {}, bow)], now)

    with pytest.raises(Invalid) as refusal, session.begin_nested():
        batches.order(session, manager, upload, wishes(organisation), now=now)

    assert {finding.field for finding in refusal.value.findings} == {"features.2.geometry"}
    assert count(session) == 0
    with pytest.raises(Invalid):
        batches.order(session, manager, upload, wishes(organisation, take=()), now=now)


def test_a_large_file_is_stored_by_a_worker_with_progress(
    session: Session,
    manager: Actor,
    organisation: Organisation,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batches, "AT_ONCE", 1)
    upload = send(session, manager, [shape(1), shape(2)], clock.now())
    batch = batches.order(session, manager, upload, wishes(organisation), now=clock.now())
    session.commit()
    assert batch.state == "waiting"
    assert batch.job_id is not None
    assert jobs.state(session, batch.job_id).state == "queued"
    seen: list[tuple[int, int]] = []

    store_import({"import": batch.id}, jobs.Unobserved(lambda *told: seen.append(told)))
    store_import({"import": batch.id}, jobs.Unobserved())

    session.expire_all()
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == ((0, 2), (2, 2))
    assert batches.load(session, batch.id).state == "stored"
    assert count(session) == 2


def test_a_worker_that_may_not_store_says_why(
    session: Session,
    manager: Actor,
    organisation: Organisation,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batches, "AT_ONCE", 0)
    upload = send(session, manager, [shape(1)], clock.now())
    wrong = wishes(organisation, crop="không có")
    batch = batches.order(session, manager, upload, wrong, now=clock.now())
    session.commit()

    store_import({"import": batch.id}, jobs.Unobserved())

    session.expire_all()
    batch = batches.load(session, batch.id)
    assert (batch.state, batch.findings[0]["code"]) == ("refused", "crop.not_found")
    assert count(session) == 0


def test_an_upload_is_its_senders_for_a_day(
    session: Session, manager: Actor, organisation: Organisation, now: datetime
) -> None:
    send(session, manager, [shape(1, ten="Gò")], now)
    other = people.make_member(session, organisation, now)

    with pytest.raises(NotFound):
        uploads.get_upload(session, other.person_id, DIGEST, now=now)
    with pytest.raises(NotFound):
        uploads.get_upload(session, manager.person_id, DIGEST, now=now + timedelta(hours=25))
    with pytest.raises(NotFound):
        uploads.get_upload(session, manager.person_id, "../etc", now=now)
    assert uploads.forget_old(session, now=now) == 0
    assert uploads.forget_old(session, now=now + timedelta(hours=25)) == 1


def test_imports_are_listed_for_their_organisation_only(
    session: Session, manager: Actor, organisation: Organisation, now: datetime
) -> None:
    upload = send(session, manager, [shape(1)], now)
    batch = batches.order(session, manager, upload, wishes(organisation), now=now)
    elsewhere = people.make_member(session, factories.make_organisation(session, now), now)

    listed = batches.list_imports(session, manager)

    assert [row.id for row in listed.items] == [batch.id]
    assert batches.list_imports(session, elsewhere).items == []
    with pytest.raises(NotFound):
        batches.undo(session, elsewhere, batch.id, now=now)


def test_what_was_added_to_a_draft_since_keeps_an_import_from_being_undone(
    session: Session, manager: Actor, organisation: Organisation, now: datetime
) -> None:
    upload = send(session, manager, [shape(1), shape(2)], now)
    batch = batches.order(session, manager, upload, wishes(organisation), now=now)
    first, second = batches.areas_of(session, batch)
    papers.tell_yields(session, manager, first.id, {2025: Decimal(9)}, now=now)
    households.enter(session, manager, second.id, Household("Trần Thị Bình"), now=now)

    with pytest.raises(Conflict, match=r"import\.built_upon") as caught:
        batches.undo(session, manager, batch.id, now=now)

    assert caught.value.params == {"count": 2}
    assert count(session) == 2


def test_a_photo_of_a_visit_never_recorded_keeps_no_draft_alive(
    session: Session,
    manager: Actor,
    organisation: Organisation,
    now: datetime,
    test_config: Config,
) -> None:
    files.use(test_config.files_url)
    upload = send(session, manager, [shape(1)], now)
    batch = batches.order(session, manager, upload, wishes(organisation), now=now)
    (imported,) = batches.areas_of(session, batch)
    alone = factories.make_area(session, now, organisation, geometry=factories.field(lon=0.3))
    for area_id, content in ((imported.id, b"1"), (alone.id, b"2")):
        judged = Judged("image/webp", content, content, None)
        visit_photos.add(session, factories.officer(), area_id, judged, now=now)

    batches.undo(session, manager, batch.id, now=now)
    registration.discard(session, manager, alone.id)

    assert count(session) == 0
