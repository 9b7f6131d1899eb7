"""What traceability says about each error and finding code."""

from foundation.i18n import N_

WORDING: dict[str, str] = {
    "batch.not_found": N_("Không có lô hàng nào mang mã này."),
    "scan.no_code": N_(
        "Không đọc được mã trong ảnh: chụp gần hơn, đủ sáng, giữ thẳng và không lóa; hoặc gõ mã in"
        " dưới hình."
    ),
    "scan.too_many_photos": N_(
        "Mạng này vừa gửi quá nhiều ảnh. Xin gõ mã in dưới hình, hoặc thử lại sau."
    ),
    "scan.too_many_unknown": N_(
        "Mạng này vừa hỏi quá nhiều mã không có trong hệ thống. Xin thử lại sau một phút; trang của"
        " cả lô hàng vẫn xem được."
    ),
    "batch.area_missing": N_("Hãy chọn ít nhất một vùng trồng."),
    "batch.area_unknown": N_("Đơn vị không có vùng trồng nào mang mã {code}."),
    "batch.parcel_unknown": N_("Các vùng đã chọn không có thửa số hiệu {parcel}."),
    "batch.parcel_outside": N_(
        "{label} nằm hẳn ngoài ranh giới có mã vào ngày thu hoạch; lô hàng không nêu được thửa này."
    ),
    "batch.area_not_in_force": N_("Mã số vùng trồng {code} hiện không có hiệu lực."),
    "batch.in_future": N_("Ngày sản xuất không thể sau hôm nay ({today})."),
    "batch.harvested_late": N_("Ngày thu hoạch không thể sau ngày sản xuất ({produced_on})."),
    "batch.expires_early": N_("Hạn sử dụng không thể trước ngày sản xuất ({produced_on})."),
    "batch.lot_form": N_(
        "Mã lô gồm 1–20 chữ không dấu, chữ số và các dấu thường dùng, không có khoảng trắng."
    ),
    "batch.lot_taken": N_("Sản phẩm này đã có lô mang mã {lot}. Mã còn trống: {free}."),
    "batch.lot_told_released": N_(
        "Mã {lot} là của lô ghi nhầm đã cho xuất bán, người ngoài đã biết nên không dùng lại. Mã"
        " còn trống: {free}."
    ),
    "batch.lot_told_told": N_(
        "Mã {lot} là của lô ghi nhầm mà đối tác đã biết nên không dùng lại. Mã còn trống: {free}."
    ),
    "batch.lot_told_shared": N_(
        "Mã {lot} là của lô ghi nhầm đã chia sẻ với đối tác nên không dùng lại. Mã còn trống:"
        " {free}."
    ),
    "batch.lot_told_recalled": N_(
        "Mã {lot} là của lô ghi nhầm từng bị giữ để xem xét thu hồi nên không dùng lại. Mã còn"
        " trống: {free}."
    ),
    "batch.lot_told_scanned": N_(
        "Mã {lot} là của lô ghi nhầm đã có người quét nên không dùng lại. Mã còn trống: {free}."
    ),
    "batch.lot_told_unknown": N_(
        "Mã {lot} là của lô ghi nhầm, không rõ người ngoài đã biết hay chưa nên không dùng lại. Mã"
        " còn trống: {free}."
    ),
    "batch.quantity_zero": N_("Sản lượng cần lớn hơn 0."),
    "batch.less_than_a_pack": N_(
        "Số lượng chưa đủ một {wanted}: mỗi {wanted} chứa {net}\u00a0{net_unit}."
    ),
    "batch.unit_differs": N_(
        "Không quy đổi được {unit} sang {wanted}, đơn vị của sản phẩm. Hãy khai khối lượng tịnh"
        " của sản phẩm hoặc chọn đơn vị khác."
    ),
    "batch.pre_harvest_interval": N_(
        "Còn trong thời gian cách ly: {area} được dùng {spray} ngày {sprayed_on}, chỉ được thu"
        " hoạch từ {permitted_from}."
    ),
    "batch.sprayed": N_(
        "{area} được dùng {spray} ngày {sprayed_on}, chỉ được thu hoạch từ {permitted_from}."
    ),
    "batch.expired": N_(
        "Lô {lot} đã quá hạn sử dụng ngày {on}, không cho xuất bán được; cán bộ cũng không cho phép"
        " ngoại lệ. Hãy ghi hao hụt, tiêu hủy; hạn ghi nhầm thì hủy việc mở lô rồi mở lại cho đúng."
    ),
    "batch.not_releasable": N_("Lô {lot} không ở trạng thái có thể xuất."),
    "batch.on_hold": N_("Lô {lot} đang bị giữ nên chưa xuất bán được."),
    "batch.not_holdable": N_("Lô {lot} không ở trạng thái có thể tạm giữ."),
    "label.layout_unknown": N_("Không có khổ giấy {layout}."),
    "label.count_too_small": N_("Cần in ít nhất một tem."),
    "label.count_too_large": N_("Mỗi lần in nhiều nhất {most} tem."),
    "label.start_outside": N_("Vị trí bắt đầu nằm trong khoảng 1–{most}."),
    "label.code_too_long": N_(
        "Địa chỉ truy xuất dài {length} ký tự; mã QR trên tem chứa được nhiều nhất {longest}."
    ),
    "label.module_small": N_(
        "Ô mã QR chỉ rộng {module_mm}\u00a0mm trên khổ giấy này; nên từ {least_mm}\u00a0mm trở lên"
        " để điện thoại nào cũng quét được."
    ),
    "label.dots_coarse": N_(
        "Máy in này không chấm được ô mã đủ lớn: ô chỉ rộng {module_mm}\u00a0mm, cần"
        " {least_mm}\u00a0mm. Chọn cuộn lớn hơn, đầu in 300 dpi, hoặc mã DataMatrix."
    ),
    "label.needs_gtin": N_(
        "Mã DataMatrix chuẩn GS1 cần mã số thương phẩm (GTIN); sản phẩm này chưa có. Chọn mã QR."
    ),
    "label.module_refused": N_(
        "Ô của mã chỉ rộng {module_mm}\u00a0mm, dưới {least_mm}\u00a0mm thì máy quét và điện thoại"
        " không đọc được. Hãy chọn giấy có tem lớn hơn."
    ),
    "label.quiet_zone": N_(
        "Khoảng trắng quanh mã không đủ {modules} ô nên máy quét không nhận ra mã. Hãy chọn giấy có"
        " tem lớn hơn."
    ),
    "label.contrast_low": N_(
        "Màu chữ và màu giấy chỉ chênh nhau {percent}\u00a0% ánh sáng; từ {least}\u00a0% trở lên"
        " mới dễ quét."
    ),
    "label.contrast_refused": N_(
        "Màu chữ và màu giấy chỉ chênh nhau {percent}\u00a0% ánh sáng; dưới {least}\u00a0% thì"
        " không quét được. Hãy đổi màu."
    ),
    "label.colours_inverted": N_(
        "Màu in sáng hơn màu giấy: nhiều máy quét không đọc mã sáng trên nền tối."
    ),
    "label.no_room": N_(
        "Tem không đủ chỗ cho “{name}” ở cỡ chữ nhỏ nhất của mẫu. Hãy bỏ bớt nội dung, cho chữ nhỏ"
        " hơn hoặc chọn giấy có tem lớn hơn."
    ),
    "label.left_out": N_("Tem này không đủ chỗ nên không in: {names}."),
    "label.shortened": N_("Tem này không đủ chỗ nên viết ngắn lại: {names}."),
    "label.price_missing": N_("Mẫu tem này ghi giá: hãy cho biết giá bán."),
    "label.no_stars": N_(
        "Không in sao OCOP: sản phẩm không có chứng nhận từ 3 sao còn hiệu lực hôm nay."
    ),
    "label.no_certificates": N_("Không in chứng nhận: không có chứng nhận nào còn hiệu lực."),
    "label.vouched_ends_first": N_(
        "Sao hoặc chứng nhận in trên tem hết hiệu lực ngày {until}, trước hạn sử dụng của lô"
        " ({expires_on})."
    ),
    "label.no_lot_to_show": N_("Chưa có lô nào để xem thử: mở một lô thì thấy tem ngay tại đây."),
    "label.design_unknown": N_("Đơn vị không có mẫu tem này, hoặc mẫu đã cất đi."),
    "label.design_not_found": N_("Không có mẫu tem này."),
    "label.design_name_taken": N_("Đã có mẫu tem tên “{name}”."),
    "label.design_archived": N_("Mẫu tem “{name}” đã cất đi nên không đặt làm mẫu thường dùng."),
    "label.design_needs_lot": N_("Tem phải có mã lô: thiếu nó thì không thu hồi được đúng hàng."),
    "label.product_unknown": N_("Đơn vị không có sản phẩm này."),
    "label.paper_not_found": N_("Không có khổ giấy này."),
    "label.paper_name_taken": N_("Đã có khổ giấy tên “{name}”."),
    "label.paper_too_wide": N_(
        "Các cột tem chiếm {taken_mm}\u00a0mm, giấy chỉ rộng {page_mm}\u00a0mm: dư"
        " {over_mm}\u00a0mm."
    ),
    "label.paper_too_high": N_(
        "Các hàng tem chiếm {taken_mm}\u00a0mm, giấy chỉ cao {page_mm}\u00a0mm: dư"
        " {over_mm}\u00a0mm."
    ),
    "label.paper_padding": N_("Lề trong tem không quá một phần tư cạnh ngắn của tem."),
    "label.paper_places": N_("Một tờ nhiều nhất {most} tem."),
    "label.batch_not_printable": N_("Lô {lot} đang bị giữ hoặc đã đóng nên không in tem được."),
    "label.key_changed": N_(
        "Khóa bí mật của hệ thống đã đổi giữa chừng lệnh in {order}. Hãy hủy lệnh này rồi in lại."
    ),
    "label.too_many_waiting": N_(
        "Đơn vị đang có {most} lệnh in tem chờ in. Xin đợi in xong hoặc hủy bớt rồi đặt tiếp."
    ),
    "label.job_not_found": N_("Không có lệnh in tem này."),
    "label.job_finished": N_("Lệnh in này đã xong nên không hủy được nữa."),
    "label.file_not_ready": N_("Tờ tem chưa in xong."),
    "link.invalid": N_("Địa chỉ truy xuất không đúng."),
    "link.unknown": N_("Mã này chưa có trong hệ thống."),
    "link.no_such_type": N_("Không có liên kết loại này."),
    "link.malformed": N_("Địa chỉ thiếu hoặc thừa phần, hoặc có ký tự mã hóa hỏng."),
    "link.key_unknown": N_("Địa chỉ bắt đầu bằng mã {key}, không phải khóa GS1 nào."),
    "link.qualifier_unknown": N_("Mã {qualifier} không đi cùng khóa {key}."),
    "link.qualifier_order": N_("Các mã đi kèm không đúng thứ tự; thứ tự đúng là {order}."),
    "link.value_form": N_("Giá trị {value} của mã {key} không đúng dạng."),
    "link.check_digit": N_("Chữ số kiểm tra của {value} không khớp."),
    "link.belongs_in_path": N_("Mã {key} phải nằm trong phần đường dẫn, không phải sau dấu hỏi."),
    "link.date_impossible": N_("Ngày {value} của mã {key} không có thật."),
    "link.character": N_("Địa chỉ có ký tự không được đứng trong một địa chỉ web."),
    "link.scheme": N_("Địa chỉ phải bắt đầu bằng https:// hoặc http://."),
    "link.no_key": N_("Không thấy khóa GS1 nào trong phần đường dẫn."),
    "link.identifier_unknown": N_("Không có mã GS1 nào là {key}."),
    "link.value_empty": N_("Mã {key} không có giá trị."),
    "link.duplicate": N_("Mã {key} được ghi hai lần."),
    "link.not_an_attribute": N_("Mã {key} không được đứng sau dấu hỏi."),
    "link.excluded": N_("Mã {key} không được đi cùng mã {other}."),
    "link.required": N_("Mã {key} phải đi cùng: {wanted}."),
    "link.too_many_own": N_("Mỗi sản phẩm, mỗi mã có nhiều nhất {most} liên kết."),
    "link.not_yours": N_(
        "Mã này không phải của đơn vị, hoặc đầu mã GS1 của đơn vị chưa được cán bộ xác nhận."
    ),
    "link.lot_unknown": N_("Lô hoặc số tem này chưa có trong sổ của đơn vị."),
    "link.context_unknown": N_("Không có nhóm người đọc này."),
    "link.kind_unknown": N_("Không có loại liên kết này."),
    "link.not_https": N_(
        "Địa chỉ phải bắt đầu bằng https:// và có tên miền, như https://htx.vn/che."
    ),
    "link.ends_before_start": N_("Ngày cuối không thể trước ngày đầu."),
    "link.too_many": N_("Địa chỉ có hơn {most} tham số."),
}
