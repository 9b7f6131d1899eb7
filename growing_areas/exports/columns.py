"""Columns of an area's row in every map file, and how a row is made. No person, no household.

The same codes in every format and language; `docs/area-files.md` tells what each means.
"""

from __future__ import annotations

from collections.abc import Mapping

from foundation.clock import business_day
from foundation.tables import Column
from growing_areas.crops import crops
from growing_areas.models import GrowingArea
from growing_areas.shapes.measure import Outline, hectares
from growing_areas.writing.shapes import Shape, Value

COLUMNS = (
    Column("id", "Số trong sổ", "integer"),
    Column("code", "Mã số"),
    Column("status", "Trạng thái (mã)"),
    Column("org_code", "Mã tổ chức"),
    Column("org_name", "Tổ chức"),
    Column("crop", "Cây trồng, vật nuôi (mã)"),
    Column("crop_name", "Cây trồng, vật nuôi"),
    Column("variety", "Giống"),
    Column("planted", "Năm trồng", "integer"),
    Column("market", "Thị trường (mã)"),
    Column("yield_kg", "Sản lượng dự kiến (kg)", "decimal"),
    Column("area_ha", "Diện tích (ha)", "decimal"),
    Column("commune", "Mã xã"),
    Column("commune_vi", "Xã, phường"),
    Column("province", "Mã tỉnh"),
    Column("coded_on", "Ngày cấp mã", "date"),
    Column("version", "Bản vẽ số", "integer"),
)
"""Codes of at most ten letters: they stand in a Shapefile as they are."""


def shape_of(area: GrowingArea, places: Mapping[str, str], outline: Outline) -> Shape:
    """The row of an area: its name, what is told of it, its outline."""
    crop = crops().get(area.crop_code)
    told: dict[str, Value] = {
        "id": area.id,
        "code": area.code,
        "status": area.status,
        "org_code": area.organisation.code,
        "org_name": area.organisation.name,
        "crop": area.crop_code,
        "crop_name": crop.name_vi if crop else area.crop_code,
        "variety": area.variety,
        "planted": area.planting_year,
        "market": area.market,
        "yield_kg": area.expected_yield_kg,
        "area_ha": hectares(area.version.area_m2),
        "commune": area.commune_code,
        "commune_vi": places.get(area.commune_code, ""),
        "province": area.province_code,
        "coded_on": business_day(area.approved_at) if area.approved_at else None,
        "version": area.version.number,
    }
    return Shape(area.name, outline, told)
