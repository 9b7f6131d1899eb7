"""Sentences for the codes of territory."""

from foundation.i18n import N_

WORDING = {
    "territory.no_such_unit": N_("Không có đơn vị hành chính mang mã {unit} vào ngày {on}."),
    "territory.nowhere": N_("Không có xã nào đã nạp ranh giới ở kinh độ {lon}, vĩ độ {lat}."),
    "territory.unknown_unit": N_("Không có xã, phường nào đang mang mã {unit}."),
    "territory.unknown_name": N_("Không tìm thấy xã, phường nào tên “{name}”."),
    "territory.choose": N_("Chưa rõ “{name}” là xã, phường nào; xin chọn trong danh sách."),
    "territory.boundaries_not_geojson": N_("Tệp không phải GeoJSON (UTF-8)."),
    "territory.boundaries_broken_gzip": N_("Tệp nén gzip bị hỏng."),
    "territory.boundaries_too_large": N_("Tệp lớn quá {max} byte."),
    "territory.boundaries_none": N_("Tệp không có ranh giới nào."),
    "territory.boundary_not_feature": N_("Mục {place}: không phải là một Feature."),
    "territory.boundary_unknown_unit": N_("Mục {place}: không có xã, phường nào mang mã {unit}."),
    "territory.boundary_not_polygon": N_("Mục {place} (xã {unit}): không phải là đa giác."),
    "territory.boundary_elsewhere": N_(
        "Mục {place} (xã {unit}): nằm ngoài Việt Nam ({lon}, {lat}); tọa độ là kinh độ, vĩ độ."
    ),
    "territory.boundary_twice": N_("Mục {place}: xã {unit} có hai ranh giới trong tệp."),
}
