"""What a paper vouches for: a product, a batch, or (laboratory results only) a growing area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation.errors import Finding, Invalid
from growing_areas import areas
from growing_areas.models import GrowingArea
from products import register
from products.models import Product
from traceability import batches
from traceability.models import Batch

Kind = Literal["product", "batch", "area"]


@dataclass(frozen=True)
class Named:
    """How a subject is named from outside: exactly one of the three."""

    product: str | None = None
    batch: str | None = None
    area: int | None = None

    @property
    def kind(self) -> Kind:
        """Which of the three it is. Raises: Invalid("certifying.one_subject")."""
        given = [name for name in ("product", "batch", "area") if getattr(self, name) is not None]
        if len(given) != 1:
            raise Invalid([Finding("certifying.one_subject", {}, "subject")])
        kinds: dict[str, Kind] = {"product": "product", "batch": "batch", "area": "area"}
        return kinds[given[0]]


@dataclass(frozen=True)
class Subject:
    """A thing papers are about, and whose it is."""

    kind: Kind
    id: int
    code: str
    name: str
    organisation_id: int
    commune_code: str
    province_code: str


def get(session: Session, actor: Actor, named: Named, action: str) -> Subject:
    """The thing, for whoever may do the action on it.

    Raises: Invalid("certifying.one_subject"), NotFound, Forbidden.
    """
    found = _found(session, named)
    permissions.require(actor, action, found)
    return found


def _found(session: Session, named: Named) -> Subject:
    match named.kind:
        case "product":
            product = register.get_product(session, named.product or "")
            return _subject("product", product, product.code, product.name)
        case "batch":
            batch = batches.get_batch(session, named.batch or "")
            return _subject("batch", batch, batch.code, batch.lot)
        case _:
            area = areas.load_area(session, named.area or 0)
            return _subject("area", area, area.code or "", area.name)


def _subject(kind: Kind, row: Product | Batch | GrowingArea, code: str, name: str) -> Subject:
    return Subject(
        kind, row.id, code, name, row.organisation_id, row.commune_code, row.province_code
    )
