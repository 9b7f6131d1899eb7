"""Reader: the child process that opens one polygon file and tells what is in it.

Run as ``python -m growing_areas.files.reader FILE SUFFIX [CRS]``; limits its own memory, time and
writing, then answers one JSON object on standard output: ``{"features": […], "findings":
[{"code", "params"}]}``. It knows no database and no secret: a hostile file meets neither.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 8
"""Work a file may cost, whatever else the machine does meanwhile; an honest one costs a second."""
STEP_BACK = 10
SUFFIXES = (".geojson", ".json", ".kml", ".kmz", ".gpx", ".zip", ".gpkg", ".csv", ".wkt")


def confine() -> None:
    """Bound this process: 512 MB, eight seconds of work, not a byte written to any file.

    It steps back behind whoever waits for a page, so that its seconds are counted in work done: by
    the clock a busy machine would refuse honest files. It ends by SIGXCPU, and for good a second
    later.
    """
    os.nice(STEP_BACK)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(path: Path, suffix: str, declared: str | None = None) -> dict[str, Any]:
    """What the file holds, or the one finding that keeps it from being read."""
    from growing_areas.files.features import Unreadable, check_size

    try:
        features = _features(path, suffix, declared)
        check_size(features)
    except Unreadable as problem:
        return {"features": [], "findings": [{"code": problem.code, "params": problem.params}]}
    except (MemoryError, RecursionError):
        return {"features": [], "findings": [{"code": "file.too_heavy", "params": {}}]}
    return {"features": features, "findings": []}


def _features(path: Path, suffix: str, declared: str | None) -> list[dict[str, Any]]:
    # Each format loads its own libraries only: GDAL alone takes a third of the memory allowed.
    if suffix in (".geojson", ".json"):
        from growing_areas.files import geojson

        return geojson.read(path.read_bytes(), declared)
    if suffix in (".kml", ".kmz", ".gpx"):
        from growing_areas.files import archives, markup

        if suffix == ".gpx":
            return markup.read_gpx(path.read_bytes(), declared)
        return markup.read_kml(archives.kml_in(path) if suffix == ".kmz" else path.read_bytes())
    if suffix in (".csv", ".wkt"):
        from growing_areas.files import sheets

        read = sheets.read_csv if suffix == ".csv" else sheets.read_wkt
        return read(path.read_bytes(), declared)
    from growing_areas.files import layers

    if suffix == ".zip":
        return layers.read_shapefiles(path, declared)
    return layers.read_geopackage(path, declared)


if __name__ == "__main__":
    confine()
    json.dump(answer(Path(sys.argv[1]), sys.argv[2], *sys.argv[3:4]), sys.stdout)
