"""The public map as one moves about in it, by key, wheel and tap; and without scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.trips.conftest import Traveller

# Round the story's fields in Vệ Giang.
NEAR = "bbox=108.80,15.02,108.86,15.08"


def _frame(page: Page) -> list[float]:
    found = re.search(r"bbox=([0-9.,-]+)", page.url)
    assert found, page.url
    return [float(value) for value in found[1].split(",")]


def _moved(page: Page, before: str) -> list[float]:
    """The frame once the address is another than before and has been so for a while."""
    page.wait_for_function("before => location.href !== before", arg=before)
    settled = page.url
    while True:
        page.wait_for_timeout(500)
        if page.url == settled:
            return _frame(page)
        settled = page.url


def _tap_an_area(page: Page) -> None:
    """Tap the middle of a cell in which an area lies, wherever the map put it."""
    page.locator(".map-live").scroll_into_view_if_needed()
    box = page.locator(".map-live").bounding_box()
    assert box is not None
    for across in range(4, 17):
        for down in range(5, 16):
            page.mouse.click(
                box["x"] + box["width"] * across / 20, box["y"] + box["height"] * down / 20
            )
            if page.locator(".map-card a[href^='/areas/']").count():
                return
    raise AssertionError("no area was under any tap")


@pytest.mark.parametrize("device", ["phone", "desk"])
@pytest.mark.parametrize(
    ("name", "query", "scheme"),
    [
        ("province", "province=25", "light"),
        ("near", NEAR, "dark"),
        ("materials", f"{NEAR}&layer=materials", "light"),
        ("empty", "province=04&standard=organic", "light"),
    ],
)
def test_every_state_of_the_map_is_sound(
    travel: Any, device: str, name: str, query: str, scheme: str
) -> None:
    visitor: Traveller = travel(device, color_scheme=scheme)
    page = visitor.go(f"/map?{query}")
    page.wait_for_timeout(600)

    assert page.locator(".map-live").is_visible()
    assert not page.locator("svg.map-words").first.is_visible()
    visitor.look(f"map-{name}")


def test_without_scripts_and_on_paper_the_servers_drawing_is_the_map(travel: Any) -> None:
    plain: Traveller = travel("phone", java_script_enabled=False)
    page = plain.go("/map?province=25")
    assert page.locator("svg.map-words").first.is_visible()
    assert not page.locator(".map-live").is_visible()

    reader: Traveller = travel("desk")
    page = reader.go("/map?province=25")
    page.emulate_media(media="print")
    assert page.locator("svg.map-words").first.is_visible()
    assert not page.locator(".map-live").is_visible()


def test_the_map_moves_by_keys_and_the_address_and_lists_follow(travel: Any) -> None:
    visitor: Traveller = travel("desk", reduced_motion="reduce")
    page = visitor.go(f"/map?{NEAR}&status=approved")
    page.locator(".map-live").focus()

    before = page.url
    page.keyboard.press("ArrowRight")
    east = _moved(page, before)
    before = page.url
    page.keyboard.press("+")
    closer = _moved(page, before)

    assert (east[0] + east[2]) / 2 > 108.832
    assert closer[2] - closer[0] < east[2] - east[0]
    assert "status=approved" in page.url
    page.get_by_role("link", name="Cập nhật danh sách theo khung đang xem").click()
    page.wait_for_load_state()
    west, south, _east, _north = _frame(page)
    assert (west, south) == pytest.approx((closer[0], closer[1]), abs=0.001)


def test_the_wheel_zooms_and_a_circle_leads_closer(travel: Any) -> None:
    visitor: Traveller = travel("desk")
    page = visitor.go("/map")
    page.locator(".map-circle").first.wait_for()
    circles = page.locator(".map-circle")
    circles.first.focus()
    before = page.url
    page.keyboard.press("Enter")
    first = _moved(page, before)
    before = page.url
    page.locator(".map-live").hover()
    page.mouse.wheel(0, -400)
    closer = _moved(page, before)

    assert first[2] - first[0] < 8
    assert closer[2] - closer[0] < first[2] - first[0]


@pytest.mark.parametrize("device", ["phone", "desk"])
def test_a_tap_on_an_area_shows_its_card_and_leads_to_its_page(travel: Any, device: str) -> None:
    visitor: Traveller = travel(device)
    page = visitor.go(f"/map?{NEAR}&layer=areas")
    page.wait_for_timeout(1000)

    _tap_an_area(page)
    visitor.look("map-card")
    page.keyboard.press("Escape")
    page.locator(".map-card").wait_for(state="detached")
    _tap_an_area(page)
    page.locator(".map-card a[href^='/areas/']").first.click()
    page.wait_for_load_state()

    assert re.search(r"/areas/[A-Z0-9-]+$", page.url)
