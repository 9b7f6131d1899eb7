"""What complaints say about each error code."""

from foundation.i18n import N_

WORDING: dict[str, str] = {
    "complaint.not_found": N_("Không có phản ánh nào mang số này."),
    "complaint.not_a_person": N_("Xin để trống ô này: nó chỉ để chặn máy gửi tự động."),
    "complaint.not_agreed": N_(
        "Để lại cách liên lạc thì xin đánh dấu đồng ý, hoặc xóa ô liên lạc."
    ),
    "complaint.too_many": N_(
        "Đã có nhiều phản ánh gửi từ mạng này, xin gửi lại sau {minutes} phút."
    ),
    "complaint.too_many_photos": N_("Nhiều nhất {most} ảnh."),
    "complaint.no_such_province": N_("Xin chọn tỉnh trong danh sách."),
    "complaint.seen": N_("Phản ánh này đã được ghi là đã xem."),
    "complaint.closed": N_("Phản ánh này đã khép lại."),
    "complaint.erased": N_("Lời kể và cách liên lạc của người gửi đã được xóa."),
    "complaint.said_enough": N_(
        "Bạn đã nói thêm {most} lần; xin chờ trả lời hoặc gửi phản ánh mới."
    ),
}
