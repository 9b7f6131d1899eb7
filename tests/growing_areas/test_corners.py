"""Corners as people type them: degrees, minutes and seconds in every habit, tables of papers."""

from contextlib import suppress

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid
from growing_areas import corners, pasted

PLACE = [108 + 48 / 60, 15 + 7 / 60 + 12.3 / 3600]


@pytest.mark.parametrize(
    "line",
    [
        "15°07'12.3\"N 108°48'E",
        "15°07'12,3\"B, 108°48'00\"Đ",
        "108°48'00\"Đ 15°07'12,3\"B",
        "B 15°07'12,3\" Đ 108°48'",
        "15 07 12.3 N, 108 48 00 E",
        "15 07 12,3 B 108 48 Đ",
        "N15 07 12.3 E108 48 0",
        "15º 07′ 12.3″ Bắc; 108º 48′ 00″ Đông",
        "vĩ độ bắc 15 độ 7 phút 12,3 giây, kinh độ đông 108 độ 48 phút",
        "Vĩ độ: 15°07'12.3''B / Kinh độ: 108°48'00''Đ",
        "15°7.205'N 108°48.000'E",
        "15°07'12.3\" 108°48'00\"",
        "15 07 12.3 108 48 00",
        "15 7,205 108 48,0",
        "15d07'12.3\"N 108d48'E",
        "(15°07’12.3”N, 108°48’00”E)",
        "15.12008333°N 108.8°E",
        "15,12008333 B 108,8 Đ",
    ],
)
def test_one_place_in_every_habit(line: str) -> None:
    (corner,) = corners.read(line)

    assert corner == pytest.approx(PLACE, abs=1e-7)


def test_south_and_west_are_behind_zero() -> None:
    assert corners.read("15°30'S 10°15'W") == [[-10.25, -15.5]]
    assert corners.read("15°30' nam, 10°15' tây") == [[-10.25, -15.5]]


def test_plain_numbers_keep_their_order_and_their_commas() -> None:
    assert corners.read("105.28, 21.12\n21,12 105,28\n1671234.5 556789.1") == [
        [105.28, 21.12], [21.12, 105.28], [1671234.5, 556789.1],
    ]  # fmt: skip


def test_a_land_certificates_table_is_its_x_and_y() -> None:
    table = "1 1671234.50 556789.12 20.15\n2 1671240.10 556800.00 18.2\n3 1671220.0 556801.5 9.9"
    closed = "1\t1671234,50\t556789,12\n2\t1671240,10\t556800,00\n1\t1671234,50\t556789,12"

    assert corners.read(table)[0] == [1671234.50, 556789.12]
    assert len(corners.read(table)) == len(corners.read(closed)) == 3


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("15°72'00\"N 108°48'E", "area.bad_angle"),
        ("15°07'99\"N 108°48'E", "area.bad_angle"),
        ("15.5°30'N 108°48'E", "area.bad_angle"),
        ("95°07'N 108°48'E", "area.bad_angle"),
        ("15°07'N 16°48'N", "area.one_axis_twice"),
        ("15°07'12\"N", "area.not_readable_text"),
        ("15°07'N 108°48'E 3°E", "area.not_readable_text"),
        ("15°07'N ruộng 108°48'E", "area.not_readable_text"),
        ("15.1 108.2 7", "area.not_readable_text"),
        ("ruộng bà Ba", "area.not_readable_text"),
    ],
)
def test_a_fault_names_its_line(line: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        corners.read(f"\n15°07'N 108°48'E\n{line}\n")

    (found,) = caught.value.findings
    assert (found.code, found.params["line"], found.field) == (code, 3, "geometry")


def test_every_line_at_fault_is_named() -> None:
    with pytest.raises(Invalid) as caught:
        corners.read("15°61'N 108°48'E\n15°07'N 108°48'E\nx\n15 7")

    assert [found.params["line"] for found in caught.value.findings] == [1, 3]


def test_no_map_grid_is_told_in_minutes() -> None:
    with pytest.raises(Invalid) as caught:
        pasted.read("15°07'N 108°48'E\n15°08'N 108°48'E\n15°08'N 108°49'E", "5898")

    assert {found.code for found in caught.value.findings} == {"area.degrees_in_metres"}


def test_angles_in_vn_2000_are_brought_to_wgs_84() -> None:
    text = "15°07'12\"B 108°48'00\"Đ\n15°07'20\"B 108°48'00\"Đ\n15°07'20\"B 108°48'10\"Đ"
    first, second = (
        shapely.get_coordinates(shapely.geometry.shape(pasted.read(text, system).geometry))[0]
        for system in (None, "4756")
    )

    assert first == pytest.approx([108.8, 15.12])
    assert first != pytest.approx(second, abs=1e-6)
    assert first == pytest.approx(second, abs=0.005)


def test_one_typed_corner_is_read_in_either_order() -> None:
    for text in ("15.12 108.8", "108.8 15.12", "15°07'12\"B 108°48'Đ", "15 07 12 N 108 48 E"):
        assert pasted.read_corner(text) == pytest.approx((108.8, 15.12))


def _spoken(degrees: float, side: str) -> str:
    """Degrees as a survey sheet writes them, to a thousandth of a second."""
    thousandths = round(abs(degrees) * 3_600_000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60}°{minutes % 60:02d}'{rest // 1000:02d},{rest % 1000:03d}\"{side}"


@given(st.floats(102, 118), st.floats(8, 24))
def test_what_is_written_down_is_read_back(lon: float, lat: float) -> None:
    (corner,) = corners.read(f"{_spoken(lat, 'B')} {_spoken(lon, 'Đ')}")

    assert corner == pytest.approx([lon, lat], abs=2e-7)


@given(st.text(alphabet="0123456789 .,;°'\"NSEWBĐT\n-", max_size=80))
def test_anything_is_read_or_refused(text: str) -> None:
    with suppress(Invalid):
        assert all(len(corner) == 2 for corner in corners.read(text))
