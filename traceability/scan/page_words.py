"""What the templates of a story say things with."""

from foundation.i18n import get_language
from traceability.scan import intervals, origins, telling


def wording() -> dict[str, object]:
    """Names of steps and works, and how much of a long story the first page names."""
    return {
        "lang": get_language(),
        "activity_name": telling.activity_name,
        "step_name": telling.step_name,
        "wrong_name": telling.wrong_name,
        "interval_sentence": intervals.sentence,
        "most_named": origins.MOST_NAMED,
    }
