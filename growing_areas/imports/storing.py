"""Storing: judged shapes become drafts of one batch, some hundred rows a statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.permissions import Actor
from growing_areas import outlines, registration
from growing_areas.imports.models import AreaImport
from growing_areas.models import Plot
from growing_areas.parcels import households as plot_households
from growing_areas.proposals import Checked, Proposal
from growing_areas.registration import Proposed

Draft = tuple[Proposal, Checked]
_TOGETHER = 200


def store(
    session: Session,
    actor: Actor,
    batch: AreaImport,
    drafts: Sequence[Draft],
    *,
    now: datetime,
    progress: Callable[[int, int], None],
) -> list[Proposed]:
    """Store every draft of a batch on a plot of its own, in the order of the file."""
    stored: list[Proposed] = []
    for at in range(0, len(drafts), _TOGETHER):
        stored += _store_some(session, actor, batch, drafts[at : at + _TOGETHER], now=now)
        progress(len(stored), len(drafts))
    return stored


def _store_some(
    session: Session, actor: Actor, batch: AreaImport, drafts: Sequence[Draft], *, now: datetime
) -> list[Proposed]:
    owner = batch.organisation
    plots = [Plot(organisation_id=owner.id, created_at=now) for _ in drafts]
    session.add_all(plots)
    session.flush()
    made = []
    for plot, (proposal, checked) in zip(plots, drafts, strict=True):
        area = registration.drafted(actor, owner, plot, proposal, checked, now=now)
        area.version = outlines.drawn(actor, plot.id, 1, checked, proposal.origin, now=now)
        area.import_id = batch.id
        made.append(Proposed(area, checked.findings))
    session.add_all(each.area for each in made)
    session.flush()
    for plot, (proposal, _) in zip(plots, drafts, strict=True):
        if proposal.households:
            plot_households.add(session, plot.id, proposal.households)
    return made
