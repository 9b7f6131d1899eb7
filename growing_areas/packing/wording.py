"""What the register of packing houses says about each error and finding code."""

from foundation.i18n import N_

WORDING: dict[str, str] = {
    "packing.invalid": N_("Chưa ghi được cơ sở đóng gói, xin sửa những chỗ sau."),
    "packing.not_found": N_("Không có cơ sở đóng gói này."),
    "packing.wrong_status": N_("Cơ sở đóng gói đang ở trạng thái khác, bước này không làm được."),
    "packing.dossier_incomplete": N_("Hồ sơ cơ sở đóng gói còn thiếu, chưa gửi được."),
    "packing.needs_address": N_("Thiếu địa chỉ của cơ sở."),
    "packing.needs_position": N_("Thiếu vị trí (kinh độ, vĩ độ) của cơ sở."),
    "packing.needs_crops": N_("Thiếu loại nông sản đóng gói."),
    "packing.needs_capacity_kg": N_("Thiếu công suất mỗi ngày."),
    "packing.needs_equipment": N_("Thiếu mô tả nhà xưởng, thiết bị."),
    "packing.half_position": N_("Vị trí cần cả kinh độ và vĩ độ."),
    "packing.not_a_position": N_("Vị trí ghi kinh độ rồi vĩ độ, ví dụ 105.2813 21.1204."),
    "packing.axes_swapped": N_("Kinh độ và vĩ độ bị đổi chỗ cho nhau ({lon}; {lat})."),
    "packing.out_of_range": N_("Tọa độ {lon}; {lat} không có trên trái đất."),
    "packing.outside_vietnam": N_("Vị trí {lon}; {lat} nằm ngoài Việt Nam."),
    "packing.near_commune_edge": N_(
        "Vị trí nằm ngoài ranh giới xã {metres}\u00a0m (ranh giới trong hệ thống chỉ gần đúng)."
    ),
    "packing.outside_commune": N_("Vị trí nằm ngoài xã đã khai {metres}\u00a0m."),
    "packing.unknown_standard": N_("Không có tiêu chuẩn với mã {standard}."),
    "packing.bad_standard_line": N_(
        "Dòng {line} của tiêu chuẩn cần tên tiêu chuẩn; số chứng nhận; nơi chứng nhận; có thể thêm "
        "ngày hết hạn (21/11/2027)."
    ),
    "packing.unknown_point": N_("Bảng kiểm ngày đó không có mục {point}."),
    "packing.point_unanswered": N_("Chưa chọn kết quả cho mục “{point}”."),
    "packing.essential_not_met": N_("Không thể ghi Đạt khi mục bắt buộc “{point}” chưa đạt."),
    "packing.reason_needed": N_("Cần ghi lý do."),
    "packing.step_not_possible": N_(
        "Cơ sở đóng gói đang ở trạng thái khác, bước này không làm được."
    ),
    "packing.code_grammar": N_("Mã {code} không đúng mẫu mã cơ sở đóng gói (VN-xxPH-0001)."),
    "packing.code_without_hyphen": N_(
        "Mã {code} thiếu dấu nối; dạng chuẩn là {normal}. Nếu đúng, đánh dấu đồng ý ghi theo dạng "
        "chuẩn; chữ đã in vẫn được giữ."
    ),
    "packing.code_taken": N_("Mã {house_code} đã thuộc về cơ sở khác."),
    "packing.decided_in_future": N_("Ngày quyết định {on} chưa tới."),
    "packing.day_past": N_("Ngày {on} đã qua, không thể là hạn hiệu lực."),
    "packing.not_later": N_("Hạn mới phải sau hạn đang ghi ({on})."),
    "packing.validity_over": N_("Mã đã hết hạn ngày {on}; cần gia hạn thay vì cho hoạt động lại."),
    "packing.too_many_areas": N_("Một cơ sở khai nhiều nhất {most} vùng giao hàng."),
    "packing.area_not_in_force": N_("Không có vùng trồng đang hiệu lực với mã {area}."),
    "packing.already_confirmed": N_("Vùng này đã được xác nhận giao hàng."),
    "packing_delivery.not_found": N_("Không có lời khai giao hàng này."),
}
