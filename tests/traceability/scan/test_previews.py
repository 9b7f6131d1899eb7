"""What link previews and machines are shown of a batch."""

import io
import json
import re
from datetime import date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from foundation import clock, config
from tests.products.factories import give_stars
from tests.traceability.factories import GTIN, grow, make_batch
from traceability.models import Batch
from traceability.scan import keeping, previews


@pytest.fixture
def batch(session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Batch:
    keeping.forget_all()
    monkeypatch.setattr(clock, "now", lambda: now)
    grown = grow(session, now, gtin=GTIN, shelf_life_days=60)
    grown.product.name = "Gạo nếp </script><b>ngự Đồng Ẩm & Tường Vỹ"
    give_stars(session, grown.product, 4, date(2026, 1, 1), now=now)
    made = make_batch(session, grown, now)
    session.commit()
    return made


def test_the_picture_is_drawn_once_and_asked_for_again_by_its_tag(
    client: FlaskClient, batch: Batch
) -> None:
    first = client.get(f"/t/{batch.code}/preview.png")
    again = client.get(
        f"/t/{batch.code}/preview.png", headers={"If-None-Match": first.headers["ETag"]}
    )

    picture = Image.open(io.BytesIO(first.data))
    assert (picture.format, picture.size) == ("PNG", (previews.WIDTH, previews.HEIGHT))
    assert len(first.data) < 60_000
    assert again.status_code == 304
    assert first.headers["Cache-Control"] == "public, max-age=3600"
    assert client.get("/t/ABCDEFGHJKMN/preview.png").status_code == 404


def test_who_asks_for_pictures_alone_has_the_story_told_once(
    client: FlaskClient, batch: Batch
) -> None:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    client.get(f"/t/{batch.code}/preview.png")
    event.listen(Engine, "before_cursor_execute", note)
    client.get(f"/t/{batch.code}/preview.png")
    event.remove(Engine, "before_cursor_execute", note)

    assert len(asked) <= 1, "the lot is looked up, nothing else"


def test_the_picture_never_gives_a_verdict_but_tells_a_recall(batch: Batch) -> None:
    words = previews.Words("Gạo", "HTX Tường Vỹ", "Xã Ẩm", "Lô 1", "OCOP 4 sao", "")
    recalled = previews.Words("Gạo", "HTX Tường Vỹ", "Xã Ẩm", "Lô 1", "", "Lô hàng đang bị thu hồi")

    plain, warned = previews.draw(words), previews.draw(recalled)

    assert plain is previews.draw(words), "drawn once"
    foot = (600, previews.HEIGHT - 8)
    red = Image.open(io.BytesIO(warned)).convert("RGB").getpixel(foot)
    paper = Image.open(io.BytesIO(plain)).convert("RGB").getpixel(foot)
    assert isinstance(red, tuple)
    assert isinstance(paper, tuple)
    assert red[0] > 120 > red[1]
    assert min(paper) > 200


def test_a_name_without_end_stays_inside_the_picture() -> None:
    endless = previews.Words("Ẩ" * 4000, "x " * 2000, "y" * 500, "z", "", "")

    assert Image.open(io.BytesIO(previews.draw(endless))).size == (1200, 630)


def test_machines_read_product_and_events_and_no_name_ends_the_block(
    client: FlaskClient, batch: Batch
) -> None:
    page = client.get(f"/t/{batch.code}").text
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    told = json.loads(block)

    base = config.current().base_url
    assert told["@type"] == "Product"
    assert told["name"] == "Gạo nếp </script><b>ngự Đồng Ẩm & Tường Vỹ"
    assert told["gtin"] == GTIN
    assert told["gs1:epcis"]["@id"].startswith(f"{base}/epcis/events?MATCH_anyEPCClass=https%3A")
    assert told["subjectOf"]["url"] == f"{base}/api/v1/trace/{batch.code}"
    for name in ("og:title", "og:description", "og:image", "og:url", "og:type"):
        assert f'<meta property="{name}" content="' in page
    assert f'content="{base}/t/{batch.code}/preview.png"' in page
