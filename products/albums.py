"""Albums: the photos of products and of rural-tourism places, kept alike; the first is the cover.

Permission and the owner's lock belong to the room's own functions. A photo taken off loses its
public address at once; its files are erased once nothing names them (`foundation.erasure`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import IO, Any, Generic, TypeVar

from sqlalchemy import ColumnElement, func, select, union
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from foundation import files
from foundation.errors import NotFound, Refused
from products import keeping
from products.models import KeptPhoto, ProductPhoto
from products.places.models import TourismPlacePhoto

P = TypeVar("P", bound=KeptPhoto)
_SHOWN: tuple[type[KeptPhoto], ...] = (ProductPhoto, TourismPlacePhoto)


@dataclass(frozen=True)
class Album(Generic[P]):
    """The table of one kind of owner's photos, and the column that names the owner."""

    table: type[P]
    owner: InstrumentedAttribute[int]

    def add(
        self,
        session: Session,
        owner_id: int,
        stream: IO[bytes],
        caption: str | None,
        *,
        most: int,
        now: datetime,
    ) -> None:
        """Add a photo. The same picture twice is one photo.

        Raises: Invalid("photo.…"), Refused("photo.too_many").
        """
        count, last = session.execute(
            select(func.count(), func.max(self.table.position)).where(self._of(owner_id))
        ).one()
        if count >= most:
            raise Refused("photo.too_many", most=most)
        row: dict[str, Any] = {
            self.owner.key: owner_id,
            "position": (last or 0) + 1,
            "caption": caption,
            "added_at": now,
            **asdict(keeping.keep(session, stream, now=now)),
        }
        session.execute(insert(self.table).values(row).on_conflict_do_nothing())

    def remove(self, session: Session, owner_id: int, photo_id: int) -> None:
        """Take a photo off. Raises: NotFound."""
        photo = self._get(session, owner_id, photo_id)
        session.delete(photo)
        session.flush()
        _hide(session, {photo.full_hash, photo.card_hash})

    def make_cover(self, session: Session, owner_id: int, photo_id: int) -> None:
        """Show this photo first. Raises: NotFound."""
        photo = self._get(session, owner_id, photo_id)
        first = session.scalar(select(func.min(self.table.position)).where(self._of(owner_id)))
        photo.position = (first or 0) - 1
        session.flush()

    def of(self, session: Session, owner_ids: Iterable[int]) -> dict[int, list[P]]:
        """The photos of several owners, the cover first."""
        found: dict[int, list[P]] = defaultdict(list)
        statement = (
            select(self.table, self.owner)
            .where(self.owner.in_(list(owner_ids)))
            .order_by(self.table.position, self.table.id)
        )
        for photo, owner_id in session.execute(statement):
            found[owner_id].append(photo)
        return found

    def covers(self, session: Session, owner_ids: Iterable[int]) -> dict[int, P]:
        """The cover of each owner that has a photo."""
        statement = (
            select(self.table, self.owner)
            .where(self.owner.in_(list(owner_ids)))
            .ext(distinct_on(self.owner))
            .order_by(self.owner, self.table.position, self.table.id)
        )
        return {owner_id: photo for photo, owner_id in session.execute(statement)}

    def _of(self, owner_id: int) -> ColumnElement[bool]:
        return self.owner == owner_id

    def _get(self, session: Session, owner_id: int, photo_id: int) -> P:
        photo = session.get(self.table, photo_id)
        if photo is None or getattr(photo, self.owner.key) != owner_id:
            raise NotFound
        return photo


def _hide(session: Session, digests: set[str]) -> None:
    # Locked first and asked then: somebody may just be adding the same picture elsewhere.
    files.lock(session, digests)
    columns = [column for table in _SHOWN for column in (table.full_hash, table.card_hash)]
    named = union(*(select(column).where(column.in_(sorted(digests))) for column in columns))
    files.hide(session, digests - set(session.scalars(named)))
