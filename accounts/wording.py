"""Sentences for what accounts find or refuse."""

from foundation.i18n import N_

WORDING = {
    "sign_in.wrong": N_("Số điện thoại, thư điện tử hoặc mật khẩu chưa đúng."),
    "sign_in.too_many": N_(
        "Đã thử quá nhiều lần. Xin chờ {minutes} phút rồi thử lại, hoặc dùng máy đã từng đăng nhập."
    ),
    "second_factor.wrong": N_("Mã xác thực chưa đúng hoặc đã dùng rồi."),
    "proof.wrong": N_("Mật khẩu hoặc mã chưa đúng."),
    "second_factor.sign_in_again": N_("Đã quá 10 phút; xin đăng nhập lại từ đầu."),
    "second_factor.already_on": N_("Xác thực hai bước đang bật rồi."),
    "second_factor.not_begun": N_("Xin mở lại trang bật xác thực hai bước."),
    "code.wrong": N_("Mã chưa đúng, đã hết hạn hoặc đã thử quá 5 lần. Có thể xin mã mới."),
    "code.too_many": N_("Đã gửi quá nhiều mã. Xin chờ {minutes} phút."),
    "password.too_short": N_("Mật khẩu cần ít nhất {min} ký tự."),
    "password.too_long": N_("Mật khẩu dài nhất {max} ký tự."),
    "password.too_common": N_("Mật khẩu này dễ đoán; xin chọn mật khẩu khác."),
    "password.old_wrong": N_("Mật khẩu đang dùng chưa đúng."),
    "password.unusable": N_("Mật khẩu có ký tự không dùng được."),
    "person.bad_contact": N_("Cần là số điện thoại (ví dụ 0912 345 678) hoặc địa chỉ thư điện tử."),
    "person.contact_taken": N_("Số điện thoại hoặc thư điện tử này đã có tài khoản."),
    "contact.same": N_("Đây đang là số hoặc địa chỉ của bạn."),
    "contact.phone_unreachable": N_(
        "Nơi này chưa gửi được tin tới điện thoại nên chưa xác nhận được số mới."
    ),
    "contact.not_asked": N_("Không có số hay địa chỉ nào đang chờ mã, hoặc đã quá 10 phút."),
    "contact.last": N_("Cần giữ lại ít nhất một cách đăng nhập; xin thêm số hoặc địa chỉ khác."),
    "invitation.too_many_today": N_(
        "Hôm nay bạn đã gửi {most} lời mời, là số nhiều nhất một ngày. Xin gửi tiếp vào ngày mai."
    ),
    "invitation.contact_too_often": N_(
        "Hôm nay số hoặc địa chỉ này đã nhận {most} lời mời. Xin gửi vào ngày mai."
    ),
    "person.not_found": N_("Không có ai mang số hoặc địa chỉ này."),
    "token.too_many": N_("Đã có {most} mã truy cập; xin thu hồi bớt."),
    "invitation.gone": N_("Lời mời này đã dùng, đã rút lại hoặc đã hết hạn."),
    "invitation.role_not_yours": N_("Vai trò này do quản trị viên mời."),
    "invitation.outside_territory": N_("Địa bàn này nằm ngoài địa bàn của bạn."),
    "member.not_found": N_("Không có thành viên này."),
    "member.last_manager": N_("Tổ chức cần ít nhất một người quản lý."),
    "member.reset_elsewhere": N_(
        "Người này còn vai trò khác; xin họ tự lấy lại mật khẩu ở trang đăng nhập."
    ),
    "role.no_such_unit": N_("Không có địa bàn mang mã {code}."),
    "role.last_admin": N_("Cần ít nhất một quản trị viên."),
    "organisation.not_found": N_("Không có tổ chức này."),
    "organisation.bad_gln": N_("Mã GLN gồm 13 số, hãy xem lại số cuối."),
    "organisation.bad_prefix": N_(
        "Đầu mã doanh nghiệp GS1 gồm 6 đến 12 số, đúng như trên giấy chứng nhận."
    ),
    "organisation.prefix_taken": N_(
        "Đầu mã này trùng hoặc lồng vào đầu mã đã được ghi cho một tổ chức khác."
    ),
    "organisation.no_prefix": N_("Tổ chức chưa ghi đầu mã doanh nghiệp GS1."),
    "organisation.prefix_confirmed": N_("Đầu mã này đã được xác nhận."),
    "organisation.gln_taken": N_("Mã GLN này đã được ghi cho một tổ chức khác."),
    "organisation.bad_tax_code": N_(
        "Mã số thuế chưa đúng: cần 10 số, 13 số (chi nhánh) hoặc 12 số định danh cá nhân."
    ),
    "organisation.tax_code_taken": N_("Tổ chức {other} đã được xác minh với mã số thuế này."),
    "organisation.unverified": N_(
        "{organisation} chưa được xác minh nên chưa làm được việc này. Cán bộ xã, tỉnh sẽ xác minh."
    ),
    "organisation.already_verified": N_("Tổ chức này đã được xác minh."),
    "organisation.already_suspended": N_("Tổ chức này đang bị tạm dừng."),
    "organisation.own": N_("Không tự xác minh tổ chức của mình được."),
    "organisation.locked": N_(
        "Loại hình, xã và mã số thuế đã được xác minh; xin cán bộ mở lại trước khi đổi."
    ),
    "cooperative.only": N_("Chỉ hợp tác xã mới có hồ sơ này."),
    "cooperative.empty": N_("Hồ sơ còn trống; xin điền rồi mới xác nhận."),
    "cooperative.already_confirmed": N_("Hồ sơ năm {year} đã được xác nhận."),
    "cooperative.more_than_members": N_("Không thể nhiều hơn số thành viên ({members})."),
    "cooperative.registered_in_future": N_("Ngày đăng ký không thể ở tương lai."),
    "cooperative.outside_territory": N_("Nơi này nằm ngoài địa bàn của bạn."),
    "cooperative.no_such_code": N_("Không có tổ chức mang mã này."),
    "cooperative.twice": N_("Hợp tác xã này có hai dòng trong tệp."),
    "cooperative.changed_since": N_(
        "{organisation} đã có thay đổi sau lần nhập nên không hoàn tác được."
    ),
    "consent.missing": N_("{household} chưa đồng ý cho mục đích này, hoặc đã rút lại."),
}
