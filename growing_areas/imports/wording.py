"""What imports of many areas say about each error and finding code."""

from foundation.i18n import N_

WORDING: dict[str, str] = {
    "upload.not_found": N_("Tệp này không còn giữ nữa (chỉ giữ một ngày). Xin gửi lại tệp."),
    "import.too_many_at_once": N_(
        "Tệp có {count} hình; gọi API mỗi lần ghi nhiều nhất {most} hình. Xin chia tệp, hoặc nhập ở"
        " trang Nhập tệp nhiều vùng hay bằng lệnh nguon areas import: tới {page_most} hình một tệp."
    ),
    "import.nothing_taken": N_("Chưa chọn hình nào để ghi."),
    "import.not_stored": N_("Lần nhập này chưa ghi xong hoặc đã hoàn tác rồi."),
    "import.built_upon": N_(
        "Không hoàn tác được: {count} vùng của lần nhập này đã nộp hồ sơ, có nhật ký hoặc đã"
        " dùng ở nơi khác."
    ),
    "import.area_in_use": N_("Vùng {name} đã được dùng tiếp."),
}
