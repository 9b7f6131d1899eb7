"""Areas offered in a form: whose each is, where somebody works for several organisations."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from growing_areas.models import GrowingArea

Options = list[tuple[object, object]]


def owners(session: Session, areas: Sequence[GrowingArea]) -> dict[int, str]:
    """The organisations of some areas, by id; none where all are one's, for then nobody asks."""
    wanted = {area.organisation_id for area in areas}
    if len(wanted) < 2:
        return {}
    rows = session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted))
    )
    return dict(rows.all())


def options(session: Session, areas: Sequence[GrowingArea]) -> Options:
    """Areas for a choice list, in groups by organisation where there are several."""
    named = owners(session, areas)
    if not named:
        return [(area.id, area.name) for area in areas]
    return [
        (name, [(area.id, area.name) for area in areas if area.organisation_id == owner])
        for owner, name in sorted(named.items(), key=lambda each: each[1])
    ]
