"""Noticing copies: what came in since the last look, weighed with what is remembered.

Only scans behind the mark are read, only their serials looked up; scans are given their numbers
and committed under one lock (`scan.scans`), so none comes in behind a mark. Locks are taken in one
order by all who look, place and decide: the mark, that of the counts, suspicions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from traceability.copies import remembering, sightings, weighing
from traceability.copies.limits import Limits
from traceability.copies.models import OF_LOT, CopyMark, CopySuspicion
from traceability.copies.remembering import Key
from traceability.copies.sightings import Sightings
from traceability.copies.weighing import Reason
from traceability.models import Batch, LabelJob
from traceability.scan.models import Scan, ScanTally

AT_ONCE = 20_000
_STATES = text("""
SELECT g.batch_id, g.number,
    (SELECT n.state FROM item_spans n WHERE n.batch_id = g.batch_id AND n.first <= g.number
     ORDER BY n.first DESC LIMIT 1) AS state,
    EXISTS (SELECT FROM item_spans n WHERE n.batch_id = g.batch_id
        AND n.state IN ('activated', 'sold', 'returned')) AS tells
FROM unnest(CAST(:batches AS bigint[]), CAST(:numbers AS integer[])) AS g (batch_id, number)
""")
_STANDING = text("""
UPDATE serial_scans t SET standing = c.state FROM copy_suspicions c
WHERE c.id = ANY(CAST(:ids AS bigint[])) AND c.serial_number <> 0
    AND t.batch_id = c.batch_id AND t.serial_number = c.serial_number
""")


@dataclass(frozen=True)
class Weighed:
    """What was found of a code: enough for somebody to look."""

    key: Key
    scans: int
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> int:
        return weighing.score(self.reasons)


def notice(session: Session, limits: Limits, *, now: datetime) -> int:
    """Look at the next scans that came in; how many there were, 0 when there are no more.

    Whoever else looks waits for this one.
    """
    mark = lock_mark(session)
    rows = session.execute(
        select(Scan.id, Scan.scanned_at, Scan.batch_id, Scan.serial_number, Scan.place)
        .where(Scan.id > mark.scan_id)
        .where(Scan.scanned_at > now - timedelta(days=limits["watched_days"]))
        .order_by(Scan.id)
        .limit(AT_ONCE)
    ).all()
    if not rows:
        return 0
    found = [
        *_of_serials(session, [row for row in rows if row.serial_number is not None], limits),
        *_of_lots(session, sorted({row.batch_id for row in rows}), limits),
    ]
    suspect(session, found, limits, now)
    mark.scan_id = rows[-1].id
    session.flush()
    return len(rows)


def locate(
    session: Session, key: Key, scan: Scan, place: str, limits: Limits, *, now: datetime
) -> None:
    """Weigh a serial anew whose scan was looked at before its province was told.

    A scan that nobody has looked at yet is left to the look that comes.
    """
    if scan.id > lock_mark(session).scan_id:
        return
    known = remembering.recall(session, {key}).get(key)
    if known is None:
        return
    seen = sightings.locate(known, scan.scanned_at, place, limits)
    remembering.remember(session, {key: seen})
    reasons = weighing.weigh(seen, _states(session, [key]).get(key, ""), limits)
    weighed = Weighed(key, seen.scans, reasons)
    if seen.scans > 1 and weighed.score >= limits["suspicious"]:
        suspect(session, [weighed], limits, now)


def show(session: Session, suspicions: Sequence[CopySuspicion]) -> None:
    """Let the pages of some codes say how they stand; the last thing a transaction does.

    A serial's own row is asked for every scan; pages of lots are kept, and let go at this word.
    """
    session.flush()
    lots = ",".join(f"b{each.batch_id}" for each in suspicions if each.is_of_lot)
    if lots:
        session.execute(select(func.pg_notify("nguon_story", lots)))
    lock_counts(session)
    session.execute(_STANDING, {"ids": [each.id for each in suspicions]})


def lock_counts(session: Session) -> None:
    """Wait until no scans come in, and let none in: their serials' rows are about to change."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('scans'))"))


