"""Tables of the maps: counts and changes by cell of the web's tiles, written by a trigger.

Rows are only added, by whoever changes an area, and folded together by a job: a sum read in one
snapshot is right at any time, and a writer never waits for another.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Identity, Index, Integer, SmallInteger, String, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base

ZOOMS = (6, 9, 12)
"""Sizes of the cells: about 620, 78 and 10 km across."""


class MapTally(Base):
    """So many registrations with a code more (or fewer) in a cell, by crop, status and unit.

    ``commune_code`` is told in the smallest cells only and is empty elsewhere.
    """

    __tablename__ = "growing_map_tallies"
    __table_args__ = (Index(None, "zoom", "tile_x", "tile_y"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    zoom: Mapped[int] = mapped_column(SmallInteger)
    tile_x: Mapped[int] = mapped_column(Integer)
    tile_y: Mapped[int] = mapped_column(Integer)
    province_code: Mapped[str] = mapped_column(String(8))
    commune_code: Mapped[str] = mapped_column(String(8))
    crop_code: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(12))
    areas: Mapped[int] = mapped_column(BigInteger)


class MapPlot(Base):
    """What a plot was last counted for on maps: its cell of zoom 12, its ground, what it holds.

    ``holds`` tells of its registrations with a code each status and each ``status/crop``; a plot
    without any has none. The row is the lock under which the plot is counted anew.
    """

    __tablename__ = "growing_map_plots"

    plot_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    tile_x: Mapped[int] = mapped_column(Integer)
    tile_y: Mapped[int] = mapped_column(Integer)
    province_code: Mapped[str] = mapped_column(String(8))
    commune_code: Mapped[str] = mapped_column(String(8))
    holds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    area_m2: Mapped[int] = mapped_column(BigInteger)


class MapGround(Base):
    """So many plots and square metres more (or fewer) in a cell, by what the plots hold."""

    __tablename__ = "growing_map_grounds"
    __table_args__ = (Index(None, "zoom", "tile_x", "tile_y"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    zoom: Mapped[int] = mapped_column(SmallInteger)
    tile_x: Mapped[int] = mapped_column(Integer)
    tile_y: Mapped[int] = mapped_column(Integer)
    province_code: Mapped[str] = mapped_column(String(8))
    commune_code: Mapped[str] = mapped_column(String(8))
    holds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    plots: Mapped[int] = mapped_column(BigInteger)
    area_m2: Mapped[int] = mapped_column(BigInteger)


class MapChange(Base):
    """So many changes of what maps show in a cell: the sum is the cell's version."""

    __tablename__ = "growing_map_changes"
    __table_args__ = (Index(None, "zoom", "tile_x", "tile_y"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    zoom: Mapped[int] = mapped_column(SmallInteger)
    tile_x: Mapped[int] = mapped_column(Integer)
    tile_y: Mapped[int] = mapped_column(Integer)
    changes: Mapped[int] = mapped_column(BigInteger)
