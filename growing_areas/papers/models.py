"""Papers as issued: what each said, never changed, so that an old one prints as it was."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Identity, Integer, String
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.db import Base
from growing_areas.models import PlotVersion


class IssuedPaper(Base):
    """A paper of an area as it was first printed: its words and the outline it shows.

    ``facts`` holds words, ``neighbours`` the codes around with the outlines they had. Only grows.
    """

    __tablename__ = "growing_area_issues"
    __table_args__ = (
        Unique("area_id", "kind", "number"),
        CheckConstraint("kind IN ('certificate', 'decision')", name="kind"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("growing_areas.id"))
    kind: Mapped[str] = mapped_column(String(12))
    number: Mapped[int] = mapped_column(Integer)
    version_id: Mapped[int] = mapped_column(ForeignKey("growing_plot_versions.id"))
    issued_on: Mapped[date] = mapped_column(Date)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    neighbours: Mapped[list[list[Any]]] = mapped_column(JSONB)

    version: Mapped[PlotVersion] = relationship(lazy="raise")
