"""What somebody sees who scans a label, and what stays unseen."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import clock, codes, config
from tests.growing_areas.factories import field, make_approved_area
from tests.products.factories import give_stars
from tests.traceability.factories import GTIN, Grown, grow, make_batch, new_batch, spray
from traceability import batches, opening, ports, releasing
from traceability.labels import orders, serials
from traceability.labels.orders import LabelOrder
from traceability.models import Batch, Serial
from traceability.scan import keeping, scans, story
from traceability.scan.models import Scan

PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/129 Mobile Safari/537.36"}
KEY = serials.key_from("a secret of this installation, long enough")


@pytest.fixture(autouse=True)
def _nothing_cached(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    keeping.forget_all()
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def grown(session: Session, now: datetime) -> Grown:
    return grow(session, now, gtin=GTIN, shelf_life_days=60)


@pytest.fixture
def batch(session: Session, now: datetime, grown: Grown) -> Batch:
    spray(session, grown, date(2026, 10, 20), 10, now=now)
    made = make_batch(session, grown, now, lot="BUOI-26A")
    session.commit()
    return made


def issue(session: Session, batch: Batch, now: datetime, count: int = 1) -> list[str]:
    order = LabelOrder(batch.code, count, "a4-24", serialised=True)
    job = orders.place(session, SYSTEM, order, base_url="https://nguon.vn", now=now)
    orders.issue_serials(session, job.id, key=KEY, now=now)
    session.commit()
    return [serials.serial_code(KEY, batch.code, number) for number in range(1, count + 1)]


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<(style|script).*?</\1>", "", page)).split())


def test_a_scan_tells_the_story_with_the_verdict_first(
    client: FlaskClient, session: Session, now: datetime, batch: Batch, grown: Grown
) -> None:
    give_stars(session, grown.product, 4, date(2026, 1, 1), now=now)
    session.commit()

    answer = client.get(f"/01/{GTIN}/10/BUOI-26A", headers=PHONE)

    assert answer.status_code == 200
    said = text_of(answer.text)
    for words in (
        "Mã này có trong hệ thống",
        grown.product.name,
        grown.organisation.name,
        grown.area_code,
        "12/11/2026",
        "11/01/2027",
        "Đủ thời gian cách ly: lần phun cuối ngày 20/10/2026, thu hoạch sau 23 ngày.",
        "Phun thuốc",
        "OCOP 4 sao",
    ):
        assert words in said
    assert said.index("Mã này có trong hệ thống") < said.index(grown.area_code)


def test_the_page_is_small_and_whole_in_itself(client: FlaskClient, batch: Batch) -> None:
    answer = client.get(f"/01/{GTIN}/10/BUOI-26A", headers=PHONE)

    assert len(answer.data) < 30_000
    assert answer.text.count("<script") == answer.text.count('<script type="application/ld+json">')
    assert '<link rel="stylesheet"' not in answer.text
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["X-Accel-Expires"] == "0"
    assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"]
    assert "sha256-" in answer.headers["Content-Security-Policy"]


def test_nothing_personal_stands_on_the_page(
    client: FlaskClient, session: Session, batch: Batch, grown: Grown
) -> None:
    page = client.get(f"/01/{GTIN}/10/BUOI-26A", headers=PHONE).text
    story = client.get(f"/api/v1/trace/{batch.code}").text

    for secret in ("Trần Thị Bình", "0901234567", "Nguyễn Văn An", "105.2822", "21.1196"):
        assert secret not in page
        assert secret not in story


def test_the_page_speaks_english_when_asked(client: FlaskClient, batch: Batch) -> None:
    for answer in (
        client.get(f"/01/{GTIN}/10/BUOI-26A?lang=en", headers=PHONE),
        client.get(f"/01/{GTIN}/10/BUOI-26A", headers={**PHONE, "Accept-Language": "en-GB"}),
    ):
        assert '<html lang="en">' in answer.text
        assert "This code is on record" in answer.text


def test_a_serial_is_counted_scan_by_scan(
    client: FlaskClient, session: Session, now: datetime, batch: Batch
) -> None:
    (serial,) = issue(session, batch, now)
    address = f"/01/{GTIN}/10/BUOI-26A/21/{serial}"

    first = client.get(address, headers=PHONE).text
    scans.import_journals(scans.journal_folder(config.current().data_dir))
    again = client.get(address, headers=PHONE).text
    second = client.get(address, headers={"User-Agent": PHONE["User-Agent"] + " Other"}).text

    assert "quét lần đầu" in text_of(first)
    assert codes.grouped(serial) in first
    assert "quét lần đầu" in text_of(again), "a quick second look is the same look"
    assert "đã được quét 2 lần" in text_of(second)


def test_the_place_of_the_first_look_is_told_whichever_comes_in_first(
    client: FlaskClient, session: Session, now: datetime, batch: Batch
) -> None:
    (serial,) = issue(session, batch, now)
    later, first = now - timedelta(days=2), now - timedelta(days=3)
    for at, place in ((later, "48"), (first, "25")):
        scans.enter(session, [scans.ScanNote(at, batch.id, 1, "phone", "vi", place)])
    session.commit()

    page = text_of(client.get(f"/t/{batch.code}/{serial}?lang=vi", headers=PHONE).text)
    told = client.get(f"/api/v1/trace/{batch.code}?serial={serial}").get_json()["verdict"]

    assert f"Lần đầu ngày {first:%d/%m/%Y} (Phú Thọ)." in page
    assert told["first_scan_place"] == "Phú Thọ"
    assert (
        "(Phu Tho Province)" in client.get(f"/t/{batch.code}/{serial}?lang=ko", headers=PHONE).text
    )


def test_robots_previews_and_head_requests_are_not_scans(
    client: FlaskClient, session: Session, now: datetime, batch: Batch
) -> None:
    (serial,) = issue(session, batch, now)
    address = f"/01/{GTIN}/10/BUOI-26A/21/{serial}"

    client.head(address, headers=PHONE)
    client.get(address, headers={"User-Agent": "facebookexternalhit/1.1"})
    client.get(f"/api/v1/trace/{batch.code}?serial={serial}")
    scans.import_journals(scans.journal_folder(config.current().data_dir))

    assert session.scalar(select(func.count()).select_from(Scan)) == 0


@pytest.mark.parametrize(
    "path",
    [
        "/01/08938505974002/10/BUOI-26A",
        "/t/ABCDEFGHJKMN",
        "/t/x",
    ],
)
def test_a_code_not_on_record_is_said_plainly(client: FlaskClient, batch: Batch, path: str) -> None:
    answer = client.get(path, headers=PHONE)

    assert answer.status_code == 404
    assert "Không tìm thấy mã này" in answer.text
    assert batch.product.name not in answer.text
    assert batch.organisation.name not in answer.text


def test_an_unknown_lot_or_serial_leads_to_the_product_and_says_so(
    client: FlaskClient, batch: Batch, grown: Grown
) -> None:
    lot = client.get(f"/01/{GTIN}/10/KHONG-CO", headers=PHONE)
    serial = client.get(f"/01/{GTIN}/10/BUOI-26A/21/ZZZZZZZZZZZZZZZ", headers=PHONE)

    assert (lot.status_code, serial.status_code) == (200, 200)
    assert lot.data == serial.data, "a guess learns nothing"
    assert "Không tìm thấy mã này" in lot.text
    assert grown.product.name in lot.text
    assert "BUOI-26A" not in text_of(serial.text)


def test_a_serial_of_one_batch_does_not_vouch_for_another(
    client: FlaskClient, session: Session, now: datetime, batch: Batch, grown: Grown
) -> None:
    (serial,) = issue(session, batch, now)
    make_batch(session, grown, now, lot="BUOI-26B")
    session.commit()

    page = client.get(f"/01/{GTIN}/10/BUOI-26B/21/{serial}", headers=PHONE).text

    assert "Không tìm thấy mã này" in page


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (f"/01/{GTIN[:-1]}0", "Chữ số kiểm tra"),
        ("/01/8930001000018", "không đúng dạng"),
        (f"/01/{GTIN}/21/1/10/A", "không đúng thứ tự"),
        (f"/01/{GTIN}?10=A", "phải nằm trong phần đường dẫn"),
        (f"/01/{GTIN}/10", "thiếu hoặc thừa phần"),
    ],
)
def test_a_broken_address_is_a_400_in_plain_words(
    client: FlaskClient, path: str, words: str
) -> None:
    answer = client.get(path, headers=PHONE)

    assert answer.status_code == 400
    assert words in answer.text


def test_a_product_without_a_lot_is_told_as_such(client: FlaskClient, batch: Batch) -> None:
    answer = client.get(f"/01/{GTIN}", headers=PHONE)

    assert answer.status_code == 200
    assert "Sản phẩm này có trong hệ thống" in answer.text


@pytest.mark.parametrize("hidden", [True, False])
def test_a_slash_inside_a_lot_survives(
    client: FlaskClient, session: Session, now: datetime, grown: Grown, hidden: bool
) -> None:
    make_batch(session, grown, now, lot="A/B")
    session.commit()
    hiding = {"RAW_URI": "", "REQUEST_URI": ""} if hidden else {}

    answer = client.get(f"/01/{GTIN}/10/A%2FB", headers=PHONE, environ_overrides=hiding)

    assert answer.status_code == 200
    assert "lô A/B" in answer.text


@pytest.mark.parametrize("hidden", [True, False])
@pytest.mark.parametrize("serial", ["000123", "A%2FB"])
def test_an_unknown_serial_of_a_lot_with_a_slash_is_unknown_not_malformed(
    client: FlaskClient, session: Session, now: datetime, grown: Grown, serial: str, hidden: bool
) -> None:
    make_batch(session, grown, now, lot="A/B")
    session.commit()
    hiding = {"RAW_URI": "", "REQUEST_URI": ""} if hidden else {}

    address = f"/01/{GTIN}/10/A%2FB/21/{serial}"
    answer = client.get(address, headers=PHONE, environ_overrides=hiding)

    assert answer.status_code == 200
    assert "Không tìm thấy mã này" in answer.text


def test_a_change_of_the_batch_shows_at_once(
    client: FlaskClient, session: Session, now: datetime, batch: Batch
) -> None:
    address = f"/01/{GTIN}/10/BUOI-26A"
    assert "tạm giữ" not in client.get(address, headers=PHONE).text

    releasing.hold(session, SYSTEM, batch.code, now=now)
    session.commit()

    assert "Lô hàng đang tạm giữ để kiểm tra" in client.get(address, headers=PHONE).text


def test_a_batch_without_gtin_has_an_address_of_its_own_and_says_it_is_not_released(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    plain = grow(session, now)
    made = opening.open_batch(session, SYSTEM, new_batch(plain), now=now)
    session.commit()

    answer = client.get(f"/t/{codes.grouped(made.code).lower()}", headers=PHONE)

    assert answer.status_code == 200
    assert "Lô hàng chưa được xuất bán" in answer.text


def test_where_to_buy_comes_from_whoever_sells(
    client: FlaskClient, batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [ports.BuyPlace("Bưởi 1 kg", "/shop/buoi", 45_000)]
    monkeypatch.setattr(ports, "_where_to_buy", lambda session, product, now: places)

    page = client.get(f"/01/{GTIN}/10/BUOI-26A", headers=PHONE).text

    assert 'href="/shop/buoi"' in page
    assert "45.000\u00a0₫" in page


@pytest.mark.parametrize(
    "warned",
    [
        {"state": "held"},
        {"state": "closed", "voided_at": datetime(2026, 11, 20, tzinfo=UTC)},
        {"expires_on": date(2026, 11, 20)},
    ],
    ids=["held", "void", "expired"],
)
def test_who_is_warned_of_goods_is_not_asked_to_buy_more(
    session: Session,
    now: datetime,
    batch: Batch,
    monkeypatch: pytest.MonkeyPatch,
    warned: dict[str, object],
) -> None:
    places = [ports.BuyPlace("Bưởi 1 kg", "/shop/buoi", 45_000)]
    monkeypatch.setattr(ports, "_where_to_buy", lambda session, product, now: places)
    for name, value in warned.items():
        setattr(batch, name, value)
    session.flush()

    assert story.tell(session, batch.id, now=now).shops == ()


def test_a_missing_interval_is_called_unknown_never_kept(
    client: FlaskClient, session: Session, now: datetime, grown: Grown
) -> None:
    spray(session, grown, date(2026, 11, 1), None, now=now)
    make_batch(session, grown, now, lot="L2")
    session.commit()

    page = client.get(f"/01/{GTIN}/10/L2", headers=PHONE).text

    assert "Chưa rõ thời gian cách ly" in page
    assert "Đủ thời gian cách ly" not in page


@pytest.mark.parametrize("typed", ["code", "serial", "lot", "area", "spaced"])
def test_what_somebody_types_leads_to_its_page(
    client: FlaskClient, session: Session, now: datetime, batch: Batch, grown: Grown, typed: str
) -> None:
    (serial,) = issue(session, batch, now)
    words, target = {
        "code": (batch.code, f"/01/{GTIN}/10/BUOI-26A"),
        "serial": (serial, f"/01/{GTIN}/10/BUOI-26A/21/{serial}"),
        "lot": ("buoi-26a", f"/01/{GTIN}/10/BUOI-26A"),
        "area": (grown.area_code.lower(), f"/areas/{grown.area_code}"),
        "spaced": (f" {codes.grouped(serial).lower()} ", f"/01/{GTIN}/10/BUOI-26A/21/{serial}"),
    }[typed]

    answer = client.get("/verify", query_string={"q": words})

    assert answer.status_code == 303
    assert answer.location == target


def test_a_lot_of_several_producers_offers_the_choice(
    client: FlaskClient, session: Session, now: datetime, batch: Batch
) -> None:
    make_batch(session, grow(session, now), now, lot="BUOI-26A")
    session.commit()

    answer = client.get("/verify?q=BUOI-26A")

    assert answer.status_code == 200
    assert "Tìm thấy 2 trang" in answer.text


def test_a_product_is_found_by_its_name_without_diacritics(
    client: FlaskClient, session: Session, grown: Grown
) -> None:
    session.commit()

    answer = client.get("/verify", query_string={"q": "ca phe bot truong son"})

    assert answer.location == f"/products/{grown.product.slug}"


def test_an_unknown_word_and_no_word_have_pages_too(client: FlaskClient) -> None:
    assert client.get("/verify").status_code == 200
    answer = client.get("/verify", query_string={"q": "khong co gi <b>"})
    assert answer.status_code == 404
    assert "Mã này chưa có trong hệ thống" in answer.text
    assert "<b>" not in answer.text


def test_the_story_as_json_tells_what_the_page_tells(
    client: FlaskClient, session: Session, now: datetime, batch: Batch, grown: Grown
) -> None:
    (serial,) = issue(session, batch, now)

    told = client.get(f"/api/v1/trace/{batch.code}?serial={serial}").get_json()

    assert told["verdict"]["kind"] in ("first_scan", "scanned")
    assert told["verdict"]["serial"] == serial
    assert told["growing_areas"][0]["code"] == grown.area_code
    assert told["pre_harvest_interval"]["state"] == "kept"
    assert told["trace_url"].endswith(f"/01/{GTIN}/10/BUOI-26A/21/{serial}")
    assert client.get("/api/v1/trace/ABCDEFGHJKMN").status_code == 404


def test_two_areas_of_one_batch_are_both_told(
    client: FlaskClient, session: Session, now: datetime, grown: Grown
) -> None:
    other = make_approved_area(session, now, grown.organisation, geometry=field(lat=0.05))
    codes_ = (grown.area_code, other.code or "")
    made = make_batch(session, grown, now, growing_areas=codes_, lot="HAI-VUNG")
    session.commit()

    page = client.get(batches.trace_path(made), headers=PHONE).text

    for code in codes_:
        assert code in page
    assert session.scalar(select(func.count()).select_from(Serial)) == 0
