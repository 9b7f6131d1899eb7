"""Batches: an import is ordered, stored by a worker when it is large, listed, undone as one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, joinedload

from accounts import organisations, permissions
from accounts.models import Person
from accounts.permissions import Actor
from foundation import jobs, paging
from foundation.errors import Conflict, Finding, Invalid, NotFound
from foundation.inputs import INT64
from foundation.paging import Page
from growing_areas import checking
from growing_areas.dossiers import visit_photos
from growing_areas.dossiers.models import AreaCertificate, AreaPaper, AreaYield
from growing_areas.imports import importing, uploads
from growing_areas.imports.importing import Progress
from growing_areas.imports.models import AreaImport, AreaUpload
from growing_areas.imports.wishes import Wishes
from growing_areas.models import DiaryEntry, GrowingArea, GrowingAreaEvent
from growing_areas.parcels import households as plot_households
from growing_areas.parcels.models import Parcel, PlotHousehold
from growing_areas.raw_materials.models import RawMaterialMember

JOB = "growing_areas.import"
AT_ONCE = 60
"""So many shapes are stored while the sender waits (under two seconds); more go to a worker."""
MOST_NAMED = 20


def order(
    session: Session, actor: Actor, upload: AreaUpload, wishes: Wishes, *, now: datetime
) -> AreaImport:
    """Store the chosen shapes of an upload: a few at once, many by a worker.

    Raises: NotFound, Forbidden; Invalid (nothing chosen, or the faults of a small file).
    """
    organisation = organisations.get_organisation(session, wishes.organisation)
    permissions.require(actor, "area.propose", organisation)
    chosen = wishes.chosen(uploads.features_of(upload))
    if not chosen:
        raise Invalid([Finding("import.nothing_taken", {}, "take")])
    batch = AreaImport(
        organisation=organisation,
        person_id=actor.person_id,
        file_name=upload.file_name,
        state="waiting",
        area_count=len(chosen),
        ordered_at=now,
        wishes={**wishes.to_json(), "digest": upload.digest},
        findings=[],
    )
    session.add(batch)
    session.flush()
    if len(chosen) <= AT_ONCE:
        store(session, actor, batch, now=now)
    else:
        batch.job_id = jobs.defer(session, JOB, {"import": batch.id})
    return batch


def store(
    session: Session,
    actor: Actor,
    batch: AreaImport,
    *,
    now: datetime,
    progress: Progress = lambda done, total: None,
) -> None:
    """Store what a waiting batch wishes for, or nothing. Raises: NotFound, Invalid."""
    kept = dict(batch.wishes or {})
    digest = str(kept.pop("digest", ""))
    wishes = Wishes.from_json(kept)
    features = wishes.chosen(
        uploads.features_of(uploads.get_upload(session, batch.person_id, digest, now=now))
    )
    told = wishes.told_of(features)
    importing.fill(
        session, actor, batch, wishes.common, features, now=now, told=told, progress=progress
    )
    batch.state, batch.stored_at, batch.wishes = "stored", now, None
    if batch.person_id is not None:
        uploads.forget(session, batch.person_id, digest)
    session.flush()


def refuse(session: Session, batch_id: int, findings: Sequence[Finding]) -> None:
    """Write down why a worker stored nothing."""
    batch = load(session, batch_id, lock=True)
    batch.state, batch.wishes = "refused", None
    batch.findings = [checking.to_json(finding) for finding in findings[:MOST_NAMED]]
    session.flush()


def undo(session: Session, actor: Actor, batch_id: int, *, now: datetime) -> AreaImport:
    """Throw away every area of an import, or none; outlines drawn stay in the record.

    Raises: NotFound, Forbidden; Conflict("import.not_stored", "import.built_upon") whose findings
    name the areas somebody has gone on with.
    """
    batch = get(session, actor, batch_id, lock=True)
    if batch.state != "stored":
        raise Conflict("import.not_stored", state=batch.state)
    rows = session.scalars(
        select(GrowingArea)
        .where(GrowingArea.import_id == batch.id)
        .order_by(GrowingArea.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    _refuse_built_upon(session, batch, rows)
    visit_photos.forget_waiting(session, [row.id for row in rows])
    for row in rows:
        session.delete(row)
    session.flush()
    plot_households.forget_plots(session, [row.plot_id for row in rows])
    batch.state, batch.undone_at, batch.undone_by_id = "undone", now, actor.person_id
    session.flush()
    return batch


def _refuse_built_upon(session: Session, batch: AreaImport, rows: Sequence[GrowingArea]) -> None:
    on_it = or_(
        exists().where(GrowingAreaEvent.area_id == GrowingArea.id),
        exists().where(DiaryEntry.area_id == GrowingArea.id),
        exists().where(RawMaterialMember.area_id == GrowingArea.id),
        # Deleting the draft would take these along, and nobody could bring them back.
        exists().where(AreaPaper.area_id == GrowingArea.id),
        exists().where(AreaCertificate.area_id == GrowingArea.id),
        exists().where(AreaYield.area_id == GrowingArea.id),
        exists().where(Parcel.plot_id == GrowingArea.plot_id),
        exists().where(PlotHousehold.plot_id == GrowingArea.plot_id),
    )
    used = set(
        session.scalars(select(GrowingArea.id).where(GrowingArea.import_id == batch.id, on_it))
    )
    in_the_way = [row for row in rows if row.status != "draft" or row.id in used]
    if in_the_way:
        named = [Finding("import.area_in_use", {"name": row.name}) for row in in_the_way]
        raise Conflict("import.built_upon", named[:MOST_NAMED], count=len(in_the_way))


def get(session: Session, actor: Actor, batch_id: int, *, lock: bool = False) -> AreaImport:
    """An import of an organisation one enters areas for. Raises: NotFound, Forbidden."""
    batch = load(session, batch_id, lock=lock)
    permissions.require(actor, "area.propose", batch.organisation)
    return batch


def load(session: Session, batch_id: int, *, lock: bool = False) -> AreaImport:
    """An import by id, unasked who wants it; raises NotFound("import.not_found")."""
    statement = (
        select(AreaImport)
        .options(joinedload(AreaImport.organisation))
        .where(AreaImport.id == batch_id)
    )
    if lock:
        statement = statement.with_for_update(of=AreaImport).execution_options(
            populate_existing=True
        )
    found = session.scalar(statement) if 0 < batch_id <= INT64 else None
    if found is None:
        raise NotFound("import.not_found")
    return found


def list_imports(
    session: Session, actor: Actor, *, cursor: str | None = None, size: int = paging.DEFAULT_SIZE
) -> Page[AreaImport]:
    """The imports of the organisations one works for, newest first."""
    permissions.require(actor, "area.propose")
    statement = select(AreaImport).options(joinedload(AreaImport.organisation))
    if not (actor.system or actor.has_role("admin")):
        own = actor.organisation_ids("manager", "staff")
        mine = AreaImport.person_id == actor.person_id
        statement = statement.where(or_(AreaImport.organisation_id.in_(own), mine))
    return paging.fetch(
        session, statement, (AreaImport.id,), cursor=cursor, size=size, descending=True
    )


def areas_of(session: Session, batch: AreaImport) -> list[GrowingArea]:
    """The areas of an import that are still there, as they stood in the file."""
    return list(
        session.scalars(
            select(GrowingArea)
            .options(joinedload(GrowingArea.version))
            .where(GrowingArea.import_id == batch.id)
            .order_by(GrowingArea.id)
        )
    )


def list_areas(
    session: Session, batch: AreaImport, *, cursor: str | None = None, size: int
) -> Page[GrowingArea]:
    """The areas of an import that are still there, page by page, as they stood in the file."""
    statement = (
        select(GrowingArea)
        .options(joinedload(GrowingArea.version))
        .where(GrowingArea.import_id == batch.id)
    )
    return paging.fetch(session, statement, (GrowingArea.id,), cursor=cursor, size=size)


def senders(session: Session, found: Sequence[AreaImport]) -> dict[int, str]:
    """The names of those who took files in, for their own organisation."""
    ids = {batch.person_id for batch in found}
    people = session.scalars(select(Person).where(Person.id.in_(ids - {None})))
    return {person.id: person.name for person in people}
