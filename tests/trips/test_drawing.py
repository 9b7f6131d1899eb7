"""Drawing an outline in a real browser: by finger on a phone, and by keyboard alone at a desk."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Locator, Page

from tests.trips.conftest import Traveller

HERE = {"latitude": 15.0523, "longitude": 108.8207, "accuracy": 8}
TAPS = ((-90, -80), (80, -90), (100, 70), (-20, 110), (-100, 40))


def _map(page: Page) -> tuple[Locator, float, float]:
    """The map and the middle of it on the screen."""
    drawn = page.locator("[data-draw=map]")
    drawn.evaluate("map => map.scrollIntoView({block: 'center'})")
    box = drawn.bounding_box()
    assert box is not None
    return drawn, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _corners(page: Page) -> Locator:
    return page.locator(".corner:not(.corner-middle)")


def _told(page: Page, what: str) -> str:
    return page.locator(f"[data-draw={what}]").inner_text()


def test_a_field_is_tapped_out_and_closed_on_its_first_corner(travel: Any) -> None:
    coop: Traveller = travel("phone", geolocation=HERE, permissions=["geolocation"])
    coop.sign_in("coop")
    page = coop.go("/workspace/areas/new")
    page.get_by_role("button", name="Chỗ tôi đứng", exact=True).tap()
    page.get_by_text("sai số 8 m").wait_for()
    # The map glides to where one stands.
    page.wait_for_timeout(600)

    _, x, y = _map(page)
    for across, down in TAPS:
        count = _corners(page).count()
        page.touchscreen.tap(x + across, y + down)
        _corners(page).nth(count).wait_for()
    # Not quite on the first corner: a finger is wide.
    page.touchscreen.tap(x + TAPS[0][0] + 8, y + TAPS[0][1] + 7)
    page.get_by_text("Đã khép hình.").wait_for()

    assert _corners(page).count() == len(TAPS)
    assert re.search(r"Diện tích: [\d,]+ ha \([\d,]+ sào\)", _told(page, "area"))
    assert page.locator("[data-draw=tapping]").get_attribute("aria-pressed") == "false"
    coop.look("draw-touch")
    page.touchscreen.tap(x, y)
    assert _corners(page).count() == len(TAPS)
    page.get_by_role("button", name="Lùi lại").tap()
    assert _corners(page).count() == len(TAPS) - 1


def test_a_field_is_drawn_mended_and_closed_by_keyboard_alone(travel: Any) -> None:
    coop: Traveller = travel("desk")
    coop.sign_in("coop")
    page = coop.go("/workspace/areas/new")
    drawn, _, _ = _map(page)
    page.wait_for_function("document.querySelector('.paper-line')")
    drawn.focus()

    def press(key: str, times: int = 1) -> None:
        for _ in range(times):
            page.keyboard.press(key)
            # The map glides a quarter of a second.
            page.wait_for_timeout(350)

    press("+", 3)
    press("Enter")
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        press(key, 2)
        press("Enter")
    assert _corners(page).count() == 4
    assert "ha" in _told(page, "area")
    assert page.evaluate("document.activeElement.dataset.draw") == "map"
    coop.look("draw-keyboard")

    press("ArrowUp", 2)
    press("Enter")
    assert "Đã khép hình." in _told(page, "place")
    _corners(page).nth(2).focus()
    press("Enter")
    press("Delete")
    assert _corners(page).count() == 3
    press("Control+z")
    assert _corners(page).count() == 4
    ring = json.loads(page.locator("textarea[name=geometry]").input_value())["coordinates"][0]
    assert len(ring) == 5
