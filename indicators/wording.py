"""Sentences for what indicators refuse, and why a figure is not known."""

from foundation.i18n import N_

WORDING = {
    "plan.not_found": N_("Không có kế hoạch này."),
    "plan.unit_outside": N_("Xã này không thuộc địa bàn của kế hoạch."),
    "plan.bad_period": N_("Kỳ “{period}” không đọc được; ví dụ: 2026, 2026-H1, 2026-Q3, 2026-11."),
    "indicator.not_found": N_("Kế hoạch không có chỉ tiêu này."),
    "indicator.not_reported": N_("Chưa có số liệu: cơ quan chưa báo cáo."),
    "indicator.no_days": N_("Chưa có số liệu: chưa tổng hợp ngày nào trong kỳ."),
    "indicator.no_roster": N_("Chưa có số liệu: chưa có danh sách làm mẫu số."),
    "indicator.no_denominator": N_("Chưa có số liệu: chưa có gì để chia trong kỳ."),
    "indicator.partial": N_("Kỳ chưa đủ ngày: số liệu tính đến ngày ghi bên cạnh."),
    "register.ended": N_("Mục này đã kết thúc trước đó."),
    "register.ends_before": N_("Ngày kết thúc không thể trước {first}."),
    "register.in_future": N_("Danh sách không thể chốt vào một ngày chưa tới."),
    "register.no_such_organisation": N_("Không có tổ chức nào mang mã “{code}”."),
    "register.no_such_unit": N_(
        "“{unit}” không phải mã xã hay mã địa bàn của kế hoạch nào ({places})."
    ),
}
