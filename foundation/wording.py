"""Sentences for what files, tables, quantities, imports and backups find or refuse."""

from foundation.i18n import N_

WORDING = {
    "quantity.not_a_number": N_("“{text}” không đọc được thành số lượng, ví dụ: 1.234,5 kg."),
    "quantity.too_large": N_("Số lượng quá lớn."),
    "quantity.unit_missing": N_("Cần ghi đơn vị, ví dụ kg, tạ, lít."),
    "quantity.unit_unknown": N_("Không có đơn vị “{unit}”."),
    "quantity.units_differ": N_("Không đổi được {unit} sang {into}."),
    "file.not_found": N_("Không có tệp này."),
    "file.too_large": N_("Tệp lớn hơn {most_mb} MB."),
    "file.too_heavy": N_("Tệp cần quá nhiều bộ nhớ hoặc thời gian để đọc; xin chia nhỏ."),
    "table.format": N_("Không có dạng “{format}”; có: {formats}."),
    "table.cell_too_long": N_("Cột “{column}” có nội dung dài hơn {most} ký tự một ô chứa được."),
    "import.unreadable": N_("Tệp không đọc được; cần XLSX hoặc CSV (UTF-8)."),
    "import.empty": N_("Tệp không có dòng dữ liệu nào."),
    "import.too_many_rows": N_("Tệp có hơn {most} dòng; xin chia nhỏ."),
    "import.column_missing": N_("Thiếu cột “{column}” ({label})."),
    "import.column_unknown": N_("Cột “{column}” không thuộc mẫu này, nội dung bị bỏ qua."),
    "import.column_twice": N_("Cột “{column}” có hai lần."),
    "import.has_findings": N_("Bảng còn {count} chỗ sai; xin sửa trong tệp rồi tải lên lại."),
    "import.not_found": N_("Không có lần nhập này."),
    "import.state": N_("Lần nhập này đang ở trạng thái khác ({state})."),
    "backup.exists": N_("Tệp {path} đã có."),
    "backup.unreadable": N_("Tệp sao lưu {path} không đọc được: {reason}."),
    "backup.program": N_("{program} không chạy được: {reason}"),
    "backup.not_empty": N_("Cơ sở dữ liệu đang có dữ liệu; thêm --replace để thay thế."),
    "backup.file_damaged": N_("Tệp {digest} trong bản sao lưu bị hỏng."),
    "backup.check_failed": N_("Đã khôi phục, nhưng kiểm tra thấy: {explanation}"),
    "database.not_migrated": N_("Cơ sở dữ liệu chưa đúng phiên bản; hãy chạy nguon migrate."),
}
