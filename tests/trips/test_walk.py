"""A walk round a field, on a phone: the crossing it holds is mended on the map, the area coded."""

from __future__ import annotations

import math
import re
import subprocess
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image
from playwright.sync_api import Locator, Page

from app.demo import fields
from tests.trips.conftest import Traveller

NAME = "Ruộng thử Gò Mồ Côi"
HOUSEHOLD = "Nguyễn Thị Mười Hai"
PLACE = (108.8207, 15.0523)
STRAY = 2
"""The corner that the receiver put on the far side of the field."""


def _ring() -> list[tuple[float, float]]:
    return [(lon, lat) for lon, lat in fields.outline(PLACE, 2.1, "walk", corners=8)][:-1]


def _walked() -> bytes:
    """The walk as a receiver writes it, one corner gone astray over the opposite edge."""
    ring = _ring()
    # Over the edge across, away from its corners.
    (ax, ay), (bx, by), (mx, my) = ring[6], ring[7], _middle(ring)
    ring[STRAY] = (mx + 1.35 * ((ax + bx) / 2 - mx), my + 1.35 * ((ay + by) / 2 - my))
    points = "".join(f'<trkpt lat="{lat}" lon="{lon}"/>' for lon, lat in [*ring, ring[0]])
    return (
        '<?xml version="1.0"?><gpx version="1.1" creator="may" '
        'xmlns="http://www.topografix.com/GPX/1/1"><trk><name>Đi quanh ruộng</name><trkseg>'
        f"{points}</trkseg></trk></gpx>"
    ).encode()


def _middle(ring: list[tuple[float, float]]) -> tuple[float, float]:
    return sum(lon for lon, _ in ring) / len(ring), sum(lat for _, lat in ring) / len(ring)


def _press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_load_state()


def _corners(page: Page) -> Locator:
    return page.locator(".corner:not(.corner-middle)")


def _pixel(page: Page, corner: int) -> tuple[float, float]:
    box = _corners(page).nth(corner).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _pixel_of(page: Page, place: tuple[float, float]) -> tuple[float, float]:
    """Where a position lies on the screen, from two corners whose positions are known."""
    ring = _ring()
    (ax, ay), (bx, by) = _pixel(page, 0), _pixel(page, 4)
    (alon, alat), (blon, blat) = ring[0], ring[4]
    x = ax + (place[0] - alon) / (blon - alon) * (bx - ax)
    return x, ay + (place[1] - alat) / (blat - alat) * (by - ay)


def _upload(coop: Traveller) -> Page:
    page = coop.go("/workspace/areas/new")
    page.locator("select[name=organisation]").select_option(
        label="Hợp tác xã Nông nghiệp Đồng Xanh Vệ Giang"
    )
    page.locator("input[name=name]").fill(NAME)
    page.locator("select[name=crop]").select_option("rice")
    page.locator("input[name=commune_code]").last.fill("ve giang quang ngai")
    gpx = {"name": "di-quanh.gpx", "mimeType": "application/gpx+xml", "buffer": _walked()}
    page.locator("input[name=file]").set_input_files(gpx)  # type: ignore[arg-type]
    page.locator("summary", has_text="Thêm cho hồ sơ").click()
    page.locator("textarea[name=households]").fill(f"{HOUSEHOLD}; 0905000888; 2")
    _press(page, "Lưu bản nháp")
    return page


def _mend(page: Page) -> float:
    """Drag the stray corner home; the live area in ha once nothing crosses any more."""
    fault, told = page.locator("[data-draw=fault]"), page.locator("[data-draw=area]")
    page.locator("[data-draw=map]").evaluate("map => map.scrollIntoView({block: 'center'})")
    assert re.search(r"tự cắt ở \d chỗ", fault.inner_text())
    assert not told.is_visible()
    page.mouse.move(*_pixel(page, STRAY))
    page.mouse.down()
    page.mouse.move(*_pixel_of(page, _ring()[STRAY]), steps=8)
    page.mouse.up()
    fault.wait_for(state="hidden")
    found = re.search(r"Diện tích: ([\d,]+) ha \([\d,]+ sào\)", told.inner_text())
    assert found, told.inner_text()
    return float(found[1].replace(",", "."))


def _inspect_and_approve(officer: Traveller, area_id: str) -> None:
    page = officer.go(f"/office/areas/{area_id}/visit")
    for answer in page.locator("input[type=radio][name^='answer.'][value=yes]").all():
        answer.check()
    page.locator("input[name=passed][value=true]").check()
    officer.look("walk-visit")
    _press(page, "Ghi kết quả")
    officer.look("walk-inspected")
    _press(page, "Duyệt, cấp mã")


def test_a_walk_that_crosses_itself_is_mended_coded_and_certified(
    travel: Any, tmp_path: Path
) -> None:
    coop: Traveller = travel("phone")
    coop.sign_in("coop")
    page = _upload(coop)
    assert page.title().startswith("Lỗi:")
    assert "Đường bao tự cắt ở 108,8" in page.get_by_role("main").inner_text()
    coop.look("walk-crossing")

    live_ha = _mend(page)
    coop.look("walk-mended")
    _press(page, "Lưu bản nháp")
    area = re.search(r"/workspace/areas/(\d+)$", page.url)
    assert area, page.get_by_role("main").inner_text()
    told = page.get_by_role("main").inner_text()
    stored = re.search(r"([\d,]+)\sha\s\(", told)
    assert stored, told
    assert math.isclose(float(stored[1].replace(",", ".")), live_ha, abs_tol=0.006)
    assert "tự cắt" not in told
    coop.look("walk-draft")
    _press(page, "Nộp hồ sơ")

    officer: Traveller = travel("phone")
    officer.sign_in("officer")
    _inspect_and_approve(officer, area[1])

    page.reload()
    coop.look("walk-coded")
    paper = page.request.get(f"{coop.house.url}/workspace/areas/{area[1]}/certificate.pdf")
    assert paper.ok
    pdf = tmp_path / "certificate.pdf"
    pdf.write_bytes(paper.body())
    subprocess.run(["pdftoppm", "-r", "200", "-png", pdf, tmp_path / "page"], check=True)
    (code,) = {
        found.text
        for image in tmp_path.glob("page*.png")
        for found in zxingcpp.read_barcodes(Image.open(image))
    }

    anybody: Traveller = travel("phone")
    shown = anybody.go(code)
    assert re.search(r"/areas/VN-[\d-]+$", shown.url)
    assert "Đang hiệu lực" in shown.get_by_role("main").inner_text()
    for secret in (HOUSEHOLD, "0905000888"):
        assert secret not in shown.content()
    anybody.look("walk-public")
