"""Filters of an exported list, told in words: which rows are in the file."""

from __future__ import annotations

from foundation.i18n import _, vn_date
from growing_areas import labels
from growing_areas.registration import AreaQuery


def told(query: AreaQuery, commune: str | None) -> list[tuple[str, str]]:
    """What a list is narrowed to, as label and value; ``commune`` is the commune's name."""
    area_kinds = dict(labels.area_kind_options())
    found = (
        (_("Tên hoặc mã vùng"), query.q),
        (_("Loại vùng"), area_kinds.get(query.kind or "")),
        (_("Cây trồng, vật nuôi"), labels.crop(query.crop) if query.crop else None),
        (_("Trạng thái"), labels.status(query.status) if query.status else None),
        (_("Xã, phường"), commune or query.commune_code),
        (_("Mã tỉnh"), query.province_code),
        (_("Mã tổ chức"), query.organisation),
        (_("Hạn trước ngày"), vn_date(query.due_before)),
        (_("Chồng lấn"), _("Có chồng lấn") if query.overlap else None),
        (_("Thay đổi"), _("Có đề nghị thay đổi") if query.amending else None),
        (_("Hồ sơ"), _("Đã nộp") if query.handed_in else None),
    )
    return [(label, value) for label, value in found if value]
