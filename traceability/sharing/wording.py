"""What is said when a share cannot be made."""

from foundation.i18n import N_

WORDING: dict[str, str] = {
    "share.partner_unknown": N_(
        "Không có đơn vị đã xác minh nào mang mã {code}; hãy hỏi đối tác mã đơn vị của họ."
    ),
    "share.with_oneself": N_("Đây là chính đơn vị của bạn."),
    "share.days": N_("Ngày cuối không thể trước ngày đầu."),
    "share.thing_unknown": N_("Đơn vị không có sản phẩm hoặc lô nào mang mã {code}."),
    "share.not_found": N_("Không có lần chia sẻ này."),
}
