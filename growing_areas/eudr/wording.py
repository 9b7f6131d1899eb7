"""Sentences for what the EU's plots file refuses, and what its owner should know."""

from foundation.i18n import N_

WORDING = {
    "eudr.nothing": N_(
        "{organisation} chưa có vùng nào đang hiệu lực trồng mặt hàng thuộc EUDR (cà phê, ca "
        "cao, cao su, gỗ, đậu tương, cọ dầu, bò)."
    ),
    "eudr.refused": N_("Hệ thống EU sẽ từ chối tệp này vì những chỗ sau."),
    "eudr.too_large": N_(
        "Tệp lớn hơn {most_mb} MB; hãy làm từng mặt hàng, hoặc để bớt vùng sang tệp khác."
    ),
    "eudr.no_such_commodity": N_("Không có mặt hàng nào thuộc EUDR mang mã “{commodity}”."),
    "eudr.no_such_area": N_("Không có vùng nào mang mã “{area}” trong danh sách này."),
    "eudr.geometry_type": N_("Vùng {area} chưa có ranh giới vẽ được thành đa giác."),
    "eudr.has_hole": N_("Vùng {area} có phần khoét; EUDR không nhận phần khoét ({lon}; {lat})."),
    "eudr.ring_open": N_("Đường bao của vùng {area} chưa khép kín ({lon}; {lat})."),
    "eudr.too_few_corners": N_(
        "Vùng {area} chỉ còn là một điểm hoặc một đường khi làm tròn sáu chữ số ({lon}; {lat})."
    ),
    "eudr.doubled_corner": N_(
        "Vùng {area} có hai điểm trùng nhau khi làm tròn sáu chữ số ({lon}; {lat})."
    ),
    "eudr.crosses_when_rounded": N_("Vùng {area} tự cắt khi làm tròn sáu chữ số ({lon}; {lat})."),
    "eudr.parts_overlap": N_("Các mảnh của vùng {area} chồng hoặc dính nhau ({lon}; {lat})."),
    "eudr.out_of_range": N_(
        "Vùng {area} có tọa độ ngoài khoảng kinh độ ±180, vĩ độ ±90 ({lon}; {lat})."
    ),
    "eudr.antimeridian": N_("Vùng {area} vắt qua kinh tuyến 180 độ ({lon}; {lat})."),
    "eudr.no_producer": N_(
        "Vùng {area} có thửa chưa rõ hộ, hoặc hộ chưa đồng ý nêu tên; tệp cần tên người sản xuất."
    ),
    "eudr.no_parcels": N_(
        "Vùng {area} chưa có thửa nào được vẽ ranh giới, nên chưa ghi được theo từng hộ."
    ),
    "eudr.same_ground": N_(
        "Vùng {area} và vùng {other} là cùng một mảnh đất; chỉ để một vùng trong tệp."
    ),
    "eudr.planted_after_cutoff": N_(
        "Trồng năm {year}, sau mốc {cutoff}: người mua sẽ hỏi trước đó đất có phải rừng không."
    ),
    "eudr.ground_left": N_(
        "{left_ha} trong {whole_ha}\u00a0ha chưa có thửa của hộ nào, nên không vào tệp."
    ),
}
