"""Sentences for what the maps refuse."""

from foundation.i18n import N_

WORDING = {
    "map.no_such_province": N_("Không có tỉnh, thành phố nào mang mã “{code}”."),
    "map.no_such_tile": N_("Bản đồ không có ô này."),
    "map.no_such_standard": N_("Không có tiêu chuẩn nào mang mã “{code}”."),
    "map.no_such_product": N_("Không có sản phẩm nào mang mã “{code}”."),
    "map.no_such_crop": N_("Không có cây trồng nào mang mã “{code}”."),
}
