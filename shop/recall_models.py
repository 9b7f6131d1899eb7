"""Table of recall notices: which buyer was told of which recall, and how."""

from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, DateTime, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base


class RecallNotice(Base):
    """A checkout whose buyer was told of a recall's stage; nobody is told of one twice.

    `stage`: ``recalled``, and for those who had been told of the recall ``left`` (lots of theirs,
    `batch_ids`, left it) and ``lifted``.
    `way`: ``mail`` or ``message``; ``other`` when the same buyer was told with another checkout,
    ``none`` when nothing is left to reach them by (their particulars were erased).
    """

    __tablename__ = "recall_notices"
    __table_args__ = (
        CheckConstraint("way IN ('mail', 'message', 'other', 'none')", name="way"),
        CheckConstraint("stage IN ('recalled', 'lifted', 'left')", name="stage"),
    )

    recall_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("recalls.id"), primary_key=True, autoincrement=False
    )
    group_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("order_groups.id"),
        primary_key=True,
        autoincrement=False,
        index=True,
    )
    stage: Mapped[str] = mapped_column(
        String(10), primary_key=True, default="recalled", server_default="recalled"
    )
    way: Mapped[str] = mapped_column(String(8))
    mail_id: Mapped[int | None] = mapped_column(BigInteger)
    job_id: Mapped[int | None] = mapped_column(BigInteger)
    batch_ids: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))
    told_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
