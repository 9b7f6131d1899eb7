"""Finding what a scanned code names: one prepared query, whatever the page then shows.

Asked of the primary outside any transaction, for every scan that the door before Flask does not
answer, and never from memory: what was held a moment ago is held on the next page.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import TextClause, text

from foundation import clock, codes, glances
from traceability.labels.serials import LENGTH

# The serial is joined by batch, so that a serial of one batch never vouches for another.
_FOUND = """
SELECT b.id, b.code, CASE WHEN b.voided_at IS NULL THEN b.state ELSE 'mistaken' END AS state,
       b.expires_on, b.changed_at, p.updated_at, p.gtin,
       s.number AS serial_number, s.code AS serial_code,
       coalesce((SELECT n.state FROM item_spans n WHERE n.batch_id = b.id AND n.first <= s.number
                 ORDER BY n.first DESC LIMIT 1), 'printed') AS serial_state,
       coalesce(t.scans, 0) AS scans, t.first_at, t.standing, t.first_place,
       CASE WHEN t.standing = 'open' THEN (
           SELECT c.reasons -> 0 ->> 0 FROM copy_suspicions c
           WHERE c.batch_id = t.batch_id AND c.serial_number = t.serial_number
       ) END AS sighting,
       EXISTS (SELECT FROM copy_suspicions c WHERE c.batch_id = b.id AND c.serial_number = 0
               AND c.state = 'confirmed') AS is_copied,
       CASE WHEN b.state = 'recalled' THEN (
           SELECT CASE WHEN bool_or(r.state = 'recalled') THEN NULL ELSE max(r.ended_at) END
           FROM recall_batches m JOIN recalls r ON r.id = m.recall_id
           WHERE m.batch_id = b.id AND r.state IN ('recalled', 'closed')
       ) END AS recall_ended_at
FROM batches b
JOIN products p ON p.id = b.product_id
LEFT JOIN serials s ON s.batch_id = b.id AND s.code = :serial
LEFT JOIN serial_scans t ON t.batch_id = b.id AND t.serial_number = s.number
WHERE """
# By any number the product ever bore: a corrected one keeps old labels alive.
_BEARER = "p.id = (SELECT g.product_id FROM product_gtins g WHERE g.gtin = :gtin)"
# A batch opened by mistake may have let its name go to the one that is looked for.
_LIVING_FIRST = " ORDER BY b.voided_at IS NOT NULL, b.id DESC LIMIT 1"
_BY_LOT = text(_FOUND + _BEARER + " AND b.lot = :lot" + _LIVING_FIRST)
_BY_CODE = text(_FOUND + "b.code = :code")


@dataclass(frozen=True)
class FoundSerial:
    number: int
    code: str
    state: str
    scans: int
    first_at: datetime | None
    standing: str | None = None
    first_place: str | None = None
    sighting: str | None = None


@dataclass(frozen=True)
class Found:
    """A batch on record, and the item's serial when one was given and belongs to it.

    ``state`` is ``mistaken`` when its opening was declared wrong.
    ``gtin`` is the product's present number, which a label may predate. ``recall_ended_on``: of a
    recalled batch whose recalls all did their work. ``is_copied``: labels that name the lot alone
    were found copied.
    """

    batch_id: int
    code: str
    state: str
    expires_on: date | None
    stamp: tuple[datetime, datetime]
    serial: FoundSerial | None
    gtin: str | None = None
    recall_ended_on: date | None = None
    is_copied: bool = False


def find_by_lot(gtin: str, lot: str, serial: str | None) -> Found | None:
    """What GTIN (14 digits) and lot name; None also when the serial is not one of the batch's."""
    return _find(_BY_LOT, {"gtin": gtin, "lot": lot}, serial)


def find_by_code(code: str, serial: str | None) -> Found | None:
    """What a batch code names; None also when the serial is not one of the batch's."""
    typed = codes.normalise(code)
    normal = typed if typed.isascii() and typed.isprintable() else ""
    # A wrong check character is asked for all the same: it takes as long as an unknown code.
    return _find(_BY_CODE, {"code": normal[:LENGTH]}, serial)


def _find(statement: TextClause, params: dict[str, str], serial: str | None) -> Found | None:
    wanted = codes.normalise(serial) if serial else None
    # What cannot be one of ours is asked all the same: a guess takes as long as a near miss.
    row = glances.look_up(statement, {**params, "serial": (wanted or "")[:LENGTH]})
    if row is None or (wanted is not None and row.serial_code != wanted):
        return None
    found = None
    if wanted is not None:
        found = FoundSerial(
            row.serial_number, row.serial_code, row.serial_state, row.scans, row.first_at,
            row.standing, row.first_place, row.sighting,
        )  # fmt: skip
    stamp = (row.changed_at, row.updated_at)
    ended_on = None if row.recall_ended_at is None else clock.business_day(row.recall_ended_at)
    return Found(
        row.id, row.code, row.state, row.expires_on, stamp, found, row.gtin, ended_on, row.is_copied
    )
