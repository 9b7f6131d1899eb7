"""Nothing personal reaches the public: seeded canaries, every open door looked into."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
import shapely
import structlog
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from accounts import organisations
from accounts.models import Organisation, Person
from accounts.organisations import OrganisationDetails
from accounts.permissions import SYSTEM
from atlas.published import datasets, publishing
from foundation import clock, db, logs
from foundation.config import Config
from foundation.web import guard_of
from growing_areas.models import (
    GrowingArea,
    GrowingAreaEvent,
    GrowingAreaInspection,
    PlotVersion,
)
from growing_areas.parcels.models import PlotHousehold
from indicators.models import ChannelClaim, LinkageModel
from ledger import sequencing
from ledger.models import LedgerEntry
from shop.order_models import OrderBuyer, OrderGroup, OrderStep
from tests.app.hostile import Known
from tests.app.told_house import ToldHouse, told_house

PHONE = "0987654321"
SECRET = "BiMatCuaToi"
TAX = "051203004567"
# A number as pages, programs and people write it.
PHONES = (PHONE, PHONE[1:], "0987 654 321", "987.654.321", "987-654-321")
# What only whoever was handed the address may see.
_BY_SECRET_ADDRESS = ("/orders/<code>", "/api/v1/orders/<code>", "/invitations/<token>")


@pytest.fixture(scope="module")
def house(server_url: str, template: str, test_config: Config) -> Iterator[ToldHouse]:
    with told_house(server_url, template, test_config) as told:
        with db.transaction() as session:
            _seed_people(session)
            _seed_land(session)
            _seed_registers(session)
            sequencing.sequence(session)
        _publish()
        yield told


def _publish() -> None:
    """Tonight's open data, with the canaries in the house."""
    for dataset in datasets.datasets().values():
        with db.transaction() as session:
            publishing.publish(session, dataset, base_url="https://nguon.vidu.vn", now=clock.now())


def _seed_people(session: Session) -> None:
    seller = session.scalars(select(Person).where(Person.email == "seller@demo.nguon.vn")).one()
    seller.phone = "+84" + PHONE[1:]
    session.execute(update(Organisation).values(representative=f"Ông {SECRET}"))
    buyer = {"name": SECRET, "phone": seller.phone, "email": f"{SECRET}@vidu.vn"}
    buyer |= {"address": f"Số 7 ngõ {SECRET}", "note": f"goi {PHONE}"}
    session.execute(update(OrderBuyer).values(**buyer))
    session.execute(update(OrderStep).values(reason=f"{SECRET} đổi ý"))
    details = OrganisationDetails("Hộ trồng quế Trà Bồng", "household", "21238", TAX)
    made = organisations.create(session, SYSTEM, details, now=clock.now())
    made.status, made.verified_at = "verified", clock.now()


def _seed_land(session: Session) -> None:
    told = {"name": f"Hộ {SECRET}", "phone": "+84" + PHONE[1:], "area_ha": 1}
    for area in session.scalars(select(GrowingArea)).all():
        own = {"area_id": area.id, "version_id": area.version_id}
        now = clock.now()
        session.add(PlotHousehold(plot_id=area.plot_id, **told))
        session.add(
            GrowingAreaInspection(
                **own, passed=True, inspected_on=now, notes=f"gặp {SECRET}", recorded_at=now
            )
        )
        session.add(
            GrowingAreaEvent(
                **own,
                action="restore",
                from_status=area.status,
                to_status=area.status,
                reason=f"theo lời {SECRET}",
                happened_at=now,
            )
        )


def _seed_registers(session: Session) -> None:
    session.execute(update(ChannelClaim).values(evidence=f"{SECRET} {PHONE}"))
    session.execute(update(LinkageModel).values(evidence=f"{SECRET} {PHONE}", buyer=SECRET))


def _corners(session: Session) -> set[str]:
    """The plots' corners to ten metres or so, as any text would write them."""
    found = set()
    for wkb in session.scalars(select(PlotVersion.geometry)):
        for lon, lat in shapely.get_coordinates(shapely.from_wkb(wkb)):
            found |= {f"{value:.7f}"[:-3] for value in (lon, lat)}
    # Coarse places may be written with two decimals, and frames of the map are halves of such.
    return {corner for corner in found if int(corner[-4:]) % 25}


def _addresses(house: ToldHouse) -> set[str]:
    """Every open address of the house, and every entry of the log."""
    with db.reading() as session:
        known = Known(session)
        entries = session.scalar(select(func.count()).select_from(LedgerEntry)) or 0
    found = {f"/api/v1/ledger/proofs/{number}" for number in range(1, entries + 1)}
    for rule in house.app.url_map.iter_rules():
        guard = guard_of(house.app.view_functions[rule.endpoint])
        is_open = "GET" in (rule.methods or ()) and guard is not None and guard.kind == "public"
        if is_open and rule.rule not in _BY_SECRET_ADDRESS and rule.endpoint != "static":
            found.add(known.address(rule))
    for slug in ("quang-nam",):
        found |= {f"/plans/{slug}/export?format={kind}" for kind in ("csv", "json", "xlsx")}
    for code, dataset in datasets.datasets().items():
        found |= {f"/open-data/{code}/{code}{dataset.suffix(each)}" for each in dataset.formats}
    return found


