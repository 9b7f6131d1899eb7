"""Bar codes of one line of bars: Code 128 as GS1 uses it on cartons, and EAN-13. PURE.

A symbol is a text of modules, "1" dark and "0" light, without its quiet zones. A carton bears one
or two, so they are drawn from the standard's tables as they stand.

Source: ISO/IEC 15417:2007 (Code 128: table 1, annex E for the shortest choice of sets);
ISO/IEC 15420:2009 (EAN-13); GS1 General Specifications 5.4 (GS1-128: FNC1 first, at most 48
characters) and 5.2 (EAN/UPC).
"""

from functools import cache

FUNCTION = "\x1d"
"""In a text: the function character that ends an element of open length."""
QUIET_128 = 10
QUIET_EAN = 11
MOST_CHARACTERS = 48
_START_B, _START_C, _STOP, _FNC1 = 104, 105, 106, 102
_TO_SET = {"B": 100, "C": 99}
# Widths of bars and spaces in turn, for values 0 to 106.
_TABLE = (
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231"
    "113222123122123221223211221132221231213212223112312131311222321122321221312212322112322211"
    "212123212321232121111323131123131321112313132113132311211313231113231311112133112331132131"
    "113123113321133121313121211331231131213113213311213131311123311321331121312113312311332111"
    "314111221411431111111224111422121124121421141122141221112214112412122114122411142112142211"
    "241211221114413111241112134111111242121142121241114212124112124211411212421112421211212141"
    "214121412121111143111341131141114113114311411113411311113141114131311141411131211412211214"
    "211232"
)
_WIDTHS = [*(_TABLE[start : start + 6] for start in range(0, len(_TABLE), 6)), "2331112"]
# Digits 0 to 9 in the left half, seven modules each.
_DIGITS = "0001101001100100100110111101010001101100010101111011101101101110001011"
_LEFT_ODD = [_DIGITS[start : start + 7] for start in range(0, len(_DIGITS), 7)]
# Which of the six left digits are drawn the other way round tells the first digit.
_TURNS = "000000001011001101001110010011011001011100010101010110011010"
_TURNED = [_TURNS[start : start + 6] for start in range(0, len(_TURNS), 6)]


def code_128(text: str) -> str:
    """A GS1-128 symbol: the function character, then elements as they follow one another.

    Raises: ValueError for what Code 128 cannot say, or GS1 does not allow to be so long.
    """
    if not text or len(text.replace(FUNCTION, "")) > MOST_CHARACTERS:
        raise ValueError("a GS1-128 symbol says 1 to 48 characters")
    values = _values(text)
    check = (values[0] + sum(place * value for place, value in enumerate(values))) % 103
    return "".join(_drawn(_WIDTHS[value]) for value in [*values, check, _STOP])


def ean_13(digits: str) -> str:
    """An EAN-13 symbol of thirteen digits, the check digit among them."""
    if len(digits) != 13 or not (digits.isascii() and digits.isdigit()):
        raise ValueError("EAN-13 says thirteen digits")
    turned = _TURNED[int(digits[0])]
    left = (
        _right(digit)[::-1] if other_way == "1" else _LEFT_ODD[int(digit)]
        for digit, other_way in zip(digits[1:7], turned, strict=True)
    )
    return f"101{''.join(left)}01010{''.join(map(_right, digits[7:]))}101"


def _right(digit: str) -> str:
    """The right half's form: the left's with dark and light exchanged."""
    return _LEFT_ODD[int(digit)].translate(str.maketrans("01", "10"))


def _drawn(widths: str) -> str:
    return "".join("10"[place % 2] * int(width) for place, width in enumerate(widths))


def _values(text: str) -> list[int]:
    """The shortest choice of sets B (letters) and C (digits in pairs), function character first."""

    @cache
    def shortest(place: int, now_in: str) -> tuple[int, tuple[int, ...]]:
        if place == len(text):
            return 0, ()
        found = []
        for chosen in "CB":
            said = _said(text, place, chosen)
            if said is not None:
                value, used = said
                switch = () if chosen == now_in else (_TO_SET[chosen],)
                cost, rest = shortest(place + used, chosen)
                found.append((cost + 1 + len(switch), (*switch, value, *rest)))
        return min(found, key=lambda each: each[0])

    cost_b, in_b = shortest(0, "B")
    cost_c, in_c = shortest(0, "C")
    starts_in_c = cost_c <= cost_b
    return [_START_C if starts_in_c else _START_B, _FNC1, *(in_c if starts_in_c else in_b)]


def _said(text: str, place: int, chosen: str) -> tuple[int, int] | None:
    """The value of what stands at a place in a set, and how many characters it takes."""
    if text[place] == FUNCTION:
        return _FNC1, 1
    if chosen == "B":
        if not " " <= text[place] <= "~":
            raise ValueError(f"{text[place]!r} is not said by Code 128")
        return ord(text[place]) - 32, 1
    pair = text[place : place + 2]
    if len(pair) == 2 and pair.isascii() and pair.isdigit():
        return int(pair), 2
    return None
