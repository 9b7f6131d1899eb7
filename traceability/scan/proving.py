"""Whether what a batch's page tells is what was recorded: asked by code, or of a file brought."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from accounts.witnesses import alerting
from foundation import codes
from foundation.i18n import N_, _
from ledger import alarms, bringing, checkpoint, rotation, witnessing
from ledger.judging import Judgement, Proved, judge
from ledger.models import Checkpoint, Contradiction
from ledger.rows.standing import RowStanding, stand
from ledger.witnessing import Cosigned
from traceability import batches
from traceability.models import Batch
from traceability.scan import bundle

_TABLES = {
    "batches": N_("Lô sản xuất"),
    "products": N_("Sản phẩm"),
    "organisations": N_("Đơn vị sản xuất"),
    "growing_areas": N_("Vùng trồng"),
    "star_certificates": N_("Chứng nhận sao OCOP"),
    "epcis_events": N_("Việc đã xảy ra với lô"),
}
_ALARMS = {"contradicts": alarms.SPLIT_VIEW, "longer": alarms.SHORTER}
_NAMING = ("lot", "name", "number", "biz_step", "code")


@dataclass(frozen=True)
class LogStanding:
    """The log as its page tells it: the newest checkpoint, who signed it besides us, alarms."""

    mark: Checkpoint | None
    cosigned: list[Cosigned]
    contradictions: list[Contradiction]


@dataclass(frozen=True)
class Answer:
    """What came of a check: the judgement, how it stands to the log, rows that need a word.

    `waiting` are rows recorded since the newest checkpoint; `wrong` those not as recorded;
    `signers` the witnesses whose signatures stand under the checkpoint.
    """

    judgement: Judgement
    standing: bringing.Standing | None = None
    batch: Batch | None = None
    waiting: int = 0
    wrong: tuple[RowStanding, ...] = ()
    signers: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether everything that was looked at is as it was recorded."""
        return self.judgement.matches and self._nothing_contradicts

    @property
    def is_early(self) -> bool:
        """Whether nothing is wrong, and the batch itself waits for the next checkpoint."""
        return self.judgement.is_early and self._nothing_contradicts

    @property
    def _nothing_contradicts(self) -> bool:
        agrees = self.standing is None or self.standing.what == "agrees"
        return agrees and not self.wrong

    @property
    def has_changed(self) -> bool:
        """Whether the batch stands differently today than the file tells."""
        return self.batch is not None and self.batch.state != self.judgement.state


def tell_log(session: Session) -> LogStanding:
    """Return what everybody may know of the log."""
    mark = checkpoint.find_newest(session)
    cosigned = witnessing.list_cosignatures(session, [mark.size]).get(mark.size, []) if mark else []
    return LogStanding(mark, cosigned, list(bringing.list_contradictions(session)))


def check_batch(session: Session, code: str, base_url: str, *, now: datetime) -> Answer:
    """Check a batch as anybody could with its bundle, and the rows that no bundle may leave out.

    Raises: NotFound("batch.not_found" or "ledger.no_checkpoint").
    """
    made = bundle.of_batch(session, code, base_url, now=now)
    batch = batches.get_batch(session, made["story"]["code"])
    wanted = bundle.rows_of(session, batch, made["story"])
    rows = stand(session, wanted, checkpoint.get_newest(session).size)
    data = json.dumps(made).encode()
    judgement = judge(data, rotation.terms(session))
    return Answer(
        judgement,
        bringing.stands(session, judgement),
        batch,
        waiting=sum(row.state == "waiting" for row in rows),
        wrong=tuple(row for row in rows if row.is_wrong),
        signers=tuple(witnessing.signers_of(session, judgement.note)),
    )


def compare(session: Session, judgement: Judgement, *, now: datetime) -> Answer:
    """Compare a judged file with the log as it is; a contradiction is kept for all to see."""
    standing = bringing.stands(session, judgement)
    if standing is not None and standing.what in _ALARMS:
        brought = bringing.brought(judgement, _ALARMS[standing.what])
        alerting.sound(session, brought, now=now)
    signers = witnessing.signers_of(session, judgement.note) if judgement.note else []
    return Answer(judgement, standing, _named(session, judgement.batch), signers=tuple(signers))


def _named(session: Session, code: str) -> Batch | None:
    """The batch a file speaks of; a file may say anything, also what no database takes."""
    return batches.find_batch(session, code) if codes.is_valid(codes.normalise(code)) else None


def table_name(table: str) -> str:
    """A table in words."""
    return _(_TABLES[table]) if table in _TABLES else _("Điều đã ghi")


def fact_name(proved: Proved) -> str:
    """What a recorded row is about, by its own words."""
    values: dict[str, Any] = proved.values
    return next((str(values[name]) for name in _NAMING if values.get(name)), "")
