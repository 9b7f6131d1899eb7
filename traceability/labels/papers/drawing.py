"""A sheet of labels as a small drawing: where each label lies on the page. PURE."""

from __future__ import annotations

from dataclasses import dataclass

from traceability.labels.layouts import Layout


@dataclass(frozen=True)
class Box:
    """One label on the drawn page, in millimetres."""

    x: float
    y: float
    width: float
    height: float
    is_outside: bool


@dataclass(frozen=True)
class SheetDrawing:
    """A page and its labels, those that leave it marked."""

    width: float
    height: float
    boxes: tuple[Box, ...]


def draw(layout: Layout) -> SheetDrawing:
    """The page of a layout, seen from above."""
    wide, high = layout.label_width_mm, layout.label_height_mm
    boxes = tuple(
        Box(
            x,
            y,
            wide,
            high,
            x + wide > layout.page_width_mm + 1e-6 or y + high > layout.page_height_mm + 1e-6,
        )
        for x, y in layout.corners()
    )
    return SheetDrawing(layout.page_width_mm, layout.page_height_mm, boxes)
