"""Sentences for what exports of lists refuse."""

from foundation.i18n import N_

WORDING = {
    "export.not_found": N_("Không có tệp xuất này, hoặc tệp đã hết hạn giữ."),
    "export.finished": N_("Việc xuất tệp đã xong hoặc đã dừng."),
    "export.not_ready": N_("Tệp chưa ghi xong."),
    "export.nobody": N_("Chỉ người dùng đã đăng nhập mới đặt được tệp lớn."),
    "export.too_many": N_(
        "Danh sách có {count} vùng, nhiều hơn {most}: hãy đặt xuất tệp chạy nền, hoặc lọc bớt."
    ),
}
