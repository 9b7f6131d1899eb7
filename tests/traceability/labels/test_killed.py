"""An order whose process is killed goes on where it was: no serial lost, none given twice."""

from __future__ import annotations

import os
import signal
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from accounts.permissions import SYSTEM
from foundation import clock, codes, config, db, files
from foundation.jobs import Progress, Unobserved
from tests.traceability.factories import GTIN, grow, make_batch
from traceability import jobs
from traceability.items.models import ItemAct, ItemSpan
from traceability.labels import issuing, orders
from traceability.labels.orders import LabelOrder
from traceability.models import LabelJob, Serial

COUNT = 1_000


class _Deadly(Progress):
    """Progress that kills its process at the report it was told to."""

    def __init__(self, at_report: int) -> None:
        super().__init__(0)
        self._left = at_report

    def report(self, done: int, total: int) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def print_and_die(url: str, job_id: int, at_report: int) -> None:
    child = os.fork()
    if child == 0:
        # The parent's connections are not ours to use, nor to close.
        db.use(None)
        db.connect(url)
        jobs.render_labels({"label_job": job_id}, _Deadly(at_report))
        os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


def test_an_order_killed_again_and_again_prints_every_serial_once(
    own_database: db.Database,
    test_config: config.Config,
    now: datetime,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)
    monkeypatch.setattr(config, "current", lambda: test_config)
    monkeypatch.setattr(issuing, "PART", 150)
    files.use(f"file://{tmp_path}/files")
    with db.transaction() as session:
        batch = make_batch(session, grow(session, now, gtin=GTIN), now, lot="BUOI-26A")
        order = LabelOrder(batch.code, count=COUNT, layout="a4-65", serialised=True)
        job = orders.place(session, SYSTEM, order, base_url="https://nguon.vn", now=now)
        orders.queue(session, job)
        job_id = job.id
    url = own_database.primary.url.render_as_string(hide_password=False)

    # In the third part, in what is left of them, and on the fourth page.
    issued = []
    for at_report in (3, 2, 7):
        print_and_die(url, job_id, at_report)
        with db.transaction() as session:
            issued.append(len(session.scalars(select(Serial.number)).all()))
    jobs.render_labels({"label_job": job_id}, Unobserved())

    assert issued == [450, 750, COUNT]
    with db.transaction() as session:
        rows = session.execute(select(Serial.number, Serial.code).order_by(Serial.number)).all()
        assert [number for number, _ in rows] == list(range(1, COUNT + 1))
        spans = session.scalars(select(ItemSpan)).all()
        assert [(span.first, span.last, span.state) for span in spans] == [(1, COUNT, "printed")]
        assert len(session.scalars(select(ItemAct)).all()) == 1
        digest = session.get_one(LabelJob, job_id).file_digest
    assert digest is not None
    sheet = tmp_path / "sheet.pdf"
    sheet.write_bytes(files.store().open(digest).read())
    found = subprocess.run(["pdftotext", str(sheet), "-"], check=True, capture_output=True)
    words = found.stdout.decode().split()
    shown = {codes.grouped(code) for _, code in rows}
    printed = [word for word in words if word in shown]
    assert (len(printed), set(printed)) == (COUNT, shown)
