"""Papers and figures a cooperative adds to its dossier: signed lists, proofs, earlier yields.

Papers are private: they leave only through their own guarded page, as a download.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts import audit, households
from accounts.permissions import Actor
from foundation import clock, files
from foundation.errors import Finding, Invalid, NotFound, Refused
from foundation.inputs import INT64
from foundation.models import StoredFile
from growing_areas import areas
from growing_areas.dossiers import records, requirements, uploads
from growing_areas.dossiers.models import AreaPaper, AreaYield
from growing_areas.dossiers.uploads import Judged
from growing_areas.models import GrowingArea

MOST_PAPERS = 40
EARLIEST_YEARS_AGO = 10


def add(
    session: Session, actor: Actor, area_id: int, piece: str, judged: Judged, *, now: datetime
) -> AreaPaper:
    """Add a paper to a piece of the dossier. The same paper twice is one paper.

    Raises: NotFound, Forbidden, Refused("consent.missing"); Invalid("paper.unknown_piece"),
    Refused("paper.too_many").
    """
    area = writable(session, actor, area_id)
    if piece not in requirements.OWN_PAPERS:
        raise Invalid([Finding("paper.unknown_piece", {}, "piece")])
    digest = uploads.keep_paper(session, judged, now=now)
    there = list_papers(session, area.id)
    same = [p for p in there if (p.piece, p.file_digest) == (piece, digest)]
    if same:
        return same[0]
    if len(there) >= MOST_PAPERS:
        raise Refused("paper.too_many", most=MOST_PAPERS)
    paper = AreaPaper(
        area_id=area.id,
        piece=piece,
        file_digest=digest,
        added_at=now,
        added_by_id=actor.person_id,
    )
    session.add(paper)
    session.flush()
    return paper


def remove(
    session: Session, actor: Actor, area_id: int, paper_id: int, *, now: datetime
) -> AreaPaper:
    """Take a paper out of the dossier; its row says that it was there.

    Its file is let go, unless a decision rests on it: then the row goes on holding it.
    Raises: NotFound.
    """
    area = writable(session, actor, area_id)
    paper = _get(session, area, paper_id)
    paper.removed_at = now
    if not records.rests_on(session, area.id, paper.added_at):
        paper.file_digest = None
    session.flush()
    return paper


def list_papers(session: Session, area_id: int) -> list[AreaPaper]:
    """The papers of a dossier, oldest first."""
    return list(
        session.scalars(
            select(AreaPaper)
            .where(AreaPaper.area_id == area_id, AreaPaper.removed_at.is_(None))
            .order_by(AreaPaper.id)
        )
    )


def read_paper(
    session: Session, actor: Actor, area_id: int, paper_id: int, *, now: datetime
) -> StoredFile:
    """A paper's file: it may name people, so an outsider's look is audited.

    Raises: NotFound, Forbidden.
    """
    area = areas.get_area(session, actor, area_id)
    paper = _get(session, area, paper_id)
    if area.organisation_id not in actor.organisation_ids():
        audit.record(session, actor, "area.paper_read", f"area:{area.id}", now=now)
    return files.get_file(session, str(paper.file_digest))


def tell_yields(
    session: Session, actor: Actor, area_id: int, told: Mapping[int, Decimal], *, now: datetime
) -> None:
    """Write down what an area yielded in earlier years (kg), in place of what was told before.

    Raises: NotFound, Forbidden; Invalid("yield.not_past") for this year or one too long ago.
    """
    area = writable(session, actor, area_id)
    this_year = clock.business_day(now).year
    wrong = [y for y in told if not this_year - EARLIEST_YEARS_AGO <= y < this_year]
    if wrong:
        raise Invalid([Finding("yield.not_past", {"year": year}, "yields") for year in wrong])
    session.execute(delete(AreaYield).where(AreaYield.area_id == area.id))
    session.add_all(
        AreaYield(area_id=area.id, year=year, quantity_kg=kg) for year, kg in sorted(told.items())
    )
    session.flush()


def list_yields(session: Session, area_id: int) -> list[AreaYield]:
    """What an area yielded in earlier years, newest first."""
    return list(
        session.scalars(
            select(AreaYield).where(AreaYield.area_id == area_id).order_by(AreaYield.year.desc())
        )
    )


def writable(session: Session, actor: Actor, area_id: int) -> GrowingArea:
    """An area whose dossier the actor may add to, whatever its status; an ended one takes none."""
    # Locked: a form sent twice at once must not add twice, nor more than the most allowed.
    area = areas.load_area(session, area_id, lock=True)
    households.require_entry(session, actor, "area.propose", area)
    if area.status == "revoked":
        raise Refused("area.ended")
    return area


def _get(session: Session, area: GrowingArea, paper_id: int) -> AreaPaper:
    paper = session.get(AreaPaper, paper_id) if 0 < paper_id <= INT64 else None
    if paper is None or paper.area_id != area.id or paper.removed_at is not None:
        raise NotFound("file.not_found")
    return paper
