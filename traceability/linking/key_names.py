"""What the code of a web address is, in words people use. PURE.

Source: GS1 General Specifications §3 (application identifiers of keys and their qualifiers).
"""

from __future__ import annotations

from dataclasses import dataclass

from foundation.i18n import N_, _
from traceability.digital_link import Link
from traceability.linking.judging import CANONICAL_HOST

KEYS = {
    "00": N_("Mã kiện hàng"),
    "01": N_("Mã vạch sản phẩm"),
    "253": N_("Mã giấy tờ"),
    "255": N_("Mã phiếu mua hàng"),
    "401": N_("Mã lô hàng gửi"),
    "402": N_("Mã chuyến hàng"),
    "414": N_("Mã địa điểm"),
    "415": N_("Mã bên lập hóa đơn"),
    "417": N_("Mã đơn vị"),
    "8003": N_("Mã vỏ, két, pa-lét dùng lại"),
    "8004": N_("Mã máy móc, thiết bị"),
    "8006": N_("Mã một phần của sản phẩm"),
    "8010": N_("Mã linh kiện"),
    "8013": N_("Mã mẫu sản phẩm"),
    "8017": N_("Mã người cung cấp dịch vụ"),
    "8018": N_("Mã người nhận dịch vụ"),
}
_QUALIFIERS = {
    "10": N_("Lô"),
    "21": N_("Số sê-ri"),
    "22": N_("Phiên bản"),
    "235": N_("Số tem của bên thứ ba"),
    "254": N_("Phần trong địa điểm"),
    "7040": N_("Số tem của bên thứ ba"),
    "8011": N_("Số sê-ri"),
    "8019": N_("Lần phục vụ"),
    "8020": N_("Số hóa đơn, phiếu thu"),
}


@dataclass(frozen=True)
class Told:
    """A code in words: its kind, its parts by name, and where else it may be known."""

    kind: str
    parts: tuple[tuple[str, str], ...]
    elsewhere: str


def called(link: Link) -> str:
    """A code in one line: its kind and its values."""
    return " ".join((_(KEYS[link.key]), link.value, *(value for _name, value in link.qualifiers)))


def told(link: Link) -> Told:
    """What a well-formed code says of itself, in the reader's language."""
    parts = [(_("Mã"), link.value)]
    parts += [(_(_QUALIFIERS[name]), value) for name, value in link.qualifiers]
    return Told(_(KEYS[link.key]), tuple(parts), CANONICAL_HOST + link.path())
