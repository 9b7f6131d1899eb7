"""Tables of labels that are no batch's own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base


class SerialKey(Base):
    """A key of serials by its number; the key itself is drawn from the installation's secret.

    The fingerprint tells whether this installation can still draw it.
    """

    __tablename__ = "serial_keys"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    fingerprint: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
