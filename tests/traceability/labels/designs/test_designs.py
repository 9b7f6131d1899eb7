"""What a design says is what is printed, for ever; what may not be said that day is not."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation.errors import Invalid, NotFound
from tests.growing_areas.factories import make_organisation, manager
from tests.products.factories import give_stars
from tests.traceability.factories import GTIN, grow, make_batch
from tests.traceability.labels.papers.test_papers import GRID
from traceability.labels import orders, runs, serials
from traceability.labels.designs import keeping
from traceability.labels.designs.design import FACTS, Design
from traceability.labels.designs.models import LabelDesign
from traceability.labels.papers import keeping as papers
from traceability.labels.runs import LabelOrder, Prepared
from traceability.models import Batch

KEY = serials.key_from("a secret of this installation, long enough")
BASE = "https://nguon.vn"
TODAY = date(2026, 11, 22)


@pytest.fixture
def batch(session: Session, now: datetime) -> Batch:
    grown = grow(session, now, gtin=GTIN, name_en="Pomelo", storage="Nơi khô mát, dưới 25 °C")
    return make_batch(session, grown, now, lot="BUOI-26A", expires_on=date(2027, 2, 1))


def keep(session: Session, batch: Batch, now: datetime, **said: Any) -> LabelDesign:
    design = Design(**{"facts": ("lot", "expires_on", "call"), **said})
    name = f"Mẫu {len(keeping.list_own(session, (batch.organisation_id,)))}"
    return keeping.add(session, SYSTEM, batch.organisation.code, name, design, now=now)


def prepared(
    session: Session,
    batch: Batch,
    design: LabelDesign | None = None,
    today: date = TODAY,
    **asked: Any,
) -> Prepared:
    order = LabelOrder(batch.code, 24, "a4-24", serialised=False)
    order = replace(order, design=design.id if design else None, **asked)
    return runs.prepare(session, batch, order, base_url=BASE, today=today)


def printed(session: Session, job_id: int) -> bytes:
    stream = io.BytesIO()
    job = orders.load(session, job_id)
    orders.render(session, job, stream, lambda done, total: None)
    return stream.getvalue()


def refusal(attempt: Callable[[], object]) -> str:
    with pytest.raises(Invalid) as refused:
        attempt()
    return ", ".join(finding.code for finding in refused.value.findings)


def codes(found: Prepared) -> list[tuple[str, str]]:
    return [(each.code, each.severity) for each in found.findings]


def test_facts_stand_in_the_design_s_order_and_in_both_languages(
    session: Session, now: datetime, batch: Batch
) -> None:
    row = keep(
        session, batch, now, facts=("expires_on", "origin", "lot", "call"), second_language="en"
    )

    text = prepared(session, batch, row).run.text

    assert [name for name, _value in text.facts] == ["HSD/Best before", "Xuất xứ/Origin", "Lô/Lot"]
    assert text.facts[1][1].endswith(", Việt Nam")
    assert text.call == "Quét mã để xem nguồn gốc / Scan to see where it comes from"
    assert (text.title, text.title_second) == (batch.product.name, "Pomelo")


def test_a_customer_s_label_bears_their_name_while_maker_and_trace_stay_the_maker_s(
    session: Session, now: datetime, batch: Batch
) -> None:
    row = keep(session, batch, now, brand="CHỢ QUÊ", product_name="Bưởi loại một")

    run = prepared(session, batch, row).run

    assert (run.text.brand, run.text.title) == ("CHỢ QUÊ", "Bưởi loại một")
    assert batch.organisation.name in run.text.producer
    assert run.address == f"{BASE}/01/{GTIN}/10/BUOI-26A"


def test_stars_are_printed_only_while_they_run_and_say_until_when(
    session: Session, now: datetime, batch: Batch
) -> None:
    row = keep(session, batch, now, facts=("lot", "stars"))
    without = prepared(session, batch, row)
    give_stars(session, batch.product, 4, date(2023, 12, 2), now=now)

    (running, last_day, ended) = (
        prepared(session, batch, row, today=day)
        for day in (TODAY, date(2026, 12, 2), date(2026, 12, 3))
    )

    for shown in (running, last_day):
        assert shown.run.text.facts[-1] == ("OCOP", "4 sao, đến 02/12/2026")
        # The goods keep until February, the stars do not.
        assert codes(shown) == [("label.vouched_ends_first", "warning")]
    for none in (without, ended):
        assert "stars" not in none.run.text.fields
        assert codes(none) == [("label.no_stars", "warning")]


def test_what_finds_no_room_refuses_the_order_by_its_name(
    session: Session, now: datetime, batch: Batch
) -> None:
    row = keep(session, batch, now, facts=("lot", "storage", "note"), note="Ăn ngon " * 19)
    order = LabelOrder(batch.code, 24, "a4-65", serialised=False, design=row.id)

    with pytest.raises(Invalid) as refused:
        orders.place(session, SYSTEM, order, base_url=BASE, now=now)

    (finding,) = refused.value.findings
    assert (finding.code, finding.params) == ("label.no_room", {"name": "Lời thêm"})
    assert orders.place(
        session, SYSTEM, replace(order, layout="roll-100x60"), base_url=BASE, now=now
    ).id


def test_the_standard_label_of_a_small_roll_tells_what_it_leaves_out(
    session: Session, now: datetime, batch: Batch
) -> None:
    found = prepared(session, batch, layout="roll-30x20").findings

    assert [(f.code, f.severity) for f in found if f.code == "label.left_out"] == [
        ("label.left_out", "warning")
    ]


def test_an_order_prints_the_same_bytes_whatever_was_changed_since(
    session: Session, now: datetime, batch: Batch
) -> None:
    paper = papers.add(session, SYSTEM, batch.organisation.code, GRID, now=now)
    row = keep(session, batch, now, note="Gọi 0235 3851 111", facts=("lot", "stars", "note"))
    give_stars(session, batch.product, 3, TODAY, now=now)
    order = LabelOrder(batch.code, 5, paper.layout_code, serialised=True, design=row.id)
    job = orders.place(session, SYSTEM, order, base_url=BASE, now=now)
    orders.issue_serials(session, job.id, key=KEY, now=now)
    first = printed(session, job.id)

    batch.product.name, batch.organisation.name = "Bưởi da xanh", "HTX Tên Mới"
    keeping.change(session, SYSTEM, row.id, "Khác", Design(facts=("lot",)), now=now)
    keeping.archive(session, SYSTEM, row.id, now=now)
    papers.change(session, SYSTEM, paper.id, replace(GRID, columns=2), now=now)
    papers.archive(session, SYSTEM, paper.id, now=now)
    session.flush()
    session.expire_all()

    assert printed(session, job.id) == first
    kept = orders.load(session, job.id)
    assert (kept.design_id, kept.design_version, row.version) == (row.id, 1, 2)


def test_the_most_particular_design_is_the_usual_one(
    session: Session, now: datetime, batch: Batch
) -> None:
    everywhere, of_paper, of_product, of_both = (keep(session, batch, now) for _ in range(4))
    code = batch.product.code
    found = [prepared(session, batch).design]
    for row, product, layout in (
        (everywhere, None, ""),
        (of_paper, None, "a4-24"),
        (of_product, code, ""),
        (of_both, code, "a4-24"),
    ):
        keeping.make_usual(session, SYSTEM, row.id, product, layout)
        found.append(prepared(session, batch).design)

    assert found == [None, everywhere, of_paper, of_product, of_both]
    assert prepared(session, batch, layout="a4-40").design == of_product
    assert prepared(session, batch, layout="a4-40").design != of_both
    keeping.archive(session, SYSTEM, of_both.id, now=now)
    assert prepared(session, batch).design == of_product
    # Nought asks for the standard one all the same.
    order = LabelOrder(batch.code, 1, "a4-24", serialised=False, design=0)
    assert runs.prepare(session, batch, order, base_url=BASE, today=TODAY).design is None


def test_another_s_design_and_one_without_its_price_are_refused(
    session: Session, now: datetime, batch: Batch
) -> None:
    stranger = make_organisation(session, now)
    theirs = keeping.add(session, SYSTEM, stranger.code, "Của họ", Design(facts=("lot",)), now=now)
    priced = keep(session, batch, now, facts=("lot", "price"))

    assert refusal(lambda: prepared(session, batch, theirs)) == "label.design_unknown"
    with pytest.raises(NotFound):
        keeping.get(session, manager(make_organisation(session, now), 55), theirs.id)
    assert ("label.price_missing", "error") in codes(prepared(session, batch, priced))
    text = prepared(session, batch, priced, price_vnd=120_000).run.text
    assert text.facts[-1] == ("Giá", "120.000\u00a0₫")


def test_a_design_keeps_its_name_to_itself_and_never_leaves_out_the_lot(
    session: Session, now: datetime, batch: Batch
) -> None:
    row = keep(session, batch, now)
    owner = batch.organisation.code

    assert (
        refusal(lambda: keeping.copy(session, SYSTEM, row.id, row.name, now=now))
        == "label.design_name_taken"
    )
    assert (
        refusal(
            lambda: keeping.add(
                session, SYSTEM, owner, "Không lô", Design(facts=("note",)), now=now
            )
        )
        == "label.design_needs_lot"
    )
    keeping.archive(session, SYSTEM, row.id, now=now)
    assert keeping.copy(session, SYSTEM, row.id, row.name, now=now).content == row.content
    assert refusal(lambda: keeping.restore(session, SYSTEM, row.id)) == "label.design_name_taken"


def test_every_fact_of_the_list_can_stand_on_a_label(
    session: Session, now: datetime, batch: Batch
) -> None:
    row = keep(
        session, batch, now, facts=tuple(FACTS), note="Cảm ơn", second_language="en", brand="X"
    )

    run = prepared(session, batch, row, layout="roll-100x60", price_vnd=1).run

    shown = set(run.text.fields) | {"call"}
    assert set(FACTS) - shown == {"stars", "certificates", "packed_on", "ingredients"}
