"""Tables of growing areas: outlines and their versions, registrations, codes.

The farm diary's own stand in `fieldbook.models`.

Persons stand only in `parcels.models.PlotHousehold`, whose rows can be erased; what is
append-only (versions, events, inspections, diary) holds ids and facts.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Organisation
from foundation.db import Base
from growing_areas.fieldbook.models import ACTIVITIES as ACTIVITIES
from growing_areas.fieldbook.models import DiaryEntry as DiaryEntry
from growing_areas.fieldbook.models import DiaryEntryParcel as DiaryEntryParcel
from territory.models import Box

STATUSES = ("draft", "submitted", "inspected", "approved", "suspended", "revoked", "expired")
IN_FORCE = "approved"
HOLDING = ("approved", "suspended")
"""Statuses in which an area holds its ground: a suspended one may be restored."""
ORIGINS = ("drawn", "file", "pasted", "api")
DOMESTIC = "VN"
"""The home market; other markets are ISO 3166 countries ("CN") or "EU"."""


class Plot(Base):
    """A piece of land of an organisation; its outline may be drawn anew, old versions are kept."""

    __tablename__ = "growing_plots"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class PlotVersion(Base):
    """One drawing of a plot, never changed: the outline (WKB; lon, lat; WGS 84), its measures."""

    __tablename__ = "growing_plot_versions"
    __table_args__ = (
        UniqueConstraint("plot_id", "number"),
        CheckConstraint("area_m2 > 0", name="area"),
        CheckConstraint("origin IN ('drawn', 'file', 'pasted', 'api')", name="origin"),
        Index("ix_growing_plot_versions_box", "box", postgresql_using="gist"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    plot_id: Mapped[int] = mapped_column(ForeignKey("growing_plots.id"))
    number: Mapped[int] = mapped_column(Integer)
    geometry: Mapped[bytes] = mapped_column(LargeBinary)
    box: Mapped[str] = mapped_column(Box)
    area_m2: Mapped[float] = mapped_column(Float)
    perimeter_m: Mapped[float] = mapped_column(Float)
    centroid_lon: Mapped[float] = mapped_column(Float)
    centroid_lat: Mapped[float] = mapped_column(Float)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    origin: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_by_id: Mapped[int | None] = mapped_column(BigInteger)


class GrowingArea(Base):
    """A registration: one plot, one crop, one market, through its life from draft to revoked."""

    __tablename__ = "growing_areas"
    __table_args__ = (
        CheckConstraint(
            "status IN ('draft', 'submitted', 'inspected', 'approved', 'suspended', 'revoked',"
            " 'expired')",
            name="status",
        ),
        CheckConstraint(
            "(code IS NULL) = (status IN ('draft', 'submitted', 'inspected'))", name="coded"
        ),
        Index(None, "organisation_id", "status"),
        Index(None, "province_code", "commune_code", "status"),
        Index(None, "crop_code"),
        Index(None, "name_key"),
        Index("ix_growing_areas_by_change", "status_changed_at", "id"),
        Index("ix_growing_areas_province_by_code", "province_code", "code"),
        Index("ix_growing_areas_crop_by_code", "crop_code", "code"),
        Index("ix_growing_areas_commune_by_code", "commune_code", "code"),
        # Rows with nothing due stand last.
        Index("ix_growing_areas_due", text("COALESCE(due_on, '9999-12-31'::date)"), "id"),
        Index(
            "ix_growing_areas_status_due",
            "status",
            text("COALESCE(due_on, '9999-12-31'::date)"),
            "id",
        ),
        Index(
            "ix_growing_areas_ending",
            "valid_until",
            postgresql_where=text("valid_until IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    plot_id: Mapped[int] = mapped_column(ForeignKey("growing_plots.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("growing_plot_versions.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(400))
    crop_code: Mapped[str] = mapped_column(String(40))
    variety: Mapped[str | None] = mapped_column(String(120))
    planting_year: Mapped[int | None] = mapped_column(Integer)
    expected_yield_kg: Mapped[Decimal | None] = mapped_column(Numeric(18, 3))
    market: Mapped[str] = mapped_column(String(8))
    commune_code: Mapped[str] = mapped_column(String(8))
    province_code: Mapped[str] = mapped_column(String(8))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("growing_area_imports.id"), index=True)
    status: Mapped[str] = mapped_column(String(12))
    code: Mapped[str | None] = mapped_column(String(40), unique=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_by_id: Mapped[int | None] = mapped_column(BigInteger)
    status_changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    approved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # The owner's choice: whether everybody may see the exact outline, not cells of about 1 km.
    outline_public: Mapped[bool] = mapped_column(default=False, server_default=false())
    # The last day the code is good for; empty where no rule ends it.
    valid_until: Mapped[date | None] = mapped_column(Date)
    monitor_on: Mapped[date | None] = mapped_column(Date)
    # What is due next, and by when (dossiers.deadlines keeps both).
    due_step: Mapped[str | None] = mapped_column(String(16))
    due_on: Mapped[date | None] = mapped_column(Date)
    # Neighbours with a code it lay over when last counted; lists filter by it.
    overlap_count: Mapped[int] = mapped_column(Integer, default=0)

    version: Mapped[PlotVersion] = relationship(lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")

    @property
    def is_in_force(self) -> bool:
        return self.status == IN_FORCE


class GrowingAreaEvent(Base):
    """A step in the life of an area: who (by id) moved it from which status to which, and why."""

    __tablename__ = "growing_area_events"
    __table_args__ = (Index(None, "area_id", "happened_at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("growing_areas.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("growing_plot_versions.id"))
    action: Mapped[str] = mapped_column(String(16))
    from_status: Mapped[str | None] = mapped_column(String(12))
    to_status: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text, default="")
    # Reasons chosen from data/causes.csv.
    causes: Mapped[list[str]] = mapped_column(JSONB, default=list)
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    happened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class GrowingAreaInspection(Base):
    """A visit to the field and its outcome: before the code, yearly, or for an amendment.

    ``computed`` is what the critical items of the checklist say; ``passed`` what the inspector
    decided. Where the inspector stood (lon, lat) is for officers only.
    """

    __tablename__ = "growing_area_inspections"
    __table_args__ = (CheckConstraint("kind IN ('field', 'monitoring', 'amendment')", name="kind"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("growing_areas.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("growing_plot_versions.id"))
    passed: Mapped[bool]
    inspected_on: Mapped[date] = mapped_column(Date)
    notes: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str] = mapped_column(String(12), default="field")
    amendment_id: Mapped[int | None] = mapped_column(BigInteger)
    checklist: Mapped[str | None] = mapped_column(String(40))
    answers: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    computed: Mapped[bool | None]
    lon: Mapped[float | None] = mapped_column(Float)
    lat: Mapped[float | None] = mapped_column(Float)
    # The form's own number: a form sent twice over a bad line is one visit.
    form_key: Mapped[str | None] = mapped_column(String(40), unique=True)
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class GrowingAreaCode(Base):
    """A code as issued, verbatim and for good; a revoked area's code is never given again."""

    __tablename__ = "growing_area_codes"
    __table_args__ = (
        UniqueConstraint("template", "commune_code", "serial"),
        CheckConstraint("kind IN ('internal', 'domestic', 'official')", name="kind"),
        CheckConstraint(
            "kind != 'official' OR (decision_number IS NOT NULL AND agency IS NOT NULL"
            " AND decided_on IS NOT NULL)",
            name="decision",
        ),
    )

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("growing_areas.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    template: Mapped[str | None] = mapped_column(String(40))
    commune_code: Mapped[str | None] = mapped_column(String(8))
    serial: Mapped[int | None] = mapped_column(Integer)
    decision_number: Mapped[str | None] = mapped_column(String(80))
    agency: Mapped[str | None] = mapped_column(String(200))
    decided_on: Mapped[date | None] = mapped_column(Date)
    issued_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    issued_by_id: Mapped[int | None] = mapped_column(BigInteger)
