"""Places a sensor may stand at, as a form offers and names them: `area:<code>`, `batch:<code>`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import Actor
from foundation.errors import Finding, Invalid
from foundation.i18n import _, many
from growing_areas import areas
from traceability import batches

Choices = list[tuple[str, list[tuple[str, str]]]]
_MOST = 200


def choices(session: Session, actor: Actor, own: Sequence[Organisation]) -> Choices:
    """The growing areas in force and the newest batches of some organisations."""
    if not own:
        return []
    found = areas.areas_in_force(session, [each.id for each in own])
    lots = batches.list_batches(session, actor, size=_MOST).items
    return [
        (many("Vùng trồng"), [(f"area:{each.code}", f"{each.name} {each.code}") for each in found]),
        (
            _("Lô sản xuất"),
            [
                (f"batch:{each.code}", f"{each.product.name}, {each.lot}")
                for each in lots
                if each.state != "closed"
            ],
        ),
    ]


def named(place: str | None) -> tuple[str | None, str | None]:
    """The codes of the area and the batch a choice names, either or neither. Raises: Invalid."""
    if place is None:
        return None, None
    kind, _colon, code = place.partition(":")
    if kind not in ("area", "batch") or not code:
        raise Invalid([Finding("sensor.place_unknown", {"code": place}, "place")])
    return (code, None) if kind == "area" else (None, code)
