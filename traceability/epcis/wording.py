"""What EPCIS says about each error and finding code. Programs read it; their makers too."""

from foundation.i18n import N_

WORDING: dict[str, str] = {
    "epcis.unkeepable_text": N_("Văn bản chứa ký tự không lưu được (ký tự rỗng hoặc nửa ký tự)."),
    "epcis.not_a_document": N_("Cần một EPCISDocument hoặc EPCISQueryDocument."),
    "epcis.not_an_event": N_("Cần một sự kiện EPCIS có trường type."),
    "epcis.shape": N_("Trái với lược đồ EPCIS 2.0 tại {place} (quy tắc {rule})."),
    "epcis.version_unknown": N_("Chỉ nhận EPCIS 2; tài liệu khai phiên bản {version}."),
    "epcis.context_missing": N_("@context phải nêu ngữ cảnh chuẩn của EPCIS."),
    "epcis.context_remote": N_(
        "Không tải ngữ cảnh từ địa chỉ {address}; hãy ghi nội dung của nó ngay trong tài liệu."
    ),
    "epcis.prefix_undeclared": N_("Tiền tố {prefix} của {name} chưa được khai trong @context."),
    "epcis.parent_missing": N_("Sự kiện gom hàng với hành động {action} cần parentID."),
    "epcis.nothing_named": N_("Sự kiện không nêu vật nào và không có số đo cảm biến."),
    "epcis.time_form": N_("{given} không phải thời điểm có múi giờ."),
    "epcis.time_range": N_("{given} nằm ngoài lịch mà hệ thống ghi được."),
    "epcis.address_long": N_("Địa chỉ dài quá {most} ký tự."),
    "epcis.event_id_taken": N_("Đã có một sự kiện khác mang mã {event_id}."),
    "epcis.own_step": N_(
        "Sự kiện {event_id} do Nguồn ghi; hãy hủy việc ấy ở trang của lô để hàng về lại kho."
    ),
    "epcis.file_too_large": N_("Tài liệu lớn hơn {most} byte."),
    "epcis.too_many_at_once": N_("Tài liệu có hơn {most} sự kiện; hãy chia ra nhiều lần gửi."),
    "epcis.behaviour_unknown": N_(
        "GS1-Capture-Error-Behaviour chỉ nhận rollback hoặc proceed, không nhận {sent}."
    ),
}
