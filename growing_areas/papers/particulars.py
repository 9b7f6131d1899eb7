"""Particulars: what every paper tells of an area, read once, worded in Vietnamese."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from accounts.models import Organisation
from foundation import i18n
from foundation.clock import VIETNAM
from foundation.documents.blocks import Code
from growing_areas import areas, labels, overlap
from growing_areas.crops import Crop, find_crop
from growing_areas.dossiers.models import AreaEdition
from growing_areas.models import GrowingArea, GrowingAreaCode, PlotVersion
from growing_areas.papers import extract
from growing_areas.papers.extract import Extract
from growing_areas.shapes.measure import Outline
from territory import units


@dataclass(frozen=True)
class Particulars:
    """An area as papers tell it: its row, its code, its crop, its place, its picture."""

    area: GrowingArea
    name: str
    variety: str | None
    planting_year: int | None
    drawn: PlotVersion
    code: GrowingAreaCode | None
    crop: Crop | None
    place: str
    province: str
    around: list[tuple[str, Outline]]

    @property
    def organisation(self) -> Organisation:
        return self.area.organisation

    @property
    def crop_name(self) -> str:
        return self.crop.name_vi if self.crop else self.area.crop_code

    @property
    def place_in_text(self) -> str:
        """The commune within a sentence: "xã Thanh Thủy, Phú Thọ"."""
        return self.place[:1].lower() + self.place[1:]

    @property
    def area_ha(self) -> str:
        return i18n.area(self.drawn.area_m2)

    @property
    def extract(self) -> Extract:
        """The picture and corners of the outline."""
        return picture_of(areas.outline_of(self.drawn), self.around)


@contextmanager
def in_vietnamese() -> Iterator[None]:
    """Papers are state papers: Vietnamese, whatever language their reader browses in."""
    before = i18n.get_language()
    i18n.set_language("vi")
    try:
        yield
    finally:
        i18n.set_language(before)


def read(
    session: Session, area: GrowingArea, *, on: date, edition: AreaEdition | None = None
) -> Particulars:
    """Everything a paper needs of an area, in five statements; of an edition where one is named."""
    told = area if edition is None else edition
    outline = areas.outline_of(told.version)
    code = session.get(GrowingAreaCode, area.code) if area.code else None
    province = units.find_unit(session, area.province_code, on)
    around = overlap.neighbours(session, area, outline)
    return Particulars(
        area,
        told.name,
        told.variety,
        told.planting_year,
        told.version,
        code,
        find_crop(area.crop_code),
        units.labels(session, {area.commune_code}, on).get(area.commune_code, area.commune_code),
        province.full_name if province else "",
        around,
    )


def picture_of(outline: Outline, around: Sequence[tuple[str, Outline]]) -> Extract:
    """The extract of an outline among its neighbours with a code."""
    caption = "Trích bản đồ; hệ tọa độ WGS 84; chữ B chỉ hướng Bắc."
    if around:
        caption = f"{caption} Nét đứt: vùng bên cạnh có mã."
    return extract.extract(outline, around, caption=caption, share=0.86)


def facts_of(told: Particulars) -> list[tuple[str, str | None]]:
    """What papers list about an area, label by label."""
    area = told.area
    return [
        ("Tên vùng", told.name),
        ("Cây trồng, vật nuôi", told.crop_name),
        ("Tên khoa học", told.crop.scientific_name if told.crop else None),
        ("Giống", told.variety),
        ("Năm trồng", str(told.planting_year) if told.planting_year else None),
        ("Diện tích", told.area_ha),
        ("Tổ chức", told.organisation.name),
        ("Mã số thuế", told.organisation.tax_code),
        ("Nơi", told.place),
        ("Thị trường", labels.market(area.market)),
    ]


def public_address(code: str, base_url: str) -> str:
    """Where everybody reads how an area stands today."""
    return f"{base_url}/areas/{code}"


def code_of_address(code: str, base_url: str) -> Code:
    """A QR code that leads to the area's public page, its address in words below."""
    address = public_address(code, base_url)
    shown = f"{base_url}\n/areas/{code}"
    return Code(address, f"Quét để xem hiệu lực hôm nay:\n{shown}", 34)


def long_day(day: date) -> str:
    """ "ngày 05 tháng 02 năm 2026", as state papers write days: zeros before small ones only."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def issued_on(told: Particulars) -> date | None:
    """The day the code was issued, in Vietnam."""
    moment = told.area.approved_at
    return moment.astimezone(VIETNAM).date() if moment else None
