"""What is told before labels are printed: codes too fine, too tight, too pale; words without room.

A warning leaves the choice to who prints; an error refuses the order: nobody could read the label.
Source: data/print_limits.csv, each row with the standard it comes from.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from foundation.errors import Finding, Severity
from foundation.i18n import named
from traceability.labels import carriers, sheet, zpl
from traceability.labels.artwork import Artwork
from traceability.labels.designs.design import NAMES
from traceability.labels.qr_bits import Bitmapped
from traceability.labels.raster import Press
from traceability.labels.sheet import Run

_SLACK = 1e-6
"""Millimetres lost in computing are none on paper."""


@dataclass(frozen=True)
class Limit:
    """A threshold of printing, and where it is from."""

    value: float
    source: str
    verified: str


@cache
def limits() -> dict[tuple[str, str], Limit]:
    """Every threshold by its name and the symbol it is for."""
    table = resources.files("traceability.labels").joinpath("data/print_limits.csv")
    return {
        (row["limit"], row["carrier"]): Limit(float(row["value"]), row["source"], row["verified"])
        for row in csv.DictReader(table.read_text("utf-8").splitlines())
    }


def findings(run: Run, file_format: str = "pdf") -> list[Finding]:
    """Everything to tell of a run before it is printed, what refuses it first.

    Raises: Invalid("label.code_too_long").
    """
    _symbol, artwork = sheet.draw(run)
    found = [*_words(artwork), *of_symbol(run, file_format)]
    return sorted(found, key=lambda each: each.severity != "error")


def of_symbol(run: Run, file_format: str = "pdf") -> list[Finding]:
    """What is found of a run's symbol alone. Raises: Invalid("label.code_too_long")."""
    symbol, artwork = sheet.draw(run)
    return [
        *_quiet(carriers.symbology(run.carrier), symbol, artwork),
        *_contrast(run),
        *_module(run, artwork, file_format),
    ]


def _words(artwork: Artwork) -> list[Finding]:
    found = []
    if artwork.unfit:
        params = {"name": _named(artwork.unfit)}
        found.append(Finding("label.no_room", params, field="design"))
    for code, fields in (
        ("label.left_out", artwork.left_out),
        ("label.shortened", artwork.shortened),
    ):
        if fields:
            names = ", ".join(_named(field) for field in fields)
            found.append(Finding(code, {"names": names}, field="layout", severity="warning"))
    return found


def _quiet(kind: str, symbol: Bitmapped, artwork: Artwork) -> list[Finding]:
    """The light border: to the label's edge, and to every word beside and below."""
    needed = int(limits()["quiet_modules", kind].value)
    quiet = needed * artwork.module - _SLACK
    right, foot = artwork.code_x + artwork.code_side, artwork.code_y + artwork.code_side
    edges = (artwork.code_x, artwork.code_y, artwork.width - right, artwork.height - foot)
    clear = min(edges) >= quiet
    for line in artwork.lines:
        beside = line.x >= right + quiet
        above = line.y <= artwork.code_y - quiet
        below = line.y - line.size * 0.27 >= foot + quiet * 0.5
        clear = clear and (beside or above or below)
    if clear and symbol.quiet >= needed:
        return []
    return [Finding("label.quiet_zone", {"modules": needed}, field="layout")]


def _contrast(run: Run) -> list[Finding]:
    kind = carriers.symbology(run.carrier)
    contrast = run.colours.contrast()
    warned = limits()["contrast_warned", kind].value
    refused = limits()["contrast_refused", kind].value
    if contrast >= warned:
        return []
    params = {"percent": round(contrast * 100), "least": round(warned * 100)}
    if contrast < 0:
        return [Finding("label.colours_inverted", params, field="design")]
    if contrast < refused:
        params["least"] = round(refused * 100)
        return [Finding("label.contrast_refused", params, field="design")]
    return [Finding("label.contrast_low", params, field="design", severity="warning")]


def _module(run: Run, artwork: Artwork, file_format: str) -> list[Finding]:
    """How wide a module comes out: on paper as drawn, from a thermal head in whole dots."""
    kind = carriers.symbology(run.carrier)
    warned = limits()["module_warned", kind].value
    refused = limits()["module_refused", kind].value
    module, code, field = artwork.module, "label.module_small", "layout"
    if file_format in zpl.DOTS_PER_MM:
        dots = zpl.DOTS_PER_MM[file_format]
        on_head = Press(run, dots).module_dots / dots
        if module >= warned:
            module, code, field = on_head, "label.dots_coarse", "format"
        else:
            module = min(module, on_head)
    if module >= warned - _SLACK:
        return []
    severity: Severity = "warning"
    least = warned
    if module < refused:
        code, severity, least = "label.module_refused", "error", refused
    params = {"module_mm": f"{module:.2f}", "least_mm": f"{least:.2f}"}
    return [Finding(code, params, field=field, severity=severity)]


def _named(field: str) -> str:
    return named(NAMES, field)
