"""Following papers: whether a newer certificate takes the place of one that ends."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import aliased

from traceability.certifying.models import GoodsCertificate
from traceability.models import Batch


def is_followed(today: date) -> ColumnElement[bool]:
    """The condition that another of the same standard lasts longer and leaves no gap by today.

    Of the same goods; a batch's is followed by its product's as well. What its issuer took back, or
    was taken off as a mistake, follows nothing.
    """
    newer = aliased(GoodsCertificate)
    of_its_batch = select(Batch.product_id).where(Batch.id == GoodsCertificate.batch_id)
    return exists().where(
        newer.organisation_id == GoodsCertificate.organisation_id,
        newer.standard == GoodsCertificate.standard,
        newer.removed_at.is_(None),
        newer.withdrawn_on.is_(None),
        newer.valid_to > GoodsCertificate.valid_to,
        or_(
            newer.valid_from <= GoodsCertificate.valid_to + timedelta(days=1),
            newer.valid_from <= today,
        ),
        or_(
            newer.product_id == GoodsCertificate.product_id,
            newer.batch_id == GoodsCertificate.batch_id,
            newer.product_id == of_its_batch.scalar_subquery(),
        ),
    )
