"""Figures of scans: the house's own, the officer's of the place, beside the orders of the days."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, text
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM, Actor
from foundation import clock
from tests.accounts.browser import sign_in_as
from tests.accounts.factories import make_member, make_official
from tests.traceability.copies.factories import CAN_THO, HANOI, scan
from tests.traceability.factories import Grown, grow, make_batch
from traceability import ports
from traceability.models import Batch
from traceability.ports import OrdersOn
from traceability.scan_figures import counting
from traceability.scan_figures.counting import Asked

DAY = timedelta(days=1)


@pytest.fixture
def farm(session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Grown:
    monkeypatch.setattr(clock, "now", lambda: now)
    return grow(session, now)


@pytest.fixture
def batch(session: Session, farm: Grown, now: datetime) -> Batch:
    made = make_batch(session, farm, now)
    scan(session, made, 7, (now, HANOI), (now - DAY, HANOI), (now - 2 * DAY, CAN_THO))
    scan(session, made, None, (now - 40 * DAY, None), (now, None))
    return made


def _asked(now: datetime, days: int = 30, **more: Any) -> Asked:
    today = clock.business_day(now)
    return Asked(today - timedelta(days=days - 1), today, **more)


def test_scans_are_summed_by_day_place_product_and_house_within_the_range(
    session: Session, farm: Grown, batch: Batch, now: datetime
) -> None:
    manager = make_member(session, farm.organisation, now)

    found = counting.count(session, manager, _asked(now))

    today = clock.business_day(now)
    assert found.by_day == {today - 2 * DAY: 1, today - DAY: 1, today: 2}
    assert found.by_place == ((HANOI, 2), ("", 1), (CAN_THO, 1))
    assert found.by_product == ((farm.product.id, 4),)
    assert found.by_house == ((farm.organisation.id, 4),)
    assert (found.total, found.placed) == (4, 3)
    assert counting.count(session, manager, _asked(now, 60)).total == 5
    assert counting.count(session, manager, _asked(now, product="KHONG-CO")).total == 0


def test_whoever_is_not_concerned_counts_nothing(
    session: Session, batch: Batch, now: datetime
) -> None:
    stranger = make_member(session, grow(session, now).organisation, now)
    here = make_official(session, now, role="officer", scope=batch.province_code)
    elsewhere = make_official(session, now, role="officer", scope="96")

    def total(actor: Actor, *, office: bool) -> int:
        return counting.count(session, actor, _asked(now, office=office)).total

    assert total(stranger, office=False) == 0
    assert [total(actor, office=True) for actor in (here, elsewhere)] == [4, 0]


def test_the_page_draws_them_beside_the_orders_and_the_file_has_every_sum(
    client: FlaskClient,
    session: Session,
    farm: Grown,
    batch: Batch,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def orders(_session: Session, ids: Any, first: Any, last: Any) -> list[OrdersOn]:
        return [OrdersOn(last, product_id, 3) for product_id in ids]

    monkeypatch.setattr(ports, "_orders_of", orders)
    sign_in_as(client, session, make_member(session, farm.organisation, now), now)

    page = client.get("/workspace/scans")

    assert page.status_code == 200
    assert ">Hà Nội<" in page.text
    assert "Đơn trên 100 lượt quét" in page.text
    # Three orders beside four scans.
    assert 'data-label="Đơn trên 100 lượt quét" class="num"><span>75' in page.text
    table = client.get("/workspace/scans/table?format=csv").text
    assert table.count("\n") == 2 + 4
    assert client.get("/workspace/scans?since=2026-11-21&until=2026-11-01").status_code == 422
    assert client.get("/workspace/scans?since=2024-01-01&until=2026-11-01").status_code == 422
    empty = client.get("/workspace/scans?since=2025-01-01&until=2025-02-01")
    assert "Chưa có lượt quét nào trong khoảng này" in empty.text


def test_an_officer_sees_whose_goods_they_are(
    client: FlaskClient, session: Session, farm: Grown, batch: Batch, now: datetime
) -> None:
    officer = make_official(session, now, role="officer", scope="")
    sign_in_as(client, session, officer, now)

    page = client.get("/office/scans")

    assert "Lượt quét theo tổ chức" in page.text
    assert farm.organisation.name in page.text


_TALLIES = """
INSERT INTO scan_tallies (day, batch_id, place, device, scans)
SELECT day::date, :batch + b, place, 'phone', 1
FROM generate_series(CAST(:first AS date), CAST(:last AS date), '1 day') day,
    generate_series(0, 49) b, unnest(ARRAY['01', '79']) place
"""


@pytest.mark.untouched
def test_a_house_reads_its_own_tallies_by_their_index(
    session: Session, farm: Grown, now: datetime
) -> None:
    own = make_batch(session, farm, now)
    manager = make_member(session, farm.organisation, now)
    last = clock.business_day(now)
    session.execute(text(_TALLIES), {"batch": own.id, "first": last - 364 * DAY, "last": last})
    session.execute(text("ANALYZE scan_tallies, batches"))
    asked: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, params: Any, *_rest: Any) -> None:
        asked.append((statement, params))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        found = counting.count(session, manager, _asked(now, 365))
        counting.count(session, SYSTEM, _asked(now, 1))
    finally:
        event.remove(Engine, "before_cursor_execute", note)

    assert found.total == 730
    plans = [
        "\n".join(
            row[0] for row in session.connection().exec_driver_sql(f"EXPLAIN {statement}", params)
        )
        for statement, params in asked
    ]

    assert len(plans) == 2
    assert "ix_scan_tallies_batch_id_day" in plans[0]
    assert "pk_scan_tallies" in plans[1]
    assert all("Seq Scan on scan_tallies" not in plan for plan in plans)
