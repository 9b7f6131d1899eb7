"""What the product register says about each error and finding code."""

from foundation.i18n import N_

WORDING: dict[str, str] = {
    "gtin.not_digits": N_("Mã GTIN chỉ gồm chữ số."),
    "gtin.length": N_("Mã GTIN có 8, 12, 13 hoặc 14 chữ số."),
    "gtin.check_digit": N_(
        "Chữ số kiểm tra của mã GTIN {gtin} không khớp, hãy xem lại số dưới mã vạch."
    ),
    "gtin.restricted": N_(
        "Mã {gtin} thuộc dãy số dùng nội bộ (cân, phiếu giảm giá), không đăng ký cho hàng hóa được."
    ),
    "product.gtin_taken": N_("Mã GTIN {gtin} đã được đăng ký cho một sản phẩm khác."),
    "product.gtin_of_another": N_(
        "Mã GTIN {gtin} thuộc đầu mã doanh nghiệp GS1 của một tổ chức khác; "
        "chỉ tổ chức đó được cấp mã trong dãy này."
    ),
    "product.gtin_fixed": N_(
        "Mã GTIN {gtin} đã gắn với sản phẩm này và không đổi được nữa, vì tem đã in mang mã này."
    ),
    "product.gtin_same": N_("Sản phẩm đang mang chính mã GTIN {gtin} này."),
    "product.group_unknown": N_("Không có nhóm OCOP này."),
    "product.net_content_pair": N_("Khối lượng tịnh cần cả số và đơn vị."),
    "product.name_without_words": N_("Tên sản phẩm cần có chữ."),
    "photo.missing": N_("Hãy chọn một tệp ảnh."),
    "photo.unreadable": N_("Không đọc được tệp này. Hãy chọn ảnh JPEG, PNG hoặc WebP."),
    "photo.too_many_pixels": N_("Ảnh lớn hơn {most_mpx} triệu điểm ảnh."),
    "photo.too_large": N_("Tệp ảnh lớn hơn {most_mb} MB."),
    "photo.too_many": N_("Nhiều nhất {most} ảnh."),
    "place.not_found": N_("Không có điểm du lịch này."),
    "place.unknown_kind": N_("Không có loại điểm này."),
    "place.unknown_organisation": N_("Không có tổ chức đã xác minh nào mang mã này."),
    "place.unknown_product": N_("Không có sản phẩm nào mang mã hay tên “{product}”."),
    "place.product_ambiguous": N_("Nhiều sản phẩm cùng tên “{product}”, hãy ghi mã sản phẩm."),
    "place.bad_hours": N_("Không hiểu giờ “{text}”. Viết như 07:30-11:30, 13:30-17:00, hoặc nghỉ."),
    "place.bad_position": N_("Vị trí gồm vĩ độ và kinh độ trong Việt Nam, như 21.1236, 105.2812."),
    "place.bad_website": N_("Địa chỉ trang web bắt đầu bằng https:// hoặc http://."),
    "place.published": N_("Điểm này đã đăng rồi."),
    "place.closed": N_("Điểm này đã ghi là ngừng đón khách."),
    "place.reason_needed": N_("Hãy ghi lý do."),
    "certificate.ends_before_start": N_("Ngày hết hiệu lực phải sau ngày cấp."),
    "certificate.number_taken": N_("Giấy chứng nhận số {number} đã được ghi cho sản phẩm này."),
}
