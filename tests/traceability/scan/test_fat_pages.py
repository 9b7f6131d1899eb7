"""The page behind a label stays under 14 kB packed, however long its story; a link leads on."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from shapely.geometry import Point
from sqlalchemy.orm import Session

from tests.traceability.factories import GTIN, grow, make_batch
from traceability.recalls.notices import Announced
from traceability.scan import coarse_map, pages, pages_more, pieces, story, timeline, verdict_pieces
from traceability.scan.origins import AreaTold, BoughtTold, MadeOfTold
from traceability.scan.story import Story
from traceability.scan.verdicts import SerialSeen, judge
from traceability.scan.vouching import ReadingTold, ResultTold, VoucherTold

MOST_BYTES = 14_000
DAY = date(2026, 3, 1)
# As long as people write them, with words that do not repeat.
LOREM = (
    "Hợp tác xã {n} Dịch vụ Nông nghiệp Tổng hợp và Chế biến Rau quả Sạch ven sông Vu Gia thôn {n}"
)


def long(number: int) -> str:
    return LOREM.format(n=number * 7919 % 9973)


def fattened(told: Story, now: datetime) -> Story:
    """A story as full as the fullest real one could be: every part at its most and beyond."""
    shapes = [Point(105.2 + n / 50, 21.1 + n % 7 / 30).buffer(0.012, 40) for n in range(12)]
    commune = Point(105.3, 21.2).buffer(0.25, 120)
    works = ("irrigation", "fertilising", "spraying", "weeding", "pruning")
    return replace(
        told,
        says=story.MakerSays(
            long(1), long(2) * 3, "Nhãn hiệu", long(3), "https://vi.du/" + "a" * 80
        ),
        areas=tuple(
            AreaTold(
                f"VN-25-0{n:04}-01-26", "Mã số vùng trồng", long(n), "Bưởi", long(n), "approved",
                now - timedelta(days=n), (105.2, 21.1, 105.21, 21.11),
            )
            for n in range(40)
        ),
        map=coarse_map.draw([], commune, shapes, (105.3, 21.2)),
        timeline=timeline.runs(
            (DAY + timedelta(days=n), works[n * 7 % len(works)]) for n in range(230)
        ),
        bought=tuple(BoughtTold(long(n), long(n), DAY) for n in range(30)),
        made_of=tuple(MadeOfTold(f"CODE{n:08}", f"L{n}", long(n), long(n)) for n in range(60)),
        vouchers=tuple(
            VoucherTold(
                long(n), f"CN-{n}", long(n), long(n), DAY, DAY, "valid", "product", "f" * 64
            )
            for n in range(30)
        ),
        results=tuple(
            ResultTold(
                long(n), "VILAS 123", f"KN-{n}", DAY, "failed", "batch",
                tuple(
                    ReadingTold(f"Chỉ tiêu {k}", Decimal("0.01"), "mg/kg", Decimal(1), "failed")
                    for k in range(21)
                ),
                "e" * 64,
            )
            for n in range(5)
        ),
        steps=tuple(
            replace(told.steps[0], happened_at=now - timedelta(days=n), place=long(n))
            for n in range(90)
        ),
        held_because=tuple(long(n) for n in range(4)),
        state="recalled",
        recall=Announced("TH8FKJGPHZ", long(1), long(2) * 4, now, long(3), None),
    )  # fmt: skip


@pytest.fixture
def fat(session: Session, now: datetime) -> Story:
    made = make_batch(session, grow(session, now, gtin=GTIN, shelf_life_days=60), now)
    session.commit()
    return fattened(story.tell(session, made.id, now=now), now)


@pytest.mark.parametrize("language", ["vi", "ja"])
def test_the_fattest_story_fits_and_leads_on_to_the_rest(
    app: Flask, fat: Story, now: datetime, language: str
) -> None:
    with app.test_request_context(f"/t/{fat.code}?lang={language}"):
        app.preprocess_request()
        page = pieces.pack(*pages._built(fat))
        seen = SerialSeen("ABCDEFGHJKLMNPQ", "void", 120, now)
        verdict = judge(state=fat.state, expires_on=None, serial=seen, on=DAY)
        drawn = verdict_pieces.draw(app.jinja_env, verdict, None, language)

    whole = page.plain(drawn).decode()
    assert len(page.gzipped(drawn)) <= MOST_BYTES
    for part in ("certificates", "places", "work", "journey"):
        assert f'href="/t/{fat.code}/history?lang={language}#{part}"' in whole


def test_what_is_cut_from_the_page_stands_in_the_history(app: Flask, fat: Story) -> None:
    with app.test_request_context(f"/t/{fat.code}/history"):
        app.preprocess_request()
        page = pages_more.whole(fat).get_data(as_text=True)

    assert page.count("VN-25-0") >= 40
    assert page.count('href="/t/CODE') == 60
    assert len(re.findall("<li>", page)) >= len(fat.timeline) + len(fat.steps)
    for part in ("certificates", "places", "work", "journey"):
        assert f'id="{part}"' in page