def lock_mark(session: Session) -> CopyMark:
    """How far was looked; nobody looks further until the transaction ends."""
    session.execute(insert(CopyMark).values(name="scans", scan_id=0).on_conflict_do_nothing())
    return session.scalars(
        select(CopyMark)
        .where(CopyMark.name == "scans")
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _of_serials(session: Session, rows: Sequence[Any], limits: Limits) -> Iterable[Weighed]:
    known = remembering.recall(session, {(row.batch_id, row.serial_number) for row in rows})
    fresh: dict[Key, Sightings] = {}
    nothing = Sightings()
    for row in sorted(rows, key=lambda each: each.scanned_at):
        key = (row.batch_id, row.serial_number)
        before = fresh.get(key) or known.get(key, nothing)
        fresh[key] = sightings.add(before, row.scanned_at, row.place, limits)
    if fresh:
        remembering.remember(session, fresh)
    # One look is never suspicious: most serials end here.
    again = {key: seen for key, seen in fresh.items() if seen.scans > 1}
    states = _states(session, again) if again else {}
    for key, seen in again.items():
        weighed = Weighed(key, seen.scans, weighing.weigh(seen, states.get(key, ""), limits))
        if weighed.score >= limits["suspicious"]:
            yield weighed


def _states(session: Session, keys: Iterable[Key]) -> dict[Key, str]:
    """Serials that are void, or not pasted though their house tells when it pastes labels."""
    wanted = sorted(keys)
    rows = session.execute(
        _STATES, {"batches": [key[0] for key in wanted], "numbers": [key[1] for key in wanted]}
    )
    found = {}
    for row in rows:
        if row.state == "void":
            found[row.batch_id, row.number] = "void"
        elif row.state == "printed" and row.tells:
            found[row.batch_id, row.number] = "unpasted"
    return found


def _of_lots(session: Session, batch_ids: Sequence[int], limits: Limits) -> Iterable[Weighed]:
    """Lots scanned far oftener than labels of them were printed here."""
    printed = dict(
        session.execute(
            select(LabelJob.batch_id, func.sum(LabelJob.label_count))
            .where(LabelJob.batch_id.in_(batch_ids), LabelJob.file_digest.is_not(None))
            .group_by(LabelJob.batch_id)
        ).all()
    )
    if not printed:
        return
    scanned = (
        select(ScanTally.batch_id, func.sum(ScanTally.scans))
        .where(ScanTally.batch_id.in_(printed))
        .group_by(ScanTally.batch_id)
    )
    for batch_id, scans in session.execute(scanned):
        reasons = weighing.weigh_lot(int(scans), int(printed[batch_id]), limits)
        if reasons:
            yield Weighed((batch_id, OF_LOT), int(scans), reasons)


def suspect(session: Session, found: Sequence[Weighed], limits: Limits, now: datetime) -> None:
    """Have somebody look at codes: what is new waits, what is known is told anew."""
    if not found:
        return
    lock_counts(session)
    standing = _standing(session, found)
    places = _places(session, {each.key[0] for each in found})
    changed = []
    for each in found:
        row = standing.get(each.key)
        if row is None:
            row = _new(each, places[each.key[0]], now)
            session.add(row)
            changed.append(row)
        elif row.state == "explained" and each.score >= (row.decided_score or 0) + limits["again"]:
            row.state, row.written_at = "open", None
            row.decided_at = row.decided_by_id = row.decided_as = None
            changed.append(row)
        row.score, row.scans, row.changed_at = each.score, each.scans, now
        row.reasons = [list(astuple(reason)) for reason in each.reasons]
    if changed:
        show(session, changed)


def _standing(session: Session, found: Sequence[Weighed]) -> Mapping[Key, CopySuspicion]:
    wanted = {each.key for each in found}
    rows = session.scalars(
        select(CopySuspicion)
        .where(CopySuspicion.batch_id.in_({key[0] for key in wanted}))
        .where(CopySuspicion.serial_number.in_({key[1] for key in wanted}))
        .order_by(CopySuspicion.id)
        .with_for_update()
    )
    return {(row.batch_id, row.serial_number): row for row in rows}


def _places(session: Session, batch_ids: Iterable[int]) -> dict[int, Any]:
    columns = (Batch.id, Batch.organisation_id, Batch.commune_code, Batch.province_code)
    return {row.id: row for row in session.execute(select(*columns).where(Batch.id.in_(batch_ids)))}


def _new(weighed: Weighed, batch: Any, now: datetime) -> CopySuspicion:
    return CopySuspicion(
        batch_id=weighed.key[0],
        serial_number=weighed.key[1],
        organisation_id=batch.organisation_id,
        commune_code=batch.commune_code,
        province_code=batch.province_code,
        state="open",
        noticed_at=now,
    )
