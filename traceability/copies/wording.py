"""What copies say about each error code."""

from foundation.i18n import N_

WORDING: dict[str, str] = {
    "scan.not_just_seen": N_(
        "Không thấy lượt quét vừa rồi của máy này, hoặc lượt ấy đã có tỉnh. Xin quét lại tem rồi"
        " chọn tỉnh."
    ),
    "suspicion.not_found": N_("Không có mã đáng ngờ nào mang số này."),
    "suspicion.decided": N_("Mã này đã có kết luận."),
    "suspicion.not_decided": N_("Mã này chưa có kết luận để mở lại."),
    "suspicion.decided_by_office": N_("Cán bộ đã kết luận; chỉ cán bộ mở lại được."),
}
