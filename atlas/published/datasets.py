"""Datasets: what is published, what each field means, in which formats. PURE.

Nothing personal is a field: no representative, no household, no telephone, no exact outline its
owner did not choose to show.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from foundation import tables
from foundation.errors import NotFound
from foundation.i18n import N_
from foundation.tables import Column
from growing_areas.writing.formats import FORMATS

LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
COUNTRY_URL = "http://publications.europa.eu/resource/authority/country/VNM"
KEPT = timedelta(days=90)
"""How long a version stays after a newer one took its place."""
OUTLINES = tuple(FORMATS)
POINTS = ("geojson", "gpkg", "kml", "shp", "wkt")
TABLES = ("csv", "xlsx", "json")


POSITION = (
    Column("lon", N_("Kinh độ (WGS 84)"), "decimal"),
    Column("lat", N_("Vĩ độ (WGS 84)"), "decimal"),
)


@dataclass(frozen=True)
class Dataset:
    """A dataset: words for people, fields for programs.

    ``map_formats`` hold the rows that have a place or an outline, ``table_formats`` all rows.
    ``starts_on`` is the first day it tells of. Words are Vietnamese, to be translated.
    """

    code: str
    title: str
    about: str
    keywords: tuple[str, ...]
    columns: tuple[Column, ...]
    map_formats: tuple[str, ...] = ()
    table_formats: tuple[str, ...] = ()
    starts_on: date = date(2026, 1, 1)
    name_label: str = N_("Tên")

    @property
    def formats(self) -> tuple[str, ...]:
        """Every format, the ones for maps first."""
        return (*self.map_formats, *self.table_formats)

    @property
    def map_columns(self) -> tuple[Column, ...]:
        """The columns of map files: where a place stands is their geometry already."""
        return tuple(column for column in self.columns if column not in POSITION)

    def suffix(self, format_: str) -> str:
        """What a file of this format ends in."""
        if format_ in self.map_formats:
            return ("-shp" if format_ == "shp" else "") + FORMATS[format_].suffix
        return f".{format_}"

    def media_type(self, format_: str) -> str:
        """How a file of this format is sent."""
        if format_ in self.map_formats:
            return FORMATS[format_].media_type
        return tables.MEDIA_TYPES[format_]

    def label(self, format_: str) -> str:
        """What a format is called."""
        return FORMATS[format_].label if format_ in self.map_formats else format_.upper()


_PLACE = (
    Column("commune", N_("Mã xã")),
    Column("commune_vi", N_("Xã, phường, tỉnh")),
    Column("province", N_("Mã tỉnh")),
)
_PAGE = Column("page", N_("Trang trên Nguồn"))

_ALL = (
    Dataset(
        "growing-areas",
        N_("Vùng trồng đã cấp mã"),
        N_(
            "Vùng trồng, vùng nuôi, rừng đang có mã hiệu lực: cây trồng, tổ chức, xã, diện tích, "
            "ranh giới. Ranh giới là ô khoảng 1 km, trừ khi chủ vùng chọn cho xem đúng."
        ),
        (N_("vùng trồng"), N_("mã số vùng trồng"), N_("nông nghiệp")),
        (
            Column("code", N_("Mã số")),
            Column("crop", N_("Cây trồng, vật nuôi (mã)")),
            Column("crop_vi", N_("Cây trồng, vật nuôi")),
            Column("sci_name", N_("Tên khoa học")),
            Column("org_name", N_("Tổ chức (trống nếu là hộ)")),
            Column("area_ha", N_("Diện tích thật (ha)"), "decimal"),
            *_PLACE,
            Column("precision", N_("Ranh giới: exact là đúng, cell là ô khoảng 1 km")),
            _PAGE,
        ),
        OUTLINES,
    ),
    Dataset(
        "cooperatives",
        N_("Hợp tác xã đã xác minh"),
        N_("Hợp tác xã có người xác minh, xã nơi đặt trụ sở, số vùng trồng đang có mã."),
        (N_("hợp tác xã"),),
        (
            Column("code", N_("Mã tổ chức")),
            *_PLACE,
            Column("areas", N_("Số vùng đang có mã"), "integer"),
            Column("area_ha", N_("Tổng diện tích các vùng (ha)"), "decimal"),
            _PAGE,
        ),
        table_formats=TABLES,
    ),
    Dataset(
        "packing-houses",
        N_("Cơ sở đóng gói đang hiệu lực"),
        N_(
            "Cơ sở đóng gói có mã: nông sản, thị trường, công suất, hạn. Vị trí làm tròn khoảng "
            "100 m (cơ sở của hộ: khoảng 1 km, không ghi địa chỉ)."
        ),
        (N_("cơ sở đóng gói"), N_("xuất khẩu")),
        (
            Column("code", N_("Mã số")),
            Column("crops", N_("Nông sản đóng gói (mã)")),
            Column("markets", N_("Thị trường (mã)")),
            Column("org_name", N_("Tổ chức (trống nếu là hộ)")),
            Column("address", N_("Địa chỉ")),
            *_PLACE,
            Column("capacity", N_("Công suất (kg mỗi ngày)"), "decimal"),
            Column("valid_to", N_("Có hạn đến"), "date"),
            *POSITION,
        ),
        POINTS,
        TABLES,
    ),
    Dataset(
        "raw-material-areas",
        N_("Vùng nguyên liệu"),
        N_("Vùng nguyên liệu đang chạy: tổ chức đứng đầu, cây trồng, số thành viên, diện tích."),
        (N_("vùng nguyên liệu"), N_("liên kết")),
        (
            Column("code", N_("Mã số")),
            Column("lead", N_("Tổ chức đứng đầu (trống nếu là hộ)")),
            Column("crops", N_("Cây trồng, vật nuôi (mã)")),
            *_PLACE,
            Column("members", N_("Số tổ chức tham gia"), "integer"),
            Column("areas", N_("Số vùng trồng"), "integer"),
            Column("area_ha", N_("Diện tích, không tính trùng (ha)"), "decimal"),
            Column("has_buyer", N_("Có doanh nghiệp thu mua"), "boolean"),
        ),
        table_formats=TABLES,
    ),
    Dataset(
        "tourism-places",
        N_("Điểm du lịch nông thôn"),
        N_("Điểm đang đón khách: loại, xã, vị trí (nếu có), trang giới thiệu."),
        (N_("du lịch nông thôn"),),
        (
            Column("code", N_("Mã số")),
            Column("kind", N_("Loại (mã)")),
            Column("name_en", N_("Tên tiếng Anh")),
            *_PLACE,
            *POSITION,
            _PAGE,
        ),
        POINTS,
        TABLES,
    ),
    Dataset(
        "programme-results",
        N_("Kết quả các kế hoạch"),
        N_("Chỉ tiêu của năm kế hoạch trong năm nay: tử số, mẫu số, giá trị, theo tỉnh và xã."),
        (N_("chỉ tiêu"), N_("nông thôn mới"), N_("chuyển đổi số")),
        (
            Column("plan", N_("Kế hoạch (mã)")),
            Column("indicator", N_("Mã chỉ tiêu")),
            Column("unit", N_("Đơn vị tính")),
            Column("period", N_("Kỳ")),
            Column("through", N_("Tính đến ngày"), "date"),
            Column("province", N_("Mã tỉnh")),
            Column("commune", N_("Mã xã (trống là toàn địa bàn)")),
            Column("numerator", N_("Tử số"), "decimal"),
            Column("denominat", N_("Mẫu số"), "decimal"),
            Column("value", N_("Giá trị (trống là chưa có số liệu)"), "decimal"),
            Column("targets", N_("Chỉ tiêu kế hoạch (mục)")),
        ),
        table_formats=TABLES,
        name_label=N_("Tên chỉ tiêu"),
    ),
)


def datasets() -> dict[str, Dataset]:
    """Every dataset by its code, in the order to show them."""
    return {found.code: found for found in _ALL}


def get_dataset(code: str) -> Dataset:
    """The dataset with this code. Raises: NotFound("open_data.no_such_dataset")."""
    found = datasets().get(code)
    if found is None:
        raise NotFound("open_data.no_such_dataset", dataset=code[:40])
    return found
