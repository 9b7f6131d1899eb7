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
    "epcis.word_unknown": N_("{word} không phải từ {kind} nào của bộ từ vựng chuẩn."),
    "epcis.pattern": N_("Mẫu mã {value} không đúng dạng."),
    "epcis.too_many_events": N_("Câu hỏi có hơn {most} sự kiện trả lời."),
    "epcis.page_token": N_("Mã trang tiếp không đúng, đã hết hạn, hoặc thuộc một câu hỏi khác."),
    "epcis.no_such_name": N_("Không có gì mang tên hoặc mã này."),
    "epcis.websocket": N_("Ở đây chưa có đăng ký qua WebSocket; hãy đăng ký nhận qua webhook."),
    "epcis.query_body": N_("Cần một đối tượng JSON gồm đúng hai mục name và query."),
    "epcis.query_name": N_("Tên truy vấn gồm 1–200 ký tự, không có dấu gạch chéo."),
    "epcis.name_taken": N_("Đã có truy vấn mang tên {name}."),
    "epcis.subscription_body": N_("Đăng ký nhận cần là một đối tượng JSON."),
    "epcis.subscription_member": N_("Mục {name} của đăng ký nhận thiếu hoặc không đúng."),
    "epcis.subscription_limits": N_(
        "Truy vấn có eventCountLimit hoặc maxEventCount không đăng ký nhận được."
    ),
    "epcis.subscriptions_too_many": N_("Mỗi truy vấn nhận nhiều nhất {most} đăng ký."),
    "epcis.schedule_or_stream": N_("Cần đúng một trong hai: schedule, hoặc stream là true."),
    "epcis.dest_malformed": N_("dest cần là địa chỉ http(s) đầy đủ, không kèm tên hay mật khẩu."),
    "epcis.dest_https_only": N_("dest cần dùng https."),
    "epcis.dest_port": N_("dest dùng cổng 80, 443 hoặc từ 1024 trở lên."),
    "epcis.dest_private": N_("dest không được là địa chỉ của máy này hay mạng riêng."),
    "epcis.schedule_empty": N_(
        "Lịch cần nêu ít nhất một trong: giây, phút, giờ, ngày, tháng, thứ."
    ),
    "epcis.schedule_field": N_("Lịch không có mục nào mang tên {name}."),
    "epcis.schedule_value": N_("Mục {name} của lịch không đọc được: {value}."),
    "epcis.schedule_never": N_("Không có ngày nào hợp với lịch này."),
}
"""Sentences by code."""
