"""Receiving an upload: only from who may do the act it is for, and outside any transaction.

One way for pages and programs, papers, certificates, agreements and photos.
"""

from __future__ import annotations

from typing import IO, Literal

from accounts import permissions
from accounts.permissions import Actor
from foundation import db
from growing_areas import areas
from growing_areas.dossiers import uploads
from growing_areas.dossiers.uploads import Judged


def receive(
    actor: Actor,
    area_id: int,
    stream: IO[bytes],
    *,
    act: str = "area.propose",
    kind: Literal["paper", "photo"] = "paper",
    field: str = "file",
) -> Judged:
    """Judge an upload to an area's dossier, in a limited child process.

    A stranger's file is not even opened. Raises: NotFound, Forbidden; Invalid on ``field``.
    """
    with db.reading() as session:
        permissions.require(actor, act, areas.get_area(session, actor, area_id))
    return uploads.judge(stream, kind, field)
