"""A manager handles a batch on the telephone: every step by its form, every refusal beside it."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import clock
from tests.accounts.browser import post, sign_in_as, text_of
from tests.accounts.factories import make_member
from tests.growing_areas.factories import field, make_area
from tests.traceability.factories import grow, make_batch
from tests.traceability.handling.factories import another_product, is_kept, open_none, shelf
from traceability.handling import consigning
from traceability.handling.acting import Taken
from traceability.handling.consigning import Shipment
from traceability.handling.purchases import NewPurchase
from traceability.handling.trade_models import Consignment
from traceability.models import Batch


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def test_a_batch_goes_through_every_step_by_its_forms(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    grown, other = grow(session, now), grow(session, now)
    batch = make_batch(session, grown, now)
    bags = another_product(
        session, grown, now, unit="XBG", net_content=Decimal(500), net_unit="GRM"
    )
    session.commit()
    sign_in_as(client, session, make_member(session, grown.organisation, now), now)
    steps = f"/workspace/batches/{batch.code}/steps"
    made = {"outputs.0.product": bags.code, "outputs.0.unit": "XBG"}
    sending = {"quantity": "30", "recipient": other.organisation.name.lower()}
    unseen = post(client, f"{steps}/ship", **sending)

    done = [
        post(client, f"{steps}/{step}", **form)
        for step, form in (
            ("split", {"parts.0.quantity": "1 tạ", "parts.1.quantity": "50,5"}),
            ("process", {"quantity": "100", "outputs.0.quantity": "150", **made}),
            ("pack", {"quantity": "10", "outputs.0.quantity": "20", **made}),
            ("unit", {"quantity": "20"}),
            ("ship", {**sending, "confirmed": "1"}),
            ("count", {"counted": "880"}),
            ("waste", {"quantity": "1.000 g", "reason": "spoiled", "confirmed": "1"}),
        )
    ]
    wrong = post(client, f"{steps}/process", quantity="10", **{"outputs.0.quantity": "900", **made})
    empty = post(client, f"{steps}/split")
    bare = post(client, f"{steps}/process", **{"outputs.0.unit": "XBG"})
    full = post(client, f"{steps}/close")
    closing = text_of(client.get(f"{steps}/close"))
    asked = post(client, f"{steps}/waste", quantity="1.000 g", reason="spoiled")
    short = post(client, f"{steps}/waste", quantity="9 tấn", reason="spoiled")

    told = text_of(unseen).replace("\u00a0", " ")
    assert unseen.status_code == 200
    assert f"30 kg của lô {batch.lot}" in told
    assert "từ 1.200 kg còn 1.170 kg" in told
    assert f"{other.organisation.name} được báo ngay" in told
    assert f'value="{sending["recipient"]}"' in unseen.text
    # What was only looked at left nothing behind: one consignment, not two.
    assert len(session.scalars(select(Consignment)).all()) == 1
    assert [answer.status_code for answer in done] == [303] * 7
    assert (wrong.status_code, empty.status_code, full.status_code) == (409, 422, 409)
    assert "nhiều nhất" in text_of(wrong)
    for name in ("quantity", "outputs-0-product", "outputs-0-quantity"):
        assert f'href="#f-{name}"' in bare.text
    assert "Lô còn hàng, chưa đóng được" in closing
    assert f'action="{steps}/close"' not in closing
    assert 'href="#f-parts-0-quantity"' in empty.text
    assert (asked.status_code, short.status_code) == (200, 409)
    assert "trong kho từ 879 kg còn 878 kg" in text_of(asked).replace("\u00a0", " ")
    page = text_of(client.get(f"/workspace/batches/{batch.code}"))
    assert "879" in page
    assert "Sổ kho của lô" in page
    # A split takes once for both of its lots; each is told with its own amount.
    into = page.replace("\u00a0", " ")
    assert re.search(rf"{batch.lot}-A</a>, [^<:]+: 100 kg", into)
    assert re.search(rf"{batch.lot}-B</a>, [^<:]+: 50,5 kg", into)
    chain = text_of(client.get(f"/workspace/batches/{batch.code}/lineage"))
    assert "Kiện " in chain
    assert "/units/" not in chain
    made_amount, used, _ = shelf(session, batch)
    assert made_amount - used == Decimal(879)
    assert is_kept(session, batch)
    for step in ("split", "merge", "process", "pack", "unit", "ship", "count", "waste", "close"):
        assert client.get(f"{steps}/{step}").status_code == 200
    assert client.get(f"{steps}/nothing").status_code == 404


def test_goods_that_come_in_are_received_line_by_line(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    giver, taker = grow(session, now), grow(session, now)
    batch = make_batch(session, giver, now)
    goods = Shipment((Taken(batch.code, Decimal(50)),), recipient=taker.organisation.code)
    sent = consigning.ship(session, SYSTEM, goods, now=now)
    line = sent.lines[0].id
    session.commit()
    sign_in_as(client, session, make_member(session, taker.organisation, now), now)
    path = f"/workspace/consignments/{sent.code}"

    assert "1 chuyến hàng đang đến" in text_of(client.get("/workspace/batches"))
    assert "Nhận hàng" in text_of(client.get(path))
    assert sent.code in client.get("/workspace/consignments").text
    more = post(client, f"{path}/receive", **{"lines.0.line": str(line), "lines.0.quantity": "51"})
    done = post(
        client, f"{path}/receive", **{"lines.0.line": str(line), "lines.0.quantity": "49,5"}
    )

    assert (more.status_code, done.status_code) == (409, 303)
    made = session.scalars(
        select(Batch).where(Batch.organisation_id == taker.organisation.id)
    ).one()
    assert made.quantity == Decimal("49.5")
    page = text_of(client.get(f"/workspace/batches/{made.code}"))
    assert batch.lot in page
    assert client.get(f"/workspace/batches/{batch.code}").status_code == 404


def test_what_has_no_code_and_who_sold_are_told_in_honest_words(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    pending = make_area(session, now, grown.organisation, geometry=field(lat=0.3), name="Vườn mới")
    bought = open_none(
        session,
        grown.product,
        now,
        origin=None,
        purchases=(NewPurchase("Trần Văn Bán", True, "A-7"),),
    )
    session.commit()
    sign_in_as(client, session, make_member(session, grown.organisation, now), now)

    assert "Vườn mới" in text_of(client.get("/workspace/batches/new"))
    day = {
        "product": grown.product.code,
        "quantity": "5",
        "unit": "KGM",
        "produced_on": "12/11/2026",
    }
    opened = post(client, "/workspace/batches", origin="harvest", areas=str(pending.id), **day)
    purchase = {"purchases.0.supplier": "Công ty Chè", "purchases.0.commune": "không có thật"}
    wrong = post(client, "/workspace/batches", origin="purchase", **purchase, **day)

    assert "chưa có mã" in text_of(client.get(opened.location))
    assert wrong.status_code == 422
    page = text_of(client.get(f"/workspace/batches/{bought.code}"))
    assert "Trần Văn Bán" in page
    assert "cá nhân, không công khai" in page
    told = client.get(f"/t/{bought.code}").text
    assert "Trần Văn Bán" not in told
    scanned = client.get(f"/t/{opened.location.rsplit('/', 1)[-1]}")
    assert scanned.status_code == 200
    table = client.get("/workspace/batches/export?format=csv&origin=harvest").text
    assert "Vườn mới (chưa có mã)" in table
    assert ",harvest,Từ vùng trồng," in table
    assert table.rstrip().endswith(",KGM,kg,open,Chưa xuất")
    assert bought.code not in table


def test_recoveries_and_countries_are_stated_on_the_products_page(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    tea = another_product(session, grown, now)
    session.commit()
    sign_in_as(client, session, make_member(session, grown.organisation, now), now)
    path = f"/workspace/products/{tea.code}"
    form = {"taken": "100", "taken_unit": "KGM", "most": "25", "given_unit": "KGM", "source": "Sổ"}

    stated = post(client, f"{path}/recoveries", input=grown.product.code, **form)
    wrong = post(client, f"{path}/recoveries", input=grown.product.code, **{**form, "least": "30"})
    declared = post(client, f"{path}/markets", markets="US")
    withdrawn = post(client, f"{path}/markets")

    assert (stated.status_code, wrong.status_code) == (303, 422)
    assert (declared.status_code, withdrawn.status_code) == (303, 303)
    assert grown.product.name in text_of(client.get(f"{path}/statements"))
