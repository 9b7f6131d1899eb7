"""A reader kept warm: one process has the libraries, a child of it reads each file.

Run as ``python -m drills.hostile.warm_reader``; takes lines ``PATH<tab>SUFFIX``, answers a
JSON line each: what was found, how the child ended, its seconds of work and its peak memory (as
the kernel counts them).
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from growing_areas import geometry
from growing_areas.files import geojson, layers, markup, reader, sheets

WARM = (geojson, layers, markup, sheets)


def codes_of(path: Path, suffix: str) -> list[str]:
    """The codes of all errors, whether the file or what it draws is refused."""
    answer = reader.answer(path, suffix)
    if answer["findings"]:
        return [finding["code"] for finding in answer["findings"]]
    return [
        finding.code
        for feature in answer["features"]
        for finding in geometry.read(feature["geometry"]).errors
    ]


def read_apart(path: Path, suffix: str) -> dict[str, object]:
    """Read one file in a confined child of this process."""
    told, telling = os.pipe()
    child = os.fork()
    if child == 0:
        reader.confine()
        codes = codes_of(path, suffix)
        os.write(telling, json.dumps(codes[:20]).encode())
        os._exit(0)
    os.close(telling)
    with os.fdopen(told, "rb") as pipe:
        raw = pipe.read()
    _, status, usage = os.wait4(child, 0)
    ended_well = os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0
    return {
        # A child that was ended, or ended itself, is told as too heavy (`reading._ask_child`).
        "codes": json.loads(raw) if ended_well else ["file.too_heavy"],
        "seconds": usage.ru_utime + usage.ru_stime,
        "peak_mib": usage.ru_maxrss / 1024,
    }


if __name__ == "__main__":
    for line in sys.stdin:
        name, suffix = line.rstrip("\n").split("\t")
        print(json.dumps(read_apart(Path(name), suffix)), flush=True)
