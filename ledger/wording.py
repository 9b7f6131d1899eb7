"""Sentences for what the log refuses or finds."""

from foundation.i18n import N_

WORDING = {
    "bundle.matches": N_("Mọi điều trong đó đúng như sổ đã ghi và ký."),
    "bundle.empty": N_("Chưa chọn tệp, hoặc tệp rỗng."),
    "bundle.too_large": N_("Tệp lớn quá, tối đa {most_mb} MB."),
    "bundle.too_heavy": N_("Không đọc xong được tệp này: quá lớn hoặc quá rối."),
    "bundle.unreadable": N_("Không đọc được: đây không phải tệp bằng chứng của Nguồn."),
    "bundle.incomplete": N_("Tệp bằng chứng bị thiếu hoặc hỏng ở phần “{part}”."),
    "bundle.no_checkpoint": N_("Trong tệp không có mốc ký đọc được."),
    "bundle.foreign": N_("Mốc ký trong tệp không mang chữ ký của sổ này (tệp ghi: {origin})."),
    "bundle.retired_key": N_("Mốc ký trong tệp được ký bằng khóa đã thôi dùng từ trước lúc ký."),
    "bundle.fact_altered": N_("Nội dung không đúng như đã ghi: {what}."),
    "bundle.fact_unlogged": N_("Điều này không nằm trong sổ đã ký: {what}."),
    "bundle.story_differs": N_("Tệp kể “{said}”, nhưng sổ ghi “{recorded}”."),
    "bundle.unproved": N_(
        "Mọi điều kể ở đây đều khớp, nhưng lô hàng vừa được ghi sau mốc ký này."
        " Xin kiểm tra lại sau mốc ký tới (trong mười phút)."
    ),
    "bundle.changed": N_("Lời kể trong tệp đã bị sửa sau khi tải từ Nguồn."),
    "ledger.empty": N_("Sổ cái chưa có mục nào."),
    "ledger.no_checkpoint": N_("Sổ cái chưa có mốc ký nào."),
    "ledger.no_such_tree": N_("Không có chứng minh nào cho sổ ở {size} mục."),
    "ledger.no_such_checkpoint": N_("Không có mốc ký nào ở {size} mục."),
    "ledger.no_entry": N_("Sổ cái không có mục số {sequence}."),
    "ledger.not_yet_covered": N_("Mục {sequence} chưa được mốc ký nào bao trùm; xin xem lại sau."),
    "ledger.entry_altered": N_("Nội dung của mục này không còn như khi ghi."),
    "ledger.entry_missing": N_("Mục này đã bị xóa khỏi sổ."),
    "ledger.entry_unplaced": N_("Mục này bị gỡ khỏi hàng chờ trước khi có vị trí trong sổ."),
    "ledger.waiting_altered": N_(
        "Hàng chờ vào sổ nêu một mục không còn nữa, hoặc đã có vị trí từ trước."
    ),
    "ledger.tree_altered": N_("Cây băm tại mục này không khớp với các mục đã ghi."),
    "ledger.root_differs": N_("Các mục cho tới đây không khớp với mốc đã ký."),
    "ledger.checkpoint_unreadable": N_("Mốc ký tại mục này không đọc được."),
    "ledger.checkpoint_differs": N_("Mốc ký tại mục này khác với nội dung đã ký."),
    "ledger.checkpoint_signature": N_("Chữ ký của mốc tại mục này không đúng."),
    "ledger.checkpoint_foreign_key": N_("Mốc tại mục này được ký bằng khóa khác."),
    "ledger.witness_address": N_("{email} không phải là một địa chỉ thư."),
    "ledger.witness_key": N_("Khóa của bên làm chứng không đúng dạng: {key}"),
    "ledger.witness_known": N_("{email} đã được gửi mốc ký."),
    "ledger.witness_own_key": N_("Đây là khóa của chính sổ; bên làm chứng phải có khóa riêng."),
    "ledger.witness_key_known": N_("Khóa này đã được đăng ký rồi, kể cả khi nay đã thôi dùng."),
    "ledger.witness_state": N_("Việc này không còn làm được với bên làm chứng; xin tải lại trang."),
    "ledger.witness_suspended": N_("{name} đang tạm ngưng làm chứng; chưa nhận chữ ký."),
    "ledger.no_witness": N_("Không có bên làm chứng này."),
    "ledger.no_alarm": N_("Không có báo động này."),
    "ledger.alarm_settled": N_("Báo động này đã được kết thúc."),
    "ledger.cosigned_other": N_(
        "Một bên làm chứng đã ký một gốc khác với gốc của sổ ở {size} mục:"
        " có thể bên ấy đã được cho xem một cuốn sổ khác."
    ),
    "ledger.shorter": N_(
        "Khóa của sổ đã ký ở {size} mục, nhưng sổ ở đây chưa có chừng ấy mục:"
        " sổ đã bị cắt, hoặc được dựng lại từ bản sao cũ."
    ),
    "ledger.cosignature_none": N_(
        "Không có chữ ký nào của một bên làm chứng đã đăng ký trên mốc này."
    ),
    "ledger.cosignature_altered": N_("Chữ ký của bên làm chứng tại mục này không đúng."),
    "ledger.cosignature_stranger": N_(
        "Chữ ký tại mục này mang một khóa chưa ai đăng ký làm chứng."
    ),
    "ledger.cosignature_wrong": N_(
        "Chữ ký mang tên {name} không phải chữ ký của khóa ấy trên mốc này."
        " Không nhận chữ ký nào trong tệp."
    ),
    "ledger.checkpoint_retired_key": N_("Mốc này được ký bằng khóa đã thôi dùng từ trước lúc ký."),
    "ledger.key_retired": N_("Khóa ký này đã được thay; hãy ký lại bằng khóa mới."),
    "ledger.split_view": N_(
        "Có hai gốc khác nhau cho sổ ở cùng một số mục, cùng mang chữ ký của sổ này:"
        " hai người đã được cho xem hai cuốn sổ khác nhau."
    ),
    "ledger.no_voucher": N_(
        "Không có gì riêng tư được ghi cho dòng này dưới một mốc ký, hoặc đã được xóa."
    ),
    "ledger.outside_unreadable": N_("Tệp mốc ký đưa vào không đọc được."),
    "ledger.keys_altered": N_("Danh sách khóa ký của sổ không còn khớp với các chữ ký bảo lãnh."),
    "ledger.rows_altered": N_("Danh sách dòng của mục này không còn như khi ghi."),
    "ledger.row_unrecorded": N_("Dòng dữ liệu này không được ghi trong sổ."),
    "ledger.row_missing": N_("Dòng dữ liệu đã ghi trong sổ nay không còn."),
    "ledger.row_form": N_("Dòng dữ liệu này được ghi theo mẫu mà chương trình không còn biết."),
    "ledger.row_differs": N_("Một dòng dữ liệu không còn khớp với điều đã ghi trong sổ."),
}
