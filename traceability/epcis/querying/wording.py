"""What programs are told when a query, a page or a subscription is refused."""

from foundation.i18n import N_

WORDING: dict[str, str] = {
    "epcis.address_too_long": N_(
        "Địa chỉ dài quá {most} ký tự. Hãy lưu câu hỏi thành truy vấn có tên."
    ),
    "epcis.not_acceptable": N_("Ở đây chỉ trả lời bằng JSON (application/json, ld+json)."),
    "epcis.version_not_served": N_("Ở đây chỉ phục vụ {name} phiên bản {ours}."),
    "epcis.header_value": N_("Tiêu đề {header} cần là một trong: {choices}."),
    "epcis.media_type": N_("Phần thân cần là JSON; kiểu {sent} chưa được đọc ở đây."),
    "epcis.not_json": N_("Phần thân không đọc được như JSON."),
    "epcis.parameter_twice": N_("Tham số {name} xuất hiện hơn một lần; hãy ngăn giá trị bằng |."),
    "epcis.parameter_unknown": N_("Không có tham số truy vấn nào mang tên {name}."),
    "epcis.parameter_value": N_("Giá trị {value} của tham số {name} không đọc được."),
    "epcis.parameter_choice": N_("Tham số {name} cần là một trong: {choices}."),
    "epcis.parameter_in_path": N_("Địa chỉ này đã nêu sẵn {name}; không nêu lại được."),
    "epcis.too_many_values": N_("Tham số {name} chỉ nhận nhiều nhất {most} giá trị một lần."),
    "epcis.extension_filter": N_(
        "Chưa lọc được theo trường mở rộng hoặc dữ liệu gốc ({name}); các tham số khác vẫn dùng"
        " được."
    ),
    "epcis.extension_order": N_("Chưa sắp xếp được theo trường mở rộng {name}."),
    "epcis.limits_exclude": N_("eventCountLimit và maxEventCount không dùng cùng nhau được."),
    "epcis.limit_without_order": N_("eventCountLimit cần đi kèm orderBy."),
    "epcis.pattern": N_("Mẫu mã {value} không đúng dạng."),
    "epcis.too_many_events": N_("Câu hỏi có hơn {most} sự kiện trả lời."),
    "epcis.page_token": N_("Mã trang tiếp không đúng, đã hết hạn, hoặc thuộc một câu hỏi khác."),
    "epcis.no_such_name": N_("Không có gì mang tên hoặc mã này."),
    "epcis.websocket": N_("Ở đây chưa có đăng ký qua WebSocket; hãy đăng ký nhận qua webhook."),
    "epcis.schedule_empty": N_(
        "Lịch cần nêu ít nhất một trong: giây, phút, giờ, ngày, tháng, thứ."
    ),
    "epcis.schedule_field": N_("Lịch không có mục nào mang tên {name}."),
    "epcis.schedule_value": N_("Mục {name} của lịch không đọc được: {value}."),
    "epcis.schedule_never": N_("Không có ngày nào hợp với lịch này."),
}
"""Sentences by code."""
