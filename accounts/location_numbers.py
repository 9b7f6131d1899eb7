"""PURE. The global location number (GLN) of an organisation: thirteen digits, the last a check.

Source: GS1 General Specifications §2.4 (GLN), §7.9 (weights 1 and 3 from the left).
"""


def normalise(text: str) -> str | None:
    """The thirteen digits without the spaces people put between them; None when it is no GLN."""
    digits = "".join(text.replace("-", "").split())
    if len(digits) != 13 or not (digits.isascii() and digits.isdigit()) or not digits.strip("0"):
        return None
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return digits if total % 10 == 0 else None
