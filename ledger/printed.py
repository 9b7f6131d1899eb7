"""A checkpoint on paper: whoever keeps the sheet proves later what the log was on that day."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from foundation.clock import VIETNAM
from foundation.documents.blocks import Code, Facts, Paper, Space, Text, Title
from foundation.i18n import number, speaking
from ledger import note
from ledger.models import Checkpoint
from ledger.witnessing import Cosigned

_CODE_MM = 78
_GROUP = 8
_WHY = (
    "Ai giữ tờ này chứng minh được về sau sổ có bị sửa hay không: gốc dưới đây cam kết từng chữ của"
    " mọi điều đã ghi cho tới lúc ký. Hãy cất tờ này ở nơi người vận hành sổ không với tới."
)
_HOW = (
    "chọn tệp có nội dung quét từ mã QR; hoặc dùng chương trình trong docs/verify trên máy không"
    " nối mạng. Chữ ký Ed25519, cây băm RFC 9162 (SHA-256), viết theo dạng C2SP signed-note."
)


def paper(mark: Checkpoint, text: str, cosigned: Sequence[Cosigned], base_url: str) -> Paper:
    """The sheet of one checkpoint; `text` is the note with every signature that stands under it.

    The QR code holds the note as we signed it, byte by byte; witnesses' lines are printed beside.
    """
    origin = note.read(mark.note).origin
    at = mark.made_at.astimezone(VIETNAM)
    return Paper(
        title=f"Mốc ký sổ truy xuất {mark.size}",
        author=origin,
        blocks=[
            Title("Mốc ký sổ truy xuất", f"Sổ có {_count(mark)} mục"),
            Text(_WHY, style="plain"),
            Facts(_facts(mark, origin, ", ".join(each.name for each in cosigned))),
            Space(2),
            Code(mark.note, "Mã QR chứa nguyên văn mốc ký", _CODE_MM),
            Text("Nguyên văn mốc ký", style="heading"),
            Text(text.rstrip("\n"), style="plain"),
            Text(f"Kiểm tra: mở {base_url}/verify, {_HOW}", style="small"),
        ],
        subject=f"Mốc ký của {origin} ở {mark.size} mục",
        foot=f"{origin} · {mark.size} mục · {at:%d/%m/%Y %H:%M}",
    )


def _facts(mark: Checkpoint, origin: str, cosigners: str) -> list[tuple[str, str | None]]:
    at = mark.made_at.astimezone(VIETNAM)
    moment = f"{at:%H} giờ {at:%M} phút {at:%S} giây, ngày {at:%d/%m/%Y} (giờ Việt Nam)"
    return [
        ("Tên sổ", origin),
        ("Số mục", _count(mark)),
        ("Ký lúc", moment),
        ("Bên ngoài cùng ký", cosigners or "chưa có"),
        ("Gốc của sổ (base64)", base64.b64encode(mark.root).decode()),
        ("Gốc của sổ (thập lục phân)", _grouped(mark.root.hex())),
        ("Khóa kiểm tra", note.verifier_key(origin, mark.public_key)),
    ]


def _count(mark: Checkpoint) -> str:
    # Papers are always in Vietnamese, whoever asks for them.
    with speaking("vi"):
        return number(mark.size, 0)


def _grouped(figures: str) -> str:
    """Figures in groups that can be read out over the telephone."""
    return " ".join(figures[at : at + _GROUP] for at in range(0, len(figures), _GROUP))
