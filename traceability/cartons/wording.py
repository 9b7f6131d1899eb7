"""What cartons say about each error code, and how their states and papers are called."""

from foundation.i18n import N_

WORDING: dict[str, str] = {
    "carton.count": N_("Mỗi lần đóng từ 1 đến {most} thùng."),
    "carton.items_each_missing": N_("Gõ số tem trong mỗi thùng trước khi gõ số tem đầu tiên."),
    "carton.items_packed": N_("Tem trong đoạn này đã nằm trong kiện {unit}."),
    "carton.none_chosen": N_("Chọn hoặc quét từ 1 đến {most} thùng để xếp lên pa-lét."),
    "carton.run_not_found": N_("Không có lần đóng thùng nào mang mã này."),
    "carton.bars_narrow": N_(
        "Vạch hẹp {module_mm}\u00a0mm; kho cần từ {least_mm}\u00a0mm. Hãy in khổ A5."
    ),
    "carton.bars_low": N_(
        "Vạch cao {height_mm}\u00a0mm; chuẩn là {asked_mm}\u00a0mm. Hãy in khổ A5."
    ),
    "carton.no_ean": N_("Sản phẩm chưa có mã GTIN mười ba số."),
    "carton.no_number": N_(
        "Kiện chưa có mã số quốc tế (SSCC) nên tem không in vạch: đơn vị chưa được xác nhận"
        " mã doanh nghiệp GS1."
    ),
    "unit.is_pallet": N_("Kiện {unit} là pa-lét: hãy hạ các thùng xuống trước."),
}
STATES = {
    "packed": N_("Trong kho"),
    "loaded": N_("Trên pa-lét"),
    "shipped": N_("Đang đi"),
    "received": N_("Đã tới nơi"),
    "unpacked": N_("Đã dỡ"),
    "void": N_("Ghi nhầm, đã hủy"),
}
PAPERS = {
    "100x150": N_("Cuộn 100 × 150\u00a0mm"),
    "a6": N_("Khổ A6 (105 × 148\u00a0mm)"),
    "a5": N_("Khổ A5 (148 × 210\u00a0mm)"),
}
FORMATS = {
    "pdf": N_("PDF để in trên giấy"),
    "zpl": N_("ZPL cho máy in tem nhiệt 203 dpi"),
}
