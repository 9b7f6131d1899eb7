"""Yardstick: what proposals are measured against, each looked up once: communes and boundaries."""

from __future__ import annotations

from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from foundation.errors import Finding, Invalid, Severity
from growing_areas.checking import BOUNDARY_SLACK_M
from growing_areas.shapes.measure import Outline
from territory import boundaries, picking, units
from territory.models import Unit


class Yardstick:
    """Communes as typed, their boundaries, and which commune ground lies in, on one day.

    A file of thousands of fields names few communes: each is asked of the database once.
    """

    def __init__(self, session: Session, on: date) -> None:
        self.on = on
        self._session = session
        self._communes: dict[str, Unit | Invalid] = {}
        self._boundaries: dict[str, BaseGeometry | None] = {}
        self._labels: dict[str, str] = {}

    def commune(self, typed: str) -> Unit:
        """The commune in force that was meant. Raises: Invalid."""
        found = self._communes.get(typed)
        if found is None:
            try:
                found = picking.resolve(self._session, typed, self.on)
            except Invalid as unresolved:
                found = unresolved
            self._communes[typed] = found
        if isinstance(found, Invalid):
            raise found
        return found

    def commune_findings(self, outline: Outline, commune_code: str) -> list[Finding]:
        """How far an outline reaches out of its declared commune, and where it lies instead.

        Nothing is said when the commune's boundary is not known.
        """
        boundary = self._boundary(commune_code)
        outside = boundaries.beyond_m(boundary, outline) if boundary is not None else 0.0
        if not outside:
            return []
        near = outside < BOUNDARY_SLACK_M
        code = "area.near_commune_edge" if near else "area.outside_commune"
        severity: Severity = "warning" if near else "error"
        told = Finding(code, {"metres": round(outside)}, "geometry", severity=severity)
        return [told, *self._elsewhere(outline, commune_code, refused=not near)]

    def _elsewhere(self, outline: Outline, commune_code: str, *, refused: bool) -> list[Finding]:
        """The commune the middle of an outline lies in, when that is not the declared one."""
        middle = outline.representative_point()
        declared = self._boundary(commune_code)
        if declared is not None and declared.covers(middle):
            return []
        found = self._commune_at(middle)
        if found == commune_code:
            return []
        place = (round(middle.x, 7), round(middle.y, 7))
        if found is None:
            lost = Finding("area.in_no_commune", {}, "geometry", place, "warning")
            return [lost] if refused else []
        if found not in self._labels:
            self._labels.update(units.labels(self._session, {found}, self.on))
        params = {"commune": self._labels.get(found, found), "unit": found}
        return [Finding("area.in_other_commune", params, "geometry", place, "warning")]

    def _commune_at(self, point: shapely.Point) -> str | None:
        # Fields of one file lie together: communes already met are looked at first.
        for code, boundary in self._boundaries.items():
            if boundary is not None and boundary.covers(point):
                return code
        found = boundaries.unit_at(self._session, point.x, point.y)
        if found is not None:
            self._boundary(found)
        return found

    def _boundary(self, commune_code: str) -> BaseGeometry | None:
        if commune_code not in self._boundaries:
            boundary = boundaries.boundary_of(self._session, commune_code)
            if boundary is not None:
                shapely.prepare(boundary)
            self._boundaries[commune_code] = boundary
        return self._boundaries[commune_code]
