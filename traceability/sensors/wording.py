"""What is said when a sensor cannot be registered, changed or read."""

from foundation.i18n import N_

WORDING: dict[str, str] = {
    "sensor.not_found": N_("Không có cảm biến này."),
    "sensor.alarm_not_found": N_("Không có báo động này."),
    "sensor.token_not_found": N_("Không có khóa thiết bị này."),
    "sensor.too_many_tokens": N_("Đã có {most} khóa còn dùng; thu hồi khóa không dùng trước."),
    "sensor.too_many_readings": N_(
        "Một tệp chứa nhiều nhất {most} số đo: chọn khoảng ngày ngắn hơn, hoặc lấy qua API."
    ),
    "sensor.batch_over": N_("Lô {code} đã đóng hoặc đã hủy: không đặt cảm biến cạnh lô này."),
    "sensor.place_unknown": N_("Đơn vị không có vùng trồng hoặc lô nào mang mã {code}."),
    "sensor.place_needed": N_("Chọn vùng trồng hoặc lô, hoặc ghi tên kho, phòng; chỉ một nơi."),
    "sensor.limits": N_("Giới hạn dưới phải thấp hơn giới hạn trên."),
    "sensor.limit_impossible": N_("Giới hạn phải trong khoảng từ {low} đến {high}."),
    "sensor.retired": N_("Cảm biến này đã ngừng dùng."),
    "sensor.no_broker": N_("Chưa đặt NGUON_MQTT_URL: không có máy chủ MQTT để nối tới."),
    "sensor.letter_not_found": N_("Không có tin này."),
    "sensor.too_long": N_("tin quá dài"),
    "sensor.not_json": N_("tin không phải JSON"),
    "sensor.not_an_object": N_("tin không phải JSON"),
    "sensor.no_time": N_("thiếu giờ đo"),
    "sensor.time_out_of_range": N_("giờ đo quá cũ hoặc ở tương lai"),
    "sensor.no_value": N_("thiếu số đo"),
    "sensor.retired_reading": N_("cảm biến đã ngừng dùng"),
    "sensor.bad_sequence": N_("số thứ tự sai"),
    "sensor.impossible_value": N_("số đo không thể có thật"),
}
