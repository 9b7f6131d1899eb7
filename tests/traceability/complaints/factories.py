"""Complaints as tests need them: filed through the door of the trade."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceability.complaints import filing
from traceability.complaints.filing import Told
from traceability.complaints.models import Complaint
from traceability.models import Batch


def make_complaint(
    session: Session, batch: Batch | None, now: datetime, *, language: str = "vi", **told: Any
) -> tuple[Complaint, str]:
    """A complaint about a batch (None: about a code that names nothing), and its private code."""
    given: dict[str, Any] = {
        "code": batch.code if batch else "ABCD-EFGH-2345",
        "kind": "quality",
        "words": "Cam bị héo khi mở hộp",
    }
    code = filing.file(session, Told(**{**given, **told}), (), language=language, now=now)
    row = session.scalars(
        select(Complaint).where(Complaint.key_hash == filing.key_hash(code))
    ).one()
    return row, code
