"""What items say about each error code, and how their states are called."""

from foundation.i18n import N_

WORDING: dict[str, str] = {
    "item.not_found": N_("Không có tem nào mang mã này trong hệ thống."),
    "item.act_not_found": N_("Không có việc nào mang số này."),
    "item.handout_not_found": N_("Không có phần tem giao nào mang số này."),
    "item.not_of_batch": N_(
        "“{typed}” không phải số hay mã của tem nào thuộc lô này. Quét lại hoặc gõ số thứ tự."
    ),
    "item.not_printed": N_("Tem từ số {first} đến {last} chưa in."),
    "item.state_unknown": N_("Không có trạng thái “{state}”."),
    "item.is_printed": N_("Tem từ số {first} đến {last} mới in, chưa dán vào hàng."),
    "item.is_activated": N_("Tem từ số {first} đến {last} đã dán vào hàng."),
    "item.is_sold": N_("Tem từ số {first} đến {last} đã bán."),
    "item.is_returned": N_("Tem từ số {first} đến {last} là hàng đã trả lại."),
    "item.is_void": N_("Tem từ số {first} đến {last} đã hủy, không dùng lại được."),
    "item.too_many_pieces": N_(
        "Đoạn này gồm quá nhiều phần khác nhau (nhiều nhất {most}); xin chia ra làm nhiều lần."
    ),
    "item.batch_stopped": N_("Lô {lot} đang dừng: không giao, không dán, không bán tem của lô."),
    "item.not_undoable": N_("Việc này không bỏ được: tem của lệnh in đã hủy không dùng lại."),
    "item.acted_since": N_("Đã có việc khác làm với tem trong đoạn này; bỏ việc ấy trước."),
    "item.handed_out": N_("Tem từ số {first} đến {last} đang ở chuyền “{line}”."),
    "item.none_free": N_(
        "Lô {lot} không còn {count} tem liền nhau chưa giao. In thêm hoặc giao ít hơn."
    ),
    "item.used_too_many": N_("Nhiều nhất {most} tem: phần giao chỉ có bấy nhiêu."),
    "item.settled": N_("Phần giao cho chuyền “{line}” đã kết rồi."),
}
STATES: dict[str, str] = {
    "printed": N_("Đã in, chưa dán"),
    "activated": N_("Đã dán vào hàng"),
    "sold": N_("Đã bán"),
    "returned": N_("Hàng trả lại"),
    "void": N_("Đã hủy"),
    "undone": N_("Bỏ việc đã ghi"),
}
TONES: dict[str, str] = {
    "printed": "calm",
    "activated": "good",
    "sold": "note",
    "returned": "wait",
    "void": "bad",
    "undone": "calm",
}
