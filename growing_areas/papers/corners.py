"""Corners of an outline as land offices list them: VN-2000, the zone of the province. PURE.

Land maps are still drawn in the zones of the provinces as they were until 30 June 2025.
Source: data/reference_systems.csv (TT 973/2001/TT-TCĐC, TT 25/2014/TT-BTNMT), data/area_units.csv.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from foundation.documents.blocks import Block, NewPage, Rows, Text
from growing_areas import local_units, reference_systems
from growing_areas.files import projecting
from growing_areas.papers.extract import Corner, Extract
from growing_areas.reference_systems import ReferenceSystem

MOST = 100
"""What the back of an A4 page holds in VN-2000, two corners a line."""
MOST_BELOW = 30
"""What it holds below the picture, in VN-2000 and once more in WGS 84."""


def zone_of(commune_code: str) -> ReferenceSystem | None:
    """The zone the land maps of a commune are drawn in; None where it is not known."""
    province = local_units.former_province(commune_code)
    return reference_systems.find_for_province(province) if province else None


def picture_and_back(drawn: Extract, epsg: str | None) -> list[Block]:
    """The extract and the corners, both on the back; many corners have the back to themselves."""
    told = _told(drawn.places, drawn.corners, epsg)
    if MOST_BELOW < len(drawn.places) <= MOST:
        return [drawn.picture, NewPage(), *told]
    return [NewPage(), drawn.picture, *told]


def _told(corners: Sequence[Corner], degrees: Rows, epsg: str | None) -> list[Block]:
    """The table of corners; more than one page holds are only counted, and where they are told."""
    head = Text("Tọa độ các góc", style="heading")
    if len(corners) > MOST:
        return [
            head,
            Text(
                f"Ranh giới có {len(corners)} góc, nhiều hơn một mặt giấy A4 chứa được ({MOST} "
                "góc). Bảng tọa độ đầy đủ nằm trong bản in hồ sơ và tệp ranh giới tải từ hệ thống.",
                style="plain",
            ),
        ]
    system = reference_systems.systems().get(epsg) if epsg else None
    if system is None:
        return [head, Text("Hệ tọa độ WGS 84.", style="small"), degrees]
    told: list[Block] = [head, Text(_system_told(system), style="small"), table(corners, system)]
    if len(corners) <= MOST_BELOW:
        told += [Text("Cùng các góc ấy trong hệ WGS 84 (độ thập phân).", style="small"), degrees]
    return told


def table(corners: Sequence[Corner], system: ReferenceSystem) -> Rows:
    """Corners in metres, x to the north, y to the east, and the way to the next one."""
    places = projecting.leave([(corner.lon, corner.lat) for corner in corners], system.crs)
    rows = []
    for corner, (east, north) in zip(corners, places, strict=True):
        side = math.dist((east, north), places[corner.following])
        rows.append((corner.name, _metres(north), _metres(east), _metres(side)))
    return Rows(("Góc", "X (m)", "Y (m)", "Cạnh (m)"), rows, (2, 4, 4, 3), beside=2)


def _system_told(system: ReferenceSystem) -> str:
    return (
        f"Hệ VN-2000, kinh tuyến trục {system.central_meridian}, múi chiếu 3° "
        f"(EPSG:{system.epsg}), chuyển từ WGS 84, sai số chuyển hệ khoảng "
        f"{reference_systems.ACCURACY_M:.0f} m; X về Bắc, Y về Đông; cạnh tới góc kế tiếp."
    )


def _metres(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")
