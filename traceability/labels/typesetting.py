"""Setting a label's words into the room beside its code: smaller first, and only then fewer. PURE.

Millimetres from the label's top left corner, y downwards to the baseline; type sizes in points.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from foundation.typefaces.faces import Face

MM_PER_POINT = 25.4 / 72
SMALLEST_TYPE_PT = 4.0
LARGEST_TITLE_PT = 11.0
_LEADING = 1.22
_STEP = 0.95
# The product and its maker in two lines each where words may be shortened: the facts need room.
_MOST_LINES = 2
_ENDLESS = 99
_ALWAYS = 1
"""The first fact is never left out: the lot."""


@dataclass(frozen=True)
class Setting:
    """How the words of a label are set.

    `least_pt` is the smallest type that may be used, `title_pt` the largest for the product's
    name. `is_strict`: nothing is shortened and nothing left out; what finds no room is told.
    """

    least_pt: float = SMALLEST_TYPE_PT
    title_pt: float = LARGEST_TITLE_PT
    is_strict: bool = False


USUAL = Setting()


@dataclass(frozen=True)
class LabelText:
    """The words on every label of a batch, already in the reader's language.

    `facts` are pairs such as ("Lô", "TRASHAN-26A"), the most important first: a small paper
    drops the last ones; a fact without a name is a sentence of its own. `fields` says what each
    fact is, for whoever is told of it. `call` asks the buyer to scan; empty where no phone would
    open a page. `brand` is the house the goods are packed for, above the product; `title_second`
    the product in a second language.
    """

    title: str
    producer: str
    facts: tuple[tuple[str, str], ...]
    call: str
    fields: tuple[str, ...] = ()
    brand: str = ""
    title_second: str = ""
    setting: Setting = USUAL

    def field(self, place: int) -> str:
        """What the fact at a place is; never nothing, for what finds no room is told by it."""
        if place < len(self.fields):
            return self.fields[place]
        return self.facts[place][0] or "note"


@dataclass(frozen=True)
class Line:
    x: float
    y: float
    size: float
    text: str
    is_bold: bool = False


@dataclass(frozen=True)
class Rule:
    x: float
    y: float
    length: float


@dataclass(frozen=True)
class Room:
    """Where words may stand."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Words:
    """Words as set. `left_out` and `shortened` name what a small paper cost; `unfit` what found
    no room where nothing may be left out."""

    lines: tuple[Line, ...]
    rules: tuple[Rule, ...]
    left_out: tuple[str, ...] = ()
    shortened: tuple[str, ...] = ()
    unfit: str = ""


@dataclass(frozen=True)
class _Type:
    """Type sizes for one try at fitting the words into their column."""

    title: float
    body: float
    regular: Face
    bold: Face


def set_words(text: LabelText, room: Room, title_pt: float, regular: Face, bold: Face) -> Words:
    """Fit the words into a room, beginning with a title of `title_pt`."""
    least = text.setting.least_pt
    title = max(title_pt, least)
    sizes = _Type(title, max(title * 0.72, least), regular, bold)
    shown = text
    while True:
        column = _Column(shown, sizes, room)
        if not column.unfit:
            return column.words(text)
        if sizes.body > least:
            smaller = max(sizes.title * _STEP, least), max(sizes.body * _STEP, least)
            sizes = replace(sizes, title=smaller[0], body=smaller[1])
        elif text.setting.is_strict or len(shown.facts) <= _ALWAYS:
            return column.words(text)
        else:
            shown = replace(shown, facts=shown.facts[:-1])


