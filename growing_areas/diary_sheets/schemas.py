"""Input shape of one row of a diary sheet: our own export's columns, in codes or in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_smorest.fields import Upload
from marshmallow import EXCLUDE, Schema, fields

from foundation.i18n import LANGUAGES, speaking
from foundation.inputs import Choice, Integer, Problem, Text
from foundation.vietnamese import fold
from growing_areas import labels
from growing_areas.answer_shapes import FoundSchema
from growing_areas.fieldbook import labels as words
from growing_areas.fieldbook.models import ACTIVITIES, DOSE_PER, WASTE_KINDS, WEATHERS
from growing_areas.fieldbook.schemas import WorkInput


class Worded(Choice):
    """One of some codes, or its word as our pages say it in either language."""

    def __init__(self, codes: tuple[str, ...], named: Callable[[str], str], **more: Any) -> None:
        super().__init__(codes, **more)
        self.named = named

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        told = str(value).strip()
        code = told if told in self.choices else self._words().get(fold(told))
        if code is None:
            # In words: whoever fills in a sheet reads no codes.
            raise Problem("input.not_a_choice", choices=[self.named(each) for each in self.choices])
        return code

    def _words(self) -> Mapping[str, str]:
        known: dict[str, str] = {}
        for language in LANGUAGES:
            with speaking(language):
                known |= {fold(self.named(code)): code for code in self.choices}
        return known


class DiaryRow(WorkInput):
    """One row: the area by number, code or name, its parcels by label, and the work."""

    class Meta(WorkInput.Meta):
        exclude = ("material", "work_key")
        unknown = EXCLUDE

    id = Integer(low=1)
    area = Integer(low=1)
    area_code = Text(max=60)
    area_name = Text(max=200)
    parcels: Any = Text(max=4000)
    activity = Worded(ACTIVITIES, labels.activity, required=True)
    dose_words = Text(max=120)
    dose_per = Worded(DOSE_PER, words.per)
    weather = Worded(WEATHERS, words.weather)
    waste_kind = Worded(WASTE_KINDS, words.waste, data_key="waste")
    corrects = Integer(low=1)
    reason = Text(max=2000, multiline=True)


class DiaryFile(Schema):
    """The sheet itself."""

    file = Upload(required=True, metadata={"description": "CSV or XLSX"})


class DiaryImportedSchema(Schema):
    """What an import did."""

    import_ = fields.Integer(
        data_key="import", attribute="import", metadata={"description": "Undoes all of it as one"}
    )
    state = fields.String(metadata={"enum": ["applied", "undone"]})
    created = fields.Integer(metadata={"description": "Lines written"})
    findings = fields.List(fields.Nested(FoundSchema))
