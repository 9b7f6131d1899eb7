"""Telling those who answer: a cooperative's managers and the officers of its place.

One message a reader, however many batches; it leaves once the transaction has committed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy.orm import Session

from accounts.models import Person
from foundation import config
from foundation.i18n import _, ngettext
from growing_areas import recipients
from traceability.models import Batch
from traceability.quality import labels
from traceability.quality.settling import Settled

_MOST_NAMED = 20


def tell(session: Session, settled: Settled) -> None:
    """Tell of batches held and freed just now."""
    for batches, is_held in ((settled.held, True), (settled.freed, False)):
        _tell(session, batches, is_held)


def officers_over(session: Session, batches: Sequence[Batch]) -> dict[int, list[Person]]:
    """The officers whose territory covers each batch, by batch id; one query."""
    units = {unit for batch in batches for unit in (batch.commune_code, batch.province_code)}
    rows = recipients.officers_by_place(session, units)
    return {
        batch.id: list(
            dict.fromkeys(
                person
                for scope, person in rows
                if scope in ("", batch.commune_code, batch.province_code)
            )
        )
        for batch in batches
    }


def _tell(session: Session, batches: Sequence[Batch], is_held: bool) -> None:
    if not batches:
        return
    managers = recipients.managers_of(session, {batch.organisation_id for batch in batches})
    officers = officers_over(session, batches)
    told: dict[tuple[int, bool], tuple[Person, list[Batch]]] = {}
    for batch in batches:
        for person in managers.get(batch.organisation_id, ()):
            told.setdefault((person.id, False), (person, []))[1].append(batch)
        for person in officers[batch.id]:
            told.setdefault((person.id, True), (person, []))[1].append(batch)
    for (_id, is_officer), (person, of_theirs) in sorted(told.items()):
        words = partial(_words, session, of_theirs, is_held, is_officer)
        recipients.tell(session, [person], words)


def _words(
    session: Session, batches: Sequence[Batch], is_held: bool, is_officer: bool
) -> tuple[str, str]:
    """Subject and text, in the language spoken just now."""
    first, count = batches[0].lot, len(batches)
    if is_held:
        subject = (
            _("Lô %(lot)s bị tạm giữ", lot=first)
            if count == 1
            else ngettext("%(num)s lô bị tạm giữ", "%(num)s lô bị tạm giữ", count)
        )
        closing = _(
            "Lô không được bán cho tới khi hết lý do giữ. Hàng đã bán: hãy xem có cần thu hồi."
        )
    else:
        subject = (
            _("Lô %(lot)s hết một lý do bị giữ", lot=first)
            if count == 1
            else ngettext(
                "%(num)s lô hết một lý do bị giữ", "%(num)s lô hết một lý do bị giữ", count
            )
        )
        closing = _("Khi không còn lý do nào khác, đơn vị có thể cho xuất bán lại.")
    return subject, "\n".join([*_lines(session, batches, is_officer), "", closing])


def _lines(session: Session, batches: Sequence[Batch], is_officer: bool) -> list[str]:
    base = config.current().base_url
    place = "office/holds" if is_officer else "workspace/batches"
    why = labels.reasons_of(session, [batch.id for batch in batches[:_MOST_NAMED]])
    lines = [
        f"· {batch.product.name}, {batch.lot}: {'; '.join(why.get(batch.id, ())) or '–'}\n"
        f"  {base}/{place}/{batch.code}"
        for batch in batches[:_MOST_NAMED]
    ]
    left = len(batches) - _MOST_NAMED
    return [*lines, _("và %(count)s lô nữa", count=left)] if left > 0 else lines
