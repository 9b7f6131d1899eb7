"""What the growing-area register says about each error and finding code."""

from foundation.i18n import N_

WORDING: dict[str, str] = {
    # the outline
    "area.invalid": N_("Chưa ghi được vùng trồng, xin sửa những chỗ sau."),
    "area.empty": N_("Chưa có hình vùng trồng."),
    "area.empty_part": N_("Phần {part} của vùng không có điểm nào."),
    "area.not_json": N_("Đoạn chữ này không phải JSON."),
    "area.not_geojson": N_("Đây không phải hình GeoJSON."),
    "area.not_one_feature": N_("Cần đúng một hình, ở đây có {count} hình."),
    "area.unsupported_type": N_(
        "Vùng trồng phải là đa giác (Polygon, MultiPolygon), không phải {type}."
    ),
    "area.too_many_points": N_("Hình có {count} điểm, nhiều hơn {most} điểm."),
    "area.too_many_parts": N_("Hình có {count} phần, nhiều hơn {most} phần."),
    "area.bad_position": N_("Phần {part}, điểm thứ {point} không phải tọa độ."),
    "area.elevation_dropped": N_("Độ cao trong tọa độ không dùng đến và đã bỏ đi."),
    "area.out_of_range": N_(
        "Tọa độ {lon}; {lat} không có trên trái đất (kinh độ −180…180, vĩ độ −90…90)."
    ),
    "area.axes_swapped": N_("Kinh độ và vĩ độ bị đổi chỗ cho nhau (điểm đầu: {lon}; {lat})."),
    "area.looks_projected": N_(
        "Tọa độ {lon}; {lat} là mét trên bản đồ, không phải độ. Xin chọn hệ tọa độ (VN-2000 và "
        "kinh tuyến trục ghi trên bản đồ hay sổ đỏ)."
    ),
    "area.antimeridian": N_(
        "Hình trải qua nửa vòng trái đất (kinh tuyến 180°), ở {lon}; {lat}: có góc gõ nhầm."
    ),
    "area.outside_vietnam": N_("Vùng nằm ngoài Việt Nam, ở {lon}; {lat}."),
    "area.not_closed": N_("Đường bao chưa khép kín: điểm cuối {lon}; {lat} khác điểm đầu."),
    "area.duplicate_points": N_("Hai điểm liền nhau trùng nhau ở {lon}; {lat}."),
    "area.too_few_points": N_("Đường bao cần ít nhất ba điểm khác nhau, ở đây có {count}."),
    "area.degenerate": N_("Đường bao không có diện tích (mọi điểm thẳng hàng) ở {lon}; {lat}."),
    "area.spike": N_("Đường bao có mũi nhọn đi ra rồi quay lại ở {lon}; {lat}."),
    "area.self_intersects": N_("Đường bao tự cắt ở {lon}; {lat}."),
    "area.self_touches": N_("Đường bao tự chạm vào chính nó ở {lon}; {lat}."),
    "area.hole_outside": N_("Phần khoét nằm ngoài đường bao, ở {lon}; {lat}."),
    "area.holes_overlap": N_("Hai phần khoét chồng lên nhau ở {lon}; {lat}."),
    "area.parts_overlap": N_("Phần {part} và phần {other} của vùng chồng lên nhau ở {lon}; {lat}."),
    "area.parts_share_edge": N_(
        "Phần {part} và phần {other} của vùng chung một cạnh ở {lon}; {lat}, hãy gộp làm một."
    ),
    "area.very_large": N_("Vùng rộng {area_ha}\u00a0ha, xin xem lại có gõ nhầm tọa độ không."),
    "area.below_minimum": N_(
        "Vùng rộng {area_ha}\u00a0ha, nhỏ hơn mức tối thiểu {minimum_ha}\u00a0ha ({source})."
    ),
    "area.near_commune_edge": N_(
        "Vùng lấn ra ngoài ranh giới xã {metres}\u00a0m (ranh giới trong hệ thống chỉ gần đúng)."
    ),
    "area.outside_commune": N_("Vùng nằm ngoài xã đã khai {metres}\u00a0m."),
    "area.overlaps": N_(
        "Chồng lên vùng {other}: {shared_ha}\u00a0ha, bằng {share_percent}% vùng này."
    ),
    "area.in_other_commune": N_("Theo ranh giới đang có, giữa vùng nằm ở {commune}."),
    "area.in_no_commune": N_(
        "Giữa vùng không nằm trong xã nào có ranh giới ở đây: có thể là mặt biển, hoặc tọa độ nhầm."
    ),
    # registrations
    "area.not_found": N_("Không có vùng trồng này."),
    "area.no_such_plot": N_("Không có thửa đất này trong hợp tác xã."),
    "area.unknown_market": N_("Thị trường ghi bằng hai chữ cái, ví dụ VN, CN, JP, EU."),
    "area.bad_bbox": N_("Khung bản đồ ghi bốn số: tây,nam,đông,bắc."),
    "area.bbox_too_wide": N_("Khung bản đồ rộng quá {degrees} độ."),
    "area.wrong_status": N_("Vùng trồng đang ở trạng thái khác, bước này không làm được."),
    "area.dossier_incomplete": N_("Hồ sơ còn thiếu, chưa gửi được."),
    "area.overlaps_refused": N_("Vùng chồng lên vùng đã có mã, cần ghi lý do nếu vẫn duyệt."),
    "area.reason_needed": N_("Cần ghi lý do."),
    "area.code_grammar": N_("Mã {code} không đúng mẫu mã của thị trường {market}."),
    "area.code_taken": N_("Mã {area_code} đã thuộc về vùng khác."),
    "area.step_not_possible": N_("Vùng trồng đang ở trạng thái khác, bước này không làm được."),
    "area.has_diary": N_("Vùng đã có nhật ký nên không bỏ được."),
    "area.not_readable_text": N_(
        "Dòng {line} không đọc được: mỗi dòng một góc gồm hai số, hoặc độ phút giây, hoặc dán"
        " GeoJSON."
    ),
    "area.bad_angle": N_(
        "Dòng {line}: độ, phút, giây không khớp nhau (phút và giây nhỏ hơn 60, chỉ số cuối có lẻ)."
    ),
    "area.one_axis_twice": N_("Dòng {line} ghi hai lần vĩ độ hay hai lần kinh độ."),
    "area.degrees_in_metres": N_(
        "Dòng {line} ghi độ, phút, giây; hệ tọa độ đã chọn lại tính bằng mét. Xin chọn lại hệ tọa"
        " độ."
    ),
    "file.too_large_for_page": N_("Tệp có {count} hình quá nặng cho trang này, xin chia nhỏ tệp."),
    "file.several_areas": N_(
        "Tệp có {count} vùng. Để ghi nhiều vùng một lúc, xin dùng trang Nhập tệp."
    ),
    "area.import_invalid": N_("Tệp có hình chưa đúng, chưa ghi vùng nào. Xin sửa những chỗ sau."),
    "dossier.no_representative": N_("Thiếu danh sách hộ hoặc người đại diện của hợp tác xã."),
    "household.bad_phone": N_("Số điện thoại của hộ không đúng."),
    "household.agreement_undated": N_("Cần ghi ngày hộ ký giấy đồng ý."),
    "household.agreement_half": N_("Ngày đồng ý và cách đồng ý của hộ phải đi cùng nhau."),
    "household.agreed_in_future": N_("Ngày đồng ý {on} chưa tới."),
    "household.not_found": N_("Không có hộ này trong danh sách."),
    "household.bad_line": N_(
        "Dòng {line} của danh sách hộ cần tên, có thể thêm số điện thoại và diện tích (ha), "
        "cách nhau bằng dấu chấm phẩy."
    ),
    "crop.not_found": N_("Không có cây trồng, vật nuôi với mã {crop}."),
    "inspection.in_future": N_("Ngày kiểm tra {on} chưa tới."),
    "inspection.notes_needed": N_("Không đạt thì cần ghi rõ vì sao."),
    # the diary
    "diary.in_future": N_("Ngày {on} chưa tới, nhật ký chỉ ghi việc đã làm."),
    "diary.product_needed": N_("Cần ghi tên thuốc đã dùng."),
    "diary.quantity_needs_unit": N_("Số lượng và đơn vị phải đi cùng nhau."),
    "diary.interval_missing": N_(
        "Chưa ghi thời gian cách ly; khi thu hoạch sẽ đọc là chưa rõ, không phải 0 ngày."
    ),
    "diary.interval_unknown": N_(
        "{product} dùng ngày {sprayed_on} không ghi thời gian cách ly, chưa rõ thu hoạch được chưa."
    ),
    "diary.within_interval": N_(
        "{product} dùng ngày {sprayed_on}: tới {first_permitted_on} mới được thu hoạch."
    ),
    "diary.stops_lots": N_(
        "Ghi dòng này thì lô {lots} bị tạm giữ: đã thu hoạch khi chưa đủ thời gian cách ly."
    ),
    "diary.already_corrected": N_("Dòng này đã được đính chính, xin sửa dòng mới nhất."),
    "diary.reason_needed": N_("Cần ghi vì sao đính chính."),
    "diary.not_found": N_("Không có dòng nhật ký này."),
    "diary.dose_half": N_("Liều lượng cần đủ: lượng thuốc, đơn vị, và pha hay rải cho bao nhiêu."),
    "diary.more_than_area": N_(
        "Diện tích đã làm {treated_ha}\u00a0ha lớn hơn cả vùng ({area_ha}\u00a0ha), xin xem lại."
    ),
    "diary.area_needed": N_("Chọn ít nhất một vùng đã làm."),
    "diary.area_twice": N_("Có vùng được chọn hai lần."),
    "diary.too_many_areas": N_("Một lần ghi nhiều nhất {most} vùng."),
    "diary.several_organisations": N_("Một lần ghi chỉ gồm các vùng của một hợp tác xã."),
    "diary.already_recorded": N_("Việc này đã được ghi rồi. Muốn sửa, xin dùng Đính chính."),
    "diary.key_taken": N_("Lần ghi này thuộc về người khác, xin mở lại trang và ghi lại."),
    "diary.too_many_photos": N_("Mỗi việc nhiều nhất {most} ảnh."),
    "diary.too_long_to_print": N_(
        "Sổ in dài quá {most} dòng, xin chọn khoảng ngày ngắn hơn hoặc một vùng."
    ),
    "diary.has_slip": N_("Dòng này là phiếu thu mua, xin sửa hoặc hủy trên phiếu."),
    "diary.sheet_too_long": N_("Tệp có {rows} dòng; mỗi lần nhập nhiều nhất {most} dòng."),
    "diary.area_unknown": N_("Không tìm thấy vùng này trong các vùng được ghi nhật ký."),
    "diary.area_ambiguous": N_("Có nhiều vùng mang tên này, xin ghi mã hoặc số của vùng."),
    "diary.sheet_line_there": N_("Dòng số {line} đã có trong sổ, được bỏ qua."),
    "diary.sheet_line_changed": N_(
        "Dòng số {line} trong sổ ghi khác. Muốn đính chính: để trống ô số dòng, ghi {line} vào ô"
        " Thay dòng số và ghi lý do."
    ),
    "diary.sheet_line_unknown": N_("Sổ này không có dòng mang số ấy; việc mới thì để trống ô đó."),
    "diary.sheet_alike": N_("Sổ đã có một dòng giống dòng này; vẫn ghi thêm nếu nhập."),
    "diary.too_late_to_undo": N_("Đã quá lúc hoàn tác, xin dùng Đính chính."),
    "slip.not_found": N_("Không có phiếu thu mua này."),
    "slip.key_taken": N_("Phiếu này đã ghi cho vùng khác, xin mở lại trang và ghi lại."),
    "slip.already_corrected": N_("Phiếu này đã được sửa hoặc hủy, xin xem phiếu mới nhất."),
    "slip.too_much": N_("Số tiền quá lớn, xin xem lại đơn giá và số lượng."),
    "diary.person_not_found": N_("Không có người này trong nhật ký."),
    # the catalogue of permitted inputs
    "catalogue.not_found": N_("Danh mục không có vật tư này."),
    "catalogue.not_in_catalogue": N_("{product} không có trong danh mục vật tư được phép."),
    "catalogue.not_permitted_then": N_("{product} không còn, hoặc chưa được phép dùng ngày {on}."),
    "catalogue.in_use": N_("Nhật ký đã dùng danh mục của lần nhập này, không hoàn tác được."),
    "catalogue.ends_before": N_("Ngày hết hạn đứng trước ngày bắt đầu."),
    "catalogue.crop_unknown": N_(
        "Hệ thống chưa có loại cây, con tên {crop}: dòng này vẫn được ghi, chưa dùng để đối chiếu."
    ),
    "catalogue.twice": N_("{name} đã có ở dòng {line}, dòng này không thêm gì."),
    "catalogue.withdrawn": N_("{name}: chỉ còn được phép đến hết ngày {last_day}."),
    "catalogue.withdrawn_since": N_(
        "{name}: danh mục sau đã rút ngày cuối sớm hơn nữa, hãy hoàn tác lần nhập ấy trước."
    ),
    "catalogue.stands_otherwise": N_(
        "{name} đã có với hạn hoặc thời gian cách ly khác, dòng này không thay dòng cũ:"
        " xin ghi ngày bắt đầu của quy định mới."
    ),
    "catalogue.no_interval": N_("Không ghi thời gian cách ly: khi thu hoạch sẽ đọc là chưa rõ."),
    "catalogue.not_for_crop": N_("{product} không được phép dùng cho loại cây, con này."),
    "diary.parcel_unknown": N_("Vùng này không có thửa số hiệu {parcel}."),
    # parcels
    "parcel.invalid": N_("Chưa ghi được thửa, xin sửa những chỗ sau."),
    "parcel.not_found": N_("Không có thửa này trong vùng."),
    "parcel.outside_plot": N_(
        "Thửa lấn ra ngoài đường bao của vùng {area_m2}\u00a0m², ở {lon}; {lat}."
    ),
    "parcel.overlaps": N_("Thửa chồng lên thửa {other}: {area_m2}\u00a0m², ở {lon}; {lat}."),
    "parcel.label_taken": N_("Vùng này đã có thửa tên {label}."),
    "parcel.too_many": N_("Một vùng có nhiều nhất {most} thửa."),
    "parcel.needs_size": N_("Thửa cần hình vẽ hoặc diện tích."),
    "parcel.more_than_plot": N_(
        "Tổng diện tích các thửa lớn hơn cả vùng ({plot_ha}\u00a0ha), xin xem lại."
    ),
    "parcel.household_unknown": N_(
        "Danh sách hộ không có {name} (hoặc có hai hộ cùng tên); thửa được ghi mà chưa gắn hộ."
    ),
    "household.built_upon": N_(
        "Nhật ký đã ghi việc trên thửa của lần nhập này, không hoàn tác được."
    ),
    "parcel.in_diary": N_(
        "Nhật ký đã ghi việc trên thửa {label} nên không đổi được hình; hãy bỏ thửa này rồi vẽ"
        " thửa mới."
    ),
    # raw-material areas
    "material.not_found": N_("Không có vùng nguyên liệu này."),
    "material.ended": N_("Vùng nguyên liệu đã kết thúc ngày {on}."),
    "material.ends_before": N_("Ngày kết thúc từ {started_on} tới hôm nay."),
    "material.in_future": N_("Ngày bắt đầu {on} chưa tới."),
    "material.no_such_buyer": N_("Không có tổ chức mang mã {code}."),
    "material.area_unknown": N_("Không có vùng nào mang mã {area_code}."),
    "material.area_not_in_force": N_("Mã {area_code} không còn hiệu lực."),
    "material.other_crop": N_("Vùng {area_code} không trồng, nuôi loại của vùng nguyên liệu này."),
    "material.already_in": N_("Vùng {area_code} đã ở trong hoặc đã được mời."),
    "material.answered": N_("Lời mời này đã được trả lời."),
    "material.not_in": N_("Vùng này không còn ở trong vùng nguyên liệu."),
    # files
    "file.unknown_type": N_("Loại tệp này chưa đọc được. Nhận: {suffixes}."),
    "file.empty": N_("Tệp trống."),
    "file.too_large": N_("Tệp lớn hơn {most_mb} MB."),
    "file.too_slow": N_("Đọc tệp lâu hơn {seconds} giây, đã dừng."),
    "file.too_heavy": N_("Tệp quá nặng để đọc, đã dừng."),
    "file.encoding": N_("Chữ trong tệp không phải UTF-8 (từ byte thứ {position})."),
    "file.not_parsable": N_("Tệp hỏng hoặc sai cú pháp ở dòng {line}."),
    "file.not_geojson": N_("Tệp không phải GeoJSON."),
    "file.wrong_content": N_("Nội dung tệp không phải {expected}."),
    "file.doubled_key": N_("Tệp ghi hai lần mục {key} ở cùng một chỗ, không rõ lấy bản nào."),
    "file.bad_row": N_("Dòng {line} của bảng quá dài hoặc sai dấu ngoặc kép."),
    "file.too_many_columns": N_("Bảng có {count} cột, nhiều hơn {most} cột."),
    "file.bad_feature": N_("Hình thứ {feature} trong tệp không đúng dạng."),
    "file.bad_number": N_("Hình thứ {feature} có tọa độ không phải số: {text}."),
    "file.no_features": N_("Tệp không có hình nào."),
    "file.too_many_features": N_("Tệp có {count} hình, nhiều hơn {most} hình."),
    "file.too_many_points": N_("Tệp có {count} điểm, nhiều hơn {most} điểm."),
    "file.unknown_crs": N_("Không biết hệ tọa độ {crs}."),
    "file.crs_missing": N_("Tệp không ghi hệ tọa độ (thiếu tệp .prj). Xin chọn hệ tọa độ."),
    "file.several_crs": N_("Các hình trong tệp ghi hệ tọa độ (SRID) khác nhau."),
    "file.projected": N_(
        "Đã chuyển tọa độ từ {crs} sang WGS 84 (với VN-2000: 7 tham số của Bộ, chính xác "
        "khoảng 1 m)."
    ),
    "file.datum_unknown": N_(
        "Hệ tọa độ {crs} không nói rõ gốc đo: vị trí có thể lệch đến 200 m. Nếu là VN-2000, xin bỏ "
        "tệp .prj và chọn hệ tọa độ."
    ),
    "file.north_first": N_(
        "Đọc số trước là X (hướng bắc), số sau là Y (hướng đông), như sổ đỏ ghi."
    ),
    "file.letters_guessed": N_(
        "Chữ trong tệp được đọc theo bảng mã {letters}; xin xem lại các tên."
    ),
    "file.segments_joined": N_(
        "Đường đi bị ngắt thành {count} đoạn (mất sóng), đã nối theo thứ tự; xin xem lại chỗ nối."
    ),
    "file.parts_left_out": N_("Hình có thêm {count} điểm hoặc đường, đã bỏ; chỉ giữ đa giác."),
    "file.unsafe_markup": N_("Tệp có khai báo DTD hoặc thực thể, không nhận vì an toàn."),
    "file.unsafe_archive": N_("Tên tệp {name} trong tệp nén chỉ ra ngoài chỗ giải nén."),
    "file.archive_bomb": N_("Tệp nén bung ra lớn khác thường (giới hạn {most_mb} MB)."),
    "file.archive_crowded": N_("Tệp nén chứa {count} tệp, nhiều hơn {most} tệp."),
    "file.archive_doubled": N_("Tệp nén chứa hai tệp cùng tên."),
    "file.archive_encrypted": N_("Tệp nén có mật khẩu, không đọc được."),
    "file.archive_link": N_("Tệp {name} trong tệp nén là liên kết tới chỗ khác, không nhận."),
    "file.archive_nested": N_("Trong tệp nén lại là tệp nén. Xin giải nén một lần rồi gửi."),
    "file.bad_archive": N_("Tệp nén hỏng."),
    "file.bad_layer": N_("Không đọc được lớp bản đồ trong tệp."),
    "file.no_columns": N_("Bảng cần cột wkt, hoặc hai cột lon và lat."),
    "file.not_an_area": N_("Hình thứ {feature} {name} là {type}, không phải vùng; đã để lại."),
}
