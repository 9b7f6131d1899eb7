"""What holds, certificates and laboratory results say about each error and finding code."""

from foundation.i18n import N_

WORDING: dict[str, str] = {
    "batch.held_because": N_("{why}"),
    "certifying.one_subject": N_("Hãy chọn đúng một: sản phẩm, lô hàng hoặc vùng trồng."),
    "certificate.already_withdrawn": N_("Giấy chứng nhận này đã được ghi là bị thu hồi."),
    "certificate.withdrawn_in_future": N_("Ngày bị thu hồi không thể sau hôm nay."),
    "laboratory.group_unknown": N_("Hãy chọn nhóm thực phẩm trong danh sách."),
    "laboratory.reported_early": N_("Ngày trả kết quả không thể trước ngày lấy mẫu."),
    "laboratory.applies_late": N_(
        "Mẫu lấy ngày {on}: kết quả nói về hàng từ ngày ấy hoặc sớm hơn, không muộn hơn."
    ),
    "laboratory.in_future": N_("Ngày lấy mẫu, ngày trả kết quả không thể sau hôm nay."),
    "laboratory.no_readings": N_("Hãy ghi ít nhất một chỉ tiêu."),
    "laboratory.too_many": N_("Mỗi phiếu ghi nhiều nhất {most} chỉ tiêu."),
    "laboratory.unit_unknown": N_("Không có đơn vị {unit}; hãy chọn trong danh sách."),
    "laboratory.value_needed": N_("Hãy ghi kết quả, hoặc KPH khi không phát hiện."),
    "laboratory.retest_unknown": N_("Không có kết quả không đạt nào như vậy của chính hàng này."),
    "laboratory.retest_earlier": N_("Mẫu kiểm nghiệm lại phải lấy sau mẫu trước."),
    "laboratory.retest_lacks": N_("Kiểm nghiệm lại còn thiếu chỉ tiêu đã không đạt: {parameters}."),
    "hold.own_already": N_("Bạn đang tạm giữ lô {lot} rồi; bỏ lần ấy trước khi giữ lần nữa."),
    "hold.not_found": N_("Không có lần tạm giữ này."),
    "hold.ended": N_("Lần tạm giữ này đã hết."),
    "hold.by_recall": N_("Lô đang thu hồi: đóng đợt thu hồi thì hết tạm giữ."),
    "hold.no_retest": N_(
        "Chưa có kết quả kiểm nghiệm lại đạt. Hãy ghi kết quả kiểm nghiệm lại trước."
    ),
    "hold.evidence_needed": N_("Hãy ghi căn cứ (văn bản, biên bản) hoặc chọn kết quả kiểm nghiệm."),
    "hold.result_unfit": N_(
        "Kết quả này không đạt, hoặc không phải của lô, sản phẩm hay vùng này."
    ),
}
