"""A brush for flat pictures: shapes in picture points, drawn twice as fine for smooth edges."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1200, 900
_FINE = 2

Point = tuple[float, float]


class Brush:
    """Draws on one picture. Colours are `#rrggbb` or `#rrggbbaa`; angles are degrees, clockwise."""

    def __init__(self, top: str, bottom: str) -> None:
        """Begin with a ground that runs from one colour into another."""
        ramp = Image.linear_gradient("L").resize((1, HEIGHT * _FINE))
        low, high = Image.new("RGB", ramp.size, bottom), Image.new("RGB", ramp.size, top)
        ground = Image.composite(low, high, ramp)
        self._image = ground.resize((WIDTH * _FINE, HEIGHT * _FINE), Image.Resampling.NEAREST)
        self._draw = ImageDraw.Draw(self._image, "RGBA")

    def picture(self) -> Image.Image:
        """The finished picture."""
        return self._image.reduce(_FINE)

    def polygon(self, points: Sequence[Point], colour: str) -> None:
        """Fill the shape between points."""
        self._draw.polygon([(x * _FINE, y * _FINE) for x, y in points], fill=colour)

    def stroke(self, points: Sequence[Point], width: float, colour: str) -> None:
        """Draw a line through points with round ends."""
        self._draw.line(
            [(x * _FINE, y * _FINE) for x, y in points],
            fill=colour,
            width=round(width * _FINE),
            joint="curve",
        )
        for x, y in (points[0], points[-1]):
            if len(colour) == 7:
                self.disc(x, y, width / 2, colour)

    def disc(self, x: float, y: float, radius: float, colour: str) -> None:
        """Fill a circle."""
        self.oval(x, y, radius, radius, colour)

    def oval(
        self, x: float, y: float, across: float, up: float, colour: str, turn: float = 0
    ) -> None:
        """Fill an ellipse by its half axes."""
        if turn:
            ring = [_at(x, y, across, up, angle, turn) for angle in range(0, 360, 6)]
            self.polygon(ring, colour)
            return
        box = [(x - across) * _FINE, (y - up) * _FINE, (x + across) * _FINE, (y + up) * _FINE]
        self._draw.ellipse(box, fill=colour)

    def ring(self, x: float, y: float, across: float, up: float, colour: str, width: float) -> None:
        """Draw the edge of an ellipse."""
        box = [(x - across) * _FINE, (y - up) * _FINE, (x + across) * _FINE, (y + up) * _FINE]
        self._draw.ellipse(box, outline=colour, width=round(width * _FINE))

    def leaf(
        self, x: float, y: float, length: float, width: float, turn: float, colour: str, vein: str
    ) -> None:
        """Fill a leaf that grows from a point, with its middle vein. Turn 0 points right."""
        angle = math.radians(turn)
        along, side = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
        steps = [step / 14 for step in range(15)]
        bulge = [width / 2 * math.sin(math.pi * step**0.85) for step in steps]
        there = list(zip(steps, bulge, strict=True))
        back = [(step, -out) for step, out in reversed(there)]
        edge = [
            (
                x + along[0] * length * step + side[0] * out,
                y + along[1] * length * step + side[1] * out,
            )
            for step, out in [*there, *back]
        ]
        self.polygon(edge, colour)
        tip = (x + along[0] * length * 0.9, y + along[1] * length * 0.9)
        self.stroke([(x, y), tip], max(2.0, width / 22), vein)


def curve(start: Point, bend: Point, end: Point, pieces: int = 20) -> list[Point]:
    """Points of a bow from start to end, drawn towards a third point."""
    found = []
    for piece in range(pieces + 1):
        t = piece / pieces
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
        found.append(
            (a * start[0] + b * bend[0] + c * end[0], a * start[1] + b * bend[1] + c * end[1])
        )
    return found


def mixed(one: str, other: str, share: float) -> str:
    """A colour between two; share 0 is the first."""
    parts = [
        round(int(one[n : n + 2], 16) * (1 - share) + int(other[n : n + 2], 16) * share)
        for n in (1, 3, 5)
    ]
    return "#" + "".join(f"{part:02x}" for part in parts)


def _at(x: float, y: float, across: float, up: float, angle: float, turn: float) -> Point:
    a, t = math.radians(angle), math.radians(turn)
    dx, dy = across * math.cos(a), up * math.sin(a)
    return x + dx * math.cos(t) - dy * math.sin(t), y + dx * math.sin(t) + dy * math.cos(t)
