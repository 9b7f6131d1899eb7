"""EAN-13 of an article as a picture at its nominal size, for cartons' sides and retail packs. PURE.

Source: GS1 General Specifications 5.2.1 (module 0.33 mm at nominal size, 37.29 × 25.93 mm with its
quiet zones; guard bars reach five modules lower).
"""

from __future__ import annotations

from foundation.errors import Conflict
from traceability.cartons import bars

MODULE_MM = 0.33
_HEIGHT_MM = 22.85
_GUARD_MM = 5 * MODULE_MM
_WIDTH_MM, _ALL_MM = 37.29, 25.93
_GUARDS = (range(3), range(45, 50), range(92, 95))


def svg(gtin: str | None) -> str:
    """Raises: Conflict("carton.no_ean") for an article without a number of thirteen digits."""
    digits = (gtin or "").lstrip("0").zfill(13)
    if not gtin or len(digits) != 13:
        raise Conflict("carton.no_ean")
    modules = bars.ean_13(digits)
    drawn = "".join(
        f'<rect x="{(bars.QUIET_EAN + place) * MODULE_MM:.2f}" y="0" width="{MODULE_MM}"'
        f' height="{_HEIGHT_MM + _GUARD_MM * _is_guard(place):.2f}"/>'
        for place, module in enumerate(modules)
        if module == "1"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH_MM}mm" height="{_ALL_MM}mm"'
        f' viewBox="0 0 {_WIDTH_MM} {_ALL_MM}"><rect width="100%" height="100%" fill="#fff"/>'
        f'<g shape-rendering="crispEdges">{drawn}</g>{_readable(digits)}</svg>'
    )


def _is_guard(place: int) -> bool:
    return any(place in guard for guard in _GUARDS)


def _readable(digits: str) -> str:
    parts = ((digits[0], 0.6, 2.6), (digits[1:7], 4.9, 13.4), (digits[7:], 20.2, 13.4))
    return "".join(
        f'<text x="{x}" y="{_ALL_MM - 0.2}" font-family="monospace" font-size="3"'
        f' textLength="{length if len(said) > 1 else 2}">{said}</text>'
        for said, x, length in parts
    )