def _crawl(browser: FlaskClient, start: set[str]) -> Iterator[tuple[str, str]]:
    """Every page that can be reached from these, with all that can be read in its answer."""
    waiting, seen = sorted(start), set(start)
    while waiting:
        path = waiting.pop()
        answer = browser.get(path)
        told = _readable(answer.data) + str(answer.headers)
        yield path, told
        if "html" not in (answer.mimetype or ""):
            continue
        for link in re.findall(r'(?:href|src|action)="([^"#]+)', told):
            target = urlsplit(urljoin(path, unescape(link)))
            inside = not target.netloc and not target.path.startswith("/static")
            address = target.path + (f"?{target.query}" if target.query else "")
            if inside and address not in seen and len(seen) < 800:
                seen.add(address)
                waiting.append(address)


def _readable(body: bytes) -> str:
    """A body as text; of a workbook, the texts inside."""
    if not body.startswith(b"PK\x03\x04"):
        return unquote(unescape(body.decode("utf-8", "replace")))
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


def _leaks(told: str, corners: set[str]) -> list[str]:
    plain = [word for word in (SECRET, TAX, *PHONES) if word.casefold() in told.casefold()]
    numbers = re.findall(r"(?<![\d.])(\d{1,3}\.\d{4})", told)
    return plain + sorted(set(numbers) & corners)


@pytest.mark.parametrize("email", [None, "buyer@demo.nguon.vn"])
def test_no_open_page_answer_or_file_tells_of_a_person(house: ToldHouse, email: str | None) -> None:
    with db.reading() as session:
        corners = _corners(session)
    assert corners
    browser = house.browser(email)
    visited, paths = 0, set()

    leaks: dict[str, Any] = {}
    for path, told in _crawl(browser, _addresses(house)):
        visited += 1
        paths.add(path)
        if found := _leaks(told, corners):
            leaks[path] = found

    # A signed-in buyer may read their own orders; every order of the story was given the canary.
    own = ("/account", "/orders", "/checkout")
    assert {path: found for path, found in leaks.items() if not path.startswith(own)} == {}
    assert visited > 150
    files = {path for path in paths if path.startswith("/open-data/") and "." in path}
    assert len(files) > sum(len(dataset.formats) for dataset in datasets.datasets().values())


def test_whoever_holds_an_orders_address_sees_no_number_no_mailbox_no_house(
    house: ToldHouse,
) -> None:
    with db.reading() as session:
        code = session.scalar(select(OrderGroup.code).order_by(OrderGroup.id).limit(1))
    stranger = house.browser(None)

    for path in (f"/orders/{code}", f"/api/v1/orders/{code}"):
        answer = stranger.get(path)
        told = unescape(answer.get_data(as_text=True))
        without_note = told.replace(f"goi {PHONE}", "")
        assert answer.status_code == 200
        assert not any(phone in without_note for phone in PHONES)
        assert f"ngõ {SECRET}" not in told
        assert "@vidu.vn" not in told


def test_the_log_of_facts_holds_nobody(house: ToldHouse) -> None:
    with db.reading() as session:
        corners = _corners(session)
        rows = session.execute(text("SELECT kind, subject, body FROM ledger_entries")).all()

    assert rows
    assert [row for row in rows if _leaks(" ".join(map(str, row)), corners)] == []


def test_no_log_line_holds_what_was_typed(
    house: ToldHouse, capsys: pytest.CaptureFixture[str]
) -> None:
    """What people send, rightly or wrongly, is in no line, whatever becomes of the request."""
    logs.configure("debug")
    buyer = {"name": SECRET, "phone": PHONE, "address": SECRET, "commune_code": "21238"}
    browser = house.browser(None)
    try:
        browser.get(f"/verify?q={SECRET}")
        browser.get(f"/orders/{SECRET}")
        browser.get(f"/invitations/{SECRET}")
        browser.post("/sign-in", data={"login": PHONE, "password": SECRET})
        browser.post("/api/v1/orders", json={"buyer": buyer, "lines": []})
        with db.reading() as session:
            offer = session.scalar(text("SELECT code FROM offers WHERE active LIMIT 1"))
        wish = {"buyer": buyer, "lines": [{"offer": offer, "quantity": 1}]}
        browser.post("/api/v1/orders", json=wish)
    finally:
        structlog.reset_defaults()

    told = "".join(capsys.readouterr())
    assert '"event": "request"' in told
    assert _leaks(told, set()) == []
