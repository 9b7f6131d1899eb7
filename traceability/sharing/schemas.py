"""What a cooperative says when it shares the history of its goods."""

from foundation.inputs import Day, InputSchema, Text


class ShareInput(InputSchema):
    """``what`` is ``all``, ``product:<code>`` or ``batch:<code>``."""

    organisation = Text(max=20, required=True)
    partner = Text(max=20, required=True)
    what = Text(max=60, required=True)
    since = Day()
    until = Day()
