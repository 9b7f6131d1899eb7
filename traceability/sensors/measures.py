"""What sensors measure, in the words of GS1's Web Vocabulary and UN/CEFACT. PURE."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from foundation.i18n import N_, _


@dataclass(frozen=True)
class Measure:
    """A kind of measurement: its GS1 type, UN/CEFACT unit, how the unit is written, its bounds.

    A reading outside ``lowest`` … ``highest`` cannot be true: the device is at fault.
    """

    code: str
    label: str
    gs1_type: str
    unit: str
    sign: str
    lowest: Decimal
    highest: Decimal

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return _(self.label)


MEASURES: dict[str, Measure] = {
    each.code: each
    for each in (
        Measure(
            "temperature", N_("Nhiệt độ"), "Temperature", "CEL", "°C", Decimal(-100), Decimal(200)
        ),
        Measure(
            "humidity", N_("Độ ẩm không khí"), "RelativeHumidity", "P1", "%", Decimal(0),
            Decimal(100),
        ),
    )
}  # fmt: skip
CODES = tuple(MEASURES)
