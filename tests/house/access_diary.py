"""The farm diary in the access matrix: A's lines, persons, photos, and how each is called."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM, Actor
from growing_areas import diary
from growing_areas.catalogue import yearly_list
from growing_areas.diary import Work
from growing_areas.dossiers.uploads import Judged
from growing_areas.fieldbook import photos
from tests.house.access_pages import REASON, WORK, at, send
from tests.house.access_personas import Place
from tests.house.access_things import PICTURE, SECRET, World

V1 = "/api/v1"
KEY = UUID("6c1c7c1e-6f1e-4a51-9f0e-6a2f1c1b2d3e")
LIST = b"name,kind,valid_from,source\nXanh,fertiliser,2026-01-01,QD 1\n"

PAGES: dict[str, Place] = {}
API: dict[str, Place] = {
    f"POST {V1}/diary": Place(body={**WORK, "areas": [{"area": "@area.approved"}]}, names_a=True),
    f"GET {V1}/diary/<int:entry_id>": at(entry_id="@entry"),
    f"POST {V1}/diary/<int:entry_id>/strike-out": send(REASON, entry_id="@diary.line"),
    f"GET {V1}/diary-photos/<int:photo_id>": at(photo_id="@diary.photo"),
    f"DELETE {V1}/diary-photos/<int:photo_id>": at(photo_id="@diary.photo"),
    f"DELETE {V1}/diary-persons/<int:person_id>": at(person_id="@diary.person"),
    f"POST {V1}/materials/imports/<int:batch_id>/undo": Place(
        {"batch_id": "@materials.import"}, owner="officer"
    ),
}


def tell_field_book(session: Session, world: World, officer: Actor, now: datetime) -> None:
    """A spray of A's with a worker and a photo; a yearly list an officer took in."""
    batch, _ = yearly_list.take_in(session, officer, LIST, "danh-muc.csv", now=now)
    photo = photos.add(session, SYSTEM, KEY, Judged("image/png", PICTURE, PICTURE, None), now=now)
    spray = Work(
        "spraying", date(2026, 1, 5), "Trebon", worker=f"Phạm {SECRET}", notes=SECRET,
        work_key=KEY,
    )  # fmt: skip
    area_id = world.things["area.approved"]
    entry = diary.record(session, SYSTEM, area_id, spray, now=now).entry
    other = Work("weeding", date(2026, 1, 5) + timedelta(days=1))
    line = diary.record(session, SYSTEM, area_id, other, now=now).entry
    world.things |= {
        "diary.photo": photo.id,
        "diary.person": entry.worker_id,
        "diary.line": line.id,
        "materials.import": batch.id,
    }