class _Column:
    """One try: every line with its place, and the first thing that stands outside the room."""

    def __init__(self, text: LabelText, sizes: _Type, room: Room) -> None:
        self._text, self._sizes, self._room = text, sizes, room
        self._lines: list[Line] = []
        self._shortened: list[str] = []
        self.unfit = ""
        self._y = room.y
        self._heading()
        step = sizes.body * MM_PER_POINT * _LEADING
        self._y += step * 0.45
        self._rule = Rule(room.x, self._y, room.width)
        self._y += step * 0.1
        for place, (name, value) in enumerate(text.facts):
            self._fact(text.field(place), name, value)

    def words(self, whole: LabelText) -> Words:
        """What was set, and what of the `whole` text it lacks."""
        kept = len(self._text.facts)
        left_out = tuple(whole.field(place) for place in range(kept, len(whole.facts)))
        unfit = self.unfit if whole.setting.is_strict else ""
        rules = (self._rule,)
        return Words(tuple(self._lines), rules, left_out, tuple(self._shortened), unfit)

    def _heading(self) -> None:
        text, sizes = self._text, self._sizes
        if text.brand:
            self._y += sizes.body * MM_PER_POINT * (sizes.bold.cap_height / 1000 - _LEADING)
            self._put("brand", text.brand, sizes.bold, sizes.body)
            self._y += sizes.title * MM_PER_POINT * 0.12
        else:
            self._y += sizes.title * MM_PER_POINT * (sizes.bold.cap_height / 1000 - _LEADING)
        self._put("title", text.title, sizes.bold, sizes.title)
        self._y += sizes.body * MM_PER_POINT * _LEADING * 0.15
        if text.title_second:
            self._put("title_second", text.title_second, sizes.regular, sizes.body)
        self._put("producer", text.producer, sizes.regular, sizes.body)

    def _put(self, field: str, said: str, face: Face, size: float) -> None:
        """A text in lines of its own."""
        most = _ENDLESS if self._text.setting.is_strict else _MOST_LINES
        lines = wrapped(said, face, size, self._room.width, most)
        for line in lines:
            self._stand(field, self._room.x, line, face, size, new_line=True)
        self._judge(field, said, lines)

    def _fact(self, field: str, name: str, value: str) -> None:
        """A name and its value; a value too long for the rest of the line goes on below."""
        sizes, room, size = self._sizes, self._room, self._sizes.body
        if not name:
            self._put(field, value, sizes.regular, size)
            return
        name_width = sizes.regular.width(name + " ", size) * MM_PER_POINT
        self._stand(field, room.x, name, sizes.regular, size, new_line=True)
        beside, rest = _parted(value, sizes.bold, size, room.width - name_width)
        if beside:
            self._stand(field, room.x + name_width, beside, sizes.bold, size, new_line=False)
        if rest:
            self._put(field, rest, sizes.bold, size)

    def _stand(
        self, field: str, x: float, said: str, face: Face, size: float, *, new_line: bool
    ) -> None:
        if new_line:
            self._y += size * MM_PER_POINT * _LEADING
        self._lines.append(Line(x, self._y, size, said, is_bold=face is self._sizes.bold))
        end = x + face.width(said, size) * MM_PER_POINT
        room = self._room
        if self._y > room.y + room.height or end > room.x + room.width + 1e-6:
            self.unfit = self.unfit or field

    def _judge(self, field: str, said: str, lines: list[str]) -> None:
        if any(line.endswith("…") for line in lines) and not said.endswith("…"):
            self._shortened.append(field)


def _parted(text: str, face: Face, size: float, width_mm: float) -> tuple[str, str]:
    """As many words as fit beside a name, and those that go on below it."""
    words = [word for word in text.split(" ") if word]
    count = len(words)
    while count and _too_wide(" ".join(words[:count]), face, size, width_mm):
        count -= 1
    return " ".join(words[:count]), " ".join(words[count:])


def wrapped(text: str, face: Face, size: float, width_mm: float, most: int) -> list[str]:
    """Break at spaces into at most `most` lines; what is left over ends in an ellipsis."""
    # An amount and its unit stay together: only the common space is one to break at.
    words = [word for word in text.split(" ") if word]
    lines: list[str] = []
    while words and len(lines) < most - 1:
        count = len(words)
        while count > 1 and _too_wide(" ".join(words[:count]), face, size, width_mm):
            count -= 1
        line = " ".join(words[:count])
        lines.append(line if most == _ENDLESS else _cut(line, face, size, width_mm))
        words = words[count:]
    return [*lines, _cut(" ".join(words), face, size, width_mm)] if words else lines


def _too_wide(text: str, face: Face, size: float, width_mm: float) -> bool:
    return face.width(text, size) * MM_PER_POINT > width_mm


def _cut(text: str, face: Face, size: float, width_mm: float) -> str:
    if not _too_wide(text, face, size, width_mm):
        return text
    while text and _too_wide(text + "…", face, size, width_mm):
        text = text[:-1].rstrip()
    return text + "…"
