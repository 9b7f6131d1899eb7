"""What consumers told of the chain's goods, and the answers they got."""

from __future__ import annotations

from sqlalchemy import select

from app.demo.chain import Step, Telling
from traceability.complaints import answering, filing
from traceability.complaints.filing import Told
from traceability.complaints.models import Complaint


def complaint(step: Step) -> None:
    """A consumer tells of a lot, or of a code that names nothing; perhaps they are answered."""
    given = step.given
    told = Told(
        code=step.batch() if "batch" in given else given["code"],
        kind=given["kind"],
        words=given["words"],
        bought_at=given.get("bought_at"),
        bought_in=given.get("bought_in"),
    )
    code = filing.file(step.session, told, (), language="vi", now=step.now)
    known = select(Complaint.id).where(Complaint.key_hash == filing.key_hash(code))
    number = step.session.scalars(known).one()
    if "answer" in given:
        answering.reply(step.session, step.manager, number, given["answer"], now=step.now)
    elif given.get("seen"):
        answering.see(step.session, step.manager, number, now=step.now)


TELLINGS: dict[str, Telling] = {"complaint": complaint}
