"""What a label is printed with and on: whether a reader tells the code from its ground. PURE."""

from __future__ import annotations

from dataclasses import dataclass

BLACK, WHITE = "#000000", "#ffffff"
# Shares of red, green and blue in the light an eye or a camera sees (ITU-R BT.709).
_WEIGHTS = (0.2126, 0.7152, 0.0722)


@dataclass(frozen=True)
class Colours:
    """The colour of the print and of the label's own stock, as `#rrggbb`."""

    ink: str = BLACK
    stock: str = WHITE

    def contrast(self) -> float:
        """How much more light the stock gives back than the print, from -1 to 1.

        The worse of two eyes: a phone's camera (luminance) and a till's scanner, whose light is
        red (ISO/IEC 15415 measures at 660 nm): red print on white is blank paper to it. Below
        nought the print is lighter than its ground.
        """
        ink, stock = _light(self.ink), _light(self.stock)
        return min(_luminance(stock) - _luminance(ink), stock[0] - ink[0])

    def red_green_blue(self) -> tuple[float, float, float]:
        """The ink's parts from 0 to 1, as page descriptions name them."""
        return _parts(self.ink)


PLAIN = Colours()
"""Black on white."""


def _luminance(light: tuple[float, float, float]) -> float:
    return sum(share * part for share, part in zip(_WEIGHTS, light, strict=True))


def _light(colour: str) -> tuple[float, float, float]:
    """A colour's parts as shares of light; screens' values are a power of it (IEC 61966-2-1)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in _parts(colour)
    )
    return red, green, blue


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue
