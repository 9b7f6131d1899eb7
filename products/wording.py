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
    "product.gtin_fixed": N_(
        "Mã GTIN {gtin} đã gắn với sản phẩm này và không đổi được nữa, vì tem đã in mang mã này."
    ),
    "product.group_unknown": N_("Không có nhóm OCOP này."),
    "product.net_content_pair": N_("Khối lượng tịnh cần cả số và đơn vị."),
    "product.name_without_words": N_("Tên sản phẩm cần có chữ."),
    "photo.missing": N_("Hãy chọn một tệp ảnh."),
    "photo.unreadable": N_("Không đọc được tệp này. Hãy chọn ảnh JPEG, PNG hoặc WebP."),
    "photo.too_many_pixels": N_("Ảnh lớn hơn {most_mpx} triệu điểm ảnh."),
    "photo.too_large": N_("Tệp ảnh lớn hơn {most_mb} MB."),
    "photo.too_many": N_("Mỗi sản phẩm có nhiều nhất {most} ảnh."),
    "certificate.ends_before_start": N_("Ngày hết hiệu lực phải sau ngày cấp."),
    "certificate.number_taken": N_("Giấy chứng nhận số {number} đã được ghi cho sản phẩm này."),
}
