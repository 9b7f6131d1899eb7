"""Tables of the administrative units: the units, what became of them, where they lie."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    String,
    Text,
    func,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger, UserDefinedType

from foundation.db import Base

PROVINCE, DISTRICT, COMMUNE = LEVELS = ("province", "district", "commune")
# Written out in the query as in the index, or the index would not be used.
SIMPLE: ColumnElement[str] = literal_column("'simple'::regconfig")


class Box(UserDefinedType[str]):
    """PostgreSQL's own rectangle, "(east,north),(west,south)": GiST can index it."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "box"


# SQLAlchemy does not know the type by itself when it reads a table back.
ischema_names["box"] = Box


class Unit(Base):
    """An administrative unit during the days on which it bore this code, name and type.

    In force from ``valid_from`` until the day before ``valid_to`` (None: still in force).
    ``place_key`` is its folded name with those of its parents ("ve giang quang ngai");
    ``search_key`` holds every folded word people may look for it by: types, parents, other
    spellings, and the old districts and provinces it was made from.
    """

    __tablename__ = "units"

    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    valid_from: Mapped[date] = mapped_column(Date, primary_key=True)
    valid_to: Mapped[date | None] = mapped_column(Date)
    level: Mapped[str] = mapped_column(String(8))
    parent_code: Mapped[str | None] = mapped_column(String(5))
    province_code: Mapped[str] = mapped_column(String(2))
    unit_type: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(80))
    full_name: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(100))
    label: Mapped[str] = mapped_column(String(200))
    label_en: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(80))
    spelling_key: Mapped[str] = mapped_column(String(160))
    place_key: Mapped[str] = mapped_column(String(200))
    search_key: Mapped[str] = mapped_column(Text)
    sort_key: Mapped[str] = mapped_column(String(200, collation="C"))
    source: Mapped[str] = mapped_column(String(40))

    __table_args__ = (
        CheckConstraint("valid_to > valid_from", name="validity"),
        CheckConstraint("level IN ('province', 'district', 'commune')", name="level"),
        Index("ix_units_parent_code", "parent_code"),
        Index("ix_units_level_sort_key", "level", "sort_key"),
        Index(
            "ix_units_search_key",
            func.to_tsvector(SIMPLE, text("search_key")),
            postgresql_using="gin",
        ),
    )


class Conversion(Base):
    """An old unit that went into a new one, whole or in part, on the day ``valid_from``."""

    __tablename__ = "unit_conversions"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    old_code: Mapped[str] = mapped_column(String(5))
    old_valid_from: Mapped[date] = mapped_column(Date)
    new_code: Mapped[str] = mapped_column(String(5))
    new_valid_from: Mapped[date] = mapped_column(Date)
    extent: Mapped[str] = mapped_column(String(5))
    note: Mapped[str] = mapped_column(String(200), server_default="")
    source: Mapped[str] = mapped_column(String(40))
    valid_from: Mapped[date] = mapped_column(Date)

    __table_args__ = (
        ForeignKeyConstraint(["old_code", "old_valid_from"], ["units.code", "units.valid_from"]),
        ForeignKeyConstraint(["new_code", "new_valid_from"], ["units.code", "units.valid_from"]),
        CheckConstraint("extent IN ('whole', 'part')", name="extent"),
        Index("uq_unit_conversions_old_code_new_code", "old_code", "new_code", unique=True),
        Index("ix_unit_conversions_new_code", "new_code"),
    )


class Boundary(Base):
    """Where a commune in force lies: a valid polygon (WKB; lon, lat; WGS 84) and its rectangle."""

    __tablename__ = "commune_boundaries"

    commune_code: Mapped[str] = mapped_column(String(5), primary_key=True)
    province_code: Mapped[str] = mapped_column(String(2))
    geometry: Mapped[bytes] = mapped_column(LargeBinary)
    box: Mapped[str] = mapped_column(Box)
    area_ha: Mapped[float]
    imported_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index("ix_commune_boundaries_box", "box", postgresql_using="gist"),)


class Edition(Base):
    """Which edition of a bundled table the database holds, so that a start need not load it."""

    __tablename__ = "unit_editions"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
