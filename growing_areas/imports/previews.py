"""Previews: what a file would become, worked out at once or by a worker, kept until decided."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import jobs
from foundation.errors import Finding, NotFound
from growing_areas.checking import from_json, to_json
from growing_areas.imports import importing, uploads
from growing_areas.imports.importing import Progress, Row
from growing_areas.imports.models import AreaUpload
from growing_areas.imports.wishes import Wishes, columns_of
from growing_areas.shapes import repairs

JOB = "growing_areas.preview"
READ_AT_ONCE = 512 * 1024
"""Files of so many bytes are read while the sender waits; a worker reads larger ones."""
JUDGED_AT_ONCE = 500
"""So many shapes are weighed while the sender waits (about half a second)."""
PAGE = 100


@dataclass(frozen=True)
class Preview:
    """What every shape of a file would become; what its columns are; which repairs would help."""

    rows: tuple[Row, ...]
    columns: tuple[str, ...]
    repairs: tuple[str, ...]

    @property
    def sound(self) -> frozenset[int]:
        """The numbers of the shapes that can be stored."""
        return frozenset(row.number for row in self.rows if row.is_sound)

    def shown(self, page: int, *, faulty: bool) -> list[Row]:
        """The rows of a page (from 1), of all shapes or of the faulty ones."""
        rows = [row for row in self.rows if not (faulty and row.is_sound)]
        return rows[(page - 1) * PAGE : page * PAGE]

    def pages(self, *, faulty: bool) -> int:
        """How many pages there are; at least one."""
        count = len(self.rows) - (len(self.sound) if faulty else 0)
        return max(1, -(-count // PAGE))


def ask(
    session: Session, actor: Actor, upload: AreaUpload, wishes: Wishes, *, now: datetime
) -> None:
    """Work out what a file would become under these wishes: now, or by a worker.

    Raises: NotFound, Forbidden; Invalid (no shape of the file is an area).
    """
    upload.wishes, upload.preview, upload.findings = wishes.to_json(), None, []
    upload.job_id = None
    session.flush()
    if upload.feature_count and upload.feature_count <= JUDGED_AT_ONCE:
        keep(session, upload, judge(session, actor, upload, now=now))
    else:
        told = {"person": upload.person_id, "digest": upload.digest}
        upload.job_id = jobs.defer(session, JOB, told)


def judge(
    session: Session,
    actor: Actor,
    upload: AreaUpload,
    *,
    now: datetime,
    progress: Progress = lambda done, total: None,
) -> Preview:
    """What the shapes of a file become under the wishes kept with it; nothing is stored.

    Raises: NotFound, Forbidden, Invalid.
    """
    wishes = wishes_of(upload)
    features = importing.repaired(uploads.features_of(upload), wishes.repairs)
    rows = importing.preview(
        session, actor, wishes.organisation, wishes.common, features,
        now=now, told=wishes.told_of(features), progress=progress,
    )  # fmt: skip
    offered = sorted({name for row in rows for name in repairs.offered(row.findings)})
    return Preview(tuple(rows), tuple(columns_of(features)), tuple(offered))


def keep(session: Session, upload: AreaUpload, preview: Preview) -> None:
    """Keep a preview with its upload."""
    rows = [
        [r.number, r.name, r.area_m2, r.crop, r.commune_code, [to_json(f) for f in r.findings]]
        for r in preview.rows
    ]
    packed = {"rows": rows, "columns": preview.columns, "repairs": preview.repairs}
    upload.preview = json.dumps(packed).encode()
    session.flush()


def refuse(session: Session, upload: AreaUpload, findings: Sequence[Finding]) -> None:
    """Keep why a worker could not tell what a file would become."""
    upload.findings, upload.content = [to_json(finding) for finding in findings[:20]], None
    session.flush()


def find(upload: AreaUpload) -> Preview | None:
    """The preview kept with an upload; None while a worker is at it, or when it was refused."""
    if upload.preview is None:
        return None
    packed = json.loads(upload.preview)
    rows = tuple(
        Row(number, name, area_m2, tuple(from_json(f) for f in findings), crop, commune_code)
        for number, name, area_m2, crop, commune_code, findings in packed["rows"]
    )
    return Preview(rows, tuple(packed["columns"]), tuple(packed["repairs"]))


def wishes_of(upload: AreaUpload) -> Wishes:
    """What the sender of a file wishes; raises NotFound for one kept before wishes were."""
    if not upload.wishes:
        raise NotFound("upload.not_found")
    return Wishes.from_json(upload.wishes)


def outlines(upload: AreaUpload, rows: Sequence[Row]) -> list[tuple[Row, object]]:
    """The rows shown with their geometry, mended as accepted, for a picture."""
    wanted = {row.number: row for row in rows}
    some = [f for f in uploads.features_of(upload) if f.number in wanted]
    mended = importing.repaired(some, wishes_of(upload).repairs)
    return [(wanted[feature.number], feature.geometry) for feature in mended]


def left_out(upload: AreaUpload, shown: Sequence[Row], ticked: frozenset[int]) -> list[int]:
    """Which shapes stay out: of those shown the unticked, of the others as before."""
    sound = {row.number for row in shown if row.is_sound}
    return sorted((set(upload.left_out) - sound) | (sound - ticked))
