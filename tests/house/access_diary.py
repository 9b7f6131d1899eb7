"""The farm diary in the access matrix: A's lines, persons, photos, and how each is called."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM, Actor, Held
from growing_areas import diary
from growing_areas.catalogue import yearly_list
from growing_areas.diary import Work
from growing_areas.diary_sheets import taking_in
from growing_areas.dossiers.uploads import Judged
from growing_areas.fieldbook import photos
from growing_areas.slips import slips
from growing_areas.slips.slips import SlipTold
from tests.house.access_pages import REASON, WORK, at, send
from tests.house.access_personas import Place
from tests.house.access_things import PICTURE, SECRET, World

V1 = "/api/v1"
KEY = UUID("6c1c7c1e-6f1e-4a51-9f0e-6a2f1c1b2d3e")
LIST = b"name,kind,valid_from,source\nXanh,fertiliser,2026-01-01,QD 1\n"

SLIP = {"bought_on": "@today", "quantity": "10", "unit": "KGM", "price_vnd": "9000"}
DIARY = "/workspace/diary"
SLIPS = "/workspace/slips"
OFFICE = "/office/materials/import/<int:batch_id>"
SHEET = f"{DIARY}/import/<int:batch_id>"
KIND = "<any(xlsx, csv, json):format>"
PAGES: dict[str, Place] = {
    f"GET {DIARY}/<int:entry_id>": at(entry_id="@entry"),
    "GET /office/diary/<int:entry_id>": at(entry_id="@entry"),
    f"GET {DIARY}/export.{KIND}": Place({"format": "csv"}, action="catalogue.read"),
    f"GET /office/diary/export.{KIND}": Place({"format": "csv"}, action="catalogue.read"),
    f"POST {DIARY}/new": Place(body={**WORK, "areas": "@area.approved"}, names_a=True),
    f"GET {SHEET}": Place({"batch_id": "@diary.import"}, owner="nobody"),
    f"POST {SHEET}/<any(apply, undo):act>": Place(
        {"batch_id": "@diary.import", "act": "undo"}, owner="nobody"
    ),
    f"POST {DIARY}/<int:entry_id>/repeat": at(entry_id="@diary.spray"),
    f"POST {DIARY}/<int:entry_id>/undo": at(entry_id="@diary.spray"),
    f"GET {DIARY}/photos/<int:photo_id>": at(photo_id="@diary.photo"),
    f"POST {DIARY}/photos/<int:photo_id>/remove": Place(
        {"photo_id": "@diary.photo"}, owner="nobody"
    ),
    f"POST {DIARY}/photos/<int:photo_id>/erase": at(photo_id="@diary.photo"),
    f"POST {DIARY}/people/<int:person_id>/erase": at(person_id="@diary.person"),
    f"GET {SLIPS}/export.{KIND}": Place({"format": "csv"}, action="catalogue.read"),
    f"POST {SLIPS}/new": Place(body={**SLIP, "area": "@area.approved"}, names_a=True),
    f"GET {SLIPS}/<int:slip_id>": at(slip_id="@slip"),
    f"GET {SLIPS}/<int:slip_id>/paper.pdf": at(slip_id="@slip"),
    f"GET {SLIPS}/<int:slip_id>/correct": at(slip_id="@slip"),
    f"POST {SLIPS}/<int:slip_id>/correct": send({**SLIP, **REASON}, slip_id="@slip"),
    f"POST {SLIPS}/<int:slip_id>/void": send(REASON, slip_id="@slip"),
    f"GET {OFFICE}": Place({"batch_id": "@materials.import"}, owner="officer"),
    f"POST {OFFICE}/<any(apply, undo):act>": Place(
        {"batch_id": "@materials.import", "act": "undo"}, owner="officer"
    ),
}
API: dict[str, Place] = {
    f"POST {V1}/diary": Place(body={**WORK, "areas": [{"area": "@area.approved"}]}, names_a=True),
    f"GET {V1}/diary/<int:entry_id>": at(entry_id="@entry"),
    f"POST {V1}/diary/<int:entry_id>/strike-out": send(REASON, entry_id="@diary.line"),
    f"POST {V1}/diary/<int:entry_id>/telling/corrections": send(
        {**WORK, **REASON}, entry_id="@entry"
    ),
    f"POST {V1}/diary/<int:entry_id>/telling/strike-out": send(REASON, entry_id="@diary.line"),
    f"GET {V1}/diary-photos/<int:photo_id>": at(photo_id="@diary.photo"),
    f"DELETE {V1}/diary-photos/<int:photo_id>": at(photo_id="@diary.photo"),
    f"DELETE {V1}/diary-persons/<int:person_id>": at(person_id="@diary.person"),
    f"POST {V1}/growing-areas/<int:area_id>/buying-slips": send(SLIP, area_id="@area.approved"),
    f"GET {V1}/buying-slips/<int:slip_id>": at(slip_id="@slip"),
    f"POST {V1}/buying-slips/<int:slip_id>/corrections": send({**SLIP, **REASON}, slip_id="@slip"),
    f"POST {V1}/buying-slips/<int:slip_id>/void": send(REASON, slip_id="@slip"),
    f"POST {V1}/diary-imports/<int:batch_id>/undo": Place(
        {"batch_id": "@diary.import"}, owner="nobody"
    ),
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
    told = SlipTold(
        date(2026, 2, 1), Decimal(10), "KGM", 9_000, seller=f"Lê {SECRET}", buyer=SECRET
    )
    slip = slips.write(session, SYSTEM, area_id, told, now=now).slip
    world.things |= {
        "slip": slip.id,
        "diary.spray": entry.id,
        "diary.photo": photo.id,
        "diary.person": entry.worker_id,
        "diary.line": line.id,
        "diary.import": _taken_in(session, area_id, now),
        "materials.import": batch.id,
    }


def _taken_in(session: Session, area_id: int, now: datetime) -> int:
    """A sheet somebody else than the personas brought in: whose import it is, alone has it."""
    stranger = Actor(9_000_077, "Người khác", (Held("admin"),))
    rows = f"area,activity,done_on\n{area_id},weeding,2026-01-07\n".encode()
    batch, _ = taking_in.take_in(session, stranger, rows, "so.csv", now=now)
    return batch.id
