"""The field book as a sheet: one row a line, the columns of the VietGAP diary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from foundation.i18n import vn_date
from foundation.tables import Cell, Column
from growing_areas import labels
from growing_areas.fieldbook import labels as words
from growing_areas.fieldbook.book import BookLine, BookQuery

COLUMNS = (
    Column("id", "Số dòng", "integer"),
    Column("done_on", "Ngày làm", "date"),
    Column("area_code", "Mã số vùng"),
    Column("area_name", "Vùng"),
    Column("parcels", "Thửa"),
    Column("households", "Hộ"),
    Column("activity", "Việc"),
    Column("activity_name", "Tên việc"),
    Column("product_name", "Thuốc, phân, vật tư"),
    Column("active_ingredient", "Hoạt chất"),
    Column("dose", "Liều lượng"),
    Column("quantity", "Số lượng", "decimal"),
    Column("unit", "Đơn vị"),
    Column("treated_ha", "Diện tích đã làm (ha)", "decimal"),
    Column("head_count", "Số con, cây", "integer"),
    Column("target", "Sâu bệnh, mục đích"),
    Column("pre_harvest_days", "Cách ly ghi trên nhãn (ngày)", "integer"),
    Column("catalogue_days", "Cách ly theo danh mục (ngày)", "integer"),
    Column("interval_days", "Cách ly phải giữ (ngày)", "integer"),
    Column("first_permitted_on", "Được thu hoạch từ", "date"),
    Column("weather", "Thời tiết"),
    Column("equipment", "Dụng cụ, máy móc"),
    Column("water_source", "Nguồn nước"),
    Column("waste", "Chất thải"),
    Column("disposal", "Cách thu gom, xử lý"),
    Column("worker", "Người làm"),
    Column("photos", "Số ảnh", "integer"),
    Column("warnings", "Cảnh báo"),
    Column("notes", "Ghi chú"),
    Column("corrects", "Thay dòng số", "integer"),
    Column("recorded_at", "Ghi lúc", "datetime"),
    Column("area", "Số vùng", "integer"),
    Column("dose_amount", "Liều: lượng", "decimal"),
    Column("dose_unit", "Liều: đơn vị"),
    Column("dose_per_amount", "Liều: cho bao nhiêu", "decimal"),
    Column("dose_per", "Liều: của"),
    Column("dose_words", "Liều ghi bằng lời"),
    Column("reason", "Lý do đính chính"),
    Column("catalogue_today", "Danh mục hôm nay nói khác"),
)


def rows(lines: Iterable[BookLine]) -> Iterator[list[Cell]]:
    """Lines as rows; names only where the reader may have them."""
    for line in lines:
        entry = line.entry
        yield [
            entry.id, entry.done_on, line.area.code, line.area.name, ", ".join(line.parcels),
            ", ".join(line.households), entry.activity, labels.activity(entry.activity),
            entry.product_name, entry.active_ingredient, words.dose(entry), entry.quantity,
            entry.unit, entry.treated_ha, entry.head_count, entry.target, entry.pre_harvest_days,
            entry.catalogue_days, entry.days_that_count, entry.first_permitted_on,
            words.weather(entry.weather) if entry.weather else None, entry.equipment,
            entry.water_source, words.waste(entry.waste_kind) if entry.waste_kind else None,
            entry.disposal, line.worker, line.photos,
            "; ".join(words.flag(each) for each in entry.flags or ()), entry.notes,
            entry.corrects_id, entry.recorded_at, entry.area_id, entry.dose_amount,
            entry.dose_unit, entry.dose_per_amount, entry.dose_per, entry.dose, entry.reason,
            words.said_today(line) or None,
        ]  # fmt: skip


def told(query: BookQuery) -> list[str]:
    """The filters in words, for the notes of a file and the head of a paper."""
    found = []
    if query.since:
        found.append(f"Từ ngày: {vn_date(query.since)}")
    if query.until:
        found.append(f"Đến hết ngày: {vn_date(query.until)}")
    if query.activity:
        found.append(f"Việc: {labels.activity(query.activity)}")
    if query.crop:
        found.append(f"Cây, con: {labels.crop(query.crop)}")
    if query.q:
        found.append(f"Vật tư: {query.q}")
    if query.flag:
        found.append(f"Cảnh báo: {words.flag(query.flag)}")
    return found
