"""What the page of a label paper sends."""

from __future__ import annotations

from typing import Any

from foundation.inputs import InputSchema, Integer, Number, QuerySchema, Text


def _length(low: int, high: int, **more: Any) -> Number:
    """A length in millimetres, to the hundredth."""
    return Number(low=low, high=high, digits=2, **more)


class GridInput(InputSchema):
    """A sheet as measured with a ruler."""

    organisation = Text(max=20)
    name = Text(max=80, required=True)
    page_width_mm = _length(15, 450, required=True)
    page_height_mm = _length(15, 650, required=True)
    columns = Integer(low=1, high=40, required=True)
    rows = Integer(low=1, high=60, required=True)
    label_width_mm = _length(12, 300, required=True)
    label_height_mm = _length(10, 300, required=True)
    left_mm = _length(0, 200, load_default=0)
    top_mm = _length(0, 200, load_default=0)
    gap_x_mm = _length(0, 100, load_default=0)
    gap_y_mm = _length(0, 100, load_default=0)
    padding_mm = _length(0, 30, required=True)
    act = Text(max=20, load_default="")


class PapersQuery(QuerySchema):
    """Which papers are listed."""

    archived = Integer(low=0, high=1, load_default=0)
