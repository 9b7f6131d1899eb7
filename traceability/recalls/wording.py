"""What recalls say about each error and finding code."""

from foundation.i18n import N_

WORDING: dict[str, str] = {
    "recall.one_suspicion": N_("Hãy nêu đúng một thứ bị nghi: lô, vùng trồng, vật tư hoặc lô mua."),
    "recall.nothing_found": N_("Không có lô hàng nào liên quan đến “{key}” mà bạn được thu hồi."),
    "recall.not_found": N_("Không có đợt thu hồi nào mang mã này."),
    "recall.state": N_("Đợt thu hồi {recall} không ở bước làm được việc này."),
    "recall.open_already": N_(
        "Hàng này đang nằm trong đợt {recall} còn mở. Hãy xử lý tiếp ở đợt ấy; muốn mở đợt mới thì"
        " gỡ hoặc kết thúc đợt ấy trước."
    ),
    "recall.batch_outside": N_("Lô {batch} không thuộc đợt thu hồi này."),
    "recall.lot_ambiguous": N_("Có nhiều lô mang mã {lot}. Hãy ghi mã truy xuất của lô."),
    "recall.supplier_ambiguous": N_(
        "Nhiều nơi bán cùng ghi mã lô {lot}: {suppliers}. Hãy chọn một nơi bán."
    ),
    "recall.effect_zero": N_("Số lượng phải khác 0."),
    "recall.effect_below": N_("Tổng số đã ghi của lô {lot} không thể âm."),
}
