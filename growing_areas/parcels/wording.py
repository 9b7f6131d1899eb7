"""What parcels, their outlines and their batches say about each error and finding code."""

from foundation.i18n import N_

WORDING: dict[str, str] = {
    "parcel.left_outside": N_(
        "{label} nằm ngoài ranh giới {area_m2}\u00a0m² ({percent}% thửa), ở {lon}; {lat}."
    ),
    "parcel.nothing_inside": N_(
        "{label} nằm hẳn ngoài ranh giới vùng, không cắt được; hãy vẽ lại hoặc bỏ thửa."
    ),
    "parcel.built_upon": N_("Nhật ký đã ghi việc trên thửa của lần nhập này, không hoàn tác được."),
    "dossier.parcels_outside": N_("Số thửa nằm ngoài ranh giới vùng: {count} ({labels})."),
    "diary.parcel_outside": N_(
        "{label} nằm ngoài ranh giới vùng {area_m2}\u00a0m²; hãy cắt hoặc vẽ lại thửa."
    ),
    "diary.parcel_moved": N_(
        "{label} được vẽ sang đất khác ngày {on}; việc làm trước ngày ấy xin ghi cho cả vùng."
    ),
}
