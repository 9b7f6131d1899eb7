"""Withdrawing: a later list ends a permission that stands under the same name and first day.

Only an earlier last day counts: an older list taken in once more permits nothing anew. Nothing is
lost: the import that withdrew keeps what the last day was, and is undone as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.errors import Conflict
from growing_areas.catalogue.models import PermittedMaterial

_KEY = ("kind", "name_key", "registration_number", "crop_name", "target", "valid_from")


def withdraw(session: Session, rows: Sequence[dict[str, Any]]) -> list[str]:
    """End what some rows of a list end; answers a reference to each, for `permit_again`."""
    ends: dict[tuple[Any, ...], date] = {}
    for row in rows:
        if row["valid_to"] is not None:
            key = tuple(row[name] for name in _KEY)
            ends[key] = min(row["valid_to"], ends.get(key, row["valid_to"]))
    made = []
    for standing in _locked(session, {key[1] for key in ends}):
        last = standing.valid_to
        end = ends.get(tuple(getattr(standing, name) for name in _KEY))
        if end is not None and (last is None or end < last):
            standing.valid_to = end
            made.append(f"w{standing.id}:{end.isoformat()}:{last.isoformat() if last else ''}")
    session.flush()
    return made


def permit_again(session: Session, references: Sequence[str]) -> set[str]:
    """Give back the last days an import had brought forward; answers the names of the products.

    Raises: Conflict("catalogue.withdrawn_since") when a later list brought one forward again.
    """
    told = [each[1:].split(":") for each in references]
    days = {int(row_id): (date.fromisoformat(end), before) for row_id, end, before in told}
    wanted = select(PermittedMaterial).where(PermittedMaterial.id.in_(days))
    rows = session.scalars(wanted.order_by(PermittedMaterial.id).with_for_update()).all()
    for row in rows:
        end, before = days[row.id]
        if row.valid_to != end:
            raise Conflict("catalogue.withdrawn_since", name=row.name)
        row.valid_to = date.fromisoformat(before) if before else None
    session.flush()
    return {row.name_key for row in rows}


def _locked(session: Session, names: set[str]) -> Sequence[PermittedMaterial]:
    if not names:
        return ()
    statement = select(PermittedMaterial).where(PermittedMaterial.name_key.in_(names))
    held = statement.order_by(PermittedMaterial.id).with_for_update()
    return session.scalars(held.execution_options(populate_existing=True)).all()
