"""Photos of complaints: for those who may read the complaint, under no address of the public."""

from __future__ import annotations

from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import files
from foundation.errors import NotFound
from foundation.models import StoredFile
from traceability.complaints import listing
from traceability.complaints.models import ComplaintPhoto

_MOST = 100


def get_photo(session: Session, actor: Actor, complaint_id: int, number: int) -> StoredFile:
    """A photo's file. Raises: NotFound("complaint.not_found", "file.not_found"), Forbidden."""
    about = listing.get_complaint(session, actor, complaint_id)
    kept = session.get(ComplaintPhoto, (about.row.id, number)) if number <= _MOST else None
    if kept is None:
        raise NotFound("file.not_found")
    return files.get_file(session, kept.digest)
