"""The two North American coupon formats, which a conformant reader must know. PURE.

Source: GS1 US, North American Coupon Application Guideline (AI 8110), and GS1 AI (8112) Coupon
Data Specification. A field's length stands in the digit before it.
"""

from traceability.linking import content


class _Reader:
    """Digits read from left to right; one refusal spoils the whole."""

    def __init__(self, digits: str) -> None:
        self.rest = digits
        self.is_good = digits.isascii() and digits.isdigit()

    def take(self, length: int) -> str:
        piece, self.rest = self.rest[:length], self.rest[length:]
        self.is_good = self.is_good and len(piece) == length
        return piece

    def choice(self, allowed: str) -> str:
        """One digit of those allowed."""
        digit = self.take(1)
        self.is_good = self.is_good and digit != "" and digit in allowed
        return digit

    def measured(self, lengths: str, add: int = 0) -> str:
        """A field whose length (less `add`) is the digit before it."""
        digit = self.choice(lengths)
        return self.take(int(digit) + add) if self.is_good else ""

    def has(self, mark: str) -> bool:
        """Whether an optional field with this mark comes next; the mark is read over."""
        if not self.is_good or not self.rest.startswith(mark):
            return False
        self.rest = self.rest[1:]
        return True


def is_offer(text: str) -> bool:
    """A coupon of a positive offer file: format, funder, offer, serial number."""
    reader = _Reader(text)
    reader.choice("01")
    reader.measured("0123456", 6)
    reader.take(6)
    reader.measured("0123456789", 6)
    return reader.is_good and not reader.rest


def is_coupon(text: str) -> bool:
    """A coupon by value and required purchases, with its optional fields in order."""
    reader = _Reader(text)
    reader.measured("0123456", 6)
    reader.take(6)
    reader.measured("12345")
    _purchase(reader)
    if reader.has("1"):
        reader.choice("0123")
        _purchase(reader)
        _other_maker(reader)
    if reader.has("2"):
        _purchase(reader)
        _other_maker(reader)
    _dates(reader)
    if reader.has("5"):
        reader.measured("0123456789", 6)
    if reader.has("6"):
        reader.measured("1234567", 6)
    if reader.has("9"):
        reader.choice("01256")
        reader.choice("012")
        reader.take(1)
        reader.choice("01")
    return reader.is_good and not reader.rest


def _purchase(reader: _Reader) -> None:
    """How much of which family must be bought."""
    reader.measured("12345")
    reader.choice("012349")
    reader.take(3)


def _other_maker(reader: _Reader) -> None:
    """Another maker's prefix, unless 9 says that it is the same."""
    if not reader.has("9"):
        reader.measured("0123456", 6)


def _dates(reader: _Reader) -> None:
    ends = _date(reader) if reader.has("3") else ""
    starts = _date(reader) if reader.has("4") else ""
    reader.is_good = reader.is_good and not (ends and starts > ends)


def _date(reader: _Reader) -> str:
    day = reader.take(6)
    reader.is_good = reader.is_good and content.is_short_date(day)
    return day
