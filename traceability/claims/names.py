"""Names of a claim's states, in the reader's language."""

from foundation.i18n import N_, _, named

STATES = {
    "open": N_("Chưa ai xác nhận"),
    "denied": N_("Đơn vị giữ lô nói không"),
    "confirmed": N_("Đã xác nhận"),
    "rejected": N_("Không đúng"),
}
TONES = {"open": "wait", "denied": "warn", "confirmed": "good", "rejected": "calm"}


def state(name: str) -> str:
    """A state in words."""
    return named(STATES, name)


def options() -> list[tuple[str, str]]:
    """The states to filter by."""
    return [(name, _(word)) for name, word in STATES.items()]
