"""Make the bundled table of where provinces lie from the published boundaries of communes.

    python tools/make_province_centres.py SOURCE_FOLDER territory/data/province_centres.csv

Middle (weighed by area) and reach (how far its farthest corner lies from it) of each province in
force, islands of special zones left out: a table of rough distances, not of boundaries.
"""

import csv
import gzip
import json
import math
import sys
from collections import defaultdict
from pathlib import Path

import shapely
from pyproj import Geod
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

_GEOD = Geod(ellps="WGS84")
_SOURCE = "commune boundaries of 25 July 2026 (thanglequoc/vietnamese-provinces-database, MIT)"
_COLUMNS = ("code", "lon", "lat", "reach_km", "source", "valid_from", "valid_to")


def main(folder: Path, target: Path) -> None:
    """Measure every province and write the table."""
    islands = _islands(folder / "units_2026-07-25.csv")
    communes: dict[str, list[BaseGeometry]] = defaultdict(list)
    with gzip.open(folder / "commune_boundaries_2026-07.geojsonl.gz", "rt") as lines:
        for line in lines:
            feature = json.loads(line)
            told = feature["properties"]
            if told["code"] not in islands:
                communes[told["province_code"]].append(shape(feature["geometry"]))
    with target.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(_COLUMNS)
        for code, outlines in sorted(communes.items()):
            rows.writerow([code, *_measure(outlines), _SOURCE, "2025-07-01", ""])


def _islands(table: Path) -> set[str]:
    with table.open(encoding="utf-8") as file:
        return {
            row["code"].rpartition(":")[2]
            for row in csv.DictReader(file)
            if row["unit_type"].startswith("Đặc khu")
        }


def _measure(outlines: list[BaseGeometry]) -> tuple[float, float, int]:
    """Middle to a tenth of a degree, reach from there in kilometres, rounded up to ten."""
    area = sum(each.area for each in outlines)
    lon = round(sum(each.centroid.x * each.area for each in outlines) / area, 1)
    lat = round(sum(each.centroid.y * each.area for each in outlines) / area, 1)
    corners = shapely.get_coordinates(outlines)
    ones = [1.0] * len(corners)
    away = _GEOD.inv(
        [lon * one for one in ones], [lat * one for one in ones], corners[:, 0], corners[:, 1]
    )[2]
    return lon, lat, math.ceil(max(away) / 10_000) * 10


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
