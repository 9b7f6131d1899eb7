"""Formulas: texts a spreadsheet would compute, made harmless in CSV and read back. PURE."""

import re

# A spreadsheet reads a CSV cell that starts like this as a formula. A bare signed number or a
# phone number ("+84 90 512") computes nothing and stays as it is.
# Apostrophes before it may be the text's own: they count, so that reading back is exact.
_FORMULA_START = re.compile(r"^'*(?:[=@\t\r\n]|[+-](?![0-9 .]*$))")


def disarmed(text: str) -> str:
    """Put an apostrophe before a CSV text that a spreadsheet would compute."""
    return "'" + text if _FORMULA_START.match(text) else text


def armed(text: str) -> str:
    """Undo `disarmed` when a file comes back in."""
    return text[1:] if text.startswith("'") and _FORMULA_START.match(text[1:]) else text
