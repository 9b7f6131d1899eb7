"""Telling of a harvest larger than its ground can well give: once, as it is found."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from foundation import config, i18n
from foundation.i18n import _
from growing_areas import recipients
from traceability.handling import yields
from traceability.handling.trade_models import YieldFinding
from traceability.models import Batch
from traceability.quality import notices


def watch(session: Session, batch: Batch, *, now: datetime) -> None:
    """Weigh what was opened or found against its ground, and tell of it if it is odd."""
    odd = yields.watch(session, batch, now=now)
    if odd is not None:
        tell(session, batch, odd)


def tell(session: Session, batch: Batch, finding: YieldFinding) -> None:
    """Tell who answers for the batch and the officers of its place; it leaves with the commit."""
    managers = recipients.managers_of(session, [batch.organisation_id])
    owners = managers.get(batch.organisation_id, [])
    own = partial(_words, batch, finding, f"workspace/batches/{batch.code}", False)
    recipients.tell(session, owners, own)
    officers = notices.officers_over(session, [batch])[batch.id]
    theirs = partial(_words, batch, finding, "office/yields", True)
    recipients.tell(session, officers, theirs)


def _words(batch: Batch, finding: YieldFinding, path: str, is_officer: bool) -> tuple[str, str]:
    """Subject and text, in the language spoken just now."""
    subject = _("Lô %(lot)s: sản lượng nhiều hơn mức đất thường cho được", lot=batch.lot)
    found = _(
        "Trong một năm, đất này đã ghi thu %(harvested)s trên %(area)s\u00a0ha; mức cảnh báo là"
        " %(ceiling)s.",
        harvested=i18n.quantity(finding.harvested_kg, "KGM"),
        area=i18n.number(finding.area_ha),
        ceiling=i18n.quantity(finding.ceiling_kg, "KGM"),
    )
    wish = (
        _("Xin xem lại cùng đơn vị rồi ghi nhận xét.")
        if is_officer
        else _("Hãy xem lại số liệu; ghi nhầm thì hủy việc mở lô rồi mở lại.")
    )
    named = f"{batch.organisation.name}, {batch.product.name}, {batch.lot}"
    return subject, "\n".join([named, found, wish, f"{config.current().base_url}/{path}"])
