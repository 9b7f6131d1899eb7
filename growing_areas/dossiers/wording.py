"""What dossiers say about each error and finding code."""

from foundation.i18n import N_

WORDING: dict[str, str] = {
    # pieces that are missing
    "dossier.no_crop": N_("Thiếu cây trồng, vật nuôi."),
    "dossier.no_variety": N_("Thiếu giống."),
    "dossier.no_planting_year": N_("Thiếu năm trồng."),
    "dossier.no_outline": N_("Thiếu ranh giới vùng."),
    "dossier.no_map_extract": N_("Thiếu sơ đồ vùng."),
    "dossier.no_households": N_("Thiếu danh sách hộ."),
    "dossier.no_agreement_papers": N_("Thiếu bản chụp giấy đồng ý của hộ."),
    "dossier.no_agreement": N_("Thiếu đồng ý của các hộ."),
    "dossier.no_expected_yield": N_("Thiếu sản lượng dự kiến."),
    "dossier.no_past_yields": N_("Thiếu sản lượng ba năm gần đây."),
    "dossier.no_target_market": N_("Thiếu thị trường."),
    "dossier.no_diary": N_("Chưa có dòng nhật ký nào."),
    "dossier.no_standard": N_("Chưa có giấy chứng nhận tiêu chuẩn còn hạn."),
    # papers and photos
    "paper.empty": N_("Hãy chọn một tệp có nội dung."),
    "paper.too_large": N_("Tệp lớn hơn {most_mb} MB."),
    "paper.too_heavy": N_("Tệp cần quá nhiều bộ nhớ hoặc thời gian để đọc."),
    "paper.unknown_type": N_("Chỉ nhận tệp PDF, JPEG hoặc PNG."),
    "paper.damaged": N_("Tệp PDF bị hỏng hoặc bị cắt cụt."),
    "paper.encrypted": N_("Tệp PDF có mật khẩu hoặc bị khóa, xin lưu lại không khóa."),
    "paper.active": N_("Tệp PDF có mã lệnh hoặc tệp đính kèm, xin in lại thành PDF thường."),
    "paper.unknown_piece": N_("Hồ sơ không có mục này."),
    "paper.too_many": N_("Mỗi hồ sơ có nhiều nhất {most} giấy tờ."),
    "yield.not_past": N_("Năm {year} không phải một trong mười năm đã qua."),
    # certificates
    "certificate.unknown_standard": N_(
        "Tiêu chuẩn này không dùng cho loại cây trồng, vật nuôi này."
    ),
    "certificate.unknown": N_("Không có giấy chứng nhận này."),
    # steps
    "area.ended": N_("Mã đã thu hồi, hồ sơ không nhận thêm gì nữa."),
    "area.unknown_cause": N_("Không có lý do {cause} trong danh sách của bước này."),
    "area.visit_needed": N_(
        "Cần một lần kiểm tra hoặc giám sát đạt trong {months} tháng qua, và lần mới nhất phải đạt."
    ),
    "area.renewed_already": N_("Mã đã được gia hạn, còn hiệu lực đến {until}."),
    "area.no_such_edition": N_("Vùng không có bản này."),
    "amendment.open": N_("Đang có một đề nghị thay đổi chờ xét."),
    "amendment.none_open": N_("Không có đề nghị thay đổi nào đang chờ xét."),
    "amendment.nothing_changed": N_("Chưa thay đổi gì so với bản đang có hiệu lực."),
    "amendment.not_visited": N_("Ranh giới mới chưa được kiểm tra thực địa đạt."),
    # inspections
    "inspection.unknown_item": N_("Danh mục kiểm tra không có mục {item} hoặc câu trả lời này."),
    "inspection.critical_unanswered": N_("Còn mục bắt buộc chưa trả lời."),
    "inspection.decision_needs_notes": N_(
        "Có mục bắt buộc không đạt mà vẫn kết luận đạt thì cần ghi rõ vì sao."
    ),
    "inspection.too_many_photos": N_("Mỗi lần kiểm tra có nhiều nhất {most} ảnh."),
    "inspection.bad_place": N_("Tọa độ nơi đứng gồm kinh độ và vĩ độ, đi cùng nhau."),
}
