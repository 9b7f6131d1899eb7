"""Reading a polygon file in a child process that can neither grow, hang nor write.

A file from outside is opened nowhere else: GDAL was seen to take 2 GB for a file of 1 MB.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foundation.errors import Finding, Invalid
from foundation.workplaces import stepping_aside
from growing_areas import reference_systems
from growing_areas.files.reader import CPU_SECONDS, SUFFIXES

MAX_BYTES = 10 * 1024 * 1024
PATIENCE_SECONDS = 60
"""By the clock: a last resort, for a child that neither works nor ends. Its work is bounded by
`reader.CPU_SECONDS`; on a machine where twenty others work, eight seconds take their time."""
_CHILDREN = threading.BoundedSemaphore(2)
"""So many files are read at once per process: 512 MB each is promised, not 512 MB times users."""

_DOUBTFUL = ("file.datum_unknown", "file.segments_joined", "file.parts_left_out")


@dataclass(frozen=True)
class DrawnFeature:
    """One shape of a file, numbered as in the file (from 1)."""

    number: int
    name: str
    properties: Mapping[str, Any]
    geometry: object
    findings: tuple[Finding, ...] = ()
    """What reading it had to decide, such as the reference system it was moved from."""


def read_file(filename: str, content: bytes, system: str | None = None) -> list[DrawnFeature]:
    """The shapes in a file, in WGS 84; raises Invalid naming what keeps it from being read.

    Formats by suffix: GeoJSON, KML, KMZ, GPX, zipped Shapefile, GeoPackage, CSV, WKT. `system`
    is one of `reference_systems.systems()`, for a file that does not state its own.
    """
    chosen = reference_systems.systems().get(system) if system else None
    if system and chosen is None:
        raise _invalid("file.unknown_crs", crs=system[:80])
    refuse_unreadable(filename, content)
    suffix = Path(filename).suffix.casefold()
    with tempfile.NamedTemporaryFile(suffix=suffix) as file, stepping_aside(), _CHILDREN:
        file.write(content)
        file.flush()
        answer = _ask_child(Path(file.name), suffix, *([chosen.crs] if chosen else []))
    if answer["findings"]:
        raise Invalid(
            [Finding(found["code"], found["params"], field="file") for found in answer["findings"]]
        )
    return [
        DrawnFeature(number, row["name"], row["properties"], row["geometry"], notices_of(row))
        for number, row in enumerate(answer["features"], start=1)
    ]


def refuse_unreadable(filename: str, content: bytes) -> None:
    """Refuse other formats, empty files and those over the limit. Raises: Invalid."""
    if Path(filename).suffix.casefold() not in SUFFIXES:
        raise _invalid("file.unknown_type", suffixes=" ".join(SUFFIXES))
    if not content:
        raise _invalid("file.empty")
    if len(content) > MAX_BYTES:
        raise _invalid("file.too_large", most_mb=MAX_BYTES // 1024 // 1024)


def notices_of(row: Mapping[str, Any]) -> tuple[Finding, ...]:
    """What was decided while reading a feature, as findings."""
    return tuple(
        Finding(
            told["code"],
            told["params"],
            field="geometry",
            severity="warning" if told["code"] in _DOUBTFUL else "notice",
        )
        for told in row.get("notices", ())
    )


def _ask_child(path: Path, suffix: str, *system: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "growing_areas.files.reader", str(path), suffix, *system]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            env=environment(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _invalid("file.too_slow", seconds=PATIENCE_SECONDS) from None
    if done.returncode == -signal.SIGXCPU:
        raise _invalid("file.too_slow", seconds=CPU_SECONDS)
    if done.returncode != 0:
        raise _invalid("file.too_heavy")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def environment() -> dict[str, str]:
    """The child's whole environment: no address, no secret; one thread, so little memory."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "1",
        "PROJ_NETWORK": "OFF",
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "none",
        # Drivers that would follow a file's word to other files or addresses.
        "OGR_SKIP": "OGR_VRT,SQLite,GDALG,WFS,OAPIF,HTTP,CSW,PGDUMP,Carto,Elasticsearch,NGW",
        "GDAL_CACHEMAX": "32",
    }


def _invalid(code: str, **params: Any) -> Invalid:
    return Invalid([Finding(code, params, field="file")])
