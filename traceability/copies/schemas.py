"""Input shapes of suspicions."""

from __future__ import annotations

from foundation.inputs import Choice, InputSchema, Integer, QuerySchema, Text
from foundation.paging import DEFAULT_SIZE, MAX_SIZE
from traceability.copies.models import STATES
from traceability.copies.weighing import CODES


class SuspicionsQuery(QuerySchema):
    """What to list: those nobody has looked at unless a state is named."""

    q = Text(max=80, load_default="")
    state = Choice((*STATES, "all"), load_default="open")
    reason = Choice(CODES, load_default="")
    cursor = Text(max=500)
    limit = Integer(low=1, high=MAX_SIZE, load_default=DEFAULT_SIZE)


class DecisionInput(InputSchema):
    """Why it is explained, or what shows that labels were copied."""

    verdict = Choice(("explained", "confirmed"), required=True)
    because = Text(max=1000, multiline=True, required=True)
