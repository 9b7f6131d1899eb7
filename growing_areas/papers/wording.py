"""What the papers say when they cannot be printed."""

from foundation.i18n import N_

WORDING: dict[str, str] = {
    "paper.not_in_force": N_("Chỉ in giấy xác nhận khi vùng trồng đang hiệu lực."),
    "paper.no_such_issue": N_("Không có bản giấy xác nhận số này."),
    "paper.no_code": N_("Vùng trồng chưa có mã nên chưa có quyết định để in."),
}
