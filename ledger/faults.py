"""The first bad thing in a log: what it is, and where."""

from dataclasses import dataclass
from datetime import datetime

from foundation.i18n import word
from ledger import canonical


@dataclass(frozen=True)
class Bad:
    """A bad thing: its code, and where it is (`sequence` once it has a place).

    A row has its table, its key and the groups of columns that differ from what was recorded.
    """

    code: str
    sequence: int | None = None
    entry_id: int | None = None
    detail: str = ""
    table: str = ""
    key: str = ""
    columns: str = ""
    recorded_at: datetime | None = None

    def explanation(self) -> str:
        """Say what is wrong and where: the code for programs, the sentence for people."""
        at = canonical.instant(self.recorded_at) if self.recorded_at else None
        places = (
            ("sequence", self.sequence),
            ("entry", self.entry_id),
            ("table", self.table or None),
            ("row", self.key or None),
            ("columns", self.columns or None),
            ("recorded_at", at),
            ("at", self.detail or None),
        )
        where = " ".join(f"{name}={value}" for name, value in places if value is not None)
        return f"{self.code} {where}: {word(self.code)}"
