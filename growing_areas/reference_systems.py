"""Reference systems: the VN-2000 zones land maps are drawn in, and what they become. PURE.

Files that do not say their system (CSV, WKT, walks typed from a land certificate) are read in
the one a person chooses. From VN-2000 to WGS 84 PROJ applies, without network, the seven
parameters of the Ministry (EPSG:6960: -191.90441429, -39.30318279, -111.45032835 m;
-0.00928836″, 0.01975479″, -0.00427372″; 0.252906278 ppm, coordinate frame), good to about 1 m.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

ACCURACY_M = 1.0
"""How far a place in VN-2000 may be off after its change to WGS 84 (EPSG:6960)."""
WGS84 = 4326


@dataclass(frozen=True)
class ReferenceSystem:
    """A system a map's numbers may be in; `kind` is degrees, tm3 or utm6."""

    epsg: int
    kind: str
    central_meridian: str
    scale: str
    former_provinces: tuple[str, ...]
    note: str
    source: str
    valid_from: date
    valid_to: date | None
    verified: bool

    @property
    def code(self) -> str:
        """How it is chosen: its EPSG number as text."""
        return str(self.epsg)

    @property
    def crs(self) -> str:
        """How projection programs call it."""
        return f"EPSG:{self.epsg}"


@cache
def systems() -> dict[str, ReferenceSystem]:
    """Every system a person may choose, by its EPSG number, in the order to offer them."""
    text = resources.files("growing_areas").joinpath("data/reference_systems.csv")
    rows = csv.DictReader(text.read_text("utf-8").splitlines())
    found = (
        ReferenceSystem(
            int(row["epsg"]), row["kind"], row["central_meridian"], row["scale"],
            tuple(name for name in row["former_provinces"].split("; ") if name),
            row["note"], row["source"], date.fromisoformat(row["valid_from"]),
            date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            row["verified"] == "yes",
        )
        for row in rows
    )  # fmt: skip
    return {system.code: system for system in found}


def find_for_province(former_province: str) -> ReferenceSystem | None:
    """The 3° zone a province's land maps are drawn in, by its name before 1 July 2025."""
    return next(
        (system for system in systems().values() if former_province in system.former_provinces),
        None,
    )
